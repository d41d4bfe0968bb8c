"""Text of a file → the documents in it, by the marks of the export that made it."""

from __future__ import annotations

from rag.articles.exports import digest, factiva, nexis, proquest
from rag.articles.exports.document import Document, UnsplittableError

_DATABASES = (nexis, factiva, proquest)
_MARKS = (*nexis.MARKS, *factiva.MARKS, *proquest.MARKS, *digest.MARKS)


def split_documents(raw: str) -> list[Document] | None:
    """Documents of an export, a press review or a digest in order; None for one article's text.

    Raises:
        UnsplittableError: the text holds several articles that cannot be told apart safely.
    """
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    for database in _DATABASES:
        chunks = database.chunks(raw)
        if chunks:
            return _checked([database.read(chunk) for chunk in chunks])
    return digest.numbered(raw) or digest.ruled(raw) or digest.labelled(raw)


def is_mark(line: str) -> bool:
    """Whether ``line`` stands between documents or around one, however often it is repeated."""
    return any(mark.match(line) for mark in _MARKS)


def _checked(documents: list[Document]) -> list[Document]:
    """Fields that no document has mean that the form was not understood: then nothing is sure."""
    if documents and all(
        one.stated.outlet is None and one.stated.published is None for one in documents
    ):
        raise UnsplittableError(
            f"a database export of {len(documents)} documents whose fields (outlet, date) stand in "
            "an unknown order; export them one by one"
        )
    return documents
