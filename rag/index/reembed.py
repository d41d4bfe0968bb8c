"""New vectors for every passage, made beside the old ones and swapped in at once."""

from __future__ import annotations

import sqlite3

import numpy as np

from rag.embeddings import Embedder
from rag.index.catalog import Catalog
from rag.index.derived import Progress
from rag.index.ledger import retrieval_key, set_embedder, set_meta
from rag.passages import retrieval_text

_BATCH = 512


def embed_anew(catalog: Catalog, embedder: Embedder, progress: Progress | None = None) -> None:
    """Embed all passages with ``embedder`` and make it the index's own.

    The new vectors gather in a table of their own, a transaction a batch; until the last one the
    index is what it was. Interrupted, it goes on with the same embedder where it was.
    """
    _begin(catalog, embedder)
    total = catalog.counts().passages
    while passage_ids := _next_batch(catalog):
        entries = catalog.entries(passage_ids, vectors=False)
        texts = [retrieval_text(entry.title or None, entry.text) for entry in entries]
        vectors = embedder.embed(texts).astype(np.float16)
        with catalog.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO new_vectors VALUES (?, ?, ?)",
                (
                    (entry.passage_id, retrieval_key(text), vector.tobytes())
                    for entry, text, vector in zip(entries, texts, vectors, strict=True)
                ),
            )
        if progress is not None:
            progress("embedding", _made(catalog), total)
    _swap(catalog, embedder)


def _begin(catalog: Catalog, embedder: Embedder) -> None:
    with catalog.transaction() as db:
        if _meta(db, "new_embedder") == embedder.fingerprint:
            return
        db.execute("DROP TABLE IF EXISTS new_vectors")
        db.execute(
            "CREATE TABLE new_vectors (passage_id INTEGER PRIMARY KEY, "
            "retrieval_key BLOB NOT NULL, vector BLOB NOT NULL)"
        )
        set_meta(db, new_embedder=embedder.fingerprint)


def _next_batch(catalog: Catalog) -> list[int]:
    with catalog.view() as db:
        rows = db.execute(
            "SELECT passage_id FROM passages p WHERE NOT EXISTS "
            "(SELECT 1 FROM new_vectors n WHERE n.passage_id = p.passage_id) "
            "ORDER BY passage_id LIMIT ?",
            (_BATCH,),
        )
        return [row[0] for row in rows]


def _made(catalog: Catalog) -> int:
    with catalog.view() as db:
        return int(db.execute("SELECT count(*) FROM new_vectors").fetchone()[0])


def _swap(catalog: Catalog, embedder: Embedder) -> None:
    """Also drops Chroma's folder from the catalog: its vectors are of the old embedder."""
    with catalog.transaction() as db:
        db.execute(
            "DELETE FROM new_vectors WHERE passage_id NOT IN (SELECT passage_id FROM passages)"
        )
        db.execute("DROP TABLE vectors")
        db.execute("ALTER TABLE new_vectors RENAME TO vectors")
        db.execute("CREATE INDEX vectors_by_key ON vectors (retrieval_key)")
        db.execute("DELETE FROM meta WHERE name IN ('new_embedder', 'chroma_folder')")
        set_embedder(db, embedder)
        set_meta(db, embedding=int(_meta(db, "embedding") or 0) + 1)


def _meta(db: sqlite3.Connection, name: str) -> str | int | None:
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]
