"""Kill an ingest of real articles at random moments; each time the next run must finish it.

    python bench/crash_ingest.py [--kills 30] [--articles 500] [--embedder hash|local]

Ingests the first articles of ``newsqa-dev-articles.jsonl.gz`` (from the folder that
DATELINE_SHARED names) once without interruption, then again and again into new folders, killed
(SIGKILL) at a moment drawn uniformly from that duration and run once more; a run that was over
before its moment does not count as killed. Compares everything that the two indexes hold: tables,
vectors, the ids in tantivy and Chroma, and 40 searches. Exits with 1 when one differs.
``--embedder hash`` takes the embedding, which is nearly all of the time, out of the way, so that
more of the kills hit the writing.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.metadata
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]
RESULTS = Path(__file__).resolve().parent / "results" / "crash_ingest.json"


def main() -> int:
    arguments = _arguments()
    if arguments.ingest:
        return _ingest(*arguments.ingest, arguments.embedder)
    with tempfile.TemporaryDirectory() as folder:
        result = _measure(arguments, Path(folder))
    print(json.dumps({k: v for k, v in result.items() if k != "kills"}, indent=2))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    return 0 if result["equal"] == len(result["kills"]) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--embedder", choices=["hash", "local"], default="hash")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ingest", nargs=2, metavar=("INDEX", "FILE"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    source, queries = _first_articles(folder, arguments.articles)
    started = time.monotonic()
    _start(folder / "whole", source, arguments.embedder).wait()
    duration_s = time.monotonic() - started
    whole = _contents(folder / "whole", queries)
    moments = random.Random(arguments.seed)
    kills = []
    while sum(kill["was_running"] for kill in kills) < arguments.kills:
        kill = _kill_and_finish(
            folder / "killed", source, arguments.embedder, moments.uniform(0, duration_s)
        )
        finished = _contents(folder / "killed", queries)
        kill["different"] = sorted(key for key in whole if whole[key] != finished[key])
        kills.append(kill)
        print(f"{len(kills)} of {arguments.kills}: {kill}", file=sys.stderr)
        shutil.rmtree(folder / "killed")
    return {
        "articles": len(whole["articles"]),
        "passages": len(whole["passages"]),
        "embedder": arguments.embedder,
        "uninterrupted_s": round(duration_s, 1),
        "killed_while_running": sum(kill["was_running"] for kill in kills),
        "equal": sum(not kill["different"] for kill in kills),
        "kills": kills,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "date": date.today().isoformat(),
        "versions": {
            name: importlib.metadata.version(name) for name in ("chromadb", "tantivy", "numpy")
        },
    }


def _first_articles(folder: Path, count: int) -> tuple[Path, list[str]]:
    """A .jsonl file of the first ``count`` articles, and 40 of their titles as queries."""
    shared = Path(os.environ.get("DATELINE_SHARED", REPOSITORY.parent / "shared"))
    source = folder / "articles.jsonl"
    titles = []
    with (
        gzip.open(shared / "bench" / "newsqa-dev-articles.jsonl.gz", "rt", "utf-8") as rows,
        source.open("w", encoding="utf-8") as out,
    ):
        for _, line in zip(range(count), rows, strict=False):
            out.write(line)
            titles.append(json.loads(line).get("title") or "")
    return source, titles[:: max(1, count // 40)][:40]


def _kill_and_finish(index: Path, source: Path, embedder: str, after_s: float) -> dict[str, Any]:
    process = _start(index, source, embedder)
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    was_running = process.wait() == -signal.SIGKILL
    stored = _stored_articles(index)
    status = _start(index, source, embedder).wait()
    return {
        "after_s": round(after_s, 2),
        "was_running": was_running,
        "stored_articles": stored,
        "next_run_status": status,
    }


def _start(index: Path, source: Path, embedder: str) -> subprocess.Popen[bytes]:
    arguments = ["--ingest", str(index), str(source), "--embedder", embedder]
    return subprocess.Popen([sys.executable, __file__, *arguments])


def _ingest(index: str, source: str, embedder: str) -> int:
    from small_index import HashEmbedder

    from rag.embeddings import open_embedder
    from rag.index import Index, ingest

    used = HashEmbedder() if embedder == "hash" else open_embedder(embedder)
    with Index.open(index, embedder=used, write=True, create=True) as opened:
        ingest(opened, [source])
    return 0


def _stored_articles(index: Path) -> int:
    from rag.errors import IndexStoreError
    from rag.index.catalog import Catalog

    try:  # not by opening the index, which would begin to repair it
        catalog = Catalog.open(index, write=False)
    except IndexStoreError:  # killed before there was one
        return 0
    stored = catalog.counts().articles
    catalog.close()
    return stored


def _contents(index: Path, queries: list[str]) -> dict[str, Any]:
    from small_index import contents

    return contents(index, queries)


if __name__ == "__main__":
    sys.exit(main())
