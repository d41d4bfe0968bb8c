"""Rows of .json, .jsonl and .jsonl.gz files: one article each."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.json_rows import article_objects, shape_of
from rag.articles.row_fields import FIELDS, FoundText, is_beginning, read_stated
from rag.articles.stated import Stated

MAX_LINE_BYTES = 16 * 2**20
MAX_JSON_BYTES = 256 * 2**20
_HEAD_BYTES = 1 << 16
_HINT = "fields read: " + ", ".join((*FIELDS["text"][:4], "…", *FIELDS["summary"][:2]))


@dataclass(frozen=True, slots=True)
class Row:
    """One article as a row has it: raw text and stated metadata.

    Attributes:
        place: ``line 12`` of a .jsonl file as 12, position of an item in a .json file from 1.
        text: plain or HTML.
        cut: it is only the beginning of the article, whether or not a mark in it says so.
    """

    place: int
    text: str
    stated: Stated
    cut: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row, or the rest of a file (``place`` None), that cannot be read, and why."""

    place: int | None
    reason: str


def row_of(found: FoundText, place: int) -> Row:
    """The row of a text and the objects around it."""
    return Row(place, found.text, read_stated(found), is_beginning(found))


def read_rows(path: Path, compressed: bool) -> Iterator[Row | RowProblem]:
    """Articles of a file of JSON, or of JSON Lines: what it is its content tells, not its name.

    Raises:
        OSError: the file cannot be opened or read.
    """
    if compressed or _is_json_lines(path):
        yield from read_jsonl(path, compressed)
    else:
        yield from read_json(path)


def _is_json_lines(path: Path) -> bool:
    """Whether the first line is a value by itself and another line follows, or is an object.

    A file whose first line is broken or too long to tell counts as lines by its name.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    lines = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)
    by_name = not path.name.lower().endswith(".json")
    is_whole = len(lines) == 2 or len(head) < _HEAD_BYTES
    if not is_whole:
        return by_name
    has_more = len(lines) == 2 and bool(lines[1].strip())
    try:
        json.loads(lines[0].decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return by_name and lines[0].strip() not in (b"[", b"{")
    return has_more or by_name


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
                yield from _rows_of_line(line, number)


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


def _rows_of_line(line: bytes, number: int) -> Iterator[Row | RowProblem]:
    try:
        data = json.loads(decode_text(line))
    except UndecodableError as error:
        yield RowProblem(number, str(error))
        return
    except json.JSONDecodeError as error:
        yield RowProblem(number, f"invalid JSON: {error.msg} at character {error.pos + 1}")
        return
    except (ValueError, RecursionError):  # an integer of thousands of digits; nesting without end
        yield RowProblem(number, "invalid JSON: not a plain object")
        return
    for found in article_objects(data) or [_no_text(data)]:
        yield row_of(found, number) if isinstance(found, FoundText) else RowProblem(number, found)


def read_json(path: Path) -> Iterator[Row | RowProblem]:
    """Articles of a JSON file: one object, a list of them, or either in the wrapper of an API.

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
    found = article_objects(data)
    if not found:
        yield RowProblem(None, _no_text(data))
    for number, item in enumerate(found, start=1):
        yield row_of(item, number) if isinstance(item, FoundText) else RowProblem(number, item)


def _no_text(data: Any) -> str:
    if data == []:
        return "an empty list, no article"
    return f"no text in it ({_HINT}); found {shape_of(data)}"
