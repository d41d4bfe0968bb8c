"""Kill a batch with a chat model at random moments; each time ``--resume`` must finish it.

    python -m bench.crash_batch [--kills 20] [--questions 500] [--jobs 4]

Indexes ``examples/articles``, and puts questions made from their sentences to a scripted server
that speaks as OpenAI's does and quotes two of the numbered sentences, after up to 0.4 s. One batch
runs without interruption; then again and again a new one is killed (SIGKILL) when it has done a
number of rows drawn at random, and gone on with. Compares the outputs byte for byte, times apart,
and counts the questions that were put to the model again: those that were in flight may have been,
others not.
The response cache is on, as it is for everybody; each batch has one of its own. Exits with 1 when
an output differs or a question was asked again that need not have been.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.newsqa import ROOT
from bench.recorded import record
from rag.dateline import Dateline
from rag.settings import load_settings
from tests.batch_runs import Batch, asked_by, quoting
from tests.openai_server import OpenAIServer, running_server

SLOWEST_S = 0.4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_server() as server:
        server.otherwise = quoting(SLOWEST_S)
        figures = measure(arguments, Path(name), server)
    record("crash_batch", figures)
    print(json.dumps({k: v for k, v in figures.items() if k != "each"}, indent=2))
    return 0 if figures["equal"] == figures["kills"] and not figures["asked_needlessly"] else 1


def measure(arguments: argparse.Namespace, folder: Path, server: OpenAIServer) -> dict[str, Any]:
    questions = folder / "questions.jsonl"
    write_questions(folder / "index", questions, arguments.questions)
    batch = Batch(
        folder / "index", questions, folder / "whole.jsonl", server.base_url, arguments.jobs
    )
    started_s = time.monotonic()
    status, said = batch.run()
    assert status == 0, said
    uninterrupted_s = time.monotonic() - started_s
    draw = random.Random(arguments.seed)
    each = []
    while len(each) < arguments.kills:
        (folder / "index" / "responses.sqlite").unlink()
        killed = replace(batch, output=folder / "killed.jsonl")
        each.append(kill_once(killed, server, draw.uniform(0, arguments.questions)))
        each[-1]["equal"] = killed.rows() == batch.rows()
        print(f"{len(each)} of {arguments.kills}: {each[-1]}", file=sys.stderr, flush=True)
        for file in folder.glob("killed.jsonl*"):
            file.unlink()
    return {
        "questions": arguments.questions,
        "jobs": arguments.jobs,
        "uninterrupted_s": round(uninterrupted_s, 1),
        "kills": len(each),
        "equal": sum(kill["equal"] for kill in each),
        "asked_again_in_flight": sum(kill["asked_again"] for kill in each),
        "asked_needlessly": sum(kill["asked_needlessly"] for kill in each),
        "each": each,
    }


def kill_once(batch: Batch, server: OpenAIServer, after_rows: float) -> dict[str, Any]:
    """One batch, killed a moment after so many rows, and gone on with to its end."""
    server.requests.clear()
    process = batch.start()
    while process.poll() is None and stored_lines(batch) < int(after_rows):
        time.sleep(0.002)
    time.sleep(after_rows % 1 * 0.1)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was over before it could be killed"
    first, stored = asked_by(server), batch.stored()
    status, said = batch.run("--resume")
    assert status == 0, said
    twice = {question for question, times in asked_by(server).items() if times > 1}
    return {
        "rows_done": len(stored),
        "in_flight": len(set(first) - stored),
        "asked_again": len(twice),
        "asked_needlessly": len(twice & stored) + max(0, len(twice) - batch.jobs),
    }


def stored_lines(batch: Batch) -> int:
    return batch.journal.read_bytes().count(b"\n") - 1 if batch.journal.exists() else 0


def write_questions(index: Path, questions: Path, count: int) -> None:
    """``count`` different questions that share words with the sample articles' sentences."""
    settings = replace(load_settings({}, index.parent), index=index)
    with Dateline(settings) as dateline:
        dateline.ingest([ROOT / "examples" / "articles"])
        words = [dateline.article(r.article_id).text.split() for r in dateline.articles()]
    asked: Counter[str] = Counter()
    for start in range(0, 10_000, 7):
        for text in words:
            if len(text) >= start + 6 and len(asked) < count:
                asked[f"What is told of “{' '.join(text[start : start + 6])}”?"] += 1
    assert len(asked) == count
    with questions.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"question": question}) + "\n" for question in asked)


if __name__ == "__main__":
    sys.exit(main())
