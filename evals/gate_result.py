"""What the gate found, with all that it rests on: what reports are made of."""

from __future__ import annotations

from dataclasses import dataclass

from .cases import CaseSet
from .gate import Decision, Pair
from .runs import Run


@dataclass(frozen=True, slots=True)
class GateResult:
    """A decision and its two runs.

    Attributes:
        baseline_run, candidate_run: with the further runs of what flipped.
        pairs: a pair for each case, in the order of ``cases``.
        notes: what the reader must know besides, a line each: "the baseline was run again: …".
    """

    decision: Decision
    baseline_run: Run
    candidate_run: Run
    cases: CaseSet
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...] = ()
