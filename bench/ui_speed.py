"""How fast the web page is: from the command to the page, from a question to the first sentence,
and with twenty people asking at once; extractive engine, sample articles.

    python bench/ui_speed.py

A real ``python app.py`` in a process of its own and a real Chromium (Debian: apt-get install -y
chromium). The twenty talk to the server as the page does, without a browser each, which on a few
cores would be what is measured. Writes ``bench/results/ui_speed.json``; exits with 1 when a figure
is missed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from recorded import record

from rag.dateline import Dateline
from rag.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (ROOT / "examples" / "questions.txt").read_text("utf-8").splitlines()
PEOPLE = 20
ROUNDS = 3
STARTS = 3
LIMITS_S = {"page_ready_s": 4.0, "first_sentence_s": 1.5, "twenty_p95_s": 2.0}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def running(index: Path, compiled: Path) -> Iterator[tuple[str, float]]:
    """The page's address, and when the command was given."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started_s = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py", "--index", str(index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+/", process.stdout.readline())
        assert found is not None, "the page did not come up"
        yield found[0], started_s
    finally:
        process.terminate()
        process.wait(10)


def first_sentence(page: Any, question: str) -> float:
    """Seconds from pressing Enter to a proved sentence, or a refusal, on the screen."""
    replies = page.locator(".dl-answer").count()
    page.fill("#dl-ask-box textarea", question)
    started_s = time.perf_counter()
    page.keyboard.press("Enter")
    last = page.locator(".dl-answer").nth(replies)
    last.locator(".dl-statement, .dl-refusal").first.wait_for()
    seconds = time.perf_counter() - started_s
    last.locator(".dl-actions").wait_for()
    return seconds


class Person:
    """A session that sends what the page sends: the question, then the request for its answer."""

    def __init__(self, url: str, number: int) -> None:
        self.url = url
        self.session = f"person{number}"
        self.client = httpx.Client(timeout=30)
        config = self.client.get(f"{url}config").json()
        boxes = {c["id"] for c in config["components"] if c["props"].get("elem_id") == "dl-ask-box"}
        events = config["dependencies"]
        self.begin = next(
            e["id"] for e in events if any(t[0] in boxes and t[1] == "submit" for t in e["targets"])
        )
        self.answer = next(e["id"] for e in events if e.get("trigger_after") == self.begin)

    def ask(self, question: str) -> float:
        """Seconds until a sentence or a refusal has come."""
        started_s = time.perf_counter()
        self._event(self.begin, [question, None, None], "process_completed")
        self._event(self.answer, [None, "", "", [], "auto"], "dl-statement|dl-refusal")
        return time.perf_counter() - started_s

    def _event(self, event: int, data: list[Any], wanted: str) -> None:
        joined = self.client.post(
            f"{self.url}gradio_api/queue/join",
            json={"data": data, "fn_index": event, "session_hash": self.session},
        )
        joined.raise_for_status()
        seen = False
        with self.client.stream(
            "GET", f"{self.url}gradio_api/queue/data", params={"session_hash": self.session}
        ) as lines:
            for line in lines.iter_lines():
                seen = seen or re.search(wanted, line) is not None
                if '"process_completed"' in line:
                    answer = json.loads(line.removeprefix("data: "))
                    assert answer["success"], line[:300]
                    break
        assert seen, "no answer came"


def measure_people(url: str) -> dict[str, Any]:
    people = [Person(url, number) for number in range(PEOPLE)]
    seconds: list[float] = []
    errors = 0
    with ThreadPoolExecutor(PEOPLE) as pool:
        for turn in range(ROUNDS):
            asked = [
                pool.submit(person.ask, QUESTIONS[(number + turn) % len(QUESTIONS)])
                for number, person in enumerate(people)
            ]
            for answer in asked:
                try:
                    seconds.append(answer.result())
                except (AssertionError, httpx.HTTPError) as error:
                    errors += 1
                    print(f"error: {error}")
    p50, p95 = np.percentile(seconds, (50, 95))
    return {
        "twenty_p50_s": round(float(p50), 2),
        "twenty_p95_s": round(float(p95), 2),
        "twenty_errors": errors,
        "twenty_answers": len(seconds),
    }


def measure(folder: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    index = folder / "index"
    settings = replace(load_settings({}, folder), index=index)
    with Dateline(settings) as dateline:
        dateline.ingest([ROOT / "examples" / "articles"])
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "there is no Chromium"
    figures: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        ready = []
        for _ in range(STARTS + 1):
            with running(index, folder / "compiled") as (url, started_s):
                page = browser.new_page()
                page.goto(url)
                page.locator("#dl-ask-box textarea").wait_for()
                ready.append(time.perf_counter() - started_s)
                if len(ready) > STARTS:
                    first = [first_sentence(page, question) for question in QUESTIONS]
                    page.close()
                    figures |= measure_people(url)
                else:
                    page.close()
        browser.close()
    # The first start compiles what pip or a first run has compiled otherwise.
    figures["page_ready_s"] = round(float(np.median(ready[1:])), 2)
    figures["first_sentence_s"] = round(float(np.percentile(first, 95)), 2)
    figures["first_sentence_median_s"] = round(float(np.median(first)), 2)
    return figures


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    record("ui_speed", {"limits_s": LIMITS_S, **figures})
    missed = [name for name, limit in LIMITS_S.items() if figures[name] > limit]
    missed += ["twenty_errors"] if figures["twenty_errors"] else []
    print(json.dumps(figures, indent=1))
    for name in missed:
        print(f"missed: {name} is {figures[name]}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
