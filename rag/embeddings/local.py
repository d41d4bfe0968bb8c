"""all-MiniLM-L6-v2 in int8, run by ONNX Runtime on the processor; the files are in ``rag/model``.

Texts run one at a time, as many side by side as there are cores, each on one core. That leaves
nothing to pad, keeps a text's layers in its core's cache, and gives a text one vector, whatever it
is embedded with (in a batch, dynamic quantisation would scale all texts by their joint extremes).
``scripts/make_model.py`` says what is in the graph, ``bench/embedding.py`` how fast it is.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from langchain_core.embeddings import Embeddings

MODEL_FOLDER = Path(__file__).resolve().parent.parent / "model"

# Texts tokenised together: bounds memory, and the wait for the slowest at the end of a group.
_GROUP_SIZE = 1024
# A text is cut to this many characters before it is tokenised: far more than the model reads.
_MAX_CHARACTERS = 16_384


class OnnxEmbedder:
    """The local embedding model. Loads at the first ``embed``; safe to use from several threads.

    Args:
        folder: holds model.json, model.onnx and tokenizer.json (default: the ones installed).
        threads: texts embedded side by side (default: the cores this process may use).
    """

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int | None = None) -> None:
        self._folder = folder
        self._threads = threads or _available_cores()
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        return str(self._description["name"])

    @property
    def fingerprint(self) -> str:
        """The name and the beginning of the model file's SHA-256."""
        return f"{self.name}-{self._description['files']['model.onnx']['sha256'][:12]}"

    @property
    def dimension(self) -> int:
        return int(self._description["dimension"])

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that count, [CLS] and [SEP] among them; the rest is not read."""
        return int(self._description["max_tokens"])

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Embeddings of ``texts``: (n, 384) float32, rows of length 1, in the order given.

        Any string has one: an empty one too, and NUL characters and lone surrogates do no harm.

        Raises:
            ConfigurationError: the model's files are missing or damaged.
        """
        import numpy as np

        vectors = np.empty((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        tokenizer, session = self._load()

        def run(row: int, ids: list[int]) -> None:
            (vectors[row],) = session.run(None, {"input_ids": np.array([ids], np.int32)})[0]

        if len(texts) == 1:
            run(0, tokenizer.encode(_clean(texts[0])).ids)
            return vectors
        with ThreadPoolExecutor(self._threads, "embed") as pool:
            for start in range(0, len(texts), _GROUP_SIZE):
                group = [_clean(text) for text in texts[start : start + _GROUP_SIZE]]
                tokens = [encoding.ids for encoding in tokenizer.encode_batch_fast(group)]
                # Long texts first, so that no core is left waiting for one at the end.
                rows = sorted(range(len(group)), key=lambda row: -len(tokens[row]))
                done = pool.map(lambda row: run(start + row, tokens[row]), rows)  # noqa: B023
                for _ in done:
                    pass
        return vectors

    def as_langchain(self) -> Embeddings:
        """The same model as LangChain ``Embeddings``."""
        from rag.embeddings.langchain import LocalEmbeddings

        return LocalEmbeddings(self)

    @cached_property
    def _description(self) -> dict[str, Any]:
        path = self._folder / "model.json"
        try:
            description: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _unusable(path, error) from error
        return description

    def _load(self) -> tuple[Any, Any]:
        """The tokenizer and the session, made once."""
        with self._lock:
            if self._loaded is None:
                self._loaded = (self._load_tokenizer(), self._load_session())
            return self._loaded

    def _load_tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = self._checked_file("tokenizer.json")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises bare Exception
            raise _unusable(path, error) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    def _load_session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The graph is written in the operators that it should run in; nothing is left to fuse.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        path = self._checked_file("model.onnx")
        try:
            return onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime has no common base
            raise _unusable(path, error) from error

    def _checked_file(self, name: str) -> Path:
        path = self._folder / name
        expected = self._description["files"][name]["size_bytes"]
        try:
            size = path.stat().st_size
        except OSError as error:
            raise _unusable(path, error) from error
        if size != expected:
            raise _unusable(path, f"it has {size} bytes, not {expected}")
        return path


def _clean(text: str) -> str:
    """``text`` as the tokenizer takes it: bounded, and lone surrogates replaced."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _unusable(path: Path, reason: object) -> ConfigurationError:
    return ConfigurationError(
        f"the embedding model's file {path} cannot be used ({reason}): install Dateline again"
    )


def _available_cores() -> int:
    """Cores that this process may run on, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
