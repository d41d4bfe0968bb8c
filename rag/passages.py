"""Article text → passages: the units that are embedded, indexed and retrieved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.sentences import cut_span, split_sentences
from rag.tokens import count_tokens

# What one passage costs in the sum that packing minimises: a break inside a paragraph, and a
# subheading left alone at a passage's end, dearer than the passage more that avoids it.
_SPLIT_PARAGRAPH_COST = 0.1
_HEADING_LAST_COST = 30.0
_PASSAGE_COST = 10.0
_LONGEST_HEADING_CHARACTERS = 120
# A page's whole first paragraph taken for its title must not drown the passage.
_TITLE_CHARACTERS = 200
# Bounds the work on texts of one-word sentences.
_MAX_SENTENCES = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one article that stand together: ``text[start:end]``.

    Attributes:
        start, end: character offsets in the article's text.
        sentences: their spans, offsets in the article's text; a sentence that is longer than a
            passage may be comes in pieces.
    """

    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    tokens: int
    paragraph: int
    heading: bool


def split_passages(
    text: str, *, max_characters: int = 1000, max_tokens: int = 256, model: str | None = None
) -> list[Passage]:
    """Passages of ``text`` in order; every sentence is in exactly one, and they do not overlap.

    As few as the limits allow, and among those the evenest, preferring to break between
    paragraphs and never right after a subheading.

    Args:
        text: an article's text, paragraphs separated by a blank line.
        max_characters: limit of ``end - start``.
        max_tokens: limit in tokens of ``rag.tokens.encoding_for(model)``.
    """
    units = _units(text, max_characters, max_tokens, model)
    return [
        Passage(run[0].start, run[-1].end, tuple((unit.start, unit.end) for unit in run))
        for run in _pack(units, max_characters, max_tokens)
    ]


def retrieval_text(title: str | None, passage_text: str) -> str:
    """What is embedded and searched for a passage: its article's title carried in front.

    With it, 1 to 2 % of news passages have more than 256 word pieces, none more than 290.
    """
    return f"{title[:_TITLE_CHARACTERS]}\n{passage_text}" if title else passage_text


def _units(text: str, max_characters: int, max_tokens: int, model: str | None) -> list[_Unit]:
    units: list[_Unit] = []
    sentences = split_sentences(text)
    for at, sentence in enumerate(sentences):
        alone = (at == 0 or sentences[at - 1].paragraph != sentence.paragraph) and (
            at + 1 < len(sentences) and sentences[at + 1].paragraph != sentence.paragraph
        )
        heading = alone and _looks_like_heading(text, sentence.start, sentence.end)
        for start, end in cut_span(text, sentence.start, sentence.end, max_characters):
            for span_start, span_end, tokens in _cut_to_tokens(text, start, end, max_tokens, model):
                units.append(_Unit(span_start, span_end, tokens, sentence.paragraph, heading))
    return units


def _looks_like_heading(text: str, start: int, end: int) -> bool:
    return end - start <= _LONGEST_HEADING_CHARACTERS and text[end - 1] not in '.!…。！।;,"”’»'


def _cut_to_tokens(
    text: str, start: int, end: int, max_tokens: int, model: str | None
) -> Iterator[tuple[int, int, int]]:
    tokens = count_tokens(text[start:end], model) + 1  # one for the white space before it
    if tokens <= max_tokens or end - start == 1:
        yield start, end, tokens
        return
    fitting = max(1, min((end - start) * max_tokens // tokens, (end - start + 1) // 2))
    for piece_start, piece_end in cut_span(text, start, end, fitting):
        yield from _cut_to_tokens(text, piece_start, piece_end, max_tokens, model)


def _break_cost(last: _Unit, following: _Unit) -> float:
    if last.heading and not following.heading:  # two in a row are a list, which may be broken
        return _HEADING_LAST_COST
    return _SPLIT_PARAGRAPH_COST if last.paragraph == following.paragraph else 0.0


def _pack(units: list[_Unit], max_characters: int, max_tokens: int) -> Iterator[list[_Unit]]:
    """Cheapest division of ``units`` into runs within the limits (dynamic programming)."""
    count = len(units)
    best = [0.0] * (count + 1)
    ends = [0] * count
    for first in range(count - 1, -1, -1):
        best[first] = float("inf")
        tokens = 0
        for last in range(first, min(first + _MAX_SENTENCES, count)):
            tokens += units[last].tokens
            length = units[last].end - units[first].start
            if last > first and (length > max_characters or tokens > max_tokens):
                break
            fill = max(length / max_characters, tokens / max_tokens)
            cost = _PASSAGE_COST + fill * fill + best[last + 1]
            if last + 1 < count:
                cost += _break_cost(units[last], units[last + 1])
            if cost < best[first]:
                best[first], ends[first] = cost, last + 1
    at = 0
    while at < count:
        yield units[at : ends[at]]
        at = ends[at]
