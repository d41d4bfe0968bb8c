"""The reader that graders read sentences with, against its gold file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import evals
from evals.cases import QUALIFIERS
from evals.reader import (
    Number,
    find_negations,
    find_numbers,
    listed_lines,
    places_of,
    split_sentences,
    split_statements,
)

EVALS = Path(evals.__file__).parent
GOLD: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "data" / "reader_gold.yaml").read_text("utf-8")
)


def shown(number: Number) -> str:
    value = f"{round(number.low, 4):.12g}"
    if number.high != number.low:
        value += f"..{round(number.high, 4):.12g}"
    unit = [number.dimension] if number.dimension != "number" else sorted(number.heads)
    return " ".join([value, *unit, *filter(None, [number.qualifier])])


@pytest.mark.parametrize(("text", "expected"), GOLD["numbers"].items())
def test_numbers_are_read_as_the_gold_file_has_them(text: str, expected: list[str]) -> None:
    assert [shown(number) for number in find_numbers(text)] == list(map(str, expected))


SMALL = [line.split()[0] for line in listed_lines("number_words")]


def in_words(value: int) -> str:
    if value <= 20:
        return SMALL[value]
    if value < 100:
        tens, ones = SMALL[18 + value // 10], value % 10
        return f"{tens}-{SMALL[ones]}" if ones else tens
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            joint = " and " if 0 < value % size < 100 else " "
            rest = joint + in_words(value % size) if value % size else ""
            return f"{in_words(value // size)} {name}{rest}"
    raise AssertionError(value)


def test_a_number_in_words_is_the_number_in_digits() -> None:
    for value in (*range(2, 1100), *range(1100, 3_000_000, 8117)):
        for text in (f"{in_words(value)} boats sank.", f"{value:,} boats sank."):
            assert [shown(number) for number in find_numbers(text)] == [f"{value} boats"], text


def test_a_figure_with_an_m_is_metres_or_a_million_as_the_label_has_it() -> None:
    assert shown(find_numbers("It rose by 1.8m.")[0]) == "1800000"
    assert shown(find_numbers("It rose by 1.8m.", m_is_metres=True)[0]) == "1.8 length"


@pytest.mark.parametrize(("text", "expected"), GOLD["negations"].items())
def test_negations_are_read_as_the_gold_file_has_them(text: str, expected: list[str]) -> None:
    assert [negation.word for negation in find_negations(text)] == expected


@pytest.mark.parametrize("sentences", GOLD["sentences"])
def test_sentences_are_split_as_the_gold_file_has_them(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@pytest.mark.parametrize("case", GOLD["statements"])
def test_markers_belong_to_the_sentence_that_they_follow(case: dict[str, Any]) -> None:
    expected = [(text, tuple(numbers)) for text, numbers in case["read"]]
    assert split_statements(case["text"]) == expected


def test_a_name_is_found_as_whole_words_and_a_number_in_no_longer_one() -> None:
    assert places_of("Ana Ruíz", "ana ruiz won") == [(0, 8)]
    assert places_of("Ana", "banana") == []
    assert places_of("18", "18% and 18,000 and 1.18 but 18") == [(28, 30)]


def test_the_reader_knows_every_qualifier_that_a_label_may_have() -> None:
    assert {line.split("|")[0].strip() for line in listed_lines("qualifiers")} == set(QUALIFIERS)


def test_every_list_says_where_it_comes_from() -> None:
    for file in (EVALS / "reader" / "lists").glob("*.txt"):
        assert "# Source: " in file.read_text("utf-8"), file.name
