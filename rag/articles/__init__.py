"""Files → clean articles: found on disk, decoded, cut out of their pages, metadata as stated.

What reads files is imported when it is first used: it compiles the phrases of many sites, which
a question to the index does not need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rag.articles.article import Article, text_sha256
from rag.articles.cleaner_version import CLEANER_VERSION
from rag.articles.files import (
    FORMATS,
    FoundFiles,
    PassedOver,
    SourceFile,
    file_sha256,
    find_files,
    look_for_files,
)

if TYPE_CHECKING:
    from rag.articles.load import load_articles
    from rag.articles.meta import Meta, load_meta
    from rag.articles.plain_text import CleanText, clean_text

__all__ = [
    "CLEANER_VERSION",
    "FORMATS",
    "Article",
    "CleanText",
    "FoundFiles",
    "Meta",
    "PassedOver",
    "SourceFile",
    "clean_text",
    "file_sha256",
    "find_files",
    "load_articles",
    "load_meta",
    "look_for_files",
    "text_sha256",
]

_LAZY = {
    "load_articles": "rag.articles.load",
    "Meta": "rag.articles.meta",
    "load_meta": "rag.articles.meta",
    "CleanText": "rag.articles.plain_text",
    "clean_text": "rag.articles.plain_text",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
