"""How well the extractive answerer tells questions that a passage answers from others.

    python bench/refusing.py

305 questions with one passage each, of which 147 answer (CLAPnq, Rosenthal et al. 2024). Each is
asked twice: of an index that holds its own passage alone, and of one that holds all 305 passages
(there another passage may answer it after all, which nobody has labelled). The whole curve is
kept: for each threshold the share of the unanswerable that is refused and of the answerable that
is answered. The operating point is the threshold fitted on other data (labelled news), with nothing
fitted here; for comparison, the best threshold of one half, reported on the other half.
Writes ``bench/results/refusing.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import SHARED, read_jsonl  # noqa: E402
from recorded import record  # noqa: E402

from rag.answer.extractive import thresholds  # noqa: E402
from rag.embeddings import open_embedder  # noqa: E402
from rag.index import Index, ingest  # noqa: E402
from rag.retrieval import read_passages, search  # noqa: E402
from rag.retrieval.reranking import RERANKED  # noqa: E402

QUESTIONS = SHARED / "bench" / "answerability-dev.jsonl.gz"


def chances(rows: Sequence[dict[str, Any]], folder: Path) -> dict[str, NDArray[np.float64]]:
    """Estimated probabilities that each question is answered, by what it was asked of."""
    embedder = open_embedder()
    alone, together = [], []
    articles = folder / "articles"
    articles.mkdir()
    for at, row in enumerate(rows):
        page = {"title": row["title"], "text": row["text"], "url": f"https://passages.example/{at}"}
        (articles / f"{at:03}.json").write_text(json.dumps(page), encoding="utf-8")
    for at, row in enumerate(rows):
        with Index.open(folder / f"own-{at}", embedder=embedder, write=True, create=True) as index:
            ingest(index, [articles / f"{at:03}.json"])
            alone.append(_chance(index, row["question"]))
    with Index.open(folder / "all", embedder=embedder, write=True, create=True) as index:
        ingest(index, [articles])
        together += [_chance(index, row["question"]) for row in rows]
    return {"own_passage": np.array(alone), "all_passages": np.array(together)}


def _chance(index: Index, question: str) -> float:
    """The probability of the likeliest sentence."""
    found = search(index, question, k=RERANKED, rerank=False)
    read = read_passages(index, question, found)
    return read[0].reading.probability if read else 0.0


def point(
    chance: NDArray[np.float64], told: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    answered = float(np.mean(chance[told] >= threshold))
    refused = float(np.mean(chance[~told] < threshold))
    return {
        "threshold": round(threshold, 3),
        "answered_of_answerable": round(answered, 3),
        "refused_of_unanswerable": round(refused, 3),
        "balanced_accuracy": round((answered + refused) / 2, 3),
    }


def best_of_halves(chance: NDArray[np.float64], told: NDArray[np.bool_]) -> list[dict[str, float]]:
    """The threshold that is best on one half, on the other; both ways."""
    halves = np.arange(len(told)) % 2
    found = []
    for half in (0, 1):
        own, other = halves == half, halves != half
        best = max(
            np.unique(chance), key=lambda t: point(chance[own], told[own], t)["balanced_accuracy"]
        )
        found.append(point(chance[other], told[other], float(best)))
    return found


def area(chance: NDArray[np.float64], told: NDArray[np.bool_]) -> float:
    """Under the curve: how often an answerable question gets more than an unanswerable one."""
    more = chance[told][:, None] - chance[~told][None, :]
    return round(float(np.mean((more > 0) + 0.5 * (more == 0))), 3)


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    rows = list(read_jsonl(QUESTIONS))
    told = np.array([row["answerable"] for row in rows], bool)
    threshold = thresholds().answered
    content: dict[str, Any] = {
        "questions": len(rows),
        "answerable": int(told.sum()),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, chance in chances(rows, Path(folder)).items():
            content[name] = {
                "area_under_curve": area(chance, told),
                "operating_point": point(chance, told, threshold),
                "best_threshold_of_other_half": best_of_halves(chance, told),
                "curve": [point(chance, told, t) for t in np.linspace(0.0, 1.0, 41)],
            }
    record("refusing", content)
    print(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
