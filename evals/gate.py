"""The decision of the gate: does the candidate answer worse than the baseline?

Paired by case. Three findings block: the mean difference is below zero by a one-sided sign-flip
permutation test over clusters; three more cases broke than were mended, each confirmed by further
runs; or a critical case broke, confirmed. Pure functions: ``bench/gate_power.py`` simulates them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

Outcome = Literal["pass", "block", "inconclusive"]

P_BLOCK = 0.05
NET_BREAKS_BLOCK = 3
UNSCORED_LIMIT = 0.02
RERUNS = 4
EXIT_STATUS: dict[Outcome, int] = {"pass": 0, "block": 3, "inconclusive": 4}
# One-sided 5 % and 80 % power, as usual for the smallest effect that a test can detect.
_Z_SIZE, _Z_POWER, _Z_INTERVAL = 1.645, 0.842, 1.960


@dataclass(frozen=True, slots=True)
class Tally:
    """Of ``scored`` graded answers to one question, ``right`` were right."""

    right: int
    scored: int

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.scored + other.scored)

    @property
    def share(self) -> Fraction:
        return Fraction(self.right, self.scored)

    @property
    def is_right(self) -> bool:
        """By majority."""
        return 2 * self.right > self.scored


@dataclass(frozen=True, slots=True)
class Pair:
    """One case on both sides.

    Attributes:
        cluster: the case's first article; results within a cluster depend on each other.
        again: (baseline, candidate) of the further runs of a case that flipped; None when there
            were none, and the first runs must confirm it.
        repeatable: one answer tells all, since asking again cannot give another.
    """

    case_id: str
    cluster: str
    critical: bool
    baseline: Tally
    candidate: Tally
    again: tuple[Tally, Tally] | None = None
    repeatable: bool = False

    @property
    def is_scored(self) -> bool:
        return self.baseline.scored > 0 and self.candidate.scored > 0

    @property
    def difference(self) -> Fraction:
        """Of the first runs, candidate minus baseline."""
        return self.candidate.share - self.baseline.share

    @property
    def whole_difference(self) -> Fraction:
        """Of all runs, the further ones too."""
        baseline, candidate = self.all_runs
        return candidate.share - baseline.share

    @property
    def all_runs(self) -> tuple[Tally, Tally]:
        left, right = self.again or (Tally(0, 0), Tally(0, 0))
        return self.baseline + left, self.candidate + right

    @property
    def flip(self) -> int:
        """-1 when the majority went from right to wrong, 1 the other way, else 0."""
        return int(self.candidate.is_right) - int(self.baseline.is_right)

    @property
    def confirmed(self) -> int:
        """The flip, if 3 of 4 on one side and 1 of 4 on the other bear it out, or better.

        It must show in the further runs, and in all runs together: of two answers to a question
        that goes either way, a chance flip would else be confirmed one time in ten.
        """
        if not self.flip:
            return 0
        further = self.again or (self.baseline, self.candidate)
        if min(tally.scored for tally in further) < (1 if self.repeatable else 2):
            return 0
        stands = _stands(further, self.flip) and _stands(self.all_runs, self.flip)
        return self.flip if stands else 0


def _stands(runs: tuple[Tally, Tally], flip: int) -> bool:
    high, low = runs if flip < 0 else (runs[1], runs[0])
    return 4 * high.right >= 3 * high.scored and 4 * low.right <= low.scored


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says and what it rests on.

    Attributes:
        difference: mean over cases of candidate minus baseline, in shares of right answers.
        interval: of 95 %, from the spread of the cluster sums.
        p: one-sided, of the sign-flip test: the higher of that of the first runs and of all runs.
        detectable: smallest true fall of the mean that this test would block in 80 of 100 runs.
        breaks, fixes: ids of cases that flipped by majority, confirmed or not.
        confirmed_breaks, confirmed_fixes, critical_breaks: ids of those that were confirmed.
        unscored: cases without a graded answer for each planned one, on either side.
    """

    outcome: Outcome
    why: tuple[str, ...]
    cases: int
    clusters: int
    difference: float
    interval: tuple[float, float]
    p: float
    detectable: float
    breaks: tuple[str, ...]
    fixes: tuple[str, ...]
    confirmed_breaks: tuple[str, ...]
    confirmed_fixes: tuple[str, ...]
    critical_breaks: tuple[str, ...]
    unscored: float

    @property
    def exit_status(self) -> int:
        return EXIT_STATUS[self.outcome]

    def to_json(self) -> dict[str, Any]:
        from dataclasses import asdict

        return asdict(self)


def decide(pairs: Sequence[Pair], unscored_share: float = 0.0) -> Decision:
    """Pass, block, or say that too much could not be graded.

    Args:
        unscored_share: of all planned answers, on the side that has more, 0 to 1.
    """
    scored = [pair for pair in pairs if pair.is_scored]
    sums = cluster_sums(scored, all_runs=False)
    # A fall in the first runs must still be one with the further runs of what flipped.
    p = max(
        sign_flip_p(list(sums.values())),
        sign_flip_p(list(cluster_sums(scored, all_runs=True).values())),
    )
    breaks = [pair for pair in scored if pair.flip < 0]
    fixes = [pair for pair in scored if pair.flip > 0]
    confirmed = [pair for pair in breaks if pair.confirmed]
    mended = [pair for pair in fixes if pair.confirmed]
    critical = [pair for pair in confirmed if pair.critical]
    difference, error = mean_and_error(list(sums.values()), len(scored))
    why = _reasons(p, len(confirmed), len(mended), [pair.case_id for pair in critical])
    outcome: Outcome = "block" if why else "pass"
    if unscored_share > UNSCORED_LIMIT or not scored:
        outcome = "inconclusive"
        why.insert(
            0, f"{unscored_share:.1%} of the answers could not be graded (limit {UNSCORED_LIMIT:.0%})"
        )
    return Decision(
        outcome=outcome,
        why=tuple(why) or ("no worse than the baseline as far as these cases can tell",),
        cases=len(scored),
        clusters=len(sums),
        difference=difference,
        interval=(difference - _Z_INTERVAL * error, difference + _Z_INTERVAL * error),
        p=p,
        detectable=(_Z_SIZE + _Z_POWER) * error,
        breaks=_ids(breaks),
        fixes=_ids(fixes),
        confirmed_breaks=_ids(confirmed),
        confirmed_fixes=_ids(mended),
        critical_breaks=_ids(critical),
        unscored=unscored_share,
    )


def flipped(pairs: Sequence[Pair]) -> list[str]:
    """Ids of the cases that are to be run again, on both sides."""
    return [pair.case_id for pair in pairs if pair.is_scored and pair.flip]


def cluster_sums(pairs: Sequence[Pair], *, all_runs: bool) -> dict[str, Fraction]:
    """Sum of the differences of each cluster, of the first runs or of all."""
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for pair in pairs:
        sums[pair.cluster] += pair.whole_difference if all_runs else pair.difference
    return dict(sums)


def sign_flip_p(sums: Sequence[Fraction]) -> float:
    """Share of all sign patterns of ``sums`` whose total is as low as theirs, or lower.

    Exact: the distribution over all patterns is built by convolution on the common denominator.
    Under the hypothesis that nothing changed, each cluster's sum is as likely to be its opposite.
    """
    scale = math.lcm(*(value.denominator for value in sums)) if sums else 1
    steps = [int(value * scale) for value in sums if value]
    reach = sum(abs(step) for step in steps)
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for step in steps:
        # Mass stays within the array: `reach` is the sum of all steps.
        chances = (np.roll(chances, step) + np.roll(chances, -step)) / 2
    return min(1.0, float(chances[: reach + sum(steps) + 1].sum()))


def mean_and_error(sums: Sequence[Fraction], cases: int) -> tuple[float, float]:
    """Mean difference a case, and its standard error from the spread of the cluster sums."""
    if not cases:
        return 0.0, 0.0
    values = np.array([float(value) for value in sums])
    mean = float(values.sum()) / cases
    if len(values) < 2:
        return mean, 0.0
    spread = float(((values - values.mean()) ** 2).sum()) * len(values) / (len(values) - 1)
    return mean, math.sqrt(spread) / cases


def _reasons(p: float, breaks: int, fixes: int, critical: Sequence[str]) -> list[str]:
    why = []
    if critical:
        why.append(f"critical cases broke, confirmed: {', '.join(critical)}")
    if breaks - fixes >= NET_BREAKS_BLOCK:
        why.append(f"{breaks} cases broke and {fixes} were mended, confirmed")
    if p <= P_BLOCK:
        why.append(f"answers are worse on the whole: p = {p:.4f}")
    return why


def _ids(pairs: Sequence[Pair]) -> tuple[str, ...]:
    return tuple(pair.case_id for pair in pairs)
