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
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.docx import UnreadableDocxError, read_docx
from rag.articles.exports import UnsplittableError, split_documents
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
from rag.articles.forwarded import read_forwarded
from rag.articles.html_fragment import read_fragment
from rag.articles.mail import Mail, holds_mail, is_mail, read_mail, read_mbox
from rag.articles.markdown import read_markdown
from rag.articles.meta import Meta
from rag.articles.pdf import UnreadablePdfError, read_pdf
from rag.articles.refused import RefusedError
from rag.articles.rows import Row, RowProblem, read_jsonl, read_rows
from rag.articles.rtf import is_rtf, read_rtf
from rag.articles.stated import Stated
from rag.articles.texts import (
    Loaded,
    completed,
    html_articles,
    is_html_page,
    one_article,
    row_articles,
    text_articles,
)
from rag.articles.warc import ArchivedPage, read_warc
from rag.errors import ArticleError

MAX_TEXT_BYTES = 32 * 2**20
_JSON_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*[\[{]\s*[\[{\"]")
_SAVED_PAGES = (".mhtml", ".mht")


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
        read = _READERS.get(extension, _read_text)
        if extension in _CONTAINERS:
            yield from _CONTAINERS[extension](path, name, bounds)
        elif read in (_read_text, _read_html) and holds_mail(path):
            yield from _read_message(path, name, bounds)
        else:
            yield from read(path, name)
    except OSError as error:
        yield ArticleError(name, read_failure(error))
    except (RefusedError, UndecodableError, UnreadablePdfError, UnreadableDocxError) as error:
        yield ArticleError(name, str(error))


# --- files of one text ---


def _read_text(path: Path, name: str) -> Iterator[Loaded]:
    with path.open("rb") as file:
        is_json = _JSON_START.match(file.read(256)) is not None
    if is_json and not isinstance(next(iter(read_rows(path, compressed=False)), None), RowProblem):
        return _articles_of_rows(read_rows(path, compressed=False), name)
    raw = _decoded(path)
    if is_html_page(raw):
        return html_articles(raw, name)
    return text_articles(raw, name)


def _read_markdown(path: Path, name: str) -> Iterator[Loaded]:
    text, stated, captions = read_markdown(_decoded(path))
    yield one_article(text, name, stated, captions)


def _read_html(path: Path, name: str) -> Iterator[Loaded]:
    return html_articles(_decoded(path), name)


def _read_pdf(path: Path, name: str) -> Iterator[Loaded]:
    text, stated = read_pdf(path)
    return text_articles(text, name, stated)


def _read_docx(path: Path, name: str) -> Iterator[Loaded]:
    with path.open("rb") as stream:
        text = read_docx(stream)
    return text_articles(text, name)


def _read_rtf(path: Path, name: str) -> Iterator[Loaded]:
    data = _bounded(path)
    if not is_rtf(data):
        return _read_text(path, name)  # word processors open it as plain text too
    return text_articles(read_rtf(data), name)


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
        else:
            yield from _articles_of_row(row.text, place, row.stated, row.cut)
    if not found_any:
        yield ArticleError(name, "empty file: no row in it")


def _articles_of_row(raw: str, place: str, stated: Stated, is_cut: bool) -> Iterator[Loaded]:
    try:
        yield from row_articles(raw, stated.url or place, stated, is_cut=is_cut)
    except RefusedError as error:
        yield ArticleError(place, str(error))


def _read_feed(path: Path, name: str) -> Iterator[Loaded]:
    raw = _decoded(path)
    if not is_feed(raw):
        if path.suffix.lower() == ".xml" and not is_html_page(raw):
            raise RefusedError("XML that is neither a feed nor a page")
        yield from _read_text(path, name)
        return
    for number, entry in enumerate(read_feed(raw), start=1):
        place = f"{name}#{number}"
        if isinstance(entry, str):
            yield ArticleError(place, entry)
        else:
            yield from _articles_of_row(entry.text, place, entry.stated, entry.cut)


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
        read = html_articles if page.is_html else text_articles
        for item in read(page.text, page.url):
            yield completed(item, Stated(url=page.url))
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


def _read_message(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    """A mail, or a page saved as one; a file that is neither by its content, whatever its name."""
    data = _bounded(path)
    if not is_mail(data):
        yield from _read_text(path, name)
        return
    mail = read_mail(data)
    if mail.page_url is not None or path.suffix.lower() in _SAVED_PAGES:
        yield from _saved_page(mail, name)
    else:
        yield from _articles_of_mail(mail, name, bounds)


def _saved_page(mail: Mail, name: str) -> Iterator[Loaded]:
    """The page; the day of its header is that of saving it."""
    if not mail.html:
        raise RefusedError("no page in it: no part of it is HTML")
    for item in html_articles(mail.html, name):
        yield completed(item, Stated(title=mail.subject, url=mail.page_url))


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
    """The mail's own articles, under its subject and date where they state none, and those of the
    files attached to it. A mail that only carries attachments need not be an article itself."""
    try:
        for item in _articles_of_body(mail, name):
            yield completed(item, Stated(title=mail.subject, published=mail.date))
    except RefusedError as error:
        if not mail.attachments or isinstance(error, UnsplittableError):
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
    """The articles in the body of a mail: of its text where that shows what was forwarded or
    several articles, else of its HTML, as a page or all of it.

    Raises:
        RefusedError: none of these holds an article.
    """

    def of_text(text: str) -> Iterator[Loaded]:
        return text_articles(text, name, Stated(title=mail.subject))

    readers: list[Callable[[], Iterator[Loaded]]] = []
    if mail.html and not _is_laid_out(mail.text):
        readers.append(lambda: html_articles(mail.html, name))
        readers.append(lambda: of_text(read_fragment(mail.html)[0]))
    if mail.text:
        readers.append(lambda: of_text(mail.text))
    refused = RefusedError("a mail without an article")
    for reader in readers:
        try:
            return list(reader())
        except RefusedError as error:
            refused = error
    raise refused


def _is_laid_out(text: str) -> bool:
    """Whether plain text tells by its form where which article stands in it."""
    if not text:
        return False
    return read_forwarded(text) is not None or split_documents(text) is not None


def _read_epub(path: Path, name: str, bounds: Bounds) -> Iterator[Loaded]:
    with bounds.within():
        articles: list[Article] = []
        for chapter in read_epub(path, bounds):
            try:
                found = list(html_articles(chapter.html, f"{name}#{len(articles) + 1}"))
            except RefusedError:  # covers and tables of contents are pages of a book too
                continue
            known = (completed(item, chapter.stated) for item in found)
            articles += [item for item in known if isinstance(item, Article)]
    if not articles:
        raise RefusedError("no article text in the book")
    if len(articles) == 1:
        articles = [replace(articles[0], source=name)]
    yield from articles


_READERS: dict[str, Callable[[Path, str], Iterator[Loaded]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".xhtml": _read_html,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
    ".rtf": _read_rtf,
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
    ".eml": _read_message,
    ".mhtml": _read_message,
    ".mht": _read_message,
    ".mbox": _read_mailbox,
    ".epub": _read_epub,
}
