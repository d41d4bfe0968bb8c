"""Which line of a page is the article's headline, and which is its author's biography."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.lines import Line
from rag.articles.sections import overlap

_MIN_OVERLAP = 0.3
_LATIN_LETTER = re.compile("[A-Za-zÀ-ɏ]")
_ROLE = re.compile(
    r"\b(?:(?:is|was|works|has\sbeen)\s(?:an?|the|our|currently|as)\b.{0,80}\b(?:reporter|correspondent|"
    r"journalist|editor|writer|columnist|producer|contributor|photographer|newsroom|"
    r"news\s(?:team|desk))\b|(?:covers|writes|reports)\b.{0,100}\b(?:for|at)\b|"
    r"joined\b.{0,60}\b(?:newspaper|newsroom|magazine|website|(?:the|our)\spaper)\b|"
    r"can\sbe\s(?:reached|contacted|e-?mailed|followed)\b)",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:is|are|was|provides?|covers?|brings?|writes?|reports?|delivers?|offers?|has|works?|"
    r"publishes|joined|can\sbe)\b"
)
_BIOGRAPHY_LABEL = re.compile(
    r"^about\s(?:the\s)?(?:authors?|writers?|reporters?)\s*[:–—-]", re.IGNORECASE
)
_NAME_START = re.compile(
    r"^(?:[A-Z][\w.’'-]+\s){2,4}(?:is|was|covers|writes|reports|joined|can|works|has)\s"
)


def find_title(
    lines: Sequence[Line],
    candidates: set[int],
    masthead: set[int],
    body_start: int,
    vocabulary: set[str],
) -> int | None:
    """Position of the headline: the first line above the body that the body is about.

    A headline has four words at least and shares words with the body as no menu item and no
    headline of another article does. None when no line does: then the page states no title.

    Args:
        candidates: positions of lines that may be a headline.
        masthead: positions of byline and date lines; a headline stands close above them.
    """
    scores = {
        position: overlap(line, vocabulary)
        for position, line in enumerate(lines[:body_start])
        if position in candidates
        and 4 <= len(line.words) <= 35
        and len(line.content_words & vocabulary) >= 2
    }
    if not scores or max(scores.values()) < _MIN_OVERLAP:
        standing = [p for p in sorted(candidates) if _stands_above(p, lines, masthead)]
        if not standing and body_start == 1 and 0 in candidates and _is_headline(lines[0]):
            return 0  # nothing but the headline stands above the body
        return standing[0] if standing else None
    above = {p: score for p, score in scores.items() if p < min(masthead, default=body_start)}
    if above and max(above.values()) >= _MIN_OVERLAP:
        scores = above  # below the byline stand captions and standfirsts
    best = max(scores.values())
    return next(position for position, score in scores.items() if score >= 0.6 * best)


def _is_headline(line: Line) -> bool:
    """In a script whose words the furniture lists do not know, and which often have no form in
    common with those of the body."""
    return (
        2 <= len(line.words) <= 35
        and not line.is_terminated
        and _LATIN_LETTER.search(line.text) is None
    )


def _stands_above(position: int, lines: Sequence[Line], masthead: set[int]) -> bool:
    """Right above a byline or date line, and long enough for a headline."""
    return position + 1 in masthead and 4 <= len(lines[position].words) <= 35


def is_biography(line: Line, beside: str | None, author: str | None, at_end: bool) -> bool:
    """Whether ``line`` tells about the author or the outlet instead of the news.

    Args:
        beside: the byline on the line before, if any.
        author: the author as stated on the page.
        at_end: the line is one of the last of the article.
    """
    if _BIOGRAPHY_LABEL.match(line.text):
        return True
    start = re.sub(r"^the\s", "", line.text.lower())
    if beside:
        name = re.sub(r"^(?:by|the)\s", "", beside.lower())
        if start.startswith(name):
            return _SELF.search(line.text) is not None
    if not at_end or len(line.words) > 90:
        return False
    if author and start.startswith(author.lower()):
        return _SELF.search(line.text[: len(author) + 20]) is not None
    return _NAME_START.match(line.text) is not None and _ROLE.search(line.text[:160]) is not None
