"""Prices, budgets and rate limits."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import BudgetError
from rag.models import Budget, Price, RateLimiter
from rag.models.prices import FREE, PRICES_FILE, known_model


def test_each_price_has_a_date_and_a_source_and_makes_sense() -> None:
    for name, entry in json.loads(PRICES_FILE.read_text())["models"].items():
        assert entry["checked"] >= "2026-01-01", name
        assert entry["source"], name
        assert 0 < entry.get("cached_input", entry["input"]) <= entry["input"], name
        assert entry["input"] < entry["output"], name
        assert entry["max_output_tokens"] < entry["context_tokens"], name


def test_a_dated_snapshot_has_the_price_of_its_model_and_others_have_none() -> None:
    assert known_model("gpt-4.1-mini-2025-04-14") == known_model("gpt-4.1-mini")
    assert known_model("gpt-4.1-mini") is not None
    assert known_model("gpt-4.1-giant") is None
    assert known_model("qwen3:8b") is None


def test_cached_input_is_cheaper_and_a_long_prompt_dearer() -> None:
    price = Price(
        input_usd=2.0,
        output_usd=10.0,
        cached_input_usd=0.2,
        cache_write_usd=2.5,
        long_context_above_tokens=272_000,
        long_input_factor=2.0,
        long_output_factor=1.5,
    )
    assert price.cost_usd(1000, 100) == pytest.approx(0.003)
    assert price.cost_usd(1000, 100, cached_input_tokens=500) == pytest.approx(0.0021)
    assert price.cost_usd(300_000, 1000) == pytest.approx(1.2 + 0.015)
    assert price.highest_cost_usd(1000, 100) == pytest.approx(0.0035)
    assert FREE.cost_usd(1_000_000, 1_000_000) == 0


def test_a_budget_refuses_what_could_go_over_and_takes_what_cannot() -> None:
    budget = Budget(max_cost_usd=1.0)
    with budget.reserve(100, 0.6) as first:
        with pytest.raises(BudgetError, match=r"\$0\.6000 is spent or in use"):
            budget.reserve(100, 0.5).__enter__()
        first.settle(50, 0.1)
    assert (budget.spent_tokens, budget.spent_usd) == (50, pytest.approx(0.1))
    with budget.reserve(100, 0.9) as second:
        second.release()
    with pytest.raises(ZeroDivisionError), budget.reserve(100, 0.3):
        raise ZeroDivisionError  # a call whose reply was lost counts as its worst case
    assert budget.spent_usd == pytest.approx(0.4)


def test_threads_together_never_spend_more_than_the_budget() -> None:
    budget = Budget(max_tokens=1000)
    refused = []

    def call(_: int) -> None:
        try:
            with budget.reserve(30, 0.0) as reservation:
                time.sleep(0.001)
                reservation.settle(25, 0.0)
        except BudgetError:
            refused.append(threading.get_ident())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(100)))
    assert refused
    assert budget.spent_tokens <= 1000
    assert budget.spent_tokens == 25 * (100 - len(refused))


@pytest.mark.parametrize(
    ("limiter", "tokens"),
    [
        (RateLimiter(requests_per_minute=600, burst_s=0.1), 1),
        (RateLimiter(tokens_per_minute=60_000, burst_s=0.1), 100),
        (RateLimiter(requests_per_minute=600, tokens_per_minute=1e9, burst_s=0.1), 100),
    ],
)
def test_calls_are_spaced_to_the_limit_over_all_threads(limiter: RateLimiter, tokens: int) -> None:
    started_s = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(limiter.acquire, [tokens] * 6))
    # Six calls at ten a second: the last starts after 0.5 s, less the burst of 0.1 s.
    assert 0.35 <= time.monotonic() - started_s < 1.5


def test_without_limits_nothing_waits() -> None:
    limiter = RateLimiter()
    assert sum(limiter.acquire(10_000) for _ in range(100)) == 0
