"""The response cache, with real SQLite files, threads and processes."""

from __future__ import annotations

import logging
import multiprocessing
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from rag.models.cache import ENTRY_OVERHEAD_BYTES, ResponseCache, cache_key

REPLY = {"text": "The river rose. [1]", "truncated": False}


def test_what_is_put_is_got_by_another_cache_on_the_same_file(tmp_path: Path) -> None:
    ResponseCache.in_folder(tmp_path).put("a", REPLY)
    again = ResponseCache.in_folder(tmp_path)
    assert again.get("a") == REPLY
    assert again.get("b") is None


def test_the_key_depends_on_each_part_and_not_on_their_order() -> None:
    parts = {"model": "m", "messages": [{"role": "user", "content": "a"}], "repeat": 0}
    assert cache_key(parts) == cache_key(dict(reversed(parts.items())))
    for changed in ({"model": "n"}, {"messages": []}, {"repeat": 1}):
        assert cache_key({**parts, **changed}) != cache_key(parts)
    assert cache_key({"messages": "\ud800 broken"}) != cache_key({"messages": "broken"})


def test_the_least_recently_used_go_when_the_limit_is_reached(tmp_path: Path) -> None:
    size_bytes = 1000
    reply = {"text": "x" * (size_bytes - ENTRY_OVERHEAD_BYTES - len('{"text": ""}'))}
    cache = ResponseCache(tmp_path / "c.sqlite", size_limit_bytes=10 * size_bytes)
    for n in range(10):
        cache.put(str(n), reply)
    assert cache.get("0") == reply  # now the most recently used
    cache.put("10", reply)
    kept = [n for n in range(11) if cache.get(str(n)) is not None]
    assert kept == [0, *range(3, 11)]


@pytest.mark.parametrize("damage", ["overwritten", "cut", "not a database"])
def test_a_damaged_file_is_moved_aside_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    path = tmp_path / "responses.sqlite"
    first = ResponseCache(path)
    for n in range(200):
        first.put(str(n), {"text": "word " * 100})
    first.close()
    data = path.read_bytes()
    if damage == "overwritten":
        data = data[:2000] + b"\xff" * (len(data) - 2000)
    elif damage == "cut":
        data = data[: len(data) // 2]
    else:
        data = b"this is no database\n" * 100
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        cache = ResponseCache(path)
        for n in range(200):
            cache.get(str(n))
        cache.put("new", REPLY)
        cache.put("newer", REPLY)
    assert cache.get("newer") == REPLY
    assert len(list(tmp_path.glob("responses.sqlite.damaged-*"))) == 1
    assert "moved to" in caplog.text


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ResponseCache(tmp_path / "file" / "responses.sqlite")
    cache.put("a", REPLY)
    cache.put("b", REPLY)
    assert cache.get("a") is None
    assert caplog.text.count("is not used") == 1


def test_a_locked_file_is_waited_for_no_longer_than_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.models.cache.BUSY_TIMEOUT_S", 0.05)
    cache = ResponseCache.in_folder(tmp_path)
    cache.put("a", REPLY)
    with closing(sqlite3.connect(cache.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        cache.put("b", REPLY)  # not stored, not raised
        other.execute("ROLLBACK")
    assert cache.get("a") == REPLY
    assert cache.get("b") is None
    assert not list(tmp_path.glob("*.damaged-*"))


def put_many(path: Path, writer: int) -> None:
    cache = ResponseCache(path)
    for n in range(40):
        cache.put(f"{writer}-{n}", {"text": f"{writer} {n}"})
        assert cache.get(f"{writer}-{n}") == {"text": f"{writer} {n}"}


def test_many_threads_and_processes_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "responses.sqlite"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=put_many, args=(path, n)) for n in range(2)]
    threads = [threading.Thread(target=put_many, args=(path, n)) for n in range(2, 6)]
    for worker in (*processes, *threads):
        worker.start()
    for worker in (*processes, *threads):
        worker.join()
    assert [process.exitcode for process in processes] == [0, 0]
    cache = ResponseCache(path)
    for writer in range(6):
        for n in range(40):
            assert cache.get(f"{writer}-{n}") == {"text": f"{writer} {n}"}
