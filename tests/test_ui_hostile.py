"""Whatever an article holds, the page shows it as text: nothing runs, loads or looks like ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.dateline import Dateline
from tests.ui_browser import Watched, dateline_of, serving

HOSTILE = sorted((Path(__file__).parent / "data" / "hostile").glob("*.txt"))
QUESTION = "How many workers were treated in hospital after the crane fell in Quernmouth?"
MARKUP = (
    '<script>window.pwned = 1</script><img src="http://203.0.113.9/a.png" onerror="pwned=2"> '
    "![x](http://203.0.113.9/b.png) [read](javascript:window.pwned=3) **bold** $$x^2$$ {{7*7}} "
    "${7*7} </p></div><button class=dl-cite value=x>9</button> <details open ontoggle=pwned=4>"
)
Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def dateline(tmp_path_factory: pytest.TempPathFactory) -> Dateline:
    folder = tmp_path_factory.mktemp("hostile")
    story = (
        f"The harbour of Ostrel burned on Monday, and 61 boats sank there. {MARKUP} was painted on "
        "the wall of the harbour of Ostrel. The mayor of Ostrel said that 61 boats had sunk.\n\n"
        "Firemen from four towns came to the harbour of Ostrel in the night."
    )
    row = {
        "title": f"Fire in Ostrel {MARKUP}",
        "text": story,
        "source": f"Ostrel {MARKUP}",
        "hostname": f"Ostrel {MARKUP}",
        "author": MARKUP,
        "url": "javascript:window.pwned=5",
        "date": "2026-01-05",
    }
    rows = folder / "rows.jsonl"
    rows.write_text(json.dumps(row) + "\n", "utf-8")
    dateline = dateline_of(folder / "index")
    report = dateline.ingest([*HOSTILE, rows])
    assert report.added == len(HOSTILE) + 1
    return dateline


@pytest.fixture(scope="module")
def url(browser: Any, dateline: Dateline) -> Iterator[str]:
    with serving(dateline) as address:
        yield address


def nothing_has_run(watched: Watched) -> None:
    """No script of an article ran, and none of its markup became a part of the page."""
    assert watched.page.evaluate("window.pwned") is None
    made = ".dl-article, .dl-answer, .dl-question, .dl-articles, .dl-checked, .dl-brief, .dl-source"
    for tag in ("script", "img", "iframe", "a[href^=javascript]", "strong", ".katex", "form"):
        inside = ", ".join(f"{part} {tag}" for part in made.split(", "))
        assert watched.page.locator(inside).count() == 0, tag


def test_every_hostile_article_is_read_as_it_is_stored(
    url: str, opened: Open, dateline: Dateline
) -> None:
    watched = opened(url)
    watched.view("Articles")
    buttons = watched.page.locator(".dl-open")
    buttons.first.wait_for()
    assert buttons.count() == len(HOSTILE) + 1
    for button in buttons.all():
        article_id = (button.get_attribute("value") or "").partition("|")[0]
        button.click()
        watched.page.wait_for_function(
            "id => document.querySelector('.dl-source').dataset.key.startsWith(id + '|')",
            arg=article_id,
        )
        shown = watched.page.locator(".dl-article p").all_text_contents()
        stored = dateline.article(article_id).text
        assert shown == [" ".join(line.split()) for line in stored.split("\n") if line.strip()]
    nothing_has_run(watched)


@pytest.mark.parametrize("question", [QUESTION, "How many boats sank in the harbour of Ostrel?"])
def test_an_answer_from_hostile_articles_is_text(url: str, opened: Open, question: str) -> None:
    watched = opened(url)
    watched.ask(question)
    watched.page.locator(".dl-agreement summary, .dl-near").first.wait_for()
    for chip in watched.page.locator(".dl-statement .dl-cite").all():
        quote = chip.locator("q").text_content()
        assert watched.open_source(chip) == quote
    nothing_has_run(watched)


def test_a_question_of_markup_is_shown_as_it_was_typed(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.ask(MARKUP)
    assert watched.page.locator(".dl-asked").inner_text() == MARKUP
    nothing_has_run(watched)


def test_titles_of_markup_are_text_in_lists_and_in_the_panel(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.view("Articles")
    watched.page.fill("#dl-articles-filter textarea, #dl-articles-filter input", "ostrel")
    watched.page.wait_for_function("document.querySelectorAll('.dl-open').length === 1")
    title = watched.page.locator(".dl-item-title").inner_text()
    assert "![x](http://203.0.113.9/b.png)" in title and "{{7*7}}" in title
    watched.page.locator(".dl-open").click()
    watched.page.locator(".dl-source header .dl-title").wait_for()
    watched.page.wait_for_function(
        "document.querySelector('.dl-source .dl-title').textContent.includes('{{7*7}}')"
    )
    watched.page.locator(".dl-facts summary").click()
    assert watched.page.locator(".dl-facts a").count() == 0
    nothing_has_run(watched)


def test_a_draft_of_markup_and_a_brief_of_hostile_articles_are_text(url: str, opened: Open) -> None:
    watched = opened(url)
    watched.view("Check")
    watched.page.fill("#dl-draft textarea", f"61 boats sank in the harbour of Ostrel. {MARKUP}")
    watched.page.get_by_role("button", name="Check", exact=True).click()
    watched.page.locator("#dl-checked .dl-notice").wait_for()
    nothing_has_run(watched)
    watched.view("Brief")
    watched.page.fill("#dl-topic textarea, #dl-topic input", "harbour of Ostrel")
    watched.page.get_by_role("button", name="Write the brief").click()
    watched.page.locator(".dl-brief .dl-statement").first.wait_for()
    nothing_has_run(watched)
