"""Fits rag/retrieval/reranking.json: how much reading counts beside the first ranking.

    dateline ingest --index /tmp/newsqa ../shared/bench/newsqa-dev-articles.jsonl.gz
    python scripts/fit_reranking.py --index /tmp/newsqa

Logistic regression on the passages of the even questions of ``newsqa-dev``, whether each holds the
answer, from the log-odds of the first ranking and the logit of the best sentence. The odd questions
are left to report on.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import bench_questions, holds  # noqa: E402

from rag.embeddings import open_embedder  # noqa: E402
from rag.index import Index  # noqa: E402
from rag.reader import default_reader  # noqa: E402
from rag.retrieval import read_passages, search  # noqa: E402
from rag.retrieval.reranking import RERANKED, log_odds  # noqa: E402

FILE = ROOT / "rag" / "retrieval" / "reranking.json"
L2 = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, help="of the bench articles")
    arguments = parser.parse_args()
    rows, right, questions = [], [], bench_questions()[::2]
    lowest = []
    with Index.open(arguments.index, embedder=open_embedder()) as index:
        for question in questions:
            found = search(index, question.text, k=RERANKED, rerank=False)
            best: dict[int, float] = {}
            for sentence in read_passages(index, question.text, found):
                best.setdefault(sentence.rank, sentence.reading.logit)
            lowest.append(min(best.values(), default=0.0))
            unread = float(np.mean(lowest))
            for rank, passage in enumerate(found):
                rows.append((log_odds(passage.score), best.get(rank, unread), 1.0))
                right.append(holds(question.answers, passage.text))
    inputs, truth = np.array(rows), np.array(right, float)

    def loss(weights: np.ndarray) -> float:
        logits = inputs @ weights
        return float((np.logaddexp(0, logits) - truth * logits).mean() + L2 * weights @ weights)

    found_weights, read_weight, bias = minimize(loss, np.zeros(3)).x
    content = {
        "made_from": {"reader": default_reader().fingerprint, "questions": len(questions)},
        "weights": {
            "found": round(float(found_weights), 4),
            "read": round(float(read_weight), 4),
            "bias": round(float(bias), 4),
            "unread": round(float(np.mean(lowest)), 4),
        },
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(content["weights"]))


if __name__ == "__main__":
    main()
