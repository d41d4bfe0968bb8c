"""Lines that state who published an article and when: bylines, date lines, names of outlets."""

from __future__ import annotations

import re

from rag.articles.credit_lines import AGENCIES, is_outlet_name, reads_as_name
from rag.articles.dates import DateOrder, find_date
from rag.articles.foreign_dates import is_weekday
from rag.articles.lines import Line
from rag.articles.phrases import phrase_file
from rag.articles.stated import Stated

_DESK = re.compile(
    r"^(?:the\s)?(?:news|web|online|digital|international|world|national|foreign|sports?|business|"
    r"city|national|politics|political|metro|staff|our|economy|culture|science|health|tech|video)?"
    r"\s*(?:news|web|online)?\s*(?:desk|bureau|reporter|correspondent|staff|writer|team|editor)s?$",
    re.IGNORECASE,
)
_OUTLET_DESK = re.compile(r"^(?P<outlet>[A-Z]\S*(?:\s[A-Z]\S*){0,3}?)\s+(?:(?:Web|Online)\s)?Desk$")
_PUBLISHED = (
    r"(?:first\s|originally\s)?(?:published|posted|publication\sdate|publish\sdate|released|issued|"
    r"date|dated)"
)
_UPDATED = r"(?:last\s)?(?:updated|modified|edited|revised|update)"


def _with_phrases(pattern: str, name: str) -> str:
    """``pattern`` or a phrase of another language, the longest that fits."""
    return "|".join([*map(re.escape, sorted(phrase_file(name), key=len, reverse=True)), pattern])


_LABEL = re.compile(
    rf"\b(?:(?P<published>{_with_phrases(_PUBLISHED, 'published_labels')})"
    rf"|(?P<updated>{_with_phrases(_UPDATED, 'updated_labels')}))\b(?:\s(?:on|at))?",
    re.IGNORECASE,
)
# What may stand beside the date in a date line and says nothing of its own.
_DATE_DRESS = re.compile(
    r"\bT?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\.\d+)?\s*"
    r"(?:[ap]\.?\s?m\b\.?|Z\b|[+-]\d{2}:?\d{2}\b|hrs?\b|h\b|Uhr\b)?|"
    r"\b\d{1,2}\s?(?:h\s?\d{2}|Uhr)\b|"
    r"\b\d{1,2}\s?[ap]\.?m\b\.?|"
    r"\b(?:GMT|UTC|IST|PKT|BST|EST|EDT|ET|CST|CDT|CT|MST|PST|PDT|PT|CET|CEST|SGT|AEST|AEDT|HKT|WIB)\b"
    r"(?:\s?[+-]\s?\d{1,2}(?::\d\d)?)?|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b|"
    r"\b\d+\s?-?\s?min(?:ute)?s?\s(?:read|listen)\b|\b(?:at|on|in|print edition|edition)\b|"
    r"\b\d+\s(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?)\sago\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:[-–—•*]\s*)?(?:(?:written|reported|words|story|text|report|analysis|opinion)\s)?by:?\s+"
    r"(?P<name>\S.*)$|^(?:authors?|writer|reporter|byline)\s*:\s*(?P<labelled>\S.*)$",
    re.IGNORECASE,
)
_AFFILIATION = re.compile(
    r"^(?P<names>.+?)(?:,\s+|\s+\(|\s+(?:of|for|at|in)\s+)(?P<outlet>[^,()]+)\)?$"
)
_NAME_AND_ROLE = re.compile(
    r"^(?P<name>[A-ZÀ-Þ][\w.’'-]+(?:\s[A-ZÀ-Þ][\w.’'-]+){1,3})\s*[,|–—-]\s*(?:(?:senior|chief|staff|special|"
    r"political|foreign|diplomatic|business|sports?|health|science|deputy|assistant|crime|world|"
    r"national|economics?|environment|education|technology|defen[cs]e|security|regional|\w+)\s)*"
    r"(?:writer|reporter|correspondent|editor|columnist|journalist|contributor|producer)s?$",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"^(?:special|exclusive)\s(?:to|for|from)\s", re.IGNORECASE)
_NO_NAMES = frozenset(("the numbers", "the way", "and large", "contrast", "design"))
_PART_SIGN = re.compile(r"[|•·]|\s[–—-]\s|,\s(?=[A-Z])")


def read_date_line(line: Line, order: DateOrder | None) -> Stated | None:
    """What a date line states, or None when ``line`` says anything else than when and by whom.

    A date counts as the date of publication unless it is labelled as that of an update.
    """
    if len(line.words) > 30:
        return None
    stated = Stated()
    rest, position, date_count = "", 0, 0
    while found := find_date(line.text[position:], order):
        iso, start, end = found
        rest += " " + line.text[position : position + start]
        labels = list(_LABEL.finditer(rest))
        is_update = bool(labels) and labels[-1]["updated"] is not None
        if not is_update and stated.published is None:
            stated.published, stated.is_labelled = iso, bool(labels)
        rest += " | "
        position += end
        date_count += 1
    rest += line.text[position:]
    if not date_count and not (_LABEL.match(line.text) and len(line.words) <= 8):
        return None
    parts = _names_beside(rest)
    if not date_count and not _DATE_DRESS.search(rest) and parts:
        return None
    for part in parts:
        if not reads_as_name(part):
            return None
        stated.fill(read_name(part))
    return stated


def _names_beside(rest: str) -> list[str]:
    """What a date line says beside dates, times and labels."""
    rest = _DATE_DRESS.sub(" ", _LABEL.sub(" | ", rest))
    parts = [part.strip(" .,:;|•·*()[]–—/-") for part in _PART_SIGN.split(rest)]
    parts = [" ".join(part.split()) for part in parts if re.search(r"[^\W\d_]", part)]
    return [part for part in parts if not all(map(_says_no_name, part.split()))]


def _says_no_name(word: str) -> bool:
    """A day of the week, or a small word that leads to date or time ("à", "den", "kl.")."""
    return is_weekday(word) or (len(word.strip(".")) <= 3 and word.islower())


def read_byline(line: Line) -> Stated | None:
    """Author (and outlet) of a line such as "By Jane Doe, Daily Post"; None for other lines."""
    if _SPECIAL.match(line.text) and len(line.words) <= 8:
        return Stated()
    role = _NAME_AND_ROLE.match(line.text)
    if role:
        return Stated(author=role["name"])
    if not _BYLINE.match(line.text) and not _DESK.match(line.text):
        is_desk = _OUTLET_DESK.match(line.text) and len(line.words) <= 5
        return read_name(line.text) if is_desk else None
    name = re.sub(r"\s*[|•·]\s.*$|\s[–—]\s.*$", "", line.text).strip(" .,;:|")
    match = _BYLINE.match(name)
    if match:
        named = match["name"] or match["labelled"]
        if not reads_as_name(named.replace("(", " ").replace(")", " ")):
            return None
        if named.lower() in _NO_NAMES:
            return None
    return read_name(name)


def read_name(name: str) -> Stated:
    """A name beside a date or after "By": a person's, a desk's, an agency's or an outlet's."""
    byline = _BYLINE.match(name)
    if byline:
        return _author((byline["name"] or byline["labelled"]).strip(" .,;:|"))
    if _DESK.match(name):
        return Stated()  # a desk is no author, and without a name it is no outlet
    if name in AGENCIES:
        return Stated(credits=[name])
    desk = _OUTLET_DESK.match(name)
    if desk:
        return Stated(outlet=desk["outlet"])
    return Stated(outlet=name) if is_outlet_name(name) else Stated()


def read_outlet(line: Line) -> Stated | None:
    """The outlet whose name is all that ``line`` says; None for other lines."""
    name = line.text.strip(" .,:|–—-")
    is_name = len(line.words) <= 5 and name not in AGENCIES and is_outlet_name(name)
    return Stated(outlet=name) if is_name else None


def _author(name: str) -> Stated:
    """The author in a byline, apart from the outlet or agency named with the author."""
    if name in AGENCIES:
        return Stated(credits=[name])
    match = _AFFILIATION.match(name)
    if match:
        outlet = match["outlet"].strip()
        if outlet in AGENCIES:
            return Stated(author=match["names"], credits=[outlet])
        if is_outlet_name(outlet):
            return Stated(author=match["names"], affiliation=outlet)
    if _DESK.match(name):
        return Stated()
    is_outlet = is_outlet_name(name) and not name.endswith((" Staff", " Team", " Reporters"))
    return Stated(outlet=name) if is_outlet else Stated(author=name)
