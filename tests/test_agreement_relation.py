"""How the values of two sentences relate, and what is shown of them."""

from __future__ import annotations

import pytest
from answering_sentences import answering
from scripted_judge import ScriptedJudge, opinion

from rag.agreement import agreement, read_sought, read_value, relate

DEAD = "How many people were killed in the quake?"
FINE = "How much was the airline fined?"
STORM = "When did the storm make landfall?"
COACH = "Who is the new coach of the team?"
CROSSED = "Did the convoy cross the border?"


@pytest.mark.parametrize(
    ("question", "one", "other", "relation"),
    [
        (DEAD, "‹31› people were killed.", "The quake killed ‹thirty-one› people.", "same"),
        (DEAD, "‹At least 31› people died.", "The quake killed ‹34› people.", "compatible"),
        (DEAD, "‹More than 50› people died.", "The quake killed ‹34› people.", "conflict"),
        (DEAD, "‹34› people died.", "The quake killed ‹21› people.", "conflict"),
        (DEAD, "‹About 250› people died.", "The quake killed ‹241› people.", "compatible"),
        (DEAD, "‹About 240› people died.", "It killed ‹roughly 240› people.", "same"),
        (DEAD, "‹34› people died.", "‹Nine children› were killed.", "compatible"),
        (DEAD, "‹34› people died.", "‹120 houses› fell.", None),
        (DEAD, "‹Dozens› of people died.", "The quake killed ‹34› people.", "compatible"),
        ("How many soldiers fell?", "‹30 soldiers› fell.", "‹12 civilians› fell.", None),
        (FINE, "It was fined ‹$965 million›.", "The fine is ‹nearly $1 billion›.", "same"),
        (FINE, "It was fined ‹$41 million›.", "The fine is ‹$43 million›.", "conflict"),
        (FINE, "It was fined ‹$41 million›.", "The fine is ‹38 million euros›.", None),
        (FINE, "It was fined ‹$787.5 million›.", "The fine is ‹$788 million›.", "same"),
        ("How long is the ban?", "The ban is for ‹10 years›.", "It lasts ‹a decade›.", "same"),
        (
            "How long is the ban?",
            "The ban is for ‹six months›.",
            "It lasts ‹two years›.",
            "conflict",
        ),
        ("How long did they wait?", "They waited ‹40 hours›.", "It took ‹two days›.", "compatible"),
        ("What share of staff left?", "‹Half› of the staff left.", "‹50%› of staff left.", "same"),
        ("What share of staff left?", "‹5%› of staff left.", "‹20 percent› left.", "conflict"),
        (
            "How fast was the wind?",
            "It blew at ‹90 miles per hour›.",
            "Gusts hit ‹90 mph›.",
            "same",
        ),
        ("How many goals did she score?", "She has ‹61 goals›.", "It was her ‹61st goal›.", "same"),
        (STORM, "It made landfall ‹on Tuesday›.", "It struck on ‹May 14, 2024›.", "same"),
        (STORM, "It made landfall ‹in May 2024›.", "It struck on ‹May 14, 2024›.", "compatible"),
        (STORM, "It struck on ‹May 11, 2024›.", "It struck on ‹May 14, 2024›.", "conflict"),
        (STORM, "It struck ‹on Tuesday›.", "It struck ‹on Wednesday›.", "compatible"),
        ("When did the fort fall?", "It fell in ‹1984›.", "It fell ‹40 years› ago.", "same"),
        (
            "At what time did it sink?",
            "It sank at ‹4:10 a.m.›",
            "It sank at ‹5:30 a.m.›",
            "conflict",
        ),
        (
            "At what time did it sink?",
            "It sank ‹about 4 a.m.›",
            "It sank at ‹4:10 a.m.›",
            "compatible",
        ),
        ("At what time did it sink?", "It sank at ‹noon›.", "It sank at ‹12:00 p.m.›", "same"),
        (COACH, "The new coach is ‹Marta Oyelaran›.", "‹Oyelaran› is the new coach.", "same"),
        (COACH, "The new coach is ‹Marta Oyelaran›.", "‹Piet Laan› is the new coach.", "conflict"),
        (
            "Who condemned the raid?",
            "‹Marta Oyelaran› did.",
            "‹Piet Laan› condemned it.",
            "compatible",
        ),
        (
            "Which two players were sent off?",
            "‹Marta Oyelaran› was sent off.",
            "‹Piet Laan› was sent off.",
            "compatible",
        ),
        (
            "Which agency ran the test?",
            "The ‹World Weather Office› ran it.",
            "The ‹WWO› ran the test.",
            "same",
        ),
        (
            "Where did the plane land?",
            "It landed in ‹Lund›.",
            "It landed in ‹Sweden›.",
            "compatible",
        ),
        (CROSSED, "The convoy ‹crossed the border›.", "It ‹did not cross the border›.", "conflict"),
        (CROSSED, "The convoy ‹crossed the border›.", "It ‹drove across›.", "same"),
        (
            "Has the suspect been found?",
            "The suspect ‹has not been found›.",
            "The suspect ‹was found in a barn›.",
            "conflict",
        ),
        (
            "Why did it fail?",
            "It failed for ‹a frozen valve›.",
            "‹A valve froze›, he said.",
            "same",
        ),
        (
            "Why did it fail?",
            "It failed for ‹a frozen valve›.",
            "‹Sabotage›, he said.",
            "compatible",
        ),
    ],
)
def test_two_values_relate(question: str, one: str, other: str, relation: str | None) -> None:
    sought = read_sought(question)
    left, right = read_value(sought, answering(one)), read_value(sought, answering(other, 2))
    assert relate(sought, left, right) == relation
    assert relate(sought, right, left) == relation


@pytest.mark.parametrize(
    ("first", "later", "relation"),
    [("21", "34", "compatible"), ("34", "21", "conflict"), ("34", "34", "same")],
)
def test_a_toll_may_rise_but_not_fall(first: str, later: str, relation: str) -> None:
    found = agreement(
        DEAD,
        [
            answering(f"The quake killed ‹{first}› people.", 1, "2024-05-14"),
            answering(f"The quake killed ‹{later}› people.", 2, "2024-05-16"),
        ],
    )
    assert found is not None and found.relation == relation


def test_a_rising_toll_is_told_newest_first_with_its_days() -> None:
    found = agreement(
        DEAD,
        [
            answering("The quake killed ‹21› people.", 1, "2024-05-14"),
            answering("The quake killed ‹34› people.", 2, "2024-05-16"),
        ],
    )
    assert found is not None
    assert [(v.value, v.date) for v in found.values] == [("34", "2024-05-16"), ("21", "2024-05-14")]


def test_a_toll_of_long_ago_rises_no_more() -> None:
    found = agreement(
        "How many people died in the flood of 1953?",
        [
            answering("The flood killed ‹210› people.", 1, "2024-05-14"),
            answering("It killed ‹230› people.", 2, "2024-05-16"),
        ],
    )
    assert found is not None and found.relation == "conflict"


def test_one_origin_does_not_contradict_itself() -> None:
    found = agreement(
        FINE,
        [
            answering("It was fined ‹$41 million›.", 1, origin="wire"),
            answering("The fine is ‹$43 million›.", 2, origin="wire"),
        ],
    )
    assert found is not None and found.relation != "conflict"


def test_two_named_speakers_of_one_origin_may_contradict_each_other() -> None:
    found = agreement(
        FINE,
        [
            answering("The regulator said the fine was ‹$41 million›.", 1, origin="wire"),
            answering("The airline said the fine was ‹$43 million›.", 2, origin="wire"),
        ],
    )
    assert found is not None
    assert (found.relation, found.speakers, found.origins) == ("conflict", 2, 1)


def test_who_also_says_the_other_value_does_not_contradict_it() -> None:
    found = agreement(
        FINE,
        [
            answering("It was fined ‹$41 million›.", 1, origin="a"),
            answering("With costs it was fined ‹$43 million›.", 2, origin="a"),
            answering("The fine is ‹$41 million›.", 3, origin="b"),
        ],
    )
    assert found is not None and found.relation == "compatible"


def test_a_figure_of_another_unit_is_no_rival() -> None:
    found = agreement(
        DEAD,
        [
            answering("‹34› people were killed.", 1),
            answering("The quake killed ‹34› people.", 2),
            answering("It flattened ‹900 houses›.", 3),
        ],
    )
    assert found is not None
    assert found.relation == "same"
    assert {n for v in found.values for n in v.citations} == {1, 2}
    assert found.articles == 2


def test_a_denial_is_marked() -> None:
    found = agreement(
        CROSSED,
        [
            answering("The army said the convoy ‹crossed the border›.", 1),
            answering("The ministry said it ‹did not cross the border›.", 2),
        ],
    )
    assert found is not None and found.relation == "conflict"
    assert {(v.value, v.denied) for v in found.values} == {
        ("crossed the border", False),
        ("did not cross the border", True),
    }


WHY = "Why did the bridge fall?"
CAUSES = [
    answering("The bridge fell for ‹a cracked girder›.", 1),
    answering("An ‹overloaded lorry› brought it down.", 2),
]


def test_the_judge_says_whether_words_contradict() -> None:
    judge = ScriptedJudge(lambda premise, statement: opinion(0.05, 0.9))
    found = agreement(WHY, CAUSES, judge)
    assert found is not None and found.relation == "conflict"
    assert len(judge.asked) == 2


def test_without_a_sure_judge_two_wordings_are_compatible() -> None:
    judge = ScriptedJudge(lambda premise, statement: opinion(0.2, 0.5))
    found = agreement(WHY, CAUSES, judge)
    assert found is not None and found.relation == "compatible"


def test_the_judge_is_asked_of_no_figures_and_of_a_dozen_pairs_at_most() -> None:
    judge = ScriptedJudge(lambda premise, statement: opinion(0.2, 0.1))
    agreement(FINE, [answering("‹$1 million›.", 1), answering("‹$2 million›.", 2)], judge)
    assert judge.asked == []
    agreement(WHY, [answering(f"It fell for ‹cause{chr(97 + n)}›.", n) for n in range(8)], judge)
    assert 0 < len(judge.asked) <= 12


def test_nothing_to_compare_is_no_agreement() -> None:
    assert agreement(WHY, []) is None
    assert agreement(WHY, [answering("The bridge fell in the night.", 1)]) is None
    assert agreement(WHY, [answering("It fell for ‹a cracked girder›.", 1)]) is None
