"""A number of a statement is vetoed when its quotes neither hold it nor let it be worked out."""

import pytest

from rag.evidence.evidence import Evidence
from rag.evidence.vetoes import Veto, vetoes


def number_vetoes(statement: str, *quotes: str, title: str | None = None) -> list[Veto]:
    evidence = [Evidence(quote, title=title, published="2021-06-10") for quote in quotes]
    return [veto for veto in vetoes(statement, evidence) if veto.kind == "number"]


@pytest.mark.parametrize(
    ("statement", "quote", "why"),
    [
        (
            "The ferry carried 112 passengers.",
            "The ferry had 118 passengers on board.",
            "the quotes say 118, not 112",
        ),
        (
            "The museum paid $40 million for the vase.",
            "The museum bought the vase at auction.",
            "$40 million is in none of the quotes",
        ),
        (
            "Turnout reached 61 percent.",
            "Turnout was 57 percent, the commission said.",
            "the quotes say 57 percent, not 61 percent",
        ),
        (
            "The mast is 45 feet high.",
            "The mast is 38 feet high.",
            "the quotes say 38, not 45",
        ),
    ],
)
def test_a_number_in_none_of_the_quotes_is_vetoed_with_its_rival(
    statement: str, quote: str, why: str
) -> None:
    found = number_vetoes(statement, quote)
    assert [veto.why for veto in found] == [why]
    assert found[0].rival is why.startswith("the quotes say")


def test_the_span_is_the_number_in_the_statement() -> None:
    statement = "The bakery sold 450 loaves."
    (veto,) = number_vetoes(statement, "The bakery sold 300 loaves.")
    assert statement[slice(*veto.span)] == "450"


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Fourteen looms stood idle.", "All 14 looms stood idle."),
        ("Some 14 looms stood idle.", "Fourteen looms stood idle."),
        ("It sold 1,200,000 copies.", "It sold 1.2 million copies."),
        ("The dam displaced 2,50,000 villagers.", "The dam displaced 2.5 lakh villagers."),
        ("The dam cost 30 million rupees.", "The dam cost 3 crore rupees."),
        ("A dozen kites were lost.", "In all 12 kites were lost."),
        ("Dozens of kites were lost.", "In all 34 kites were lost."),
    ],
)
def test_a_number_may_be_written_otherwise(statement: str, quote: str) -> None:
    assert number_vetoes(statement, quote) == []


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Over 400 hens were stolen.", "Thieves took 412 hens."),
        ("Nearly 30 percent of the wells are dry.", "Of the wells, 28.7 percent are dry."),
        ("The bridge cost about $2 billion.", "The bridge cost $1,985,400,000."),
        ("The glacier lost 5,000 tonnes.", "The glacier lost 4,960 tonnes."),
        ("The trail is roughly 10 miles long.", "The trail runs for 16 kilometres."),
        ("The siege took about three months.", "The siege lasted 93 days."),
    ],
)
def test_a_number_may_be_rounded_or_converted(statement: str, quote: str) -> None:
    assert number_vetoes(statement, quote) == []


def test_a_number_that_is_no_rounding_is_vetoed() -> None:
    assert number_vetoes("Nearly 500 hens were stolen.", "Thieves took 212 hens.")
    assert number_vetoes("The trail is 25 miles long.", "The trail runs for 16 kilometres.")


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Of the jars 25 percent broke.", "Of 60 jars, 15 broke."),
        ("Frost took 75% of the vines.", "Frost took three quarters of the vines."),
        ("Of the voters 70 percent agreed.", "Seven in ten voters agreed."),
        ("Only 26% of the vines survived.", "Frost took 74% of the vines."),
        ("Prices rose by 50 percent.", "The price went from 40 pence to 60 pence."),
        ("Catches fell by 50 percent.", "Catches were halved by the ban."),
        ("Together they hold 89 percent.", "One holds 29 percent and the other 60 percent."),
    ],
)
def test_a_percentage_may_follow_from_the_figures(statement: str, quote: str) -> None:
    assert number_vetoes(statement, quote) == []


@pytest.mark.parametrize(
    ("statement", "quotes"),
    [
        ("Both mills employed 75 weavers.", ("One mill had 40 weavers.", "The other had 35.")),
        ("She won by 18 votes.", ("She had 218 votes and he 200.",)),
        ("The zoo now has 24 flamingos.", ("Another flamingo joined the 23 at the zoo.",)),
        ("The hotel served 50 guests a day.", ("The hotel served 350 guests in 7 days.",)),
    ],
)
def test_a_number_may_be_worked_out_from_two(statement: str, quotes: tuple[str, ...]) -> None:
    assert number_vetoes(statement, *quotes) == []


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Two rivers burst their banks.", "The Tarn and the Lot burst their banks."),
        ("Three lifeboats were launched.", "Two lifeboats put out, and later the pilot's boat."),
        ("She came third.", "She won a medal of bronze."),
        ("The strike went on for 14 days.", "The strike began on June 3 and ended on June 17."),
        ("The show lasted almost six hours.", "The show ran from 3:05 p.m. to 8:55 p.m."),
        ("The widow kept one dog and a cat.", "The widow kept pets."),
        ("Dozens of kites were lost.", "The kites were lost."),
        ("Nearly two fifths of the trees were felled.", "Most of the trees still stand."),
        ("One in twenty trees was felled.", "Most of the trees still stand."),
    ],
)
def test_small_counts_ranks_parts_and_lengths_of_time_are_left_to_the_judge(
    statement: str, quote: str
) -> None:
    assert number_vetoes(statement, quote) == []


def test_an_age_may_lie_between_two_years() -> None:
    quote = "Born in 1950, he died in 1990."
    assert number_vetoes("He was 40 when he died.", quote) == []
    assert number_vetoes("He was 62 when he died.", quote)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Over a billion stamps were printed.", "They printed 100 billion stamps."),
        ("Fewer than 5,000 people live there.", "It has 3,769 inhabitants."),
        ("More than half of the wells are dry.", "Of the wells 83% are dry."),
    ],
)
def test_a_bound_may_be_far_from_the_figure(statement: str, quote: str) -> None:
    assert number_vetoes(statement, quote) == []


@pytest.mark.parametrize(
    "statement",
    [
        "The crew of Apollo 13 came home.",
        "Covid-19 closed the theatre.",
        "The Second Amendment was cited.",
        "The fair opens on June 18 and 19.",
        "A fashion of the 80’s and her 30s came back.",
        "She was among the top 50.",
        "A grant of a quarter of a million dollars helped.",
    ],
)
def test_a_number_in_a_name_or_a_date_is_no_figure(statement: str) -> None:
    assert number_vetoes(statement, "The article's sentence says something of 77 lamps.") == []


def test_a_title_of_a_quoted_article_may_give_the_number() -> None:
    statement = "The flood drowned 640 sheep."
    quote = "The flood drowned a flock."
    assert number_vetoes(statement, quote)
    assert number_vetoes(statement, quote, title="640 sheep lost in flood") == []


def test_a_number_of_another_sentence_of_the_article_is_not_enough() -> None:
    quote = Evidence("The flood drowned a flock.", article_text="The flood drowned 640 sheep.")
    assert vetoes("The flood drowned 640 sheep.", [quote])


def test_vetoes_come_in_the_order_of_the_statement() -> None:
    quote = Evidence("The train stood still.", published="2021-06-10")
    found = vetoes("On Sunday near Brno it held 640 people.", [quote])
    assert [veto.kind for veto in found] == ["date", "name", "number"]


def test_a_number_may_stand_inside_a_word_or_a_date() -> None:
    assert number_vetoes("The flight was numbered 123.", "Flight AB123 carried mail.") == []
    assert number_vetoes("The wine cost 1987 francs.", "The wine was of 1987.") == []


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The mill ground 20 short tons.", "The mill ground 40,000 pounds of barley."),
        ("A loaf was 35 cents dearer.", "The loaf went from $1.20 to $1.55."),
        ("It took 40 years, not 30.", "It took four decades, not three."),
        ("One hen in fifty was ill.", "Of the hens 2% were ill."),
        ("Eighteen singers go on.", "The best 6 of each choir go on."),
        ("The weir is half a mile wide.", "It is a half-mile weir."),
        ("The fund is worth 40 million crowns.", "It is worth “40 [million crowns]”."),
        ("Nebraska 92, a quiet road, is shut.", "The road is shut."),
    ],
)
def test_a_number_may_be_given_in_other_coin_weight_or_words(statement: str, quote: str) -> None:
    assert number_vetoes(statement, quote) == []


def test_cents_and_pounds_that_are_no_conversion_are_vetoed() -> None:
    assert number_vetoes("A loaf was 65 cents dearer.", "The loaf went from $1.20 to $1.55.")
    assert number_vetoes("The mill ground 90 tons.", "The mill ground 40,000 pounds of barley.")


def test_the_tens_of_an_age_end_at_the_next_ten() -> None:
    quote = "In 2028 the envoy will still be in her 50s."
    assert number_vetoes("In 2028 the envoy will not have reached sixty.", quote) == []
    assert number_vetoes("In 2028 the envoy will not have reached eighty.", quote)


@pytest.mark.parametrize(
    ("follows", "does_not", "quote"),
    [
        ("Thirteen barges sank before it.", "Seventeen barges sank before it.",
         "It was the 14th barge that sank."),
        ("About 300 weavers were laid off.", "About 700 weavers were laid off.",
         "The mill laid off 10% of its 3,000 weavers."),
        ("Sales were over 40 times as high.", "Sales were over 400 times as high.",
         "Sales rose by 4,210 percent."),
    ],
)  # fmt: skip
def test_a_number_may_follow_from_a_rank_a_part_or_a_percentage(
    follows: str, does_not: str, quote: str
) -> None:
    assert number_vetoes(follows, quote) == []
    assert number_vetoes(does_not, quote)


def test_the_last_sixteen_is_the_name_of_a_round() -> None:
    assert number_vetoes("The club is among the last sixteen.", "The club is in round five.") == []
