"""Filters: what they let through, what they leave out, what is refused as a date."""

from __future__ import annotations

from datetime import date

import pytest
from small_index import HashEmbedder, ingest_into, row, write_rows

from rag.errors import UsageError
from rag.filters import Filters, LeftOut, parse_filters
from rag.index import Index

ARTICLES = [
    ("2024-01-31", "Harbour Post"),
    ("2024-02-01", "harbour  POST"),
    ("2024-02-29", "Straße Heute"),
    (None, "Harbour Post"),
    ("2024-02-01", None),
    (None, None),
]
FILTERS = [
    parse_filters("2024-02"),
    parse_filters(until="2024-01-31"),
    parse_filters("2024", "2024-02"),
    parse_filters("2025"),
    parse_filters(outlets=["Harbour Post"]),
    parse_filters(outlets=["STRASSE heute", "Nobody"]),
    parse_filters("2024-02-01", "2024-02-01", ["HARBOUR POST", "Straße Heute"]),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("filters")
    rows = [
        row("Calder", url=f"https://e.example/calder-{n}", date=published, outlet=outlet)
        for n, (published, outlet) in enumerate(ARTICLES)
    ]
    ingest_into(folder / "index", write_rows(folder / "a.jsonl", rows))
    return Index.open(folder / "index", embedder=HashEmbedder())


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_both_searches_find_what_the_filter_matches_and_nothing_else(
    index: Index, filters: Filters
) -> None:
    wanted = {
        article.article_id
        for article in index.articles()
        if filters.matches(article.published, article.outlet)
    }
    vector = HashEmbedder().embed(["calder"])[0]
    for hits in (
        index.search_words("calder bridge", 50, filters),
        index.search_vectors(vector, 50, filters),
    ):
        found = index.passages([passage_id for passage_id, _ in hits])
        assert {passage.article_id for passage in found} == wanted


def test_a_filter_changes_who_is_found_and_not_the_score(index: Index) -> None:
    everywhere = dict(index.search_words("calder bridge", 50))
    filtered = dict(index.search_words("calder bridge", 50, FILTERS[0]))
    assert filtered
    assert all(everywhere[i] == pytest.approx(score) for i, score in filtered.items())


def test_articles_without_a_date_or_outlet_are_counted_as_left_out(index: Index) -> None:
    assert index.left_out(Filters()) == LeftOut(0, 0)
    assert index.left_out(parse_filters("2024")) == LeftOut(undated=2, no_outlet=0)
    assert index.left_out(parse_filters(outlets=["x"])) == LeftOut(undated=0, no_outlet=2)


def test_a_month_or_year_stands_for_all_its_days() -> None:
    assert parse_filters("2024-02", "2024-02") == Filters(date(2024, 2, 1), date(2024, 2, 29))
    assert parse_filters("2023", "2023") == Filters(date(2023, 1, 1), date(2023, 12, 31))


@pytest.mark.parametrize("wrong", ["", "yesterday", "2024-13", "2024-02-30", "31.01.2024", "0000"])
def test_what_is_no_date_is_refused_with_the_option_named(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"since: .*YYYY-MM-DD"):
        parse_filters(since=wrong)
    with pytest.raises(UsageError, match=r"until: .*YYYY-MM-DD"):
        parse_filters(until=wrong)


def test_a_range_without_a_day_and_an_empty_outlet_are_refused() -> None:
    with pytest.raises(UsageError, match="swap"):
        parse_filters("2024-02-02", "2024-02-01")
    with pytest.raises(UsageError, match="outlet name is empty"):
        parse_filters(outlets=["Post", " "])
