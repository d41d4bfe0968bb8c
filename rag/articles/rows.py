"""Rows of .json, .jsonl and .jsonl.gz files: one article each."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from rag.articles.dates import iso_date
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.labels import language_code
from rag.articles.normal_form import optional_line
from rag.articles.stated import Stated

MAX_LINE_BYTES = 16 * 2**20
MAX_JSON_BYTES = 256 * 2**20
_FIELDS = {
    "text": (
        "text", "raw_text", "raw-text", "body", "content", "article", "articleBody", "maintext",
        "full_text",
    ),
    "title": ("title", "headline"),
    "outlet": (
        "sitename", "outlet", "publisher", "source-hostname", "source_name", "site_name",
        "source", "hostname",
    ),
    "author": ("author", "authors", "byline", "creator"),
    "published": (
        "date", "published", "published_at", "publishedAt", "datePublished", "date_published",
        "date_publish", "pubDate", "pub_date",
    ),
    "url": ("url", "link", "canonical_url", "source-url", "source_url", "source"),
    "language": ("language", "lang"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One article as a row has it: raw text and stated metadata.

    Attributes:
        place: ``line 12`` of a .jsonl file as 12, position of an item in a .json file from 1.
    """

    place: int
    text: str
    stated: Stated


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row, or the rest of a file (``place`` None), that cannot be read, and why."""

    place: int | None
    reason: str


def read_jsonl(path: Path, compressed: bool) -> Iterator[Row | RowProblem]:
    """Rows of a JSON Lines file one by one; no more than one line is held at a time.

    Raises:
        OSError: the file cannot be opened or read.
    """
    with path.open("rb") as file:
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if compressed else file
        number = 0
        while True:
            number += 1
            try:
                line = stream.readline(MAX_LINE_BYTES + 1)
                too_long = len(line) > MAX_LINE_BYTES and not line.endswith(b"\n")
                if too_long:
                    _skip_line(stream)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                yield RowProblem(None, _gzip_reason(error, number))
                return
            if not line:
                return
            if too_long:
                yield RowProblem(
                    number, f"a line of more than {MAX_LINE_BYTES >> 20} MB is no article"
                )
            elif line.strip():
                yield _row_of_line(line, number)


def _skip_line(stream: IO[bytes]) -> None:
    while piece := stream.readline(1 << 20):
        if piece.endswith(b"\n"):
            return


def _gzip_reason(error: Exception, number: int) -> str:
    if isinstance(error, EOFError):
        return f"truncated gzip: it ends within line {number}; the lines before it were read"
    if isinstance(error, gzip.BadGzipFile) and number == 1:
        return "not gzip data, whatever its name says"
    return f"damaged gzip from line {number} on ({error}); the lines before it were read"


def _row_of_line(line: bytes, number: int) -> Row | RowProblem:
    try:
        data = json.loads(decode_text(line))
    except UndecodableError as error:
        return RowProblem(number, str(error))
    except json.JSONDecodeError as error:
        return RowProblem(number, f"invalid JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError):  # an integer of thousands of digits; nesting without end
        return RowProblem(number, "invalid JSON: not a plain object")
    return _row_of(data, number)


def read_json(path: Path) -> Iterator[Row | RowProblem]:
    """Articles of a JSON file: one object, a list of them, or ``{"articles": [...]}``.

    Raises:
        OSError: the file cannot be opened or read.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        yield RowProblem(
            None, f"a JSON file of more than {MAX_JSON_BYTES >> 20} MB; write it as .jsonl"
        )
        return
    try:
        data = json.loads(decode_text(path.read_bytes()))
    except UndecodableError as error:
        yield RowProblem(None, str(error))
        return
    except json.JSONDecodeError as error:
        yield RowProblem(
            None, f"invalid JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        )
        return
    except (ValueError, RecursionError):
        yield RowProblem(None, "invalid JSON")
        return
    items = data.get("articles", data) if isinstance(data, dict) else data
    if isinstance(items, list):
        if not items:
            yield RowProblem(None, "an empty list, no article")
        for number, item in enumerate(items, start=1):
            yield _row_of(item, number)
    else:
        yield _row_of(items, 1)


def _row_of(data: Any, number: int) -> Row | RowProblem:
    if not isinstance(data, dict):
        return RowProblem(number, f"expected an object with a field 'text', found {_kind(data)}")
    texts = [data[name] for name in _FIELDS["text"] if isinstance(data.get(name), str)]
    text = next((value for value in texts if value.strip()), None)
    if text is None:
        return RowProblem(number, "no text (fields read: " + ", ".join(_FIELDS["text"]) + ")")
    url = _field(data, "url")
    published = _field(data, "published")
    language = _field(data, "language")
    return Row(
        number,
        text,
        Stated(
            title=_field(data, "title"),
            outlet=_field(data, "outlet"),
            author=_field(data, "author"),
            published=iso_date(published) if published else None,
            url=url,
            language=language_code(language) if language else None,
        ),
    )


def _field(data: dict[str, Any], field_name: str) -> str | None:
    for name in _FIELDS[field_name]:
        value = data.get(name)
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, list):
            names = [item.get("name") if isinstance(item, dict) else item for item in value]
            value = ", ".join(name for name in names if isinstance(name, str) and name.strip())
        line = optional_line(value)
        is_url = line is not None and line.startswith(("http://", "https://"))
        if line is not None and is_url == (field_name == "url"):
            return line  # "source" may be the outlet or the address
    return None


def _kind(data: Any) -> str:
    kinds = {list: "a list", str: "a text", type(None): "null", bool: "true or false"}
    return kinds.get(type(data), "a number")
