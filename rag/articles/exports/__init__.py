"""Files that hold many articles: database exports, press reviews, digests of mail."""

from rag.articles.exports.document import Document, UnsplittableError
from rag.articles.exports.split import is_mark, split_documents

__all__ = ["Document", "UnsplittableError", "is_mark", "split_documents"]
