"""Fits the ranking of answer sentences and the decision to refuse, and writes them to rag/answer.

    dateline ingest --index /tmp/training ../shared/training/news-articles.jsonl.gz
    uv run --with lightgbm scripts/fit_answers.py --index /tmp/training

Ranking: LambdaRank (Burges 2010) on trees; a training question's sentences are relevant when they
hold its answer. Refusing: logistic regression on what the best sentences show. Its positives are
questions whose three best sentences hold the answer; its negatives are the same questions put to
collections from which the answer was taken out, so that the rest is on the topic but does not tell.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import holds, training_questions  # noqa: E402

from rag.answer.abstention import ANSWERABILITY_FEATURES, UNSIGNED_FEATURES, describe_best  # noqa: E402
from rag.answer.candidates import FEATURES, candidates_of, describe  # noqa: E402
from rag.answer.extractive import MODEL_FILE, sentence_scores  # noqa: E402
from rag.answer.question import AnswerKind, AskedQuestion, read_question  # noqa: E402
from rag.answer.trees import BoostedTrees  # noqa: E402
from rag.retrieval import FoundPassage  # noqa: E402

# Searched, so that there are others when those that hold the answer are taken out.
FOUND = 60
USED = 10
FOLDS = 5
TREES = {
    "learning_rate": 0.08,
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
# More of these may only speak for a sentence (1), or against it (-1).
DIRECTIONS = dict.fromkeys(
    (
        "coverage", "coverage_with_title", "coverage_with_before", "coverage_in_passage",
        "names_coverage", "names_in_passage", "numbers_coverage", "matter_coverage",
        "adjacent_pairs", "density", "kind_present", "kind_near", "counted_near", "best_vote",
        "passage_score", "similarity",
    ),
    1,
) | dict.fromkeys(
    ("heaviest_missing", "passage_rank", "short", "no_verb", "asks", "unfinished"), -1
)  # fmt: skip
L2 = 1.0
# A refusal where the articles tell is what people forgive least.
ANSWERED_SHARE = 0.9

Passages = Sequence[FoundPassage]


@dataclass(frozen=True)
class Example:
    """A question, its normalised answers, and the passages found for it, best first."""

    question: str
    answers: tuple[str, ...]
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True)
class Described:
    """A question's candidate sentences: features (n, features), and whether each has the answer."""

    kind: AnswerKind
    rows: NDArray[np.float32]
    relevant: NDArray[np.bool_]


def described(
    question: AskedQuestion, answers: Sequence[str], passages: Passages, told: bool
) -> Described:
    """The sentences of the first ``USED`` passages; none is relevant unless ``told``."""
    candidates = candidates_of(passages[:USED])
    return Described(
        question.kind,
        describe(question, candidates),
        np.array([told and holds(answers, c.text) for c in candidates], bool),
    )


def situations(
    example: Example, other: Example, chance: np.random.Generator
) -> list[tuple[Described, bool]]:
    """A question put to several collections, some of which do not tell (the second value False).

    The whole collection, one article that answers, and both without the passages that hold the
    answer, and the collection without the articles that do. To the one article a shorter
    question is put too, as people put them to a few articles on one event: some of its words.
    And to both is put a question on the same names that asks what ``other`` asks about its own.
    """
    full = read_question(example.question)
    short = _shortened(full, chance)
    holding = [p for p in example.passages if holds(example.answers, p.text)]
    articles = {p.article_id for p in holding}
    rest = [p for p in example.passages if p not in holding]
    elsewhere = [p for p in rest if p.article_id not in articles]
    found = [
        (full, list(example.passages), True),
        (full, rest, False),
        (short, elsewhere, False),
        (_on_another_matter(full, other), list(example.passages), False),
    ]
    if holding:
        one = [p for p in example.passages if p.article_id == holding[0].article_id]
        left = [p for p in one if p not in holding]
        for question in (full, short):
            found += [(question, one, True), (question, left, False)]
        found.append((_on_another_matter(short, other), one, False))
    return [(described(q, example.answers, p, told), told) for q, p, told in found if p]


def _shortened(question: AskedQuestion, chance: np.random.Generator) -> AskedQuestion:
    kept = max(2, round(len(question.terms) * chance.uniform(0.3, 0.7)))
    places = sorted(chance.permutation(len(question.terms))[:kept])
    return replace(question, terms=tuple(question.terms[at] for at in places))


def _on_another_matter(question: AskedQuestion, other: Example) -> AskedQuestion:
    """The names and figures of ``question`` with the kind and the other words of ``other``."""
    asked = read_question(other.question)
    kept = [term for term in question.terms if term.name or term.number]
    matter = [term for term in asked.terms if not (term.name or term.number)]
    return replace(asked, terms=(*kept, *matter), told=question.told | asked.told)


def fit_ranker(data: Sequence[Sequence[tuple[Described, bool]]]) -> dict[str, Any]:
    """Trees that order the sentences of one question."""
    told = [d for found in data for d, told in found if told and d.relevant.any()]
    return fit_trees(told, {"objective": "lambdarank", "lambdarank_truncation_level": 10}, 120)


def fit_relevance(data: Sequence[Sequence[tuple[Described, bool]]]) -> dict[str, Any]:
    """Trees that say of a sentence by itself how likely it holds the answer."""
    return fit_trees([d for found in data for d, _ in found], {"objective": "binary"}, 120)


def fit_trees(data: Sequence[Described], objective: dict[str, Any], rounds: int) -> dict[str, Any]:
    import lightgbm

    train = lightgbm.Dataset(
        np.vstack([d.rows for d in data]),
        np.concatenate([d.relevant for d in data]).astype(int),
        group=[len(d.rows) for d in data] if objective["objective"] == "lambdarank" else None,
    )
    directions = [DIRECTIONS.get(name, 0) for name in FEATURES]
    parameters = TREES | objective | {"monotone_constraints": directions}
    model = lightgbm.train(parameters, train, rounds).dump_model()
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


def trees_of(content: dict[str, Any]) -> BoostedTrees:
    return BoostedTrees.from_json(content, FEATURES, MODEL_FILE)


def fit_logistic(
    rows: NDArray[np.float64], labels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias; a feature whose weight would have the wrong sign is left out (weight 0)."""
    used = np.ones(rows.shape[1], bool)
    signed = np.array([name not in UNSIGNED_FEATURES for name in ANSWERABILITY_FEATURES])
    while True:
        weights = np.zeros(rows.shape[1])
        weights[used], bias = _newton(rows[:, used], labels)
        wrong = signed & (weights * rows.std(0) < 0)
        if not wrong.any():
            return weights, bias
        used[int(np.argmin(np.where(wrong, weights * rows.std(0), 0.0)))] = False


def _newton(
    rows: NDArray[np.float64], labels: NDArray[np.float64], steps: int = 30
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression with an L2 penalty on standardised columns, by Newton's method."""
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


def cross_fitted(
    data: Sequence[Sequence[tuple[Described, bool]]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Rows and labels for the decision to refuse, by rankers that have not seen the question.

    The third array is each row's question.
    """
    rows, labels, owners, hits = [], [], [], []
    for fold in range(FOLDS):
        others = [d for at, d in enumerate(data) if at % FOLDS != fold]
        ranker, relevance = trees_of(fit_ranker(others)), trees_of(fit_relevance(others))
        for owner in range(fold, len(data), FOLDS):
            for place, (found, told) in enumerate(data[owner]):
                scores = sentence_scores(found.kind, found.rows, ranker)
                best = np.argsort(-scores, kind="stable")[:3]
                right = bool(found.relevant[best].any())
                if place == 0:
                    hits.append([bool(found.relevant[best[:n]].any()) for n in (1, 2, 3)])
                if told == right:
                    rows.append(describe_best(found.rows, scores, relevance.predict(found.rows)))
                    labels.append(float(told))
                    owners.append(owner)
    print(
        f"{len(data)} questions; answer in the best 1, 2, 3 sentences:", np.mean(hits, 0).round(3)
    )
    return np.array(rows, np.float64), np.array(labels), np.array(owners)


def threshold_for(chance: NDArray[np.float64], labels: NDArray[np.float64]) -> float:
    """The highest threshold at which ``ANSWERED_SHARE`` of the answerable are answered."""
    return float(np.quantile(chance[labels == 1], 1 - ANSWERED_SHARE))


def fit_answerability(
    rows: NDArray[np.float64], labels: NDArray[np.float64], owners: NDArray[np.int64]
) -> dict[str, Any]:
    chance = np.zeros(len(labels))
    for fold in range(FOLDS):
        own = owners % FOLDS == fold
        weights, bias = fit_logistic(rows[~own], labels[~own])
        chance[own] = 1 / (1 + np.exp(-(rows[own] @ weights + bias)))
    threshold = threshold_for(chance, labels)
    print("threshold, answered of the answerable, refused of the others:")
    for t in (threshold, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        answered, refused = np.mean(chance[labels == 1] >= t), np.mean(chance[labels == 0] < t)
        print(f"  {t:.2f} {answered:.3f} {refused:.3f}")
    weights, bias = fit_logistic(rows, labels)
    print("weights of standardised columns:")
    for value, name in sorted(zip(weights * rows.std(0), ANSWERABILITY_FEATURES, strict=True)):
        print(f"  {value:+.2f} {name}")
    return {
        "features": list(ANSWERABILITY_FEATURES),
        "weights": [float(f"{w:.6g}") for w in weights],
        "bias": float(f"{bias:.6g}"),
        "threshold": round(threshold, 3),
    }


def fit(examples: Sequence[Example], *, max_drop: float) -> dict[str, Any]:
    chance = np.random.default_rng(1)
    others = [examples[at] for at in chance.permutation(len(examples))]
    data = [situations(e, o, chance) for e, o in zip(examples, others, strict=True)]
    data = [found for found in data if found and found[0][0].relevant.any()]
    return {
        "ranker": fit_ranker(data),
        "relevance": fit_relevance(data),
        "answerability": fit_answerability(*cross_fitted(data)),
        "max_drop": max_drop,
    }


def load_examples(index_folder: Path) -> list[Example]:
    """The training questions with what is found for them in the index of the training articles."""
    from rag.embeddings import open_embedder
    from rag.index import Index
    from rag.retrieval import search

    questions = {question.text: question.answers for question in training_questions()}
    with Index.open(index_folder, embedder=open_embedder()) as index:
        return [
            Example(text, answers, tuple(search(index, text, k=FOUND)))
            for text, answers in questions.items()
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, help="of the training articles")
    parser.add_argument("--max-drop", type=float, default=1.2)
    arguments = parser.parse_args()
    content = fit(load_examples(arguments.index), max_drop=arguments.max_drop)
    target = ROOT / "rag" / "answer" / MODEL_FILE
    target.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
