"""Fits the ranking of found passages; writes ``rag/retrieval/ranking.json``.

    dateline ingest --index /tmp/training ../shared/training/news-articles.jsonl.gz
    uv run --with scipy scripts/fit_ranking.py --index /tmp/training

Each training question's candidates are described as a search describes them, and marked by
whether they hold its answer. ``rag.retrieval.ranking`` says what is fitted; L-BFGS fits it. Recall
on questions left out (``FOLDS`` folds, by question) is printed before the final fit on all of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import NewsQuestion, holds, training_questions  # noqa: E402

from rag.embeddings import open_embedder  # noqa: E402
from rag.index import Index  # noqa: E402
from rag.retrieval.candidates import find_candidates  # noqa: E402
from rag.retrieval.features import FEATURES, describe  # noqa: E402
from rag.retrieval.question import read_question  # noqa: E402
from rag.retrieval.ranking import Network, Ranking, calibration_inputs, network_inputs  # noqa: E402
from rag.retrieval.search import NO_FILTERS  # noqa: E402

WEIGHTS_FILE = ROOT / "rag" / "retrieval" / "ranking.json"
FOLDS = 5
UNITS = (8, 8, 16, 16)
L2 = 0.02
ITERATIONS = 80
CALIBRATED = 10  # candidates of a question that calibration looks at, best first
CALIBRATION_L2 = 1e-3

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """One question's candidates: features (n, features), and whether each holds the answer."""

    features: Floats
    right: NDArray[np.bool_]


def example_of(index: Any, question: NewsQuestion) -> Example:
    candidates = find_candidates(index, question.text, NO_FILTERS)
    asked = read_question(question.text, index.counts().passages, index.document_frequencies)
    return Example(
        describe(asked, candidates),
        np.array([holds(question.answers, c.passage.text) for c in candidates], bool),
    )


def fit(examples: Sequence[Example]) -> Ranking:
    """Networks, then the calibration on networks that have not seen the question."""
    ranking = fit_networks(examples)
    rows, right = [], []
    for fold in range(FOLDS):
        held_out = examples[fold::FOLDS]
        others = [e for at, e in enumerate(examples) if at % FOLDS != fold]
        unseeing = fit_networks(others)
        for example in held_out:
            logarithms = unseeing.logarithms(example.features)
            best = np.argsort(-logarithms)[:CALIBRATED]
            rows.append(calibration_inputs(logarithms, example.features)[best])
            right.append(example.right[best])
    calibration = fit_logistic(np.vstack(rows), np.concatenate(right))
    return Ranking(ranking.mean, ranking.deviation, ranking.networks, calibration)


def fit_networks(examples: Sequence[Example]) -> Ranking:
    telling = [e for e in examples if e.right.any() and not e.right.all()]
    width = 2 * len(FEATURES)
    blank, ones = np.zeros(width, np.float32), np.ones(width, np.float32)
    inputs = np.vstack([network_inputs(e.features, blank, ones) for e in telling])
    mean, deviation = inputs.mean(axis=0), inputs.std(axis=0) + np.float32(1e-6)
    inputs = (inputs - mean) / deviation
    right = np.concatenate([e.right for e in telling])
    sizes = np.array([len(e.right) for e in telling])
    networks = tuple(
        fit_network(inputs, right, sizes, units, seed) for seed, units in enumerate(UNITS)
    )
    return Ranking(mean, deviation, networks, np.zeros(5, np.float32))


def fit_network(
    inputs: Floats, right: NDArray[np.bool_], sizes: NDArray[np.int64], units: int, seed: int
) -> Network:
    from scipy.optimize import minimize

    width = inputs.shape[1]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    wanted = right.astype(np.float64)
    random = np.random.default_rng(seed)

    def unpack(flat: NDArray[np.float64]) -> Network:
        hidden, rest = np.split(flat.astype(np.float32), [width * units])
        return Network(hidden.reshape(width, units), *np.split(rest, [units, 2 * units]))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        network = unpack(flat)
        bent = np.tanh(inputs @ network.hidden + network.bias)
        scores = (bent @ network.out + inputs @ network.linear).astype(np.float64)
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        totals = np.add.reduceat(powers, starts)
        wins = np.maximum(np.add.reduceat(powers * wanted, starts), 1e-12)
        slope = (powers / totals[owner] - powers * wanted / wins[owner]) / len(sizes)
        slope = slope.astype(np.float32)
        back = np.outer(slope, network.out) * (1 - bent * bent)
        gradient = np.concatenate(
            [(inputs.T @ back).ravel(), back.sum(0), bent.T @ slope, inputs.T @ slope]
        )
        return (
            float(-np.log(wins / totals).mean() + L2 * flat @ flat),
            gradient.astype(np.float64) + 2 * L2 * flat,
        )

    start = np.concatenate(
        [
            random.normal(0, width**-0.5, width * units),
            np.zeros(units),
            random.normal(0, 0.3, units),
            np.zeros(width),
        ]
    )
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    return unpack(fitted.x)


def fit_logistic(inputs: Floats, right: NDArray[np.bool_]) -> Floats:
    from scipy.optimize import minimize

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = np.where(right, 1.0, -1.0) * (inputs @ weights)
        slope = -np.where(right, 1.0, -1.0) / (1 + np.exp(margin))
        return (
            float(np.logaddexp(0, -margin).mean() + CALIBRATION_L2 * weights @ weights),
            inputs.T @ slope / len(inputs) + 2 * CALIBRATION_L2 * weights,
        )

    fitted = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(fitted.x, np.float32)


def recall(examples: Sequence[Example], ranking: Ranking | None, k: int) -> float:
    """Share of examples with a right passage among the best ``k``; without a ranking, by BM25."""
    found = 0
    for example in examples:
        words = example.features[:, FEATURES.index("words")]
        scores = words if ranking is None else ranking.logarithms(example.features)
        found += bool(example.right[np.argsort(-scores, kind="stable")[:k]].any())
    return found / len(examples)


def report(examples: Sequence[Example]) -> None:
    for k in (1, 5, 10):
        shares = []
        for fold in range(FOLDS):
            others = [e for at, e in enumerate(examples) if at % FOLDS != fold]
            shares.append(recall(examples[fold::FOLDS], fit_networks(others), k))
        plain = recall(examples, None, k)
        print(f"recall@{k}: {np.mean(shares):.3f} on questions left out, BM25 {plain:.3f}")


def as_json(ranking: Ranking) -> str:
    def rounded(values: Floats) -> Any:
        return [float(f"{v:.4g}") for v in values] if values.ndim == 1 else [*map(rounded, values)]

    weights = {
        "fitted_by": "scripts/fit_ranking.py",
        "features": list(FEATURES),
        "mean": rounded(ranking.mean),
        "deviation": rounded(ranking.deviation),
        "networks": [
            {name: rounded(getattr(network, name)) for name in Network.__slots__}
            for network in ranking.networks
        ],
        "calibration": rounded(ranking.calibration),
    }
    return json.dumps(weights) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--index", type=Path, required=True, help="of the training articles")
    parser.add_argument("--check", action="store_true", help="only print recall, write nothing")
    options = parser.parse_args()
    with Index.open(options.index, embedder=open_embedder()) as index:
        examples = [example_of(index, question) for question in training_questions()]
    report(examples)
    if not options.check:
        WEIGHTS_FILE.write_text(as_json(fit(examples)), "utf-8")


if __name__ == "__main__":
    main()
