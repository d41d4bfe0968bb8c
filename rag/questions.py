"""Question files in: .txt, .csv and .jsonl, a row at a time, however long the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rag.errors import UsageError, printable
from rag.json_lines import json_rows, open_input, text_lines
from rag.tables import TableError, read_table

MAX_LINE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row of a file gives; ``id`` is "" where it has none."""

    id: str = ""
    question: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None


Reader = Callable[[BinaryIO, Path], Iterator[_Given]]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question of a file.

    Attributes:
        position: 0, 1, … in the order of the file.
        id: the row's own id, else its number in the file, from 1.
        question: the text; empty when ``error`` is set.
        error: why the row holds no question. Such a row still gets a row of output.
        columns: the other columns of a .csv, and the other texts and numbers of a .jsonl row, by
            name.
    """

    position: int
    id: str
    question: str
    error: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


def read_questions(file: Path) -> Iterator[QuestionRow]:
    """Rows of a question file in order; blank lines are not rows.

    Raises:
        UsageError: at once, when the file cannot be read or its kind is not known.
    """
    readers = {".txt": _text_rows, ".csv": _csv_rows, ".jsonl": _jsonl_rows}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise UsageError(f"{printable(str(file))}: questions come as .txt, .csv or .jsonl")
    handle = open_input(file)
    return _opened_rows(handle, reader, file)


def count_questions(file: Path) -> int:
    """How many rows ``read_questions`` gives."""
    return sum(1 for _ in read_questions(file))


def _opened_rows(handle: BinaryIO, reader: Reader, file: Path) -> Iterator[QuestionRow]:
    with handle:
        for position, given in enumerate(reader(handle, file)):
            text = " ".join(given.question.split())
            error = given.error or (None if text else "the question is empty")
            identifier = given.id or str(position + 1)
            yield QuestionRow(position, identifier, text, error, given.columns)


def _text_rows(handle: BinaryIO, file: Path) -> Iterator[_Given]:
    for _, text, error in text_lines(handle, MAX_LINE_BYTES):
        yield _Given(question=text, error=error)


def _jsonl_rows(handle: BinaryIO, file: Path) -> Iterator[_Given]:
    for number, row, error in json_rows(handle, MAX_LINE_BYTES):
        if row is None:
            yield _Given(error=error)
            continue
        identifier = "" if row.get("id") is None else str(row["id"])
        columns = {
            name: str(value)
            for name, value in row.items()
            if name not in {"id", "question"} and isinstance(value, str | int | float)
        }
        question = row.get("question")
        if isinstance(question, str):
            yield _Given(identifier, question, columns)
        else:
            reason = f'line {number}: no text under "question"'
            yield _Given(identifier, columns=columns, error=reason)


def _csv_rows(handle: BinaryIO, file: Path) -> Iterator[_Given]:
    try:
        table = read_table(handle, MAX_LINE_BYTES)
    except TableError as error:
        raise UsageError(f"{printable(str(file))}: {error}") from error
    known = {name.lower(): name for name in reversed(table.names) if name}
    if "question" not in known:
        raise UsageError(
            f'{printable(str(file))}: no column "question"; its first line must name the '
            'columns, "question" and if wanted "id"'
        )
    for row in table.rows:
        if row.error:
            yield _Given(error=row.error)
            continue
        columns = dict(row.cells)
        question = columns.pop(known["question"])
        yield _Given(columns.pop(known.get("id", ""), ""), question, columns)
