"""A statement passes only when the sentences it cites say it.

The hand-made pairs are in ``data/support_pairs.yaml``: statements with the quotes they cite, right
or wrong. ``bench/support.py`` reports on them; here they guard the figures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.answer.support import Evidence, check_statement, prove

PAIRS = yaml.safe_load((Path(__file__).parent / "data" / "support_pairs.yaml").read_text("utf-8"))
ARTICLES = Path(__file__).parent.parent / "examples" / "articles"


def evidence(key: str, n: int = 1) -> Evidence:
    quote = PAIRS["quotes"][key]
    path = ARTICLES / quote["article"]
    text = "" if path.suffix == ".pdf" else path.read_text("utf-8")
    return Evidence(quote["quote"], n, quote["outlet"], None, quote["published"], article_text=text)


def judged(pair: dict[str, Any]) -> bool:
    quotes = [evidence(key, n) for n, key in enumerate(pair["quotes"], start=1)]
    return check_statement(pair["statement"], quotes).holds


def share(label: str) -> float:
    pairs = [p for p in PAIRS["pairs"] if p["label"] == label]
    return sum(judged(p) == (label == "right") for p in pairs) / len(pairs)


def test_at_least_95_percent_of_the_wrong_statements_are_caught() -> None:
    assert share("wrong") >= 0.95


def test_at_least_90_percent_of_the_right_statements_pass() -> None:
    assert share("right") >= 0.90


def quote(text: str, n: int = 1, article: str = "", **about: Any) -> Evidence:
    return Evidence(text, n, article_text=article, **about)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("Bell said 41 people were hurt in Oslo on Friday.", "number"),
        ("Bell said 14 soldiers were hurt in Oslo on Friday.", "unit"),
        ("Bell said at least 14 people were hurt in Oslo on Friday.", None),
        ("Bell said more than 14 people were hurt in Oslo on Friday.", "qualifier"),
        ("Bell said 14 people were killed in Oslo on Friday.", "event"),
        ("Bell said 14 people were hurt in Oslo on Monday.", "date"),
        ("Bell said 14 people were hurt in Bergen on Friday.", "name"),
        ("Bell said 14 people were not hurt in Oslo on Friday.", "negation"),
        ("The police said 14 people were hurt in Oslo on Friday.", "speaker"),
        ("Bell said 14 people were hurt in Oslo on Friday by a falling crane.", "wording"),
        ("Bell said fourteen people were injured in Oslo on Friday.", None),
    ],
)
def test_each_kind_of_error_is_named(statement: str, kind: str | None) -> None:
    source = quote("Mayor Ann Bell said 14 people were hurt in Oslo on Friday.")
    assert check_statement(statement, [source]).kind == kind


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("The designer of the dress was Bob Kern.", True),
        ("The artist was Ann Roth.", True),
        ("The designer of the dress was Ann Roth.", False),
        ("The museum’s designer was Roth.", False),
        ("The artist is Bob Kern.", False),
    ],
)
def test_a_role_is_not_given_to_another_who_is_named(statement: str, holds: bool) -> None:
    source = quote(
        "Ann Roth, a visual artist, lent the dress that designer Bob Kern had made to the museum."
    )
    assert check_statement(statement, [source]).holds == holds


def test_a_reason_is_in_words_that_a_reader_understands() -> None:
    verdict = check_statement("Bell counted 41 guests.", [quote("Bell counted 14 guests.")])
    assert verdict.why == "the number 41 is not in the cited sentences"


def test_a_sentence_copied_word_for_word_is_quoted() -> None:
    verdict = check_statement("“Winds reached 52 knots.”", [quote("Winds reached 52 knots.")])
    assert verdict.support == "quoted"


def test_a_part_of_a_denial_is_no_quote() -> None:
    source = quote("The company denied that the gate was open.")
    assert not check_statement("The gate was open.", [source]).holds


def test_a_weekday_is_resolved_from_the_day_of_the_article() -> None:
    source = quote("The gate was opened on Saturday.", published="2026-02-01")
    assert check_statement("The gate was opened on 31 January 2026.", [source]).holds
    assert not check_statement("The gate was opened on 30 January 2026.", [source]).holds


def test_an_alias_is_allowed_only_when_the_article_states_it() -> None:
    sentence = "The VLA claimed the attack."
    statement = "The Vale Liberation Army claimed the attack."
    article = "The Vale Liberation Army (VLA) is banned. The VLA claimed the attack."
    assert check_statement(statement, [quote(sentence, article=article)]).holds
    assert not check_statement(statement, [quote(sentence)]).holds


def test_the_outlet_and_the_date_of_the_article_may_be_named() -> None:
    source = quote("Ten boats sank.", outlet="Harbour Post", published="2026-02-01")
    assert check_statement(
        "Harbour Post reported on 1 February 2026 that ten boats sank.", [source]
    ).holds
    assert not check_statement("Kestrel News reported that ten boats sank.", [source]).holds


def test_what_is_only_alleged_does_not_become_a_fact() -> None:
    source = quote("The army alleged that the mayor had opened the gate.")
    assert not check_statement("The mayor had opened the gate.", [source]).holds
    assert check_statement("The army alleged that the mayor opened the gate.", [source]).holds


def test_a_statement_that_cites_nothing_fails() -> None:
    assert not check_statement("Ten boats sank.", []).holds


def test_a_statement_is_cited_again_from_the_other_sentences() -> None:
    wrong, right = quote("The sea was calm.", 1), quote("Ten boats sank near Oslo.", 2)
    proof = prove("Near Oslo, ten boats sank.", [wrong], [wrong, right])
    assert (proof.verdict.holds, proof.citations, proof.recited) == (True, (2,), True)


def test_a_word_said_twice_does_not_cover_what_is_not_said() -> None:
    source = quote("Three in five banks hold their reserves in crowns, the common currency.")
    statement = (
        "The crown is the official currency, and the most widely used currency in the world."
    )
    assert not check_statement(statement, [source]).holds


def test_a_statement_made_of_two_sentences_gets_both() -> None:
    sources = [
        quote("Ten boats sank near Oslo.", 4),
        quote("Six sailors were rescued by a tug.", 7),
        quote("The sea was calm.", 9),
    ]
    proof = prove("Ten boats sank near Oslo and six sailors were rescued.", [], sources)
    assert proof.citations == (4, 7)


def test_what_no_sentence_says_stays_unsupported_with_its_reason() -> None:
    source = quote("Ten boats sank near Oslo.", 1)
    proof = prove("Twelve boats sank near Oslo.", [source], [source])
    assert not proof.verdict.holds
    assert proof.verdict.why == "the number Twelve is not in the cited sentences"


def test_a_bare_weekday_is_one_of_the_days_around_the_report() -> None:
    hearing = Evidence(
        "The panel on the storming of the archive on Jan. 6, 2021, sits on Tuesday.",  # a Wednesday
        1,
        "Harbour Post",
        None,
        "2022-06-28",
    )
    assert check_statement(
        "The panel on the storming of the archive sits on Tuesday.", [hearing]
    ).holds
    assert not check_statement(
        "The panel on the storming of the archive sits on Wednesday.", [hearing]
    ).holds
    dated = Evidence("The panel sits on June 29, 2022.", 1, None, None, "2022-06-28")
    assert check_statement("The panel sits on Wednesday.", [dated]).holds


def test_a_question_states_nothing() -> None:
    quote = Evidence("The ferry show was hosted by the mayor.", 1, None, None, None)
    assert check_statement("The ferry show was hosted by the mayor.", [quote]).holds
    assert not check_statement("Was the ferry show hosted by the mayor?", [quote]).holds
