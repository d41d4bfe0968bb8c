"""Question → passages: word search and vector search, ranked together."""

from rag.retrieval.search import FoundPassage, search

__all__ = ["FoundPassage", "search"]
