"""Everything around the model call: what a question takes besides the time that the model takes.

    python -m bench.around_model INDEX [--questions 459] [--words 200]

INDEX holds the articles of ``newsqa-dev``. A scripted server speaks as OpenAI's does and answers
each question with three statements made of the numbered sentences that it was given: one word for
word, one reworded, and one that cites the wrong sentence, so that all are searched for its proof.
Its own time, from the request to the last byte of the answer, is taken off each question's; the
rest is finding, prompt, client, checks and agreement. Beside the wall clock stands the processor
time of the whole process, the server's included, which other work on the machine changes less.

All of it is measured twice: with a model that answers at once, so that nothing overlaps, and with
one that writes WORDS a second, as the fast ones that are for hire do: what is proved while it
writes on costs no one any time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench.newsqa import BENCH_QUESTIONS, read_jsonl
from bench.recorded import record
from rag.dateline import Dateline, Limits
from rag.settings import load_settings
from tests.openai_server import KEY, MODEL, Handler, answer, running_server

_NUMBERED = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_WARM_UP = 10


class Scripted:
    """The model; ``seconds`` is what it took for the last request."""

    def __init__(self, every_s: float) -> None:
        self.every_s = every_s
        self.seconds = 0.0

    def __call__(self, request: Handler) -> None:
        started_s = time.perf_counter()
        numbered = _NUMBERED.findall(request.body["messages"][-1]["content"])
        (n, first), (m, second), (_, third) = (numbered * 3)[:3]
        wrong = numbered[-1][0]
        text = f"{first} [{n}] It was reported that {second[0].lower()}{second[1:]} [{m}] "
        answer(f"{text}{third} [{wrong}]", every_s=self.every_s)(request)
        request.wfile.flush()
        self.seconds = time.perf_counter() - started_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=int, default=459)
    parser.add_argument("--words", type=int, default=200, help="words a second of the second model")
    arguments = parser.parse_args()
    asked = [row["question"] for row in read_jsonl(BENCH_QUESTIONS)][: arguments.questions]
    # A process of its own for each, since what one has read of the articles would serve the next.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as process:
        at_once = process.submit(measure, arguments.index, asked, 0.0).result()
        streaming = process.submit(measure, arguments.index, asked, 1 / arguments.words).result()
    figures = {
        "at_once": at_once,
        "streaming": streaming | {"words_per_second": arguments.words},
    }
    print(json.dumps(figures, indent=2))
    record("around_model", figures)


def measure(index: Path, asked: list[str], every_s: float) -> dict[str, Any]:
    model = Scripted(every_s)
    with running_server() as server:
        server.otherwise, server.context_words = model, 100_000
        os.environ.update(OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY=KEY)
        settings = replace(load_settings({}), index=index, model=f"openai:{MODEL}")
        with Dateline(settings, Limits(verify="checks", cache=False)) as dateline:
            for question in asked[:_WARM_UP]:
                dateline.ask(question)
            load = os.getloadavg()[0]
            return {"load_before": round(load, 1)} | ask_all(dateline, asked, model)


def ask_all(dateline: Dateline, asked: list[str], model: Scripted) -> dict[str, Any]:
    around_ms, cpu_ms, model_ms = [], [], []
    statements: dict[str, int] = {}
    for question in asked:
        cpu_s, started_s = time.process_time(), time.perf_counter()
        given = dateline.ask(question)
        seconds = time.perf_counter() - started_s
        cpu_ms.append((time.process_time() - cpu_s) * 1000)
        around_ms.append((seconds - model.seconds) * 1000)
        model_ms.append(model.seconds * 1000)
        for statement in given.statements:
            statements[statement.support] = statements.get(statement.support, 0) + 1
    return {
        "questions": len(asked),
        "statements": statements,
        "around_ms": percentiles(around_ms),
        "cpu_ms": percentiles(cpu_ms),
        "scripted_model_ms": percentiles(model_ms),
        "p95_at_most_200_ms": bool(np.percentile(around_ms, 95) <= 200),
    }


def percentiles(values: list[float]) -> dict[str, float]:
    return {f"p{q}": round(float(np.percentile(values, q)), 1) for q in (50, 95)}


if __name__ == "__main__":
    main()
