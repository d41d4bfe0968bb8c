"""Collections: made by id and by rule, kept through changes, and what searches do with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_index import HashEmbedder, ingest_into, open_to_write, row, story, write_rows

from rag.errors import IndexStoreError, UnknownArticleError, UsageError
from rag.filters import Filters, LeftOut, parse_filters
from rag.index import Collection, CollectionChange, Index, lexicon

TOWNS = ["Arlow", "Brell", "Corvan", "Dunmere"]
# By number: outlet and date of the articles town-0 … town-3.
STATED = [("Post", "2024-01-31"), ("POST", "2024-02-01"), ("Mail", None), (None, "2024-03-01")]


def town_rows() -> list[dict[str, object]]:
    return [
        row(town, url=f"https://e.example/{town}-bridge", outlet=outlet, date=published)
        for town, (outlet, published) in zip(TOWNS, STATED, strict=True)
    ]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    ingest_into(tmp_path / "index", write_rows(tmp_path / "a.jsonl", town_rows()))
    with open_to_write(tmp_path / "index") as opened:
        yield opened


def found_by_words(index: Index, filters: Filters, k: int = 50) -> set[str]:
    hits = index.search_words("bridge council", k, filters)
    return {passage.article_id for passage in index.passages([i for i, _ in hits])}


def found_by_vectors(index: Index, filters: Filters, k: int = 50) -> set[str]:
    hits = index.search_vectors(HashEmbedder().embed(["bridge"])[0], k, filters)
    return {passage.article_id for passage in index.passages([i for i, _ in hits])}


def in_collection(index: Index, name: str) -> list[str]:
    return [article.article_id for article in index.articles(Filters(collection=name))]


# --- putting in and taking out ---


def test_articles_are_added_by_id_and_counted_once(index: Index) -> None:
    change = index.add_to_collection("Floods", ["arlow-bridge", "brell-bridge", "arlow-bridge"])
    assert change == CollectionChange(Collection("Floods", 2), added=2, known=0)
    change = index.add_to_collection("floods ", ["brell-bridge", "corvan-bridge"])
    assert change == CollectionChange(Collection("Floods", 3), added=1, known=1)
    assert index.collections() == [Collection("Floods", 3)]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (parse_filters(outlets=["post"]), ["arlow-bridge", "brell-bridge"]),
        (parse_filters("2024-02"), ["brell-bridge", "dunmere-bridge"]),
        (parse_filters("2024-02", outlets=["Post", "Mail"]), ["brell-bridge"]),
    ],
)
def test_rules_are_resolved_when_added_and_all_must_hold(
    index: Index, filters: Filters, wanted: list[str]
) -> None:
    assert index.add_to_collection("x", filters=filters).added == len(wanted)
    assert in_collection(index, "x") == wanted


def test_ids_and_rules_add_to_each_other(index: Index) -> None:
    change = index.add_to_collection("x", ["corvan-bridge"], filters=parse_filters("2024-03"))
    assert change.added == 2
    assert in_collection(index, "x") == ["corvan-bridge", "dunmere-bridge"]


def test_a_folder_stands_for_the_files_below_it_and_not_for_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("north/far/a.txt", "north/b.txt", "north-east/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(story(name[-5]))
    write_rows(tmp_path / "rows.jsonl", [row("Xavel"), row("Yorrin")])
    (tmp_path / "link").symlink_to(tmp_path / "north")
    monkeypatch.chdir(tmp_path)
    ingest_into(tmp_path / "index", Path("north"), Path("north-east"), Path("rows.jsonl"))
    with open_to_write(tmp_path / "index") as index:

        def added(name: str, *folders: str | Path) -> list[str]:
            index.add_to_collection(name, folders=[Path(folder) for folder in folders])
            return in_collection(index, name)

        assert added("relative", "north") == ["a", "b"]
        assert added("absolute", tmp_path / "north" / "far") == ["a"]
        assert added("linked", "link/") == ["a", "b"]
        assert added("two", "north-east", "north/far") == ["a", "c"]
        assert added("file", "rows.jsonl") == ["rows-1", "rows-2"]
        monkeypatch.chdir("/")  # as on another machine, where only the path as given is known
        assert added("moved", "north/far") == ["a"]


def test_taking_out_and_deleting_leave_the_articles_in_the_index(index: Index) -> None:
    index.add_to_collection("x", ["arlow-bridge", "brell-bridge"])
    index.add_to_collection("y", ["arlow-bridge"])
    change = index.take_out_of_collection("X", ["arlow-bridge"])
    assert change == CollectionChange(Collection("x", 1), removed=1)
    assert in_collection(index, "y") == ["arlow-bridge"]
    assert index.delete_collection("X") == Collection("x", 1)
    assert index.collections() == [Collection("y", 1)]
    assert index.counts().articles == 4


def test_a_removed_article_leaves_its_collections_and_does_not_come_back_into_them(
    index: Index, tmp_path: Path
) -> None:
    index.add_to_collection("x", ["arlow-bridge", "brell-bridge"])
    index.remove(["arlow-bridge"])
    assert index.collections() == [Collection("x", 1)]
    index.close()
    assert ingest_into(tmp_path / "index", tmp_path / "a.jsonl").added == 1
    with Index.open(tmp_path / "index", embedder=None) as reader:
        assert in_collection(reader, "x") == ["brell-bridge"]


def test_an_article_that_is_replaced_or_pruned_stays_or_goes(tmp_path: Path) -> None:
    for name in ("stays", "goes"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.txt").write_text(story(name))
    ingest_into(tmp_path / "index", tmp_path / "in")
    with open_to_write(tmp_path / "index") as index:
        index.add_to_collection("x", ["stays", "goes"])
    (tmp_path / "in" / "stays.txt").write_text(story("stays", 9))
    (tmp_path / "in" / "goes.txt").unlink()
    report = ingest_into(tmp_path / "index", tmp_path / "in", prune=True)
    assert (report.updated, report.removed) == (1, 1)
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as reader:
        assert reader.collections() == [Collection("x", 1)]
        assert found_by_words(reader, Filters(collection="x")) == {"stays"}


# --- what is refused ---


def test_an_unknown_id_adds_none_and_makes_no_collection(index: Index) -> None:
    with pytest.raises(UnknownArticleError, match="near: arlow-bridge"):
        index.add_to_collection("x", ["brell-bridge", "arlo-bridge"])
    assert index.collections() == []


def test_taking_out_what_is_not_in_it_takes_out_none(index: Index) -> None:
    index.add_to_collection("x", ["arlow-bridge"])
    with pytest.raises(UnknownArticleError, match=r"'brell-bridge' in the collection 'x'"):
        index.take_out_of_collection("x", ["arlow-bridge", "brell-bridge"])
    assert index.collections() == [Collection("x", 1)]


def test_what_matches_nothing_or_says_nothing_is_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="which articles"):
        index.add_to_collection("x")
    with pytest.raises(UsageError, match="no article is of that"):
        index.add_to_collection("x", filters=parse_filters(outlets=["Nobody"]))
    with pytest.raises(UsageError, match="no article is of that"):
        index.add_to_collection("x", folders=[Path("/none/such")])
    assert index.collections() == []


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[2J", "x" * 81, "half\udc80"])
def test_a_name_that_cannot_be_shown_is_refused(index: Index, name: str) -> None:
    with pytest.raises(UsageError, match="not a name for a collection"):
        index.add_to_collection(name, ["arlow-bridge"])
    assert index.collections() == []


def test_a_reader_changes_no_collection(index: Index, tmp_path: Path) -> None:
    index.add_to_collection("x", ["arlow-bridge"])
    with Index.open(tmp_path / "index", embedder=None) as reader:
        for attempt in (
            lambda: reader.add_to_collection("x", ["brell-bridge"]),
            lambda: reader.take_out_of_collection("x", ["arlow-bridge"]),
            lambda: reader.delete_collection("x"),
        ):
            with pytest.raises(IndexStoreError, match="for reading only"):
                attempt()


# --- as a filter ---


@pytest.mark.parametrize("most_terms", [0, 2000], ids=["through hits", "by terms"])
def test_both_searches_find_the_articles_of_the_collection_alone(
    index: Index, most_terms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon, "_MAX_ID_TERMS", most_terms)
    index.add_to_collection("x", ["brell-bridge", "corvan-bridge", "dunmere-bridge"])
    for filters, wanted in [
        (Filters(collection=" X"), {"brell-bridge", "corvan-bridge", "dunmere-bridge"}),
        (parse_filters("2024-02", collection="x"), {"brell-bridge", "dunmere-bridge"}),
        (parse_filters(outlets=["post"], collection="x"), {"brell-bridge"}),
        (parse_filters("2025", collection="x"), set()),
    ]:
        assert found_by_words(index, filters) == wanted
        assert found_by_vectors(index, filters) == wanted
        assert {a.article_id for a in index.articles(filters)} == wanted


@pytest.mark.parametrize("most_terms", [0, 2000], ids=["through hits", "by terms"])
def test_a_collection_changes_who_is_found_and_not_the_score(
    index: Index, most_terms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon, "_MAX_ID_TERMS", most_terms)
    index.add_to_collection("x", ["brell-bridge", "dunmere-bridge"])
    everywhere = index.search_words("dunmere bridge", 50)
    members = {
        passage.passage_id
        for article_id in ("brell-bridge", "dunmere-bridge")
        for passage in index.article_passages(article_id)
    }
    for k in (1, 2, 50):
        wanted = [hit for hit in everywhere if hit[0] in members][:k]
        found = index.search_words("dunmere bridge", k, Filters(collection="x"))
        assert [i for i, _ in found] == [i for i, _ in wanted]
        assert [s for _, s in found] == pytest.approx([s for _, s in wanted])


def test_an_open_reader_sees_at_once_what_another_process_changes(
    index: Index, tmp_path: Path
) -> None:
    x = Filters(collection="x")
    index.add_to_collection("x", ["arlow-bridge"])
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as reader:
        assert found_by_words(reader, x) == found_by_vectors(reader, x) == {"arlow-bridge"}
        index.add_to_collection("x", ["brell-bridge"])
        both = {"arlow-bridge", "brell-bridge"}
        assert found_by_words(reader, x) == found_by_vectors(reader, x) == both
        index.delete_collection("x")
        for search in (found_by_words, found_by_vectors):
            with pytest.raises(UsageError, match="no collection 'x'"):
                search(reader, x)


def test_a_change_of_a_collection_is_no_change_of_the_articles(index: Index) -> None:
    before = index.fingerprint
    index.add_to_collection("x", ["arlow-bridge"])
    first = index.collection_state("X")
    assert (first["name"], first["articles"]) == ("x", 1)
    index.add_to_collection("x", ["brell-bridge"])
    index.take_out_of_collection("x", ["arlow-bridge"])
    second = index.collection_state("x")
    assert second["articles"] == 1
    assert second["sha256"] != first["sha256"]
    assert index.fingerprint == before


def test_only_articles_of_the_collection_are_counted_as_left_out(index: Index) -> None:
    index.add_to_collection("x", ["arlow-bridge", "corvan-bridge"])
    assert index.left_out(parse_filters("2024", collection="x")) == LeftOut(undated=1)
    assert index.left_out(parse_filters(outlets=["Post"], collection="x")) == LeftOut()
    assert index.left_out(parse_filters(outlets=["Post"])) == LeftOut(no_outlet=1)


def test_an_unknown_or_an_empty_collection_is_said_with_those_there_are(index: Index) -> None:
    with pytest.raises(UsageError, match="no collection 'x'; `dateline collections add` makes one"):
        index.articles(Filters(collection="x"))
    for name in ("strikes", "Floods"):
        index.add_to_collection(name, ["arlow-bridge"])
    with pytest.raises(UsageError, match=r"no collection 'flods'; there are: Floods, strikes$"):
        index.articles(Filters(collection="flods"))
    with pytest.raises(UsageError, match="no collection"):
        index.articles(Filters(collection="half\udc80"))
    index.take_out_of_collection("strikes", ["arlow-bridge"])
    with pytest.raises(UsageError, match="the collection 'strikes' is empty"):
        index.articles(Filters(collection="Strikes"))


def test_a_filter_matches_by_the_names_of_collections_too() -> None:
    filters = parse_filters("2024", collection="Floods")
    assert filters.active
    assert filters.to_json()["collection"] == "Floods"
    assert filters.matches("2024-02-01", None, ["floods", "strikes"])
    assert not filters.matches("2023-02-01", None, ["floods"])
    assert not filters.matches("2024-02-01", None)
    with pytest.raises(UsageError, match="collection is empty"):
        parse_filters(collection=" ")
