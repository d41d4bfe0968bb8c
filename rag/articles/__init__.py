"""Files → clean articles: found on disk, decoded, cut out of their pages, metadata as stated."""

from rag.articles.article import Article, text_sha256
from rag.articles.files import FORMATS, SourceFile, file_sha256, find_files
from rag.articles.load import load_articles
from rag.articles.meta import Meta, load_meta
from rag.articles.plain_text import CLEANER_VERSION, CleanText, clean_text

__all__ = [
    "CLEANER_VERSION",
    "FORMATS",
    "Article",
    "CleanText",
    "Meta",
    "SourceFile",
    "clean_text",
    "file_sha256",
    "find_files",
    "load_articles",
    "load_meta",
    "text_sha256",
]
