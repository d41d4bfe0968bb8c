"""The stored articles: SQLite catalog (the truth), tantivy and Chroma (derived)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.index.records import (
    ArticleRecord,
    Collection,
    CollectionChange,
    Counts,
    Hits,
    StoredArticle,
    StoredPassage,
)
from rag.index.store import Index

if TYPE_CHECKING:
    from rag.index.pipeline import IngestProgress, IngestReport, ingest

__all__ = [
    "ArticleRecord",
    "Collection",
    "CollectionChange",
    "Counts",
    "Hits",
    "Index",
    "IngestProgress",
    "IngestReport",
    "StoredArticle",
    "StoredPassage",
    "ingest",
]


def __getattr__(name: str) -> Any:
    """Ingest brings in the readers of all file formats, which searching does without."""
    if name in ("IngestProgress", "IngestReport", "ingest"):
        from importlib import import_module

        return getattr(import_module("rag.index.pipeline"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
