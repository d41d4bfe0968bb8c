"""Sentences of an article, and of an answer with the numbers that each cites."""

from __future__ import annotations

import re
from functools import lru_cache

from .words import listed_lines, listed_words, one_of

_MARK = r"\s*\[\d{1,4}(?:\s*[,;]\s*\d{1,4})*\]"
_MARKER = re.compile(_MARK)
_BLANK_LINE = re.compile(r"\n\s*\n")
# What ends a sentence: a mark with its closing quotes and markers, before white space and what may
# open another sentence; not after an abbreviation or an initial.
_END = re.compile(
    rf"(?:(?P<stop>\.)|[!?…])[\"'”’)\]]*(?:{_MARK})*"
    r"(?=\s+[\"'“‘(]*[^\W_a-z]|\s*$)"
)
_NEVER_LAST, _BEFORE_FIGURE = (
    re.compile(rf"(?<![\w.])(?:{one_of([*line.split(), *line.upper().split()])})$")
    for line in listed_lines("abbreviations")
)
_INITIAL = re.compile(r"\b[A-Za-z]$")
_CLOCK = re.compile(r"\b[ap]\.m$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(rf"\.\s+(?:{one_of(list(listed_words('after_clock')))})\b")


@lru_cache(maxsize=256)
def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of ``text`` stand; a blank line always ends one."""
    ends = [m.end() for m in _END.finditer(text) if not _is_abbreviation(text, m)]
    ends += [m.start() for m in _BLANK_LINE.finditer(text)]
    spans = []
    start = 0
    for end in sorted({*ends, len(text)}):
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if start < end:
            spans.append((start, end))
        start = end
    return tuple(spans)


def _is_abbreviation(text: str, end: re.Match[str]) -> bool:
    at = end.start()
    if not end["stop"]:
        return False
    if _CLOCK.search(text, 0, at):
        return _AFTER_CLOCK.match(text, at) is not None
    if _INITIAL.search(text, 0, at) or _NEVER_LAST.search(text, 0, at):
        return True
    is_figure = text[end.end() :].lstrip()[:1].isdigit()
    return is_figure and _BEFORE_FIGURE.search(text, 0, at) is not None


def split_statements(answer: str) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of an answer's text without their markers, each with the numbers it cites.

    A marker belongs to the sentence in which or after which it stands: "It did. [1][2]".
    """
    lines = answer.replace("\n", "\n\n")
    statements: list[tuple[str, tuple[int, ...]]] = []
    for start, end in split_sentences(lines):
        sentence = lines[start:end]
        found = " ".join(marker.group() for marker in _MARKER.finditer(sentence))
        numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", found)))
        words = " ".join(_MARKER.sub("", sentence).split())
        if any(character.isalnum() for character in words):
            statements.append((words, numbers))
        elif statements:  # a marker on a line of its own
            statements[-1] = (statements[-1][0], statements[-1][1] + numbers)
    return statements
