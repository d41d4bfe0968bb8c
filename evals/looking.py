"""A chat model's second look at labelled statements: each asked alone, whatever the judge says.

planned → asked, as many at once as there are jobs → a look for each, with its error if it failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.batch.crew import answer_rows
from rag.errors import BudgetError, ConfigurationError, DatelineError, defect
from rag.evidence import Evidence, Proof, Prover, Verdict
from rag.evidence.second_look import ModelVerdict, SecondLook, joined
from rag.models import Reply
from rag.questions import QuestionRow

from .statements import Label, LabelledStatement

Progress = Callable[[int], object]
Evidences = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a checker says of one statement: the judge, the model, or both together.

    Attributes:
        finding: None where its reply cannot be read, or there is none.
        words: of the statement, those that it says are not supported.
        error: why there is no reply.
        unread: the reply that cannot be read.
    """

    finding: Label | None
    words: tuple[str, ...] = ()
    error: str | None = None
    unread: str | None = None

    @property
    def is_scored(self) -> bool:
        """A reply that cannot be read is wrong; a call that failed says nothing of the model."""
        return self.error is None

    def is_right(self, statement: LabelledStatement) -> bool:
        """Whether it tells supported from not, which decides what is shown."""
        return self.finding is not None and (
            (self.finding == "supported") == statement.is_supported
        )


@dataclass(frozen=True, slots=True)
class Look:
    """One reply of the model to one statement, and what it took."""

    told: Told
    reply: Reply | None = None

    def to_json(self) -> dict[str, Any]:
        reply = self.reply
        return {
            **asdict(self.told),
            "input_tokens": 0 if reply is None else reply.usage.input_tokens,
            "output_tokens": 0 if reply is None else reply.usage.output_tokens,
            "cost_usd": 0.0 if reply is None else reply.cost_usd,
            "cached": reply is not None and reply.cached,
        }


Planned = tuple[LabelledStatement, int]


def asked(
    planned: Sequence[Planned],
    evidence: Evidences,
    look_of: Callable[[int], SecondLook],
    *,
    jobs: int,
    progress: Progress | None = None,
) -> list[Look]:
    """A look for each (statement, repeat), in order; one that failed has its error.

    Args:
        look_of: the second look of a repeat, which is asked afresh.

    Raises:
        ConfigurationError: the model cannot be used, so that no look would come about.
    """
    looks: dict[int, Look] = {}

    def ask(row: QuestionRow) -> dict[str, Any]:
        statement, repeat = planned[row.position]
        return {"look": _look(look_of(repeat), statement, evidence[statement.id])}

    def note(row: QuestionRow, answer: dict[str, Any]) -> None:
        looks[row.position] = answer["look"]
        if progress is not None:
            progress(1)

    rows = (QuestionRow(at, s.id, s.statement) for at, (s, _) in enumerate(planned))
    stopped = ""
    try:
        answer_rows(rows, ask, note, jobs=jobs)
    except BudgetError as error:
        stopped = str(error)
    return [looks.get(at) or Look(Told(None, error=stopped)) for at in range(len(planned))]


def _look(look: SecondLook, statement: LabelledStatement, evidence: Sequence[Evidence]) -> Look:
    try:
        said = look.ask(statement.statement, evidence)
    except (BudgetError, ConfigurationError):
        raise
    except DatelineError as error:
        return Look(Told(None, error=str(error)))
    except Exception as error:  # noqa: BLE001 one call must not end the others
        return Look(Told(None, error=defect(error)))
    unread = said.reply.text if said.finding is None else None
    return Look(Told(said.finding, said.words, unread=unread), said.reply)


def judged(
    statements: Sequence[LabelledStatement],
    evidence: Evidences,
    prover: Prover,
    progress: Progress | None = None,
) -> dict[str, Proof]:
    """Statement id → what is said of it on this machine alone, by judge and vetoes."""
    proofs = {}
    for row in statements:
        proofs[row.id] = prover.prove(row.statement, evidence[row.id], ())
        if progress is not None:
            progress(1)
    return proofs


def shown(
    statement: LabelledStatement, evidence: Sequence[Evidence], proof: Proof, look: Look
) -> Verdict:
    """The verdict that an answer would have of both together: a veto stands, a look that failed
    leaves the judge's."""
    if look.reply is None:
        return proof.verdict
    said = ModelVerdict(look.told.finding, look.told.words, look.reply)
    return joined(statement.statement, evidence, proof, said).verdict


def told_by(verdict: Verdict, statement: LabelledStatement) -> Told:
    """A verdict in the labels' words; what is shown with a mark is shown."""
    words = tuple(statement.statement[start:end] for start, end in verdict.unsupported)
    if verdict.holds:
        return Told("supported", words)
    return Told("contradicted" if verdict.contradicted else "not_said", words)
