"""How fast the embedding model is, how close to what the cores can do, and what int8 costs.

    python -m training.make_embedder --fp32 /tmp/fp32    # its head says what that needs
    DATELINE_FP32_MODEL=/tmp/fp32 python bench/embedding.py [--quality]

Compared in one run, taking turns on the same passages: ours, and the same weights in fp32 run by
Chroma's default embedding function (its own code: batches of 32, everything padded to 256 tokens).
Passages are cut from the articles in DATELINE_SHARED by ``rag.passages``, with the title in front.
With the package onnx installed, the products of matrices alone are timed too, as the ceiling.
``--quality`` also embeds all articles both ways (half an hour on two cores) and counts answers
found. Writes ``bench/results/embedding.json``.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import importlib.metadata
import json
import os
import platform
import random
import re
import string
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from rag.embeddings import OnnxEmbedder
from rag.embeddings.local import MODEL_FOLDER
from rag.passages import retrieval_text, split_passages

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "embedding.json"
SHARED = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared"))

ROUNDS = 10
SEED = 20260131
LAYERS, DIMENSION, INNER = 6, 384, 1536
# (rows in, columns out) of the four products of one layer.
PRODUCTS = [
    (DIMENSION, 3 * DIMENSION),
    (DIMENSION, DIMENSION),
    (DIMENSION, INNER),
    (INNER, DIMENSION),
]

Vectors = npt.NDArray[np.float32]
Embed = Callable[[list[str]], Vectors]


def load_articles() -> list[dict[str, Any]]:
    path = SHARED / "bench" / "newsqa-dev-articles.jsonl.gz"
    if not path.exists():
        sys.exit(f"error: no articles at {path}: set DATELINE_SHARED")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def passages_of(article: dict[str, Any]) -> list[str]:
    text = article["text"]
    return [text[passage.start : passage.end] for passage in split_passages(text)]


def sample_passages(count: int) -> list[str]:
    """As they are embedded: title and passage, from articles drawn at random."""
    articles = load_articles()
    random.Random(SEED).shuffle(articles)
    texts: list[str] = []
    for article in articles:
        texts += [retrieval_text(article["title"], passage) for passage in passages_of(article)]
        if len(texts) > 4 * count:
            break
    random.Random(SEED).shuffle(texts)
    return texts[:count]


def chroma_default() -> Embed:
    """Chroma's default embedding function on the fp32 model in DATELINE_FP32_MODEL."""
    folder = os.environ.get("DATELINE_FP32_MODEL")
    if not folder or not Path(folder, "model.onnx").exists():
        sys.exit(
            "error: set DATELINE_FP32_MODEL to the folder that "
            "`python -m training.make_embedder --fp32 FOLDER` wrote"
        )
    from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

    class FromFolder(ONNXMiniLM_L6_V2):  # type: ignore[misc]
        DOWNLOAD_PATH = Path(folder)
        EXTRACTED_FOLDER_NAME = ""

    function = FromFolder()
    return lambda texts: np.asarray(function(texts), np.float32)


def compare_speed(texts: list[str], ours: Embed, theirs: Embed) -> dict[str, Any]:
    """Both on each tenth of the passages in turn, the first one changing, so that other work on
    the machine slows both."""
    ours(texts[:8])
    theirs(texts[:8])
    seconds: dict[str, list[float]] = {"ours": [], "chroma_fp32": []}
    vectors: dict[str, list[Vectors]] = {"ours": [], "chroma_fp32": []}
    for number, part in enumerate(np.array_split(np.arange(len(texts)), ROUNDS)):
        turn = [("ours", ours), ("chroma_fp32", theirs)]
        for name, embed in turn if number % 2 else turn[::-1]:
            group = [texts[i] for i in part]
            start = time.perf_counter()
            vectors[name].append(embed(group))
            seconds[name].append(time.perf_counter() - start)
    cosine = (np.concatenate(vectors["ours"]) * np.concatenate(vectors["chroma_fp32"])).sum(axis=1)
    ratios = np.array(seconds["chroma_fp32"]) / np.array(seconds["ours"])
    return {
        "passages": len(texts),
        "ours_passages_per_s": len(texts) / sum(seconds["ours"]),
        "chroma_fp32_passages_per_s": len(texts) / sum(seconds["chroma_fp32"]),
        "ratio": sum(seconds["chroma_fp32"]) / sum(seconds["ours"]),
        "ratio_by_round": [float(ratio) for ratio in ratios],
        "cosine_to_fp32": {
            "mean": float(cosine.mean()),
            "1st_percentile": float(np.percentile(cosine, 1)),
            "least": float(cosine.min()),
        },
    }


def token_lengths(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    tokenizer = Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return np.array([len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))])


def compare_with_ceiling(texts: list[str]) -> dict[str, Any] | None:
    """Ours against its matrix products alone, at the speed at which ONNX Runtime does each by
    itself on a passage of median length: int8 for the layers' weights, fp32 for attention. In
    processor time, which other work on the machine changes little; the best of some rounds.

    None without the package onnx, which makes the graphs of one product.
    """
    try:
        from onnx import TensorProto
    except ImportError:
        print("note: no ceiling: pip install onnx", file=sys.stderr)
        return None
    lengths = token_lengths(texts)
    median = int(np.median(lengths))
    group = [text for text, n in zip(texts, lengths, strict=True) if abs(n - median) <= 2][:64]
    embedder = OnnxEmbedder()
    heads = 12
    head = DIMENSION // heads
    kinds = {"int8": TensorProto.UINT8, "fp32": TensorProto.FLOAT}
    sessions = {
        (kind, shape): product_session(kinds[kind], *shape) for kind in kinds for shape in PRODUCTS
    }
    # Scores, and scores times values, take the same number of multiplications.
    attention = product_session(TensorProto.FLOAT, head, median)
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        seconds = dict.fromkeys(kinds, 0.0)
        for (kind, (rows, _)), session in sessions.items():
            dtype = np.uint8 if kind == "int8" else np.float32
            values = np.ones((median, rows), dtype)
            seconds[kind] += LAYERS * product_s(session, values)
        query = np.ones((median, head), np.float32)
        seconds["attention"] = 2 * heads * LAYERS * product_s(attention, query)
        start = time.process_time()
        embedder.embed(group)
        seconds["ours"] = (time.process_time() - start) / len(group)
        rounds.append(seconds)
    best = {name: min(seconds[name] for seconds in rounds) for name in rounds[0]}
    multiplications = median * LAYERS * sum(rows * columns for rows, columns in PRODUCTS)
    return {
        "tokens": median,
        "processor_ms_a_passage": {name: 1000 * s for name, s in best.items()},
        "int8_products_giga_multiplications_per_s": multiplications / best["int8"] / 1e9,
        "fp32_products_giga_multiplications_per_s": multiplications / best["fp32"] / 1e9,
        "share_of_ceiling": (best["int8"] + best["attention"]) / best["ours"],
    }


def product_session(kind: int, rows: int, columns: int) -> Any:
    """A session that multiplies (n, rows) by one constant matrix (rows, columns) on one core."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    whole = kind == TensorProto.UINT8
    weight = np.random.default_rng(0).integers(-99, 99, (rows, columns))
    constant = numpy_helper.from_array(weight.astype(np.int8 if whole else np.float32), "w")
    node = helper.make_node("MatMulInteger" if whole else "MatMul", ["x", "w"], ["y"])
    result = TensorProto.INT32 if whole else TensorProto.FLOAT
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("x", kind, ["n", rows])],
        [helper.make_tensor_value_info("y", result, ["n", columns])],
        [constant],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def product_s(session: Any, values: npt.NDArray[Any], repeats: int = 20) -> float:
    """Processor seconds per product."""
    start = time.process_time()
    for _ in range(repeats):
        session.run(None, {"x": values})
    return (time.process_time() - start) / repeats


def compare_quality(ours: Embed, theirs: Embed) -> dict[str, Any]:
    """Share of the answerable questions whose answer stands in the first 1 and 5 passages by
    cosine alone, as ``bench/README.md`` of the given data defines it."""
    articles = load_articles()
    passages = [(article, text) for article in articles for text in passages_of(article)]
    bodies = [normalised(text) for _, text in passages]
    questions = list(answerable_questions(articles))
    result: dict[str, Any] = {"questions": len(questions), "passages": len(passages)}
    hits: dict[str, npt.NDArray[np.bool_]] = {}
    for name, embed in (("ours", ours), ("chroma_fp32", theirs)):
        table = embed([retrieval_text(article["title"], text) for article, text in passages])
        scores = embed([question for question, _ in questions]) @ table.T
        best = np.argsort(-scores, axis=1)[:, :5]
        hits[name] = np.array(
            [
                [holds(bodies[i], answers) for i in row]
                for row, (_, answers) in zip(best, questions, strict=True)
            ]
        )
        result[name] = {
            "recall_at_1": float(hits[name][:, 0].mean()),
            "recall_at_5": float(hits[name].any(axis=1).mean()),
        }
    found = {name: rows.any(axis=1) for name, rows in hits.items()}
    result["found_at_5_by_ours_only"] = int((found["ours"] & ~found["chroma_fp32"]).sum())
    result["found_at_5_by_fp32_only"] = int((found["chroma_fp32"] & ~found["ours"]).sum())
    return result


def answerable_questions(articles: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    by_url = {
        article["url"]: normalised(f"{article['title']} {article['text']}") for article in articles
    }
    path = SHARED / "bench" / "newsqa-dev-questions.jsonl"
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        answers = [a for a in (normalised(answer) for answer in row["answers"]) if len(a) >= 3]
        if any(holds(by_url.get(url, ""), answers) for url in row["urls"]):
            yield row["question"], answers


def normalised(text: str) -> str:
    """Lower case, without punctuation and articles."""
    letters = text.lower().translate(str.maketrans("", "", string.punctuation + "“”‘’–—…"))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", letters).split())


def holds(text: str, answers: list[str]) -> bool:
    return any(f" {answer} " in f" {text} " for answer in answers)


def machine() -> dict[str, Any]:
    cpu = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"model name\s*: (.+)", cpu)
    packages = ("onnxruntime", "tokenizers", "chromadb", "numpy")
    return {
        "date": datetime.date.today().isoformat(),
        "processor": name[1] if name else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "avx512_vnni": "avx512_vnni" in cpu,
        "load_at_start": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": {package: importlib.metadata.version(package) for package in packages},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the embedding model; see the head.")
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--quality", action="store_true", help="also count answers found")
    chosen = parser.parse_args()
    embedder = OnnxEmbedder()
    theirs = chroma_default()
    texts = sample_passages(chosen.passages)
    lengths = token_lengths(texts)
    result: dict[str, Any] = {
        "machine": machine(),
        "model": embedder.fingerprint,
        "tokens_a_passage": {
            "mean": float(lengths.mean()),
            "95th_percentile": float(np.percentile(lengths, 95)),
            "most": int(lengths.max()),
            "share_cut": float((lengths > embedder.max_tokens).mean()),
        },
        "speed": compare_speed(texts, embedder.embed, theirs),
        "ceiling": compare_with_ceiling(texts),
    }
    if chosen.quality:
        result["quality"] = compare_quality(embedder.embed, theirs)
    elif RESULTS.exists():  # an earlier run's stays true as long as the model is the same
        earlier = json.loads(RESULTS.read_text("utf-8"))
        if earlier["model"] == result["model"]:
            result["quality"] = earlier.get("quality")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print_table(result)


def print_table(result: dict[str, Any]) -> None:
    speed, ceiling, quality = result["speed"], result["ceiling"], result.get("quality")
    print(f"{'':28}{'ours (int8)':>14}{'Chroma (fp32)':>16}{'ratio':>8}")
    ours, theirs = speed["ours_passages_per_s"], speed["chroma_fp32_passages_per_s"]
    print(f"{'passages/s':28}{ours:>14.1f}{theirs:>16.1f}{speed['ratio']:>8.2f}")
    cosine = speed["cosine_to_fp32"]
    print(f"{'cosine to fp32, mean, least':28}{cosine['mean']:>14.4f}{cosine['least']:>16.4f}")
    if ceiling:
        print(f"{'share of the ceiling':28}{ceiling['share_of_ceiling']:>14.2f}")
    if quality:
        for name in ("recall_at_1", "recall_at_5"):
            first, second = quality["ours"][name], quality["chroma_fp32"][name]
            print(f"{name:28}{first:>14.3f}{second:>16.3f}")


if __name__ == "__main__":
    main()
