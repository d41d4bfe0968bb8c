"""Found passages grown by the sentences around them, up to what a passage may hold.

Indexed passages are cut evenly, so most are shorter than they may be; what is asked for often
stands just outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.records import StoredPassage
from rag.index.store import Index
from rag.retrieval.matching import covered_idf
from rag.retrieval.question import Question

MAX_CHARACTERS = 1000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """Whole sentences of one article, ``text`` being ``article.text[start:end]``."""

    passage: StoredPassage
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]


def grow(index: Index, question: Question, passages: Sequence[StoredPassage]) -> list[Window]:
    """One window per passage, in order. No two share a sentence: the better passage, which is the
    earlier one, grows first, and none grows into another."""
    around = _around(index, passages)
    taken = {(p.article_id, span) for p in passages for span in p.sentences}
    return [_grown(index, question, passage, around, taken) for passage in passages]


def _around(
    index: Index, passages: Sequence[StoredPassage]
) -> dict[tuple[str, int], StoredPassage]:
    """The passages right before and after, by article and place in it.

    An article's passages are numbered in order when they are stored, so that the neighbours of
    one have the ids next to it.
    """
    found = {(p.article_id, p.ordinal): p for p in passages}
    ids = {p.passage_id for p in passages}
    beside = {i + step for i in ids for step in (-1, 1)} - ids
    found |= {(p.article_id, p.ordinal): p for p in index.passages(sorted(beside))}
    return found


def _grown(
    index: Index,
    question: Question,
    passage: StoredPassage,
    around: dict[tuple[str, int], StoredPassage],
    taken: set[tuple[str, Span]],
) -> Window:
    article = passage.article_id
    before = around.get((article, passage.ordinal - 1))
    after = around.get((article, passage.ordinal + 1))
    # Offsets of one stored text only: a neighbour read after an update is of another.
    before = before if before and before.text_sha256 == passage.text_sha256 else None
    after = after if after and after.text_sha256 == passage.text_sha256 else None
    earlier = list(before.sentences) if before else []
    later = list(after.sentences[::-1]) if after else []
    chosen = list(passage.sentences)
    while True:
        options: list[tuple[float, bool]] = []
        if before and earlier and _fits(article, earlier[-1], chosen, taken):
            options.append((_coverage(question, before, earlier[-1]), False))
        if after and later and _fits(article, later[-1], chosen, taken):
            options.append((_coverage(question, after, later[-1]), True))
        if not options:
            break
        if max(options)[1]:
            chosen.append(later.pop())
        else:
            chosen.insert(0, earlier.pop())
    taken.update((article, span) for span in chosen)
    start, end = chosen[0][0], chosen[-1][1]
    grew = (start, end) != (passage.start, passage.end)
    text = index.text(passage.text_sha256)[start:end] if grew else passage.text
    return Window(passage, start, end, text, tuple(chosen))


def _fits(article: str, span: Span, chosen: Sequence[Span], taken: set[tuple[str, Span]]) -> bool:
    start, end = min(span[0], chosen[0][0]), max(span[1], chosen[-1][1])
    return end - start <= MAX_CHARACTERS and (article, span) not in taken


def _coverage(question: Question, passage: StoredPassage, span: Span) -> float:
    text = passage.text[span[0] - passage.start : span[1] - passage.start]
    return covered_idf(question, text)
