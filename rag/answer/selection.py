"""Which of the ranked sentences are shown: repeats joined, differing figures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.candidates import Candidate
from rag.answer.question import COUNTED_KINDS, NAMED_KINDS, AskedQuestion, key_of
from rag.answer.reading import Reading, new_figures, new_names, read_text
from rag.claims.numbers import Quantity, values_relate
from rag.claims.reading import read_sentence
from rag.claims.synonyms import same_meaning

# Sentences that come into question at all.
SHORTLIST = 24
MAX_CITATIONS = 4
# How much further than others a sentence may lie that counts what is asked for as well.
_FURTHER_COUNT = 1.5
# Share of the content words, by weight, that make two sentences one report.
_SAME_WORDS = 0.6
_SAME_WORDS_AND_VALUE = 0.34


@dataclass(frozen=True, slots=True)
class ChosenStatement:
    """A sentence to show, and the other articles' sentences that say the same."""

    best: Candidate
    repeats: tuple[Candidate, ...]


def choose(
    question: AskedQuestion,
    candidates: Sequence[Candidate],
    scores: NDArray[np.float32],
    *,
    max_statements: int,
    max_drop: float,
) -> list[ChosenStatement]:
    """The best sentences, best first.

    A sentence that repeats a chosen one joins it, if it comes from another article; what another
    article counts differently is a statement of its own. Where the best one counts what is asked
    for, one that counts only other things does not follow it.

    Args:
        scores: how the sentences rank, (n,), in log-odds.
        max_drop: how far below the best score a further statement may lie.
    """
    order = np.argsort(-scores, kind="stable")[:SHORTLIST]
    chosen: list[list[Candidate]] = []
    for at in order:
        candidate = candidates[at]
        reach = max_drop
        if chosen and _counts_too(question, chosen[0][0], candidate):
            reach *= _FURTHER_COUNT
        if scores[at] < scores[order[0]] - reach:
            continue
        joined = next((group for group in chosen if _same(question, group[0], candidate)), None)
        if joined is not None:
            if len(joined) < MAX_CITATIONS and all(_apart(candidate, other) for other in joined):
                joined.append(candidate)
        elif len(chosen) < max_statements and (
            not chosen or _counts_on(question, chosen[0][0], candidate)
        ):
            chosen.append([candidate])
    return [ChosenStatement(group[0], tuple(group[1:])) for group in chosen]


def _counts_too(question: AskedQuestion, best: Candidate, other: Candidate) -> bool:
    """Whether another article counts what is asked for too: a differing number is worth more room
    than what else there is."""
    return (
        question.kind == "number"
        and not question.counts_anyone
        and _apart(best, other)
        and bool(counted_quantities(question, best.text))
        and bool(counted_quantities(question, other.text))
    )


def _counts_on(question: AskedQuestion, best: Candidate, further: Candidate) -> bool:
    return (
        question.kind != "number"
        or not counted_quantities(question, best.text)
        or bool(counted_quantities(question, further.text))
        # "Its organisers spoke of 15,000": the thing counted was named before.
        or any(not quantity.unit for quantity in _quantities(further.text))
    )


def _apart(one: Candidate, other: Candidate) -> bool:
    return one.passage.article_id != other.passage.article_id


def _same(question: AskedQuestion, one: Candidate, other: Candidate) -> bool:
    """Whether two sentences report one fact, as far as the question goes."""
    if one.text == other.text:
        return True
    left, right = read_text(one.text), read_text(other.text)
    shared = _overlap(left, right)
    if question.kind in COUNTED_KINDS:
        return _same_figure(question, one.text, other.text) and shared >= _SAME_WORDS_AND_VALUE
    if _figures_differ(question, left, right):
        return False
    if question.kind in NAMED_KINDS:
        mine = {left.words[at] for at in new_names(question, left)}
        yours = {right.words[at] for at in new_names(question, right)}
        common = len(mine & yours) / max(1, min(len(mine), len(yours)))
        return common >= 0.5 and shared >= _SAME_WORDS_AND_VALUE
    return shared >= _SAME_WORDS


def _overlap(one: Reading, other: Reading) -> float:
    """Shared weight over the lighter sentence's weight."""
    left = dict(zip(one.words, one.weights, strict=True))
    right = dict(zip(other.words, other.weights, strict=True))
    lighter = min(sum(left.values()), sum(right.values()))
    return sum(left[word] for word in left.keys() & right.keys()) / (lighter or 1.0)


def _figures_differ(question: AskedQuestion, one: Reading, other: Reading) -> bool:
    mine = set(new_figures(question, one).values())
    yours = set(new_figures(question, other).values())
    return bool(mine and yours) and not mine & yours


def asked_quantities(question: AskedQuestion, text: str) -> list[Quantity]:
    """Quantities of a sentence that count what the question asks for; all when none does."""
    return counted_quantities(question, text) or _quantities(text)


def counted_quantities(question: AskedQuestion, text: str) -> list[Quantity]:
    """Quantities of a sentence that count what the question asks for, by whatever word."""
    return [
        q
        for q in _quantities(text)
        if q.unit and any(_one_thing(key_of(word), question.counted) for word in q.unit.split())
    ]


def _one_thing(key: str, counted: frozenset[str]) -> bool:
    return key in counted or any(same_meaning(key, other) for other in counted)


def _quantities(text: str) -> list[Quantity]:
    found = read_sentence(text).quantities
    return [q for q in found if q.kind not in {"ordinal", "label", "age"}]


def _same_figure(question: AskedQuestion, one: str, other: str) -> bool:
    mine, yours = asked_quantities(question, one), asked_quantities(question, other)
    if not mine or not yours:
        return not mine and not yours
    return any(values_relate(a, b) == "same" for a in mine for b in yours)
