"""Reports of the gate: all say the same, none shows what is held out, and no text does anything."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from gate_results import (
    HELD_OUT_ANSWER,
    HELD_OUT_ID,
    HELD_OUT_QUESTION,
    case,
    mixed_result,
    result_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from evals.gate_result import GateResult
from evals.reports import FORMATS, build_report, write_reports
from evals.reports.charts import WIDTH, interval_chart
from evals.reports.diffs import diff_answers
from evals.reports.markdown import MARKER, MOST_CHARACTERS
from rag.errors import UsageError

JUNIT = etree.XMLSchema(etree.parse(Path(__file__).parent / "data" / "junit.xsd"))
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ]]> --> </details> "
    "[click](javascript:alert(1)) ![](http://evil.example/p.png) @everyone | `a` ```` \x00\x1b "
    '" onmouseover="alert(1) {{ 7 * 7 }} {% raw %}'
)


def rendered(result: GateResult) -> dict[str, str]:
    report = build_report(result)
    return {name: render(report) for name, render in FORMATS.items()}


@pytest.fixture(scope="module")
def mixed() -> dict[str, str]:
    return rendered(mixed_result())


# --- what all reports say ---


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_tells_the_verdict_the_break_and_both_answers(
    name: str, mixed: dict[str, str]
) -> None:
    text = mixed[name]
    assert re.search("inconclusive", text, re.IGNORECASE)
    for part in (
        "claim-1",
        "Who claimed it?",
        "The group did.",
        "Nobody did.",
        "a fact is missing",
    ):
        assert part in text


@pytest.mark.parametrize("name", FORMATS)
def test_no_report_shows_a_held_out_case(name: str, mixed: dict[str, str]) -> None:
    for secret in (HELD_OUT_ID, HELD_OUT_QUESTION, HELD_OUT_ANSWER):
        assert secret not in mixed[name]


def test_held_out_cases_count_in_the_totals(mixed: dict[str, str]) -> None:
    figures = json.loads(mixed["gate.json"])["figures"]
    assert (figures["held_out"], figures["held_out_breaks"]) == (1, 1)
    assert (figures["confirmed_breaks"], figures["critical_breaks"]) == (2, 2)


def test_the_json_report_tells_every_case_and_is_json(mixed: dict[str, str]) -> None:
    report = json.loads(mixed["gate.json"])
    assert (report["outcome"], report["exit_status"]) == ("inconclusive", 4)
    rows = {row["case_id"]: row for row in report["cases"]}
    assert list(rows) == ["claim-1", "count-2", "chance-3", "lost-4", "steady-5"]
    assert rows["claim-1"]["first"] == [[3, 3], [0, 3]]
    assert rows["claim-1"]["further"] == [[4, 4], [0, 4]]
    assert (rows["count-2"]["confirmed"], rows["chance-3"]["confirmed"]) == (1, 0)
    assert rows["lost-4"]["difference"] is None


def test_a_case_that_goes_either_way_counts_into_the_flake_rate(mixed: dict[str, str]) -> None:
    report = json.loads(mixed["gate.json"])
    assert report["baseline"]["flake_rate"] == pytest.approx(1 / 6)
    assert report["candidate"]["flake_rate"] == pytest.approx(2 / 5)


def test_tokens_and_cost_are_those_of_all_answers(mixed: dict[str, str]) -> None:
    baseline = json.loads(mixed["gate.json"])["baseline"]
    answers = 4 * 7 + 2 * 3
    assert baseline["input_tokens"] == 100 * answers
    assert baseline["cost_usd"] == pytest.approx(0.001 * answers)


def test_an_answer_without_a_price_makes_the_cost_unknown() -> None:
    result = mixed_result()
    result.candidate_run.records[0].answer["usage"]["cost_usd"] = None
    assert build_report(result).candidate.cost_usd is None


@pytest.mark.parametrize("name", ["gate.json", "gate.md", "gate.html"])
def test_a_changed_prompt_is_shown_line_by_line(name: str, mixed: dict[str, str]) -> None:
    assert "-Keep who said it." in mixed[name]


def test_a_passing_gate_is_told_as_one() -> None:
    reports = rendered(
        result_of([case("one"), case("two")], {"one": ("rrr",) * 2, "two": ("rrr",) * 2})
    )
    assert "## ✅ Eval gate: pass" in reports["gate.md"]
    assert "<h1>Pass</h1>" in reports["gate.html"]


def test_reports_are_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    files = write_reports(mixed_result(), tmp_path / "new" / "reports")
    assert sorted(file.name for file in files) == sorted(FORMATS)
    assert all(file.stat().st_size for file in files)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file"):
        write_reports(mixed_result(), tmp_path / "file")


# --- the page ---


def page_of(result: GateResult) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(rendered(result)["gate.html"])


def test_the_page_asks_nothing_of_any_server() -> None:
    page = page_of(mixed_result())
    assert page.xpath("//script | //link | //img | //iframe | //object | //embed | //form") == []
    assert page.xpath("//@src | //@href | //@*[starts-with(name(), 'on')]") == []
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy and "default-src 'none'" in policy[0]
    assert not re.search(r"url\(|@import", page.xpath("string(//style)"))


def test_markup_in_questions_answers_and_prompts_does_nothing_on_the_page() -> None:
    result = mixed_result(HOSTILE, f"{HOSTILE} yes", f"no {HOSTILE}")
    page = page_of(result)
    assert page.xpath("//script | //img | //a") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    text = page.text_content()
    assert text.count("<script>alert(1)</script>") >= 3
    assert "{{ 7 * 7 }}" in text


def test_the_page_lists_each_change_with_its_difference_in_words() -> None:
    page = page_of(mixed_result())
    words = page.xpath("//details[contains(@class, 'break')]//p[@class='words']")[0]
    assert [one.text for one in words.xpath("del")] == ["The group"]
    assert [one.text for one in words.xpath("ins")] == ["Nobody"]


@given(
    st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.one_of(st.none(), st.floats(0.001, 1))
)
@settings(deadline=None)
def test_the_interval_fits_its_plot(
    difference: float, below: float, above: float, detectable: float | None
) -> None:
    class Figures:
        interval = (max(-1.0, difference - below), min(1.0, difference + above))

    figures: Any = Figures()
    figures.difference, figures.detectable = difference, detectable
    chart = interval_chart(figures)
    places = [chart.low, chart.middle, chart.high, chart.zero, *(one.at for one in chart.ticks)]
    assert all(0 <= place <= WIDTH for place in places)
    assert chart.low <= chart.middle <= chart.high
    assert 3 <= len(chart.ticks) <= 7


# --- Markdown ---


def test_hostile_text_stays_code_in_markdown() -> None:
    """Rendered as GitHub renders it: only the tags that the report itself writes."""
    result = mixed_result(HOSTILE, f"{HOSTILE} yes", f"no {HOSTILE}")
    markdown = rendered(result)["gate.md"]
    body = MarkdownIt("commonmark").enable("table").render(markdown)
    page = lxml_html.document_fromstring(body)
    assert page.xpath("//a | //img | //script") == []
    for node in page.xpath("//*[contains(text(), '@everyone')]"):
        assert node.tag in {"code", "pre"}
    assert len(page.xpath("//details")) == markdown.count("<details")
    assert not page.xpath("//details//details")


def test_a_report_of_many_breaks_still_fits_into_a_comment() -> None:
    names = [f"case-{at}" for at in range(300)]
    letters = dict.fromkeys(names, ("rrrrrrr", "wwwwwww"))
    texts = {name + one: f"{name} {one} " + "long answer " * 400 for name in names for one in "rw"}
    markdown = rendered(result_of([case(name) for name in names], letters, texts))["gate.md"]
    assert markdown.startswith(MARKER)
    assert len(markdown) < 65_536 and len(markdown) <= MOST_CHARACTERS + 100
    assert "300 cases broke" in markdown


# --- JUnit ---


def junit_of(result: GateResult) -> etree._Element:
    root = etree.fromstring(rendered(result)["gate.xml"].encode())
    JUNIT.assertValid(root)
    return root


def test_the_junit_report_is_valid_whatever_the_texts_hold() -> None:
    root = junit_of(mixed_result(HOSTILE, f"{HOSTILE} yes", f"no {HOSTILE}"))
    assert "<script>" in root.xpath("string(//testcase[@name='claim-1'])")


def test_junit_counts_agree_with_the_verdict() -> None:
    cases = [case("one", critical=True), case("two"), case("three")]
    blocking = {"one": ("r" * 7, "w" * 7), "two": ("r" * 3,) * 2, "three": ("r" * 3,) * 2}
    suite = junit_of(result_of(cases, blocking))[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "2", "0")
    passing = blocking | {"one": ("r" * 3,) * 2, "two": ("r" * 7, "w" * 7)}
    suite = junit_of(result_of(cases, passing))[0]
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")


def test_an_inconclusive_gate_is_an_error_in_junit() -> None:
    suite = junit_of(mixed_result())[0]
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
    assert suite.get("skipped") == "1"


# --- differences of texts ---


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_the_words_of_a_difference_make_up_both_answers(before: str, after: str) -> None:
    sides = [{"answer": text, "statements": [], "error": "lost"} for text in (before, after)]
    words, _ = diff_answers(sides[0], sides[1])
    for text, kind in ((before, "delete"), (after, "insert")):
        said = " ".join((text or "(no answer: lost)").split())
        assert "".join(part for what, part in words if what in {"equal", kind}).strip() == said


def test_sentences_that_have_nothing_in_common_are_not_mixed() -> None:
    before = {"answer": "x", "statements": statements("The group did it.", "31 people died.")}
    after = {"answer": "x", "statements": statements("At least 31 people died.", "Rain fell late.")}
    words, _ = diff_answers(before, after)
    assert words == (
        ("delete", "The group did it. [1] "),
        ("insert", "At least "),
        ("equal", "31 people died. [1] "),
        ("insert", "Rain fell late. [1] "),
    )


def test_a_sentence_to_check_is_compared_as_shown_and_one_taken_out_is_not() -> None:
    to_check, removed = statements("At least 31 people died.", "Ninety died.")
    after = [to_check | {"support": "uncertain"}, removed | {"support": "unsupported"}]
    words, _ = diff_answers(
        {"answer": "x", "statements": statements("31 people died.")},
        {"answer": "x", "statements": after},
    )
    assert words == (("insert", "At least "), ("equal", "31 people died. [1] "))


def statements(*texts: str) -> list[dict[str, Any]]:
    return [{"text": text, "citations": [1], "support": "supported"} for text in texts]


def test_a_change_of_the_relation_alone_is_told() -> None:
    result = mixed_result(right="Police say 31.", wrong="Police say 31.")
    for record in result.baseline_run.records:
        record.answer["agreement"] = {"relation": "conflict"}
    reports = rendered(result)
    assert "Reports shown as: conflict → not compared" in reports["gate.md"]
    text = " ".join(lxml_html.document_fromstring(reports["gate.html"]).text_content().split())
    assert "Reports shown as: baseline conflict; candidate not compared" in text
    assert "The same words." in text
