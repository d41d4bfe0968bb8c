"""Answers in the contract's JSON that are right by the labels, to be damaged by tests."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from small_index import ingest_into

from evals.cases import Case, Fact, load_cases
from evals.graders import accepted, numbers
from evals.graders.shown import ShownSentence, evidence_places
from evals.reader import places_of
from rag.answer.answer import REFUSAL, Agreement, Answer, Citation, Statement, answer_text
from rag.index.catalog import Catalog

REPOSITORY = Path(__file__).parent.parent
FACTS = REPOSITORY / "evals" / "facts"
CASES = load_cases(FACTS)
Json = dict[str, Any]


@lru_cache(maxsize=1)
def stored_texts() -> dict[str, str]:
    """The text of each sample article as an index stores it, by its id."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "index"
        ingest_into(directory, REPOSITORY / "examples" / "articles")
        catalog = Catalog.open(directory, write=False)
        try:
            ids = [record.article_id for record in catalog.articles()]
            return {article_id: catalog.article(article_id).text for article_id in ids}
        finally:
            catalog.close()


def gold_answer(case: Case, texts: Mapping[str, str]) -> Json:
    """Each fact in the words of its evidence, after its speaker, with an exact citation."""
    if not case.answerable:
        return refusal(case)
    statements, citations = [], []
    for n, fact in enumerate(case.facts, start=1):
        article_id, start, end = _best_evidence(case, fact, texts)
        quote = texts[article_id][start:end]
        statements.append(Statement(_said(fact, quote), (n,), "supported"))
        citations.append(_citation(n, article_id, quote, start, end))
    relation = case.relation or "same"
    answer = Answer(
        id=case.id,
        question=case.question,
        standalone_question=case.question,
        answer=answer_text(tuple(statements)),
        abstained=False,
        statements=tuple(statements),
        citations=tuple(citations),
        agreement=Agreement(1, 1, 1, relation, ()),
    )
    return as_stored(answer)


def refusal(case: Case) -> Json:
    return as_stored(Answer(case.id, case.question, case.question, REFUSAL, abstained=True))


def as_stored(answer: Answer) -> Json:
    """The JSON of an answer as it is read back from a file."""
    stored: Json = json.loads(json.dumps(answer.to_json()))
    return stored


def reworded(answer: Json, change: Callable[[str], str], at: int | None = None) -> Json:
    """``answer`` with the text of its statements (or of the one ``at``) changed."""
    changed = copy.deepcopy(answer)
    for number, statement in enumerate(changed["statements"]):
        if at is None or number == at:
            statement["text"] = change(statement["text"])
    return shown_again(changed)


def shown_again(answer: Json) -> Json:
    """``answer`` with its text made anew from its statements."""
    statements = tuple(
        Statement(s["text"], tuple(s["citations"]), s["support"]) for s in answer["statements"]
    )
    return answer | {"answer": answer_text(statements)}


def _best_evidence(case: Case, fact: Fact, texts: Mapping[str, str]) -> tuple[str, int, int]:
    """A place of evidence that states the fact by itself, with its speaker if it can be had."""
    places = [
        (article_id, start, end)
        for article_id in case.articles
        for start, end in evidence_places(fact, texts[article_id])
    ]
    stating = [
        (article_id, start, end)
        for article_id, start, end in places
        if _states(texts[article_id][start:end], case, fact, texts)
    ]
    named = [
        (article_id, start, end)
        for article_id, start, end in stating
        if any(places_of(form, texts[article_id][start:end].casefold()) for form in fact.said_by)
    ]
    return (named or stating or places)[0]


def _states(quote: str, case: Case, fact: Fact, texts: Mapping[str, str]) -> bool:
    grader = accepted if fact.accept else numbers
    return grader.states(ShownSentence(quote, (1,)), case, fact, texts)


def _said(fact: Fact, quote: str) -> str:
    named = any(places_of(form, ShownSentence(quote, ()).folded) for form in fact.said_by)
    return quote if named or not fact.said_by else f"According to {fact.said_by[0]}: {quote}"


def _citation(n: int, article_id: str, quote: str, start: int, end: int) -> Citation:
    return Citation(
        n, article_id, f"{article_id}.txt", None, None, None, None, quote, start, end, "0" * 64
    )
