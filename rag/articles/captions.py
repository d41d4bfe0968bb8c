"""Which lines are picture captions: by their credit, their label, or where they stand."""

from __future__ import annotations

import re

from rag.articles.bylines import AGENCY
from rag.articles.lines import Line

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_CREDIT_END = re.compile(
    rf"""(?:
      [(\[|–—/-]?\s*(?:file\s)?(?:photo|photograph|image|picture|pic|visual)s?(?:\s(?:credit|courtesy))?s?\s*
        (?:\s(?:by|via|from|courtesy(?:\sof)?)\s|[:/|–—])\s*[^.?!]{{2,80}}[)\]]?\.?$
    | (?:[(\[]\s*)?\bAP\s(?:Photo|File)\b.{{0,60}}$
    | \b(?:REUTERS|Reuters|AFP|AP|EPA|Getty)\s?/\s?[A-Z][^.?!]{{2,50}}$
    | [^\s/]\s?/\s?{AGENCY}\)?\]?\.?$
    | \bvia\s(?:{AGENCY}|Twitter|X|Facebook|Telegram)\)?\]?\.?$
    | [–—|-]\s*{AGENCY}(?:\s(?:photo|file|image)s?)?\.?$
    | [\[(](?:file\s?(?:photo|image|pic)?|handout|screengrab|representational\simage)[^\])]{{0,60}}[\])]\.?$
    | \b(?:file\s(?:photo|image|picture)|getty\simages|afp\sphoto|photo\sfile)(?:\s?/.{{0,40}})?[)\]]?\.?$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_LABEL_START = re.compile(
    r"^(?:\[?(?:file\s?(?:photo|image|picture|pic)?|photo|image|picture|caption|photo\scaption|image\scaption|"
    r"pictured|representational\simage|representative\simage|photograph)\]?\s*[:–—-]\s|FILE\s[–—-]|"
    r"in\sthis\s(?:file\s|handout\s|undated\s|aerial\s|combination\s)?(?:photo|image|picture|handout|grab|frame|screengrab)\b|"
    r"(?:a\sfile\s(?:photo|image|picture)|file\s(?:photo|image)\sof|screengrab|this\s(?:handout|aerial|combination)\s"
    r"(?:photo|image|picture))\b)",
    re.IGNORECASE,
)
_DATE_END = re.compile(
    rf",\s(?:on\s)?(?:{_MONTH}\s\d{{1,2}},\s\d{{4}}|\d{{1,2}}\s{_MONTH},?\s\d{{4}})\.?\s*[\[(]?"
    rf"(?:{AGENCY}[^.]{{0,40}})?[\])]?\.?$"
)
_AGENCY_LINE = re.compile(
    rf"^[\[(–—-]*\s*(?:(?:photo|image|credit|source)s?\s?:\s?)?{AGENCY}(?:\s?[/|]\s?[^.]{{2,40}})?[\])]*\.?$",
    re.IGNORECASE,
)
_MAX_CAPTION_WORDS = 75


def has_caption_mark(line: Line) -> bool:
    """A credit at the end or a label at the start, as only captions have them."""
    count = len(line.words)
    if count < 3 or count > _MAX_CAPTION_WORDS:
        return False
    return bool(_LABEL_START.match(line.text) or _CREDIT_END.search(line.text[-120:]))


def is_dated_scene(line: Line) -> bool:
    """One sentence that ends in a full date, as captions of agencies do."""
    return 5 <= len(line.words) <= 50 and _DATE_END.search(line.text[-90:]) is not None


def is_agency_line(line: Line) -> bool:
    """A picture's credit on a line of its own."""
    return len(line.words) <= 8 and _AGENCY_LINE.match(line.text) is not None


def names_someone(line: Line) -> bool:
    """A short noun phrase in capitals with no end: who is in the picture above it."""
    return 2 <= len(line.words) <= 14 and line.is_title_case and not line.is_terminated
