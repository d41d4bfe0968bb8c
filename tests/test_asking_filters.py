"""Where no article passes the filters, the sentence names which of them and what there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_index import HashEmbedder, ingest_into, open_to_write, row, write_rows

from rag.answer.asking import empty_filter_reason
from rag.errors import UsageError
from rag.filters import Filters, parse_filters
from rag.index import Index

ARTICLES = [
    ("2022-05-01", "Harbour Post"),
    ("2022-06-11", "Harbour Post"),
    ("2023-02-11", "Reuvers"),
    (None, "Reuvers"),
    (None, "Lantern"),
    (None, None),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("emptied")
    rows = [
        row("Calder", url=f"https://e.example/{n}", date=published, outlet=outlet)
        for n, (published, outlet) in enumerate(ARTICLES)
    ]
    ingest_into(folder / "index", write_rows(folder / "a.jsonl", rows))
    with open_to_write(folder / "index") as opened:
        undated = [a.article_id for a in opened.articles() if a.outlet == "Lantern"]
        opened.add_to_collection("kept", undated)
        opened.add_to_collection("cleared", undated)
        opened.take_out_of_collection("cleared", undated)
    with Index.open(folder / "index", embedder=HashEmbedder()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (
            parse_filters(outlets=["Reuverz"]),
            "No article is from “Reuverz”; outlets here: Reuvers (2), Harbour Post (2), "
            "Lantern (1).",
        ),
        (
            parse_filters(outlets=["harbor post", "AB"]),
            "No article is from “harbor post” or “AB”; outlets here: Harbour Post (2), "
            "Reuvers (2), Lantern (1).",
        ),
        (
            parse_filters("2025"),
            "No article is dated from 2025-01-01 on; the articles are of 2022-05-01 to "
            "2023-02-11, and 3 have no date.",
        ),
        (
            parse_filters(until="2021"),
            "No article is dated up to 2021-12-31; the articles are of 2022-05-01 to "
            "2023-02-11, and 3 have no date.",
        ),
        (
            parse_filters("2022-07", "2022-08-15"),
            "No article is dated from 2022-07-01 to 2022-08-15; the articles are of 2022-05-01 "
            "to 2023-02-11, and 3 have no date.",
        ),
        (
            parse_filters("2022-07-01", "2022-07-01"),
            "No article is dated on 2022-07-01; the articles are of 2022-05-01 to 2023-02-11, "
            "and 3 have no date.",
        ),
        (
            parse_filters("2023", outlets=["Harbour Post"]),
            "No article from “Harbour Post” is dated from 2023-01-01 on; those from there are of "
            "2022-05-01 to 2022-06-11.",
        ),
        (
            parse_filters("2020", outlets=["Lantern"]),
            "No article from “Lantern” is dated from 2020-01-01 on; those from there have no date.",
        ),
        (
            parse_filters("2020", collection="kept"),
            "No article in the collection “kept” is dated from 2020-01-01 on; the articles have "
            "no date.",
        ),
        (
            parse_filters(outlets=["Reuvers"], collection="kept"),
            "No article in the collection “kept” is from “Reuvers”; outlets here: Lantern (1).",
        ),
    ],
    ids=str,
)
def test_the_sentence_names_the_filter_and_what_there_is(
    index: Index, filters: Filters, reason: str
) -> None:
    assert empty_filter_reason(index, filters) == reason


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        parse_filters("2022"),
        parse_filters(until="2023"),
        parse_filters(outlets=["HARBOUR  post"]),
        parse_filters(outlets=["Nobody", "Lantern"]),
        parse_filters("2023", outlets=["Reuvers"]),
        parse_filters(collection="KEPT"),
        parse_filters(outlets=["lantern"], collection="kept"),
    ],
    ids=str,
)
def test_nothing_is_said_when_an_article_passes(index: Index, filters: Filters) -> None:
    assert empty_filter_reason(index, filters) is None


def test_an_empty_collection_is_an_error_as_elsewhere(index: Index) -> None:
    with pytest.raises(UsageError, match="is empty"):
        empty_filter_reason(index, parse_filters(collection="cleared"))


def test_a_collection_that_is_not_there_is_an_error_as_elsewhere(index: Index) -> None:
    with pytest.raises(UsageError, match="no collection"):
        empty_filter_reason(index, parse_filters(collection="none"))


def test_at_most_five_outlets_are_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("many")
    rows = [row(f"Town{n}", outlet=f"Paper {n}") for n in range(7)]
    ingest_into(folder / "index", write_rows(folder / "a.jsonl", rows))
    with Index.open(folder / "index", embedder=None) as opened:
        reason = empty_filter_reason(opened, parse_filters(outlets=["Zed"]))
    assert reason is not None
    assert reason.count("(1)") == 5 and reason.endswith(" and 2 more.")


def test_an_index_without_articles_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_to_write(tmp_path_factory.mktemp("none") / "index") as opened:
        assert empty_filter_reason(opened, parse_filters("2020")) == "No article is in the index."
        assert empty_filter_reason(opened, Filters()) is None
