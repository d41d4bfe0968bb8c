"""Sentences that a link in the page broke over several lines, joined again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.bylines import read_byline, read_date_line
from rag.articles.furniture import is_furniture
from rag.articles.lines import LOWER_START, Line
from rag.articles.sections import section_of

_PUNCTUATION_START = re.compile(r"[,;:.?!](?:\s|$)|['’]s\b|[)”](?:\s|[,.;:])")
# Words after which no sentence and no headline ends: what follows belongs to the same sentence.
_CONNECTOR = re.compile(
    r"(?:[,—–]|\b(?:a|an|the|of|in|on|at|to|for|from|by|with|and|or|but|as|than|that|which|who|"
    r"whose|has|have|had|is|are|was|were|be|been|its|his|her|their|our|into|about|after|before|"
    r"between|during|via|per|called|titled|told|broadcaster|newspaper|agency|channel))$",
    re.IGNORECASE,
)
_PRONOUN_START = re.compile(
    r"(?:he|she|it|they|we|i|you|this|that|these|those|there|the|a|an|no|yes)\b", re.IGNORECASE
)
_MAX_JOINED_LENGTH = 4000  # characters; a longer paragraph is no broken sentence


def joined(lines: Sequence[Line]) -> list[Line]:
    """``lines`` with each sentence on one line."""
    result: list[Line] = []
    is_body = False  # above the first sentence, an open end is that of a headline cut short
    for line in lines:
        is_body = is_body or (line.is_prose and not is_furniture(line))
        if not result or not _continues(result[-1], line, is_body):
            result.append(line)
            continue
        gap = "" if _PUNCTUATION_START.match(line.text) else " "
        result[-1] = Line(result[-1].text + gap + line.text, result[-1].blank_before)
    return result


def _continues(line: Line, after: Line, is_body: bool) -> bool:
    """Whether ``after`` goes on with the sentence that ``line`` leaves open."""
    if line.is_terminated or line.text.endswith((":", ";")) or not line.words:
        return False
    if len(line.text) > _MAX_JOINED_LENGTH:
        return False
    if (
        not _would_continue(line, after, is_body)
        or read_byline(after)
        or read_date_line(after, None)
    ):
        return False
    return not any(is_furniture(one) or section_of(one) for one in (line, after))


def _would_continue(line: Line, after: Line, is_body: bool) -> bool:
    reads_on = len(line.words) >= 8 and not line.is_title_case
    if _PUNCTUATION_START.match(after.text):
        return reads_on or len(after.words) >= 3
    if LOWER_START.match(after.text):
        return reads_on or after.is_prose or _CONNECTOR.search(line.text[-24:]) is not None
    if not is_body or after.blank_before or not reads_on or _PRONOUN_START.match(after.text):
        return False
    if after.is_terminated:
        return len(after.words) <= 3
    return _CONNECTOR.search(line.text[-24:]) is not None and len(after.words) <= 8
