"""Nearest-neighbour search over passage vectors: the one place that knows Chroma.

Importing ``chromadb`` takes 1.4 s, so nothing here imports it before it is needed, and searches
in indexes of usual size do not come here at all (see ``rag.index.scan``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index.failures import derived_failures
from rag.index.records import PassageEntry

NAME = "vector index (Chroma)"
_COLLECTION = "passages"
# HNSW: list length while searching, and how many additions are written to its files at once.
_EF_SEARCH = 200
_SYNC_THRESHOLD = 2000
_BATCH = 2000
# Inner products nearer to each other than this are of the same vector, rounding aside.
_SAME = 0.01


class VectorStore:
    """One Chroma collection in one folder; ids are passage ids, vectors have length 1.

    Chroma has no transactions, so every write may be repeated: additions replace by id, and ids
    that are not there can be removed.
    """

    def __init__(self, directory: Path, client: Any, collection: Any) -> None:
        self._directory = directory
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, directory: Path) -> VectorStore:
        """A new, empty one in the new folder ``directory``."""
        with derived_failures(directory.parent, NAME):
            directory.mkdir(parents=True)
            client = _client(directory)
            collection = client.create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={
                    "hnsw": {
                        "space": "ip",
                        "ef_search": _EF_SEARCH,
                        "sync_threshold": _SYNC_THRESHOLD,
                    }
                },
            )
            return cls(directory, client, collection)

    @classmethod
    def open(cls, directory: Path) -> VectorStore:
        """
        Raises:
            DerivedStoreError: the folder is missing or its files are damaged.
        """
        with derived_failures(directory, NAME):
            if not (directory / "chroma.sqlite3").is_file():
                raise FileNotFoundError("its files are missing")
            client = _client(directory)
            return cls(directory, client, client.get_collection(_COLLECTION, None))

    def close(self) -> None:
        with derived_failures(self._directory, NAME):
            self._client.close()

    def count(self) -> int:
        with derived_failures(self._directory, NAME):
            return int(self._collection.count())

    def passage_ids(self) -> set[int]:
        """Every passage id in the collection; for checks."""
        with derived_failures(self._directory, NAME):
            return {int(passage_id) for passage_id in self._collection.get(include=[])["ids"]}

    def finds(self, entries: Sequence[PassageEntry]) -> bool:
        """Whether a search for each entry's vector finds it, or one as near."""
        vectors = [np.frombuffer(entry.vector, np.float16).astype(np.float32) for entry in entries]
        best = [self.search(vector, 3) for vector in vectors]
        return all(
            hits and hits[0][1] > float(vector @ vector) - _SAME
            for hits, vector in zip(best, vectors, strict=True)
        )

    def apply(self, removed: Sequence[int], added: Sequence[PassageEntry], *, replay: bool) -> None:
        """Take passages out and put passages (with their vectors) in, in place of what has their
        ids; so ``replay`` makes no difference here."""
        with derived_failures(self._directory, NAME):
            for first in range(0, len(removed), _BATCH):
                self._collection.delete(ids=[str(i) for i in removed[first : first + _BATCH]])
            for first in range(0, len(added), _BATCH):
                batch = added[first : first + _BATCH]
                rows = np.frombuffer(b"".join(entry.vector for entry in batch), np.float16)
                self._collection.upsert(
                    ids=[str(entry.passage_id) for entry in batch],
                    embeddings=rows.reshape(len(batch), -1).astype(np.float32),
                )

    def commit(self) -> None:
        """Nothing to do: Chroma stores each call."""

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """About the ``k`` passages of the highest inner product, best first."""
        with derived_failures(self._directory, NAME):
            k = min(k, self._collection.count())
            if k < 1:
                return []
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=k, include=["distances"]
            )
            hits = zip(found["ids"][0], found["distances"][0], strict=True)
            return [(int(passage_id), 1.0 - float(distance)) for passage_id, distance in hits]


def _client(directory: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(
        path=str(directory), settings=Settings(anonymized_telemetry=False)
    )
