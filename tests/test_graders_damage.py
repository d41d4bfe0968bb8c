"""A right answer to each labelled case is graded right, and each way to damage it is seen.

The right answers are made from the labels: each fact in the words of its evidence.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator

import pytest
from eval_answers import (
    CASES,
    REPOSITORY,
    Json,
    gold_answer,
    refusal,
    reworded,
    shown_again,
    stored_texts,
)

from evals.cases import Case, Fact
from evals.graders import grade_answer
from evals.graders.denial import negating_words
from evals.graders.shown import evidence_sentences, read_answer
from rag.claims import read_sentence

ANSWERABLE = [case for case in CASES.cases if case.answerable]
Texts = dict[str, str]


@pytest.fixture(scope="module")
def texts() -> Texts:
    return stored_texts()


def not_wrong(answers: Iterator[tuple[Case, Json]], texts: Texts, grader: str) -> list[str]:
    """Damaged answers that the grader lets through."""
    found = []
    for case, answer in answers:
        verdict, _, grades = grade_answer(case, answer, texts)
        if verdict != "wrong" or grades[grader].verdict != "wrong":
            found.append(f"{case.id}: {answer['answer']}")
    return found


def with_facts(keep: Callable[[Fact], object]) -> Iterator[tuple[Case, int, Fact]]:
    for case in ANSWERABLE:
        for at, fact in enumerate(case.facts):
            if keep(fact):
                yield case, at, fact


def without(forms: tuple[str, ...], instead: str) -> Callable[[str], str]:
    """Takes every one of ``forms`` out of a text, however its letters and quotes are written."""
    pattern = "|".join(
        re.escape(form).replace("’", "[’']") for form in sorted(forms, key=len, reverse=True)
    )
    return lambda text: re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", instead, text, flags=re.IGNORECASE)


def test_a_right_answer_to_every_case_is_right(texts: Texts) -> None:
    verdicts = {
        case.id: grade_answer(case, gold_answer(case, texts), texts) for case in CASES.cases
    }
    assert {name: found[:2] for name, found in verdicts.items() if found[0] != "right"} == {}
    assert len(verdicts) == len(CASES.cases)


def test_the_evidence_is_the_best_citation(texts: Texts) -> None:
    for case in ANSWERABLE:
        grades = grade_answer(case, gold_answer(case, texts), texts)[2]
        assert grades["citation_recall"].score == 1.0, case.id
        assert grades["citation_precision"].score == 1.0, case.id


def test_a_changed_number_is_wrong(texts: Texts) -> None:
    def changed(text: str, fact: Fact) -> str:
        for quantity in reversed(read_sentence(text).quantities):
            text = f"{text[: quantity.start]}{fact.number + 7:,.0f}{text[quantity.end :]}"
        return text

    damaged = (
        (case, reworded(gold_answer(case, texts), lambda text, f=fact: changed(text, f)))
        for case, _, fact in with_facts(lambda fact: fact.number is not None)
    )
    assert not_wrong(damaged, texts, "numbers") == []


def test_a_dropped_qualifier_is_wrong_where_one_is_labelled(texts: Texts) -> None:
    drop = without(("at least", "up to"), "")
    damaged = (
        (case, reworded(gold_answer(case, texts), drop))
        for case, _, fact in with_facts(lambda fact: fact.qualifier in {"at least", "up to"})
    )
    assert not_wrong(damaged, texts, "numbers") == []


def test_a_name_swapped_for_another_is_wrong(texts: Texts) -> None:
    damaged = (
        (case, reworded(gold_answer(case, texts), without(fact.accept, "Quintus Marlowe")))
        for case, _, fact in with_facts(lambda fact: fact.accept)
    )
    assert not_wrong(damaged, texts, "accepted") == []


@pytest.mark.parametrize(
    "template",
    [
        "It was not {}.",
        "No one has confirmed {}.",
        "Officials denied reports of {}.",
        "Nobody spoke of {} at the time.",
        "There is no evidence of {}, the report says.",
    ],
)
def test_a_denied_fact_is_wrong(texts: Texts, template: str) -> None:
    negating = negating_words(template)

    def states_no_negation(case: Case, fact: Fact) -> bool:
        sentences = evidence_sentences(case, fact, texts)
        return not any(negating_words(s) & negating for s in sentences)

    damaged = (
        (case, reworded(gold_answer(case, texts), lambda _, f=form: template.format(f), at))
        for case, at, fact in with_facts(lambda fact: fact.accept)
        for form in fact.accept[:1]
        # "Not more than 190" denies nothing, and "but" begins a clause of its own.
        if not re.search("more than|but", form)
        if states_no_negation(case, fact) and len(case.facts) == 1
    )
    assert not_wrong(damaged, texts, "accepted") == []


def test_a_dropped_speaker_is_wrong(texts: Texts) -> None:
    damaged = (
        (case, reworded(gold_answer(case, texts), without(fact.said_by, "somebody")))
        for case, _, fact in with_facts(lambda fact: fact.said_by)
        # "Kabul denies" names the speaker in the fact itself.
        if not any(by.casefold() in form.casefold() for form in fact.accept for by in fact.said_by)
    )
    assert not_wrong(damaged, texts, "said_by") == []


def test_a_forbidden_claim_is_wrong_unless_it_is_denied(texts: Texts) -> None:
    for case in ANSWERABLE:
        for _, forms in case.forbid:
            gold = gold_answer(case, texts)
            claimed = reworded(gold, lambda text, f=forms[0]: f"{text} Others say {f}.", 0)
            assert grade_answer(case, claimed, texts)[2]["forbidden"].verdict == "wrong", case.id
            denied = reworded(gold, lambda text, f=forms[0]: f"{text} It was not {f}.", 0)
            assert grade_answer(case, denied, texts)[2]["forbidden"].verdict == "right", case.id


def test_a_moved_citation_is_wrong(texts: Texts) -> None:
    def moved(answer: Json) -> Json:
        answer = copy.deepcopy(answer)
        for citation in answer["citations"]:
            citation["start"] += 3
            citation["end"] += 3
        return answer

    damaged = ((case, moved(gold_answer(case, texts))) for case in ANSWERABLE)
    assert not_wrong(damaged, texts, "quotes") == []


def test_an_altered_quote_is_wrong(texts: Texts) -> None:
    def altered(answer: Json) -> Json:
        answer = copy.deepcopy(answer)
        answer["citations"][-1]["quote"] = answer["citations"][-1]["quote"].upper() + "!"
        return answer

    damaged = ((case, altered(gold_answer(case, texts))) for case in ANSWERABLE)
    assert not_wrong(damaged, texts, "quotes") == []


def test_a_number_that_resolves_to_nothing_is_wrong(texts: Texts) -> None:
    case = CASES["balochistan-01"]
    answer = gold_answer(case, texts)
    answer["citations"] = []
    assert "no citation" in grade_answer(case, answer, texts)[1]


def test_a_sentence_that_cites_nothing_is_wrong(texts: Texts) -> None:
    case = CASES["balochistan-01"]
    answer = gold_answer(case, texts)
    answer["statements"][0]["citations"] = []
    answer["answer"] = answer["statements"][0]["text"]
    assert "cites nothing" in grade_answer(case, answer, texts)[1]


def test_a_citation_of_words_that_do_not_show_the_fact_lowers_recall(texts: Texts) -> None:
    for case in ANSWERABLE:
        answer = gold_answer(case, texts)
        article_id, text = next((a, t) for a, t in texts.items() if a not in case.articles)
        for citation in answer["citations"]:
            citation.update(article_id=article_id, start=0, end=40, quote=text[:40])
        grades = grade_answer(case, answer, texts)[2]
        assert grades["citation_recall"].score == 0.0, case.id
        assert grades["citation_precision"].score == 0.0, case.id


def test_a_needless_citation_lowers_precision_alone(texts: Texts) -> None:
    case = CASES["balochistan-04"]
    answer = gold_answer(case, texts)
    text = texts[case.articles[0]]
    needless = {**answer["citations"][0], "n": 2, "start": 0, "end": 40, "quote": text[:40]}
    answer["citations"].append(needless)
    answer["statements"][0]["citations"] = [1, 2]
    answer["answer"] += "[2]"
    verdict, _, grades = grade_answer(case, answer, texts)
    assert verdict == "right"
    assert grades["citation_recall"].score == 1.0
    assert grades["citation_precision"].score == 0.5


def test_a_refusal_where_the_articles_tell_is_wrong(texts: Texts) -> None:
    damaged = ((case, refusal(case)) for case in ANSWERABLE)
    assert not_wrong(damaged, texts, "abstention") == []


def test_an_answer_where_the_articles_do_not_tell_is_wrong(texts: Texts) -> None:
    answer = gold_answer(CASES["balochistan-01"], texts)
    damaged = ((case, answer) for case in CASES.cases if not case.answerable)
    assert not_wrong(damaged, texts, "abstention") == []


def test_another_relation_of_the_reports_is_wrong(texts: Texts) -> None:
    def other(case: Case) -> Json:
        answer = copy.deepcopy(gold_answer(case, texts))
        answer["agreement"]["relation"] = "same" if case.relation != "same" else "conflict"
        return answer

    damaged = ((case, other(case)) for case in ANSWERABLE if case.relation)
    assert not_wrong(damaged, texts, "relation") == []


def test_a_failed_question_is_neither_right_nor_wrong(texts: Texts) -> None:
    for case in (CASES["balochistan-01"], CASES["unanswerable-01"]):
        failed = gold_answer(case, texts) | {"error": "the model did not answer"}
        verdict, why, grades = grade_answer(case, failed, texts)
        assert (verdict, grades) == ("unscored", {})
        assert "the model did not answer" in why


def test_the_answers_text_counts_where_its_statements_say_otherwise(texts: Texts) -> None:
    case = CASES["balochistan-01"]
    answer = gold_answer(case, texts)
    answer["answer"] = "The Tehrik-e-Taliban claimed responsibility. [1]"
    verdict, why, _ = grade_answer(case, answer, texts)
    assert verdict == "wrong"
    assert "does not state claimant" in why


def worded(case: Case, texts: Texts, words: str) -> Json:
    """A right answer to ``case`` in these words instead; "|" stands between its sentences."""
    answer = gold_answer(case, texts)
    last = len(answer["statements"])
    answer["statements"] = [
        {"text": text, "citations": [min(n, last)], "support": "supported", "why": None}
        for n, text in enumerate(words.split("|"), start=1)
    ]
    return shown_again(answer)


def test_answers_in_other_words_are_judged_by_what_they_say(texts: Texts) -> None:
    lines = (REPOSITORY / "tests" / "data" / "worded_answers.txt").read_text("utf-8").splitlines()
    rows = [line.split(" ", 2) for line in lines if not line.startswith("#")]
    misjudged = []
    for expected, name, words in rows:
        answer = worded(CASES[name], texts, words)
        verdict, why, _ = grade_answer(CASES[name], answer, texts)
        if verdict != expected:
            misjudged.append((name, words, verdict, why))
    assert misjudged == []
    assert {expected for expected, *_ in rows} == {"right", "wrong"}


def test_a_sentence_to_check_is_graded_as_shown_and_one_taken_out_is_not(texts: Texts) -> None:
    case = ANSWERABLE[0]
    # With a source after each sentence, which only statements tell from its words.
    answer = reworded(gold_answer(case, texts), "{} (somewhere.txt, 1 Feb 2026)".format)
    for citation in answer["citations"]:
        citation["source"] = "somewhere.txt"
    expected = read_answer(answer)
    assert not any("somewhere" in sentence.text for sentence in expected.sentences)
    for statement in answer["statements"]:
        statement |= {"support": "uncertain", "probability": 0.5, "certain": False}
    assert read_answer(answer) == expected
    assert grade_answer(case, answer, texts)[0] == "right"
    answer["statements"].append(answer["statements"][0] | {"support": "unsupported"})
    assert read_answer(answer) == expected
