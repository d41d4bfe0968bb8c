"""Names, aliases, speakers and negations."""

import time

import pytest

from rag.claims.aliases import learn_aliases
from rag.claims.names import country_of, find_names, same_person, similar_spelling
from rag.claims.negation import find_negations
from rag.claims.speakers import find_attributions


def names(text: str) -> list[str]:
    return [name.text for name in find_names(text) if name.certain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Chief Minister Ada Lund told reporters in Quetta.",
            ["Chief Minister Ada Lund", "Quetta"],
        ),
        ("Pakistan’s Defence Minister spoke.", ["Pakistan", "Defence Minister"]),
        ("Supporters of Bruno Okafor marched.", ["Bruno Okafor"]),
        ("The School of International Studies opened.", ["School of International Studies"]),
        ("Dr. N. K. Osei answered.", ["Dr. N. K. Osei"]),
        ("Winds reached the coast on Monday.", []),
        ("Landauer fled.", ["Landauer"]),
        ("U.S. officials met the EU.", ["U.S.", "EU"]),
    ],
)
def test_names_are_capitalised_runs_that_the_sentence_start_does_not_explain(
    text: str, expected: list[str]
) -> None:
    assert names(text) == expected


def test_an_acronym_in_brackets_stands_for_the_long_name() -> None:
    table = learn_aliases("The outlawed Vale Liberation Army (VLA) struck. The VLA said so.")
    assert ("vale", "liberation", "army") in table.aliases(("vla",))


def test_a_surname_stands_for_the_one_full_name_of_the_text() -> None:
    table = learn_aliases("Chief Minister Sarfraz Bugti spoke. Bugti left.")
    assert ("sarfraz", "bugti") in table.aliases(("bugti",))
    assert ("bugti",) in table.aliases(("sarfaraz", "bugti"))


def test_a_surname_of_two_people_stands_for_neither() -> None:
    table = learn_aliases("Anna Pell met Dario Pell. Pell was late.")
    assert table.aliases(("pell",)) == {("pell",)}


def test_a_spelling_of_the_given_name_needs_the_same_surname() -> None:
    assert same_person(("sarfraz", "bugti"), ("sarfaraz", "bugti"))
    assert not same_person(("sarfraz", "bugti"), ("sarfaraz", "malik"))
    assert not same_person(("maria", "bugti"), ("sarfaraz", "bugti"))


def test_an_adjective_stands_for_its_country() -> None:
    assert country_of("pakistani") == country_of("pakistan")
    assert country_of("us") == country_of("american")


@pytest.mark.parametrize(
    ("text", "speaker", "verb", "stance"),
    [
        ("At least 14 died, the coastguard said.", "the coastguard", "said", "says"),
        (
            "“We wait,” said Cmdr. Pia Lund of the navy.",
            "Cmdr. Pia Lund of the navy",
            "said",
            "says",
        ),
        ("Ana Roy, the mayor, said it rained.", "Ana Roy, the mayor", "said", "says"),
        ("According to Roy, it rained.", "Roy", "according to", "says"),
        ("The attack was claimed by the group.", "the group", "claimed", "claims"),
        ("The party (VLA) claimed it.", "The party (VLA)", "claimed", "claims"),
        ("Vessay Line denied that it knew.", "Vessay Line", "denied", "denies"),
        ("Its director, Lukas Werrin, said no.", "Its director, Lukas Werrin", "said", "says"),
        ("145 died, by the government’s count.", "the government", "count", "says"),
    ],
)
def test_who_says_it(text: str, speaker: str, verb: str, stance: str) -> None:
    found = find_attributions(text)[0]
    assert (found.speaker, found.verb, found.stance) == (speaker, verb, stance)
    assert text[found.start : found.end] == speaker


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("No gate was opened before five.", ("gate", "open")),
        ("He failed to close the door.", ("close", "door")),
        ("They denied opening the gate.", ("open", "gate")),
        ("He hasn’t resigned.", ("resign",)),
    ],
)
def test_a_negation_bears_on_the_words_after_it(text: str, scope: tuple[str, ...]) -> None:
    assert find_negations(text)[0].scope == scope


@pytest.mark.parametrize("text", ["Not only the mayor came.", "No fewer than 30 came."])
def test_no_more_than_a_turn_of_phrase_negates_nothing(text: str) -> None:
    assert find_negations(text) == ()


def test_a_text_of_nothing_but_capitals_is_read_in_linear_time() -> None:
    def seconds(text: str) -> float:
        started = time.process_time()
        learn_aliases(text)
        return time.process_time() - started

    learn_aliases("Warm up.")
    assert seconds("PWNED " * 4000) < 2.0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Despite Ann Roth losing the vote, nothing changed.", "Ann Roth"),
        ("She said: “Everything Jo Kern does is for show.”", "Jo Kern"),
    ],
)
def test_a_capital_at_the_start_of_a_sentence_is_no_part_of_a_name(text: str, name: str) -> None:
    assert [found.text for found in find_names(text)] == [name]


def test_a_title_with_a_full_stop_does_not_end_a_speaker() -> None:
    text = "They saw eleven open boxes, said its coordinator, Dr. Yusuf Lindahl."
    assert [a.speaker for a in find_attributions(text)] == ["its coordinator, Dr. Yusuf Lindahl"]


def test_two_letters_changed_over_are_one_name() -> None:
    assert similar_spelling("gdansk", "gdasnk")
    assert not similar_spelling("gdansk", "gkansd")
