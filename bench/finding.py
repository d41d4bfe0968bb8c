"""Answer recall of search, of plain BM25, and of what people use, on the same questions.

    dateline ingest --index /tmp/bench ../shared/bench/newsqa-dev-articles.jsonl.gz
    DATELINE_FP32_MODEL=/tmp/fp32 python bench/finding.py --index /tmp/bench --langchain /tmp/chroma

Recall@k is the share of questions with their answer in the text of one of the first k passages
(``bench/newsqa.py``). All systems give passages of at most 1,000 characters. BM25 is tantivy's over
title and passage of ordinary chunks (``bench/plain_bm25.py``), with each of its two tokenizers;
beside it stands the word search of our own index by itself, which has our passages and analysis.
``--langchain`` names a folder for the collection of ``bench/langchain_default``; filling it the
first time takes the cores a quarter of an hour or more; without it that system is left out. p is
that of an exact one-sided McNemar test, ours above the other.
Writes ``bench/results/finding.json``.
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Callable, Sequence
from math import comb
from pathlib import Path
from typing import Any

from langchain_default import LangChainDefault
from newsqa import BENCH_ARTICLES, NewsQuestion, bench_questions, holds, read_jsonl
from plain_bm25 import TOKENIZERS, PlainBM25
from recorded import record

from rag.embeddings import open_embedder
from rag.index import Index
from rag.retrieval import search

K = 10
CUTS = (1, 3, 5, 10)

Find = Callable[[str], Sequence[str]]
Hits = list[list[bool]]


def hits_of(find: Find, questions: Sequence[NewsQuestion]) -> Hits:
    """Per question, whether each of its passages holds the answer."""
    return [[holds(q.answers, text) for text in find(q.text)] for q in questions]


def recall(hits: Hits, k: int) -> float:
    return sum(any(found[:k]) for found in hits) / len(hits)


def p_above(ours: Hits, theirs: Hits, k: int) -> float:
    """Exact one-sided McNemar: chance of as many of the discordant questions going to ours."""
    won = sum(any(a[:k]) and not any(b[:k]) for a, b in zip(ours, theirs, strict=True))
    lost = sum(any(b[:k]) and not any(a[:k]) for a, b in zip(ours, theirs, strict=True))
    differing = won + lost
    return sum(comb(differing, n) for n in range(won, differing + 1)) / 2**differing


def fill(store: LangChainDefault) -> None:
    articles = list(read_jsonl(BENCH_ARTICLES))
    start = time.monotonic()
    for added in store.add(articles):
        if added % 100 == 0:
            print(f"LangChain: {added} of {len(articles)}, {time.monotonic() - start:.0f} s")


def compare(systems: dict[str, Hits]) -> dict[str, Any]:
    ours = systems["dateline"]
    figures: dict[str, Any] = {}
    for name, hits in systems.items():
        figures[name] = {f"recall@{k}": round(recall(hits, k), 3) for k in CUTS}
        if name != "dateline":
            figures[name] |= {
                f"ours_over_it@{k}": round(recall(ours, k) / recall(hits, k), 3) for k in CUTS
            }
            figures[name] |= {f"p@{k}": round(p_above(ours, hits, k), 5) for k in CUTS}
    return figures


def table(figures: dict[str, Any]) -> str:
    lines = ["| | " + " | ".join(f"@{k}" for k in CUTS) + " |", "|---" * (len(CUTS) + 1) + "|"]
    for name, row in figures.items():
        cells = []
        for k in CUTS:
            p = row.get(f"p@{k}")
            cells.append(f"{row[f'recall@{k}']:.3f}" + (f" (p {p:.4f})" if p is not None else ""))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--index", type=Path, required=True, help="of the bench articles")
    parser.add_argument("--langchain", type=Path, help="folder of the LangChain collection")
    options = parser.parse_args()
    questions = bench_questions()
    with Index.open(options.index, embedder=open_embedder()) as index:

        def ours(question: str) -> list[str]:
            return [passage.text for passage in search(index, question, k=K)]

        def unread(question: str) -> list[str]:
            return [p.text for p in search(index, question, k=K, rerank=False)]

        def words_alone(question: str) -> list[str]:
            ids = [passage_id for passage_id, _ in index.search_words(question, K)]
            return [passage.text for passage in index.passages(ids)]

        systems = {"dateline": hits_of(ours, questions)}
        systems["dateline, not re-ranked"] = hits_of(unread, questions)
        systems["dateline's word search alone"] = hits_of(words_alone, questions)
        passages = index.counts().passages
    for tokenizer in TOKENIZERS:
        plain = PlainBM25(read_jsonl(BENCH_ARTICLES), tokenizer)
        found = hits_of(functools.partial(plain.search, k=K), questions)
        systems[f"BM25 ({tokenizer})"] = found
    if options.langchain:
        store = LangChainDefault(options.langchain)
        fill(store)
        systems["LangChain default"] = hits_of(lambda q: store.search(q, K), questions)
    figures = compare(systems)
    print(table(figures))
    record("finding", {"questions": len(questions), "passages": passages, "systems": figures})


if __name__ == "__main__":
    main()
