"""Makes rag/model/judge/ from trained weights: the int8 graph, its calibration and thresholds.

    python -m training.make_judge --work FOLDER

The temperature and biases, and the thresholds, are fitted on the articles kept for calibration with
the int8 graph itself, so that what quantisation changes is in them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto
from scipy.optimize import minimize
from tokenizers import Tokenizer

from training.encoder import LAYERS
from training.graph import Array, Graph, Smoothing, encode
from training.judge import LABELS, MAX_TOKENS, Encoded, Judge, collate
from training.judge import encode as encode_rows
from training.judge_rows import labelled_rows
from training.sources import labelled_articles
from training.train_judge import TOKENIZER, WEIGHTS

JUDGE_FOLDER = TOKENIZER.parent / "judge"
# What a channel may reach before it is divided, and the greatest divisor.
_LIMITS = {"qkv": 6.0, "inner": 5.0, "outer": 8.0}
_GREATEST_DIVISOR = 8
_SMOOTHING_ROWS = 80


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the judge's files; see the file's head.")
    parser.add_argument("--work", type=Path, required=True, help="folder of the trained weights")
    parser.add_argument("--weights", default=WEIGHTS, help="file of weights in it")
    parser.add_argument("--output", type=Path, default=JUDGE_FOLDER)
    arguments = parser.parse_args()
    model = Judge()
    model.load_state_dict(torch.load(arguments.work / arguments.weights, weights_only=True))
    model.eval()
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    kept = [row for article in labelled_articles("calibrate") for row in labelled_rows(article)]
    rows = encode_rows(tokenizer, kept)
    smoothing = smoothing_of(model, rows[:_SMOOTHING_ROWS])
    arguments.output.mkdir(parents=True, exist_ok=True)
    file = arguments.output / "model.onnx"
    onnx.save(judge_graph(model, smoothing), file)
    temperature, bias = calibration(run(file, rows), [row.label for row in rows])
    description = {
        "name": "dateline-judge-int8",
        "license": "Apache-2.0",
        "start": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
        "max_tokens": MAX_TOKENS,
        "temperature": round(temperature, 4),
        "bias": [round(value, 4) for value in bias],
        "files": {
            "model.onnx": {"sha256": sha256(file), "size_bytes": file.stat().st_size},
            "tokenizer.json": {
                "path": "../tokenizer.json",
                "sha256": sha256(TOKENIZER),
                "size_bytes": TOKENIZER.stat().st_size,
            },
        },
    }
    (arguments.output / "model.json").write_text(json.dumps(description, indent=2) + "\n", "utf-8")
    shutil.copyfile(TOKENIZER.parent / "LICENSE", arguments.output / "LICENSE")
    print(json.dumps(description, indent=2))


def judge_graph(model: Judge, smoothing: Sequence[Smoothing]) -> onnx.ModelProto:
    """``input_ids`` (1, n) int32 and where the statement begins → verdicts (1, 3), words (1, m)."""
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    encoder = {
        name.removeprefix("encoder."): value
        for name, value in weights.items()
        if name.startswith("encoder.")
    }
    graph = Graph()
    for name, value in (("zero", 0), ("one", 1), ("minus_one", -1)):
        graph.constant(name, np.array(value, np.int64))
        graph.constant(f"{name}_1d", np.array([value], np.int64))
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    places = graph.add("Range", ["zero", graph.add("Squeeze", [length]), "one"])
    after = graph.add("GreaterOrEqual", [places, "statement_begin"])
    segments = graph.add("Cast", [after], to=TensorProto.INT64)
    segments = graph.add("Unsqueeze", [segments, "zero_1d"])
    hidden = encode(graph, encoder, smoothing, segments)
    last = graph.add("Sub", [length, "one_1d"])
    first = graph.add("Gather", [hidden, "zero"], axis=1)
    quotes = graph.add("Slice", [hidden, "zero_1d", "statement_begin", "one_1d"])
    statement = graph.add("Slice", [hidden, "statement_begin", last, "one_1d"])
    means = [graph.add("ReduceMean", [part, "one_1d"], keepdims=0) for part in (quotes, statement)]
    features = graph.add("Concat", [first, *means], axis=-1)
    verdict = _dense(graph, weights, "verdict", features)
    words = graph.add("Squeeze", [_dense(graph, weights, "words", statement), "minus_one_1d"])
    worst = graph.add("ReduceLogSumExp", [words, "one_1d"], keepdims=1)
    joined = graph.constant("joined", weights["joined"].reshape(1, -1))
    verdict = graph.add("Add", [verdict, graph.add("Mul", [worst, joined])])
    return graph.model(
        "dateline-judge-int8",
        {
            "input_ids": (TensorProto.INT32, ["one", "tokens"]),
            "statement_begin": (TensorProto.INT64, ["begin"]),
        },
        {verdict: ["one", len(LABELS)], words: ["one", "statement"]},
    )


def _dense(graph: Graph, weights: Mapping[str, Array], name: str, values: str) -> str:
    weight = graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.add("Add", [graph.add("MatMul", [values, weight]), bias])


def smoothing_of(model: Judge, rows: Sequence[Encoded]) -> list[Smoothing]:
    """For each layer the channels that reach more than the limits on ``rows``, and by what they are
    divided so that they do not: powers of two, at most ``_GREATEST_DIVISOR``."""
    reached: list[dict[str, torch.Tensor]] = [{} for _ in range(LAYERS)]

    def watch(layer: int, part: str) -> Any:
        def hook(_module: object, inputs: tuple[torch.Tensor, ...]) -> None:
            highest = inputs[0].abs().flatten(0, -2).max(0).values
            before = reached[layer].get(part)
            reached[layer][part] = highest if before is None else torch.maximum(before, highest)

        return hook

    hooks = []
    for number, layer in enumerate(model.encoder.encoder["layer"]):
        parts = {
            "qkv": layer.attention["self"]["query"],
            "inner": layer.intermediate["dense"],
            "outer": layer.output["dense"],
        }
        hooks += [
            module.register_forward_pre_hook(watch(number, name)) for name, module in parts.items()
        ]
    with torch.no_grad():
        for row in rows:
            model(*collate([row]))
    for hook in hooks:
        hook.remove()
    return [
        Smoothing(**{part: _divisors(values, _LIMITS[part]) for part, values in layer.items()})
        for layer in reached
    ]


def _divisors(reached: torch.Tensor, limit: float) -> dict[int, int]:
    divisors = {}
    for channel, value in enumerate(reached.tolist()):
        divisor = 1
        while value / divisor > limit and divisor < _GREATEST_DIVISOR:
            divisor *= 2
        if divisor > 1:
            divisors[channel] = divisor
    return divisors


def run(file: Path, rows: Sequence[Encoded]) -> Array:
    """Logits (rows, 3) of the int8 graph."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    logits = [
        session.run(
            None,
            {
                "input_ids": np.array([row.ids], np.int32),
                "statement_begin": np.array([row.begin], np.int64),
            },
        )[0][0]
        for row in rows
    ]
    return np.array(logits, np.float32)


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


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
