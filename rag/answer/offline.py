"""One question's way without a chat model: filters → made whole → spelling → parts → one Answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answer.answer import (
    ASK_WHOLE,
    Agreement,
    Answer,
    Citation,
    QuestionPart,
    Refusal,
    Relation,
    ShortAnswer,
    Statement,
    Value,
    answer_text,
)
from rag.answer.asking import resolve_follow_up, split_question
from rag.answer.emptied import empty_filter_reason
from rag.answer.extractive import answer_extractively
from rag.answer.spelling import mend_spelling
from rag.filters import Filters
from rag.index import Index
from rag.retrieval.search import NO_FILTERS

if TYPE_CHECKING:
    from rag.answer.follow_up import Turn

_WORST: dict[Relation, int] = {"same": 0, "compatible": 1, "conflict": 2}
_MOST_NEAR = 5


def answer_offline(
    index: Index,
    question: str,
    history: Sequence[Turn] = (),
    filters: Filters = NO_FILTERS,
    k: int = 10,
) -> Answer:
    """``question`` answered from the articles' own sentences, or refused with the reason.

    Args:
        history: the conversation before, oldest first.
        k: passages that are looked at for each part of the question.

    Raises:
        UsageError: the question is empty, there is no such collection, or the index was opened
            without an embedder.
        IndexStoreError: the index is damaged.
    """
    began = time.perf_counter()
    emptied = empty_filter_reason(index, filters)
    if emptied is not None:
        return _refused(question, emptied, "filter_empty", began)
    whole = resolve_follow_up(question, history)
    if whole is None:
        return _refused(question, ASK_WHOLE, "ask_whole", began)
    mended = mend_spelling(whole, index)
    asked = mended or whole
    parts = split_question(asked)
    answers = [answer_extractively(index, part, filters=filters, k=k) for part in parts]
    answer = answers[0] if len(answers) == 1 else _joined(index, parts, answers)
    return replace(
        answer,
        id=_id_of(asked),
        question=question,
        standalone_question=asked,
        refusal=(answer.refusal or "not_told") if answer.abstained else None,
        read_as=mended,
        seconds=time.perf_counter() - began,
    )


def _refused(question: str, sentence: str, refusal: Refusal, began: float) -> Answer:
    return Answer(
        id=_id_of(question),
        question=question,
        standalone_question=question,
        answer=sentence,
        abstained=True,
        refusal=refusal,
        seconds=time.perf_counter() - began,
    )


def _joined(index: Index, parts: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """The answers to the parts as one, each quote cited once, numbered from 1."""
    citations: list[Citation] = []
    statements: list[Statement] = []
    short: list[ShortAnswer] = []
    told: list[QuestionPart] = []
    relations: list[Agreement] = []
    numbers: dict[tuple[str, int, int, int | None], int] = {}
    for part, answer in zip(parts, answers, strict=True):
        renumbered: dict[int, int] = {}
        for citation in answer.citations:
            # The words that answer are others for each part, so that one quote may stand twice.
            quote = (
                citation.text_sha256, citation.start, citation.end, citation.answer_start
            )  # fmt: skip
            if quote not in numbers:
                numbers[quote] = len(citations) + 1
                citations.append(replace(citation, n=numbers[quote]))
            renumbered[citation.n] = numbers[quote]
        statements += [
            replace(s, citations=_numbers(s.citations, renumbered)) for s in answer.statements
        ]
        brief = tuple(replace(s, citations=_numbers(s.citations, renumbered)) for s in answer.short)
        short += brief
        told.append(QuestionPart(part, brief, answer.abstained))
        if answer.agreement is not None:
            relations.append(_renumbered(answer.agreement, renumbered))
    abstained = all(answer.abstained for answer in answers)
    near = {(n.article_id, n.start): n for answer in answers for n in answer.nearest}
    return replace(
        answers[0],
        answer=answer_text(tuple(statements)),
        abstained=abstained,
        statements=tuple(statements),
        citations=tuple(citations),
        nearest=tuple(near.values())[:_MOST_NEAR] if abstained else (),
        agreement=_agreement(index, relations, {c.n: c.article_id for c in citations}),
        short=tuple(short),
        parts=tuple(told),
        refusal=None,
    )


def _numbers(old: Sequence[int], renumbered: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(renumbered[n] for n in old)


def _renumbered(agreement: Agreement, renumbered: Mapping[int, int]) -> Agreement:
    values = tuple(
        replace(value, citations=_numbers(value.citations, renumbered))
        for value in agreement.values
    )
    return replace(agreement, values=values)


def _agreement(
    index: Index, relations: Sequence[Agreement], article_of: Mapping[int, str]
) -> Agreement | None:
    """The values of all parts, and the worst of their relations."""
    if len(relations) < 2:
        return relations[0] if relations else None
    values: tuple[Value, ...] = tuple(value for r in relations for value in r.values)
    articles = set(article_of.values())
    origins = {index.article(article).record.origin or article for article in articles}
    return Agreement(
        articles=len(articles),
        origins=len(origins),
        speakers=max(
            len({v.said_by for v in values if v.said_by}), *(r.speakers for r in relations)
        ),
        relation=max((r.relation for r in relations), key=_WORST.__getitem__),
        values=values,
    )


def _id_of(question: str) -> str:
    return hashlib.sha256(question.encode("utf-8", "replace")).hexdigest()[:12]
