"""A chat model's opinion on answers that the graders could not decide: advice, never a verdict.

Undecided is an answer that cites the labelled evidence of a fact but does not state it in a form
that the graders know: it may say it in other words, or leave it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.errors import BudgetError, ConfigurationError, DatelineError
from rag.prompts import VERDICT_SCHEMA, Prompt
from rag.quoting import fence_for, fenced, harmless

from .articles import PreparedArticles
from .cases import CaseSet
from .graders import accepted, numbers
from .graders.alce import shown_facts
from .graders.grade import Grade
from .graders.shown import ReadAnswer, Texts, read_answer
from .labels import Case, Fact
from .runs import JUDGE, Record, Run

if TYPE_CHECKING:
    from rag.models import ChatModel


def judged(
    run: Run,
    cases: CaseSet,
    articles: PreparedArticles,
    model: ChatModel,
    prompt: Prompt,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> Run:
    """``run`` with the model's opinion beside the grades of each undecided answer.

    Raises:
        BudgetError, ConfigurationError: the model cannot be asked.
    """
    records = []
    for record in run.records:
        facts = undecided(cases[record.case_id], record, articles.texts)
        if facts:
            opinion = _opinion(cases[record.case_id], facts, record, model, prompt)
            record = replace(record, grades=record.grades | {JUDGE: opinion})  # noqa: PLW2901
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


def _opinion(
    case: Case, facts: list[Fact], record: Record, model: ChatModel, prompt: Prompt
) -> Grade:
    """Score 1 when the model finds every undecided fact stated, else 0; no verdict."""
    found = [f"{fact.id}: {said}" for fact, said in _asked(case, facts, record, model, prompt)]
    share = sum(line.endswith(": yes") for line in found) / len(found)
    by = f"{model.name}, prompt {prompt.name} {prompt.version} {prompt.sha256[:12]}"
    return Grade(None, f"{'; '.join(found)} ({by})", share)


def _asked(
    case: Case, facts: list[Fact], record: Record, model: ChatModel, prompt: Prompt
) -> Iterator[tuple[Fact, str]]:
    text = harmless(record.text)
    fence = fence_for(text, case.question)
    for fact in facts:
        values = {
            "question": harmless(case.question),
            "fact": _in_words(fact),
            "answer": fenced(text, fence),
            "fence": fence,
        }
        messages = prompt.render(**{name: values[name] for name in prompt.placeholders})
        try:
            reply = model.complete(messages, schema=VERDICT_SCHEMA, prompt_sha256=prompt.sha256)
        except (BudgetError, ConfigurationError):
            raise
        except DatelineError as error:
            yield fact, f"no opinion: {error}"
            continue
        says_yes = isinstance(reply.data, dict) and reply.data.get("verdict") == "yes"
        yield fact, "yes" if says_yes else "no"


def _in_words(fact: Fact) -> str:
    stated = " or ".join(fact.accept)
    if fact.number is not None:
        stated = f"{fact.qualifier or ''} {fact.number:,} {fact.unit}".strip()
    said_by = f", said by {' or '.join(fact.said_by)}" if fact.said_by else ""
    return f"{stated}{said_by}; the articles say: “{fact.evidence[0]}”"
