"""The Ask view in a real browser: ask, read the quote in its article, see who disagrees."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.dateline import Dateline
from tests.openai_server import MODEL, OpenAIServer, answer, chunk
from tests.ui_browser import Watched, dateline_of, serving

BOARD = "How many people were on board the ferry Ilse Maren?"
CLAIMED = "Who claimed responsibility for the attacks in Balochistan?"
TEMPERATURE = "What was the temperature in Quetta on Sunday?"
Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def dateline(sample_index: Path) -> Dateline:
    return dateline_of(sample_index)


@pytest.fixture(scope="module")
def url(browser: Any, dateline: Dateline) -> Iterator[str]:
    with serving(dateline) as address:
        yield address


def test_a_click_on_a_citation_marks_the_very_words_in_their_article(
    url: str, opened: Open, dateline: Dateline
) -> None:
    watched = opened(url)
    watched.ask(BOARD)
    expected = dateline.ask(BOARD)
    shown = watched.page.locator(".dl-statement").all_text_contents()
    assert len(shown) == len(expected.statements)
    chips = watched.page.locator(".dl-statement .dl-cite")
    assert chips.count() == len(expected.citations)
    for n, citation in enumerate(expected.citations):
        assert watched.open_source(chips.nth(n)) == citation.quote
        mark = watched.page.locator(".dl-article mark").first
        assert mark.evaluate(
            "e => { const a = e.getBoundingClientRect(), b = e.closest('.dl-scroll')"
            ".getBoundingClientRect(); return a.top >= b.top && a.bottom <= b.bottom }"
        )
        heading = watched.page.locator(".dl-source header").inner_text()
        assert (citation.outlet or Path(citation.source).name) in heading


def test_the_text_in_the_panel_is_the_article_as_stored(
    url: str, opened: Open, dateline: Dateline
) -> None:
    watched = opened(url)
    watched.ask(BOARD)
    watched.open_source(watched.page.locator(".dl-statement .dl-cite").first)
    shown = watched.page.locator(".dl-article p").all_text_contents()
    stored = dateline.article(dateline.ask(BOARD).citations[0].article_id).text
    assert shown == [" ".join(line.split()) for line in stored.split("\n") if line.strip()]


def test_hovering_over_a_citation_shows_its_quote(
    url: str, opened: Open, dateline: Dateline
) -> None:
    watched = opened(url)
    watched.ask(BOARD)
    tip = watched.page.locator(".dl-statement .dl-tip").first
    assert not tip.is_visible()
    watched.page.locator(".dl-statement .dl-cite").first.hover()
    tip.wait_for(state="visible")
    assert dateline.ask(BOARD).citations[0].quote in tip.inner_text()


def test_the_badge_opens_the_table_of_who_says_what(
    url: str, opened: Open, dateline: Dateline
) -> None:
    watched = opened(url)
    watched.ask(BOARD)
    agreement = dateline.ask(BOARD).agreement
    assert agreement is not None
    badge = watched.page.locator(".dl-badge").inner_text()
    words = {"same": "agree", "compatible": "compatible", "conflict": "reports differ"}
    assert badge.endswith(words[agreement.relation])
    counts = [int(number) for number in re.findall(r"\d+", badge)]
    assert counts == [agreement.articles, agreement.origins, agreement.speakers]
    rows = watched.page.locator(".dl-agreement tbody tr")
    assert not rows.first.is_visible()
    watched.page.locator(".dl-agreement summary").click()
    assert rows.count() == len(agreement.values)
    for row, value in zip(rows.all(), agreement.values, strict=True):
        assert value.value in row.inner_text()


def test_where_the_articles_do_not_tell_the_nearest_passages_are_shown(
    url: str, opened: Open
) -> None:
    watched = opened(url)
    watched.ask(TEMPERATURE)
    assert watched.page.locator(".dl-refusal").inner_text() == "The articles do not tell."
    near = watched.page.locator(".dl-near")
    assert near.count() > 0
    beginning = near.first.evaluate("e => e.lastChild.textContent").removesuffix(" …")
    assert watched.open_source(near.first).startswith(beginning[:60])


def test_a_follow_up_is_understood_copied_and_exported(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.ask("How many people were on board the ferry Ilse Maren?")
    watched.ask("And how many of them were women?")
    understood = watched.page.locator(".dl-understood").inner_text()
    assert "Ilse Maren" in understood
    watched.page.locator(".dl-copy").first.click()
    copied = watched.page.evaluate("navigator.clipboard.readText()")
    quote = watched.page.locator(".dl-statement .dl-tip q").first.text_content()
    assert f"“{quote}”" in copied and "[1]" in copied
    with watched.page.expect_download() as download:
        watched.page.get_by_role("button", name="Export").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert text.count("## ") == 2
    assert "Ilse Maren" in text and "[^" in text
    watched.page.get_by_role("button", name="New conversation").click()
    watched.page.locator(".dl-welcome").wait_for()


def test_a_question_is_edited_and_asked_again_in_its_place(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.ask(TEMPERATURE)
    watched.ask(BOARD)
    watched.page.locator(".dl-question").first.hover()
    watched.click_until(
        watched.page.locator(".dl-edit").first,
        "document.querySelector('#dl-ask-box textarea').value.startsWith('What was')",
    )
    box = watched.page.locator("#dl-ask-box textarea")
    assert "1 later question" in watched.page.locator("#dl-ask-note").inner_text()
    box.fill(CLAIMED)
    box.press("Enter")
    watched.page.wait_for_function("document.querySelectorAll('.dl-question').length === 1")
    watched.page.locator(".dl-actions").first.wait_for()
    assert watched.page.locator(".dl-asked").all_text_contents() == [CLAIMED]
    watched.page.locator(".dl-retry").click()
    watched.page.locator(".dl-statement").first.wait_for()


def test_two_sessions_do_not_see_each_others_questions(url: str, opened: Open) -> None:
    one, other = opened(url), opened(url)
    one.ask(BOARD)
    other.ask(CLAIMED)
    one.ask(TEMPERATURE)
    assert one.page.locator(".dl-asked").all_text_contents() == [BOARD, TEMPERATURE]
    assert other.page.locator(".dl-asked").all_text_contents() == [CLAIMED]


def test_the_example_questions_come_from_the_articles_and_are_answered(
    url: str, opened: Open
) -> None:
    watched = opened(url)
    example = watched.page.locator("#dl-chat .example").first
    question = example.inner_text().strip()
    example.click()
    watched.page.locator(".dl-statement .dl-cite").first.wait_for()
    assert watched.page.locator(".dl-asked").inner_text() == question


def test_a_filter_narrows_the_answer_and_says_what_it_left_out(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.page.get_by_role("button", name="Filters and engine").click()
    watched.page.get_by_label("Published since").first.fill("2026-02-02")
    watched.ask(BOARD)
    assert "without a date" in watched.page.locator("#dl-ask-note").inner_text()
    watched.page.get_by_label("Published since").first.fill("yesterday")
    watched.ask(BOARD)
    assert "is not a date" in watched.page.locator(".dl-answer .dl-error").inner_text()


def test_a_models_sentences_appear_as_they_are_proved_and_the_unproved_are_folded(
    browser: Any, sample_index: Path, openai_server: OpenAIServer, opened: Open
) -> None:
    go_on = threading.Event()
    openai_server.context_words = 100_000

    def two_sentences(request: Any) -> None:
        request.begin_events()
        prompt = request.body["messages"][-1]["content"]
        number = re.search(r"\[(\d+)\] More than 30 prisoners walked free", prompt)
        assert number is not None
        request.send_event(
            chunk({"content": f"More than 30 prisoners walked free [{number[1]}]. "})
        )
        request.send_event(chunk({"content": f"They were 900 women from Mars [{number[1]}]. "}))
        go_on.wait(10)
        request.send_event(chunk({}, "stop"))
        request.send_event("[DONE]")

    openai_server.will(two_sentences)
    with serving(dateline_of(sample_index, model=f"openai:{MODEL}", verify="checks")) as url:
        watched = opened(url)
        assert MODEL in watched.page.locator(".dl-engine").inner_text()
        watched.page.fill("#dl-ask-box textarea", "How many prisoners walked free?")
        watched.page.keyboard.press("Enter")
        watched.page.locator(".dl-statement").first.wait_for()
        assert watched.page.locator(".dl-busy").is_visible()
        go_on.set()
        watched.page.locator(".dl-actions").wait_for()
        assert watched.page.locator(".dl-statement").count() == 1
        removed = watched.page.locator(".dl-removed li")
        assert not removed.first.is_visible()
        watched.page.locator(".dl-removed summary").click()
        assert "Mars" in removed.inner_text()
        assert watched.page.locator(".dl-removed .dl-why").inner_text().strip()
        assert "token" in watched.page.locator(".dl-cost").inner_text()


def test_stop_ends_an_answer_and_keeps_what_was_proved(
    browser: Any, sample_index: Path, openai_server: OpenAIServer, opened: Open
) -> None:
    openai_server.context_words = 100_000

    def never_done(request: Any) -> None:
        request.begin_events()
        for _ in range(100):
            request.send_event(chunk({"content": "Nobody said so [1]. "}))
            if request.server.stopping.wait(0.1):
                return

    openai_server.will(never_done, answer("x"))
    with serving(dateline_of(sample_index, model=f"openai:{MODEL}")) as url:
        watched = opened(url)
        watched.page.fill("#dl-ask-box textarea", BOARD)
        watched.page.keyboard.press("Enter")
        watched.page.locator("#dl-ask-box button.stop-button").click()
        watched.page.locator(".dl-actions").wait_for()
        assert watched.page.locator(".dl-answer .dl-error").inner_text() == "Stopped."
        watched.page.locator("#dl-ask-box button.submit-button").wait_for()
