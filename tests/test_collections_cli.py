"""Collections on the command line: the commands of their own, and ``--in`` on the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.cli import main
from rag.dateline import Dateline
from rag.filters import parse_filters
from rag.settings import load_settings

# Runs a command; its status, stdout and stderr.
Run = Callable[..., tuple[int, str, str]]

PIER = """Crane fall closes Quernmouth pier

Harbour Lantern

Published: 4 March 2026

On Tuesday a crane fell on the east pier of Quernmouth and injured 14 workers, the company said.
"""
MILL = """Crane fall closes Ostrava mill

Mill Gazette

On Tuesday a crane fell on the old mill of Ostrava and injured 9 workers, the company said.
"""


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of two articles; the collections mills, piers and none."""
    folder = tmp_path_factory.mktemp("news")
    for name, text in [("sea/pier.txt", PIER), ("land/mill.txt", MILL)]:
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    settings = load_settings({"DATELINE_INDEX": str(folder / "index")}, folder)
    with Dateline(settings) as dateline:
        dateline.ingest([folder / "sea", folder / "land"])
        dateline.add_to_collection("piers", folders=[folder / "sea"])
        dateline.add_to_collection("mills", filters=parse_filters(outlets=["Mill Gazette"]))
        dateline.add_to_collection("none", ["mill"])
        dateline.take_out_of_collection("none", ["mill"])
    return folder


@pytest.fixture
def run(news: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(news)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([*arguments, "--index", "index"])
        return status, *capsys.readouterr()

    return run


def test_the_commands_print_what_they_did(run: Run) -> None:
    status, out, _ = run("collections", "list")
    assert (status, out) == (
        0,
        "     1 article  mills\n    0 articles  none\n     1 article  piers\n",
    )
    assert run("collections", "add", "mine", "pier", "--outlet", "Mill Gazette")[1] == (
        "2 added to mine: 2 articles\n"
    )
    assert run("collections", "add", "mine", "--folder", "sea")[1] == (
        "0 added to mine (1 already in it): 2 articles\n"
    )
    assert run("collections", "remove", "mine", "pier")[1] == "1 taken out of mine: 1 article\n"
    assert run("collections", "remove", "mine")[1] == (
        "the collection mine is deleted; its articles stay in the index\n"
    )
    assert run("articles", "--in", "mills")[1].startswith("mill  [origin mill]\n")


def test_the_commands_give_json(run: Run) -> None:
    def as_json(*arguments: str) -> object:
        status, out, _ = run(*arguments, "--json")
        assert status == 0
        return json.loads(out)

    assert as_json("collections", "list") == [
        {"name": "mills", "articles": 1},
        {"name": "none", "articles": 0},
        {"name": "piers", "articles": 1},
    ]
    assert as_json("collections", "add", "mine", "pier", "mill") == {
        "name": "mine", "added": 2, "known": 0, "articles": 2,
    }  # fmt: skip
    assert as_json("collections", "remove", "mine", "mill") == {
        "name": "mine", "removed": 1, "articles": 1, "deleted": False,
    }  # fmt: skip
    assert as_json("collections", "remove", "mine") == {
        "name": "mine", "removed": 1, "articles": 0, "deleted": True,
    }  # fmt: skip


def test_every_command_is_limited_to_the_collection(run: Run, news: Path) -> None:
    def as_json(*arguments: str) -> object:
        status, out, said = run(*arguments, "--json")
        assert (status, said) == (0, "")
        return json.loads(out)

    (news / "q.txt").write_text("How many workers were injured by the crane?\n")
    (news / "d.txt").write_text("A crane injured 14 workers.\n")
    for name, article_id, workers in [("piers", "pier", "14"), ("mills", "mill", "9")]:
        passages = as_json("search", "crane injured workers", "--in", name)["passages"]
        assert {p["article_id"] for p in passages} == {article_id}
        answer = as_json("ask", "How many workers were injured by the crane?", "--in", name)
        assert f"{workers} workers" in answer["answer"]
        assert {c["article_id"] for c in answer["citations"]} == {article_id}
        run("batch", "q.txt", "-o", f"{name}.jsonl", "--in", name)
        answered = json.loads((news / f"{name}.jsonl").read_text())
        assert answered["answer"] == answer["answer"]
        brief = as_json("summarize", "--in", name)
        assert brief["receipt"]["articles"] == 1
        assert {c["article_id"] for c in brief["citations"]} == {article_id}
        assert [a["article_id"] for a in as_json("articles", "--in", name)] == [article_id]
    (row,) = as_json("check", "d.txt", "--in", "piers")
    assert row["support"] == "supported"
    status, out, _ = run("check", "d.txt", "--in", "mills", "--json")
    assert status in (0, 3)  # 3: the nine workers of the mill contradict it
    (row,) = json.loads(out)
    assert row["support"] != "supported"
    assert {c["article_id"] for c in row["citations"]} <= {"mill"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "crane"],
        ["search", "--from", "q.txt", "-o", "o.jsonl"],
        ["ask", "Why?"],
        ["batch", "q.txt", "-o", "o.jsonl"],
        ["check", "c.jsonl"],
        ["summarize"],
        ["articles"],
        ["collections", "add", "new"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pierz", "no collection 'pierz'; there are: mills, none, piers"),
        (
            "none",
            "the collection 'none' is empty; `dateline collections add` puts articles into it",
        ),
        ("", "the name of the collection is empty"),
    ],
)
def test_a_collection_that_cannot_be_used_is_status_2_and_one_line(
    run: Run, news: Path, arguments: list[str], name: str, said: str
) -> None:
    (news / "q.txt").write_text("Why?\n")
    (news / "c.jsonl").write_text('{"claim": "A crane fell.", "text": "A crane fell."}\n')
    assert run(*arguments, "--in", name) == (2, "", f"error: {said}\n")
    assert not (news / "o.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["collections", "add", "x"], 2, "which articles?"),
        (["collections", "add", "", "pier"], 2, "not a name for a collection"),
        (["collections", "add", "x", "nobody"], 1, "no article 'nobody'"),
        (["collections", "add", "x", "--since", "soon"], 2, "is not a date"),
        (["collections", "remove", "x"], 2, "no collection 'x'"),
        (["collections", "remove", "x", "pier"], 2, "no collection 'x'"),
        (["collections", "remove", "piers", "mill"], 1, "no article 'mill' in the collection"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_to_collections_is_one_line_with_its_status(
    run: Run, arguments: list[str], status: int, said: str
) -> None:
    got, out, line = run(*arguments)
    assert (got, out) == (status, "")
    assert line.startswith("error: ")
    assert said in line
    assert line.count("\n") == 1


def test_a_command_that_takes_no_collection_does_not_take_it_for_the_index(
    run: Run, news: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "sea", "--in", "floods"])
    assert ended.value.code == 2
    assert not (news / "floods").exists()


def test_a_batch_is_not_gone_on_with_in_another_collection_or_a_changed_one(
    run: Run, news: Path
) -> None:
    (news / "two.txt").write_text("How many workers were injured?\nWhat fell?\n")
    run("collections", "add", "batch", "pier")

    def batch(*options: str) -> tuple[int, str]:
        status, _, said = run("batch", "two.txt", "-o", "two.jsonl", *options)
        return status, said

    assert batch("--in", "batch")[0] == 0
    made_by = json.loads((news / "two.jsonl.manifest.json").read_text())["made_by"]
    assert made_by["filters"]["collection"] == "batch"
    assert made_by["collection"]["articles"] == 1
    assert batch("--in", "batch", "--resume")[0] == 0
    status, said = batch("--in", "piers", "--resume")
    assert status == 2
    assert "changed since that run began: collection, filters" in said
    run("collections", "add", "other", "mill")  # which is none of its business
    assert batch("--in", "batch", "--resume")[0] == 0
    run("collections", "add", "batch", "mill")
    status, said = batch("--in", "batch", "--resume")
    assert status == 2
    assert "changed since that run began: collection;" in said
    for name in ("batch", "other"):
        run("collections", "remove", name)
