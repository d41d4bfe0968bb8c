"""The labelled questions of evals/facts are true to the articles, and enough of each kind.

The articles are ingested here, so that ids and texts are those that answers cite.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_index import ingest_into

from rag.index.catalog import Catalog

FACTS = Path(__file__).parent.parent / "evals" / "facts"
NUMBER_WORDS = {1: "one", 3: "three", 4: "four", 6: "six", 9: "nine"}

Case = dict[str, Any]


def read_cases() -> list[Case]:
    cases: list[Case] = []
    for file in sorted(FACTS.glob("*.yaml")):
        cases += yaml.safe_load(file.read_text(encoding="utf-8"))
    return cases


CASES = read_cases()


def facts_of(cases: list[Case]) -> Iterator[tuple[str, Case, dict[str, Any]]]:
    for case in cases:
        for fact in case.get("facts", ()):
            yield f"{case['id']}/{fact['id']}", case, fact


def tagged(tag: str) -> list[Case]:
    return [case for case in CASES if tag in case["tags"]]


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def stands_in(form: str, texts: list[str]) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(folded(form))}(?!\w)")
    return any(pattern.search(folded(text)) for text in texts)


def number_forms(number: float) -> list[str]:
    forms = [f"{number:,}"]
    if number in NUMBER_WORDS:
        forms.append(NUMBER_WORDS[int(number)])
    return forms


@pytest.fixture(scope="module")
def texts(sample_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The stored text of each sample article by its id."""
    directory = tmp_path_factory.mktemp("facts") / "index"
    ingest_into(directory, sample_articles)
    catalog = Catalog.open(directory, write=False)
    try:
        return {
            record.article_id: catalog.article(record.article_id).text
            for record in catalog.articles()
        }
    finally:
        catalog.close()


def test_every_case_has_an_id_of_its_own() -> None:
    assert [name for name, n in Counter(case["id"] for case in CASES).items() if n > 1] == []


def test_no_question_is_asked_twice() -> None:
    asked = Counter((case["question"], str(case.get("history"))) for case in CASES)
    assert [question for question, n in asked.items() if n > 1] == []


def test_every_case_names_stored_articles(texts: dict[str, str]) -> None:
    unknown = {case["id"]: set(case["articles"]) - set(texts) for case in CASES}
    assert {name: ids for name, ids in unknown.items() if ids} == {}
    assert all(case["articles"] for case in CASES)


def test_all_evidence_stands_in_the_named_articles(texts: dict[str, str]) -> None:
    missing = [
        (name, quote)
        for name, case, fact in facts_of(CASES)
        for quote in fact["evidence"]
        if not any(quote in texts[article] for article in case["articles"])
    ]
    assert missing == []


def test_no_article_that_says_the_same_words_is_left_out(texts: dict[str, str]) -> None:
    """A citation of a copy is as right as one of the original."""
    left_out = [
        (name, article)
        for name, case, fact in facts_of(CASES)
        for quote in fact["evidence"]
        for article, text in texts.items()
        if quote in text and article not in case["articles"]
    ]
    assert left_out == []


def test_every_article_of_an_answerable_case_holds_evidence(texts: dict[str, str]) -> None:
    idle = [
        (case["id"], article)
        for case in CASES
        if case["answerable"]
        for article in case["articles"]
        if not any(q in texts[article] for fact in case["facts"] for q in fact["evidence"])
    ]
    assert idle == []


def test_the_articles_own_words_are_a_right_answer() -> None:
    """An answer that quotes the evidence holds an accepted form or the number, and the speaker."""
    wrong = []
    for name, _, fact in facts_of(CASES):
        forms = fact["accept"] if "accept" in fact else number_forms(fact["number"])
        if not any(stands_in(form, fact["evidence"]) for form in forms):
            wrong.append((name, forms))
        speakers = fact.get("said_by", [])
        if speakers and not any(stands_in(speaker, fact["evidence"]) for speaker in speakers):
            wrong.append((name, speakers))
    assert wrong == []


def test_a_fact_is_either_forms_or_a_number_with_its_unit() -> None:
    wrong = [
        name
        for name, _, fact in facts_of(CASES)
        if ("accept" in fact) == ("number" in fact)
        or ("number" in fact and not {"tolerance", "unit"} <= set(fact))
    ]
    assert wrong == []


def test_what_is_forbidden_is_no_part_of_the_evidence() -> None:
    clashes = [
        (case["id"], form)
        for case in CASES
        for rule in case.get("forbid", ())
        for fact_id, forms in rule.items()
        for form in forms
        for fact in case["facts"]
        if fact["id"] == fact_id and stands_in(form, fact["evidence"])
    ]
    assert clashes == []


def test_what_is_forbidden_belongs_to_a_fact_of_the_case() -> None:
    wrong = [
        case["id"]
        for case in CASES
        for rule in case.get("forbid", ())
        if not set(rule) <= {fact["id"] for fact in case["facts"]}
    ]
    assert wrong == []


def test_only_answerable_cases_have_facts() -> None:
    assert [case["id"] for case in CASES if case["answerable"] != bool(case.get("facts"))] == []
    unanswerable = tagged("unanswerable")
    assert [case["id"] for case in CASES if case["answerable"] == (case in unanswerable)] == []


def test_a_case_tagged_two_articles_cannot_be_answered_from_one(texts: dict[str, str]) -> None:
    def is_enough(case: Case, article: str) -> bool:
        return all(any(q in texts[article] for q in fact["evidence"]) for fact in case["facts"])

    answerable = [case for case in CASES if case["answerable"]]
    alone = {case["id"]: any(is_enough(case, a) for a in case["articles"]) for case in answerable}
    assert [c["id"] for c in answerable if alone[c["id"]] == ("two-articles" in c["tags"])] == []


def test_where_reports_differ_both_values_are_facts() -> None:
    differing = [case for case in CASES if case.get("relation") in {"compatible", "conflict"}]
    assert [case["id"] for case in differing if len(case["facts"]) < 2] == []
    across = tagged("differ")
    assert [c["id"] for c in across if c not in differing or len(c["articles"]) < 2] == []
    assert len(across) >= 12


def test_follow_ups_carry_their_history() -> None:
    assert [c["id"] for c in CASES if bool(c.get("history")) != ("follow-up" in c["tags"])] == []
    assert all(
        set(turn) == {"question", "answer"} for case in CASES for turn in case.get("history", ())
    )


@pytest.mark.parametrize(
    ("tag", "at_least"),
    [
        ("hostile", 15),
        ("injection", 5),
        ("false-premise", 5),
        ("stale", 5),
        ("follow-up", 8),
        ("two-articles", 10),
    ],
)
def test_there_are_enough_cases_of_each_kind(tag: str, at_least: int) -> None:
    assert len(tagged(tag)) >= at_least


def test_there_are_enough_cases_and_a_quarter_of_them_are_unanswerable() -> None:
    assert len(CASES) >= 128
    unanswerable = sum(not case["answerable"] for case in CASES)
    assert 0.22 <= unanswerable / len(CASES) <= 0.28
    assert sum(bool(case.get("critical")) for case in CASES) >= 20


def test_cases_spread_over_all_articles_and_seven_at_most_share_one(
    texts: dict[str, str],
) -> None:
    clusters = Counter(case["articles"][0] for case in CASES)
    assert set(clusters) == set(texts)
    assert max(clusters.values()) <= 7


def test_a_fifth_is_held_out_of_every_file_and_kind() -> None:
    held = [case for case in CASES if case.get("held_out")]
    assert len(held) / len(CASES) == pytest.approx(0.2, abs=0.02)
    files = {case["id"].rsplit("-", 1)[0] for case in CASES}
    assert {case["id"].rsplit("-", 1)[0] for case in held} == files
    kinds = {"unanswerable", "hostile", "follow-up", "two-articles", "differ", "attribution"}
    assert kinds <= {tag for case in held for tag in case["tags"]}


def test_the_guide_explains_every_field_that_a_case_may_have() -> None:
    guide = (FACTS.parent.parent / "docs" / "bring-your-own-facts.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)) | {"tolerance", "unit"}
    used = {key for case in CASES for key in case}
    assert used | {key for _, _, fact in facts_of(CASES) for key in fact} == explained


def test_the_guides_example_has_the_form_of_a_case() -> None:
    guide = (FACTS.parent.parent / "docs" / "bring-your-own-facts.md").read_text(encoding="utf-8")
    example = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)[0])
    required = {"id", "question", "articles", "answerable", "tags"}
    assert [case["id"] for case in example if not required <= set(case)] == []
    wrong = [
        name for name, _, fact in facts_of(example) if ("accept" in fact) == ("number" in fact)
    ]
    assert wrong == []
