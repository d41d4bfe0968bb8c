"""Chooses rag/retrieval/reranking.json: how much reading counts beside the first ranking.

    dateline ingest --index /tmp/newsqa ../shared/bench/newsqa-dev-articles.jsonl.gz
    python scripts/choose_reranking.py --index /tmp/newsqa

The weight with the most answers in the first and the first five passages, of a grid, on the even
questions of ``newsqa-dev``; the odd ones are left to report on. The bias makes the mean probability
of the first passage what it is right.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import bench_questions, holds  # noqa: E402

from rag.embeddings import open_embedder  # noqa: E402
from rag.index import Index  # noqa: E402
from rag.reader import default_reader  # noqa: E402
from rag.retrieval import read_passages, search  # noqa: E402
from rag.retrieval.reading import log_odds  # noqa: E402
from rag.retrieval.reranking import RERANKED  # noqa: E402

FILE = ROOT / "rag" / "retrieval" / "reranking.json"
GRID = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
UNREAD = -6.0

# Of each passage found for a question: log-odds, logit of its best sentence, whether it is right.
Found = list[tuple[float, float, bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, help="of the bench articles")
    arguments = parser.parse_args()
    asked: list[Found] = []
    with Index.open(arguments.index, embedder=open_embedder()) as index:
        for question in bench_questions()[::2]:
            found = search(index, question.text, k=RERANKED, rerank=False)
            best: dict[int, float] = {}
            for sentence in read_passages(index, question.text, found):
                logit = sentence.reading.logit
                best[sentence.rank] = max(best.get(sentence.rank, logit), logit)
            asked.append(
                [
                    (log_odds(p.score), best.get(rank, UNREAD), holds(question.answers, p.text))
                    for rank, p in enumerate(found)
                ]
            )
    curve = {weight: _recall(asked, weight) for weight in GRID}
    chosen = max(curve, key=lambda weight: sum(curve[weight]))
    content = {
        "made_from": {"reader": default_reader().fingerprint, "questions": len(asked)},
        "weights": {"found": 1.0, "read": chosen, "bias": _bias(asked, chosen), "unread": UNREAD},
        "recall_at_1_and_5": {str(weight): recall for weight, recall in curve.items()},
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(content, indent=1))


def _ordered(found: Found, weight: float) -> list[tuple[float, bool]]:
    scored = [(log + weight * logit, right) for log, logit, right in found]
    return sorted(scored, key=lambda item: -item[0])


def _recall(asked: list[Found], weight: float) -> tuple[float, float]:
    hits = [[right for _, right in _ordered(found, weight)] for found in asked]
    first = sum(any(row[:1]) for row in hits) / len(hits)
    return round(first, 3), round(sum(any(row[:5]) for row in hits) / len(hits), 3)


def _bias(asked: list[Found], weight: float) -> float:
    best = [_ordered(found, weight)[0] for found in asked if found]
    wanted = sum(right for _, right in best) / len(best)
    score = sorted(score for score, _ in best)[len(best) // 2]
    return round(log_odds(wanted) - score, 3)


if __name__ == "__main__":
    main()
