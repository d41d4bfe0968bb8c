"""The page by keyboard alone, on a phone, and before an accessibility checker."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui_browser import PHONE, Watched, dateline_of, serving, skip_loudly

VIEWS = ("Ask", "Articles", "Brief", "Check", "Batch")
QUESTION = "How many people were on board the ferry Ilse Maren?"
AXE = Path(__file__).parent.parent / ".cache" / "axe-core" / "package" / "axe.min.js"
Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def url(browser: Any, sample_index: Path) -> Iterator[str]:
    with serving(dateline_of(sample_index)) as address:
        yield address


def focused(watched: Watched) -> str:
    return str(watched.page.evaluate("document.activeElement.className"))


def test_asking_and_reading_a_quote_needs_no_mouse(url: str, opened: Open) -> None:
    watched = opened(url)
    keyboard = watched.page.keyboard
    watched.page.locator("#dl-ask-box textarea").focus()
    keyboard.type(QUESTION)
    keyboard.press("Enter")
    watched.page.locator(".dl-actions").wait_for()
    for _ in range(30):
        keyboard.press("Shift+Tab")
        if "dl-cite" in focused(watched):
            break
    assert "dl-cite" in focused(watched)
    assert watched.page.locator(".dl-cite:focus .dl-tip").is_visible()
    quote = watched.page.locator(".dl-cite:focus q").text_content()
    keyboard.press("Enter")
    watched.page.locator(".dl-article mark").wait_for()
    watched.page.wait_for_function("document.activeElement.className.includes('dl-source')")
    assert watched.page.locator(".dl-article mark").text_content() == quote
    keyboard.press("Escape")
    assert not watched.page.locator(".dl-source").is_visible()
    assert "dl-cite" in focused(watched)


def test_the_views_are_reached_by_arrow_or_tab_and_enter(url: str, opened: Open) -> None:
    watched = opened(url)
    for name in VIEWS[1:]:
        watched.page.get_by_role("tab", name=name, exact=True).focus()
        watched.page.keyboard.press("Enter")
        watched.page.get_by_role("tab", name=name, exact=True, selected=True).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(url: str, opened: Open, scheme: str) -> None:
    watched = opened(url, viewport=PHONE, color_scheme=scheme)

    def fits() -> None:
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert watched.page.evaluate("document.body.scrollWidth") <= PHONE["width"]

    fits()
    watched.ask(QUESTION)
    fits()
    quote = watched.page.locator(".dl-statement q").first.text_content()
    assert watched.open_source(watched.page.locator(".dl-statement .dl-cite").first) == quote
    fits()
    watched.page.locator(".dl-close").click()
    for name in VIEWS:
        watched.view(name)
        fits()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_checker_finds_nothing_serious(
    url: str, opened: Open, scheme: str
) -> None:
    axe = Path(os.environ.get("DATELINE_AXE", AXE))
    if not axe.is_file():
        skip_loudly(f"axe-core is not at {axe}; with npm: make axe")
    watched = opened(url, color_scheme=scheme, bypass_csp=True)
    watched.ask(QUESTION)
    watched.page.locator(".dl-agreement summary").click()
    watched.open_source(watched.page.locator(".dl-statement .dl-cite").first)
    watched.page.add_script_tag(content=axe.read_text("utf-8"))
    found = []
    for name in VIEWS:
        watched.view(name)
        watched.page.wait_for_timeout(250)
        violations = watched.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
        )
        found += [
            (name, v["id"], [node["html"][:160] for node in v["nodes"][:3]])
            for v in violations
            if v["impact"] in {"serious", "critical"}
        ]
    assert found == [], json.dumps(found, indent=1)
