"""Makes rag/model/reader/ from trained weights: the int8 graph and its calibration.

    python -m training.make_reader --work FOLDER

The scale and bias that make a logit a probability are fitted on the questions of the articles kept
for calibration, each asked of every sentence, with the int8 graph itself.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto
from scipy.optimize import minimize

from rag.reader.passage import MAX_TOKENS
from training.encoder import collate
from training.graph import Smoothing
from training.pair_graph import PairGraph, run_graph, smoothing_of, write_model
from training.reader import Encoded, Reader, encode
from training.reader_rows import labelled_rows
from training.sources import labelled_articles
from training.stages import TOKENIZER, WEIGHTS, training_tokenizer

READER_FOLDER = TOKENIZER.parent / "reader"
NAME = "dateline-reader-int8"
_SMOOTHING_ROWS = 80


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the reader's files; see the file's head.")
    parser.add_argument("--work", type=Path, required=True, help="folder of the trained weights")
    parser.add_argument("--stage", default="news", help="whose weights are taken")
    parser.add_argument("--output", type=Path, default=READER_FOLDER)
    arguments = parser.parse_args()
    model = Reader()
    weights = arguments.work / arguments.stage / WEIGHTS
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    rows = encode(
        training_tokenizer(),
        [
            row
            for article in labelled_articles("calibrate")
            for group in labelled_rows(article, random.Random(0), None)
            for row in group
        ],
    )
    smoothing = smoothing_of(
        model, [collate([row]) for row in rows[:: len(rows) // _SMOOTHING_ROWS]]
    )

    def details(file: Path) -> dict[str, Any]:
        logits = np.array([outputs[0][0] for outputs in run_graph(file, [*map(inputs, rows)])])
        scale, bias = calibration(logits, np.array([row.answers for row in rows], float))
        return {"max_tokens": MAX_TOKENS, "scale": round(scale, 4), "bias": round(bias, 4)}

    graph = reader_graph(model, smoothing)
    print(json.dumps(write_model(arguments.output, NAME, graph, details), indent=2))


def inputs(row: Encoded) -> dict[str, Any]:
    return {
        "input_ids": np.array([row.ids], np.int32),
        "passage_begin": np.array([row.passage], np.int64),
        "sentence_begin": np.array([row.begin], np.int64),
    }


def reader_graph(model: Reader, smoothing: Sequence[Smoothing]) -> onnx.ModelProto:
    """``input_ids`` (1, n) int32, where title and what stands before begin, and where the sentence
    does → the logit that it answers (1,), and of start and end of the answer (m, 2)."""
    graph = PairGraph(model, smoothing, "passage_begin")
    last = graph.add("Sub", [graph.length, "one_1d"])
    first = graph.add("Gather", [graph.hidden, "zero"], axis=1)
    question = graph.part("zero_1d", "passage_begin")
    sentence = graph.part("sentence_begin", last)
    features = graph.add("Concat", [first, graph.mean(question), graph.mean(sentence)], axis=-1)
    span = graph.add("Squeeze", [graph.dense("span", sentence), "zero_1d"])
    best = graph.add("ReduceLogSumExp", [span, "zero_1d"], keepdims=1)
    joined = graph.constant("joined", graph.weights["joined"].reshape(1, -1))
    best = graph.add("ReduceSum", [graph.add("Mul", [best, joined]), "one_1d"], keepdims=0)
    answers = graph.add("Squeeze", [graph.dense("answers", features), "one_1d"])
    answers = graph.add("Add", [answers, best])
    return graph.model(
        NAME,
        {
            "input_ids": (TensorProto.INT32, ["one", "tokens"]),
            "passage_begin": (TensorProto.INT64, ["begin"]),
            "sentence_begin": (TensorProto.INT64, ["begin"]),
        },
        {answers: ["one"], span: ["sentence", 2]},
    )


def calibration(
    logits: np.ndarray[Any, np.dtype[Any]], truth: np.ndarray[Any, np.dtype[np.float64]]
) -> tuple[float, float]:
    """Scale and bias that make the likelihood of ``truth`` highest (Platt 1999)."""

    def loss(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        scaled = logits * np.exp(values[0]) + values[1]
        return float((np.logaddexp(0, scaled) - truth * scaled).mean())

    found = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return float(np.exp(found[0])), float(found[1])


if __name__ == "__main__":
    main()
