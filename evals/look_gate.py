"""Two prompts of the second look on the same statements, decided as the gate decides.

A statement is a case, an article a cluster: what is told right by the prompt in use and wrong by
the candidate broke. A model that can vary is asked again, on both sides, about what flipped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.evidence.second_look import SecondLook

from .gate import RERUNS, Decision, Pair, Tally, decide, flipped
from .looking import Evidences, Look, Progress, asked
from .statements import LabelledStatement

# Called with what is being asked and how many looks that is; gives the progress of it.
Announce = Callable[[str, int], Progress]


@dataclass(slots=True)
class Side:
    """One prompt: its looks at every statement, and the further ones at what flipped.

    Args:
        look_of: its second look for a repeat.
    """

    look_of: Callable[[int], SecondLook]
    looks: list[Look] = field(default_factory=list)
    again: dict[str, list[Look]] = field(default_factory=dict)

    @property
    def all_looks(self) -> list[Look]:
        return [*self.looks, *(look for looks in self.again.values() for look in looks)]


@dataclass(frozen=True, slots=True)
class PromptGate:
    """A candidate for ``prompts/verify.md`` beside the prompt in use."""

    statements: Sequence[LabelledStatement]
    evidence: Evidences
    jobs: int
    can_vary: bool

    def decide(self, baseline: Side, candidate: Side, announce: Announce) -> Decision:
        """Ask both, ask again what flipped, and decide."""
        planned = [(statement, 0) for statement in self.statements]
        for name, side in (("candidate", candidate), ("baseline", baseline)):
            if not side.looks:
                side.looks = self._asked(planned, side, announce(name, len(planned)))
        flips = set(flipped(self._pairs(baseline, candidate)))
        if flips and self.can_vary:
            unsure = [statement for statement in self.statements if statement.id in flips]
            further = [(s, repeat) for repeat in range(1, RERUNS + 1) for s in unsure]
            for name, side in (("baseline again", baseline), ("candidate again", candidate)):
                looks = self._asked(further, side, announce(name, len(further)))
                for (statement, _), look in zip(further, looks, strict=True):
                    side.again.setdefault(statement.id, []).append(look)
        unscored = max(_unscored(side) for side in (baseline, candidate))
        return decide(self._pairs(baseline, candidate), unscored)

    def _asked(
        self, planned: Sequence[tuple[LabelledStatement, int]], side: Side, progress: Progress
    ) -> list[Look]:
        return asked(planned, self.evidence, side.look_of, jobs=self.jobs, progress=progress)

    def _pairs(self, baseline: Side, candidate: Side) -> list[Pair]:
        pairs = []
        for at, statement in enumerate(self.statements):
            again = [_tally(statement, side.again.get(statement.id, ()))
                     for side in (baseline, candidate)]  # fmt: skip
            pairs.append(
                Pair(
                    case_id=statement.id,
                    cluster=statement.source,
                    critical=False,
                    baseline=_tally(statement, [baseline.looks[at]]),
                    candidate=_tally(statement, [candidate.looks[at]]),
                    again=(again[0], again[1]) if any(tally.scored for tally in again) else None,
                    repeatable=not self.can_vary,
                )
            )
        return pairs


def _tally(statement: LabelledStatement, looks: Sequence[Look]) -> Tally:
    scored = [look.told for look in looks if look.told.is_scored]
    return Tally(sum(told.is_right(statement) for told in scored), len(scored))


def _unscored(side: Side) -> float:
    return sum(not look.told.is_scored for look in side.looks) / len(side.looks)
