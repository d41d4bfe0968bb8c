"""Tables of articles (.csv): a column of texts, and columns as ``--meta`` and APIs name them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.articles.row_fields import FIELDS, field_key, find_text
from rag.articles.rows import MAX_JSON_BYTES, MAX_LINE_BYTES, Row, RowProblem, row_of
from rag.tables import TableError, read_table

_TEXT_COLUMNS = frozenset((*FIELDS["text"], *FIELDS["summary"]))
_HEAD_BYTES = 1 << 16


def read_csv(path: Path) -> Iterator[Row | RowProblem]:
    """Articles of a table, one a row; ``place`` is the row's first line, as an editor counts.

    Raises:
        OSError: the file cannot be opened or read.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        yield RowProblem(None, f"a table of more than {MAX_JSON_BYTES >> 20} MB; divide it")
        return
    with path.open("rb") as file:
        try:
            table = read_table(file, MAX_LINE_BYTES)
        except TableError as error:
            yield RowProblem(None, str(error))
            return
        if not _has_texts(table.names):
            shown = ", ".join(name[:40] for name in table.names[:8])
            read = ", ".join(FIELDS["text"][:4])
            yield RowProblem(None, f"no column of texts; it reads {read}, and found {shown}")
            return
        for row in table.rows:
            found = find_text(row.cells, levels=0)
            if found is None:
                yield RowProblem(row.line, row.error or "no text in its row")
            else:
                yield row_of(found, row.line)


def has_articles(path: Path) -> bool:
    """Whether a .csv holds articles, by the names of its columns: many are tables of other things.

    Raises:
        OSError: the file cannot be opened or read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        return _has_texts(read_table(io.BytesIO(head), MAX_LINE_BYTES).names)
    except TableError:
        return False


def _has_texts(names: Iterable[str]) -> bool:
    return bool(_TEXT_COLUMNS & {field_key(name) for name in names})
