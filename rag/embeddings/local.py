"""all-MiniLM-L6-v2 in int8; the files are in ``rag/model``.

``training/graph.py`` says what is in the graph, ``bench/embedding.py`` how fast it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.onnx_runtime import GROUP_SIZE, MODELS_FOLDER, OnnxModel, clean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from langchain_core.embeddings import Embeddings

MODEL_FOLDER = MODELS_FOLDER


class OnnxEmbedder:
    """The local embedding model. Loads at the first ``embed``; safe to use from several threads.

    Args:
        folder: holds model.json, model.onnx and tokenizer.json (default: the ones installed).
        threads: texts embedded side by side (default: the cores this process may use).
    """

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int | None = None) -> None:
        self._model = OnnxModel(folder, threads)

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """The name and the beginning of the model file's SHA-256."""
        return self._model.fingerprint

    @property
    def dimension(self) -> int:
        return int(self._model.description["dimension"])

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that count, [CLS] and [SEP] among them; the rest is not read."""
        return self._model.max_tokens

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
        tokenizer, session = self._model.load()

        def run(item: tuple[int, list[int]]) -> None:
            row, ids = item
            if len(ids) > self.max_tokens:
                ids = [*ids[: self.max_tokens - 1], ids[-1]]
            (vectors[row],) = session.run(None, {"input_ids": np.array([ids], np.int32)})[0]

        for start in range(0, len(texts), GROUP_SIZE):
            group = [clean(text) for text in texts[start : start + GROUP_SIZE]]
            encodings = tokenizer.encode_batch_fast(group)
            items = [(start + row, encoding.ids) for row, encoding in enumerate(encodings)]
            self._model.run_each(items, lambda item: len(item[1]), run)
        return vectors

    def as_langchain(self) -> Embeddings:
        """The same model as LangChain ``Embeddings``."""
        from rag.embeddings.langchain import LocalEmbeddings

        return LocalEmbeddings(self)
