"""Dates and clock times, resolved with the day of publication."""

from datetime import date

import pytest

from rag.claims.clock import find_times, same_time
from rag.claims.dates import DateMention, date_follows, dates_conflict, find_dates

PUBLISHED = date(2026, 2, 1)  # a Sunday


def only(text: str, published: date | None = PUBLISHED) -> DateMention:
    found = find_dates(text, published)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on Saturday", "2026-01-31", "2026-01-31"),
        ("on Sunday", "2026-02-01", "2026-02-01"),
        ("the vote will be held on Tuesday", "2026-02-03", "2026-02-03"),
        ("on Feb. 9, 2024, a bomb", "2024-02-09", "2024-02-09"),
        ("on 9 February 2024", "2024-02-09", "2024-02-09"),
        ("on 2024-02-09", "2024-02-09", "2024-02-09"),
        ("on Nov. 11 she", "2025-11-11", "2025-11-11"),
        ("in March last year", "2025-03-01", "2025-03-31"),
        ("yesterday", "2026-01-31", "2026-01-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last week", "2026-01-19", "2026-01-25"),
        ("two days ago", "2026-01-30", "2026-01-30"),
        ("in 1994", "1994-01-01", "1994-12-31"),
        ("since January 2025", "2025-01-01", "2025-01-31"),
    ],
)
def test_a_date_is_resolved_from_the_day_of_publication(text: str, first: str, last: str) -> None:
    mention = only(text)
    assert (str(mention.first), str(mention.last)) == (first, last)


def test_the_day_before_counts_from_the_date_before_it() -> None:
    _, before = find_dates("92 on Saturday and 41 the day before", PUBLISHED)
    assert before.first == date(2026, 1, 30)


def test_may_and_march_are_months_only_where_a_date_stands() -> None:
    assert find_dates("They may march on.", PUBLISHED) == ()
    assert only("planned since May").month == 5


def test_a_counted_number_is_no_year() -> None:
    assert find_dates("about 2020 people came", PUBLISHED) == ()


@pytest.mark.parametrize(
    ("stated", "evidence", "follows"),
    [
        ("on 31 January 2026", "on Saturday", True),
        ("in January 2026", "on Saturday", True),
        ("on Saturday", "on Jan. 31, 2026", True),
        ("on Friday", "on Saturday", False),
        ("on 31 January", "in January", False),
    ],
)
def test_a_date_follows_from_the_same_or_a_narrower_one(
    stated: str, evidence: str, follows: bool
) -> None:
    assert date_follows(only(stated, None), only(evidence)) is follows


def test_without_a_day_of_publication_weekdays_compare_by_name() -> None:
    assert date_follows(only("on Friday", None), only("Friday", None))
    assert dates_conflict(only("on Friday", None), only("Monday", None))


def test_clock_times_compare_across_spellings() -> None:
    one, other = find_times("at 10.15pm")[0], find_times("at 10:15 p.m.")[0]
    assert same_time(one, other)
    assert not same_time(one, find_times("at 10:15 a.m.")[0])
    assert find_times("rose 10.15 percent") == ()


def test_a_time_zone_makes_a_time_of_figures_with_a_point() -> None:
    for zone in ("GMT", "UTC", "EST", "CEST"):
        (time,) = find_times(f"18.25 {zone}: Bridge shut")
        assert time.minutes == 18 * 60 + 25
    assert find_times("12.50 MT of rice") == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The telescope was launched from Kourou on December 25.", date(2021, 12, 25)),
        ("The bridge will open on December 25.", date(2022, 12, 25)),
        ("Cars pay from December 25.", date(2022, 12, 25)),
    ],
)
def test_a_day_without_a_year_lies_ahead_only_where_the_words_say_so(text: str, day: date) -> None:
    (found,) = find_dates(text, date(2022, 2, 11))
    assert found.first == day


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("The canal will be dredged around 2030.", 2030),
        ("The canal stays shut until at least 2031, engineers fear.", 2031),
        ("It has been dry since about mid-2019 and may stay so.", 2019),
        ("The pre-1914 looms were sold.", 1914),
    ],
)
def test_a_year_may_be_rough(text: str, year: int) -> None:
    assert only(text).year == year


@pytest.mark.parametrize(
    "text",
    [
        "Around 2030 seals came ashore.",
        "At least 1990 looms were sold.",
        "The bell weighs about 1800 kilograms.",
        "She reread April: A Life of Gardens.",
    ],
)
def test_what_is_counted_and_what_heads_a_title_is_no_date(text: str) -> None:
    assert find_dates(text, PUBLISHED) == ()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("The ferry leaves at 5 EDT.", [300]),
        ("Come in the 9-11 a.m. slot.", [540, 660]),
        ("Open from 4 to 6 p.m.", [240, 1080]),
        ("The score was 5-7 at the break.", []),
    ],
)
def test_a_zone_or_the_end_of_a_span_makes_a_time_of_day(text: str, minutes: list[int]) -> None:
    assert [time.minutes for time in find_times(text)] == minutes
