"""Raw text → lines that each hold one paragraph, heading or item of page furniture."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rag.articles.normal_form import normal_text
from rag.articles.phrases import phrase_file
from rag.unspaced import RUN, bigrams, words_of

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_UNMARKED = re.compile("[\u0e01-\u0edf]{8}")  # Thai and Lao sentences end in no mark
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s\b")
_TERMINATED = re.compile(r"[.!?…。！？｡؟।۔።፧။។][\"”’'»)\]*」』）】》]*$")
# The word before the sign is long, in lower case or a number: "St. Brannoc" goes on.
_INNER_END = re.compile(
    r"(?:\b[a-z]{2,}|\b[A-Z][a-z]{4,}|\d|[\"”’)])[.!?][\"”’')]*\s+[\"“‘(]?[A-Z0-9À-Þ]"
)
_MIN_COLUMN, _MAX_COLUMN = 18, 110  # characters in a row: an OCR clipping, a wide terminal
_SURE_ROWS = 4  # from so many rows on, one that ends early is no doubt of the column
LOWER_START = re.compile(r"[a-zß-ÿ](?:[a-zß-ÿ'’-]|\s|$)")
_FUNCTION_WORDS = phrase_file("function_words")
_COMMON_WORDS = phrase_file("common_words")


@dataclass
class Line:
    """One line of a page: what it says and the features that decide what it is.

    Attributes:
        text: in normal form, without space at its ends.
        blank_before: an empty line stands before it.
        words: its words, as written; pieces of them in a script without spaces.
    """

    text: str
    blank_before: bool = False

    @cached_property
    def words(self) -> list[str]:
        words = _WORD.findall(self.text)
        if not RUN.search(self.text):
            return words
        return [
            piece
            for word in words
            for part in _parts_by_script(word)
            for piece in (words_of(part) if RUN.match(part) else [part])
        ]

    @cached_property
    def content_words(self) -> set[str]:
        """Words of four letters and more, and numbers, in lower case; the commonest are out. In a
        script without spaces every two letters."""
        text = _POSSESSIVE.sub("", self.text.lower())
        pairs = {pair for run in RUN.findall(text) for pair in bigrams(run)}
        words = _WORD.findall(RUN.sub(" ", text)) if pairs else _WORD.findall(text)
        long = {word for word in words if len(word) >= 4 or word.isdigit()}
        return (long - _COMMON_WORDS) | pairs

    @property
    def is_terminated(self) -> bool:
        return _TERMINATED.search(self.text[-16:]) is not None

    @cached_property
    def is_title_case(self) -> bool:
        """Most words after the first are capitalised, as in a headline, a menu or a name."""
        rest = [w for w in self.words[1:] if w.lower() not in _FUNCTION_WORDS and w[0].isalpha()]
        return bool(rest) and sum(w[0].isupper() for w in rest) >= 0.75 * len(rest)

    @property
    def holds_sentence(self) -> bool:
        """A sentence ends within the line."""
        return _INNER_END.search(self.text) is not None

    @cached_property
    def is_prose(self) -> bool:
        """Reads as running text: a sentence that ends, or text too long for anything else.

        A question of up to 14 words is no prose: in front of paragraphs it is a heading.
        """
        count = len(self.words)
        if not self.is_terminated and not self.text.endswith((":", "：")):
            enough = 15 if _UNMARKED.search(self.text) else 30
            return count >= enough or (count >= 16 and self.holds_sentence)
        if self.text.endswith(("?", "？", "؟")) and count <= 14:
            return False
        enough = 3 if self.text[0] in "\"“‘'«" else 5
        if count < 12 and self.is_title_case:
            return count >= 6 and self.text.endswith(".") and self._has_lower_content
        return count >= enough

    @property
    def _has_lower_content(self) -> bool:
        return any(w[0].islower() and len(w) > 3 and w not in _FUNCTION_WORDS for w in self.words)


def _parts_by_script(word: str) -> list[str]:
    """A word divided where a script without spaces begins or ends: "318人" is two."""
    parts: list[str] = []
    at = 0
    for run in RUN.finditer(word):
        parts += [word[at : run.start()], run.group()]
        at = run.end()
    return [part for part in (*parts, word[at:]) if part]


def page_lines(raw: str) -> list[Line]:
    """Lines of ``raw`` that are not empty, in normal form; text wrapped at a width is unwrapped."""
    if _ENTITY.search(raw):
        raw = _ENTITY.sub(lambda match: html.unescape(match.group()), raw)
    rows = [row.strip() for row in normal_text(raw).split("\n")]
    rows = unwrapped(rows)
    lines: list[Line] = []
    blank = False
    for row in rows:
        if row:
            lines.append(Line(row, blank_before=blank))
        blank = not row
    return lines


def unwrapped(rows: Sequence[str], force: bool = False) -> list[str]:
    """Rows of one paragraph as one row, when the text is wrapped at a fixed width.

    Args:
        rows: lines of a page, "" for an empty one.
        force: the rows are known to be wrapped, as those of a PDF are.
    """
    width = _wrap_width(rows, force)
    if width is None:
        return list(rows)
    vocabulary = {word.lower() for row in rows for word in re.findall(r"[\w'’-]+", row)}
    paragraphs: list[str] = []
    open_row = ""  # the last row of the paragraph being built
    for row in rows:
        is_headline = not force and open_row.isupper() and row.isupper()
        if open_row and row and (is_headline or _is_wrapped_end(open_row, row, width)):
            paragraphs[-1] = _joined_wrap(paragraphs[-1], row, vocabulary)
        else:
            paragraphs.append(row)
        open_row = row
    return paragraphs


def _wrap_width(rows: Sequence[str], force: bool) -> int | None:
    """The width at which rows are wrapped; None when rows are paragraphs already."""
    filled = sorted(len(row) for row in rows if row)
    if not filled:
        return None
    width = filled[int(len(filled) * 0.9)] if len(filled) > 9 else filled[-1]
    if force:
        return width
    if _is_column(rows, width):
        return width
    if not 50 <= width <= 110 or filled[-1] > width * 1.25 or len(filled) < 4:
        return None
    inner = [row for row, after in pairwise(rows) if row and after]
    long_rows = [row for row in inner if len(row) >= 0.75 * width]
    unterminated = sum(_TERMINATED.search(row[-16:]) is None for row in long_rows)
    if len(long_rows) < 4 or len(long_rows) < 0.5 * len(inner):
        return None
    return width if unterminated >= 0.6 * len(long_rows) else None


def _is_column(rows: Sequence[str], width: int) -> bool:
    """Whether rows end where the next word had no room, and go on in the middle of a sentence.

    That shows a column of any width, and a wrapped text of a few rows.
    """
    if not _MIN_COLUMN <= width <= _MAX_COLUMN:
        return False
    broken = [
        (row, after)
        for row, after in pairwise(rows)
        if row and after and not _TERMINATED.search(row[-16:])
    ]
    full = sum(_has_no_room(row, after, width) for row, after in broken)
    going_on = sum(after[0].islower() for _, after in broken)
    if len(broken) < _SURE_ROWS:
        return len(broken) >= 2 and going_on >= 1 and full == len(broken)
    return going_on >= 0.4 * len(broken) and full >= 0.8 * len(broken)


def _has_no_room(row: str, after: str, width: int) -> bool:
    return len(row) + 1 + len(after.split(" ", 1)[0]) > 0.9 * width


def _is_wrapped_end(row: str, after: str, width: int) -> bool:
    if len(row) < 0.6 * width:
        return bool(LOWER_START.match(after)) and len(row) > 0.4 * width
    first_word = after.split(" ", 1)[0]
    has_room = len(row) + 1 + len(first_word) <= 0.95 * width
    return not (has_room and _TERMINATED.search(row[-16:]))


def _joined_wrap(row: str, after: str, vocabulary: set[str]) -> str:
    """``row`` and ``after``; the hyphen of a word broken at the line's end is dropped."""
    broken = re.search(r"([\w'’]+)-$", row)
    rest = re.match(r"[a-zß-ÿ]+", after)
    if not broken or not rest:
        return f"{row} {after}"
    left, right = broken.group(1).lower(), rest.group().lower()
    is_compound = f"{left}-{right}" in vocabulary or (
        left in vocabulary and right in vocabulary and left + right not in vocabulary
    )
    return row + after if is_compound else row[:-1] + after
