"""Questions answered without a chat model: read, answered in a few words, quoted, or refused.

found passages → their sentences, read → answered at all? → joined by what they answer → short
answer, quotes with outlet and date, and how the reports relate.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.agreement import AnsweringSentence, agreement, short_answers
from rag.answer.answer import REFUSAL, Answer, Citation, Statement, answer_text
from rag.answer.antecedents import context_of
from rag.answer.evidence import near_passages
from rag.errors import IndexStoreError
from rag.filters import Filters
from rag.fitted import read_fitted
from rag.index import Index
from rag.retrieval import SentenceRead, read_passages, search
from rag.retrieval.reading import log_odds
from rag.retrieval.reranking import RERANKED, rerank
from rag.retrieval.search import NO_FILTERS

MAX_CITATIONS = 4
_THRESHOLDS_FILE = "extractive.json"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a question is answered, and by what; chosen by ``training.choose_refusal``.

    Attributes:
        answered: probability of the likeliest sentence from which on the articles are said to
            tell.
        further: that of each sentence beside the best one, and
        drop: how far below its score it may lie.
    """

    answered: float
    further: float
    drop: float


def answer_extractively(
    index: Index,
    question: str,
    *,
    filters: Filters = NO_FILTERS,
    k: int = 10,
    max_statements: int = 3,
) -> Answer:
    """The articles' answer to ``question`` with the sentences that give it, or the refusal.

    Args:
        k: passages shown when the articles do not tell.
        max_statements: of the answer; each is one exact quote with outlet and date, and may cite
            several articles that answer the same.

    Raises:
        UsageError: the question is empty, or the index was opened without an embedder.
        IndexStoreError: the index is damaged.
    """
    began = time.perf_counter()
    passages = search(index, question, k=max(k, RERANKED), filters=filters, rerank=False)
    read = read_passages(index, question, passages)
    chosen = choose_sentences(question, read, max_statements=max_statements)
    statements, citations, cited = _quoted(index, chosen)
    return Answer(
        id=hashlib.sha256(question.encode("utf-8", "replace")).hexdigest()[:12],
        question=question,
        standalone_question=question,
        answer=answer_text(statements) if statements else REFUSAL,
        abstained=not statements,
        statements=statements,
        citations=citations,
        nearest=() if statements else near_passages(rerank(passages, read)[:k]),
        agreement=agreement(question, cited) if cited else None,
        engine="extractive",
        seconds=time.perf_counter() - began,
        short=short_answers(question, cited),
        refusal=None if statements else "not_told",
    )


def choose_sentences(
    question: str, read: Sequence[SentenceRead], *, max_statements: int, refuse: bool = True
) -> list[list[SentenceRead]]:
    """The sentences to show, best first: one group for each statement, which other articles'
    sentences with the same answer join. Empty when none is likely enough to answer.

    Args:
        read: as ``read_passages`` gives them, best first.
        refuse: False to choose whatever the likelihood.
    """
    bounds = thresholds()
    likeliest = max((sentence.reading.probability for sentence in read), default=0.0)
    if not read or (refuse and likeliest < bounds.answered):
        return []
    lowest = read[0].score - bounds.drop
    kept = [
        sentence
        for sentence in read
        if sentence is read[0]
        or (sentence.reading.probability >= bounds.further and sentence.score >= lowest)
    ]
    given: dict[int, int] = {}
    bonus = max(sentence.bonus for sentence in kept)
    answering = [_answering(n, sentence, bonus) for n, sentence in enumerate(kept)]
    for at, short in enumerate(short_answers(question, answering)):
        given |= dict.fromkeys(short.citations, at)
    groups: list[list[SentenceRead]] = []
    for n, sentence in enumerate(kept):
        joined = next((group for group in groups if _same(kept, given, group[0], sentence)), None)
        if joined is not None:
            articles = {other.passage.article_id for other in joined}
            if len(joined) < MAX_CITATIONS and sentence.passage.article_id not in articles:
                joined.append(sentence)
                continue
        if len(groups) < max_statements and (joined is None or n < max_statements):
            groups.append([sentence])
    return groups


def _same(
    kept: Sequence[SentenceRead],
    given: dict[int, int],
    one: SentenceRead,
    other: SentenceRead,
) -> bool:
    """Whether two sentences give one short answer, or are the same sentence."""
    left, right = given.get(kept.index(one)), given.get(kept.index(other))
    return one.text == other.text or (left is not None and left == right)


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """Those that are installed.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    return read_fitted("rag.answer", _THRESHOLDS_FILE, "thresholds", Thresholds)


def _quoted(
    index: Index, chosen: Sequence[Sequence[SentenceRead]]
) -> tuple[tuple[Statement, ...], tuple[Citation, ...], list[AnsweringSentence]]:
    """Statements that quote the chosen sentences, and their citations, numbered from 1."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    cited: list[AnsweringSentence] = []
    bonus = max((sentence.bonus for group in chosen for sentence in group), default=0.0)
    for group in chosen:
        own: list[Citation] = []
        meant: list[str | None] = []
        for sentence in group:
            text = index.text(sentence.passage.text_sha256)
            context = context_of(text, sentence.start, sentence.end)
            n = len(citations) + len(own) + 1
            own.append(_citation(n, sentence, text, context.start))
            meant.append(context.meant)
            cited.append(_answering(n, sentence, bonus, text))
        numbers = tuple(citation.n for citation in own)
        statements.append(Statement(_statement_text(own, meant[0]), numbers, "quoted"))
        citations += own
    return tuple(statements), tuple(citations), cited


def _answering(
    n: int, sentence: SentenceRead, most_bonus: float, article_text: str = ""
) -> AnsweringSentence:
    """``sentence`` with the reader's probability, less what others have more of in their favour:
    ``most_bonus`` is the highest among those that are shown with it."""
    passage = sentence.passage
    odds = log_odds(sentence.reading.probability) + sentence.bonus - most_bonus
    return AnsweringSentence(
        n=n,
        text=sentence.text,
        start=sentence.reading.start,
        end=sentence.reading.end,
        probability=1 / (1 + math.exp(-odds)),
        article_id=passage.article_id,
        origin=passage.origin or passage.article_id,
        title=passage.title,
        outlet=passage.outlet,
        published=passage.published,
        article_text=article_text,
    )


def _citation(n: int, sentence: SentenceRead, text: str, start: int) -> Citation:
    passage = sentence.passage
    quote = text[start : sentence.end]
    if not quote.endswith(sentence.text):
        raise IndexStoreError(
            f"passage {passage.passage_id} is not where the index says in {passage.source}: "
            "`dateline doctor` looks the index over"
        )
    return Citation(
        n=n,
        article_id=passage.article_id,
        source=passage.source,
        title=passage.title,
        outlet=passage.outlet,
        published=passage.published,
        url=passage.url,
        quote=quote,
        start=start,
        end=sentence.end,
        text_sha256=passage.text_sha256,
        answer_start=sentence.start + sentence.reading.start,
        answer_end=sentence.start + sentence.reading.end,
    )


def _statement_text(citations: Sequence[Citation], meant: str | None) -> str:
    """``[who] “quote” (outlet, date; also outlet, date)``."""
    sources = [_source_name(citation) for citation in citations]
    also = "; also " + "; ".join(sources[1:]) if len(sources) > 1 else ""
    who = f"[{meant}] " if meant else ""
    return f"{who}“{citations[0].quote}” ({sources[0]}{also})"


def _source_name(citation: Citation) -> str:
    name = citation.outlet or citation.title or citation.source.rsplit("/", 1)[-1]
    day = _day(citation.published)
    return f"{name}, {day}" if day else name


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _day(published: str | None) -> str | None:
    """ "2026-02-01" as "1 Feb 2026"; a month or a year alone as far as it goes."""
    if not published:
        return None
    parts = published[:10].split("-")
    day = str(int(parts[2])) if len(parts) > 2 else ""
    month = _MONTHS[int(parts[1]) - 1] if len(parts) > 1 else ""
    return " ".join(part for part in (day, month, parts[0]) if part)
