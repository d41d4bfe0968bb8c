"""The data that the models are trained on, read from ``DATELINE_SHARED``, and how it is split.

Nothing of it is in the repository but ``statements.jsonl``: statements of our own on articles of
the set, which are named there by address and by offsets in their text. ``MODEL_CARD.md`` names each
set with its licence.

The labelled articles come split: "train", "aside" (reported on, never trained or tuned on) and
"neither". Of "train" one article in ten is kept for calibration: thresholds and temperatures come
from there, so that they do not come from rows that the weights have learned.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SHARED = Path(os.environ.get("DATELINE_SHARED", "../shared"))
STATEMENTS = Path(__file__).with_name("statements.jsonl")
QUESTIONS = Path(__file__).with_name("questions.jsonl")

# Articles this near to one kept aside (cosine of tf–idf over title and opening) may tell of the
# same event: at 0.16 the nearest left in share a field ("a golf tournament"), not an event.
NEAR_ASIDE = 0.16
OPENING_CHARACTERS = 900

Part = Literal["train", "calibrate", "aside"]


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """An article with the questions and statements that people labelled on it.

    Attributes:
        sentences: its sentences; questions and statements name them by number, from 1.
    """

    name: str
    part: Part
    url: str
    title: str
    date: str
    sentences: tuple[str, ...]
    questions: tuple[Mapping[str, Any], ...]
    statements: tuple[Mapping[str, Any], ...]


def rows(path: str) -> Iterator[dict[str, Any]]:
    """The rows of a .jsonl or .jsonl.gz under the shared folder.

    Raises:
        SystemExit: it is not there.
    """
    file = SHARED / path
    if not file.is_file():
        raise SystemExit(f"{file} is not there: name the folder of the data by DATELINE_SHARED")
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as handle:
        for line in handle:
            yield json.loads(line)


def labelled_articles(*parts: Part) -> list[LabelledArticle]:
    """The labelled articles of ``parts``, in the order of the file."""
    found = []
    for row in rows("training/reading/labelled.jsonl.gz"):
        part = row["part"]
        if part == "train" and _tenth(row["article"]):
            part = "calibrate"
        if part in parts:
            found.append(
                LabelledArticle(
                    name=row["article"],
                    part=part,
                    url=row["url"],
                    title=row["title"],
                    date=row["date"] or "",
                    sentences=tuple(row["sentences"]),
                    questions=tuple(row["questions"]),
                    statements=tuple(row["statements"]),
                )
            )
    return found


def free_articles() -> list[dict[str, Any]]:
    """News articles that nothing is measured on: not labelled, not in the bench's data, older than
    those aside, and on none of their events."""
    labelled = list(rows("training/reading/labelled.jsonl.gz"))
    taken = {row["url"] for row in labelled}
    taken |= {row["url"] for row in rows("bench/newsqa-dev-articles.jsonl.gz")}
    kept_aside = [
        f"{row['title']} {' '.join(row['sentences'][:6])}"
        for row in labelled
        if row["part"] != "train"
    ]
    articles = [
        row
        for row in rows("training/news-articles.jsonl.gz")
        if row["url"] not in taken
        and (row["date"] or "9") < "2023-02"
        and 1500 < len(row["text"]) < 9000
    ]
    openings = [f"{row['title']} {row['text'][:OPENING_CHARACTERS]}" for row in articles]
    nearness = _nearest_cosine(openings, kept_aside)
    return [row for row, near in zip(articles, nearness, strict=True) if near < NEAR_ASIDE]


def data_sha256(paths: Iterable[Path]) -> dict[str, str]:
    """File name → SHA-256, for the model card."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _tenth(name: str) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10 == 0


def _nearest_cosine(texts: Sequence[str], others: Sequence[str]) -> list[float]:
    """For each text the highest cosine of tf–idf with one of ``others``."""
    counts = [Counter(re.findall(r"[a-z0-9']{3,}", text.lower())) for text in (*texts, *others)]
    documents = Counter(word for count in counts for word in count)

    def vector(count: Counter[str]) -> dict[str, float]:
        weights = {
            word: (1 + math.log(n)) * math.log(len(counts) / documents[word])
            for word, n in count.items()
        }
        norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {word: weight / norm for word, weight in weights.items()}

    inverted: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, count in enumerate(counts[len(texts) :]):
        for word, weight in vector(count).items():
            inverted[word].append((at, weight))
    nearest = []
    for count in counts[: len(texts)]:
        products: Counter[int] = Counter()
        for word, weight in vector(count).items():
            for at, other in inverted.get(word, ()):
                products[at] += weight * other  # type: ignore[assignment]
        nearest.append(float(max(products.values(), default=0.0)))
    return nearest
