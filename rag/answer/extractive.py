"""Questions answered without a model: the sentences that answer, quoted exactly, or a refusal.

found passages → their sentences → features → ranked → answered at all? → chosen and joined →
quotes with outlet and date.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.answer.abstention import Answerability, counted_noun_absent, describe_best
from rag.answer.agreement import CitedSentence, agreement
from rag.answer.answer import REFUSAL, Answer, Citation, Statement, answer_text
from rag.answer.antecedents import context_of
from rag.answer.candidates import FEATURES, Candidate, candidates_of, describe
from rag.answer.evidence import near_passages
from rag.answer.question import AnswerKind, AskedQuestion, read_question
from rag.answer.selection import ChosenStatement, choose
from rag.answer.trees import BoostedTrees, load_model
from rag.errors import IndexStoreError
from rag.filters import Filters
from rag.index import Index
from rag.retrieval import FoundPassage, search
from rag.retrieval.search import NO_FILTERS

MODEL_FILE = "extractive_model.json"
_WORDING = ("coverage", "coverage_with_before", "names_coverage")
# A question is no answer, and a teaser or caption without its full stop seldom a good one; quizzes,
# which look for a string, find as much in them as in whole sentences.
_FORM_WEIGHTS = {"asks": -9.0, "unfinished": -0.5}
_DOERS = frozenset({"person", "group"})
_WORDING_WEIGHTS = {"thing": 0.75, "reason": 2.5, "manner": 2.5, "yes_no": 2.5}


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidate sentences with their scores, and how likely the best of them answer.

    Attributes:
        scores: (n,) log-odds, in the order of ``candidates``.
        probability: 0 when there is no candidate.
    """

    question: AskedQuestion
    candidates: Sequence[Candidate]
    scores: NDArray[np.float32]
    probability: float


@dataclass(frozen=True, slots=True)
class _Model:
    ranker: BoostedTrees
    relevance: BoostedTrees
    answerability: Answerability
    max_drop: float


def answer_extractively(
    index: Index,
    question: str,
    *,
    filters: Filters = NO_FILTERS,
    k: int = 10,
    max_statements: int = 3,
) -> Answer:
    """The articles' own sentences that answer ``question``, or the refusal.

    Args:
        k: passages that are looked at.
        max_statements: of the answer; each is one exact quote with outlet and date, and may cite
            several articles that say the same.

    Raises:
        UsageError: the question is empty, or the index was opened without an embedder.
        IndexStoreError: the index is damaged.
    """
    began = time.perf_counter()
    passages = search(index, question, k=k, filters=filters)
    ranking = rank_sentences(question, passages)
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    relation = None
    if ranking.probability >= _model().answerability.threshold:
        chosen = choose_sentences(ranking, max_statements=max_statements)
        statements, citations, cited = _quoted(index, chosen)
        relation = agreement(question, cited)
    return Answer(
        id=hashlib.sha256(question.encode("utf-8", "replace")).hexdigest()[:12],
        question=question,
        standalone_question=question,
        answer=answer_text(statements) if statements else REFUSAL,
        abstained=not statements,
        statements=statements,
        citations=citations,
        nearest=() if statements else near_passages(passages),
        agreement=relation,
        engine="extractive",
        seconds=time.perf_counter() - began,
    )


def rank_sentences(question: str, passages: Sequence[FoundPassage]) -> Ranking:
    """Every sentence of ``passages`` scored as an answer to ``question``."""
    asked = read_question(question)
    candidates = candidates_of(passages)
    if not candidates:
        return Ranking(asked, (), np.zeros(0, np.float32), 0.0)
    rows = describe(asked, candidates)
    model = _model()
    scores = sentence_scores(asked.kind, rows, model.ranker)
    best = describe_best(rows, scores, model.relevance.predict(rows))
    absent = counted_noun_absent(asked, rows)
    probability = model.answerability.probability(best, noun_absent=absent)
    return Ranking(asked, candidates, scores, probability)


def sentence_scores(
    kind: AnswerKind, rows: NDArray[np.float32], ranker: BoostedTrees
) -> NDArray[np.float32]:
    """How the sentences rank, (n,): the fitted trees, and for some kinds the wording too.

    What answers "why" or "did they" is no short string by which training data could be labelled,
    so that the trees know little of it, and sharing the question's words counts for more. Who did
    something hangs on what was done: of all names near the topic, those in sentences about that.
    Sentences that ask or break off come last.
    """
    scores = ranker.predict(rows)
    for form, cost in _FORM_WEIGHTS.items():
        scores = scores + cost * rows[:, FEATURES.index(form)]
    weight = _WORDING_WEIGHTS.get(kind)
    if kind in _DOERS:
        return np.asarray(scores + rows[:, FEATURES.index("matter_coverage")], np.float32)
    if weight is None:
        return scores
    coverage, with_before, names = (rows[:, FEATURES.index(name)] for name in _WORDING)
    wording = coverage + 0.5 * with_before + 0.5 * np.maximum(names, 0.0)
    return np.asarray(scores + weight * wording, np.float32)


def choose_sentences(ranking: Ranking, *, max_statements: int) -> list[ChosenStatement]:
    """The sentences to show, best first, without regard to abstention."""
    return choose(
        ranking.question,
        ranking.candidates,
        ranking.scores,
        max_statements=max_statements,
        max_drop=_model().max_drop,
    )


@lru_cache(maxsize=1)
def _model() -> _Model:
    content = load_model(MODEL_FILE)
    return _Model(
        BoostedTrees.from_json(content["ranker"], FEATURES, MODEL_FILE),
        BoostedTrees.from_json(content["relevance"], FEATURES, MODEL_FILE),
        Answerability(content["answerability"]),
        float(content["max_drop"]),
    )


def _quoted(
    index: Index, chosen: Sequence[ChosenStatement]
) -> tuple[tuple[Statement, ...], tuple[Citation, ...], tuple[CitedSentence, ...]]:
    """Statements that quote the chosen sentences, and their citations, numbered from 1."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    cited: list[CitedSentence] = []
    for choice in chosen:
        own: list[Citation] = []
        meant: list[str | None] = []
        for candidate in (choice.best, *choice.repeats):
            passage = candidate.passage
            text = index.text(passage.text_sha256)
            context = context_of(text, candidate.start, candidate.end)
            n = len(citations) + len(own) + 1
            own.append(_citation(n, candidate, text, context.start, candidate.end))
            meant.append(context.meant)
            cited.append(_cited_sentence(n, candidate, text))
        numbers = tuple(citation.n for citation in own)
        statements.append(Statement(_statement_text(own, meant[0]), numbers, "quoted"))
        citations += own
    return tuple(statements), tuple(citations), tuple(cited)


def _cited_sentence(n: int, candidate: Candidate, text: str) -> CitedSentence:
    passage = candidate.passage
    return CitedSentence(
        n=n,
        text=candidate.text,
        article_id=passage.article_id,
        origin=passage.origin or passage.article_id,
        outlet=passage.outlet,
        published=passage.published,
        article_text=text,
    )


def _citation(n: int, candidate: Candidate, text: str, start: int, end: int) -> Citation:
    passage = candidate.passage
    quote = text[start:end]
    if not quote.endswith(candidate.text):
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
        end=end,
        text_sha256=passage.text_sha256,
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
