"""The answer in a few words."""

from __future__ import annotations

import pytest
from answering_sentences import answering

from rag.agreement import short_answers

LONG = "a girder that had cracked in the frost of the last three winters gave way under load"


@pytest.mark.parametrize(
    ("question", "marked", "text"),
    [
        ("How many civilians died?", "The strike killed ‹31› civilians.", "31 civilians"),
        (
            "How many militants were killed?",
            "At least ‹145› militants were killed.",
            "at least 145 militants",
        ),
        ("What was the fine?", "The fine was ‹$965 million›.", "$965 million"),
        ("When did it sink?", "It sank ‹Tuesday›.", "14 May 2024"),
        ("When was it built?", "It was built in ‹1931›.", "1931"),
        ("How long is the ban?", "It is a ‹10-year› ban.", "10 years"),
        ("How long is the ban?", "The ban lasts ‹a decade›.", "a decade"),
        ("How hot was it?", "It was ‹41 degrees› in the shade.", "41 degrees"),
        ("Who led the raid?", "‹General Ana Brandt› led it.", "General Ana Brandt"),
        ("What hit the pier?", "The pier was hit by ‹the ferry.›", "the ferry"),
        ("Why did it fall?", f"It fell because ‹{LONG}›.", f"It fell because {LONG}."),
        ("Why did it fall?", "It fell in the night.", "It fell in the night."),
    ],
)
def test_a_value_reads_as_a_reader_wants_it(question: str, marked: str, text: str) -> None:
    (short,) = short_answers(question, [answering(marked, 4)])
    assert (short.text, short.citations) == (text, (4,))


def test_the_most_widely_told_value_stands_first() -> None:
    found = short_answers(
        "How much was the fine?",
        [
            answering("The fine was ‹$43 million›.", 1, probability=0.95),
            answering("The fine was ‹$41 million›.", 2),
            answering("He paid ‹$41 million›.", 3),
        ],
    )
    assert [s.text for s in found] == ["$41 million", "$43 million"]
    assert found[0].citations == (2, 3)


def test_a_name_is_shown_in_its_fullest_form() -> None:
    found = short_answers(
        "Who won the race?",
        [
            answering("‹Halvorsen› won the race.", 1, probability=0.95),
            answering("The race went to ‹Ines Halvorsen›.", 2),
        ],
    )
    assert [s.text for s in found] == ["Ines Halvorsen"]
    assert set(found[0].citations) == {1, 2}


def test_other_words_of_low_probability_are_left_out() -> None:
    sentences = [
        answering("It fell for ‹a cracked girder›.", 1, probability=0.9),
        answering("It was ‹a warm evening›.", 2, probability=0.4),
    ]
    assert [s.text for s in short_answers("What broke the bridge?", sentences)] == [
        "a cracked girder"
    ]


def test_at_most_three_values() -> None:
    sentences = [answering(f"The fine was ‹${n} million›.", n) for n in range(10, 60, 10)]
    assert len(short_answers("How much was the fine?", sentences)) == 3


def test_no_sentence_no_answer() -> None:
    assert short_answers("Who won?", []) == ()
