"""The one place that runs our own small models: ONNX files in the package, on the processor.

Texts run one at a time, as many side by side as there are cores, each on one core. That leaves
nothing to pad, keeps a text's layers in its core's cache, and gives a text one result, whatever it
is run with (in a batch, dynamic quantisation would scale all texts by their joint extremes).
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import ConfigurationError

MODELS_FOLDER = Path(__file__).resolve().parent / "model"

# Texts tokenised together: bounds memory, and the wait for the slowest at the end of a group.
GROUP_SIZE = 1024
# A text is cut to this many characters before it is tokenised: far more than a model reads.
MAX_CHARACTERS = 16_384

_Item = TypeVar("_Item")
_wanted: dict[str, int | None] = {"threads": None}


def use_threads(threads: int | None) -> None:
    """How many texts every model of this process runs side by side that was not told otherwise;
    None for the cores that the process may use."""
    _wanted["threads"] = threads


class OnnxModel:
    """A model's files, loaded at the first use; safe to use from several threads.

    Args:
        folder: holds model.json, which names the other files with their sizes: model.onnx, and
            tokenizer.json or where that lies.
        threads: texts run side by side (default: as ``use_threads`` said, else the cores this
            process may use).
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self.folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    @property
    def threads(self) -> int:
        return self._threads or _wanted["threads"] or available_cores()

    @cached_property
    def description(self) -> dict[str, Any]:
        """What model.json says.

        Raises:
            ConfigurationError: it is missing or damaged.
        """
        path = self.folder / "model.json"
        try:
            description: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _unusable(path, error) from error
        return description

    @property
    def name(self) -> str:
        return str(self.description["name"])

    @property
    def fingerprint(self) -> str:
        """The name and the beginning of the model file's SHA-256."""
        return f"{self.name}-{self.description['files']['model.onnx']['sha256'][:12]}"

    @property
    def max_tokens(self) -> int:
        """Tokens of an input that count, [CLS] and [SEP] among them; the rest is not read."""
        return int(self.description["max_tokens"])

    def load(self) -> tuple[Any, Any]:
        """The tokenizer and the session, made once.

        Raises:
            ConfigurationError: the model's files are missing or damaged.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = (self._load_tokenizer(), self._load_session())
            return self._loaded

    def run_each(
        self, items: Sequence[_Item], length: Callable[[_Item], int], run: Callable[[_Item], None]
    ) -> None:
        """``run`` on each item, side by side; long ones first, so that no core is left waiting for
        one at the end."""
        if len(items) == 1 or self.threads == 1:
            for item in items:
                run(item)
            return
        with ThreadPoolExecutor(self.threads, self.name) as pool:
            for _ in pool.map(run, sorted(items, key=lambda item: -length(item))):
                pass

    def _load_tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = self._checked_file("tokenizer.json")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises bare Exception
            raise _unusable(path, error) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
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
        entry = self.description["files"][name]
        path: Path = self.folder / entry.get("path", name)
        try:
            size = path.stat().st_size
        except OSError as error:
            raise _unusable(path, error) from error
        if size != entry["size_bytes"]:
            raise _unusable(path, f"it has {size} bytes, not {entry['size_bytes']}")
        return path


def clean(text: str) -> str:
    """``text`` as the tokenizer takes it: bounded, and lone surrogates replaced."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def available_cores() -> int:
    """Cores that this process may run on, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _unusable(path: Path, reason: object) -> ConfigurationError:
    return ConfigurationError(
        f"the model's file {path} cannot be used ({reason}): install Dateline again"
    )
