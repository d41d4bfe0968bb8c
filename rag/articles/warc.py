"""Web archives (.warc, .warc.gz) → the pages in them, through warcio."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warcio.exceptions import ArchiveLoadFailed

from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.refused import RefusedError

MAX_PAGE_BYTES = 16 << 20
_PAGES = ("text/html", "application/xhtml+xml")
_READ = (*_PAGES, "text/plain")
_CHARSET = "charset="
# What warcio (its own errors are of Exception alone) and gzip make of broken files.
_DAMAGE = (ArchiveLoadFailed, ValueError, EOFError, AttributeError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as it was fetched.

    Attributes:
        text: HTML, or plain text of a record that was converted (WET).
    """

    url: str
    text: str
    is_html: bool


def read_warc(path: Path) -> Iterator[ArchivedPage | str]:
    """Pages that were fetched, in order; for one that cannot be read, the reason.

    Requests, redirects, errors of servers, and what is no page (images, scripts, robots.txt) are
    passed over.

    Raises:
        RefusedError: not a WARC, or damaged from its first record on.
        OSError: the file cannot be read.
    """
    from warcio.archiveiterator import ArchiveIterator

    count = 0
    with path.open("rb") as file:
        # Compressed record by record, or by who saved it as a whole: gzip reads both.
        packed = file.peek(2)[:2] == b"\x1f\x8b"
        try:
            for record in ArchiveIterator(gzip.GzipFile(fileobj=file) if packed else file):
                count += 1
                page = _page_of(record)
                if page is not None:
                    yield page
        except _DAMAGE as error:
            if not count:
                raise RefusedError(f"not a WARC, or a damaged one ({str(error)[:100]})") from error
            yield f"damaged from record {count + 1} on; the records before it were read"
    if not count:
        raise RefusedError("no record in it")


def _page_of(record: object) -> ArchivedPage | str | None:
    kind = getattr(record, "rec_type", "")
    url = record.rec_headers.get_header("WARC-Target-URI")  # type: ignore[attr-defined]
    if kind not in ("response", "resource", "conversion") or not url:
        return None
    headers = record.http_headers if kind == "response" else record.rec_headers  # type: ignore[attr-defined]
    if headers is None or (kind == "response" and headers.get_statuscode() != "200"):
        return None
    media_type = (headers.get_header("Content-Type") or "").lower()
    if not media_type.startswith(_READ) or (
        media_type.startswith("text/plain") and kind == "response"
    ):
        return None
    data = record.content_stream().read(MAX_PAGE_BYTES + 1)  # type: ignore[attr-defined]
    if len(data) > MAX_PAGE_BYTES:
        return f"{url}: a page of more than {MAX_PAGE_BYTES >> 20} MB"
    charset = media_type.partition(_CHARSET)[2].split(";")[0].strip(" \"'") or None
    try:
        text = decode_text(data, declared=charset)
    except UndecodableError as error:
        return f"{url}: {error}"
    return ArchivedPage(url.strip("<>"), text, media_type.startswith(_PAGES))
