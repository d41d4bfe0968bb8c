"""What belongs to the page around an article: known phrases, menus, filler text.

Phrases are the ones that news sites print around their articles. A pattern matches a whole line,
or the start of one that cannot begin a sentence of an article; words that an article may use
itself ("cookies", "subscribe") count only in phrases that speak to the reader of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.dates import find_date
from rag.articles.lines import Line
from rag.articles.phrases import pattern_file, phrase_file

_MENU = phrase_file("menu")  # sections and services of a site: furniture in runs and at edges
_CONTROLS = phrase_file("controls")  # furniture wherever they stand alone on a line
_FILLER_WORDS = phrase_file("filler_latin")
_LIST_SIGN = re.compile(r"\w[:;–—,(]|\s[–—-]\s|\d|[“\"]\w")
_SIGNS = " \t.,:;!?…-–—_|/\\•·*»«›‹>→<←+#()[]{}✕×▶►▲▼☰©\"'“”‘’"
_COUNT = re.compile(
    r"^[(\[]?\d[\d.,]*\s?[kKmM]?[)\]]?\s*"
    r"(?:comments?|shares?|views?|likes?|claps?|reads?|replies|retweets|min(?:ute)?s? read|"
    r"min(?:ute)?s?(?: ago)?|hours? ago|hrs? ago|days? ago|weeks? ago|months? ago|years? ago|"
    r"min(?:ute)? listen|h ago|m ago|d ago)?[)\]]?$",
    re.IGNORECASE,
)
_SENTENCES = re.compile(f"(?:{pattern_file('site_sentences')})", re.IGNORECASE)
_SITE_ADDRESS = re.compile(
    r"^[^\w]*(?:we|our|you|your|by|please|to\s(?:continue|read|access|comment|keep|get)|want|need|get|"
    r"sign|subscribe|register|log|join|support|help|if\syou|already|don['’]t|not\sa|create|become|"
    r"enter|this\s(?:site|page|website|article\sis|content|story\sis)|cookies|choose|manage|accept|"
    r"start|enjoy\w*|thanks?|download|follow|stay|never|unlock|try|read|be\sthe\sfirst|have|do\syou|"
    r"i\s(?:agree|accept|have\sread)|for\s(?:just|only)|click|tap|turn|allow|save|share|add|buy|"
    r"interested|looking|like|love|access|limited|special|sponsored|advertis\w+|[$£€])\b"
    r"|\b(?:support\sus|our\s(?:journalism|newsletters?|readers|newsroom|website|site|app|channel|"
    r"partners|terms|privacy)|your\s(?:inbox|e-?mail|consent|privacy|preferences|basket|cart))\b",
    re.IGNORECASE,
)
_SITE_MATTER = re.compile(
    r"\b(?:(?:our|use|uses|using|accept|store|set|these|all|which|manage|reject|of)\s(?:\w+\s)?"
    r"cookies|newsletters?|inbox|your\se-?mail|e-?mail\s(?:address|us|me|him|her)|subscri\w+|"
    r"sign\s?up|signing\sup|log\s?in|sign\s?in|register\snow|"
    r"(?:create|open)\s(?:an\s|a\s|your\s|free\s)*account|your\spassword|(?:your|the|shopping)\s"
    r"(?:basket|cart)|checkout|your\sprivacy|privacy\s(?:policy|notice)|terms\sof\s(?:use|service)|"
    r"our\sterms|terms\s(?:and|&)\sconditions|your\sbrowser|javascript|ad[\s-]?block\w*|"
    r"notifications?|(?:our|the)\sapp|free\strial|your\smembership|members?\sonly|become\sa\smember|"
    r"donate\s(?:now|today|here)|your\s(?:donation|contribution|support|consent|preferences)|"
    r"support\sus|our\s(?:journalism|readers|newsroom|partners|website|site|channel)|follow\sus|"
    r"advertisers?|personali[sz]ed\sads?|whatsapp|telegram\schannel|unlimited\saccess|"
    r"more\sstories|house\srules|community\sguidelines)\b",
    re.IGNORECASE,
)
_SECTION_BAR = re.compile(r"^[^\w(]*(?!By\b)(?:[A-Z][\w'’]*\s?){1,3}\s?\|\s\S[^|]{15,}$")
_POINTER = re.compile(
    r"^[^\w(]*\(?(?:read(?:\s(?:more|also|next|this|here|the\sfull))?|also\s(?:read|see|watch)|"
    r"see\s(?:also|more)|more(?:\s(?:coverage|news|stories|on\sthis|from\s\w+|about\s\w+))?|"
    r"must\s?-?(?:read|watch)|don['’]t\smiss|"
    r"related(?:\s(?:story|stories|articles?|news|coverage|reading|video|content|posts?|links?))?|"
    r"recommended|watch|photos|(?:photo\s)?gallery|video|listen|in\scase\syou\smissed\sit|icymi|"
    r"from\sthe\sarchives?|you\smay\s(?:also\s)?like|trending(?:\snow)?|play|further\sreading|"
    r"continue\sreading|keep\sreading|also\sin\s(?:this\s\w+|the\snews)|in\s(?:pictures|pics|photos)|"
    r"read\snext|next|previous|whatsapp|telegram)\s*[:|>»–—]\s*\S",
    re.IGNORECASE,
)
# "CLOSED CROSSINGS:Ten bridges …": a promotion has no space after its label's colon.
_LABEL = re.compile(r"^[^\w(]*\w[^.:!;]{2,60}:\s*")
_TIGHT_LABEL = re.compile(r"^[^\w(]*\w[^.:!;]{2,60}:(?=[A-ZÀ-Þ“\"'‘])")
_DATE_LABEL = re.compile(
    r"[^\w]*(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*)?[\d\s/,.–-]+:\s*",
    re.IGNORECASE,
)
_MAX_PROMOTIONS_IN_A_ROW = 3


def bare(text: str) -> str:
    """``text`` in lower case without signs at its ends: the form that phrase lists are in."""
    return text.strip(_SIGNS).lower().replace("’", "'")


def is_menu_item(line: Line) -> bool:
    return bare(line.text) in _MENU


def is_count(line: Line) -> bool:
    """A number alone, or with what it counts: "12", "1.2K shares", "3 min read", "2 hours ago"."""
    return _COUNT.match(line.text) is not None


def is_filler(line: Line) -> bool:
    """Latin filler text, by vocabulary: at least five words of which three in five are in it."""
    if len(line.words) < 5:
        return bare(line.text).startswith("lorem ipsum")
    if 3 * len(line.content_words & _FILLER_WORDS) < len(line.content_words):
        return False  # the common case, decided on words that are there anyway
    words = [word.lower() for word in line.words]
    known = sum(word in _FILLER_WORDS for word in words)
    return known >= 0.6 * len(words) and any(len(w) > 4 and w in _FILLER_WORDS for w in words)


def is_pointer(line: Line) -> bool:
    """A pointer to another page, with its headline: "Also read: …", "Explained | …"."""
    if len(line.words) > 30:
        return False
    if _POINTER.match(line.text):
        return True
    return _SECTION_BAR.match(line.text) is not None and find_date(line.text) is None


def is_furniture(line: Line) -> bool:
    """Furniture wherever it stands: controls, cookie and newsletter text, pointers, filler."""
    key = bare(line.text)
    if not key or key in _CONTROLS:
        return True
    if len(line.words) <= 80 and _is_site_sentence(line.text.lstrip("(*-–—•►▶> ")):
        return True
    if is_pointer(line) or is_filler(line):
        return True
    return _is_row_of_controls(line) or _is_row_of_links(line)


def _is_site_sentence(text: str) -> bool:
    """A sentence that sites print, by itself or behind a label: "STAY WARM: Sign up for …"."""
    if _SENTENCES.match(text):
        return True
    label = _LABEL.match(text)
    return (
        label is not None
        and (label.group().isupper() or not label.group().endswith(" "))
        and _SENTENCES.match(text, label.end()) is not None
    )


def promotions(lines: Sequence[Line]) -> set[int]:
    """Positions of headlines of other pages behind a label: "CLOSED CROSSINGS:Ten bridges …".

    Several in a row are a list of the article's own.
    """
    found: set[int] = set()
    run: list[int] = []
    for position, line in enumerate([*lines, None]):
        if line is not None and _is_promotion(line):
            run.append(position)
            continue
        if len(run) <= _MAX_PROMOTIONS_IN_A_ROW:
            found.update(run)
        run = []
    return found


def _is_promotion(line: Line) -> bool:
    label = _TIGHT_LABEL.match(line.text)
    if label is None or not 4 <= len(line.words) <= 30 or _DATE_LABEL.fullmatch(label.group()):
        return False
    if not line.is_terminated or line.text.endswith("?"):
        return True
    return is_site_speech(Line(line.text[label.end() :]))


def _is_row_of_links(line: Line) -> bool:
    """Four items or more between signs, short and without figures: "News · Sport · iPlayer".

    A row with a sign at both ends is one of a table.
    """
    if line.text.startswith("|") and line.text.endswith("|"):
        return False
    parts = re.split(r"\s[|•·]\s", line.text)
    return len(parts) >= 4 and all(
        len(part.split()) <= 3 and not re.search(r"\d", part) for part in parts
    )


def _is_row_of_controls(line: Line) -> bool:
    """Several controls or menu items on one line: "Share Tweet Send Save"."""
    words = bare(line.text).split()
    if not 2 <= len(words) <= 40:
        return False
    words = [stripped for word in words if (stripped := word.strip(_SIGNS))]
    position = 0
    while position < len(words):
        for length in range(min(5, len(words) - position), 0, -1):
            phrase = " ".join(words[position : position + length])
            if phrase in _MENU or phrase in _CONTROLS:
                position += length
                break
        else:
            return False
    return True


def is_site_speech(line: Line) -> bool:
    """A sentence of the site to its reader, about accounts, cookies, newsletters or payment.

    Loose: meant for the edges of a page, where an article's own sentences do not stand.
    """
    text = line.text
    return (
        len(line.words) <= 70
        and _SITE_ADDRESS.search(text) is not None
        and _SITE_MATTER.search(text) is not None
        and not re.search(r"[“\"].+[”\"]", text)
    )


def is_content_list(lines: Sequence[Line]) -> bool:
    """A list that carries facts (winners, addresses, fixtures), not headlines or tags.

    Most of its lines have figures or signs within, and none is a date alone.
    """
    if len(lines) < 5 or any(find_date(line.text) and len(line.words) <= 5 for line in lines):
        return False
    rich = sum(_LIST_SIGN.search(line.text) is not None for line in lines)
    menu_count = sum(is_menu_item(line) for line in lines)
    return rich >= 0.6 * len(lines) and menu_count <= 0.1 * len(lines)


def menu_runs(lines: Sequence[Line]) -> set[int]:
    """Positions in runs of at least three short lines of which most are items of a menu."""
    found: set[int] = set()
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and len(lines[end].words) <= 4 and not lines[end].is_prose:
            end += 1
        run = range(start, end)
        known = [i for i in run if is_menu_item(lines[i]) or bare(lines[i].text) in _CONTROLS]
        if len(run) >= 3 and len(known) >= max(2, len(run) // 2):
            found.update(run)
        start = max(end, start + 1)
    return found
