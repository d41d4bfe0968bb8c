"""Who is meant by the first words of a quote: named when certain, shown when not, never guessed."""

from __future__ import annotations

from rag.answer.antecedents import Context, context_of


def context(before: str, quote: str) -> tuple[Context, int]:
    text = f"{before} {quote}"
    start = len(before) + 1
    return context_of(text, start, len(text)), start


def test_a_pronoun_gets_the_one_speaker_of_the_sentence_before() -> None:
    found, start = context("Carl Demant said the list was right.", "He denied any overloading.")
    assert found == Context(start, "Carl Demant")


def test_two_possible_people_are_shown_with_their_sentence_and_not_guessed() -> None:
    before = "Carl Demant said that Rurik Saelen was the master."
    found, _ = context(before, "He denied any overloading.")
    assert found == Context(0)


def test_nobody_is_the_he_of_a_sentence_that_names_him() -> None:
    found, _ = context("Carl Demant was found at dawn.", "He called Demant a friend of the port.")
    assert found == Context(0)


def test_the_group_is_named_with_its_short_form() -> None:
    before = "The Baloch Liberation Army (BLA) claimed the attacks."
    found, start = context(before, "The group said it would go on.")
    assert found == Context(start, "Baloch Liberation Army (BLA)")


def test_a_person_is_no_group() -> None:
    found, _ = context("Carl Demant said the list was right.", "The group said it would go on.")
    assert found == Context(0)


def test_it_is_never_named() -> None:
    found, _ = context("The ferry left at five.", "It sank an hour later.")
    assert found == Context(0)


def test_a_sentence_that_stands_alone_needs_nothing() -> None:
    found, start = context("Carl Demant said so.", "Vessay Line denied any overloading.")
    assert found == Context(start)


def test_a_heading_is_not_taken_for_the_sentence_before() -> None:
    text = "Twenty minutes\n\nHe was asleep."
    start = text.index("He")
    assert context_of(text, start, len(text)) == Context(start)


def test_a_quote_does_not_grow_beyond_its_limit() -> None:
    before = "The ferry left at five, " + "and the sea was calm, " * 30 + "people said."
    found, start = context(before, "It sank an hour later.")
    assert found == Context(start)
