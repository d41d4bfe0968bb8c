"""What ranking is told of a question and its candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from rag.index.records import StoredPassage
from rag.retrieval.features import FEATURES, Candidate, describe
from rag.retrieval.question import Question, folded, read_question
from rag.retrieval.ranking import load_ranking


def _frequencies(stems: Sequence[str]) -> Mapping[str, int]:
    return dict.fromkeys(stems, 3)


def _read(text: str) -> Question:
    return read_question(text, 1000, _frequencies)


def _candidate(text: str, *, number: int = 0, published: str | None = None) -> Candidate:
    passage = StoredPassage(
        passage_id=number,
        article_id=f"article-{number}",
        source="",
        title=None,
        outlet=None,
        published=published,
        url=None,
        origin=None,
        text_sha256="",
        text=text,
        start=0,
        end=len(text),
        sentences=((0, len(text)),),
        ordinal=0,
    )
    return Candidate(passage, 1.0, 0.5)


def _feature(name: str, question: str, *texts: str) -> list[float]:
    candidates = [_candidate(text, number=at) for at, text in enumerate(texts)]
    return describe(_read(question), candidates)[:, FEATURES.index(name)].tolist()


def test_question_words_are_no_terms_and_names_are_known() -> None:
    question = _read("Which countries did the Marlin pass in 2024?")
    assert [term.stem for term in question.terms] == ["countri", "marlin", "pass", "2024"]
    assert [term.name for term in question.terms] == [False, True, False, False]
    assert [term.number for term in question.terms] == [False, False, False, True]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people were hurt?", "wants_number"),
        ("Who was hurt?", "wants_person"),
        ("In which country was it?", "wants_place"),
        ("When did it happen?", "wants_date"),
    ],
)
def test_a_question_says_what_kind_of_answer_it_wants(question: str, kind: str) -> None:
    asked = _read(question)
    kinds = ("wants_number", "wants_person", "wants_place", "wants_date")
    assert [name for name in kinds if getattr(asked, name)] == [kind]


def test_dates_are_read_from_a_question() -> None:
    assert _read("What happened in June 2021 in Bern?").dates == ((2021, 6),)
    assert _read("Who won on August 3?").dates == ((None, 8),)
    assert _read("Who won in 1998?").dates == ((1998, None),)
    assert _read("Which laws May and March pass?").dates == ()


def test_an_article_of_the_month_asked_for_matches_and_others_do_not() -> None:
    days = ["2021-06-30", "2021-07-02", "2021-05-31", "2023-06-01", None]
    candidates = [_candidate("x", number=n, published=day) for n, day in enumerate(days)]
    described = describe(_read("What happened in June 2021?"), candidates)
    assert described[:, FEATURES.index("date_match")].tolist() == [1, 0.5, 0, 0, 0]


def test_other_forms_of_a_word_count_and_parts_of_words_do_not() -> None:
    covered = _feature(
        "coverage", "Which country voted?", "Two countries vote.", "A countryside pavotest."
    )
    assert covered == [1.0, 0.0]


def test_accents_and_thousands_signs_do_not_matter() -> None:
    assert folded("Évora İzmir") == "evora izmir" or len(folded("Évora İzmir")) == 11
    assert _feature("coverage", "Did 18,190 see Évora?", "18190 see Evora", "18,190 see Évora") == [
        1.0,
        1.0,
    ]


def test_terms_side_by_side_beat_the_same_terms_apart() -> None:
    apart = "The pump was old. " + "Nothing else was said of it that day. " * 8 + "It had failed."
    near = "Nothing else was said of it that day. " * 8 + "The pump failed."
    for name in ("near_coverage", "adjacent_pairs"):
        first, second = _feature(name, "Why did the pump fail?", apart, near)
        assert second > first


def test_a_name_that_several_candidates_hold_gets_their_votes() -> None:
    votes = _feature(
        "best_vote", "who sank", "Brandt sank it.", "It was Brandt.", "It was Olsen.", "Nobody."
    )
    assert votes[0] > votes[2] == 0


def test_ranking_keeps_order_and_gives_probabilities() -> None:
    ranking = load_ranking()
    texts = ["The pump failed on the ferry.", "Taxes rise.", "The ferry sailed."]
    candidates = [_candidate(text, number=at) for at, text in enumerate(texts)]
    features = describe(_read("Why did the ferry's pump fail?"), candidates)
    shares, chances = ranking.logarithms(features), ranking.probabilities(features)
    assert np.argsort(shares).tolist() == np.argsort(chances).tolist()
    assert np.exp(shares).sum() == pytest.approx(1, abs=1e-4)
    assert chances.argmax() == 0 and ((chances > 0) & (chances < 1)).all()


def test_no_candidates_have_no_features() -> None:
    assert describe(_read("Who?"), []).shape == (0, len(FEATURES))
    assert load_ranking().probabilities(describe(_read("Who?"), [])).shape == (0,)


def test_of_two_like_articles_the_newer_shows_it_and_an_undated_one_stands_between() -> None:
    asked = _read("Who was freed this week?")
    found = [
        _candidate("A woman was freed.", published=published)
        for published in ("2022-08-01", None, "2022-07", "2022-08-31")
    ]
    rows = describe(asked, found)
    newness = rows[:, FEATURES.index("newness")].tolist()
    days_old = rows[:, FEATURES.index("days_old")].tolist()
    assert newness[3] == 1.0 and newness[3] > newness[0] > newness[1] > newness[2]
    assert days_old[3] == 0.0 and days_old[0] < days_old[2]
    assert days_old[3] < days_old[1] < days_old[2]
    assert rows[:, FEATURES.index("undated")].tolist() == [0.0, 1.0, 0.0, 0.0]


def test_without_any_date_no_article_is_newer() -> None:
    rows = describe(_read("Who was freed?"), [_candidate("A woman was freed.")] * 2)
    assert np.ptp(rows[:, FEATURES.index("newness")]) == 0
    assert np.ptp(rows[:, FEATURES.index("days_old")]) == 0
