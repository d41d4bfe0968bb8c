"""The embedders as LangChain ``Embeddings``; apart, because importing LangChain takes 0.2 s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from rag.embeddings.local import OnnxEmbedder

if TYPE_CHECKING:
    from rag.embeddings import Embedder


class EmbedderEmbeddings(Embeddings):
    """Any embedder of ours for LangChain's vector stores and retrievers.

    Vectors have length 1. Errors are those of ``Embedder.embed``.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embedder.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class LocalEmbeddings(EmbedderEmbeddings):
    """The embedding model in the package: ``LocalEmbeddings()`` needs no key and no network."""

    def __init__(self, embedder: OnnxEmbedder | None = None) -> None:
        super().__init__(embedder or OnnxEmbedder())
