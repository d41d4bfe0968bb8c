"""What a model that reads English figures is given."""

import pytest

from rag.claims.notation import ENGLISH, Notation
from rag.claims.rewriting import in_english

COMMA = Notation(",", spaces=True, dates="day")


@pytest.mark.parametrize(
    ("text", "notation", "expected"),
    [
        ("They owe 4.321.000 crowns.", COMMA, "They owe 4,321,000 crowns."),
        ("It holds 7.250 tons, 3,25 a day.", COMMA, "It holds 7,250 tons, 3.25 a day."),
        ("It covers 47 500 hectares.", COMMA, "It covers 47,500 hectares."),
        ("He won 6'120'500 francs.", ENGLISH, "He won 6,120,500 francs."),
        (
            "A fund of $60mm bought 9.5k flats.",
            ENGLISH,
            "A fund of $60 million bought 9,500 flats.",
        ),
        ("On 05/06/2025 it shut.", COMMA, "On June 5, 2025 it shut."),
        ("On 05/06/2025 it shut.", Notation(dates="month"), "On May 6, 2025 it shut."),
    ],
)
def test_figures_of_other_notations_are_written_as_english_does(
    text: str, notation: Notation, expected: str
) -> None:
    assert in_english(text, notation) == expected


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("It cost 1,250.50 dollars in 2024, 3.5 percent more, at 10:30.", ENGLISH),
        ("On 05/06/2025 it shut.", ENGLISH),
        ("It holds 7.250 tons.", Notation(None)),
        ("A pipe of 40mm, flight 93, 1-2-3.", ENGLISH),
        ("In May 12 500 men came.", ENGLISH),
    ],
)
def test_english_figures_and_doubtful_ones_stay(text: str, notation: Notation) -> None:
    assert in_english(text, notation) == text
