"""Which lines are picture captions: by their credit, their label, or where they stand."""

from __future__ import annotations

import re

from rag.articles.credit_lines import AGENCY
from rag.articles.lines import Line

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_PICTURE = r"(?:photo|photograph|image|picture|pic|visual|illustration|graphic|video|screenshot)s?"
_NAME = r"[A-Z][\w.’'&-]*(?:\s(?:[A-Z][\w.’'&-]*|of|the|de|van|for|and)){0,5}"
_CREDIT_END = re.compile(
    rf"""(?:
      (?:^|[(\[|–—/-]|[.!?][\"”’)]*)\s*
        (?i:(?:file\s)?{_PICTURE}(?:\s(?:credit|courtesy))?)\s*
        (?:\s(?i:by|via|from|courtesy(?:\sof)?)\s|[:/|–—])\s*{_NAME}[^.?!]{{0,50}}[)\]]?\.?$
    | [\[(]{_NAME}\s?/\s?{_NAME}[\])]\.?$
    | \(?\bAP\s(?:Photo|File)\b.{{0,60}}$
    | \b(?:REUTERS|Reuters|AFP|AP|EPA|Getty)\s?/\s?[A-Z][^.?!]{{2,50}}$
    | [^\s/]\s?/\s?{AGENCY}\)?\]?\.?$
    | \bvia\s(?:{AGENCY}|Twitter|X|Facebook|Telegram)\)?\]?\.?$
    | [–—|]\s*{AGENCY}(?:\s(?i:photo|file|image)s?)?\.?$
    | (?:[–—|/(\[.-]\s*)(?:{_NAME}\s?/\s?)?{_NAME}\s
        (?:Photo|Photos|Images|Handout|Pictures)[)\]]?\.?$
    | [\[(](?i:file\s?{_PICTURE}?|handout|screengrab|representational\simage)[^\])]{{0,60}}[\])]\.?$
    | \b(?i:file\s{_PICTURE}|getty\simages|afp\sphoto|photo\sfile)(?:\s?/\s?.{{0,40}})?[)\]]?\.?$
    | [a-z0-9)\"”]\.\s(?:Courtesy|Handout|Credit)(?:\sof|:)?\s[^.]{{2,50}}\.?$
    )""",
    re.VERBOSE,
)
_LABEL_START = re.compile(
    rf"^(?:\[?(?:file\s?{_PICTURE}?|{_PICTURE}|caption|{_PICTURE}\scaption|pictured|"
    rf"representational\simage|representative\simage)\]?\s*[:–—-]\s|FILE\s[–—-]|"
    rf"in\sthis\s(?:\w+\s){{0,3}}(?:{_PICTURE}|handout|grab|frame|screengrab)\b|"
    rf"(?:a\sfile\s{_PICTURE}|file\s(?:photo|image)\sof|screengrab|"
    rf"this\s(?:handout|aerial|combination|undated)\s{_PICTURE})\b)",
    re.IGNORECASE,
)
_DATE_END = re.compile(
    rf",\s(?:on\s)?(?:{_MONTH}\s\d{{1,2}},\s\d{{4}}|\d{{1,2}}\s{_MONTH},?\s\d{{4}})\.?\s*[\[(]?"
    rf"(?:{AGENCY}[^.]{{0,40}})?[\])]?\.?$"
)
_PHOTO_CREDIT = re.compile(
    rf"^[\[(–—-]*\s*(?:(?i:{_PICTURE}|credit|{_PICTURE}\s(?:credit|courtesy|by)|courtesy|source)\s?:?\s?)?"
    rf"(?:{AGENCY}(?:\s?[/|]\s?[^.]{{2,40}})?|(?:{_NAME}\s?[/|]\s?)?{_NAME}\s"
    rf"(?:Photo|Photos|Images|Handout|Pictures|Photography)|{_NAME}\s?/\s?{AGENCY})[\])]*\.?$"
)
_GALLERY = re.compile(r"\s*\b(?:hide|show) caption \d+ of \d+\s*", re.IGNORECASE)
_GALLERY_LABEL = re.compile(r"\bPhotos:\s")
_QUESTION_START = re.compile(r"(?:what|why|how|who|when|where|which)\b", re.IGNORECASE)
_MAX_CAPTION_WORDS = 75
_LEAST_LABELS = 2


def has_caption_mark(line: Line) -> bool:
    """A credit at the end or a label at the start, as only captions have them."""
    count = len(line.words)
    if count < 4 or count > _MAX_CAPTION_WORDS:
        return False
    return bool(_LABEL_START.match(line.text) or _CREDIT_END.search(line.text[-120:]))


def is_gallery(line: Line) -> bool:
    """Captions of a gallery, each with a label ("Photos: …") or place ("Hide Caption 3 of 12")."""
    return (
        _GALLERY.search(line.text) is not None
        or len(_GALLERY_LABEL.findall(line.text)) >= _LEAST_LABELS
    )


def gallery_captions(line: Line) -> list[str]:
    """The captions of a gallery that stands on one line."""
    pieces = _GALLERY.split(line.text)
    starts = (re.split(r"(?=\bPhotos:\s)", piece) for piece in pieces)
    return [stripped for piece in starts for caption in piece if (stripped := caption.strip())]


def is_dated_scene(line: Line) -> bool:
    """One sentence that ends in a full date, as captions of agencies do."""
    return 5 <= len(line.words) <= 50 and _DATE_END.search(line.text[-90:]) is not None


def is_photo_credit(line: Line) -> bool:
    """A picture's credit on a line of its own."""
    return len(line.words) <= 8 and _PHOTO_CREDIT.match(line.text) is not None


def may_name_someone(line: Line, names: set[str]) -> bool:
    """A phrase of two words or more that says who is in the picture: names and little else.

    Args:
        names: words that the article writes with a capital only.
    """
    capitalised = [word for word in line.words if word[0].isupper()]
    return (
        2 <= len(line.words) <= 14
        and line.is_title_case
        and not line.is_terminated
        and not _QUESTION_START.match(line.text)
        and sum(word in names for word in capitalised) >= max(2, 0.6 * len(capitalised))
    )
