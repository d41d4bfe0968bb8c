"""What people use: LangChain's recursive splitter (1,000/200) → Chroma, with its default embedding.

The model is all-MiniLM-L6-v2 in fp32 (DATELINE_FP32_MODEL: the folder that
``python -m training.make_embedder --fp32 FOLDER`` wrote), run by Chroma's own default
embedding function: batches of 32, everything padded to 256 tokens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np


class LangChainDefault:
    """A persistent ``langchain_chroma`` collection in ``folder``."""

    def __init__(self, folder: Path) -> None:
        from langchain_chroma import Chroma
        from langchain_core.embeddings import Embeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        function = _embedding_function()

        class DefaultEmbeddings(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [np.asarray(vector).tolist() for vector in function(texts)]

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        self._store = Chroma(
            "news", DefaultEmbeddings(), str(folder), collection_metadata={"hnsw:space": "cosine"}
        )

    def chunks(self, text: str) -> list[str]:
        return self._splitter.split_text(text)

    def add(self, articles: Iterable[dict[str, Any]]) -> Iterator[int]:
        """Add rows with ``url`` and ``text``; those already there are passed over. Yields the
        number of articles added so far."""
        done = set(self._store.get(where={"last": True}, include=["metadatas"])["ids"])
        for added, article in enumerate(articles, 1):
            texts = self.chunks(article["text"])
            ids = [f"{article['url']}#{at}" for at in range(len(texts))]
            if texts and ids[-1] not in done:
                said = [{"url": article["url"], "last": i == ids[-1]} for i in ids]
                self._store.add_texts(texts, said, ids)
            yield added

    def search(self, question: str, k: int) -> list[str]:
        """The texts of the ``k`` nearest chunks, nearest first."""
        return [document.page_content for document in self._store.similarity_search(question, k)]


def _embedding_function() -> Any:
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

    return FromFolder()
