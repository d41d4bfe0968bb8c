"""The stored collection of articles: SQLite catalog (the truth), tantivy and Chroma (derived)."""

from rag.index.ingest import IngestProgress, IngestReport, ingest
from rag.index.records import (
    ArticleRecord,
    Counts,
    Hits,
    StoredArticle,
    StoredPassage,
)
from rag.index.store import Index

__all__ = [
    "ArticleRecord",
    "Counts",
    "Hits",
    "Index",
    "IngestProgress",
    "IngestReport",
    "StoredArticle",
    "StoredPassage",
    "ingest",
]
