"""The brief of the five given articles: the figures, who says them, where they part, and no page.

The articles are not part of the repository; they are found through DATELINE_SHARED.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.dateline import Dateline
from rag.settings import load_settings
from rag.summary import Brief
from rag.summary.brief import FigureValue

# Of the page around the articles: shop, filler Latin, lists of other stories, comments.
PAGE_WORDS = (
    "cart",
    "checkout",
    "lorem",
    "ipsum",
    "Terms of Use",
    "Comments",
    "Related News",
    "Subscribe",
    "News Desk",
)


@pytest.fixture(scope="module")
def dateline(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Dateline]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_INDEX", str(tmp_path_factory.mktemp("brief") / "index"))
        patch.delenv("DATELINE_MODEL", raising=False)
        settings = load_settings()
    with Dateline(settings) as opened:
        opened.ingest([shared / "articles"])
        yield opened


@pytest.fixture(scope="module")
def brief(dateline: Dateline) -> Brief:
    return dateline.summarize()


def values(brief: Brief, number: str) -> list[tuple[str, FigureValue]]:
    """The rows of key figures and differences with this number, with what they count."""
    rows = [(f.figure, f.values) for f in brief.events[0].figures]
    rows += [(d.about, d.values) for d in brief.events[0].differences]
    return [(name, value) for name, group in rows for value in group if value.value == number]


def test_five_articles_are_one_event(brief: Brief) -> None:
    assert len(brief.events) == 1
    assert brief.receipt.articles == 5


@pytest.mark.parametrize(
    ("number", "counts", "speaker"),
    [
        ("145", "militants", "Bugti"),
        ("31", "civilians", "Bugti"),
        ("17", "law enforcement", "Bugti"),
        ("92", "militants", "military"),
        ("41", "militants", "military"),
        ("84", "killed", "BLA"),
        ("18", "captured", "BLA"),
        ("190", "people", "Bugti"),
    ],
)
def test_each_figure_has_what_it_counts_its_speaker_and_its_quotes(
    brief: Brief, number: str, counts: str, speaker: str
) -> None:
    found = values(brief, number)
    said = [value for name, value in found if counts in name]
    assert any(speaker in (value.said_by or "") for value in said), found
    for value in said:
        for n in value.citations:
            assert number in brief.citations[n - 1].quote


def test_the_prisoners_freed_stand_side_by_side_by_article(brief: Brief) -> None:
    (freed,) = [d for d in brief.events[0].differences if "inmates" in d.about]
    assert freed.relation == "compatible"
    rows = {(v.qualifier, v.value): v for v in freed.values}
    assert set(rows) == {("at least", "30"), ("more than", "30"), (None, "dozens")}
    cited = {brief.citations[v.citations[0] - 1].article_id for v in rows.values()}
    assert len(cited) == 3


def test_the_claim_against_india_and_its_rejection_are_a_conflict(brief: Brief) -> None:
    found = [
        d
        for d in brief.events[0].differences
        if d.relation == "conflict" and any("India" in v.excerpt for v in d.values)
    ]
    assert found
    said = {(v.value, v.said_by) for v in found[0].values}
    assert ("claimed", "Pakistan’s military") in said
    assert any(value == "denied" and "Jaiswal" in str(who) for value, who in said)


def test_no_part_of_the_toll_is_taken_for_a_rival(brief: Brief) -> None:
    for difference in brief.events[0].differences:
        given = {v.value for v in difference.values}
        assert not given & {"92", "41", "145"}, difference.about


def test_the_page_is_a_page_and_holds_nothing_of_the_web_page(brief: Brief) -> None:
    markdown = brief.to_markdown()
    assert len(markdown.split()) < 1200
    for text in (markdown, brief.to_html()):
        for word in PAGE_WORDS:
            assert word not in text, word


def test_no_line_is_without_an_exact_quote(dateline: Dateline, brief: Brief) -> None:
    event = brief.events[0]
    for line in (*event.lead, *event.timeline, *event.said, *event.unknown):
        assert line.citations, line.text
    for citation in brief.citations:
        text = dateline.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
