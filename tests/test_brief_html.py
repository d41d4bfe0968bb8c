"""The page of a brief: quotes marked where they stand, nothing of an article at work in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag.dateline import Dateline
from rag.settings import load_settings
from rag.summary import Brief

HOSTILE = """<script>alert(1)</script> Title of a fire in Port Ames

The Coast Mail, 3 May 2019

A fire on Friday killed nine people in Port Ames, said <img src=x onerror=alert(1)> the police.

“Nobody could leave the hall & the doors were shut,” said Mayor Ann Lee. </article></div> The
police said 9 people were dead and 14 were injured in the hall on Friday.

<iframe src="https://example.org/x"></iframe> The owner, Carl Stone, denied that the doors of the
hall were locked when the fire began on Friday. [click](javascript:alert(1)) he added.
"""


class Page(HTMLParser):
    """Tags with their attributes, the text inside each ``mark`` by its id, and all ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: list[str] = []
        self.text = ""
        self._inside = self._link = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._inside = True
            self.marks.append("")
        self._link = tag == "a"

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._inside = False
        if tag == "a":
            self._link = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside and not self._link:
            self.marks[-1] += data

    @property
    def ids(self) -> list[str]:
        return [str(a["id"]) for _, a in self.tags if "id" in a]


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Brief:
    (tmp_path / "fire.txt").write_text(HOSTILE, "utf-8")
    monkeypatch.setenv("DATELINE_INDEX", str(tmp_path / "index"))
    with Dateline(load_settings()) as dateline:
        dateline.ingest([tmp_path / "fire.txt"])
        return dateline.summarize()


def test_markup_in_an_article_is_text_in_the_page(hostile: Brief) -> None:
    page = Page(hostile.to_html())
    assert {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "link"} == set()
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        href = attributes.get("href")
        assert href is None or href.startswith("#")
    assert "onerror" in page.text or "doors" in page.text


def test_the_page_asks_nobody_for_anything(hostile: Brief) -> None:
    text = hostile.to_html()
    assert "default-src 'none'" in text
    page = Page(text)
    assert not any("src" in attributes for _, attributes in page.tags)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None and "url(" not in style[1] and "@import" not in style[1]


def test_every_citation_leads_to_its_quote_in_the_article(hostile: Brief) -> None:
    page = Page(hostile.to_html())
    assert len(page.ids) == len(set(page.ids))
    for _, attributes in page.tags:
        href = attributes.get("href")
        if href is not None:
            assert href[1:] in page.ids, href
    marked = " ".join("".join(page.marks).split())
    for citation in hostile.citations:
        assert " ".join(citation.quote.split()) in marked


def test_the_page_says_what_was_read_and_how(hostile: Brief) -> None:
    page = Page(hostile.to_html())
    assert "1 article read" in page.text
    assert "LexRank" in page.text
