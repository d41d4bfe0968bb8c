"""Makes rag/model/judge/ from trained weights: the int8 graph and its calibration.

    python -m training.make_judge --work FOLDER

The temperature and biases are fitted on the articles kept for calibration with the int8 graph
itself, so that what quantisation changes is in them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto
from scipy.optimize import minimize

from training.encoder import collate
from training.graph import Array, Smoothing
from training.judge import LABELS, MAX_TOKENS, Encoded, Judge, encode
from training.judge_rows import labelled_rows
from training.pair_graph import PairGraph, run_graph, smoothing_of, write_model
from training.sources import labelled_articles
from training.stages import TOKENIZER, WEIGHTS, training_tokenizer

JUDGE_FOLDER = TOKENIZER.parent / "judge"
NAME = "dateline-judge-int8"
_SMOOTHING_ROWS = 80


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the judge's files; see the file's head.")
    parser.add_argument("--work", type=Path, required=True, help="folder of the trained weights")
    parser.add_argument("--stage", default="news", help="whose weights are taken")
    parser.add_argument("--output", type=Path, default=JUDGE_FOLDER)
    arguments = parser.parse_args()
    model = Judge()
    weights = arguments.work / arguments.stage / WEIGHTS
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    kept = [row for article in labelled_articles("calibrate") for row in labelled_rows(article)]
    rows = encode(training_tokenizer(), kept)
    smoothing = smoothing_of(model, [collate([row]) for row in rows[:_SMOOTHING_ROWS]])

    def details(file: Path) -> dict[str, Any]:
        logits = np.array([outputs[0][0] for outputs in run_graph(file, [*map(inputs, rows)])])
        temperature, bias = calibration(logits, [row.label for row in rows])
        return {
            "max_tokens": MAX_TOKENS,
            "temperature": round(temperature, 4),
            "bias": [round(value, 4) for value in bias],
        }

    graph = judge_graph(model, smoothing)
    print(json.dumps(write_model(arguments.output, NAME, graph, details), indent=2))


def inputs(row: Encoded) -> dict[str, Any]:
    return {
        "input_ids": np.array([row.ids], np.int32),
        "statement_begin": np.array([row.begin], np.int64),
    }


def judge_graph(model: Judge, smoothing: Sequence[Smoothing]) -> onnx.ModelProto:
    """``input_ids`` (1, n) int32 and where the statement begins → verdicts (1, 3), words (1, m)."""
    graph = PairGraph(model, smoothing, "statement_begin")
    last = graph.add("Sub", [graph.length, "one_1d"])
    first = graph.add("Gather", [graph.hidden, "zero"], axis=1)
    quotes = graph.part("zero_1d", "statement_begin")
    statement = graph.part("statement_begin", last)
    features = graph.add("Concat", [first, graph.mean(quotes), graph.mean(statement)], axis=-1)
    verdict = graph.dense("verdict", features)
    words = graph.add("Squeeze", [graph.dense("words", statement), "minus_one_1d"])
    worst = graph.add("ReduceLogSumExp", [words, "one_1d"], keepdims=1)
    joined = graph.constant("joined", graph.weights["joined"].reshape(1, -1))
    verdict = graph.add("Add", [verdict, graph.add("Mul", [worst, joined])])
    return graph.model(
        NAME,
        {
            "input_ids": (TensorProto.INT32, ["one", "tokens"]),
            "statement_begin": (TensorProto.INT64, ["begin"]),
        },
        {verdict: ["one", len(LABELS)], words: ["one", "statement"]},
    )


def calibration(logits: Array, labels: Sequence[int]) -> tuple[float, list[float]]:
    """Temperature and biases that make the likelihood of ``labels`` highest (Guo et al. 2017, with
    a bias a class)."""
    truth = np.array(labels)

    def loss(values: npt_array) -> float:
        scaled = logits / np.exp(values[0]) + np.array([values[1], values[2], 0.0])
        highest = scaled.max(1, keepdims=True)
        sums = np.log(np.exp(scaled - highest).sum(1)) + highest[:, 0]
        return float((sums - scaled[np.arange(len(truth)), truth]).mean())

    found = minimize(loss, np.zeros(3), method="Nelder-Mead").x
    return float(np.exp(found[0])), [float(found[1]), float(found[2]), 0.0]


npt_array = np.ndarray[Any, np.dtype[np.float64]]


if __name__ == "__main__":
    main()
