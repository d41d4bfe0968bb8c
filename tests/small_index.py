"""Small articles, a quick embedder and what an index holds, for the tests of the index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.filters import Filters
from rag.index import Index, IngestReport, ingest
from rag.index.catalog import Catalog
from rag.index.lexicon import Lexicon
from rag.index.vectors import VectorStore


class HashEmbedder:
    """A vector for every text, drawn by its hash: quick, and the same at every call.

    Attributes:
        embedded: every text asked for, in order.
        before: called with each batch first.
    """

    def __init__(self, version: str = "1", before: Callable[[], None] = lambda: None) -> None:
        self.name = "hash"
        self.fingerprint = f"hash-{version}"
        self.dimension = 32
        self.embedded: list[str] = []
        self.before = before

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.before()
        self.embedded += texts
        rows = [self._vector(text) for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    def _vector(self, text: str) -> np.ndarray:
        digest = hashlib.sha256((self.fingerprint + text).encode()).digest()
        vector = np.random.default_rng(list(digest)).standard_normal(self.dimension)
        return vector / np.linalg.norm(vector)


def story(topic: str, sentences: int = 6) -> str:
    """An article's text on ``topic``, long enough to be taken for one."""
    lines = [
        f"The council of {topic} met for the {n + 1}th time on Monday and put off its decision "
        f"on the {topic} bridge, which carries {n + 40} lorries a day."
        for n in range(sentences)
    ]
    return "\n\n".join(" ".join(lines[at : at + 3]) for at in range(0, len(lines), 3))


def write_rows(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """A .jsonl file of ``rows``."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def row(topic: str, **fields: Any) -> dict[str, Any]:
    return {"title": f"Vote on the {topic} bridge is put off", "text": story(topic), **fields}


def open_to_write(directory: Path, embedder: HashEmbedder | None = None) -> Index:
    return Index.open(directory, embedder=embedder or HashEmbedder(), write=True, create=True)


def ingest_into(directory: Path, *paths: Path, **options: Any) -> IngestReport:
    """One whole run: open, ingest, close."""
    with open_to_write(directory, options.pop("embedder", None)) as index:
        return ingest(index, paths, **options)


def contents(directory: Path, queries: Sequence[str] = ()) -> dict[str, Any]:
    """Everything an index holds and answers, to be compared with another's."""
    catalog = Catalog.open(directory, write=False)
    with catalog.view() as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {
            table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for (table,) in names
            if table not in ("meta", "changes", "new_vectors") and not table.startswith("sqlite_")
        }
    lexicon = Lexicon.open(directory / "lexicon" / catalog.meta("lexicon_folder"))
    chroma = VectorStore.open(directory / "chroma" / catalog.meta("chroma_folder"))
    held = {**tables, "words": lexicon.passage_ids(), "chroma": chroma.passage_ids()}
    found = [lexicon.search(query, 20, Filters()) for query in queries]
    held["hits"] = [[(i, round(score, 4)) for i, score in hits] for hits in found]
    held["pending"] = catalog.counts().pending
    for store in (chroma, lexicon, catalog):
        store.close()
    return held
