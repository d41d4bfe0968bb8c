"""Fits the ranking of answer sentences and the decision to refuse; writes the numbers to rag/answer.

    dateline --index /tmp/training ingest news-articles.jsonl.gz
    uv run --with lightgbm scripts/fit_answers.py --index /tmp/training --training ../shared/training

Ranking: LambdaRank (Burges 2010) on trees; a training question's sentences are relevant when they
hold its answer. Refusing: logistic regression on what the best sentences show. Its positives are
questions whose three best sentences hold the answer; its negatives are the same questions with
every passage that holds the answer taken out, so that the rest is on the topic but does not tell.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.abstention import ANSWERABILITY_FEATURES, describe_best
from rag.answer.candidates import FEATURES, candidates_of, describe
from rag.answer.extractive import MODEL_FILE
from rag.answer.question import read_question
from rag.answer.trees import BoostedTrees
from rag.retrieval import FoundPassage

FOUND = 20  # passages searched, so that there are others when those with the answer are taken out
USED = 10
FOLDS = 5
RANKER = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 10,
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbosity": -1,
    "seed": 1,
    "deterministic": True,
    "num_threads": 1,
}
ROUNDS = 200
L2 = 1.0


@dataclass(frozen=True)
class Example:
    """A question, its normalised answers, and the passages found for it, best first."""

    question: str
    answers: tuple[str, ...]
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True)
class Described:
    """A question's candidate sentences: features (n, features), and whether each has the answer."""

    rows: NDArray[np.float32]
    relevant: NDArray[np.bool_]


def normal(text: str) -> str:
    """Lower case without punctuation and articles: how answers are compared."""
    plain = re.sub(r"[^\w\s]", "", text.lower())
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", plain).split())


def holds(answers: Sequence[str], text: str) -> bool:
    return any(f" {answer} " in f" {normal(text)} " for answer in answers)


def described(example: Example, *, masked: bool) -> Described:
    """The sentences of the best passages; ``masked``: of the best that do not hold the answer."""
    passages = [p for p in example.passages if not (masked and holds(example.answers, p.text))]
    candidates = candidates_of(passages[:USED])
    return Described(
        describe(read_question(example.question), candidates),
        np.array([holds(example.answers, c.text) for c in candidates], bool),
    )


def fit_ranker(data: Sequence[Described]) -> dict[str, Any]:
    import lightgbm

    train = lightgbm.Dataset(
        np.vstack([d.rows for d in data]),
        np.concatenate([d.relevant for d in data]).astype(int),
        group=[len(d.rows) for d in data],
    )
    model = lightgbm.train(RANKER, train, ROUNDS).dump_model()
    return flat_trees([tree["tree_structure"] for tree in model["tree_info"]])


def flat_trees(trees: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """LightGBM's trees in the form of ``rag.answer.trees``."""
    nodes: dict[str, list[float]] = {
        name: [] for name in ("feature", "threshold", "left", "right", "value")
    }
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(nodes["value"])
        inner = "split_feature" in node
        nodes["feature"].append(node["split_feature"] if inner else 0)
        nodes["threshold"].append(float(f"{node['threshold']:.6g}") if inner else 0.0)
        nodes["value"].append(0.0 if inner else float(f"{node['leaf_value']:.5g}"))
        nodes["left"].append(at)
        nodes["right"].append(at)
        if inner:
            nodes["left"][at] = add(node["left_child"], depth + 1)
            nodes["right"][at] = add(node["right_child"], depth + 1)
        return at

    roots = [add(tree, 0) for tree in trees]
    return {
        "features": list(FEATURES),
        "roots": roots,
        "nodes": nodes,
        "depth": deepest,
        "start": 0.0,
    }


def ranker_of(content: dict[str, Any]) -> BoostedTrees:
    return BoostedTrees.from_json(content, FEATURES, MODEL_FILE)


def fit_logistic(
    rows: NDArray[np.float64], labels: NDArray[np.float64], steps: int = 50
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias by Newton's method with an L2 penalty on standardised columns."""
    mean, scale = rows.mean(0), rows.std(0) + 1e-9
    design = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    penalty = np.full(design.shape[1], L2)
    penalty[-1] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (chance - labels) + penalty * weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        weights -= np.linalg.solve(curvature, gradient)
    plain = weights[:-1] / scale
    return plain, float(weights[-1] - mean @ plain)


def cross_fitted(natural: Sequence[Described], masked: Sequence[Described]) -> Any:
    """Rows and labels for the decision to refuse, by rankers that have not seen the question."""
    fold = np.arange(len(natural)) % FOLDS
    rows, labels, hits = [], [], []
    for held_out in range(FOLDS):
        ranker = ranker_of(
            fit_ranker([d for d, f in zip(natural, fold, strict=True) if f != held_out])
        )
        for index in np.flatnonzero(fold == held_out):
            scores = ranker.predict(natural[index].rows)
            best = np.argsort(-scores, kind="stable")[:3]
            hits.append([bool(natural[index].relevant[best[:n]].any()) for n in (1, 2, 3)])
            if hits[-1][-1]:
                rows.append(describe_best(natural[index].rows, scores))
                labels.append(1.0)
            if len(masked[index].rows):
                scores = ranker.predict(masked[index].rows)
                rows.append(describe_best(masked[index].rows, scores))
                labels.append(0.0)
    return np.array(rows, np.float64), np.array(labels), np.array(hits).mean(0)


def balanced_threshold(chance: NDArray[np.float64], labels: NDArray[np.float64]) -> float:
    """The threshold with the highest mean of the two classes' accuracies."""
    tried = np.linspace(0.02, 0.98, 97)
    accuracy = [
        (np.mean(chance[labels == 1] >= t) + np.mean(chance[labels == 0] < t)) / 2 for t in tried
    ]
    return float(tried[int(np.argmax(accuracy))])


def fit(examples: Sequence[Example], *, max_drop: float) -> dict[str, Any]:
    natural = [described(example, masked=False) for example in examples]
    masked = [described(example, masked=True) for example in examples]
    kept = [at for at, d in enumerate(natural) if d.relevant.any()]
    natural, masked = [natural[at] for at in kept], [masked[at] for at in kept]
    rows, labels, hits = cross_fitted(natural, masked)
    print(f"{len(natural)} questions; answer in the best 1, 2, 3 sentences: {hits.round(3)}")
    chance, shown = np.zeros(len(labels)), []
    fold = np.arange(len(labels)) % FOLDS
    for held_out in range(FOLDS):
        weights, bias = fit_logistic(rows[fold != held_out], labels[fold != held_out])
        chance[fold == held_out] = 1 / (1 + np.exp(-(rows[fold == held_out] @ weights + bias)))
    threshold = balanced_threshold(chance, labels)
    for t in (threshold, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        shown.append(
            (
                round(t, 2),
                np.mean(chance[labels == 1] >= t).round(3),
                np.mean(chance[labels == 0] < t).round(3),
            )
        )
    print("threshold, answered of the answerable, refused of the masked:", *shown, sep="\n  ")
    weights, bias = fit_logistic(rows, labels)
    print("weights of standardised columns:")
    for value, name in sorted(zip(weights * rows.std(0), ANSWERABILITY_FEATURES, strict=True)):
        print(f"  {value:+.2f} {name}")
    return {
        "ranker": fit_ranker(natural),
        "answerability": {
            "features": list(ANSWERABILITY_FEATURES),
            "weights": [float(f"{w:.6g}") for w in weights],
            "bias": float(f"{bias:.6g}"),
            "threshold": round(threshold, 3),
        },
        "max_drop": max_drop,
    }


def load_examples(index_folder: Path, training: Path) -> list[Example]:
    from rag.embeddings import open_embedder
    from rag.index import Index
    from rag.retrieval import search

    urls = {row["id"]: row["urls"] for row in _rows(training / "news-quiz-urls.jsonl.gz")}
    examples = {}
    with Index.open(index_folder, embedder=open_embedder()) as index:
        for row in _rows(training / "news-quiz.jsonl.gz"):
            answers = tuple(
                a for a in (normal(row["choices"][int(i)]) for i in row["answer"]) if len(a) >= 3
            )
            if row["in_dev"] or not urls.get(row["id"]) or not answers:
                continue
            found = tuple(search(index, row["question"], k=FOUND))
            examples[row["question"]] = Example(row["question"], answers, found)
    return list(examples.values())


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, help="of the training articles")
    parser.add_argument("--training", type=Path, required=True, help="folder of the questions")
    parser.add_argument("--max-drop", type=float, default=2.0)
    arguments = parser.parse_args()
    content = fit(load_examples(arguments.index, arguments.training), max_drop=arguments.max_drop)
    target = Path(__file__).parent.parent / "rag" / "answer" / MODEL_FILE
    target.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
