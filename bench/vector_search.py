"""Exact scan against Chroma: first query of a process and warm queries, by number of passages.

    python bench/vector_search.py [--passages 10000 50000 100000]

Random unit vectors of 384 dimensions, 100 results. Chroma's first query counts its import; both
count opening their files. CPU seconds stand beside wall-clock times, for machines that others use
as well. Random vectors are harder for Chroma's HNSW than real ones, so its recall is not a
measure of what it finds in articles.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
RESULTS = Path(__file__).resolve().parent / "results" / "vector_search.json"
DIMENSION = 384
K = 100
QUERIES = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 50_000, 100_000])
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        what, folder = arguments.measure
        print(json.dumps((_scan if what == "scan" else _chroma)(Path(folder))))
        return 0
    rows = []
    for passages in arguments.passages:
        with tempfile.TemporaryDirectory() as folder:
            adds_s = _build(Path(folder), passages)
            row = {"passages": passages, "chroma_adds_per_s": round(passages / adds_s)}
            rows.append(row | {what: _in_new_process(what, folder) for what in ("scan", "chroma")})
        print(json.dumps(rows[-1], indent=2))
    result = {
        "rows": rows,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_average": os.getloadavg()[0],
        "date": date.today().isoformat(),
        "versions": {name: importlib.metadata.version(name) for name in ("chromadb", "numpy")},
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    return 0


def _vectors(count: int, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((count, DIMENSION), dtype=np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _build(folder: Path, passages: int) -> float:
    """A catalog and a Chroma folder with the same vectors; seconds that Chroma took."""
    from rag.index.catalog import Catalog
    from rag.index.records import PassageEntry
    from rag.index.vectors import VectorStore

    blobs = [row.tobytes() for row in _vectors(passages, 0).astype(np.float16)]
    catalog = Catalog.open(folder, write=True, create=True)
    with catalog.transaction() as db:
        db.executemany(
            "INSERT INTO passages VALUES (?, ?, 0, 0, 0, '[]')",
            ((i + 1, i // 10 + 1) for i in range(passages)),
        )
        db.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?)",
            ((i + 1, os.urandom(16), blob) for i, blob in enumerate(blobs)),
        )
    catalog.close()
    entries = [PassageEntry(i + 1, "", "", 0, "", blob) for i, blob in enumerate(blobs)]
    started = time.perf_counter()
    store = VectorStore.create(folder / "chroma")
    store.apply([], entries, replay=False)
    store.close()
    return time.perf_counter() - started


def _in_new_process(what: str, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", what, folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _scan(folder: Path) -> dict[str, float]:
    queries = _vectors(QUERIES + 1, 1)
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    from rag.index.catalog import Catalog
    from rag.index.scan import load_matrix

    matrix = load_matrix(Catalog.open(folder, write=False), DIMENSION)
    matrix.search(queries[0], K)
    measured = _first(started_s, started_cpu_s)
    tenth = np.flatnonzero(matrix.article_rowids % 10 == 0)
    measured |= _warm("", lambda query: matrix.search(query, K), queries[1:])
    measured |= _warm("filtered_", lambda query: matrix.search(query, K, tenth), queries[1:])
    return measured


def _chroma(folder: Path) -> dict[str, float]:
    queries = _vectors(QUERIES + 1, 1)
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    from rag.index.vectors import VectorStore

    store = VectorStore.open(folder / "chroma")
    store.search(queries[0], K)
    measured = _first(started_s, started_cpu_s)
    return measured | _warm("", lambda query: store.search(query, K), queries[1:])


def _first(started_s: float, started_cpu_s: float) -> dict[str, float]:
    return {
        "first_query_s": round(time.perf_counter() - started_s, 2),
        "first_query_cpu_s": round(time.process_time() - started_cpu_s, 2),
    }


def _warm(
    name: str, search: Callable[[np.ndarray], object], queries: np.ndarray
) -> dict[str, float]:
    times_ms = []
    for query in queries:
        started_s = time.perf_counter()
        search(query)
        times_ms.append((time.perf_counter() - started_s) * 1000)
    return {
        f"{name}p50_ms": round(float(np.percentile(times_ms, 50)), 1),
        f"{name}p95_ms": round(float(np.percentile(times_ms, 95)), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
