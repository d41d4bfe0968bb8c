"""One file → its articles, cleaned, or the reasons why it gives none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from rag.articles.article import Article
from rag.articles.dates import publication_day
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.exports import Document, UnsplittableError, split_documents
from rag.articles.files import SourceFile, file_format, read_failure, storable
from rag.articles.html import read_html
from rag.articles.markdown import read_markdown
from rag.articles.message import Message, read_message, unquoted
from rag.articles.meta import Meta
from rag.articles.no_article import why_no_article
from rag.articles.outlets import outlet_of
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


_Loaded = Article | ArticleError


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
        for item in _READERS.get(extension or "", _read_text)(file.path, name):
            if meta is not None and isinstance(item, Article):
                yield meta.complete(item, file.path)
            else:
                yield item
    except OSError as error:
        yield ArticleError(name, read_failure(error))
    except (_RefusedError, UndecodableError, UnreadablePdfError, UnsplittableError) as error:
        yield ArticleError(name, str(error))


def _read_text(path: Path, name: str) -> Iterator[_Loaded]:
    raw = _decoded(path)
    if _HTML_START.match(raw):
        return _html_articles(raw, name)
    return _text_articles(raw, name)


def _read_markdown(path: Path, name: str) -> Iterator[_Loaded]:
    text, stated, captions = read_markdown(_decoded(path))
    yield _cleaned(text, name, stated, captions)


def _read_html(path: Path, name: str) -> Iterator[_Loaded]:
    raw = _decoded(path)
    if not _HTML_START.match(raw) and (message := read_message(raw)) is not None:
        return _message_articles(message, name)
    return _html_articles(raw, name)


def _read_pdf(path: Path, name: str) -> Iterator[_Loaded]:
    if path.stat().st_size == 0:
        raise _RefusedError("empty file")
    text, stated = read_pdf(path)
    return _documents_or_one(text, name, stated)


_READERS: dict[str, Callable[[Path, str], Iterator[_Loaded]]] = {
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


def _text_articles(raw: str, name: str) -> Iterator[_Loaded]:
    message = read_message(raw)
    if message is not None:
        return _message_articles(message, name)
    return _documents_or_one(unquoted(raw), name, Stated())


def _message_articles(message: Message, name: str) -> Iterator[_Loaded]:
    """A message's articles: what they state themselves goes before its header."""
    found = _html_articles if message.is_html else _mailed_articles
    for item in found(message.body, name):
        yield _completed(item, message.stated) if isinstance(item, Article) else item


def _mailed_articles(body: str, name: str) -> Iterator[_Loaded]:
    return _documents_or_one(body, name, Stated())


def _completed(article: Article, stated: Stated) -> Article:
    return replace(
        article,
        title=article.title or stated.title,
        published=article.published or publication_day(stated.published),
        url=article.url or stated.url,
    )


def _documents_or_one(raw: str, name: str, stated: Stated) -> Iterator[_Loaded]:
    """The documents of an export, each with ``#n`` behind the file's name, or one article."""
    documents = split_documents(raw)
    if documents is None:
        article = _cleaned(raw, name, stated, captions=[])
        _refuse_page(article)
        yield article
        return
    for number, document in enumerate(documents, start=1):
        yield _part(document, name if len(documents) == 1 else f"{name}#{number}")


def _part(document: Document, name: str) -> _Loaded:
    if not document.text.strip():
        return ArticleError(name, "a document of an export without its text")
    try:
        return _cleaned(document.text, name, document.stated, [], is_page=document.is_page)
    except _RefusedError as error:
        return ArticleError(name, str(error))


def _refuse_page(article: Article) -> None:
    """Raise where the whole text is a page's word to its reader, whatever file it came in."""
    is_dated = article.published is not None or article.author is not None
    kind = why_no_article([article.title], article.text.split("\n\n"), is_dated)
    if kind is not None:
        raise _RefusedError(f"{kind}, not an article")


def _html_articles(raw: str, name: str) -> Iterator[_Loaded]:
    page = read_html(raw)
    if page.no_article:
        raise _RefusedError(f"{page.no_article}, not an article")
    if len(page.days) > 1:
        for number, day in enumerate(page.days, start=1):
            stated = replace(page.stated, published=day.published, credits=[])
            yield _part(Document(day.text, stated), f"{name}#{number}")
        return
    if page.days:
        page.stated.published = page.days[0].published
        page.text = page.days[0].text
    if not page.text.strip():
        raise _RefusedError("HTML without an article: no article text found")
    article = _cleaned(page.text, name, page.stated, page.captions, is_page=False)
    yield replace(article, cut=page.cut)


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
        outlet=outlet_of(stated.outlet, stated.url),
        author=stated.author,
        published=publication_day(stated.published),
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
