"""Whatever ends a batch, the next run goes on: the same output, nothing asked twice."""

from __future__ import annotations

import csv
import os
import random
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.dateline import Dateline
from rag.settings import load_settings
from tests.batch_runs import Batch, asked_by, quoting
from tests.openai_server import Handler, OpenAIServer, running_server, silence

TOWNS = ["Arlow", "Brell", "Corvan", "Dunsel", "Eskmoor", "Farrow"]
COUNT = 60
FEW = 16


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    for number, town in enumerate(TOWNS, 11):
        (folder / f"{town}.txt").write_text(
            f"Flood in {town}\n\n{town} Post\nPublished: {number} March 2026\n\n"
            f"The river rose by {number} metres in {town} on Monday, the mayor said.\n\n"
            f"Police in {town} counted {number * 3} houses under water and closed the bridge.\n"
        )
    with Dateline(replace(load_settings({}, folder), index=folder / "index")) as dateline:
        assert dateline.ingest(sorted(folder.glob("*.txt"))).added == len(TOWNS)
    return folder / "index"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with running_server() as server:
        server.otherwise = quoting()
        yield server


@pytest.fixture
def batch(index: Path, server: OpenAIServer, tmp_path: Path) -> Batch:
    questions = tmp_path / "q.txt"
    lines = [f"What happened in {TOWNS[n % len(TOWNS)]}, report {n}?" for n in range(COUNT)]
    questions.write_text("\n".join(lines) + "\n")
    return Batch(index, questions, tmp_path / "a.jsonl", server.base_url)


@pytest.fixture
def few(batch: Batch) -> Batch:
    lines = batch.questions.read_text().splitlines(keepends=True)
    batch.questions.write_text("".join(lines[:FEW]))
    return batch


def wait_for_rows(batch: Batch, count: int) -> None:
    deadline_s = time.monotonic() + 30
    while len(batch.stored()) < count:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_killed_three_times_it_ends_with_the_same_bytes_and_asks_nothing_twice(
    batch: Batch, server: OpenAIServer, tmp_path: Path
) -> None:
    whole = replace(batch, output=tmp_path / "whole.jsonl")
    status, said = whole.run("--no-cache")
    forecast, line = said.splitlines()
    assert status == 0
    assert forecast.startswith("note: about 240 model calls")
    assert line == f"60 rows in {whole.output}: 60 asked now, 0 done before, 0 failed"
    assert set(asked_by(server).values()) == {1}
    server.requests.clear()
    moments = sorted(random.Random(7).sample(range(2, COUNT - 6), 3))
    for moment in moments:
        before = batch.stored()
        asked_before = asked_by(server)
        process = batch.start("--resume")
        wait_for_rows(batch, moment)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        asked_now = asked_by(server) - asked_before
        assert not before & set(asked_now)
    assert batch.run("--resume")[0] == 0
    assert batch.rows() == whole.rows()
    asked = asked_by(server)
    assert len(asked) == COUNT
    assert sum(asked.values()) <= COUNT + len(moments) * batch.jobs


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(few: Batch, server: OpenAIServer) -> None:
    process = few.start()
    wait_for_rows(few, 5)
    server.will(*[silence(60)] * few.jobs)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    _, line = said.splitlines()
    done = re.fullmatch(
        r"error: interrupted; (\d+) of 16 rows are done and kept, --resume goes on", line
    )
    assert done is not None
    assert int(done.group(1)) == len(few.stored())
    assert not few.output.exists()
    server.behaviours.clear()
    status, said = few.run("--resume")
    assert status == 0
    assert f"{done.group(1)} done before" in said
    assert len(few.output.read_bytes().splitlines()) == FEW


def test_a_budget_ends_it_cleanly_and_a_higher_one_goes_on(
    few: Batch, server: OpenAIServer
) -> None:
    server.models.add("gpt-4.1-mini")
    model = {"DATELINE_MODEL": "openai:gpt-4.1-mini"}
    # Tokens are limited: a price is only known at the real address.
    status, said = few.run("--max-tokens", "4000", **model)
    assert status == 1
    assert re.fullmatch(
        r"note: about .*\nerror: the budget of 4000 tokens would not hold: .*; raise --max-tokens; "
        r"\d+ of 16 rows are done and kept, --resume goes on\n",
        said,
    )
    done = len(few.stored())
    assert 0 < done < FEW
    assert few.run("--resume", "--max-tokens", "4000", **model)[0] == 1
    assert len(few.stored()) == done  # what the first run took counts
    assert few.run("--resume", "--max-tokens", "1000000", **model)[0] == 0
    assert b'"error": null' in few.output.read_bytes().splitlines()[-1]
    assert set(asked_by(server).values()) == {1}


def test_a_key_that_is_refused_ends_it_at_once_and_not_each_row(
    few: Batch, server: OpenAIServer
) -> None:
    status, said = few.run(OPENAI_API_KEY="sk-wrong")
    assert status == 2
    _, line = said.splitlines()
    assert line.startswith("error: ")
    assert "key" in line
    assert len(server.requests) <= few.jobs
    assert few.run("--resume")[0] == 0


def test_calls_are_spaced_to_the_rate_over_all_jobs(batch: Batch, server: OpenAIServer) -> None:
    moments_s: list[float] = []

    def answer_noting_when(request: Handler) -> None:
        moments_s.append(time.monotonic())
        quoting()(request)

    server.otherwise = answer_noting_when
    batch.questions.write_text("".join(f"What happened in {town}?\n" for town in TOWNS))
    assert batch.run("--rate", "120")[0] == 0
    assert len(moments_s) == 6
    assert moments_s[-1] - moments_s[0] >= 1.4  # two a second, with one second's worth in hand


def test_a_second_process_on_the_same_output_is_refused(batch: Batch, server: OpenAIServer) -> None:
    server.will(*[silence(20)] * batch.jobs)
    first = batch.start()
    try:
        lock = batch.output.with_name("a.jsonl.lock")
        deadline_s = time.monotonic() + 20
        while not server.requests:
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        assert lock.exists()
        status, said = batch.run("--resume")
        assert status == 1
        assert said.startswith("error: ")
        assert "another batch is writing it" in said
    finally:
        first.kill()
        first.wait()
    server.behaviours.clear()
    assert batch.run("--resume")[0] == 0
    assert not lock.exists()


def test_processes_without_a_model_give_what_one_gives(
    batch: Batch, server: OpenAIServer, tmp_path: Path
) -> None:
    one = replace(batch, output=tmp_path / "one.csv", jobs=1)
    two = replace(batch, output=tmp_path / "two.csv", jobs=2)
    for each in (one, two):
        assert each.run("--engine", "extractive", PYTHONHASHSEED=str(each.jobs))[0] == 0
    assert without_seconds(one.output) == without_seconds(two.output)
    assert server.requests == []


def without_seconds(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [[value for name, value in row.items() if name != "seconds"] for row in rows]


def test_processes_end_when_the_batch_is_killed(batch: Batch) -> None:
    process = replace(batch, jobs=2).start("--engine", "extractive")
    wait_for_rows(batch, 2)
    workers = [int(pid) for pid in children(process.pid)]
    assert len(workers) == 2
    process.kill()
    process.wait()
    deadline_s = time.monotonic() + 10
    while any(is_running(pid) for pid in workers):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def children(pid: int) -> list[str]:
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.is_dir():
        pytest.skip("SKIPPED: this system has no /proc to find processes in")
    return [c for task in tasks.iterdir() for c in (task / "children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
