"""PDF → text in paragraphs, through pypdf; page headers, footers and numbers taken away."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.articles.bylines import read_date_line, read_outlet
from rag.articles.exports import is_mark
from rag.articles.lines import Line, unwrapped
from rag.articles.normal_form import normal_text, optional_line
from rag.articles.stated import Stated

_PAGE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–—\s]*\d{1,4}[-–—\s]*(?:(?:of|/)\s*\d{1,4})?$", re.IGNORECASE
)
_COLUMN_GAP = re.compile(r"\s{4,}")
# Letters as they are drawn: ligatures of Latin, Armenian, Hebrew; Arabic letters by their place.
_DRAWN = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")
_ARABIC_DRAWN = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_MAX_ARABIC_DRAWN = 0.2  # of a PDF's letters; with more its lines are out of order too
# A soft hyphen at the end of a row, as browsers print it.
_SOFT_HYPHEN = re.compile("[ \u00a0]\u2010\n(\\S+)[ ]?")
_HEAD_ROWS = 6
_EDGE_LINES = 3  # lines at the top and bottom of a page that may be its header and footer
_MACHINE_TITLE = re.compile(
    r"^(?:untitled|microsoft word|document\d*|print|about:blank|https?:|"
    r"[\w-]+\.(?:docx?|pdf|indd|qxd|odt|rtf|txt|html?)$)",
    re.IGNORECASE,
)
_MACHINE_AUTHOR = re.compile(
    r"^(?:user|admin|administrator|root|owner|unknown|anonymous|author|[a-z0-9_.-]+)$",
    re.IGNORECASE,
)


class UnreadablePdfError(ValueError):
    """The PDF gives no text; the message says why."""


def read_pdf(path: Path) -> tuple[str, Stated]:
    """Text of a PDF, paragraphs on lines of their own, and what its properties state.

    Raises:
        UnreadablePdfError: encrypted, damaged, or without text.
        OSError: the file cannot be read.
    """
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings are not the user's
    with path.open("rb") as stream:
        if b"%PDF-" not in stream.read(1024):
            raise UnreadablePdfError("not a PDF, whatever its name says")
        _require_end(stream)
        try:
            reader = pypdf.PdfReader(stream)
            if reader.is_encrypted and not reader.decrypt(""):
                raise UnreadablePdfError("encrypted PDF: it needs a password")
            pages = [page.extract_text().split("\n") for page in reader.pages]
            stated = _stated(reader)
        except UnreadablePdfError:
            raise
        except DependencyError as error:
            raise UnreadablePdfError("encrypted PDF (AES): save it without encryption") from error
        except PyPdfError as error:
            reason = (
                "encrypted PDF: it needs a password" if "decrypt" in str(error) else "damaged PDF"
            )
            raise UnreadablePdfError(f"{reason} ({error})") from error
        except OSError:
            raise
        except Exception as error:
            raise UnreadablePdfError(f"damaged PDF ({error})") from error
    if not any(re.search(r"\w{3}", line) for page in pages for line in page):
        raise UnreadablePdfError(
            f"no text in the PDF ({len(pages)} pages of images; run OCR over it first)"
        )
    if _is_out_of_order("".join(line for page in pages for line in page)):
        raise UnreadablePdfError(
            "right-to-left text that is stored as it is drawn, its words out of order; save the "
            "page itself, or its text"
        )
    text, running = page_texts_joined(pages)
    for line in running:
        found = read_date_line(Line(line), order=None) or read_outlet(Line(line))
        stated.fill(found or Stated())
    return text, stated


def _is_out_of_order(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return len(_ARABIC_DRAWN.findall(text)) > _MAX_ARABIC_DRAWN * letters


def _require_end(stream: Any) -> None:
    """A PDF ends in %%EOF; without it the download was cut off and text would be missing."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - 2048))
    if b"%%EOF" not in stream.read():
        raise UnreadablePdfError("truncated PDF: its end is missing")
    stream.seek(0)


def _stated(reader: Any) -> Stated:
    """Title and author of the document's properties, unless a program wrote them."""
    properties = reader.metadata or {}
    title = optional_line(properties.get("/Title"))
    author = optional_line(properties.get("/Author"))
    return Stated(
        title=title
        if title and len(title.split()) >= 3 and not _MACHINE_TITLE.match(title)
        else None,
        author=author if author and not _MACHINE_AUTHOR.match(author) else None,
    )


def page_texts_joined(pages: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """Lines of all pages as paragraphs, one a line; and the running headers and footers."""
    cleaned = [[_cleaned_row(line) for line in page] for page in pages]
    repeated = _repeated_edges(cleaned)
    rows: list[str] = []
    running: list[str] = []
    for page in cleaned:
        last = len(page) - 1
        for number, line in enumerate(page):
            at_edge = number < _EDGE_LINES or number > last - _EDGE_LINES
            if at_edge and (_edge_key(line) in repeated or _PAGE_NUMBER.match(line)):
                running.append(line)
                continue
            rows.append(line)
    rows = _SOFT_HYPHEN.sub("\\1\n", "\n".join(_with_head_apart(rows))).split("\n")
    return "\n".join(unwrapped(rows, force=True)), list(dict.fromkeys(running))


def _cleaned_row(row: str) -> str:
    row = normal_text(_COLUMN_GAP.sub(" | ", row.strip()))
    return _DRAWN.sub(lambda drawn: unicodedata.normalize("NFKC", drawn[0]), row)


def _with_head_apart(rows: Sequence[str]) -> list[str]:
    """``rows`` with blank ones around a date line at the top, which no sentence runs through."""
    apart: list[str] = []
    for number, row in enumerate(rows):
        after = rows[number + 1] if number + 1 < len(rows) else ""
        goes_on = row[:1].islower() or after[:1].islower()
        if number < _HEAD_ROWS and row and not goes_on and read_date_line(Line(row), order=None):
            apart += ["", row, ""]
        else:
            apart.append(row)
    return apart


def _repeated_edges(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edges of at least half of the pages (and two), numbers aside."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_edge_key(line) for line in (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])})
    return {key for key, count in counts.items() if key and count >= max(2, len(pages) / 2)}


def _edge_key(line: str) -> str:
    """ "" for what parts the documents of an export: it is repeated and no header."""
    return "" if is_mark(line) else re.sub(r"\d+", "#", line.lower()).strip()
