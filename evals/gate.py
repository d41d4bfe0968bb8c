"""The decision of the gate: does the candidate answer worse than the baseline?

Paired by case. Three findings block: the mean difference is below zero by a one-sided sign-flip
permutation test over clusters; three more cases broke than were mended, each confirmed by further
runs; or a critical case broke, confirmed. Pure functions: ``bench/gate_power.py`` simulates them,
and ``docs/gate.md`` says how to read what they find.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

Outcome = Literal["pass", "block", "inconclusive"]

P_BLOCK = 0.05
NET_BREAKS_BLOCK = 3
UNSCORED_LIMIT = 0.02
RERUNS = 4
EXIT_STATUS: dict[Outcome, int] = {"pass": 0, "block": 3, "inconclusive": 4}
# Fewer graded answers than these on a side confirm nothing.
CONFIRMING_RUNS = 3
# One-sided 5 % and 80 % power, as usual for the smallest effect that a test can detect.
_Z_SIZE, _Z_POWER, _Z_INTERVAL = 1.645, 0.842, 1.960
# Shares of right answers are told apart down to this; it bounds the memory of the exact test.
_FINEST_SHARE = 10_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Of ``scored`` graded answers to one question, ``right`` were right."""

    right: int
    scored: int

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.scored + other.scored)

    def minus(self, other: Tally) -> Fraction:
        """The difference of the shares of right answers."""
        gained = self.right * other.scored - other.right * self.scored
        return Fraction(gained, self.scored * other.scored)

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
        return self.candidate.minus(self.baseline)

    @property
    def whole_difference(self) -> Fraction:
        """Of all runs, the further ones too."""
        baseline, candidate = self.all_runs
        return candidate.minus(baseline)

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
        """The flip, if the further runs bear it out: 3 of 4 on one side, 1 of 4 on the other."""
        stands = self.can_be_confirmed and _stands(self._further_runs, self.flip)
        return self.flip if stands else 0

    @property
    def can_be_confirmed(self) -> bool:
        """Whether enough of the further runs were graded to confirm a flip, if there is one."""
        needed = 1 if self.repeatable else CONFIRMING_RUNS
        return min(tally.scored for tally in self._further_runs) >= needed

    @property
    def _further_runs(self) -> tuple[Tally, Tally]:
        return self.again or (self.baseline, self.candidate)

    @property
    def is_lasting(self) -> bool:
        """Confirmed, and the same shares hold over all runs together, the first ones too.

        Asked of a critical case, since one alone blocks: of questions that go either way, a chance
        flip is confirmed by the further runs alone one time in ten, and each prompt that changes
        nothing has several such flips. ``bench/gate_power.py`` measures what this spares.
        """
        return self.confirmed != 0 and _stands(self.all_runs, self.flip)


def _stands(runs: tuple[Tally, Tally], flip: int) -> bool:
    high, low = runs if flip < 0 else (runs[1], runs[0])
    return 4 * high.right >= 3 * high.scored and 4 * low.right <= low.scored


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says and what it rests on.

    Attributes:
        why: the reasons, without the names of cases: those that are held out are never shown.
        difference: mean over cases of candidate minus baseline, in shares of right answers.
        interval: of 95 %, from how the clusters differ.
        p: one-sided, of the sign-flip test: the higher of that of the first runs and of all runs.
        detectable: smallest true fall of the mean that this test would block in 80 of 100 runs;
            None when there are too few clusters to block at all.
        breaks, fixes: ids of cases that flipped by majority, confirmed or not.
        confirmed_breaks, confirmed_fixes: those that the further runs bear out.
        critical_breaks: those confirmed breaks of critical cases that all runs bear out.
        unscored: share of the planned answers that could not be graded, on the side with more.
        undecided_critical: ids of critical cases without a graded answer on a side, or that went
            wrong with too few graded answers to confirm or clear it.
    """

    outcome: Outcome
    why: tuple[str, ...]
    cases: int
    clusters: int
    difference: float
    interval: tuple[float, float]
    p: float
    detectable: float | None
    breaks: tuple[str, ...]
    fixes: tuple[str, ...]
    confirmed_breaks: tuple[str, ...]
    confirmed_fixes: tuple[str, ...]
    critical_breaks: tuple[str, ...]
    unscored: float
    undecided_critical: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        return EXIT_STATUS[self.outcome]

    def to_json(self) -> dict[str, Any]:
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
    critical = _ids([pair for pair in confirmed if pair.critical and pair.is_lasting])
    undecided = _ids([pair for pair in pairs if pair.critical and _is_undecided(pair)])
    difference, error = mean_and_error(scored)
    reach = _student(_Z_INTERVAL, len(sums)) * error
    doubts = _doubts(len(scored), unscored_share)
    reasons = _reasons(p, len(confirmed), len(mended), len(critical))
    outcome: Outcome = "inconclusive" if doubts else "block" if reasons else "pass"
    if undecided:
        doubts += (
            f"{_cases(len(undecided), 'critical case')} with too few graded answers to tell",
        )
        outcome = "inconclusive" if outcome == "pass" else outcome
    return Decision(
        outcome=outcome,
        why=(*reasons, *doubts) or ("no worse than the baseline as far as these cases can tell",),
        cases=len(scored),
        clusters=len(sums),
        difference=difference,
        interval=(max(-1.0, difference - reach), min(1.0, difference + reach)),
        p=p,
        detectable=smallest_detectable(scored),
        breaks=_ids(breaks),
        fixes=_ids(fixes),
        confirmed_breaks=_ids(confirmed),
        confirmed_fixes=_ids(mended),
        critical_breaks=critical,
        unscored=unscored_share,
        undecided_critical=undecided,
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
    # Cases with many different numbers of graded answers: rounded to a ten-thousandth.
    scale = min(scale, _FINEST_SHARE)
    steps = [round(value * scale) for value in sums if value]
    reach = sum(abs(step) for step in steps)
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for step in steps:
        # Mass stays within the array: `reach` is the sum of all steps.
        chances = (np.roll(chances, step) + np.roll(chances, -step)) / 2
    return min(1.0, float(chances[: reach + sum(steps) + 1].sum()))


def mean_and_error(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Mean difference a case, and its standard error with cases of a cluster taken as dependent.

    Linearised ratio of the cluster sums to the cluster sizes (Cochran, Sampling Techniques, 1977,
    chapter 9A), so that clusters of unequal size do not look like a spread of the difference.
    """
    if not pairs:
        return 0.0, 0.0
    sums, sizes = cluster_sums(pairs, all_runs=False), Counter(pair.cluster for pair in pairs)
    mean = float(sum(sums.values())) / len(pairs)
    if len(sums) < 2:
        return mean, 0.0
    squares = sum((float(sums[name]) - mean * size) ** 2 for name, size in sizes.items())
    return mean, math.sqrt(squares * len(sums) / (len(sums) - 1)) / len(pairs)


def smallest_detectable(pairs: Sequence[Pair]) -> float | None:
    """Smallest true fall of the mean that the test blocks in 80 of 100 runs, or None.

    Where nothing varies, the test still needs a fall in enough clusters: all of n clusters fall by
    chance one time in 2 ** n.
    """
    clusters = len({pair.cluster for pair in pairs})
    needed = math.ceil(-math.log2(P_BLOCK))
    if clusters < needed:
        return None
    z = _student(_Z_SIZE, clusters) + _student(_Z_POWER, clusters)
    finest = min(Fraction(1, pair.baseline.scored) for pair in pairs)
    return max(z * mean_and_error(pairs)[1], float(needed * finest / len(pairs)))


def _student(z: float, clusters: int) -> float:
    """Quantile of Student's t for a normal quantile, to the first order in 1 / degrees."""
    return z + (z**3 + z) / (4 * max(1, clusters - 1))


def _is_undecided(pair: Pair) -> bool:
    return not pair.is_scored or (pair.flip < 0 and not pair.can_be_confirmed)


def _doubts(scored: int, unscored_share: float) -> tuple[str, ...]:
    found = []
    if unscored_share > UNSCORED_LIMIT:
        limit = f"limit {UNSCORED_LIMIT:.0%}"
        found.append(f"{unscored_share:.1%} of the answers could not be graded ({limit})")
    if not scored:
        found.append("no case was graded on both sides")
    return tuple(found)


def _reasons(p: float, breaks: int, fixes: int, critical: int) -> tuple[str, ...]:
    found = []
    if critical:
        found.append(f"{_cases(critical, 'critical case')} broke, confirmed")
    if breaks - fixes >= NET_BREAKS_BLOCK:
        found.append(f"{_cases(breaks, 'case')} broke and {fixes} mended, confirmed")
    if p <= P_BLOCK:
        found.append(f"answers are worse on the whole: p = {p:.4f}")
    return tuple(found)


def _cases(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _ids(pairs: Sequence[Pair]) -> tuple[str, ...]:
    return tuple(pair.case_id for pair in pairs)
