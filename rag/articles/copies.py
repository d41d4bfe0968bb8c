"""Copies of an article in one file: told apart, then merged so that each sentence is there once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.articles.lines import Line

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-ZÀ-Þ0-9])")
_KEY_SIGN = re.compile(r"[\W_]+")
_MIN_KEY_WORDS = 5  # shorter lines repeat by chance: "No comment.", "He declined."
_MIN_PREFIX_WORDS = 6
_MIN_REPEAT_WORDS = 8
_MAX_PREFIX_PLACES = 16  # bounds the work on text in which every sentence begins alike


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[str, ...]:
    """Rough sentences, for comparing copies; the same text always splits in the same way."""
    pieces: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        pieces.append(text[start : match.end()].strip())
        start = match.end()
    pieces.append(text[start:].strip())
    return tuple(piece for piece in pieces if piece)


@lru_cache(maxsize=8192)
def sentence_key(sentence: str) -> str:
    """Words of ``sentence`` in lower case, without signs: equal for copies of one sentence."""
    return _KEY_SIGN.sub(" ", sentence.lower()).strip()


def split_pages(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut a file where a copy of what stood before begins.

    A copy begins at a line that was there before when at least two more lines soon after it
    repeat, in the same order, what followed there.
    """
    keys = [_line_keys(line) for line in lines]
    pages: list[list[Line]] = []
    start = 0
    seen: dict[str, int] = {}
    for position, line_keys in enumerate(keys):
        match = _first_match(line_keys, seen)
        if match is not None and _is_copy_start(keys, position, match, seen):
            pages.append(list(lines[start:position]))
            start, seen = position, {}
        for key in line_keys:
            seen.setdefault(key, position)
    pages.append(list(lines[start:]))
    return [page for page in pages if page]


def _line_keys(line: Line) -> list[str]:
    keys = [sentence_key(sentence) for sentence in sentences_of(line.text)]
    return [key for key in keys if key.count(" ") + 1 >= _MIN_KEY_WORDS]


def _first_match(line_keys: Sequence[str], seen: dict[str, int]) -> int | None:
    return next((seen[key] for key in line_keys if key in seen), None)


def _is_copy_start(
    keys: Sequence[Sequence[str]], position: int, match: int, seen: dict[str, int]
) -> bool:
    repeated, expected = 0, match
    for line_keys in keys[position + 1 : position + 13]:
        again = _first_match(line_keys, seen)
        if again is not None and again > expected:
            repeated, expected = repeated + 1, again
    return repeated >= 2


@dataclass(slots=True)
class _Slot:
    """One sentence of the merged article."""

    sentence: str
    begins_paragraph: bool


def merged_paragraphs(copies: Sequence[Sequence[str]]) -> list[str]:
    """Paragraphs of all copies in order, each sentence once.

    What only a later copy has goes in after the sentence that stands before it there. Of a
    sentence that one copy cuts off, the longer form is kept.
    """
    if len(copies) == 1:
        return list(copies[0])
    merged: list[_Slot] = []
    for copy in copies:
        merged = _with_copy(merged, _slots(copy)) if merged else _slots(copy)
    paragraphs: list[str] = []
    for slot in merged:
        if slot.begins_paragraph or not paragraphs:
            paragraphs.append(slot.sentence)
        else:
            paragraphs[-1] += " " + slot.sentence
    return paragraphs


def _slots(paragraphs: Sequence[str]) -> list[_Slot]:
    return [
        _Slot(sentence, begins_paragraph=number == 0)
        for paragraph in paragraphs
        for number, sentence in enumerate(sentences_of(paragraph))
    ]


def _with_copy(merged: list[_Slot], copy: list[_Slot]) -> list[_Slot]:
    """``merged`` with the sentences that only ``copy`` has, in their places."""
    index = _index(merged)
    added: dict[int, list[_Slot]] = {}
    cursor, was_added = -1, False
    for slot in copy:
        match = _position_of(slot.sentence, merged, index, cursor)
        if match is None:
            added.setdefault(cursor, []).append(slot)
            was_added = True
            continue
        if len(slot.sentence) > len(merged[match].sentence) + 3:
            merged[match].sentence = slot.sentence
        if was_added and match == cursor + 1:  # the paragraph's break is known from the copy
            merged[match].begins_paragraph = slot.begins_paragraph
        if match > cursor or sentence_key(slot.sentence).count(" ") >= _MIN_KEY_WORDS:
            cursor = match
        was_added = False
    result: list[_Slot] = []
    for position in range(-1, len(merged)):
        if position >= 0:
            result.append(merged[position])
        result.extend(added.get(position, ()))
    return result


def _index(slots: Sequence[_Slot]) -> dict[str, list[int]]:
    """Whole keys, and their first words, → positions in order."""
    index: dict[str, list[int]] = {}
    for position, slot in enumerate(slots):
        key = sentence_key(slot.sentence)
        index.setdefault(key, []).append(position)
        prefix = _prefix(key)
        if prefix is not None:
            index.setdefault(prefix, []).append(position)
    return index


def _prefix(key: str) -> str | None:
    words = key.split(" ", _MIN_PREFIX_WORDS)
    return "^" + " ".join(words[:_MIN_PREFIX_WORDS]) if len(words) >= _MIN_PREFIX_WORDS else None


def _position_of(
    sentence: str, slots: Sequence[_Slot], index: dict[str, list[int]], cursor: int
) -> int | None:
    """Where ``sentence`` is already, whole or cut off: the first place after ``cursor`` if any."""
    key = sentence_key(sentence)
    places = index.get(key, [])
    if not places and (prefix := _prefix(key)) is not None:
        places = [
            place
            for place in index.get(prefix, [])[:_MAX_PREFIX_PLACES]
            if _is_cut_form(key, sentence_key(slots[place].sentence))
        ]
    if not places and cursor + 1 < len(slots):
        next_sentence = slots[cursor + 1].sentence  # a few words, all that is left of it
        is_cut = not (_is_ended(sentence) and _is_ended(next_sentence))
        if is_cut and _is_cut_form(key, sentence_key(next_sentence)):
            return cursor + 1
    return next((place for place in places if place > cursor), places[0] if places else None)


def _is_ended(sentence: str) -> bool:
    """Ends as a sentence does, and not in the dots of a text cut short."""
    bare = sentence.rstrip("\"”’')")
    return bare.endswith((".", "!", "?")) and not bare.endswith("...")


def _is_cut_form(key: str, other: str) -> bool:
    return key.startswith(other) or other.startswith(key)


def without_repeats(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs without those that say again, as a whole, what another one says.

    Pull quotes, teasers cut off with an ellipsis and paragraphs printed twice go; short lines
    ("No comment.") and sentences that repeat inside different paragraphs stay.
    """
    keys = [[sentence_key(s) for s in sentences_of(p)] for p in paragraphs]
    longest: dict[str, int] = {}  # sentence → position of the paragraph with most sentences
    for position, sentence_keys in enumerate(keys):
        for key in sentence_keys:
            if key not in longest or len(sentence_keys) > len(keys[longest[key]]):
                longest[key] = position
    begins = {
        prefix: position
        for position, sentence_keys in reversed(list(enumerate(keys)))
        if sentence_keys and (prefix := _prefix(" ".join(sentence_keys))) is not None
    }
    kept: list[str] = []
    for position, paragraph in enumerate(paragraphs):
        if not _is_said_elsewhere(position, paragraph, keys, longest, begins):
            kept.append(paragraph)
    return kept


def _is_said_elsewhere(
    position: int,
    paragraph: str,
    keys: Sequence[Sequence[str]],
    longest: dict[str, int],
    begins: dict[str, int],
) -> bool:
    own = " ".join(keys[position])
    if own.count(" ") + 1 < _MIN_REPEAT_WORDS:
        return False
    holders = {longest[key] for key in keys[position]}
    if len(holders) == 1 and position not in holders:
        return True
    if paragraph.endswith(("…", "...")) and (prefix := _prefix(own)) is not None:
        whole = begins.get(prefix, position)
        return whole != position and " ".join(keys[whole]).startswith(own)
    return False
