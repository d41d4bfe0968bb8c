"""How often the gate blocks a change that does no harm, and how often it catches one that does.

    python bench/gate_power.py

Simulates the real decision code (``evals.gate``) on the labelled cases of ``evals/facts``, with
their clusters and critical cases: of all cases 85 % are answered right at 0.98, 8 % at 0.3 to 0.7,
7 % never; which, is drawn anew each time. Three answers a case on each side; what flips by majority
is run four more times on both sides. Beside it, on the same simulated answers: blocking on any new
failure, on a lower pass rate, on one lower by 5 points, and on McNemar's test.

Also measured: what the demands on a critical break and on the p-value that go beyond one look at
the further runs spare; the gate on stored runs, which have no further ones; breaks that hit no
critical case; and how often the interval holds the true difference.

Exits with 1 when the gate misses a figure that it must reach: when the 95 % interval of the
estimate goes past it.
Writes ``bench/results/gate_power.json``.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from recorded import record  # noqa: E402

from evals.cases import Case, load_cases  # noqa: E402
from evals.gate import (  # noqa: E402
    NET_BREAKS_BLOCK,
    P_BLOCK,
    RERUNS,
    Decision,
    Pair,
    Tally,
    cluster_sums,
    decide,
    flipped,
    sign_flip_p,
)

Chances = NDArray[np.float64]
Change = Callable[[Chances, NDArray[np.bool_], np.random.Generator], Chances]
REPEATS = 3
SURE, FLAKY = 0.98, (0.3, 0.7)
SHARE_SURE, SHARE_FLAKY = 0.85, 0.08
BROKEN, SOFTENED, SOFTENED_TO = 0.05, 0.20, 0.7
DIFFERENCE_POINTS = 0.05


def no_change(chances: Chances, critical: NDArray[np.bool_], rng: np.random.Generator) -> Chances:
    return chances


def some_broken(chances: Chances, critical: NDArray[np.bool_], rng: np.random.Generator) -> Chances:
    return _set(chances, chances == SURE, BROKEN, 0.0, rng)


def only_plain_broken(
    chances: Chances, critical: NDArray[np.bool_], rng: np.random.Generator
) -> Chances:
    return _set(chances, (chances == SURE) & ~critical, BROKEN, 0.0, rng)


def some_softened(
    chances: Chances, critical: NDArray[np.bool_], rng: np.random.Generator
) -> Chances:
    return _set(chances, chances == SURE, SOFTENED, SOFTENED_TO, rng)


def _set(
    chances: Chances,
    among: NDArray[np.bool_],
    share: float,
    value: float,
    rng: np.random.Generator,
) -> Chances:
    changed = chances.copy()
    hit = rng.choice(np.flatnonzero(among), round(share * len(chances)), replace=False)
    changed[hit] = value
    return changed


SCENARIOS: dict[str, tuple[Change, str]] = {
    "harmless": (no_change, "the candidate answers as the baseline does"),
    "broken": (some_broken, f"{BROKEN:.0%} of the cases are never right any more"),
    "broken_not_critical": (only_plain_broken, "the same, and no critical case among them"),
    "softened": (some_softened, f"{SOFTENED:.0%} of the cases are right at {SOFTENED_TO} only"),
}
# Scenario, whether blocking is wanted, and the share that must be reached.
DEMANDS = {
    "harmless": ("at most", 0.05),
    "broken": ("at least", 0.99),
    "softened": ("at least", 0.85),
}


@dataclass(slots=True)
class Counts:
    """Of the simulations of one scenario: how many each rule blocks, and what else is counted."""

    blocked: dict[str, int] = field(default_factory=dict)
    covered: int = 0
    simulations: int = 0
    hits_critical: int = 0
    rerun_cases: int = 0

    def add(self, verdicts: dict[str, bool]) -> None:
        for rule, blocks in verdicts.items():
            self.blocked[rule] = self.blocked.get(rule, 0) + blocks


def draw_baseline(cases: int, rng: np.random.Generator) -> Chances:
    """Chances of a right answer, a case each."""
    order = rng.permutation(cases)
    sure, flaky = round(SHARE_SURE * cases), round(SHARE_FLAKY * cases)
    chances = np.zeros(cases)
    chances[order[:sure]] = SURE
    chances[order[sure : sure + flaky]] = rng.uniform(*FLAKY, flaky)
    return chances


def first_pairs(
    cases: Sequence[Case], before: Chances, after: Chances, rng: np.random.Generator
) -> list[Pair]:
    sides = zip(rng.binomial(REPEATS, before), rng.binomial(REPEATS, after), strict=True)
    return [
        Pair(
            case.id,
            case.cluster,
            case.critical,
            Tally(int(right_before), REPEATS),
            Tally(int(right_after), REPEATS),
        )
        for case, (right_before, right_after) in zip(cases, sides, strict=True)
    ]


def with_further_runs(
    pairs: list[Pair], before: Chances, after: Chances, rng: np.random.Generator
) -> list[Pair]:
    """What flipped, asked four more times on both sides."""
    again = set(flipped(pairs))
    return [
        replace(
            pair,
            again=(
                Tally(int(rng.binomial(RERUNS, before[at])), RERUNS),
                Tally(int(rng.binomial(RERUNS, after[at])), RERUNS),
            ),
        )
        if pair.case_id in again
        else pair
        for at, pair in enumerate(pairs)
    ]


def verdicts_of(first: list[Pair], pairs: list[Pair], decision: Decision) -> dict[str, bool]:
    """Whether each rule blocks; the first is the gate's own."""
    lasting = bool(decision.critical_breaks)
    confirmed = any(pair.critical and pair.confirmed < 0 for pair in pairs)
    net = len(decision.confirmed_breaks) - len(decision.confirmed_fixes) >= NET_BREAKS_BLOCK
    stored = decide(first)
    p_first = stored.p
    p_all = sign_flip_p(list(cluster_sums(pairs, all_runs=True).values()))
    fall = -float(sum(pair.difference for pair in first)) / len(first)
    return {
        "gate": decision.outcome == "block",
        "gate on stored runs, three answers a case": stored.outcome == "block",
        "gate, critical breaks by the further runs alone": (
            decision.p <= P_BLOCK or net or confirmed
        ),
        "gate, p of the first runs alone": p_first <= P_BLOCK or net or lasting,
        "gate, both": p_first <= P_BLOCK or net or confirmed,
        "part: p of the first runs": p_first <= P_BLOCK,
        "part: p of all runs": p_all <= P_BLOCK,
        "part: p of both": decision.p <= P_BLOCK,
        "part: net breaks": net,
        "part: critical break, further runs": confirmed,
        "part: critical break, all runs": lasting,
        "peer: any new failure": bool(decision.breaks),
        "peer: pass rate lower": fall > 0,
        "peer: pass rate lower by 5 points": fall >= DIFFERENCE_POINTS,
        "peer: McNemar, exact, one-sided": mcnemar_p(first) <= P_BLOCK,
    }


def mcnemar_p(pairs: Sequence[Pair]) -> float:
    """Exact one-sided p of as many majorities lost, given how many changed (McNemar, 1947)."""
    lost = sum(pair.flip < 0 for pair in pairs)
    changed = sum(pair.flip != 0 for pair in pairs)
    return sum(math.comb(changed, count) for count in range(lost, changed + 1)) / 2**changed


def simulate(
    cases: Sequence[Case], change: Change, simulations: int, rng: np.random.Generator
) -> Counts:
    critical = np.array([case.critical for case in cases])
    counts = Counts()
    for _ in range(simulations):
        before = draw_baseline(len(cases), rng)
        after = change(before, critical, rng)
        first = first_pairs(cases, before, after, rng)
        pairs = with_further_runs(first, before, after, rng)
        decision = decide(pairs)
        counts.add(verdicts_of(first, pairs, decision))
        low, high = decision.interval
        counts.covered += low <= float((after - before).mean()) <= high
        counts.hits_critical += bool(np.any(critical & (after != before)))
        counts.rerun_cases += len(flipped(first))
        counts.simulations += 1
    return counts


def share(count: int, of: int) -> dict[str, Any]:
    """A share and its 95 % interval (Wilson, 1927)."""
    z, p = 1.96, count / of
    middle, reach = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = ((middle + sign * reach) / (1 + z * z / of) for sign in (-1, 1))
    return {"share": round(p, 4), "interval": [round(low, 4), round(high, 4)]}


def figures_of(counts: Counts) -> dict[str, Any]:
    return {
        "blocked": {rule: share(n, counts.simulations) for rule, n in counts.blocked.items()},
        "interval_holds_true_difference": share(counts.covered, counts.simulations),
        "changes_a_critical_case": share(counts.hits_critical, counts.simulations),
        "cases_run_again": round(counts.rerun_cases / counts.simulations, 2),
    }


def missed_demands(scenarios: dict[str, Any]) -> list[str]:
    """The figures that the gate does not reach for certain."""
    missed = []
    for name, (kind, limit) in DEMANDS.items():
        found = scenarios[name]["blocked"]["gate"]
        low, high = found["interval"]
        if (high > limit) if kind == "at most" else (low < limit):
            missed.append(
                f"{name}: blocked {found['share']:.1%} [{low:.1%}, {high:.1%}]; {kind} {limit:.0%}"
            )
    return missed


def print_table(scenarios: dict[str, Any]) -> None:
    print(f"{'blocked':50}" + "".join(f"{name:>28}" for name in scenarios))
    for rule in next(iter(scenarios.values()))["blocked"]:
        row = f"{rule:50}"
        for figures in scenarios.values():
            found = figures["blocked"][rule]
            low, high = found["interval"]
            row += f"{found['share']:>12.1%} [{low:6.1%}, {high:6.1%}]"
        print(row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=2500, metavar="N")
    parser.add_argument("--seed", type=int, default=20)
    args = parser.parse_args()
    cases = load_cases(ROOT / "evals" / "facts").cases
    rng = np.random.default_rng(args.seed)
    scenarios = {
        name: {"what": what} | figures_of(simulate(cases, change, args.simulations, rng))
        for name, (change, what) in SCENARIOS.items()
    }
    print_table(scenarios)
    missed = missed_demands(scenarios)
    record(
        "gate_power",
        {
            "simulations": args.simulations,
            "seed": args.seed,
            "cases": len(cases),
            "clusters": len({case.cluster for case in cases}),
            "critical": sum(case.critical for case in cases),
            "repeats": REPEATS,
            "demands": {name: list(demand) for name, demand in DEMANDS.items()},
            "missed": missed,
            "scenarios": scenarios,
        },
    )
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
