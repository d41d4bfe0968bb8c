"""Tables that spreadsheets write: .csv in any of their encodings, with any of their separators."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TextIO

from rag.articles.decoding import UndecodableError, decode_text

if TYPE_CHECKING:
    from _csv import Reader as _Reader

_SEPARATORS = ",;\t"  # the first of those that stand most often in the line of the names
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<sign>[^\r\n])"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_CHUNK_BYTES = 1 << 20


class TableError(ValueError):
    """The file is no table; the message says why."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """
    Attributes:
        line: its last line in the file, from 1.
        cells: what stands under each name, without white space around it; all names, "" where
            nothing stands.
        error: why the row cannot be read; ``cells`` is then empty.
    """

    line: int
    cells: dict[str, str]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """``names`` are those of the first line, as written; ``rows`` come one at a time."""

    names: tuple[str, ...]
    rows: Iterator[TableRow]


def read_table(handle: BinaryIO, max_cell_characters: int) -> Table:
    """The table in ``handle``: comma, semicolon or tab between cells, in quotation marks or not; a
    line ``sep=;`` in front, as Excel writes it, and rows without any text are passed over.

    Raises:
        TableError: it is binary data, or its first line is not CSV.
    """
    csv.field_size_limit(max_cell_characters)
    try:
        text = _text_of(handle)
    except UndecodableError as error:
        raise TableError(str(error)) from error
    first, passed_over, separator = _first_line(text)
    reader = csv.reader(_lines(first, text), delimiter=separator, skipinitialspace=True)
    try:
        names = tuple(name.strip() for name in next(reader, []))
    except csv.Error as error:
        raise TableError(f"its first line is not CSV ({error})") from error
    return Table(names, _rows(reader, names, passed_over))


def _text_of(handle: BinaryIO) -> TextIO:
    """UTF-8 is read as it comes; of anything else the encoding shows in the whole of it."""
    if not handle.seekable():
        handle = io.BytesIO(handle.read())
    if _is_utf8(handle):
        handle.seek(0)
        return io.TextIOWrapper(handle, "utf-8-sig", newline="")
    handle.seek(0)
    return io.StringIO(decode_text(handle.read()), newline="")


def _is_utf8(handle: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := handle.read(_CHUNK_BYTES):
            if "\0" in decoder.decode(chunk):  # UTF-16 without a mark
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_line(text: TextIO) -> tuple[str, int, str]:
    """The line of the names, how many lines stand before it, and the separator."""
    passed_over = 0
    stated = None
    line = text.readline()
    if match := _SEPARATOR_LINE.fullmatch(line):
        stated = match["sign"]
    while line and (not line.strip() or (stated and passed_over == 0)):
        line = text.readline()
        passed_over += 1
    bare = _QUOTED.sub("", line)
    return line, passed_over, stated or max(_SEPARATORS, key=bare.count)


def _lines(first: str, rest: TextIO) -> Iterator[str]:
    yield first
    yield from rest


def _rows(reader: _Reader, names: tuple[str, ...], before: int) -> Iterator[TableRow]:
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            line = before + reader.line_num
            yield TableRow(line, {}, f"line {line}: not CSV ({error})")
            continue
        line = before + reader.line_num
        if not any(cells):
            continue
        if any(cells[len(names) :]):
            yield TableRow(
                line, {}, f"line {line}: more cells than the first line has names; put a cell that "
                "holds the separator in quotation marks",
            )  # fmt: skip
            continue
        cells += [""] * (len(names) - len(cells))
        yield TableRow(line, {n: c for n, c in zip(names, cells, strict=False) if n})
