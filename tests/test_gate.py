"""The decision of the gate: exact where it is a test, and each finding blocks as it should."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.gate import (
    EXIT_STATUS,
    Pair,
    Tally,
    decide,
    flipped,
    mean_and_error,
    sign_flip_p,
    smallest_detectable,
)

RIGHT, WRONG = Tally(3, 3), Tally(0, 3)
FURTHER_BREAK = (Tally(4, 4), Tally(0, 4))
CASES, CLUSTERS = 120, 30

# Machines of a CI may be busy: slow is not wrong.
unhurried = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fractions = st.fractions(min_value=-3, max_value=3, max_denominator=7)


def pair(
    at: int,
    baseline: Tally = RIGHT,
    candidate: Tally = RIGHT,
    again: tuple[Tally, Tally] | None = None,
    *,
    critical: bool = False,
    repeatable: bool = False,
) -> Pair:
    cluster = f"article-{at % CLUSTERS}"
    return Pair(f"case-{at}", cluster, critical, baseline, candidate, again, repeatable)


def broken(at: int, *, critical: bool = False) -> Pair:
    return pair(at, RIGHT, WRONG, FURTHER_BREAK, critical=critical)


def mended(at: int) -> Pair:
    return pair(at, WRONG, RIGHT, FURTHER_BREAK[::-1])


def with_changes(*changed: Pair) -> list[Pair]:
    pairs = {f"case-{at}": pair(at) for at in range(CASES)}
    return list({**pairs, **{one.case_id: one for one in changed}}.values())


@st.composite
def pairs_of_any_kind(draw: st.DrawFn) -> list[Pair]:
    tallies = st.integers(0, 4).flatmap(lambda n: st.builds(Tally, st.integers(0, n), st.just(n)))
    further = st.one_of(st.none(), st.tuples(tallies, tallies))
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.booleans(), tallies, tallies, further), max_size=14
        )
    )
    return [
        Pair(f"case-{at}", f"article-{cluster}", critical, one, two, again)
        for at, (cluster, critical, one, two, again) in enumerate(rows)
    ]


# --- the permutation test ---


@given(st.lists(fractions, max_size=9))
@unhurried
def test_the_chance_is_the_share_of_all_sign_patterns_that_fall_as_far(
    sums: list[Fraction],
) -> None:
    patterns = list(itertools.product((-1, 1), repeat=len(sums)))
    totals = [
        sum(sign * abs(one) for sign, one in zip(signs, sums, strict=True)) for signs in patterns
    ]
    expected = sum(total <= sum(sums) for total in totals) / len(patterns)
    assert sign_flip_p(sums) == pytest.approx(expected, abs=1e-12)


@given(st.lists(fractions, max_size=30))
@unhurried
def test_clusters_that_do_not_differ_weigh_nothing(sums: list[Fraction]) -> None:
    assert sign_flip_p([*sums, Fraction(0), Fraction(0)]) == sign_flip_p(sums)


@given(st.lists(fractions, min_size=1, max_size=30))
@unhurried
def test_a_fall_and_the_same_rise_are_never_both_significant(sums: list[Fraction]) -> None:
    fall, rise = sign_flip_p(sums), sign_flip_p([-one for one in sums])
    assert fall + rise >= 1 - 1e-12


def test_five_clusters_must_fall_before_it_is_no_chance() -> None:
    assert sign_flip_p([Fraction(-1, 3)] * 4) == 1 / 16
    assert sign_flip_p([Fraction(-1, 3)] * 5) == 1 / 32


def test_a_fall_within_one_cluster_counts_once() -> None:
    one_article = [replace(one, cluster="the-same") for one in map(broken, range(20))]
    assert decide(one_article).p == 0.5


def test_answers_graded_in_all_numbers_keep_the_test_small_and_nearly_exact() -> None:
    primes = (101, 103, 107, 109, 113, 127)
    sums = [Fraction(-1, prime) for prime in primes]
    assert sign_flip_p(sums) == pytest.approx(2**-6, rel=1e-9)


# --- what blocks, passes, and cannot be told ---


def test_nothing_changed_passes() -> None:
    decision = decide(with_changes())
    assert (decision.outcome, decision.exit_status, decision.difference) == ("pass", 0, 0.0)


def test_six_broken_cases_of_120_block() -> None:
    decision = decide(with_changes(*map(broken, range(6))))
    assert (decision.outcome, decision.exit_status) == ("block", 3)
    assert decision.p == 1 / 64
    assert len(decision.confirmed_breaks) == 6


def test_three_broken_cases_block_by_themselves_and_two_do_not() -> None:
    assert decide(with_changes(*map(broken, range(2)))).outcome == "pass"
    decision = decide(with_changes(*map(broken, range(3))))
    assert decision.outcome == "block" and decision.p > 0.05


def test_mended_cases_count_against_broken_ones() -> None:
    changes = [*map(broken, range(3)), mended(7)]
    assert decide(with_changes(*changes)).outcome == "pass"


def test_mended_cases_alone_pass() -> None:
    decision = decide(with_changes(*map(mended, range(20))))
    assert decision.outcome == "pass" and decision.difference > 0


def test_one_broken_critical_case_blocks_and_is_named() -> None:
    decision = decide(with_changes(broken(0, critical=True)))
    assert decision.outcome == "block"
    assert decision.critical_breaks == ("case-0",)


def test_the_reasons_name_no_case() -> None:
    decision = decide(with_changes(broken(0, critical=True), *map(broken, range(1, 7))))
    assert len(decision.why) == 3
    assert not any("case-" in reason for reason in decision.why)


def test_a_flip_that_the_further_runs_do_not_bear_out_is_no_break() -> None:
    again = (Tally(4, 4), Tally(3, 4))
    decision = decide(with_changes(pair(0, RIGHT, WRONG, again, critical=True)))
    assert (decision.outcome, decision.breaks) == ("pass", ("case-0",))
    assert decision.confirmed_breaks == ()


@pytest.mark.parametrize(("right", "candidate", "confirmed"), [(3, 1, -1), (2, 1, 0), (3, 2, 0)])
def test_three_of_four_against_one_of_four_confirm(
    right: int, candidate: int, confirmed: int
) -> None:
    assert pair(0, RIGHT, WRONG, (Tally(right, 4), Tally(candidate, 4))).confirmed == confirmed
    swapped = pair(0, WRONG, RIGHT, (Tally(candidate, 4), Tally(right, 4)))
    assert swapped.confirmed == -confirmed


def test_a_critical_case_that_goes_either_way_does_not_block_by_a_chance_flip() -> None:
    by_chance = pair(0, Tally(2, 3), Tally(1, 3), (Tally(3, 4), Tally(1, 4)), critical=True)
    assert by_chance.confirmed == -1 and not by_chance.is_lasting
    assert decide(with_changes(by_chance)).outcome == "pass"


def test_further_runs_that_undo_a_fall_undo_its_significance() -> None:
    undone = [pair(at, RIGHT, Tally(1, 3), (Tally(2, 4), Tally(4, 4))) for at in range(6)]
    without = [replace(one, again=None) for one in undone]
    assert decide(with_changes(*without)).p == 1 / 64
    assert decide(with_changes(*undone)).outcome == "pass"


def test_stored_runs_confirm_by_their_own_repeats() -> None:
    stored = pair(0, RIGHT, WRONG, critical=True)
    assert decide(with_changes(stored)).outcome == "block"
    shaky = pair(0, RIGHT, Tally(1, 3), critical=True)
    assert decide(with_changes(shaky)).outcome == "pass"


def test_one_answer_is_proof_where_asking_again_gives_the_same() -> None:
    once = pair(0, Tally(1, 1), Tally(0, 1), critical=True, repeatable=True)
    assert decide(with_changes(once)).outcome == "block"


def test_a_critical_break_that_nothing_can_confirm_is_never_a_pass() -> None:
    once = pair(0, Tally(1, 1), Tally(0, 1), critical=True)
    decision = decide(with_changes(once))
    assert (decision.outcome, decision.exit_status) == ("inconclusive", 4)
    assert decision.undecided_critical == ("case-0",)
    unanswered = pair(0, RIGHT, WRONG, (Tally(4, 4), Tally(0, 0)), critical=True)
    assert decide(with_changes(unanswered)).outcome == "inconclusive"


def test_a_critical_case_without_a_graded_answer_is_never_a_pass() -> None:
    silent = pair(0, RIGHT, Tally(0, 0), critical=True)
    assert decide(with_changes(silent), unscored_share=1 / CASES).outcome == "inconclusive"
    assert decide(with_changes(replace(silent, critical=False)), 1 / CASES).outcome == "pass"


def test_what_blocks_otherwise_still_blocks_beside_an_undecided_critical_case() -> None:
    silent = pair(50, RIGHT, Tally(0, 0), critical=True)
    assert decide(with_changes(silent, *map(broken, range(6)))).outcome == "block"


@pytest.mark.parametrize(("share", "outcome"), [(0.05, "inconclusive"), (0.02, "pass")])
def test_more_than_two_percent_ungraded_answers_are_inconclusive(
    share: float, outcome: str
) -> None:
    assert decide(with_changes(), share).outcome == outcome


def test_many_ungraded_answers_are_inconclusive_even_where_cases_broke() -> None:
    decision = decide(with_changes(*map(broken, range(6))), 0.05)
    assert decision.outcome == "inconclusive" and len(decision.why) == 3


def test_no_case_at_all_is_inconclusive() -> None:
    assert decide([]).outcome == "inconclusive"
    assert decide([pair(0, Tally(0, 0), Tally(0, 0))]).outcome == "inconclusive"


def test_each_outcome_has_an_exit_status_of_its_own() -> None:
    assert EXIT_STATUS == {"pass": 0, "block": 3, "inconclusive": 4}


def test_flips_in_both_directions_are_run_again_and_nothing_else() -> None:
    half = pair(5, Tally(3, 3), Tally(2, 3))
    pairs = with_changes(pair(1, RIGHT, WRONG), pair(2, WRONG, RIGHT), half)
    assert flipped(pairs) == ["case-1", "case-2"]


# --- what holds for any two runs ---


@given(pairs_of_any_kind())
@unhurried
def test_a_decision_is_always_reached_and_can_be_written_as_json(pairs: list[Pair]) -> None:
    decision = decide(pairs)
    low, high = decision.interval
    assert -1 <= low <= decision.difference <= high <= 1
    assert 0 < decision.p <= 1
    assert set(decision.confirmed_breaks) <= set(decision.breaks)
    assert set(decision.critical_breaks) <= set(decision.confirmed_breaks)
    assert (decision.outcome == "block") <= bool(decision.confirmed_breaks or decision.p <= 0.05)
    assert json.loads(json.dumps(decision.to_json(), allow_nan=False))


@given(pairs_of_any_kind(), st.randoms(use_true_random=False))
@unhurried
def test_the_order_of_cases_decides_nothing(pairs: list[Pair], rng: object) -> None:
    shuffled = list(pairs)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = decide(pairs), decide(shuffled)
    assert (one.outcome, one.p) == (two.outcome, pytest.approx(two.p))
    assert set(one.breaks) == set(two.breaks)


@given(pairs_of_any_kind())
@unhurried
def test_swapping_the_sides_swaps_breaks_and_fixes(pairs: list[Pair]) -> None:
    swapped = [
        replace(
            one,
            baseline=one.candidate,
            candidate=one.baseline,
            again=None if one.again is None else one.again[::-1],
        )
        for one in pairs
    ]
    one, two = decide(pairs), decide(swapped)
    assert (one.breaks, one.confirmed_breaks) == (two.fixes, two.confirmed_fixes)
    assert one.difference == pytest.approx(-two.difference)


@given(pairs_of_any_kind())
@unhurried
def test_one_more_confirmed_critical_break_never_lets_a_change_pass(pairs: list[Pair]) -> None:
    decision = decide([*pairs, replace(broken(0, critical=True), case_id="one-more")])
    assert decision.outcome != "pass"


# --- the interval and the smallest effect ---


def test_clusters_of_unequal_size_with_one_difference_leave_no_doubt() -> None:
    sizes = {"small": 1, "middle": 4, "large": 9}
    pairs = [
        Pair(f"{name}-{at}", name, False, Tally(3, 3), Tally(2, 3))
        for name, size in sizes.items()
        for at in range(size)
    ]
    mean, error = mean_and_error(pairs)
    assert mean == pytest.approx(-1 / 3)
    assert error == pytest.approx(0, abs=1e-12)


def test_the_error_is_that_of_the_mean_of_clusters_where_sizes_are_equal() -> None:
    pairs = [pair(at, RIGHT, Tally(at % CLUSTERS % 4, 3)) for at in range(CASES)]
    sums = [4 * (at % 4 - 3) / 3 for at in range(CLUSTERS)]
    mean = sum(sums) / CLUSTERS
    spread = (sum((one - mean) ** 2 for one in sums) / (CLUSTERS - 1)) ** 0.5
    assert mean_and_error(pairs) == pytest.approx((mean / 4, spread / CLUSTERS**0.5 / 4))


def test_where_nothing_varies_five_clusters_must_still_fall() -> None:
    once = [pair(at, Tally(1, 1), Tally(1, 1), repeatable=True) for at in range(CASES)]
    assert smallest_detectable(once) == pytest.approx(5 / CASES)


def test_too_few_clusters_can_detect_nothing() -> None:
    assert smallest_detectable([pair(at) for at in range(4)]) is None
    assert decide([pair(at) for at in range(4)]).detectable is None
