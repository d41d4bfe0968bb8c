"""Dates and clock times: figures that count nothing."""

from __future__ import annotations

import re

from .words import listed_words, one_of

_MONTH = rf"(?:{one_of(list(listed_words('months')))})\b\.?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d(?!\d|[.,]\d)"
_DATE = re.compile(
    rf"\b{_DAY}(?:\s+(?:of\s+)?|-){_MONTH}(?:,?\s+{_YEAR})?"
    rf"|\b{_MONTH}\s+{_DAY}(?!\w|[.,]\d)(?:,?\s+{_YEAR})?"
    rf"|\b{_MONTH}\s+(?:of\s+)?{_YEAR}"
    r"|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
)
_CLOCK = re.compile(
    r"\b\d{1,2}[.:]\d\d(?:\s?[ap]\.?m\b\.?)|\b\d{1,2}:\d\d(?::\d\d)?\b|\b\d{1,2}\s?[ap]\.?m\b\.?"
    r"|\b[a-z]+\s+[ap]\.m\.|\b(?:\d{1,2}|[a-z]+)\s+o['’]clock",
    re.IGNORECASE,
)


def moments(text: str) -> list[tuple[int, int]]:
    """Where dates and clock times stand in ``text``."""
    patterns = (_DATE, _CLOCK)
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]
