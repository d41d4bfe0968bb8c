"""What a span says, and who says it."""

from __future__ import annotations

import pytest
from answering_sentences import answering

from rag.agreement import read_sought, read_value
from rag.agreement.speakers import can_speak, said_by
from rag.agreement.values import shown_figure


@pytest.mark.parametrize(
    ("question", "marked", "figure"),
    [
        (
            "How many hikers were rescued?",
            "Helicopters took ‹14› hikers off the ridge.",
            ("14", "hikers", None),
        ),
        (
            "How many miners died?",
            "At least ‹nine› miners died underground.",
            ("nine", "miners", "at least"),
        ),
        (
            "What did the court order the firm to pay?",
            "The firm must pay ‹€4.2 million›, the court ruled.",
            ("€4.2 million", None, None),
        ),
        (
            "How long was the outage?",
            "It followed a ‹12-hour› outage in the north.",
            ("12", "hours", None),
        ),
        (
            "By how much did the bank raise rates?",
            "The bank raised rates by ‹a quarter of a percentage point›.",
            ("a quarter of a percentage point", None, None),
        ),
        (
            "How many voters were turned away?",
            "Between ‹300 and 400› voters were turned away.",
            ("300 to 400", "voters", None),
        ),
        (
            "How many people were killed in the landslide?",
            "The number of people killed rose to ‹52› on Monday.",
            ("52", "people", None),
        ),
    ],
)
def test_a_figure_has_the_unit_and_qualifier_that_stand_beside_the_span(
    question: str, marked: str, figure: tuple[str, str | None, str | None]
) -> None:
    value = read_value(read_sought(question), answering(marked))
    assert value.kind == "figure"
    assert shown_figure(value) == figure


@pytest.mark.parametrize(
    ("question", "marked", "first"),
    [
        ("When did the dam burst?", "The dam burst ‹on Tuesday›.", "2024-05-14"),
        ("When did the dam burst?", "The dam burst ‹yesterday› at dusk.", "2024-05-16"),
        (
            "When was the treaty signed?",
            "The treaty, signed ‹in March 1987›, lapsed.",
            "1987-03-01",
        ),
        ("When did the club last win?", "It is ‹31 years› since the club won.", "1993-01-01"),
    ],
)
def test_a_date_is_resolved_by_the_day_of_the_article(
    question: str, marked: str, first: str
) -> None:
    value = read_value(read_sought(question), answering(marked))
    assert value.kind == "date"
    assert value.day is not None and str(value.day.first) == first


@pytest.mark.parametrize(
    ("question", "marked", "kind"),
    [
        ("Who won the race?", "‹Ines Halvorsen› won the race.", "name"),
        ("At what time did the siren sound?", "It sounded at ‹6:40 p.m.› in Lund.", "time"),
        (
            "Why was the match called off?",
            "It was called off after ‹two floodlights failed›.",
            "words",
        ),
        ("Did the mayor resign?", "The mayor ‹did not resign› over 12 letters.", "words"),
    ],
)
def test_a_span_is_read_by_what_the_question_asks(question: str, marked: str, kind: str) -> None:
    assert read_value(read_sought(question), answering(marked)).kind == kind


def test_marks_around_a_span_are_no_part_of_it() -> None:
    value = read_value(
        read_sought("What is it called?"), answering("He named it ‹“Aurora,”› he said.")
    )
    assert value.text == "Aurora"


@pytest.mark.parametrize(
    ("marked", "speaker"),
    [
        ("The coastguard said ‹eight› sailors were missing.", "The coastguard"),
        ("‹Eight› sailors are missing, according to Captain Ana Brandt.", "Captain Ana Brandt"),
        ("A police spokesman on Tuesday said ‹eight› were held.", "A police spokesman"),
        ("‹Eight› sailors are missing.", None),
        ("She said ‹eight› sailors were missing.", None),
    ],
)
def test_who_says_it_is_named_or_nobody(marked: str, speaker: str | None) -> None:
    value = read_value(read_sought("How many sailors are missing?"), answering(marked))
    found = said_by(value)
    assert (found.shown if found else None) == speaker


def test_the_outlet_is_no_speaker() -> None:
    sentence = answering("The Harbour Post reported ‹eight› deaths.", outlet="Harbour Post")
    assert said_by(read_value(read_sought("How many died?"), sentence)) is None


@pytest.mark.parametrize(
    "phrase",
    ["the health ministry", "A survey of voters", "two officials", "Rafael Ortega", "the report",
     "residents", "Greenpeace", "the governor of Norland"],
)  # fmt: skip
def test_persons_bodies_and_documents_can_speak(phrase: str) -> None:
    assert can_speak(phrase)


@pytest.mark.parametrize(
    "phrase",
    ["A survey of more than 1", "Allies to offer", "of the bridge", "more than half", "12",
     "the storm was", "", "the rain"],
)  # fmt: skip
def test_scraps_cannot_speak(phrase: str) -> None:
    assert not can_speak(phrase)
