"""Figures read as the article writes them."""

import pytest

from rag.claims.notation import Notation, notation_of
from rag.claims.numbers import find_quantities

ENGLISH_WORDS = "The board said that it had not been told of this and would look at it with them. "
GERMAN_WORDS = "Der Rat hat das nicht gewusst und wird sich mit den Zahlen noch befassen. "
FRENCH_WORDS = "Le conseil ne savait pas et il va regarder les chiffres avec une autre commission. "


def read(sentence: str, article: str = "", code: str | None = None) -> list[tuple[float, float]]:
    notation = notation_of(article + sentence, code)
    return [(q.low, q.high) for q in find_quantities(sentence, (), notation)]


@pytest.mark.parametrize(
    ("sentence", "article", "value"),
    [
        ("They owe 4.321.000 crowns.", ENGLISH_WORDS, 4_321_000),
        ("The dam holds 7.250 tons.", ENGLISH_WORDS + "It rose by 3,25 metres. ", 7_250),
        ("The dam holds 7,250 tons.", ENGLISH_WORDS + "It rose by 3.25 metres. ", 7_250),
        ("The dam holds 7.250 tons.", ENGLISH_WORDS, 7.25),
        ("Es kamen 7.250 Leute.", GERMAN_WORDS, 7_250),
        ("Das Becken ist 3,75 Meter tief.", GERMAN_WORDS, 3.75),
        ("Il a payé 7 250 euros.", FRENCH_WORDS, 7_250),
        ("Elle a payé 1 407 250 euros.", FRENCH_WORDS, 1_407_250),
        ("He won 6'120'500 francs.", ENGLISH_WORDS, 6_120_500),
        ("It covers 47\u202f500 hectares.".replace("\u202f", " "), ENGLISH_WORDS, 47_500),
        ("They moved 1,23,456 voters.", ENGLISH_WORDS, 123_456),
        ("In all ９６０ houses fell.", ENGLISH_WORDS, 960),
    ],
)
def test_a_figure_is_read_as_its_article_writes_it(
    sentence: str, article: str, value: float
) -> None:
    assert read(sentence, article) == [(value, value)]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("The fund put in $60mm.", 60e6),
        ("The loss came to €17 m.", 17e6),
        ("About 9.5k people signed.", 9_500),
        ("A 140m chimney fell.", 140),
        ("The plan cost £3.1bn.", 3.1e9),
        ("Some 4m people fled.", 4e6),
    ],
)
def test_letters_behind_a_figure_multiply_it(sentence: str, value: float) -> None:
    assert read(sentence)[0] == (value, value)


@pytest.mark.parametrize(
    ("sentence", "words", "value"),
    [
        ("La facture est de 8,4 millions d’euros.", FRENCH_WORDS, 8.4e6),
        ("Das kostet 8,4 Mio. Euro.", GERMAN_WORDS, 8.4e6),
        ("Das kostet 2 Milliarden Euro.", GERMAN_WORDS, 2e9),
    ],
)
def test_the_words_of_the_language_multiply_a_figure(
    sentence: str, words: str, value: float
) -> None:
    assert read(sentence, words) == [(value, value)]


def test_where_the_text_writes_both_ways_a_figure_is_in_doubt() -> None:
    text = ENGLISH_WORDS + "It rose by 3,25 metres, then by 1.5 metres, and held 7.250 tons."
    assert notation_of(text).decimal is None
    (quantity,) = find_quantities("It held 7.250 tons.", (), notation_of(text))
    assert (quantity.low, quantity.high, quantity.doubtful) == (7.25, 7_250, True)


def test_the_order_of_dates_is_proved_by_a_neighbour_else_by_the_region() -> None:
    assert notation_of("from 05/06/2025 to 05/28/2025").dates == "month"
    assert notation_of("from 05/06/2025 to 28/06/2025").dates == "day"
    assert notation_of(ENGLISH_WORDS + "on 05/06/2025", "en-US").dates == "month"
    assert notation_of(ENGLISH_WORDS + "on 05/06/2025", "en").dates is None
    assert notation_of(GERMAN_WORDS + "am 05/06/2025").dates == "day"
    assert notation_of("05/28/2025 and 28/05/2025").dates is None


def test_the_text_tells_its_language_better_than_a_wrong_statement() -> None:
    assert notation_of(GERMAN_WORDS, "en").decimal == ","
    assert notation_of(GERMAN_WORDS, "de-CH") == Notation(".", dates="day", code="de")
