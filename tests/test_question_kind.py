"""What kind of answer a question asks for."""

from __future__ import annotations

import pytest

from rag.answer.question import key_of, read_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who claimed responsibility for the attacks?", "person"),
        ("Which party leader resigned?", "person"),
        ("Which company runs the dam?", "group"),
        ("How many prisoners were freed?", "number"),
        ("How old is the captain?", "number"),
        ("How much did the repairs cost?", "money"),
        ("By how much did the crown fall?", "percent"),
        ("How long did the fighting last?", "duration"),
        ("When was the gate opened?", "date"),
        ("Where did the ship capsize?", "place"),
        ("In which city was the protest?", "place"),
        ("Which country rejected the charge?", "country"),
        ("Why were the sirens late?", "reason"),
        ("What caused the explosion?", "reason"),
        ("How did India respond?", "manner"),
        ("What is the operation called?", "title"),
        ("Did the owner know of the fault?", "yes_no"),
        ("True or false: the dam broke.", "yes_no"),
        ("What did the mayor say?", "thing"),
        ("quetta attacks", "thing"),
    ],
)
def test_the_words_of_a_question_tell_the_kind_of_its_answer(question: str, kind: str) -> None:
    assert read_question(question).kind == kind


def test_the_sentence_that_asks_tells_the_kind_and_all_sentences_tell_the_topic() -> None:
    asked = read_question("The ferry Ilse Maren sank on Tuesday. How many people were aboard?")
    assert asked.kind == "number"
    assert read_question("Ilse aboard").told <= asked.told


def test_what_is_counted_is_known_by_its_synonyms() -> None:
    counted = read_question("How many prisoners were freed?").counted
    assert counted & read_question("How many inmates escaped?").counted


def test_a_country_and_its_people_are_one_word() -> None:
    asked = read_question("What did Pakistan say?")
    told = read_question("What did the Pakistani army say?")
    assert asked.told & told.told - read_question("What did the army say?").told


def test_a_question_of_no_words_or_of_a_hundred_thousand_is_read() -> None:
    assert read_question("???").terms == ()
    assert len(read_question("how many " * 20_000).terms) <= 2


def test_claiming_responsibility_is_one_thing_in_whatever_words() -> None:
    asked = read_question("Who claimed responsibility for the attacks in Corvane?")
    claim, attacks, _ = asked.terms
    for word in ("claimed", "responsibility", "behind", "carried"):
        assert key_of(word) in claim.keys
    assert key_of("assault") in attacks.keys
    assert claim.weight > attacks.weight


@pytest.mark.parametrize(
    ("question", "matches"), [("Who led the attacks?", False), ("Who led the attackers?", True)]
)
def test_a_deed_is_not_its_doers(question: str, matches: bool) -> None:
    attack = read_question(question).terms[-1]
    assert (key_of("militants") in attack.keys) is matches
