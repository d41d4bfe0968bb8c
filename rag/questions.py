"""Question files in: .txt, .csv and .jsonl, a row at a time, however long the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import UsageError, printable
from rag.json_lines import json_rows, open_input, text_lines

MAX_LINE_BYTES = 1_000_000
# A row as it stands: (id or "", question, error, its further columns).
Found = tuple[str, str, str | None, Mapping[str, Any]]
Reader = Callable[[BinaryIO, Path], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question of a file.

    Attributes:
        position: 0, 1, … in the order of the file.
        id: the row's own id, else its number in the file, from 1.
        question: the text; empty when ``error`` is set.
        error: why the row holds no question. Such a row still gets a row of output.
        columns: what the row holds besides, by the name of the column or field.
    """

    position: int
    id: str
    question: str
    error: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict, hash=False)


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


def column_names(file: Path) -> list[str]:
    """The names of further columns that any row has, in the order in which they come up."""
    return list(dict.fromkeys(name for row in read_questions(file) for name in row.columns))


def _opened_rows(handle: BinaryIO, reader: Reader, file: Path) -> Iterator[QuestionRow]:
    with handle:
        for position, (identifier, question, reason, columns) in enumerate(reader(handle, file)):
            text = " ".join(question.split())
            error = reason or (None if text else "the question is empty")
            yield QuestionRow(position, identifier or str(position + 1), text, error, columns)


def _text_rows(handle: BinaryIO, file: Path) -> Iterator[Found]:
    for _, text, error in text_lines(handle, MAX_LINE_BYTES):
        yield "", text, error, {}


def _jsonl_rows(handle: BinaryIO, file: Path) -> Iterator[Found]:
    for number, row, error in json_rows(handle, MAX_LINE_BYTES):
        if row is None:
            yield "", "", error, {}
            continue
        columns = {name: value for name, value in row.items() if name not in {"id", "question"}}
        identifier = "" if row.get("id") is None else str(row["id"])
        question = row.get("question")
        if isinstance(question, str):
            yield identifier, question, None, columns
        else:
            yield identifier, "", f'line {number}: no text under "question"', columns


def _csv_rows(handle: BinaryIO, file: Path) -> Iterator[Found]:
    text = io.TextIOWrapper(handle, "utf-8-sig", errors="replace", newline="")
    csv.field_size_limit(MAX_LINE_BYTES)
    rows = csv.DictReader(text)
    names = {name.strip().lower(): name for name in _csv_names(rows, file)}
    if "question" not in names:
        raise UsageError(
            f'{printable(str(file))}: no column "question"; its first line must name the '
            'columns, "question" and if wanted "id"'
        )
    ours = {names["question"], names.get("id")}
    kept = [name for name in rows.fieldnames or () if name and name not in ours]
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield "", "", f"line {rows.line_num}: not CSV ({error})", {}
            continue
        identifier = (row.get(names.get("id", "")) or "").strip()
        columns = {name: row[name] or "" for name in kept}
        yield identifier, row[names["question"]] or "", None, columns


def _csv_names(rows: csv.DictReader[str], file: Path) -> list[str]:
    try:
        return [name for name in rows.fieldnames or [] if name]
    except csv.Error as error:
        raise UsageError(f"{printable(str(file))}: its first line is not CSV ({error})") from error
