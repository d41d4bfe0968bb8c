"""Question → passages, by words and vectors, ranked together; and their sentences, read."""

from rag.retrieval.found import FoundPassage
from rag.retrieval.reading import SentenceRead, read_passages
from rag.retrieval.search import search

__all__ = ["FoundPassage", "SentenceRead", "read_passages", "search"]
