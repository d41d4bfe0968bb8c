"""How long a search takes once warm, without and with filters, on the bench index and a large one.

    dateline ingest --index /tmp/bench ../shared/bench/newsqa-dev-articles.jsonl.gz
    python bench/search_speed.py --index /tmp/bench [--large 100000]

Everything is in it: embedding the question, word and vector search, ranking, reading the passages.
The large collection is the bench's passages repeated, with a little noise on their vectors, so its
speed is real and its results mean nothing. Writes ``bench/results/search_speed.json``.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from newsqa import BENCH_QUESTIONS, read_jsonl
from recorded import record

from rag.embeddings import open_embedder
from rag.filters import Filters
from rag.index import Index
from rag.retrieval import search

LIMIT_MS = 30.0
WARM_UP = 20
FILTERS = {
    "no filter": Filters(),
    "date filter": Filters(since=date(2022, 6, 1), until=date(2022, 8, 31)),
    "outlet filter": Filters(outlets=("www.cnn.com", "www.npr.org", "www.theguardian.com")),
}


def measure(index: Index, questions: Sequence[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, filters in FILTERS.items():
        for question in questions[:WARM_UP]:
            search(index, question, filters=filters)
        seconds = []
        for question in questions:
            start = time.perf_counter()
            search(index, question, filters=filters)
            seconds.append(time.perf_counter() - start)
        p50, p95 = np.percentile(np.array(seconds) * 1000, (50, 95))
        figures[name] = {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}
        print(f"{index.counts().passages:>7} passages, {name}: {p50:.1f} / {p95:.1f} ms (p50/p95)")
    return figures


def grow(source: Path, target: Path, passages: int) -> None:
    """A copy of the index in ``source`` with its articles repeated until it has ``passages``."""
    target.mkdir(parents=True)
    old = sqlite3.connect(source / "catalog.sqlite")
    new = sqlite3.connect(target / "catalog.sqlite")
    old.backup(new)
    random = np.random.default_rng(0)
    held = new.execute("SELECT count(*) FROM passages").fetchone()[0]
    columns = [row[1] for row in new.execute("PRAGMA table_info(articles)")]
    kept = ", ".join(c for c in columns if c not in ("article_rowid", "article_id", "row_key"))
    articles = new.execute("SELECT article_rowid, article_id FROM articles").fetchall()
    for round_number in range(passages // held):
        for rowid, article_id in articles:
            if new.execute("SELECT count(*) FROM passages").fetchone()[0] >= passages:
                break
            cursor = new.execute(
                f"INSERT INTO articles (article_id, row_key, {kept}) "
                f"SELECT ?, ?, {kept} FROM articles WHERE article_rowid = ?",
                (f"{article_id}-again-{round_number}", f"again-{round_number}-{rowid}", rowid),
            )
            _repeat_passages(new, rowid, int(cursor.lastrowid or 0), random)
    new.execute("DELETE FROM changes")
    new.execute("DELETE FROM meta WHERE name LIKE 'lexicon%' OR name LIKE 'chroma%'")
    new.commit()
    new.close()


def _repeat_passages(
    db: sqlite3.Connection, rowid: int, new_rowid: int, random: np.random.Generator
) -> None:
    rows = db.execute(
        "SELECT ordinal, start, end, sentences, retrieval_key, vector FROM passages "
        "JOIN vectors USING (passage_id) WHERE article_rowid = ?",
        (rowid,),
    ).fetchall()
    for ordinal, start, end, sentences, key, blob in rows:
        passage_id = db.execute(
            "INSERT INTO passages (article_rowid, ordinal, start, end, sentences) "
            "VALUES (?, ?, ?, ?, ?)",
            (new_rowid, ordinal, start, end, sentences),
        ).lastrowid
        vector = np.frombuffer(blob, np.float16).astype(np.float32)
        vector = vector + random.normal(0, 0.01, len(vector))
        vector = (vector / np.linalg.norm(vector)).astype(np.float16)
        db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (passage_id, key, vector.tobytes()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--index", type=Path, required=True, help="of the bench articles")
    parser.add_argument("--large", type=int, help="also measure at this many passages")
    options = parser.parse_args()
    questions = [row["question"] for row in read_jsonl(BENCH_QUESTIONS)]
    embedder = open_embedder()
    with Index.open(options.index, embedder=embedder) as index:
        figures = {str(index.counts().passages): measure(index, questions)}
    if options.large:
        with tempfile.TemporaryDirectory() as folder:
            large = Path(folder, "large")
            grow(options.index, large, options.large)
            with Index.open(large, embedder=embedder, write=True) as index:
                index.reindex(embedder)
                figures[str(index.counts().passages)] = measure(index, questions)
    slowest = max(row["p95_ms"] for size in figures.values() for row in size.values())
    record(
        "search_speed",
        {"questions": len(questions), "limit_ms": LIMIT_MS, "slowest_p95_ms": slowest}
        | {"passages": figures},
    )


if __name__ == "__main__":
    main()
