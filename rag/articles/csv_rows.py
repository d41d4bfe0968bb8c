"""Tables of articles (.csv): a column of texts, and columns as ``--meta`` and APIs name them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.row_fields import FIELDS, field_key, find_text
from rag.articles.rows import MAX_JSON_BYTES, MAX_LINE_BYTES, Row, RowProblem, row_of

_DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
_TEXT_COLUMNS = frozenset((*FIELDS["text"], *FIELDS["summary"]))
_KNOWN_COLUMNS = frozenset(name for names in FIELDS.values() for name in names)
_HEAD_BYTES = 1 << 16


def read_csv(path: Path) -> Iterator[Row | RowProblem]:
    """Articles of a table, one a row; ``place`` counts lines as an editor shows them.

    Raises:
        OSError: the file cannot be opened or read.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        yield RowProblem(None, f"a table of more than {MAX_JSON_BYTES >> 20} MB; divide it")
        return
    try:
        text = decode_text(path.read_bytes())
    except UndecodableError as error:
        yield RowProblem(None, str(error))
        return
    names, reader = _opened(text)
    if not _TEXT_COLUMNS & {field_key(name) for name in names}:
        shown = ", ".join(name[:40] for name in names[:8])
        yield RowProblem(
            None, f"no column of texts; it reads {', '.join(FIELDS['text'][:4])}, and found {shown}"
        )
        return
    first_line = 1 + bool(_SEP_LINE.match(text))
    while True:
        place = first_line + reader.line_num - bool(_SEP_LINE.match(text))
        try:
            values = next(reader, None)
        except csv.Error as error:
            yield RowProblem(place, f"broken row: {error}")
            return
        if values is None:
            return
        if any(value.strip() for value in values):
            found = find_text(dict(zip(names, values, strict=False)), levels=0)
            yield row_of(found, place) if found else RowProblem(place, "no text in its row")


def has_articles(path: Path) -> bool:
    """Whether a .csv holds articles, by the names of its columns: many are tables of other things.

    Raises:
        OSError: the file cannot be opened or read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        names, _ = _opened(decode_text(head))
    except UndecodableError:
        return False
    return bool(_TEXT_COLUMNS & {field_key(name) for name in names})


def _opened(text: str) -> tuple[list[str], Any]:
    """The names of the columns, and a reader that stands behind them."""
    csv.field_size_limit(MAX_LINE_BYTES)
    said = _SEP_LINE.match(text)
    body = text[said.end() :] if said else text
    delimiters = (said[1],) if said else _DELIMITERS
    heads = {sign: _first_row(body, sign) for sign in delimiters}
    best = max(heads, key=lambda sign: (_known(heads[sign]), len(heads[sign])))
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=best, skipinitialspace=True)
    for _ in islice(reader, 1):
        pass
    return heads[best], reader


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [name.strip() for name in next(reader, [])]
    except csv.Error:
        return []


def _known(names: list[str]) -> int:
    return sum(field_key(name) in _KNOWN_COLUMNS for name in names)
