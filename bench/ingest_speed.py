"""Articles a second into the index, beside what people use, and peak memory.

    DATELINE_FP32_MODEL=/tmp/fp32 python bench/ingest_speed.py [--articles 300]

Both take the same sample in turns of a tenth, so that other work on the machine slows both; ours
reads, cleans, splits, embeds, and commits catalog, words and vectors; theirs splits, embeds, and
adds to Chroma (``bench/langchain_default.py``). Writes ``bench/results/ingest_speed.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from langchain_default import LangChainDefault
from newsqa import BENCH_ARTICLES, read_jsonl
from recorded import record

from rag.embeddings import open_embedder
from rag.index import Index, ingest

TURNS = 10


def measure(articles: list[dict[str, Any]], folder: Path) -> dict[str, list[float]]:
    """Seconds of each system for each tenth of the articles."""
    store = LangChainDefault(folder / "chroma")
    seconds: dict[str, list[float]] = {"dateline": [], "LangChain default": []}
    embedder = open_embedder()
    embedder.embed(["warm"])
    list(store.add([{"url": "warm", "text": "warm"}]))
    with Index.open(folder / "index", embedder=embedder, write=True, create=True) as index:
        for turn in range(TURNS):
            part = articles[turn::TURNS]
            file = folder / f"part-{turn}.jsonl"
            file.write_text("\n".join(map(json.dumps, part)), "utf-8")

            start = time.perf_counter()
            ingest(index, [file])
            middle = time.perf_counter()
            for _ in store.add(part):
                pass
            seconds["dateline"].append(middle - start)
            seconds["LangChain default"].append(time.perf_counter() - middle)
            print(
                f"{turn + 1} of {TURNS}: " + ", ".join(f"{s[-1]:.1f} s" for s in seconds.values())
            )
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=300)
    options = parser.parse_args()
    articles = list(read_jsonl(BENCH_ARTICLES))
    random.Random(1).shuffle(articles)
    sample = articles[: options.articles]
    with tempfile.TemporaryDirectory() as folder:
        seconds = measure(sample, Path(folder))
    rates = {name: round(len(sample) / sum(s), 2) for name, s in seconds.items()}
    ratio = round(rates["dateline"] / rates["LangChain default"], 2)
    print(f"articles a second: {rates}; ours is {ratio} times as fast")
    record(
        "ingest_speed",
        {
            "articles": len(sample),
            "articles_per_s": rates,
            "ours_over_langchain": ratio,
            "ours_last_tenth_over_first": round(
                seconds["dateline"][-1] / seconds["dateline"][0], 2
            ),
            "peak_memory_of_both_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        },
    )


if __name__ == "__main__":
    main()
