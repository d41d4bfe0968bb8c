"""A name of a statement is vetoed when the articles that it cites have no form of it."""

import pytest

from rag.evidence.evidence import Evidence
from rag.evidence.vetoes import Veto, vetoes


def name_vetoes(
    statement: str, article: str, outlet: str | None = None, title: str | None = None
) -> list[Veto]:
    quote = Evidence("A quote.", article_text=article, outlet=outlet, title=title)
    return [veto for veto in vetoes(statement, [quote]) if veto.kind == "name"]


@pytest.mark.parametrize(
    ("statement", "article", "name"),
    [
        ("The mine belongs to Barrick Gold.", "The mine belongs to a company.", "Barrick Gold"),
        ("He moved to Lisbon.", "He moved to Madrid.", "Lisbon"),
        ("The Norwegian skier won.", "The skier from Sweden won.", "Norwegian"),
        ("They flew with the RAF.", "They flew a plane of the army.", "RAF"),
        ("Sweden won the bid.", "The city of Oslo won the bid.", "Sweden"),
    ],
)
def test_a_name_that_stands_nowhere_is_vetoed(statement: str, article: str, name: str) -> None:
    (veto,) = name_vetoes(statement, article)
    assert veto.why == f"no quote and no article text names {name}"
    assert statement[slice(*veto.span)] == name


@pytest.mark.parametrize(
    ("statement", "article"),
    [
        ("In court Okafor denied it.", "The baker, Ada Okafor, denied it."),
        ("A lawyer for Ada Okafor denied it.", "Okafor's lawyer denied it."),
        ("A lawyer for President Okafor denied it.", "Okafor's lawyer denied it."),
        ("It is the Okafors' house.", "The Okafor family owns the house."),
        ("The song is by Bjork.", "The song is by Björk."),
        ("Critics praised Elizabeth II.", "Critics praised Elizabeth, the queen."),
        ("He wrote to Zelensky.", "He wrote to Zelenskyy."),
    ],
)
def test_a_part_of_a_name_or_another_spelling_is_enough(statement: str, article: str) -> None:
    assert name_vetoes(statement, article) == []


def test_another_bearer_of_the_surname_is_told() -> None:
    article = "Ada Okafor baked it. Okafor was pleased."
    (veto,) = name_vetoes("The bread was baked by Simon Okafor.", article)
    assert veto.why == "the quotes and their articles name Ada Okafor, not Simon Okafor"
    assert veto.rival


@pytest.mark.parametrize(
    ("statement", "article"),
    [
        ("The WHO and the FAO agreed.", "The Food and Agriculture Organization agreed with it."),
        ("Doctors used an MRI scan.", "Doctors used magnetic resonance imaging."),
        ("He joined General Motors.", "He joined GM in spring."),
        ("She lives in California.", "She lives in Fresno, Calif., with a dog."),
        ("She lives in Texas.", "She is a senator, R-Tex., and lives at home."),
    ],
)
def test_a_name_may_be_shortened_on_either_side(statement: str, article: str) -> None:
    assert name_vetoes(statement, article) == []


@pytest.mark.parametrize(
    ("statement", "article"),
    [
        ("The British envoy left.", "The envoy of the U.K. left."),
        ("The Dutch envoy left.", "The envoy left the Netherlands."),
        ("The United States envoy left.", "The envoy of the U.S. left."),
        ("Talks with Moscow failed.", "Talks with the Russian side failed."),
        ("Talks with Britain failed.", "Talks in England failed."),
        ("The Alaskan port froze.", "The port in Alaska froze."),
        ("The port of Virginians froze.", "The port in Virginia froze."),
        ("A Mexican port flooded.", "A port in Mexico flooded."),
    ],
)
def test_a_place_may_be_named_by_its_people_or_capital(statement: str, article: str) -> None:
    assert name_vetoes(statement, article) == []


@pytest.mark.parametrize(
    "statement",
    [
        "Beekeepers said so.",
        "Yes, Another Week passed.",
        "Officials met on a Monday in May.",
        "The President and the Minister met.",
        "The Catholic school closed over Christmas.",
        "A Republican voted for it in Congress.",
        "The rest of the Earth is warmer.",
    ],
)
def test_common_words_beliefs_and_parties_are_no_names(statement: str) -> None:
    assert name_vetoes(statement, "The article is of other things.") == []


def test_the_outlet_and_the_title_name_too() -> None:
    statement = "As the Gazette reports, Brno is dry."
    article = "The river is dry."
    assert len(name_vetoes(statement, article)) == 2
    assert name_vetoes(statement, article, outlet="Lakeside Gazette", title="Brno dry") == []


@pytest.mark.parametrize(
    ("statement", "article"),
    [
        ("The barley came from Lake Varna.", "The barley came from Varna."),
        ("She spoke at the Varna Brewers Forum.", "She spoke at the forum of brewers in Varna."),
        ("The kelp is sold on the West Coast.", "The kelp is sold in the west."),
        ("It opens at noon Baltic time.", "It opens at noon."),
        ("Fans of the Welshman cheered.", "Fans of the singer cheered."),
        ("They sang on the First of May.", "They sang in spring."),
        ("He asked the Water Archives.", "He asked the WARO for a map."),
        ("The film won an Oscar.", "The film won an Academy Award."),
        ("The film won an Academy Award.", "The film won an Oscar."),
        ("Envoys of the G7 met.", "Envoys of the Group of Seven met."),
    ],
)
def test_a_name_of_which_a_telling_word_stands_or_none_tells_is_left_to_the_judge(
    statement: str, article: str
) -> None:
    assert name_vetoes(statement, article) == []


@pytest.mark.parametrize(
    ("statement", "article"),
    [
        ("Washington paid for the levee.", "The federal government paid for the levee."),
        ("Levees of the United States are old.", "Levees are old."),
        ("Envoys in Brussels want a lower limit.", "The commission wants a lower limit."),
        ("The shop closes on the Sabbath.", "The shop closes on Sundays."),
    ],
)
def test_seats_of_government_and_holy_days_go_without_saying(statement: str, article: str) -> None:
    assert name_vetoes(statement, article) == []


def test_a_capital_is_vetoed_where_neither_it_nor_its_country_stands() -> None:
    assert name_vetoes("Envoys in Madrid want a lower limit.", "The commission wants it lower.")
