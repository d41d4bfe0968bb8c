"""``dateline doctor`` finds what is wrong, mends what can be mended, and says the way out else."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.cli import main
from rag.dateline import Dateline
from rag.doctor import examine_index, installation
from rag.doctor.finding import Finding
from rag.embeddings import open_embedder
from rag.embeddings.local import MODEL_FOLDER
from rag.index.lock import WriterLock
from rag.settings import load_settings

TOWNS = ["Arlow", "Brell", "Corvan"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor")
    for number, town in enumerate(TOWNS, 11):
        (folder / f"{town}.txt").write_text(
            f"Flood in {town}\n\n{town} Post\n\nThe river rose by {number} metres in {town} on "
            f"Monday, the mayor said.\n\nPolice closed the bridge of {town} to lorries.\n"
        )
    with Dateline(replace(load_settings({}, folder), index=folder / "index")) as dateline:
        dateline.ingest(sorted(folder.glob("*.txt")))
    return folder / "index"


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "index"))


def look(index: Path, *, mend: bool = True) -> dict[str, Finding]:
    findings = examine_index(index, lambda: open_embedder("local"), mend=mend)
    return {f.check: f for f in findings if f.state != "ok"}


def found(index: Path) -> list[str]:
    with Dateline(replace(load_settings({}, index.parent), index=index)) as dateline:
        return [p.article_id for p in dateline.search("river rose in Brell", k=1)]


def change(index: Path, *statements: str) -> None:
    with closing(sqlite3.connect(index / "catalog.sqlite")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_a_sound_index_is_found_sound(index: Path) -> None:
    assert look(index) == {}
    assert look(index, mend=False) == {}


def drop(name: str) -> Callable[[Path], None]:
    return lambda index: shutil.rmtree(index / name)


def garble_words(index: Path) -> None:
    for file in (index / "lexicon").glob("*/*.store"):
        file.write_bytes(b"\0" * file.stat().st_size)
    for file in (index / "lexicon").glob("*/meta.json"):
        file.write_text("{")


def lose_a_vector_of_chroma(index: Path) -> None:
    from rag.index.vectors import VectorStore

    (folder,) = (index / "chroma").iterdir()
    with closing(VectorStore.open(folder)) as store:
        store.apply([min(store.passage_ids())], [], replay=False)
        store.commit()


DERIVED = [drop("lexicon"), drop("chroma"), garble_words, lose_a_vector_of_chroma]
DERIVED_NAMES = ["no lexicon", "no chroma", "garbled lexicon", "chroma lacks one"]


@pytest.mark.parametrize("damage", DERIVED, ids=DERIVED_NAMES)
def test_search_stores_that_are_lost_or_damaged_are_made_again(
    index: Path, damage: Callable[[Path], None]
) -> None:
    damage(index)
    assert [f.state for f in look(index, mend=False).values()] == ["problem"]
    assert [f.state for f in look(index, mend=False).values()] == ["problem"]  # nothing was mended
    assert [f.state for f in look(index).values()] == ["mended"]
    assert look(index) == {}
    assert found(index) == ["brell"]


def leave_a_name(index: Path) -> Path:
    (index / "writer.json").write_text('{"pid": 1, "host": "gone"}')
    return index / "writer.json"


def leave_a_folder(index: Path) -> Path:
    (index / "chroma" / "0099").mkdir()
    return index / "chroma" / "0099"


def leave_a_damaged_cache(index: Path) -> Path:
    (index / "responses.sqlite").write_bytes(b"not a database, and longer than its header" * 40)
    return index / "responses.sqlite"


@pytest.mark.parametrize(
    ("leave", "check"),
    [(leave_a_name, "lock"), (leave_a_folder, "leftovers"), (leave_a_damaged_cache, "leftovers")],
)
def test_what_interrupted_runs_left_is_taken_away(
    index: Path, leave: Callable[[Path], Path], check: str
) -> None:
    left = leave(index)
    assert look(index, mend=False)[check].state == "problem"
    assert left.exists()
    assert look(index)[check].state == "mended"
    assert not left.exists()
    assert look(index) == {}


def test_an_index_of_sqlite_that_is_out_of_step_is_made_again(index: Path) -> None:
    change(
        index,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = 'CREATE INDEX articles_by_origin ON articles (title)' "
        "WHERE name = 'articles_by_origin'",
    )
    assert "articles_by_origin" in look(index, mend=False)["catalog"].what
    assert look(index)["catalog"].state == "mended"
    assert look(index) == {}


def overwrite(index: Path) -> None:
    file = index / "catalog.sqlite"
    content = bytearray(file.read_bytes())
    content[100 : len(content) // 2] = b"\xff" * (len(content) // 2 - 100)
    file.write_bytes(content)


def lose_a_vector(index: Path) -> None:
    change(index, "DELETE FROM vectors WHERE passage_id = 1")


def alter_a_text(index: Path) -> None:
    change(index, "UPDATE texts SET text = replace(text, 'Monday', 'Friday')")


def set_another_embedder(index: Path) -> None:
    change(index, "UPDATE meta SET value = 'other' WHERE name IN ('embedder', 'embedder_name')")


@pytest.mark.parametrize(
    ("damage", "check", "way_out"),
    [
        (overwrite, "catalog", "backup"),
        (lose_a_vector, "passages", "dateline remove"),
        (alter_a_text, "passages", "backup"),
        (set_another_embedder, "embedder", "dateline reindex"),
    ],
)
def test_what_cannot_be_mended_stays_a_problem_with_the_way_out(
    index: Path, damage: Callable[[Path], None], check: str, way_out: str
) -> None:
    damage(index)
    before = (index / "catalog.sqlite").stat().st_size
    finding = look(index)[check]
    assert finding.state == "problem"
    assert finding.way_out is not None
    assert way_out in finding.way_out
    assert (index / "catalog.sqlite").stat().st_size == before


@pytest.fixture
def locked(index: Path) -> Iterator[Path]:
    lock = WriterLock.acquire(index)
    yield index
    lock.release()


def test_an_index_that_is_being_written_to_is_left_alone(locked: Path) -> None:
    shutil.rmtree(locked / "lexicon")
    findings = look(locked)
    assert list(findings) == ["lock"]
    assert "is writing" in findings["lock"].what
    assert not (locked / "lexicon").exists()


def test_the_command_says_a_line_each_and_ends_with_1_when_a_problem_stays(
    index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(index.parent)
    shutil.rmtree(index / "lexicon")
    assert main(["doctor", "--index", str(index)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert all(line.startswith(("ok: ", "mended: ")) for line in said.out.splitlines())
    assert "mended: search stores: " in said.out
    assert "index = " in said.out
    assert "(--index)" in said.out
    set_another_embedder(index)
    assert main(["doctor", "--index", str(index), "--json"]) == 1
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["mended"], report["problems"]) == (0, 1)
    assert {tuple(f) for f in report["findings"]} == {("check", "state", "what", "way_out")}
    (line,) = said.err.splitlines()
    assert line.startswith("error: embedder: ")


def test_no_index_yet_is_no_problem(tmp_path: Path) -> None:
    assert look(tmp_path / "none") == {}
    assert not (tmp_path / "none").exists()


def test_a_setting_that_cannot_be_read_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_PASSAGES", "0")
    assert main(["doctor"]) == 1
    assert "error: settings: DATELINE_PASSAGES" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "said"),
    [("openai:gpt-4.1-mini", "OPENAI_API_KEY"), ("local:none.gguf", "none.gguf"), ("x", "'x'")],
)
def test_a_chat_model_that_cannot_be_used_is_a_problem(
    tmp_path: Path, model: str, said: str
) -> None:
    environ = {"DATELINE_MODEL": model}
    findings, _ = installation.examine_settings(None, environ, tmp_path)
    (finding,) = (f for f in findings if f.state == "problem")
    assert said in finding.what
    findings, _ = installation.examine_settings(
        None, {**environ, "DATELINE_MODEL": "", "DATELINE_USERS": "ann:secret"}, tmp_path
    )
    assert all(f.state == "ok" and "secret" not in f.what for f in findings)


@pytest.mark.parametrize("part", [".", "judge"])
def test_a_model_that_is_not_as_installed_is_a_problem(tmp_path: Path, part: str) -> None:
    folder = Path(shutil.copytree(MODEL_FOLDER, tmp_path / "model")) / part
    assert installation._model("model", folder).state == "ok"
    with (folder / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"x")
    assert installation._model("model", folder).state == "problem"
