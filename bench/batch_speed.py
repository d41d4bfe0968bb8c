"""Answers without a model: questions a second of ``dateline batch``, and memory by their number.

    python -m bench.batch_speed INDEX [--jobs N] [--sizes 100 1000 10000] [--memory-index INDEX]

INDEX holds the articles of ``newsqa-dev``. The speed is that of all its 459 questions, start and
end of the processes included; beside it stands the processor time, which other work on the machine
changes less. Memory is the highest resident set of the command and of each of its processes, over
files of different questions, which are made of the articles' titles and of words of their text;
``--memory-index`` names a smaller index for it, where ten thousand answers take less time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any

from bench.newsqa import BENCH_QUESTIONS, read_jsonl
from bench.recorded import record
from rag.dateline import Dateline
from rag.settings import load_settings

RUN = "import sys; from rag.cli import main; sys.exit(main())"
_POLL_S = 0.1
_WORDS = 12
_ASKING = ("What is known of this", "Who speaks of this", "When was this", "How many were there")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--memory-index", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10_000])
    arguments = parser.parse_args()
    asked = [row["question"] for row in read_jsonl(BENCH_QUESTIONS)]
    speed = run(arguments.index, asked, arguments.jobs)
    print(json.dumps(speed), flush=True)
    memory = []
    index = arguments.memory_index or arguments.index
    for size in arguments.sizes:
        questions = list(islice(different_questions(index, asked), size))
        assert len(questions) == size
        memory.append(run(index, questions, arguments.jobs))
        print(json.dumps(memory[-1]), flush=True)
    record("batch_speed", {"jobs": arguments.jobs, "newsqa_dev": speed, "by_number": memory})


def run(index: Path, questions: list[str], jobs: int) -> dict[str, Any]:
    """One batch over ``questions``."""
    with tempfile.TemporaryDirectory() as name:
        file, output = Path(name, "questions.txt"), Path(name, "answers.jsonl")
        file.write_text("\n".join(questions) + "\n", "utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        load = os.getloadavg()[0]
        started_s = time.monotonic()
        process = subprocess.Popen(
            [
                sys.executable, "-c", RUN, "batch", str(file), "-o", str(output),
                "--engine", "extractive", "--index", str(index), "--jobs", str(jobs),
            ],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        peaks = peak_memory_bytes(process)
        assert process.returncode == 0
        seconds = time.monotonic() - started_s
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    command, *workers = [round(peaks[pid] / 2**20) for pid in sorted(peaks)]
    return {
        "questions": len(questions),
        "seconds": round(seconds, 1),
        "questions_a_second": round(len(questions) / seconds, 1),
        "cpu_ms_a_question": round(cpu_s / len(questions) * 1000, 1),
        "load_before": round(load, 1),
        "peak_mb_command": command,
        "peak_mb_processes": workers,
    }


def peak_memory_bytes(process: subprocess.Popen[bytes]) -> dict[int, int]:
    """Process id → its highest resident set, of ``process`` and its children, when it has ended."""
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for pid in [process.pid, *children(process.pid)]:
            with suppress(OSError, StopIteration, IndexError):
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                line = next(line for line in lines if line.startswith("VmHWM"))
                peaks[pid] = int(line.split()[1]) * 1024
        time.sleep(_POLL_S)
    return peaks


def children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def different_questions(index: Path, asked: list[str]) -> Iterator[str]:
    yield from asked
    with Dateline(replace(load_settings({}), index=index)) as dateline:
        articles = [dateline.article(r.article_id) for r in dateline.articles()]
    for article in articles:
        yield f"What is reported under the title {article.record.title}?"
    for asking, start in product(_ASKING, range(10_000)):
        for article in articles:
            words = article.text.split()[start : start + _WORDS]
            if len(words) == _WORDS:
                yield f"{asking}: {' '.join(words)}?"


if __name__ == "__main__":
    main()
