"""Texts → embeddings: the local ONNX model, or OpenAI's. Both also as LangChain ``Embeddings``.

>>> embedder = open_embedder("local")
>>> embedder.embed(["The bridge reopened on Monday."]).shape
(1, 384)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rag.embeddings.local import OnnxEmbedder
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
    from langchain_core.embeddings import Embeddings

    from rag.embeddings.openai import OpenAIEmbedder

__all__ = ["Embedder", "OnnxEmbedder", "open_embedder"]


class Embedder(Protocol):
    """What an index needs of an embedding model.

    Attributes:
        name: the model, as people know it.
        fingerprint: changes when the same text would get another vector; an index stores it.
        dimension: numbers in a vector.
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, dimension) float32, rows of length 1, in the order of ``texts``.

        Raises:
            ConfigurationError: the model's files are missing or damaged, or the key is wrong.
            ModelError: the model did not answer (``RetryableModelError``: it may, later).
        """
        ...

    def as_langchain(self) -> Embeddings: ...


def open_embedder(name: str = "local") -> OnnxEmbedder | OpenAIEmbedder:
    """The embedder that the setting ``embeddings`` names: ``local`` or ``openai:MODEL``.

    Nothing is loaded or connected before the first ``embed``.

    Raises:
        ConfigurationError: there is no such embedder.
    """
    kind, _, model = name.strip().partition(":")
    if kind == "local" and not model:
        return OnnxEmbedder()
    if kind == "openai" and model:
        from rag.embeddings.openai import OpenAIEmbedder

        return OpenAIEmbedder(model)
    raise ConfigurationError(
        f"there is no embedding model {name!r}: set DATELINE_EMBEDDINGS to local, or to openai: "
        "and a name, such as openai:text-embedding-3-small"
    )
