"""The three states of a statement on the page: as markup, and in a real browser."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.answer.answer import Answer
from rag.dateline import Dateline
from rag.settings import load_settings
from rag.ui.answers import Exchange, conversation
from tests.proved_answers import ALL, ALONE, JUDGED, QUOTED, REMOVED, TO_CHECK, answer_of
from tests.test_ui_access import AXE, focused
from tests.ui_browser import PHONE, Watched, serving, skip_loudly

QUESTION = "How many people were on board the ferry Ilse Maren?"
LONG = "The company admitted that the bolts of the crane on the east pier were worn through. " * 3
TO_CHECK_LONG = replace(TO_CHECK, text=LONG.strip(), unsupported_spans=((12, 20), (60, 250)))
Open = Callable[..., Watched]


def reply(answer: Answer, *, finished: bool = True) -> str:
    return conversation([Exchange(answer.question, answer, finished=finished)])[1]["content"]


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_a_sentence_to_check_says_so_in_words_with_probability_reason_and_marked_words() -> None:
    marked = reply(answer_of()).partition('<div class="dl-check-this">')[2].partition("</div>")[0]
    assert words(marked).startswith("Check this 62 % likely supported The company admitted that")
    assert words(marked).endswith("The quotes do not say “admitted”")
    assert 'The company <mark class="dl-unsaid">admitted</mark> that' in marked


def test_a_proved_sentence_is_plain_and_names_its_check_on_hover() -> None:
    (shown,) = re.findall(r'<p class="dl-statement.*?</p>', reply(answer_of([JUDGED])))
    assert "<mark" not in shown and "Check this" not in shown
    assert "Checked by this machine’s judge, 93 %" in html.unescape(shown)


def test_who_checked_each_sentence_is_folded_under_a_models_whole_answer_alone() -> None:
    folded = '<details class="dl-checks">'
    items = re.findall(r"<li>(.*?)</li>", reply(answer_of()).partition(folded)[2])
    assert [html.unescape(item) for item in items] == [
        "A quote",
        "This machine’s judge, 93 %",
        "This machine’s judge, 62 %",
        "The chat model’s second look (judge: 41 %)",
        "This machine’s judge, 88 %",
    ]
    assert folded not in reply(answer_of(), finished=False)
    assert folded not in reply(replace(answer_of([QUOTED]), engine="extractive", model=None))


def test_a_failed_second_look_is_said_in_the_open_once() -> None:
    again = replace(ALONE, text="The bolts of the crane were worn.")
    shown = words(reply(answer_of([ALONE, again])).partition("<details")[0])
    assert shown.count("Checked on this machine alone: openai:m did not answer within 30 s") == 1


def test_what_was_taken_out_is_folded_with_its_reason_its_check_and_its_words_marked() -> None:
    markup = reply(answer_of([JUDGED, REMOVED]))
    before, _, folded = markup.partition('<details class="dl-removed">')
    assert "41" not in words(before)
    assert 'injured <mark class="dl-unsaid">41</mark> workers' in folded
    told = words(folded.partition("</details>")[0])
    assert told.startswith("1 sentence taken out, not proved by the articles A crane injured 41")
    assert told.endswith("The quotes say 14 workers, not 41 Checked by this machine’s judge, 5 %")


def test_nothing_that_a_model_writes_is_markup_in_any_state() -> None:
    signs = "<img src=x onerror=alert(1)> {{x}} $y$ `z`"
    hostile = [
        replace(s, text=signs, why=signs, unsupported_spans=((1, 9), (12, 30)))
        for s in (JUDGED, TO_CHECK, REMOVED)
    ]
    markup = reply(answer_of(hostile))
    assert "<img" not in markup and "{{" not in markup and "`" not in markup
    assert "\n" not in markup
    assert html.unescape(re.sub(r"</?mark[^>]*>", "", markup)).count(signs) >= 5


class Scripted(Dateline):
    """Answers every question with one statement of each state, on quotes that were found."""

    def stream(self, question: str, **_: Any) -> Iterator[Answer]:
        *_, found = super().stream(question, engine="extractive")
        statements = (*ALL[:3], TO_CHECK_LONG, *ALL[3:])
        yield replace(
            answer_of(statements), question=question, standalone_question=question,
            citations=found.citations[:2], agreement=found.agreement,
        )  # fmt: skip


@pytest.fixture(scope="module")
def url(browser: Any, sample_index: Path) -> Iterator[str]:
    settings = load_settings({}, Path("/nowhere"))
    with serving(Scripted(replace(settings, index=sample_index, model="openai:m"))) as address:
        yield address


def test_the_states_are_reached_by_keyboard_and_read_out(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.ask(QUESTION)
    marked = watched.page.locator(".dl-check-this").first
    assert marked.inner_text().split("\n")[0] == "Check this 62 % likely supported"
    title = watched.page.locator(".dl-check-this .dl-statement").first.get_attribute("title")
    assert title == "Checked by this machine’s judge, 62 %"
    spoken = marked.locator("mark.dl-unsaid").evaluate(
        "e => ['::before', '::after'].map(at => getComputedStyle(e, at).content)"
    )
    assert spoken == ['"[in no quote: "', '"]"']
    assert marked.locator("mark.dl-unsaid").evaluate(
        "e => getComputedStyle(e).textDecorationLine"
    ) == ("underline")
    for name in ("dl-removed", "dl-checks"):
        fold = watched.page.locator(f".{name}")
        assert not fold.locator("li").first.is_visible()
        fold.locator("summary").focus()
        watched.page.keyboard.press("Enter")
        fold.locator("li").first.wait_for()
    assert "The quotes say 14 workers, not 41" in watched.page.locator(".dl-removed").inner_text()
    marked.locator(".dl-cite").focus()
    assert "dl-cite" in focused(watched)
    watched.page.keyboard.press("Enter")
    watched.page.locator(".dl-article mark").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_states_fit_a_phone_and_can_be_read_by_day_and_by_night(
    url: str, opened: Open, scheme: str
) -> None:
    axe = Path(os.environ.get("DATELINE_AXE", AXE))
    watched = opened(url, viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    watched.ask(QUESTION)
    for summary in watched.page.locator(".dl-answer summary").all():
        summary.click()
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if not axe.is_file():
        skip_loudly(f"axe-core is not at {axe}; with npm: make axe")
    watched.page.add_script_tag(content=axe.read_text("utf-8"))
    violations = watched.page.evaluate(
        "axe.run('.dl-answer', {resultTypes: ['violations']}).then(r => r.violations)"
    )
    found = [(v["id"], [node["html"][:160] for node in v["nodes"][:3]]) for v in violations]
    assert found == [], json.dumps(found, indent=1)
