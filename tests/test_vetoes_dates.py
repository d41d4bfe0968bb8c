"""A date of a statement is vetoed when neither the quotes nor their articles' days give it."""

import pytest

from rag.evidence.evidence import Evidence
from rag.evidence.vetoes import Veto, vetoes

# A Thursday.
PUBLISHED = "2021-06-10"


def date_vetoes(
    statement: str, *quotes: str, published: str | None = PUBLISHED, title: str | None = None
) -> list[Veto]:
    evidence = [Evidence(quote, title=title, published=published) for quote in quotes]
    return [veto for veto in vetoes(statement, evidence) if veto.kind == "date"]


@pytest.mark.parametrize(
    ("statement", "quote", "why"),
    [
        (
            "The pier reopens on Friday.",
            "The pier reopens on Saturday.",
            "the quotes say Saturday, not Friday",
        ),
        (
            "The abbey burned down in 1748.",
            "Monks built the abbey in 1631.",
            "the quotes say 1631, not 1748",
        ),
        (
            "The vote is set for June 24.",
            "The vote is set for June 21.",
            "the quotes say June 21, not June 24",
        ),
        (
            "The orchard was sold in March.",
            "The orchard was sold to a neighbour.",
            "March is in none of the quotes",
        ),
        (
            "The parade starts at 9 a.m.",
            "The parade starts at 11 a.m.",
            "the quotes say 11 a.m., not 9 a.m.",
        ),
        (
            "The lighthouse dates from the 1890s.",
            "The lighthouse dates from 1921.",
            "1890s is in none of the quotes",
        ),
        (
            "The choir tours next year.",
            "The choir will go on tour.",
            "next year is in none of the quotes",
        ),
    ],
)
def test_a_date_in_none_of_the_quotes_is_vetoed_with_its_rival(
    statement: str, quote: str, why: str
) -> None:
    (veto,) = date_vetoes(statement, quote)
    assert (veto.why, veto.rival) == (why, why.startswith("the quotes say"))


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The pier reopened on June 8.", "The pier reopened on Tuesday."),
        ("The pier reopened on Wednesday.", "The pier reopened yesterday."),
        ("The pier reopens on June 15.", "The pier reopens next Tuesday."),
        ("The pier reopens on 2021-06-15.", "The pier reopens on 15 June."),
        ("The pier reopened on a Sunday.", "The pier reopened on June 6."),
        ("The pier reopened in June.", "The pier reopened on Tuesday."),
        ("The pier closed in 2020.", "The pier closed last year."),
        ("The pier closed last year.", "The pier closed in August 2020."),
        ("The pier reopened in 2021.", "The pier reopened this year."),
        ("The pier closed a decade ago.", "The pier closed in 2011."),
        ("The pier was raised on the 6th of May.", "The pier was raised on the sixth of May."),
    ],
)
def test_a_date_may_be_resolved_with_the_day_of_the_article(statement: str, quote: str) -> None:
    assert date_vetoes(statement, quote) == []


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The mill was shut until 1945.", "The mill was shut in 1943-45."),
        ("The tower is of the late 1990s.", "The tower is a building of the late ’90s."),
        ("The school opened in 1997.", "Founded in 1995, it opened two years later."),
        ("Sales fell from January to October.", "Sales fell in the first ten months."),
        ("The storm hit on December 25.", "The storm hit on Christmas Day."),
        ("He died on December 31.", "He fell ill on December 25 and died six days later."),
        ("The fair was held on Saturday.", "The fair was held at the weekend."),
        ("The ban begins in May.", "The May ban was agreed."),
        ("Kick-off is at 20:00.", "Kick-off is at 8 p.m."),
        ("The loom is of the 1960’s.", "The loom dates from 1963."),
        ("The well was dug in the 1700s.", "The well was dug in the 18th century."),
        ("She ran the inn in 1958.", "She ran the inn from 1948 to 1968."),
        ("He left after 1921.", "He left in 1922."),
        ("Doors open after 9 a.m.", "Doors open at 9:40 a.m."),
    ],
)
def test_a_date_may_be_said_in_another_form(statement: str, quote: str) -> None:
    assert date_vetoes(statement, quote) == []


def test_the_day_of_the_article_may_be_said() -> None:
    quote = "The council approved the tram."
    assert date_vetoes("The council approved the tram by June 10, 2021.", quote) == []
    assert date_vetoes("The council approved the tram by June 10, 2019.", quote)


def test_the_title_may_give_the_year() -> None:
    statement, quote = "The census of 2011 was lost.", "The census was lost."
    assert date_vetoes(statement, quote)
    assert date_vetoes(statement, quote, title="How the 2011 census was lost") == []


@pytest.mark.parametrize(
    "statement",
    [
        "She left and came back the next day.",
        "In their last year the twins moved out.",
        "The clinic is open on Mondays.",
        "The cave was dug 10,000 years ago.",
    ],
)
def test_what_counts_from_something_else_is_no_date(statement: str) -> None:
    assert date_vetoes(statement, "The quote is of other things.") == []


def test_a_relative_date_says_nothing_of_an_article_without_a_day() -> None:
    assert date_vetoes("The choir tours next year.", "The choir tours.", published=None) == []


def test_a_day_at_the_end_of_the_calendar_breaks_nothing() -> None:
    quote = "From 0001-01-01 to 9999-12-31, 2 days and next year."
    assert date_vetoes("It was on May 3.", quote)
    assert date_vetoes("It was on May 3 next year.", quote, published="9999-12-30")


@pytest.mark.parametrize(
    ("stated", "article"),
    [
        ("1874", "The mill burned in 1874."),
        ("1958", "A loom was bought in ’58."),
        ("the 1970s", "It fell silent in the seventies."),
    ],
)
def test_a_date_that_stands_anywhere_in_the_article_is_left_to_the_judge(
    stated: str, article: str
) -> None:
    quote = Evidence("The mill fell silent.", published=PUBLISHED, article_text=article)
    assert vetoes(f"The mill fell silent in {stated}.", [quote]) == ()
    assert vetoes("The mill fell silent in 1902.", [quote])


def test_what_an_article_lets_be_worked_out_beside_the_quotes_is_not_enough() -> None:
    article = "It opened in 1874. The strike was 28 years later."
    quote = Evidence("The mill fell silent.", published=PUBLISHED, article_text=article)
    assert vetoes("The mill fell silent in 1902.", [quote])


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The weir broke in 1963.", "Built in 1962, the weir broke the following year."),
        ("Trams return around 2029.", "Trams will return in eight years’ time."),
        ("The looms stopped in the 1930s.", "The looms stopped in the Thirties."),
        ("The choir sang in 2020.", "The choir sang last autumn."),
        ("The choir sang on Wednesday.", "The choir sang."),
        ("The barge sank and a day later was raised.", "The barge sank and was raised soon."),
        ("Half of the marsh may be dry by 2100.", "Half of the marsh may dry up this century."),
    ],
)
def test_a_date_may_follow_from_what_goes_round_it(statement: str, quote: str) -> None:
    assert date_vetoes(statement, quote) == []


@pytest.mark.parametrize(
    ("stated", "quote"),
    [
        ("since January", "Wheat has fallen by a third since the start of the year."),
        ("since January", "Wheat is down by a third year-to-date."),
        ("by December", "Wheat is to drop by a third before the year is out."),
    ],
)
def test_a_year_begins_in_january_and_ends_in_december(stated: str, quote: str) -> None:
    assert date_vetoes(f"Wheat falls by a third {stated}.", quote) == []
    assert date_vetoes("Wheat falls by a third in October.", quote)


@pytest.mark.parametrize(
    "quote",
    [
        "The ferry runs Sunday through Friday.",
        "The ferry runs Sunday–Friday.",
        "The ferry runs on weekdays.",
        "The ferry runs every day but one.",
    ],
)
def test_a_run_of_weekdays_tells_of_the_others_too(quote: str) -> None:
    assert date_vetoes("There is no ferry on Saturday.", quote) == []
    assert date_vetoes("There is no ferry on Saturday.", "The ferry runs on Friday.")


@pytest.mark.parametrize(
    ("stated", "near", "far"),
    [
        ("More than three decades ago", "in 1989", "in 1962"),
        ("Two years ago", "in October 2018", "in 2016"),
        ("Four months ago", "on January 29", "in October 2020"),
    ],
)
def test_a_time_that_was_so_long_ago_is_rounded(stated: str, near: str, far: str) -> None:
    assert date_vetoes(f"{stated} the mill shut.", f"The mill shut {near}.") == []
    assert date_vetoes(f"{stated} the mill shut.", f"The mill shut {far}.")
