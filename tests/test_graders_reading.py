"""What graders read in single sentences: forms, numbers, denials, and not the furniture."""

from __future__ import annotations

from typing import Any

import pytest

from evals.cases import Case, Fact
from evals.graders import accepted, numbers
from evals.graders.denial import is_denied
from evals.graders.shown import ShownSentence, without_furniture
from evals.reader import places_of

ARTICLE = "The river rose. At least 30 prisoners got away, officials said."
TEXTS = {"post-01": ARTICLE}


def case_of(**fact: Any) -> tuple[Case, Fact]:
    labelled = Fact(id="fact", **{"evidence": ("At least 30 prisoners got away",), **fact})
    question = "How many prisoners got away, and how high are the losses?"
    return Case("x-1", question, ("post-01",), True, facts=(labelled,)), labelled


def says_number(text: str, **fact: Any) -> bool:
    case, labelled = case_of(**fact)
    return numbers.states(ShownSentence(text, (1,)), case, labelled, TEXTS)


def says_form(text: str, *forms: str) -> bool:
    case, labelled = case_of(accept=forms)
    return accepted.states(ShownSentence(text, (1,)), case, labelled, TEXTS)


@pytest.mark.parametrize(
    "text",
    [
        "31 civilians died.",
        "Thirty-one civilians died in the prisoners' riot.",
        "The dead prisoners numbered 31.",
        "Of the prisoners, 31 people died.",
    ],
)
def test_a_number_is_read_in_digits_and_words_and_without_its_unit(text: str) -> None:
    assert says_number(text, number=31, unit="civilians")


@pytest.mark.parametrize(
    "text",
    [
        "32 civilians died.",
        "31 policemen were fined.",
        "The trial is on 31 January 2026.",
        "Not 31 civilians died but 92.",
        "The house at Road 31 was empty.",
        "31 percent of the civilians died.",
    ],
)
def test_another_number_or_another_thing_counted_is_not_the_fact(text: str) -> None:
    assert not says_number(text, number=31, unit="civilians")


@pytest.mark.parametrize(
    ("text", "says"),
    [("31.", True), ("The prisoners numbered 31.", True), ("The jury put it at 31.", False)],
)
def test_a_number_without_a_noun_counts_where_it_is_on_the_matter(text: str, says: bool) -> None:
    assert says_number(text, number=31, unit="civilians") == says


@pytest.mark.parametrize("text", ["2.1 billion crowns were lost.", "Losses: 2,100 million crowns."])
def test_scales_of_a_number_do_not_matter(text: str) -> None:
    assert says_number(text, number=2.1, unit="billion crowns")


def test_a_number_may_be_off_by_its_tolerance() -> None:
    assert says_number("31 civilians died.", number=30, tolerance=1, unit="civilians")
    assert not says_number("32 civilians died.", number=30, tolerance=1, unit="civilians")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("At least 30 prisoners got away.", True),
        ("30 or more prisoners got away.", True),
        ("30 prisoners got away.", False),
        ("More than 30 prisoners got away.", False),
        ("Up to 30 prisoners got away.", False),
    ],
)
def test_a_labelled_qualifier_must_be_kept(text: str, says: bool) -> None:
    assert says_number(text, number=30, unit="prisoners", qualifier="at least") == says


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("Élise Tarnow", "elise tarnow won"),
        ("St. Olave’s", "at St. Olave's hospital"),
        ("plain clothes", "in plain-clothes"),
        ("BLA", "the (BLA) said"),
        ("40–60%", "40-60% of it"),
    ],
)
def test_case_accents_quotes_and_hyphens_do_not_matter(form: str, text: str) -> None:
    assert says_form(text, form)


@pytest.mark.parametrize(
    ("form", "text"),
    [("BLA", "a blank page"), ("84", "84,000 people"), ("84", "0.84 of it"), ("18", "18% of it")],
)
def test_a_form_is_not_found_inside_a_longer_word_or_number(form: str, text: str) -> None:
    assert not says_form(text, form)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("No one claimed it, not even the BLA.", True),
        ("The BLA denied that it was behind the attack.", True),
        ("It was not the BLA.", True),
        ("It is not known whether the BLA did it.", True),
        ("The BLA claimed responsibility and said no civilians were hurt.", False),
        ("The BLA, which has no seats in parliament, claimed it.", False),
        ("Nobody was hurt, but the BLA claimed the attack.", False),
        ("The BLA not only claimed it but filmed it.", False),
    ],
)
def test_a_denial_bears_on_its_own_clause(text: str, denied: bool) -> None:
    [(start, end)] = places_of("BLA", text.casefold())
    assert is_denied(text, start, end, ()) == denied


def test_a_negation_of_the_articles_own_sentence_is_part_of_the_fact() -> None:
    text = "Seven have not been found."
    assert is_denied(text, 0, 5, ())
    assert not is_denied(text, 0, 5, ("Seven of them have not been found so far.",))


def test_outlet_and_date_after_a_quote_are_not_part_of_the_answer() -> None:
    citation = {"outlet": "Harbour Post (UK)", "title": None, "source": "hp/hp-01.txt"}
    text = "“Nine died.” (Harbour Post (UK), 14 Nov 2025; also Wire, 12 Nov 2025)"
    assert without_furniture(text, [citation]) == "“Nine died.”"
    assert without_furniture("Nine died (two on Monday)", [citation]) == "Nine died (two on Monday)"
