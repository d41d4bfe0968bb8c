"""The gate reaches its figures on the clusters of the committed cases: a small simulation.

``bench/gate_power.py`` has the figures with their intervals; here is room for chance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.gate_power import SCENARIOS, Counts, missed_demands, simulate
from evals.cases import load_cases

CASES = load_cases(Path(__file__).parent.parent / "evals" / "facts").cases


def simulated(scenario: str, simulations: int) -> Counts:
    rng = np.random.default_rng(1)
    return simulate(CASES, SCENARIOS[scenario][0], simulations, rng)


@pytest.mark.parametrize(
    ("scenario", "low", "high"),
    [("harmless", 0.0, 0.08), ("broken_not_critical", 0.97, 1.0), ("softened", 0.90, 1.0)],
)
def test_harmless_changes_pass_and_harmful_ones_are_caught(
    scenario: str, low: float, high: float
) -> None:
    counts = simulated(scenario, 150)
    assert low <= counts.blocked["gate"] / counts.simulations <= high


def test_a_figure_that_is_missed_is_told() -> None:
    def found(share: float, low: float, high: float) -> dict[str, object]:
        return {"blocked": {"gate": {"share": share, "interval": [low, high]}}}

    reached = {
        "harmless": found(0.03, 0.02, 0.04),
        "broken": found(1.0, 0.995, 1.0),
        "softened": found(0.98, 0.97, 0.99),
    }
    assert missed_demands(reached) == []
    assert len(missed_demands(reached | {"harmless": found(0.045, 0.04, 0.06)})) == 1
    assert len(missed_demands(reached | {"broken": found(0.985, 0.98, 0.99)})) == 1
