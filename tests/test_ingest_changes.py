"""Ingest is incremental by content: what is new, changed, unchanged, refused, gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from small_index import (
    HashEmbedder,
    contents,
    ingest_into,
    open_to_write,
    row,
    story,
    write_rows,
)

from rag.articles import Meta
from rag.errors import UsageError
from rag.index import Index, IngestReport, ingest


def numbers(report: IngestReport) -> tuple[int, int, int, int, int]:
    """added, updated, unchanged, removed, refused"""
    return (
        report.added, report.updated, report.unchanged, report.removed, len(report.refused),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three article files."""
    articles = tmp_path / "articles"
    articles.mkdir()
    for topic in ("Calder", "Vessay", "Marrick"):
        (articles / f"{topic}.txt").write_text(story(topic))
    return articles


def test_a_second_run_finds_everything_unchanged_and_embeds_nothing(
    tmp_path: Path, folder: Path
) -> None:
    assert numbers(ingest_into(tmp_path / "index", folder)) == (3, 0, 0, 0, 0)
    before = contents(tmp_path / "index")
    embedder = HashEmbedder()
    report = ingest_into(tmp_path / "index", folder, embedder=embedder)
    assert numbers(report) == (0, 0, 3, 0, 0)
    assert report.articles == 3
    assert embedder.embedded == []
    assert contents(tmp_path / "index") == before


def test_a_touched_file_is_unchanged_and_a_changed_one_keeps_its_id(
    tmp_path: Path, folder: Path
) -> None:
    ingest_into(tmp_path / "index", folder)
    os.utime(folder / "Calder.txt", (0, 0))
    (folder / "Vessay.txt").write_text(story("Vessay", 9))
    assert numbers(ingest_into(tmp_path / "index", folder)) == (0, 1, 2, 0, 0)
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as index:
        assert [a.article_id for a in index.articles()] == ["calder", "marrick", "vessay"]
        hits = index.search_words("vessay", 50)
        found = {p.article_id for p in index.passages([i for i, _ in hits])}
        assert found == {"vessay"}
        assert len(hits) == index.article("vessay").record.passages


def test_a_file_reverted_in_the_middle_of_its_replacement_is_read_again(tmp_path: Path) -> None:
    rows = [row(topic, url=f"https://e.example/{topic}-bridge") for topic in ("Calder", "Vessay")]
    file = write_rows(tmp_path / "a.jsonl", rows)
    ingest_into(tmp_path / "index", file)
    first = file.read_bytes()
    write_rows(file, [row("Dunsel", url=rows[0]["url"]), row("Orrin", url=rows[1]["url"])])
    batches = iter([None])

    with (
        open_to_write(tmp_path / "index", HashEmbedder(before=lambda: next(batches))) as index,
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(StopIteration),
    ):
        patch.setattr("rag.index.pipeline.BATCH_PASSAGES", 1)
        ingest(index, [file])
    file.write_bytes(first)
    assert numbers(ingest_into(tmp_path / "index", file)) == (0, 1, 1, 0, 0)
    with Index.open(tmp_path / "index", embedder=None) as index:
        assert "Calder" in index.article("calder-bridge").text


def test_vanished_files_are_reported_and_removed_only_with_prune(
    tmp_path: Path, folder: Path
) -> None:
    ingest_into(tmp_path / "index", folder)
    (folder / "Calder.txt").unlink()
    for _ in range(2):
        report = ingest_into(tmp_path / "index", folder)
        assert numbers(report) == (0, 0, 2, 0, 0)
        assert report.vanished == [str(folder / "Calder.txt")]
        assert report.articles == 3
    report = ingest_into(tmp_path / "index", folder, prune=True)
    assert (report.removed, report.articles) == (1, 2)
    assert ingest_into(tmp_path / "index", folder).vanished == []


def test_prune_touches_nothing_outside_the_folders_given(tmp_path: Path, folder: Path) -> None:
    elsewhere = tmp_path / "articles-of-others"
    elsewhere.mkdir()
    (elsewhere / "Orrin.txt").write_text(story("Orrin"))
    ingest_into(tmp_path / "index", folder, elsewhere)
    (elsewhere / "Orrin.txt").unlink()
    report = ingest_into(tmp_path / "index", folder, prune=True)
    assert (report.removed, report.vanished) == (0, [])
    report = ingest_into(tmp_path / "index", folder / "Calder.txt", prune=True)
    assert (report.removed, report.articles) == (0, 4)


def test_a_file_that_is_refused_now_leaves_what_was_stored_of_it(
    tmp_path: Path, folder: Path
) -> None:
    ingest_into(tmp_path / "index", folder)
    before = contents(tmp_path / "index")
    (folder / "Calder.txt").write_bytes(b"")
    for _ in range(2):  # and it is reported every time
        report = ingest_into(tmp_path / "index", folder, prune=True)
        assert numbers(report) == (0, 0, 2, 0, 1)
        assert report.refused[0].path == str(folder / "Calder.txt")
        assert report.vanished == []
    assert contents(tmp_path / "index") == before


def test_rows_of_a_changed_file_are_compared_one_by_one(tmp_path: Path) -> None:
    def url(name: str) -> str:
        return f"https://e.example/{name}-bridge"

    file = write_rows(tmp_path / "a.jsonl", [row(t, url=url(t)) for t in ("a1", "b2", "c3")])
    assert numbers(ingest_into(tmp_path / "index", file)) == (3, 0, 0, 0, 0)
    rows = [
        row("d4", url=url("d4")),
        row("b2", url=url("b2"), title="New"),
        row("a1", url=url("a1")),
    ]
    write_rows(file, rows)
    embedder = HashEmbedder()
    report = ingest_into(tmp_path / "index", file, embedder=embedder)
    assert numbers(report) == (1, 1, 1, 0, 0)
    assert report.vanished == [url("c3")]
    assert not any("a1" in text for text in embedder.embedded)
    assert ingest_into(tmp_path / "index", file).vanished == [url("c3")]
    report = ingest_into(tmp_path / "index", file, prune=True)
    assert numbers(report) == (0, 0, 3, 1, 0)
    assert numbers(ingest_into(tmp_path / "index", file)) == (0, 0, 3, 0, 0)


def test_a_damaged_row_costs_neither_itself_as_it_was_nor_the_others(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl", [row(t) for t in ("a1", "b2", "c3")])
    ingest_into(tmp_path / "index", file)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[1][:-9], lines[2]]) + "\n")
    for _ in range(2):
        report = ingest_into(tmp_path / "index", file, prune=True)
        assert numbers(report) == (0, 0, 2, 0, 1)
        assert report.refused[0].path == f"{file}:2"
        assert report.articles == 3


def test_a_text_that_was_embedded_before_is_not_embedded_again(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl", [row(t) for t in ("a1", "b2")])
    ingest_into(tmp_path / "index", file)
    write_rows(file, [row("new"), *(row(t, outlet="The Post") for t in ("a1", "b2"))])
    (tmp_path / "copy").mkdir()
    copy = write_rows(tmp_path / "copy" / "a.jsonl", [row("a1"), row("a1")])
    embedder = HashEmbedder()
    report = ingest_into(tmp_path / "index", file, copy, embedder=embedder)
    assert (report.added, report.updated, report.articles) == (3, 2, 5)
    assert embedder.embedded
    assert all("new" in text for text in embedder.embedded)
    with open_to_write(tmp_path / "index") as index:
        assert index.verify() == []


def test_what_meta_said_of_a_file_goes_on_to_hold(tmp_path: Path, folder: Path) -> None:
    meta = Meta({"Calder.txt": {"outlet": "Harbour Post"}})
    ingest_into(tmp_path / "index", folder, meta=meta)

    def outlets() -> dict[str, int]:
        with Index.open(tmp_path / "index", embedder=None) as index:
            return index.outlets()

    assert outlets() == {"Harbour Post": 1}
    assert numbers(ingest_into(tmp_path / "index", folder)) == (0, 0, 3, 0, 0)
    (folder / "Calder.txt").write_text(story("Calder", 9))
    assert numbers(ingest_into(tmp_path / "index", folder)) == (0, 1, 2, 0, 0)
    assert outlets() == {"Harbour Post": 1}
    other = Meta({"Calder.txt": {"outlet": "Vantry Ledger"}})
    assert numbers(ingest_into(tmp_path / "index", folder, meta=other)) == (0, 1, 2, 0, 0)
    assert outlets() == {"Vantry Ledger": 1}


def test_a_removed_article_comes_back_with_the_next_ingest_of_its_file(tmp_path: Path) -> None:
    url = "https://e.example/calder-bridge"
    file = write_rows(tmp_path / "a.jsonl", [row("Calder", url=url), row("Vessay")])
    ingest_into(tmp_path / "index", file)
    with open_to_write(tmp_path / "index") as index:
        index.remove(["calder-bridge"])
    assert numbers(ingest_into(tmp_path / "index", file)) == (1, 0, 1, 0, 0)


def test_progress_ends_at_the_whole(tmp_path: Path, folder: Path) -> None:
    write_rows(folder / "rows.jsonl", [row(f"t{n}") for n in range(20)])
    seen = []
    ingest_into(tmp_path / "index", folder, progress=seen.append)
    fractions = [state.fraction for state in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    assert len(fractions) > 20


def test_a_name_that_is_no_text_is_stored_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in (b"new\nline.txt", b"\xff\xfe.txt", "naïve %20 #1.txt".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(story(name.hex()))
    assert numbers(ingest_into(tmp_path / "index", folder)) == (3, 0, 0, 0, 0)
    assert numbers(ingest_into(tmp_path / "index", folder, prune=True)) == (0, 0, 3, 0, 0)


def test_an_index_opened_without_an_embedder_cannot_ingest(tmp_path: Path, folder: Path) -> None:
    with (
        Index.open(tmp_path / "index", embedder=None, write=True, create=True) as index,
        pytest.raises(UsageError, match="embedder"),
    ):
        ingest(index, [folder])
