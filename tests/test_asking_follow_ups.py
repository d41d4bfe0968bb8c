"""Follow-ups are made whole by rule where that is safe; else nobody guesses."""

from __future__ import annotations

import pytest

from rag.answer.asking import resolve_follow_up
from rag.answer.follow_up import Turn

FIRE = "How many people were killed in the fire at Dunmore market?"
WHOLE = [
    (
        FIRE, "", "and how many of them were women?",
        "How many of the people killed in the fire at Dunmore market were women?",
    ),
    (FIRE, "", "Where?", "Where were people killed in the fire at Dunmore market?"),
    (FIRE, "", "And in Kent?", "How many people were killed in the fire in Kent?"),
    (
        FIRE, "", "And how many were injured?",
        "How many people were injured in the fire at Dunmore market?",
    ),
    (FIRE, "", "Who died?", "Who died in the fire at Dunmore market?"),
    (FIRE, "", "When did it start?", None),
    ("Who is the mayor of Tarn?", "Tom Hill [1]", "When did he resign?",
     "When did Tom Hill resign?"),
    ("When did Mara Quill resign?", "On 3 May", "How old is she?", "How old is Mara Quill?"),
    ("When did the minister resign?", "", "What about the mayor?", "When did the mayor resign?"),
    ("How many people died in Kent?", "", "What about Surrey?",
     "How many people died in Surrey?"),
    ("How many men were killed in Kent?", "", "And women?",
     "How many women were killed in Kent?"),
    ("How many people were arrested on Monday in Kent?", "", "And on Friday?",
     "How many people were arrested on Friday in Kent?"),
    ("How many ships sank in 2018?", "", "And in 2019?", "How many ships sank in 2019?"),
    ("When did the ferry Ilse Dorn sink?", "", "Was it insured?",
     "Was the ferry Ilse Dorn insured?"),
    ("How many miners went on strike at Coldwell?", "", "Did they get paid?",
     "Did the miners get paid?"),
    ("Who built the weir?", "", "And when?", "When did someone build the weir?"),
    ("How many died in Perth?", "", "What happened there?", "What happened in Perth?"),
    ("Did the governor resign?", "Yes [1]", "Why?", "Why did the governor resign?"),
    ("Which villages were flooded in Essex?", "", "How many of those were evacuated?",
     "How many of the villages flooded in Essex were evacuated?"),
    ("Who runs Vantry Rail?", "", "How big is it?", "How big is Vantry Rail?"),
    ("How many prisoners have escaped?", "", "And how many of them were caught?",
     "How many of the prisoners who have escaped were caught?"),
    (FIRE, "", "And who is the mayor of Tarn?", "Who is the mayor of Tarn?"),
    ("Who is Mara Quill?", "", "What about Tom Hill?", "Who is Tom Hill?"),
    ("When was the school at Thorley closed?", "", "By whom?",
     "By whom was the school at Thorley closed?"),
    ("When did the strike begin?", "", "How long did it go on?",
     "How long did the strike go on?"),
    ("Who steered the ferry Ilse Dorn?", "Rurik Saal steered the Ilse Dorn.", "How old is he?",
     "How old is Rurik Saal?"),
    ("How many soldiers does the Red Army say it killed?", "84", "And how many does it hold?",
     "How many soldiers does the Red Army hold?"),
]  # fmt: skip
UNCLEAR = [
    ("Who runs the weir?", "The Ouse Water Board runs the weir.", "Who is its director?"),
    (FIRE, "", "And what did police say?"),
    (FIRE, "", "What did he say?"),
    (FIRE, "", "Why was that?"),
    (FIRE, "", "And?"),
    (FIRE, "", "What about it?"),
    (FIRE, "", "Tell me more about it"),
    ("Who replaced Mara Quill?", "Tom Hill", "When did he resign?"),
    ("Did the mayor meet the minister?", "", "What did he say?"),
    ("Did Mara Quill meet Tom Hill?", "", "What about Ann Lee?"),
    ("What did the mayor say?", "", "When?"),
    ("Who is the mayor of Tarn?", "", "Where?"),
    ("How many travelled from Kent to Surrey in 2018?", "", "Did they come back from there?"),
    ("Did the dogs bite the wardens?", "", "Were they punished?"),
    ("ferry Ilse Dorn", "", "And how many of them were women?"),
    ("Did the council sell the mill to the bank?", "", "When was it closed?"),
]
ALONE = [
    "Who is the mayor of Tarn?",
    "When did the mayor say he would resign?",
    "Is it true that Mara Quill resigned?",
    "Were there any survivors in Tarn?",
    "ferry Ilse Dorn captain",
    "How long does it take to reach Tarn by train?",
    "Which party won the vote in Essex?",
    "Did Mara Quill lose her seat?",
    "What did the union say about its members?",
    "When did the company that owns the mill go bankrupt?",
    "How many of the miners at Coldwell were paid?",
    "How many women were killed in Surrey?",
    "Summarise the report on Vantry Rail",
    "Why did the governor of Tarn resign?",
]


@pytest.mark.parametrize(
    ("before", "told", "question", "whole"), [case for case in WHOLE if case[3] is not None]
)
def test_a_follow_up_is_made_whole(before: str, told: str, question: str, whole: str) -> None:
    assert resolve_follow_up(question, [Turn(before, told)]) == whole


@pytest.mark.parametrize(("before", "told", "question"), UNCLEAR)
def test_what_a_rule_cannot_decide_is_not_guessed(before: str, told: str, question: str) -> None:
    assert resolve_follow_up(question, [Turn(before, told)]) is None


@pytest.mark.parametrize("question", ALONE)
@pytest.mark.parametrize("before", [FIRE, "Who is Mara Quill?"])
def test_a_question_that_stands_alone_stays_as_it_is(before: str, question: str) -> None:
    assert resolve_follow_up(question, [Turn(before, "31 people [1]")]) == question


@pytest.mark.parametrize("question", ["Where?", "And in Kent?", "What did he say?"])
def test_without_a_history_there_is_nothing_to_lean_on(question: str) -> None:
    assert resolve_follow_up(question, []) == question


def test_a_follow_up_of_a_follow_up_is_made_whole_through_both() -> None:
    history = [Turn("How many people died in Kent?", "3"), Turn("And in Surrey?", "5")]
    assert resolve_follow_up("And how many of them were women?", history) == (
        "How many of the people who died in Surrey were women?"
    )


def test_what_leans_on_a_question_that_was_not_clear_is_not_clear() -> None:
    history = [Turn(FIRE, "3"), Turn("Why was that?", "")]
    assert resolve_follow_up("And when?", history) is None


def test_two_questions_are_never_pasted_together() -> None:
    for before, told, question, _ in WHOLE:
        whole = resolve_follow_up(question, [Turn(before, told)])
        assert whole is None or (":" not in whole and whole.count("?") == 1)


def test_a_long_answer_is_no_place_to_look_for_who_is_meant() -> None:
    told = (
        "Tom Hill told a meeting of the harbour board on Monday that the quay would be closed [1]."
    )
    assert resolve_follow_up("When did he resign?", [Turn("What happened?", told)]) is None
