"""News questions with known answers: how they are loaded, and when a passage counts as a hit.

The data is in DATELINE_SHARED (default ``../shared`` beside the repository): ``bench`` to measure
on, ``training`` to fit on (questions that are also in ``bench`` are left out of it).
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))
BENCH_ARTICLES = SHARED / "bench" / "newsqa-dev-articles.jsonl.gz"
BENCH_QUESTIONS = SHARED / "bench" / "newsqa-dev-questions.jsonl"
TRAINING_ARTICLES = SHARED / "training" / "news-articles.jsonl.gz"
TRAINING_QUESTIONS = SHARED / "training" / "news-quiz.jsonl.gz"
TRAINING_URLS = SHARED / "training" / "news-quiz-urls.jsonl.gz"

_SHORTEST_ANSWER = 3
_DROPPED = re.compile(r"[^\w\s]")
_ARTICLES = {"a", "an", "the"}


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """
    Attributes:
        answers: normalised, each of at least three characters.
        urls: articles that a web search returned for it.
    """

    id: str
    text: str
    answers: tuple[str, ...]
    urls: tuple[str, ...]


def normal(text: str) -> str:
    """Lower case, punctuation and articles dropped, one space between words."""
    words = _DROPPED.sub(" ", text.lower()).split()
    return " ".join(word for word in words if word not in _ARTICLES)


def holds(answers: Iterable[str], text: str) -> bool:
    """Whether one of the normalised answers stands in ``text`` as whole words."""
    padded = f" {normal(text)} "
    return any(f" {answer} " in padded for answer in answers)


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def bench_questions() -> list[NewsQuestion]:
    """The dev questions whose answer stands in title or text of one of their articles."""
    rows = read_jsonl(BENCH_QUESTIONS)
    asked = [_question(r["id"], r["question"], r["answers"], r["urls"]) for r in rows]
    return answerable(asked, BENCH_ARTICLES)


def training_questions() -> list[NewsQuestion]:
    """The training questions with articles of which one holds the answer."""
    urls = {row["id"]: row["urls"] for row in read_jsonl(TRAINING_URLS)}
    asked = [
        _question(
            row["id"],
            row["question"],
            [row["choices"][int(right)] for right in row["answer"]],
            urls[row["id"]],
        )
        for row in read_jsonl(TRAINING_QUESTIONS)
        if row["id"] in urls and not row["in_dev"]
    ]
    return answerable(asked, TRAINING_ARTICLES)


def answerable(questions: Iterable[NewsQuestion], articles: Path) -> list[NewsQuestion]:
    """Those of which an answer stands in title or text of one of their ``urls``."""
    texts = {row["url"]: f"{row['title'] or ''}\n{row['text']}" for row in read_jsonl(articles)}
    return [
        question
        for question in questions
        if any(holds(question.answers, texts[url]) for url in question.urls if url in texts)
    ]


def _question(id: str, text: str, answers: Sequence[str], urls: Sequence[str]) -> NewsQuestion:
    usable = tuple(a for a in map(normal, answers) if len(a) >= _SHORTEST_ANSWER)
    return NewsQuestion(str(id), text, usable, tuple(urls))
