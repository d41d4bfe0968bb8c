"""Cited sentences read for the question: with which of their words they answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.agreement import AnsweringSentence
from rag.answer.answer import Citation
from rag.answer.evidence import FoundSentence
from rag.index import Index
from rag.reader import Reader, ReadSentence, default_reader


def answering_sentences(
    index: Index,
    question: str,
    sentences: Mapping[int, FoundSentence],
    *,
    least: float,
    reader: Reader | None = None,
) -> list[AnsweringSentence]:
    """Those of the ``sentences``, by the number of their citation, that answer ``question``.

    Args:
        least: probability from which on a sentence answers.

    Raises:
        ConfigurationError: the reader's files are missing or damaged.
    """
    readings = (reader or default_reader()).read(
        question, [ReadSentence(s.text, "", s.passage.title) for s in sentences.values()]
    )
    return [
        AnsweringSentence(
            n=n,
            text=sentence.text,
            start=reading.start,
            end=reading.end,
            probability=reading.probability,
            article_id=sentence.passage.article_id,
            origin=sentence.passage.origin or sentence.passage.article_id,
            title=sentence.passage.title,
            outlet=sentence.passage.outlet,
            published=sentence.passage.published,
            article_text=index.text(sentence.passage.text_sha256),
        )
        for (n, sentence), reading in zip(sentences.items(), readings, strict=True)
        if reading.probability >= least
    ]


def with_answers(
    citations: Sequence[Citation], answering: Sequence[AnsweringSentence]
) -> tuple[Citation, ...]:
    """``citations`` with the offsets of the words that answer."""
    found = {sentence.n: sentence for sentence in answering}
    marked = []
    for citation in citations:
        sentence = found.get(citation.n)
        if sentence is None or sentence.start is None or sentence.end is None:
            marked.append(citation)
            continue
        begin = citation.end - len(sentence.text)
        start, end = begin + sentence.start, begin + sentence.end
        marked.append(replace(citation, answer_start=start, answer_end=end))
    return tuple(marked)
