"""What the models that read two texts share: their ONNX graph up to the last hidden states, the
divisors of their channels, and the files that they are written as."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto

from training.encoder import FIRST_WORD, LAYERS, WORDS
from training.graph import Array, Graph, Smoothing, encode
from training.stages import TOKENIZER

# What a channel may reach before it is divided, and the greatest divisor.
_LIMITS = {"qkv": 6.0, "inner": 5.0, "outer": 8.0}
_GREATEST_DIVISOR = 8


class PairGraph(Graph):
    """The graph of a model of two texts.

    Inputs: ``input_ids`` (1, n) int32, and the index of the first token of the second text.

    Attributes:
        hidden: tensor (1, n, 384), the last hidden states.
        length: tensor (1,), n.
    """

    def __init__(self, model: torch.nn.Module, smoothing: Sequence[Smoothing], second: str) -> None:
        super().__init__()
        self.weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
        for name, value in (("zero", 0), ("one", 1), ("minus_one", -1)):
            self.constant(name, np.array(value, np.int64))
            self.constant(f"{name}_1d", np.array([value], np.int64))
        self.length = self.add("Shape", ["input_ids"], start=1, end=2)
        places = self.add("Range", ["zero", self.add("Squeeze", [self.length]), "one"])
        after = self.add("GreaterOrEqual", [places, second])
        segments = self.add("Cast", [after], to=TensorProto.INT64)
        segments = self.add("Unsqueeze", [segments, "zero_1d"])
        encoder = {
            name.removeprefix("encoder."): value
            for name, value in self.weights.items()
            if name.startswith("encoder.")
        }
        self.hidden = encode(self, encoder, smoothing, segments, self._marks(segments))

    def part(self, start: str, end: str) -> str:
        """The hidden states of the tokens from ``start`` to ``end``, tensors (1,)."""
        return self.add("Slice", [self.hidden, start, end, "one_1d"])

    def mean(self, part: str) -> str:
        return self.add("ReduceMean", [part, "one_1d"], keepdims=0)

    def dense(self, name: str, values: str) -> str:
        """A small layer in full precision."""
        weight = self.constant(f"{name}.weight", self.weights[f"{name}.weight"].T)
        bias = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.add("Add", [self.add("MatMul", [values, weight]), bias])

    def _marks(self, segments: str) -> str:
        """``training.encoder.Marks`` as nodes: (1, n, 384)."""
        ids = self.add("Cast", ["input_ids"], to=TensorProto.INT64)
        first_word = self.constant("first_word", np.array(FIRST_WORD, np.int64))
        real = self.add("GreaterOrEqual", [ids, first_word])
        own, theirs = (self.add("Unsqueeze", [segments, f"{axis}_1d"]) for axis in self._AXES)
        other = self.add("Not", [self.add("Equal", [own, theirs])])
        seen = self.add("And", [other, self.add("Unsqueeze", [real, "one_1d"])])
        start = self.constant("start", np.zeros((1, 1), np.int64))
        before = self.add("Slice", [ids, "zero_1d", "minus_one_1d", "one_1d"])
        before = self.add("Concat", [start, before], axis=1)
        words = self.constant("words", np.array(WORDS, np.int64))
        pairs = self.add("Add", [self.add("Mul", [before, words]), ids])
        alone, paired = (self._seen(values, seen) for values in (ids, pairs))
        alone = self.add("And", [alone, real])
        marks = [alone, self.add("And", [alone, paired])]
        counts = [self.add("Cast", [mark], to=TensorProto.INT64) for mark in marks]
        table = self.constant("mark_table", self.weights["marks.table.weight"])
        return self.add("Gather", [table, self.add("Add", counts)])

    _AXES = ("minus_one", "one")

    def _seen(self, values: str, seen: str) -> str:
        """(1, n) bool: a token of equal value is among those that ``seen`` (1, n, n) tells."""
        own, theirs = (self.add("Unsqueeze", [values, f"{axis}_1d"]) for axis in self._AXES)
        equal = self.add("And", [self.add("Equal", [own, theirs]), seen])
        found = self.add("Cast", [equal], to=TensorProto.INT32)
        found = self.add("ReduceMax", [found, "minus_one_1d"], keepdims=0)
        return self.add("Cast", [found], to=TensorProto.BOOL)


def smoothing_of(
    model: torch.nn.Module, inputs: Sequence[tuple[torch.Tensor, ...]]
) -> list[Smoothing]:
    """For each layer the channels that reach more than the limits on ``inputs``, and by what they
    are divided so that they do not: powers of two, at most ``_GREATEST_DIVISOR``."""
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
        for one in inputs:
            model(*one)
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


def write_model(
    folder: Path, name: str, graph: onnx.ModelProto, details: Callable[[Path], dict[str, Any]]
) -> dict[str, Any]:
    """model.onnx, model.json and the licence in ``folder``; what model.json says.

    Args:
        details: what is found out with the written graph, from its file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "model.onnx"
    onnx.save(graph, file)
    description = {
        "name": name,
        "license": "Apache-2.0",
        "start": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
        **details(file),
        "files": {
            "model.onnx": {"sha256": sha256(file), "size_bytes": file.stat().st_size},
            "tokenizer.json": {
                "path": "../tokenizer.json",
                "sha256": sha256(TOKENIZER),
                "size_bytes": TOKENIZER.stat().st_size,
            },
        },
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2) + "\n", "utf-8")
    shutil.copyfile(TOKENIZER.parent / "LICENSE", folder / "LICENSE")
    return description


def run_graph(file: Path, inputs: Sequence[Mapping[str, Any]]) -> list[list[Array]]:
    """The outputs of the graph for each of ``inputs``."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return [session.run(None, dict(one)) for one in inputs]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
