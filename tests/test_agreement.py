"""Values side by side: what agrees, what may both be true, what cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.answer.agreement import CitedSentence, agreement
from rag.answer.answer import Agreement

GROUPS = yaml.safe_load(
    (Path(__file__).parent / "data" / "agreement_groups.yaml").read_text("utf-8")
)


def cited(n: int, text: str, outlet: str = "", origin: str = "") -> CitedSentence:
    name = outlet or f"Outlet {n}"
    return CitedSentence(n, text, f"article-{n}", origin or f"origin-{n}", name, "2026-02-01")


def of(question: str, *sentences: str) -> Agreement:
    found = agreement(question, [cited(n, text) for n, text in enumerate(sentences, start=1)])
    assert found is not None
    return found


def relation(group: dict[str, object]) -> str | None:
    keys = group["sentences"]
    assert isinstance(keys, list)
    quotes = [GROUPS["sentences"][key] for key in keys]
    found = agreement(
        str(group["question"]),
        [
            CitedSentence(n, q["quote"], q["article"], q["article"], q["outlet"], q["published"])
            for n, q in enumerate(quotes, start=1)
        ],
    )
    return found.relation if found else None


def test_the_relation_of_90_percent_of_the_labelled_groups_is_right() -> None:
    groups = GROUPS["groups"]
    assert len(groups) >= 60
    assert sum(relation(g) == g["relation"] for g in groups) / len(groups) >= 0.9


def test_a_number_in_words_is_the_number_in_digits() -> None:
    found = of("How many civilians died?", "31 civilians died.", "Thirty-one civilians died.")
    assert found.relation == "same"


def test_at_least_more_than_and_dozens_are_compatible_and_shown_apart() -> None:
    found = of(
        "How many inmates were freed?",
        "At least 30 inmates were freed.",
        "More than 30 inmates were freed.",
        "Dozens of inmates were freed.",
    )
    assert found.relation == "compatible"
    assert [(v.value, v.qualifier) for v in found.values] == [
        ("30", "at least"),
        ("30", "more than"),
        ("Dozens", None),
    ]


def test_two_numbers_for_one_thing_are_a_conflict_each_with_who_says_it() -> None:
    found = of(
        "How many people marched?",
        "The police counted 4,000 people.",
        "Organisers said 15,000 people marched.",
    )
    assert found.relation == "conflict"
    assert [(v.value, v.said_by, v.citations) for v in found.values] == [
        ("4,000", "The police", (1,)),
        ("15,000", "Organisers", (2,)),
    ]


def test_a_number_of_something_else_is_no_conflict() -> None:
    found = of(
        "How many people were killed?",
        "The blast killed 12 people and injured 40.",
        "Twelve people were killed.",
    )
    assert found.relation == "same"


def test_a_claim_and_its_denial_are_a_conflict() -> None:
    found = of(
        "Was India behind the attack?",
        "Pakistan’s military said that India stood behind the gunmen.",
        "New Delhi denied this.",
    )
    assert found.relation == "conflict"
    assert [(v.value, v.said_by) for v in found.values] == [
        ("claimed", "Pakistan’s military"),
        ("denied", "New Delhi"),
    ]


def test_a_denial_is_one_wherever_in_it_the_claim_stands() -> None:
    found = of(
        "Did the captain try to ram the pier with the ferry?",
        "Two sailors said the captain tried to ram the pier.",
        "The captain denied drinking on the bridge or trying to ram the pier.",
    )
    assert found.relation == "conflict"
    assert [v.value for v in found.values] == ["claimed", "denied"]


def test_where_each_side_blames_the_other_it_is_disputed_whose_doing_it_was() -> None:
    question = "Was the northern army behind the shelling of the dam?"
    claim = "The breach was caused by shelling from the northern army, the governor said."
    found = of(question, claim, "Each side has blamed the other for the shelling.")
    assert found.relation == "conflict"
    assert [v.value for v in found.values] == ["claimed", "disputed"]
    harmless = "The two sides have blamed the heavy rain for the flood."
    found_nothing = agreement(question, [cited(1, claim), cited(2, harmless)])
    assert found_nothing is None or found_nothing.relation != "conflict"


def test_articles_that_quote_one_official_are_one_speaker() -> None:
    found = of(
        "How many civilians died?",
        "Chief Minister Sarfraz Bugti said 31 civilians had died.",
        "31 civilians died, Sarfaraz Bugti said.",
    )
    assert (found.articles, found.origins, found.speakers) == (2, 2, 1)
    assert found.values[0].citations == (1, 2)


def test_copies_of_one_story_are_one_origin() -> None:
    text = "At least 14 people died, the coastguard said."
    found = agreement(
        "How many people died?",
        [cited(1, text, origin="a"), cited(2, text, origin="a"), cited(3, text, origin="b")],
    )
    assert found is not None
    assert (found.articles, found.origins, found.speakers) == (3, 2, 1)


def test_weekdays_and_dates_of_one_day_agree() -> None:
    found = of("When was the bank closed?", "It closed on Saturday.", "It closed on 31 January.")
    assert found.relation == "same"
    assert {v.value for v in found.values} == {"2026-01-31"}


def test_without_a_speaker_the_outlet_says_it() -> None:
    found = of("How many died?", "Nine people died.")
    assert [(v.said_by, v.unit) for v in found.values] == [("Outlet 1", "people")]


def test_sentences_without_a_value_have_no_agreement() -> None:
    assert agreement("Why did it happen?", [cited(1, "Nobody knows.")]) is None
    assert agreement("How many died?", []) is None


ANSWERS = yaml.safe_load(
    (Path(__file__).parent / "data" / "agreement_answers.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("group", ANSWERS, ids=lambda group: group["question"])
def test_what_an_answer_cites_besides_is_not_set_beside_the_value(group: dict[str, Any]) -> None:
    sentences = [cited(n, text) for n, text in enumerate(group["sentences"], start=1)]
    found = agreement(group["question"], sentences)
    assert (found.relation if found else "none") == group["relation"]
    if found is not None and "values" in group:
        words = {word.lower() for value in group["values"] for word in value.split()}
        for value in found.values:
            shown = {word.lower() for word in value.value.split()}
            assert shown <= words or value.value in {"HFF", "NPA"}, value


def test_two_spellings_of_one_group_are_one_name_and_one_speaker() -> None:
    found = of(
        "Who claimed responsibility for the attacks?",
        "The Baloch Liberation Army (BLA) claimed responsibility for the attacks.",
        "The Balochistan Liberation Army said it was behind the attacks.",
        "Pakistani forces searched the valleys after the attacks.",
        "The United States condemned the attacks, Pakistan said.",
    )
    assert found.relation == "same"
    assert found.speakers == 1
    assert {n for v in found.values for n in v.citations} == {1, 2}


def test_a_part_of_a_number_is_no_other_number() -> None:
    text = "The army killed 145 militants in two days. It had counted 92 killed on Saturday."
    sentences = [
        CitedSentence(1, "The army killed 145 militants in two days.", "a", "a", "A", None, text),
        CitedSentence(2, "The army had counted 92 militants killed on Saturday.", "b", "b", "B",
                      "2026-02-02", text),
    ]  # fmt: skip
    found = agreement("How many militants were killed?", sentences)
    assert found is not None
    assert found.relation == "same"
    assert [v.value for v in found.values] == ["145"]


def test_a_number_of_one_place_is_a_part_of_the_whole() -> None:
    text = "The storm killed at least 32 people.\n\nFour people died in Dunsel, the mayor said."
    sentences = [
        CitedSentence(n, line, "a", "a", "A", "2026-02-02", text)
        for n, line in enumerate(text.split("\n\n"), start=1)
    ]
    found = agreement("How many people died in the storm?", sentences)
    assert found is not None
    assert [v.value for v in found.values] == ["32"]


def test_the_one_of_whom_the_question_speaks_is_not_its_answer() -> None:
    sentences = [
        cited(1, "Former Prime Minister Ann Roth died after being shot in Altmark on Monday."),
        cited(2, "Ann Roth was shot while she spoke, doctors said."),
        cited(3, "Her brother Jo Roth called it an attack on all."),
    ]
    assert agreement("Who shot Ann Roth?", sentences) is None


def test_a_surname_in_two_spellings_is_one_and_another_countrys_president_no_rival() -> None:
    found = of(
        "Who is the president of Ukraine?",
        "Ukrainian President Volodymyr Zelensky spoke on Monday.",
        "President Volodymyr Zelenskyy of Ukraine asked for aid.",
        "Turkish President Recep Tayyip Erdogan called for talks with Ukraine.",
    )
    assert found.relation == "same"
    assert {v.value.split()[0] for v in found.values} == {"Volodymyr"}


def test_the_month_in_which_something_was_said_is_not_when_it_happened() -> None:
    question = "When did the northern army enter Dunsel?"
    said = "“All changed when the northern army entered Dunsel,” the premier said in April."
    told = "The northern army entered Dunsel on 3 February 2026."
    assert [v.value for v in of(question, said, told).values] == ["2026-02-03"]


def test_a_speaker_is_shown_whole() -> None:
    found = of(
        "How many soldiers were killed?",
        "Western and Ukrainian officials said 10,000 soldiers had been killed.",
        "Finnish premier Marin said 400 soldiers had been killed.",
    )
    assert [v.said_by for v in found.values] == [
        "Western and Ukrainian officials",
        "Finnish premier Marin",
    ]


def test_who_lost_is_not_who_won() -> None:
    question = "Who won the Corvane presidential election?"
    lost = "Ann Roth lost the Corvane presidential election to Jo Kern in April."
    faced = "Ann Roth faced Jo Kern in the second round of the Corvane presidential election."
    assert agreement(question, [cited(1, lost), cited(2, faced)]) is None


def test_who_wants_an_office_or_had_it_does_not_hold_it() -> None:
    found = of(
        "Who is the governor of Corvane?",
        "The nominee for governor of Corvane, Ann Roth, attacked Governor Jo Kern.",
        "Former Corvane governor Ann Roth met Governor Jo Kern of Corvane.",
    )
    assert {v.value for v in found.values} == {"Jo Kern"}


def test_the_day_of_a_survey_is_not_that_of_what_it_asks_about() -> None:
    found = of(
        "When was the toll law overturned?",
        "The high court overturned the toll law on 23 January 2026.",
        "The toll law was overturned on 23 January 2026, the court said.",
        "In a survey released on 30 January 2026, most disapprove of the ruling to overturn it.",
    )
    assert (found.relation, found.values[0].value) == ("same", "2026-01-23")


def test_how_old_asks_for_an_age_alone() -> None:
    found = of(
        "How old is Ann Roth?",
        "Ann Roth, 61, has led the port for 20 years.",
        "Ann Roth, who is 61 years old, has four children.",
    )
    assert found.relation == "same"


def test_what_nobody_spoke_of_is_not_denied() -> None:
    question = "What did the works say about poison after the explosion?"
    denial = "The works said no poison had escaped in the explosion."
    other = "A night watchman, Jo Kern, said he had counted three bangs."
    found = agreement(question, [cited(1, denial), cited(2, other)])
    assert found is None or found.relation != "conflict"
    claim = "A night watchman, Jo Kern, said poison had escaped."
    assert of(question, denial, claim).relation == "conflict"
