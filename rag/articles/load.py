"""One file → its articles, cleaned, or the reasons why it gives none."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from rag.articles.archives import Bounds, copy_member, member_names, read_epub
from rag.articles.article import Article
from rag.articles.csv_rows import read_csv
from rag.articles.cut import without_cut_mark
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.docx import UnreadableDocxError, read_docx
from rag.articles.feeds import is_feed, read_feed
from rag.articles.files import (
    PassedOver,
    SourceFile,
    ending_of,
    file_format,
    is_hidden,
    read_failure,
    storable,
)
from rag.articles.html import read_html
from rag.articles.html_fragment import is_html, read_fragment
from rag.articles.mail import Mail, is_mail, read_mail, read_mbox, read_mhtml
from rag.articles.markdown import read_markdown
from rag.articles.meta import Meta
from rag.articles.pdf import UnreadablePdfError, read_pdf
from rag.articles.plain_text import clean_text
from rag.articles.refused import RefusedError
from rag.articles.rows import Row, RowProblem, read_jsonl, read_rows
from rag.articles.rtf import is_rtf, read_rtf
from rag.articles.stated import Stated
from rag.articles.warc import ArchivedPage, read_warc
from rag.errors import ArticleError

MAX_TEXT_BYTES = 32 * 2**20
_HTML_START = re.compile(
    r"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*[\[{]\s*[\[{\"]")
_NO_ARTICLE = "no article text found, only page furniture"

Loaded = Article | ArticleError | PassedOver


def load_articles(
    file: SourceFile, meta: Meta | None = None
) -> Iterator[Article | ArticleError | PassedOver]:
    """Articles of ``file`` one by one; for one that cannot be used, the error that says why; and
    of an archive or mail what is passed over in it.

    Nothing is raised for bad input. Rows of .jsonl and .jsonl.gz files are read one at a time.
    """
    name = storable(str(file.path))
    for item in _load(file.path, name, Bounds()):
        yield meta.complete(item, file.path) if meta and isinstance(item, Article) else item


def _load(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    """What the file at ``path`` gives, under the name ``name``.

    Args:
        path: ends in the file's extension; a copy of ours for a file in an archive or a mail.
    """
    extension = file_format(path) or ""
    try:
        if path.stat().st_size == 0:
            raise RefusedError("empty file")
        if extension in _CONTAINERS:
            yield from _CONTAINERS[extension](path, name, bounds)
        else:
            yield from _READERS.get(extension, _read_text)(path, name)
    except OSError as error:
        yield ArticleError(name, read_failure(error))
    except (RefusedError, UndecodableError, UnreadablePdfError, UnreadableDocxError) as error:
        yield ArticleError(name, str(error))


# --- files of one article ---


def _read_text(path: Path, name: str) -> Iterator[Loaded]:
    with path.open("rb") as file:
        is_json = _JSON_START.match(file.read(256)) is not None
    if is_json and not isinstance(next(iter(read_rows(path, compressed=False)), None), RowProblem):
        return _articles_of_rows(read_rows(path, compressed=False), name)
    raw = _decoded(path)
    if _HTML_START.match(raw):
        return _html_articles(raw, name)
    return _text_articles(raw, name)


def _read_markdown(path: Path, name: str) -> Iterator[Loaded]:
    text, stated, captions = read_markdown(_decoded(path))
    yield _cleaned(text, name, stated, captions)


def _read_html(path: Path, name: str) -> Iterator[Loaded]:
    return _html_articles(_decoded(path), name)


def _read_pdf(path: Path, name: str) -> Iterator[Loaded]:
    text, stated = read_pdf(path)
    yield from _text_articles(text, name, stated)


def _read_docx(path: Path, name: str) -> Iterator[Loaded]:
    with path.open("rb") as stream:
        text = read_docx(stream)
    return _text_articles(text, name)


def _read_rtf(path: Path, name: str) -> Iterator[Loaded]:
    data = _bounded(path)
    if not is_rtf(data):
        return _read_text(path, name)  # word processors open it as plain text too
    return _text_articles(read_rtf(data), name)


def _text_articles(raw: str, name: str, stated: Stated | None = None) -> Iterator[Loaded]:
    yield _cleaned(raw, name, stated or Stated(), captions=[])


def _html_articles(raw: str, name: str) -> Iterator[Loaded]:
    text, stated, captions = read_html(raw)
    if not text.strip():
        raise RefusedError("HTML without an article: no article text found")
    yield _cleaned(text, name, stated, captions, is_page=False)


def _read_mhtml(path: Path, name: str) -> Iterator[Loaded]:
    data = _bounded(path)
    if not is_mail(data):
        yield from _read_text(path, name)
        return
    page = read_mhtml(data)
    for item in _html_articles(page.html, name):
        yield _from_url(item, page.url)


def _from_url(item: Loaded, url: str | None) -> Loaded:
    return replace(item, url=item.url or url) if isinstance(item, Article) else item


# --- files of rows, entries, pages ---


def _read_rows(path: Path, name: str, *, compressed: bool = False) -> Iterator[Loaded]:
    rows = read_jsonl(path, compressed=True) if compressed else read_rows(path, compressed=False)
    return _articles_of_rows(rows, name)


def _read_csv(path: Path, name: str) -> Iterator[Loaded]:
    return _articles_of_rows(read_csv(path), name)


def _articles_of_rows(rows: Iterator[Row | RowProblem], name: str) -> Iterator[Loaded]:
    found_any = False
    for row in rows:
        found_any = True
        place = name if row.place is None else f"{name}:{row.place}"
        if isinstance(row, RowProblem):
            yield ArticleError(place, row.reason)
            continue
        yield _article_of_row(row.text, place, row.stated, row.cut)
    if not found_any:
        yield ArticleError(name, "empty file: no row in it")


def _article_of_row(raw: str, place: str, stated: Stated, is_cut: bool) -> Loaded:
    try:
        return _cleaned_row(raw, stated.url or place, stated, is_cut=is_cut)
    except RefusedError as error:
        return ArticleError(place, str(error))


def _read_feed(path: Path, name: str) -> Iterator[Loaded]:
    raw = _decoded(path)
    if not is_feed(raw):
        if path.suffix.lower() == ".xml" and not _HTML_START.match(raw):
            raise RefusedError("XML that is neither a feed nor a page")
        yield from _read_text(path, name)
        return
    for number, entry in enumerate(read_feed(raw), start=1):
        place = f"{name}#{number}"
        if isinstance(entry, str):
            yield ArticleError(place, entry)
            continue
        yield _article_of_row(entry.text, place, entry.stated, entry.cut)


def _read_warc(path: Path, name: str) -> Iterator[Loaded]:
    with path.open("rb") as file:
        head = file.read(5)
    if not head.startswith((b"WARC/", b"\x1f\x8b")):
        yield from _read_text(path, name)
        return
    for page in read_warc(path):
        if isinstance(page, ArchivedPage):
            yield from _archived_page(page, name)
        else:
            yield ArticleError(name, page)


def _archived_page(page: ArchivedPage, name: str) -> Iterator[Loaded]:
    try:
        read = _html_articles if page.is_html else _text_articles
        for item in read(page.text, page.url):
            yield _from_url(item, page.url)
    except RefusedError as error:
        yield ArticleError(f"{name}: {page.url}", str(error))


# --- files with files in them ---


def _read_zip(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    with bounds.within(), tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        found_any = False
        for member in member_names(path, bounds):
            extension = file_format(Path(member))
            if extension is None or is_hidden(member):
                yield PassedOver(f"{name}/{member}", ending_of(member))
                continue
            found_any = True
            copied = copy_member(path, member, Path(folder) / f"member{extension}")
            if copied.path is None:
                yield ArticleError(f"{name}/{member}", copied.reason)
            else:
                yield from _load(copied.path, f"{name}/{storable(member)}", bounds)
        if not found_any:
            raise RefusedError("no file in it that Dateline reads")


def _read_eml(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    data = _bounded(path)
    if is_mail(data):
        yield from _articles_of_mail(read_mail(data), name, bounds)
    else:
        yield from _read_text(path, name)


def _read_mailbox(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    for number, mail in enumerate(read_mbox(path), start=1):
        place = f"{name}#{number}"
        if isinstance(mail, Mail):
            try:
                yield from _articles_of_mail(mail, place, bounds)
            except RefusedError as error:
                yield ArticleError(place, str(error))
        else:
            yield ArticleError(place, mail)


def _articles_of_mail(mail: Mail, name: str, bounds: Bounds) -> Iterator[Loaded]:
    """The mail's own text, under its subject and date, and the articles attached to it, under
    theirs. A mail that only carries attachments need not be an article itself."""
    try:
        for item in _articles_of_body(mail, name):
            stated = Stated(title=mail.subject, published=mail.date)
            yield _completed(item, stated) if isinstance(item, Article) else item
    except RefusedError as error:
        if not mail.attachments:
            yield ArticleError(name, str(error))
    if not mail.attachments:
        return
    with bounds.within(), tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        for attachment in mail.attachments:
            place = f"{name}/{storable(attachment.name)}"
            extension = file_format(Path(attachment.name))
            if extension is None:
                yield PassedOver(place, ending_of(attachment.name))
                continue
            bounds.take(len(attachment.data))
            copy = Path(folder) / f"attachment{extension}"
            copy.write_bytes(attachment.data)
            yield from _load(copy, place, bounds)


def _articles_of_body(mail: Mail, name: str) -> list[Loaded]:
    """The articles in the body of a mail: of its HTML, or where that is no page, of its text.

    Raises:
        RefusedError: neither holds an article.
    """

    def subject() -> Stated:
        return Stated(title=mail.subject)

    readers: list[Callable[[], Iterator[Loaded]]] = []
    if mail.html:
        readers.append(lambda: _html_articles(mail.html, name))
        readers.append(lambda: _text_articles(read_fragment(mail.html)[0], name, subject()))
    if mail.text:
        readers.append(lambda: _text_articles(mail.text, name, subject()))
    for reader in readers:
        try:
            return list(reader())
        except RefusedError:
            continue
    raise RefusedError("a mail without an article")


def _read_epub(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    with bounds.within():
        articles: list[Article] = []
        for chapter in read_epub(path, bounds):
            try:
                found = list(_html_articles(chapter.html, f"{name}#{len(articles) + 1}"))
            except RefusedError:  # covers and tables of contents are pages of a book too
                continue
            articles += [_completed(a, chapter.stated) for a in found if isinstance(a, Article)]
    if not articles:
        raise RefusedError("no article text in the book")
    if len(articles) == 1:
        articles = [replace(articles[0], source=name)]
    yield from articles


def _completed(article: Article, stated: Stated) -> Article:
    return replace(
        article,
        title=article.title or stated.title,
        outlet=article.outlet or stated.outlet,
        author=article.author or stated.author,
        published=article.published or stated.published,
        language=article.language or stated.language,
    )


_READERS: dict[str, Callable[[Path, str], Iterator[Loaded]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".xhtml": _read_html,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
    ".rtf": _read_rtf,
    ".mhtml": _read_mhtml,
    ".mht": _read_mhtml,
    ".rss": _read_feed,
    ".atom": _read_feed,
    ".xml": _read_feed,
    ".csv": _read_csv,
    ".warc": _read_warc,
    ".warc.gz": _read_warc,
    ".json": _read_rows,
    ".jsonl": _read_rows,
    ".ndjson": _read_rows,
    ".jsonl.gz": partial(_read_rows, compressed=True),
    ".ndjson.gz": partial(_read_rows, compressed=True),
}
_CONTAINERS: dict[str, Callable[[Path, str, Bounds], Iterator[Loaded]]] = {
    ".zip": _read_zip,
    ".eml": _read_eml,
    ".mbox": _read_mailbox,
    ".epub": _read_epub,
}


# --- from raw text to an article ---


def _bounded(path: Path) -> bytes:
    size_bytes = path.stat().st_size
    if size_bytes > MAX_TEXT_BYTES:
        raise RefusedError(
            f"{size_bytes >> 20} MB is too large for one article (limit {MAX_TEXT_BYTES >> 20} MB)"
        )
    return path.read_bytes()


def _decoded(path: Path) -> str:
    text = decode_text(_bounded(path))
    if not text.strip():
        raise RefusedError("empty file: nothing but white space")
    return text


def _cleaned_row(raw: str, name: str, stated: Stated, *, is_cut: bool) -> Article:
    """The article in the text of a row, plain or HTML: a whole page, or only the article.

    Raises:
        RefusedError: there is none.
    """
    if _HTML_START.match(raw):
        text, of_page, captions = read_html(raw)
        stated.fill(of_page)
        if text.strip():
            return _cleaned(text, name, stated, captions, is_page=False)
    text, captions = read_fragment(raw) if is_html(raw) else (raw, [])
    text, has_mark = without_cut_mark(text)
    article = _cleaned(text, name, stated, captions, is_page=False)
    return replace(article, cut=is_cut or has_mark)


def _cleaned(
    raw: str, name: str, stated: Stated, captions: list[str], is_page: bool = True
) -> Article:
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
        outlet=stated.outlet,
        author=stated.author,
        published=stated.published,
        url=stated.url,
        language=stated.language,
        captions=tuple(dict.fromkeys([*captions, *clean.captions])),
        credits=tuple(stated.credits),
    )
