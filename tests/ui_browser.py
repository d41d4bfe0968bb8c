"""A real Chromium before the real page, for the tests of the web page.

Every page that a test opens is watched: a request to another machine, a script error, or a dialog
that an article opened fails the test.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from rag.dateline import Dateline
from rag.settings import load_settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 380, "height": 780}
DESK = {"width": 1280, "height": 800}
TIMEOUT_MS = 15_000


def skip_loudly(reason: str) -> None:
    warnings.warn(f"the tests of the web page are SKIPPED: {reason}", stacklevel=2)
    pytest.skip(f"SKIPPED: {reason}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; no longer than for a module, since playwright keeps an event loop running, beside
    which the tests of other modules could not run theirs."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        skip_loudly("there is no Chromium; on Debian: apt-get install -y chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        skip_loudly("there is no playwright: make test installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory, sample_articles: Path) -> Path:
    """An index of the sample articles, made once for all processes of the test run; read only."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    index = shared / "ui-samples"
    with FileLock(shared / "ui-samples.lock"):
        if not index.exists():
            with dateline_of(shared / "ui-samples.new") as dateline:
                dateline.ingest([sample_articles])
            (shared / "ui-samples.new").rename(index)
    return index


def dateline_of(index: Path, **settings: Any) -> Dateline:
    return Dateline(replace(load_settings({}, Path("/nowhere")), index=index, **settings))


@contextmanager
def serving(dateline: Dateline, **options: Any) -> Iterator[str]:
    """The address of a page over ``dateline``."""
    from rag.ui import ServerOptions, start

    with dateline:
        page = start(dateline, ServerOptions(**options))
        try:
            yield page.local_url
        finally:
            page.close(verbose=False)


class Watched:
    """A browser page and what it did that no page may do."""

    def __init__(self, browser: Any, url: str, **options: Any) -> None:
        self.context = browser.new_context(viewport=options.pop("viewport", DESK), **options)
        self.context.set_default_timeout(TIMEOUT_MS)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("request", lambda request: self._check(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("dialog", self._on_dialog)
        self.page.goto(url)
        self.page.locator("#dl-ask-box textarea").wait_for()
        self.page.locator("#dl-header .dl-header").wait_for()

    def _check(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.faults.append(f"a request left the machine: {url}")

    def _on_dialog(self, dialog: Any) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def ask(self, question: str) -> None:
        """Ask, and wait until the answer is whole."""
        replies = self.page.locator(".dl-actions").count()
        self.page.fill("#dl-ask-box textarea", question)
        self.page.keyboard.press("Enter")
        self.page.locator(".dl-actions").nth(replies).wait_for()

    def click_until(self, button: Any, shown: str) -> None:
        """Click, and once more if nothing came of it, as a person does; ``shown`` is a condition
        in JavaScript."""
        from playwright.sync_api import TimeoutError as NothingHappened

        button.click()
        try:
            self.page.wait_for_function(shown, timeout=TIMEOUT_MS / 2)
        except NothingHappened:
            warnings.warn(f"a click was lost: {button}", stacklevel=2)
            button.click()
            self.page.wait_for_function(shown)

    def view(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def open_source(self, chip: Any) -> str:
        """Click a citation; the words that are marked in its article."""
        chip.click()
        self.page.wait_for_function(
            "key => document.querySelector('.dl-source')?.dataset.key === key",
            arg=chip.get_attribute("value"),
        )
        self.page.locator(".dl-article mark").first.wait_for()
        self.page.wait_for_timeout(150)  # the panel scrolls to the words once it has them
        return "".join(self.page.locator(".dl-article mark").all_text_contents())


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Watched]]:
    """Opens pages, and at the end fails for what they should not have done."""
    pages: list[Watched] = []

    def open_page(url: str, **options: Any) -> Watched:
        pages.append(Watched(browser, url, **options))
        return pages[-1]

    yield open_page
    for watched in pages:
        watched.context.close()
    assert [fault for watched in pages for fault in watched.faults] == []
