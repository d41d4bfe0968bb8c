"""A raw text, a page or a row → its articles, cleaned: one, or each of those it is split into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.articles.article import Article
from rag.articles.cut import without_cut_mark
from rag.articles.dates import publication_day
from rag.articles.exports import Document, split_documents
from rag.articles.files import PassedOver
from rag.articles.forwarded import read_forwarded, unquoted
from rag.articles.html import HtmlPage, read_html
from rag.articles.html_fragment import is_html, read_fragment
from rag.articles.no_article import why_no_article
from rag.articles.outlets import outlet_of
from rag.articles.plain_text import clean_text
from rag.articles.refused import RefusedError
from rag.articles.stated import Stated
from rag.errors import ArticleError

Loaded = Article | ArticleError | PassedOver

_HTML_START = re.compile(
    r"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_NO_ARTICLE = "no article text found, only page furniture"


def is_html_page(raw: str) -> bool:
    """Whether ``raw`` begins as a page of HTML."""
    return _HTML_START.match(raw) is not None


def text_articles(raw: str, name: str, stated: Stated | None = None) -> Iterator[Loaded]:
    """Articles of plain text: of a forwarded mail that of its body, of an export each document.

    Args:
        stated: what is known of the text; it goes before what the text states, and behind what was
            forwarded or stands in a document of an export.

    Raises:
        RefusedError: there is none.
    """
    forwarded = read_forwarded(raw)
    if forwarded is None:
        yield from _documents_or_one(unquoted(raw), name, stated or Stated())
        return
    for item in _documents_or_one(forwarded.text, name, Stated()):
        yield completed(completed(item, forwarded.stated), stated or Stated())


def html_articles(raw: str, name: str) -> Iterator[Loaded]:
    """The article of a page; of a live page its days.

    Raises:
        RefusedError: there is none; the message says what the page is instead.
    """
    page = read_html(raw)
    _refuse_without_article(page)
    return _page_articles(page, name)


def row_articles(raw: str, name: str, stated: Stated, *, is_cut: bool) -> Iterator[Loaded]:
    """The article in the text of a row, plain or HTML: a whole page, or only the article.

    Args:
        stated: what the row states beside its text; it goes before what the text states.

    Raises:
        RefusedError: there is none.
    """
    if is_html_page(raw):
        page = read_html(raw)
        stated.fill(page.stated)
        page.stated = stated
        if page.no_article or page.text.strip() or page.days:
            _refuse_without_article(page)
            yield from _page_articles(page, name)
            return
    text, captions = read_fragment(raw) if is_html(raw) else (raw, [])
    text, has_mark = without_cut_mark(text)
    article = one_article(text, name, stated, captions, is_page=False)
    yield replace(article, cut=is_cut or has_mark)


def one_article(
    raw: str, name: str, stated: Stated, captions: list[str], is_page: bool = True
) -> Article:
    """The article that ``raw`` is.

    Raises:
        RefusedError: it is none: all of it speaks to the reader of a page, whatever file it is in.
    """
    try:
        article = _cleaned(raw, name, stated, captions, is_page)
    except RefusedError as error:
        # Lines that are furniture on any page may be all that this one says.
        kind = why_no_article([stated.title], raw.split("\n"), is_dated=False)
        if kind is None:
            raise
        raise RefusedError(f"{kind}, not an article") from error
    is_dated = article.published is not None or article.author is not None
    kind = why_no_article([article.title], article.text.split("\n\n"), is_dated)
    if kind is not None:
        raise RefusedError(f"{kind}, not an article")
    return article


def completed(item: Loaded, stated: Stated) -> Loaded:
    """An article with what was said of it from outside, where it does not say so itself."""
    if not isinstance(item, Article):
        return item
    url = item.url or stated.url
    return replace(
        item,
        title=item.title or stated.title,
        outlet=item.outlet or outlet_of(stated.outlet, url),
        author=item.author or stated.author,
        published=item.published or publication_day(stated.published),
        url=url,
        language=item.language or stated.language,
    )


def _documents_or_one(raw: str, name: str, stated: Stated) -> Iterator[Loaded]:
    """The documents of an export, each with ``#n`` behind the file's name, or one article."""
    documents = split_documents(raw)
    if documents is None:
        yield one_article(raw, name, stated, captions=[])
        return
    for number, document in enumerate(documents, start=1):
        yield _part(document, name if len(documents) == 1 else f"{name}#{number}")


def _part(document: Document, name: str) -> Loaded:
    if not document.text.strip():
        return ArticleError(name, "a document of an export without its text")
    try:
        return _cleaned(document.text, name, document.stated, [], is_page=document.is_page)
    except RefusedError as error:
        return ArticleError(name, str(error))


def _refuse_without_article(page: HtmlPage) -> None:
    if page.no_article:
        raise RefusedError(f"{page.no_article}, not an article")
    if not page.days and not page.text.strip():
        raise RefusedError("HTML without an article: no article text found")


def _page_articles(page: HtmlPage, name: str) -> Iterator[Loaded]:
    if len(page.days) > 1:
        for number, day in enumerate(page.days, start=1):
            stated = replace(page.stated, published=day.published, credits=[])
            yield _part(Document(day.text, stated), f"{name}#{number}")
        return
    if page.days:
        page.stated.published = page.days[0].published
        page.text = page.days[0].text
    article = _cleaned(page.text, name, page.stated, page.captions, is_page=False)
    yield replace(article, cut=page.cut)


def _cleaned(raw: str, name: str, stated: Stated, captions: list[str], is_page: bool) -> Article:
    """The article in ``raw``; what markup states goes before what the text states."""
    clean = clean_text(raw, title=stated.title, is_page=is_page)
    if not clean.text:
        raise RefusedError(_NO_ARTICLE)
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
