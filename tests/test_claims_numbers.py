"""Quantities: the number, what it counts, and how it is qualified."""

import pytest

from rag.claims.numbers import Quantity, same_value, value_follows, values_relate
from rag.claims.reading import read_sentence


def quantities(text: str) -> list[Quantity]:
    return list(read_sentence(text).quantities)


def only(text: str) -> Quantity:
    found = quantities(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("thirty-one civilians", 31, 31),
        ("1,200 homes", 1200, 1200),
        ("1,00,000 people", 100_000, 100_000),
        ("two hundred and fourteen stations", 214, 214),
        ("one and a half million homes", 1.5e6, 1.5e6),
        ("half a million homes", 5e5, 5e5),
        ("a dozen guns", 12, 12),
        ("two dozen guns", 24, 24),
        ("2.1 billion crowns", 2.1e9, 2.1e9),
        ("between 30 and 40 houses", 30, 40),
        ("6-8 soldiers", 6, 8),
        ("dozens of inmates", 24, 99),
        ("two-thirds of voters", 2 / 3, 2 / 3),
    ],
)
def test_a_number_is_read_in_words_and_digits(text: str, low: float, high: float) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("It killed at least 145 militants.", "count", "militants"),
        ("Seventeen law enforcement personnel died.", "count", "law enforcement personnel"),
        ("17 members of the police", "count", "members of the police"),
        ("Most parents of children under 5 agreed.", "age", "years old"),
        ("At least one person suffered burns.", "count", "person"),
        ("A 7.0-magnitude earthquake shook parts of Haiti.", "measure", "magnitude"),
        ("An earthquake with a magnitude of about 7 struck.", "measure", "magnitude"),
        ("a sum of Rs 5,000", "money", "rupee"),
        ("it cost $1.2bn", "money", "dollar"),
        ("12 million euros", "money", "euro"),
        ("fell 7 per cent", "percent", "percent"),
        ("rose by 5 percentage points", "points", "percentage points"),
        ("a 40-hour battle", "measure", "hours"),
        ("a 39-year-old shopkeeper", "age", "years old"),
        ("Joan Bell, 27, a cook", "age", "years old"),
        ("the second quarter", "ordinal", "quarter"),
        ("in Hall 7 of the works", "label", "hall"),
        ("three of the attackers", "count", "attackers"),
        ("the number of missing children rose to 8", "count", "missing children"),
    ],
)
def test_a_number_knows_what_it_counts(text: str, kind: str, unit: str) -> None:
    quantity = only(text)
    assert (quantity.kind, quantity.unit) == (kind, unit)


def test_a_number_without_a_noun_takes_that_of_the_number_before_it() -> None:
    first, second = quantities("It killed 84 soldiers and captured 18.")
    assert (second.unit, second.inherited) == ("soldiers", True)
    assert not first.inherited


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("at least 30 inmates", "at least"),
        ("no fewer than 30 inmates", "at least"),
        ("30 or more inmates", "at least"),
        ("over 30 inmates", "more than"),
        ("nearly 30 inmates", "nearly"),
        ("some 30 inmates", "about"),
        ("up to 30 inmates", "up to"),
        ("fewer than 30 inmates", "fewer than"),
        ("30 inmates", None),
    ],
)
def test_a_qualifier_stays_with_its_number(text: str, qualifier: str | None) -> None:
    assert only(text).qualifier == qualifier


@pytest.mark.parametrize(
    "text",
    [
        "on 31 January 2026",
        "since 2019",
        "at 5:10 a.m.",
        "one of the deadliest",
        "no one knows",
        "at 10.15pm",
        "the 1990s",
    ],
)
def test_dates_times_and_pronouns_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thirty-one civilians", "31 civilians"),
        ("1.2 billion crowns", "1,200 million crowns"),
        ("two days", "48 hours"),
        ("half of them", "50 percent of them"),
        ("$1.2bn", "1.2 billion dollars"),
    ],
)
def test_two_spellings_are_one_value(one: str, other: str) -> None:
    assert same_value(only(one), only(other))


@pytest.mark.parametrize(
    ("stated", "evidence", "follows"),
    [
        ("at least 30 men", "more than 30 men", True),
        ("at least 30 men", "30 men", True),
        ("30 men", "at least 30 men", False),
        ("more than 30 men", "at least 30 men", False),
        ("fewer than 30 men", "at least 30 men", False),
        ("dozens of men", "34 men", True),
        ("34 men", "dozens of men", False),
        ("40 hours", "about 40 hours", True),
    ],
)
def test_a_number_follows_only_from_one_that_says_as_much(
    stated: str, evidence: str, follows: bool
) -> None:
    assert value_follows(only(stated), only(evidence)) is follows


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("31 men", "thirty-one men", "same"),
        ("at least 30 men", "more than 30 men", "compatible"),
        ("at least 30 men", "34 men", "compatible"),
        ("dozens of men", "at least 30 men", "compatible"),
        ("31 men", "34 men", "conflict"),
        ("up to 20 men", "31 men", "conflict"),
    ],
)
def test_values_relate(one: str, other: str, relation: str) -> None:
    assert values_relate(only(one), only(other)) == relation
    assert values_relate(only(other), only(one)) == relation


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("a half-million lamps", 5e5),
        ("debts of £3tr", 3e12),
        ("40 [million crowns] of debt", 4e7),
        ("a batting average of .310", 0.31),
    ],
)
def test_scales_and_points_may_be_written_otherwise(text: str, low: float) -> None:
    assert only(text).low == low


def test_short_tons_are_a_measure() -> None:
    assert (only("36 short tons of barley").kind, only("36 short tons of barley").unit) == (
        "measure",
        "tonnes",
    )
