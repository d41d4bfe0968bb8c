"""A second look at answers that the graders could not decide: advice, never a verdict.

Undecided is an answer that cites the labelled evidence of a fact but does not state it in a form
that the graders know: it may say it in other words, or leave it out. The fact is held against the
shown sentences of the answer as a statement is held against quotes: by the judge, then by a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from rag.evidence import Evidence, Prover
from rag.evidence.second_look import SecondLook

from .articles import PreparedArticles
from .cases import CaseSet
from .graders import accepted, numbers
from .graders.alce import shown_facts
from .graders.grade import Grade
from .graders.shown import ReadAnswer, Texts, read_answer
from .labels import Case, Fact
from .runs import ADVICE, Record, Run


def advised(
    run: Run,
    cases: CaseSet,
    articles: PreparedArticles,
    prover: Prover,
    look: SecondLook,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> Run:
    """``run`` with the model's advice beside the grades of each undecided answer."""
    records = []
    for record in run.records:
        facts = undecided(cases[record.case_id], record, articles.texts)
        if facts:
            advice = _advice(cases[record.case_id], facts, record, prover, look)
            record = replace(record, grades=record.grades | {ADVICE: advice})  # noqa: PLW2901
            progress(1)
        records.append(record)
    return replace(run, records=tuple(records))


def undecided(case: Case, record: Record, texts: Texts) -> list[Fact]:
    """Facts of the case that the answer does not state as far as the graders can tell, though it
    cites words that do."""
    if record.verdict != "wrong":
        return []
    answer = read_answer(record.answer)
    cited = _cited_facts(case, answer, texts)
    return [
        fact
        for fact in case.facts
        if fact.id in cited
        and not any(
            (accepted if fact.accept else numbers).states(sentence, case, fact, texts)
            for sentence in answer.sentences
        )
    ]


def _cited_facts(case: Case, answer: ReadAnswer, texts: Texts) -> frozenset[str]:
    shown = (shown_facts(case, answer, n, texts) for n in answer.citations)
    return frozenset().union(*shown)


def _advice(
    case: Case, facts: list[Fact], record: Record, prover: Prover, look: SecondLook
) -> Grade:
    """Score 1 when the model finds every undecided fact stated, else the share; no verdict."""
    found = [f"{fact.id}: {said}" for fact, said in _asked(case, facts, record, prover, look)]
    share = sum(line.endswith(": yes") for line in found) / len(found)
    return Grade(None, f"{'; '.join(found)} ({look.model.name}, {look.prompt_name})", share)


def _asked(
    case: Case, facts: list[Fact], record: Record, prover: Prover, look: SecondLook
) -> Iterator[tuple[Fact, str]]:
    shown = read_answer(record.answer).sentences
    evidence = [Evidence(s.text, n, n, article_id="answer") for n, s in enumerate(shown, 1)]
    for fact in facts:
        statement = f"To the question “{case.question}” the answer is: {_in_words(fact)}."
        proof = prover.prove(statement, evidence, [])
        looked = look.look(statement, evidence, proof)
        if looked.failed is not None:
            yield fact, f"no advice: {looked.failed}"
            continue
        yield fact, "yes" if looked.proof.verdict.support == "supported" else "no"


def _in_words(fact: Fact) -> str:
    stated = " or ".join(fact.accept)
    if fact.number is not None:
        stated = f"{fact.qualifier or ''} {fact.number:,} {fact.unit}".strip()
    return f"{stated}, said by {' or '.join(fact.said_by)}" if fact.said_by else stated
