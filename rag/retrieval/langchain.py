"""The retriever as LangChain knows one; apart, because importing LangChain takes over a second."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.filters import Filters
from rag.index.store import Index
from rag.retrieval.found import FoundPassage
from rag.retrieval.search import search


class DatelineRetriever(BaseRetriever):
    """``rag.retrieval.search`` as a LangChain retriever.

    >>> retriever = DatelineRetriever(index=index, k=4)  # doctest: +SKIP
    >>> retriever.invoke("Who claimed responsibility?")  # doctest: +SKIP

    A document's ``page_content`` is the passage, its ``metadata`` every other field of
    ``FoundPassage``, its ``id`` the article's id and the offsets.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 10
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = search(self.index, query, k=self.k, filters=self.filters)
        return [to_document(passage) for passage in found]


def to_document(passage: FoundPassage) -> Document:
    metadata = {name: getattr(passage, name) for name in FoundPassage.__slots__ if name != "text"}
    return Document(
        id=f"{passage.article_id}:{passage.start}-{passage.end}",
        page_content=passage.text,
        metadata=metadata,
    )
