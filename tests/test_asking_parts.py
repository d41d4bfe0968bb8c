"""Two questions in one are parted where a clause of its own opens, and nowhere else."""

from __future__ import annotations

import pytest

from rag.answer.asking import split_question

PARTED = [
    (
        "When was the weir opened and who built it?",
        ("When was the weir opened?", "Who built the weir?"),
    ),
    ("How many drowned, and where?", ("How many drowned?", "Where did people drown?")),
    ("How many died, and where?", ("How many died?", "Where did people die?")),
    (
        "Who is Mara Quill? What did she say about rents?",
        ("Who is Mara Quill?", "What did Mara Quill say about rents?"),
    ),
    (
        "When was the tunnel closed and by whom?",
        ("When was the tunnel closed?", "By whom was the tunnel closed?"),
    ),
    (
        "Did the governor resign and why?",
        ("Did the governor resign?", "Why did the governor resign?"),
    ),
    (
        "When and where was Mara Quill born?",
        ("When was Mara Quill born?", "Where was Mara Quill born?"),
    ),
    (
        "How many people died in the blaze at Orrin mill and how many were injured?",
        (
            "How many people died in the blaze at Orrin mill?",
            "How many people were injured in the blaze at Orrin mill?",
        ),
    ),
    (
        "When did the strike start in Tarn and what caused the dispute?",
        ("When did the strike start in Tarn?", "What caused the dispute in Tarn?"),
    ),
    (
        "Is the harbour open and is the ferry running?",
        ("Is the harbour open?", "Is the ferry running?"),
    ),
    (
        "When did Mara Quill resign and who replaced her?",
        ("When did Mara Quill resign?", "Who replaced Mara Quill?"),
    ),
    (
        "Who bought a mill in Tarn and when was it sold?",
        ("Who bought a mill in Tarn?", "When was the mill sold?"),
    ),
    ("Who resigned and why?", ("Who resigned?", "Why did someone resign?")),
    (
        "Which bank was fined and why?",
        ("Which bank was fined?", "Why was the bank fined?"),
    ),
    (
        "How many pupils were hurt in Tarn and how many of them were girls?",
        (
            "How many pupils were hurt in Tarn?",
            "How many of the pupils hurt in Tarn were girls?",
        ),
    ),
    (
        "What happened to the ferry Ilse Dorn and how many people were on it?",
        (
            "What happened to the ferry Ilse Dorn?",
            "How many people were on the ferry Ilse Dorn?",
        ),
    ),
    (
        "Who won, by how much and when?",
        ("Who won?", "By how much did someone win?", "When did someone win?"),
    ),
    (
        "Where did the train derail / how many carriages left the track?",
        ("Where did the train derail?", "How many carriages left the track?"),
    ),
    (
        "What is Vantry Rail and what did its director say?",
        ("What is Vantry Rail?", "What did Vantry Rail’s director say?"),
    ),
    (
        "When did the man who stole the van flee and where did he go?",
        None,
    ),
    (
        "When did the council vote and can the mayor overrule the vote?",
        ("When did the council vote?", "Can the mayor overrule the vote?"),
    ),
    (
        "Why did the minister close the pit and when will it reopen?",
        ("Why did the minister close the pit?", "When will the pit reopen?"),
    ),
    (
        "When was the mayor of Tarn elected and whom did she beat?",
        ("When was the mayor of Tarn elected?", "Whom did the mayor of Tarn beat?"),
    ),
    (
        "What did the recount in Essex cost and who has to pay?",
        ("What did the recount in Essex cost?", "Who has to pay?"),
    ),
    (
        "How large was Mara Quill's lead on Monday, and how large was it on Friday?",
        (
            "How large was Mara Quill's lead on Monday?",
            "How large was Mara Quill's lead on Friday?",
        ),
    ),
    (
        "How much money was stolen and when?",
        ("How much money was stolen?", "When was money stolen?"),
    ),
]
WHOLE = [
    "What did the minister and the mayor say?",
    "How many people died and were injured?",
    "Who leads research and development at Vantry?",
    "Did the mayor resign and leave?",
    "Did police say who did it and why?",
    "Do we know how many were hurt and where?",
    "What is the name of the mayor, who resigned?",
    "Who was fined and is the owner?",
    "Who was arrested and was charged?",
    "Who said “we won and why not” on Monday?",
    "What did the mayor announce and when?",
    "Who is Mara Quill and where?",
    "Where is the town between Tarn and Whitby?",
    "Which company owns the mill and has sold the barn?",
    "What is the difference between murder and manslaughter?",
    "Who is the man who stole the car and who fled?",
    "fire Orrin mill deaths and injuries",
    "How many cars and how many lorries were on the deck?",
    "How far did the river rise and in what time, according to the mayor?",
    "How many dead are on the list in Tarn and what is the official number beside it?",
    "How many people were saved by Monday, and how many by the count of the inquiry?",
    "A mill burned down. Who owned it?",
    "Why did the union reject the offer and the bonus?",
    "When did the council meet the union and why did they leave?",
    "Who met the mayor and the minister and what did he say?",
    "When did it open, who built it, what did it cost and why?",
    "Is it true that the bridge fell and that two people died?",
    "Who lives and works in Tarn?",
    "How did search and rescue teams reach the boat?",
    "",
]


@pytest.mark.parametrize(
    ("question", "parts"), [(q, parts) for q, parts in PARTED if parts is not None]
)
def test_clauses_that_ask_for_themselves_are_parted_and_made_whole(
    question: str, parts: tuple[str, ...]
) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize("question", WHOLE)
def test_what_shares_one_clause_or_cannot_be_made_whole_stays_one(question: str) -> None:
    assert split_question(question) == (question,)


def test_a_part_does_not_come_back_with_a_pronoun_that_points_out_of_it() -> None:
    question = "When did the man who stole the van flee and where did he go?"
    parts = split_question(question)
    assert parts == (question,) or "he" not in parts[1].split()


def test_parts_are_parted_no_further() -> None:
    for question, _ in PARTED:
        for part in split_question(question):
            assert split_question(part) == (part,)
