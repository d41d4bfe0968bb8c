"""Lines that state who published an article, when, and on whose reporting it draws."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.articles.dates import DateOrder, find_date
from rag.articles.lines import Line

AGENCIES = (
    "AFP", "Agence France-Presse", "AP", "Associated Press", "The Associated Press", "Reuters",
    "Thomson Reuters", "ANI", "PTI", "Press Trust of India", "IANS", "UNI", "Xinhua", "TASS",
    "Interfax", "RIA Novosti", "dpa", "DPA", "EFE", "ANSA", "Anadolu", "Anadolu Agency", "AA",
    "BSS", "UNB", "APP", "Kyodo", "Kyodo News", "Jiji", "Yonhap", "Bloomberg", "PA", "PA Media",
    "Press Association", "UPI", "AAP", "The Canadian Press", "Canadian Press", "IRNA", "WAM",
    "SPA", "QNA", "Bernama", "Antara", "Belga", "APA", "Ritzau", "Lusa", "MENA", "Getty Images",
    "Getty", "EPA", "EPA-EFE", "Shutterstock", "iStock", "NurPhoto", "Zuma Press", "SOPA Images",
)  # fmt: skip
_PHOTO_ONLY = frozenset(
    ["getty images", "getty", "shutterstock", "istock", "nurphoto", "zuma press", "sopa images"]
)
AGENCY = "(?:" + "|".join(re.escape(a) for a in sorted(AGENCIES, key=len, reverse=True)) + ")"
_OUTLET_WORDS = re.compile(
    r"\b(?:News|Times|Post|Herald|Tribune|Press|Journal|Gazette|Observer|Report|Daily|Today|"
    r"Telegraph|Guardian|Chronicle|Standard|Express|Mail|Mirror|Star|Sun|Globe|Courier|Dispatch|"
    r"Inquirer|Independent|Monitor|Review|Bulletin|Examiner|Register|Sentinel|Ledger|Echo|Record|"
    r"Weekly|Wire|Media|Network|Broadcasting|Radio|TV|Television|Online|Agency|Bureau|Jazeera|"
    r"BBC|CNN|NPR|CBC|ABC|NBC|CBS|Newsroom|Magazine|Digest|Insider|Dawn|Voice|Line|Ledger|"
    r"Reporter|Correspondent|Argus|Advertiser|Messenger|Mercury|Nation|World|[A-Z]\w+\.(?:com|org|net))\b"
)
_GENERIC_DESK = re.compile(
    r"^(?:the\s)?(?:news|web|online|digital|international|world|national|foreign|sports?|business|"
    r"city|national|politics|metro|staff|our)?\s*(?:news|web|online)?\s*"
    r"(?:desk|bureau|reporter|correspondent|staff|writer|team|editor)s?$",
    re.IGNORECASE,
)
_PUBLISHED = r"(?:first\s|originally\s)?(?:published|posted|publication\sdate|publish\sdate|released|issued|date|dated)"
_UPDATED = r"(?:last\s)?(?:updated|modified|edited|revised|update)"
_LABEL = re.compile(rf"\b(?:(?P<published>{_PUBLISHED})|(?P<updated>{_UPDATED}))\b", re.IGNORECASE)
# What may stand beside the date in a date line and says nothing of its own.
_DATE_DRESS = re.compile(
    r"\b\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?\s?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?|"
    r"T?\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?|"
    r"\b(?:GMT|UTC|IST|PKT|BST|EST|EDT|ET|CST|CDT|CT|MST|PST|PDT|PT|CET|CEST|SGT|AEST|AEDT|HKT|WIB)\b"
    r"(?:\s?[+-]\s?\d{1,2}(?::\d\d)?)?|"
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b|"
    r"\b\d+\s?-?\s?min(?:ute)?s?\s(?:read|listen)\b|\b(?:at|on|in|print edition)\b|"
    r"\b\d+\s(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?)\sago\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:[-–—•*]\s*)?(?:written\s|reported\s|words\s|story\s|text\s|report\s)?by:?\s+(?P<name>\S.*)$|"
    r"^(?:authors?|writer|reporter|byline)\s*:\s*(?P<labelled>\S.*)$",
    re.IGNORECASE,
)
_NAME_PARTICLES = frozenset(
    ("and", "of", "for", "in", "at", "de", "del", "della", "la", "le", "van", "von", "der", "den")
    + ("bin", "ibn", "al", "el", "da", "dos", "&", "the")
)
_CREDIT_LINES = (
    re.compile(
        r"^[\[(—–-]*\s*(?:with|additional|including|contains|based\son)\b.{0,30}?"
        r"\b(?:inputs?|reporting|reports?|contributions?|information|material|reports?)\s*"
        r"(?:from|by|of|:)\s*(?P<names>.{2,120})$",
        re.IGNORECASE,
    ),
    re.compile(r"^[\[(—–-]*\s*with\s(?P<names>.{2,60}?)\sinputs?[\])]*\.?$", re.IGNORECASE),
    re.compile(
        r"^(?:sources?|courtesy|via|credits?|contributing|contributors?)\s*:\s*(?P<names>.{2,120})$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^[\[(]?(?P<names>[^.]{2,100}?)\s(?:also\s)?contributed\s(?:to|reporting)\b.{0,60}$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^this\s(?:story|article|report|piece)\s(?:was|is|has\sbeen|first|originally)\b.{0,40}"
        r"\b(?:published|appeared|produced|provided|syndicated|republished)\b.{0,20}"
        r"\b(?:by|in|on|from)\s(?P<names>[^.]{2,80}).{0,80}$",
        re.IGNORECASE,
    ),
    re.compile(rf"^[\[(—–-]*\s*(?P<names>{AGENCY}(?:\s*[/,&-]\s*{AGENCY})*)\s*[\])]*\.?$"),
    re.compile(
        r"^from\s(?P<names>.{2,60}?\b(?:wire|news)\s(?:reports?|services?))\.?$", re.IGNORECASE
    ),
)
_STAFF_LINE = re.compile(
    r"^[\[(—–-]*\s*(?:(?:additional\s)?(?:reporting|editing|writing|edited|compiled|produced|translated|"
    r"graphics?|photography|photos|research)\s(?:and\s\w+\s)?by\b|editors?\s*:|reporting\s(?:and|for)\b).{0,200}$",
    re.IGNORECASE,
)
_DATELINE_AGENCY = re.compile(
    rf"^[^.!?]{{0,60}}?\(\s*(?P<names>{AGENCY}(?:\s*[/,]\s*{AGENCY})*)\s*\)\s*[-–—:]"
)
_END_AGENCY = re.compile(
    rf"[.!?][\"”’]?\s*[\[(–—-]+\s*(?P<names>{AGENCY}(?:\s*[/,&]\s*{AGENCY})*)[\])]*\.?$"
)
_SPLIT_NAMES = re.compile(r"\s*(?:[,;/&|]|\band\b)\s*")


@dataclass(slots=True)
class Stated:
    """What a page states about its article; None and empty where it states nothing."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    credits: list[str] = field(default_factory=list)

    def fill(self, other: Stated) -> None:
        """Take from ``other`` what is not stated here."""
        for name in ("title", "outlet", "author", "published", "url", "language"):
            if getattr(self, name) is None:
                setattr(self, name, getattr(other, name))
        self.credits.extend(name for name in other.credits if name not in self.credits)


def read_date_line(line: Line, order: DateOrder | None) -> Stated | None:
    """What a date line states, or None when ``line`` says anything else than when and by whom.

    A date counts as the date of publication unless it is labelled as that of an update.
    """
    if len(line.words) > 30 or (line.is_prose and not _LABEL.match(line.text)):
        return None
    stated = Stated()
    rest, position, found_any = "", 0, False
    while found := find_date(line.text[position:], order):
        iso, start, end = found
        before = line.text[position : position + start]
        labels = list(_LABEL.finditer(rest + " " + before))
        is_update = bool(labels) and labels[-1]["updated"] is not None
        if not is_update and stated.published is None:
            stated.published = iso
        rest += " " + before + " | "
        position += end
        found_any = True
    rest += line.text[position:]
    is_relative = re.search(r"\bago\b", rest) is not None or _DATE_DRESS.search(rest) is not None
    if not found_any and not (_LABEL.match(line.text) and (is_relative or len(line.words) <= 6)):
        return None
    rest = _DATE_DRESS.sub(" ", _LABEL.sub(" ", rest))
    parts = [part.strip(" .,:;|•·*()[]–—/-") for part in re.split(r"[|•·]|\s[–—-]\s", rest)]
    parts = [part for part in parts if part and re.search(r"[^\W\d_]", part)]
    if not all(_reads_as_name(part) for part in parts):
        return None
    for part in parts:
        stated.fill(read_name(part))
    return stated


def read_byline(line: Line) -> Stated | None:
    """Author (and outlet) of a line such as "By Jane Doe, Daily Post"; None for other lines."""
    match = _BYLINE.match(line.text)
    if match is None:
        if _GENERIC_DESK.match(line.text) or re.match(r"^\S.{0,30}\s(?:News\s)?Desk$", line.text):
            return read_name(line.text)
        return None
    name = (match["name"] or match["labelled"]).strip()
    name = re.sub(r"\s*[|•·–—]\s.*$", "", name).strip(" .,;:|")
    if not _reads_as_name(name) or name.lower() in ("the numbers", "the way", "and large"):
        return None
    return Stated(author=name)


def read_name(name: str) -> Stated:
    """A name beside a date: an outlet's, a desk's ("Jago News Desk" is of Jago News) or a person's."""
    byline = _BYLINE.match(name)
    if byline:
        return Stated(author=(byline["name"] or byline["labelled"]).strip(" .,;:|"))
    if _GENERIC_DESK.match(name):
        return Stated()  # a desk is no author, and without a name it is no outlet
    desk = re.match(r"^(?P<outlet>\S.*?)\s+(?:(?:Web|Online|Digital)\s)?Desk$", name)
    if desk:
        return Stated(outlet=desk["outlet"])
    if name in AGENCIES:
        return Stated(credits=[name])
    if _OUTLET_WORDS.search(name):
        return Stated(outlet=name)
    return Stated()


def read_credit(line: Line) -> list[str] | None:
    """Names that a credit line gives ([] for one of persons only); None for other lines."""
    if len(line.words) > 40:
        return None
    if _STAFF_LINE.match(line.text):
        return []
    for pattern in _CREDIT_LINES:
        match = pattern.match(line.text)
        if match:
            names = credited_names(match["names"])
            is_name_list = all(_reads_as_name(n) for n in _SPLIT_NAMES.split(match["names"]) if n)
            if names or is_name_list:
                return names
    return None


def credited_names(text: str) -> list[str]:
    """Agencies and outlets in a list of names, as written; persons are left out."""
    names: list[str] = []
    for part in _SPLIT_NAMES.split(text):
        name = part.strip(' .,;:()[]–—-"”“')
        name = re.sub(r"\s+(?:news\sagency|newswire)$", "", name, flags=re.IGNORECASE)
        is_wire = re.fullmatch(r"(?:news\s|wire\s)?agenc(?:y|ies)", name, re.IGNORECASE)
        if not name or name.lower() in _PHOTO_ONLY:
            continue
        if name in AGENCIES or is_wire or (_OUTLET_WORDS.search(name) and len(name.split()) <= 6):
            names.append(name)
    return names


def text_credits(text: str) -> list[str]:
    """Agencies in the dateline or at the end of a paragraph: "QUETTA (AFP) —", "… . (Reuters)"."""
    names: list[str] = []
    for pattern in (_DATELINE_AGENCY, _END_AGENCY):
        match = pattern.search(text)
        if match:
            names.extend(credited_names(match["names"]))
    return names


def _reads_as_name(text: str) -> bool:
    """All words capitalised but particles, and few of them."""
    words = text.replace(",", " ").split()
    if not 1 <= len(words) <= 10:
        return False
    return all(
        w.lower() in _NAME_PARTICLES or w[0].isupper() or "@" in w or "." in w[1:-1] for w in words
    )
