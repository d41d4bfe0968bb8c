"""One file → its articles, cleaned, or the reasons why it gives none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.articles.article import Article
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.files import SourceFile, file_format, read_failure, storable
from rag.articles.html import read_html
from rag.articles.markdown import read_markdown
from rag.articles.meta import Meta
from rag.articles.pdf import UnreadablePdfError, read_pdf
from rag.articles.plain_text import clean_text
from rag.articles.rows import Row, read_json, read_jsonl
from rag.articles.stated import Stated
from rag.errors import ArticleError

MAX_TEXT_BYTES = 32 * 2**20
_HTML_START = re.compile(
    r"^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_NO_ARTICLE = "no article text found, only page furniture"


class _RefusedError(ValueError):
    """The file holds no article; the message says why."""


def load_articles(file: SourceFile, meta: Meta | None = None) -> Iterator[Article | ArticleError]:
    """Articles of ``file`` one by one; for one that cannot be used, the error that says why.

    Nothing is raised for bad input. Rows of .jsonl and .jsonl.gz files are read one at a time.
    """
    name = storable(str(file.path))
    extension = file_format(file.path)
    try:
        if extension in (".json", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"):
            yield from _articles_of_rows(file.path, extension, name, meta)
            return
        article = _READERS.get(extension or "", _read_text)(file.path, name)
        yield meta.complete(article, file.path) if meta else article
    except OSError as error:
        yield ArticleError(name, read_failure(error))
    except (_RefusedError, UndecodableError, UnreadablePdfError) as error:
        yield ArticleError(name, str(error))


def _read_text(path: Path, name: str) -> Article:
    raw = _decoded(path)
    if _HTML_START.match(raw):
        return _html_article(raw, name)
    return _cleaned(raw, name, Stated(), captions=[])


def _read_markdown(path: Path, name: str) -> Article:
    text, stated, captions = read_markdown(_decoded(path))
    return _cleaned(text, name, stated, captions)


def _read_html(path: Path, name: str) -> Article:
    return _html_article(_decoded(path), name)


def _read_pdf(path: Path, name: str) -> Article:
    if path.stat().st_size == 0:
        raise _RefusedError("empty file")
    text, stated = read_pdf(path)
    return _cleaned(text, name, stated, captions=[])


_READERS: dict[str, Callable[[Path, str], Article]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".xhtml": _read_html,
    ".pdf": _read_pdf,
}


def _decoded(path: Path) -> str:
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise _RefusedError("empty file")
    if size_bytes > MAX_TEXT_BYTES:
        raise _RefusedError(
            f"{size_bytes >> 20} MB is too large for one article (limit {MAX_TEXT_BYTES >> 20} MB)"
        )
    text = decode_text(path.read_bytes())
    if not text.strip():
        raise _RefusedError("empty file: nothing but white space")
    return text


def _html_article(raw: str, name: str) -> Article:
    text, stated, captions = read_html(raw)
    if not text.strip():
        raise _RefusedError("HTML without an article: no article text found")
    return _cleaned(text, name, stated, captions, is_page=False)


def _cleaned(
    raw: str, name: str, stated: Stated, captions: list[str], is_page: bool = True
) -> Article:
    """The article in ``raw``; what markup states goes before what the text states."""
    clean = clean_text(raw, title=stated.title, is_page=is_page)
    if not clean.text:
        raise _RefusedError(_NO_ARTICLE)
    stated.fill(clean.stated)
    text = clean.text
    if captions:
        known = set(captions)
        text = "\n\n".join(p for p in text.split("\n\n") if p not in known)
    return Article(
        text=text,
        source=name,
        title=stated.title,
        outlet=stated.outlet,
        author=stated.author,
        published=stated.published,
        url=stated.url,
        language=stated.language,
        captions=tuple(dict.fromkeys([*captions, *clean.captions])),
        credits=tuple(stated.credits),
    )


def _articles_of_rows(
    path: Path, extension: str, name: str, meta: Meta | None
) -> Iterator[Article | ArticleError]:
    if path.stat().st_size == 0:
        yield ArticleError(name, "empty file")
        return
    rows = read_json(path) if extension == ".json" else read_jsonl(path, extension.endswith(".gz"))
    found_any = False
    for row in rows:
        found_any = True
        place = name if row.place is None else f"{name}:{row.place}"
        if not isinstance(row, Row):
            yield ArticleError(place, row.reason)
            continue
        try:
            article = _cleaned(row.text, row.stated.url or place, row.stated, [], is_page=False)
        except _RefusedError as error:
            yield ArticleError(place, str(error))
            continue
        yield meta.complete(article, path) if meta else article
    if not found_any:
        yield ArticleError(name, "empty file: no row in it")
