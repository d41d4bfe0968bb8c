"""Rows into a .jsonl or .csv file that appears whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from rag.batch.spreadsheet import FinishedRow, write_csv
from rag.errors import OutputError, UsageError, printable

SUFFIXES = frozenset({".jsonl", ".csv"})


def check_output(output: Path, suffixes: frozenset[str] = SUFFIXES) -> None:
    """
    Raises:
        UsageError: ``output`` is of another kind, a folder, or in a folder that is not there.
    """
    shown = printable(str(output))
    if output.suffix.lower() not in suffixes:
        raise UsageError(f"{shown}: the output is {' or '.join(sorted(suffixes, reverse=True))}")
    if not output.parent.is_dir():
        raise UsageError(f"{printable(str(output.parent))}: no such folder; make it first")
    if output.is_dir():
        raise UsageError(f"{shown}: is a folder; name a file in it")


def write_rows(output: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Rows into a .jsonl file.

    Raises:
        UsageError: ``output`` cannot be such a file.
        OutputError: it cannot be written; what was there before stays.
    """
    check_output(output, frozenset({".jsonl"}))
    replace_file(output, lambda file: _write_jsonl(file, rows))


def write_answers(
    output: Path, rows: Iterator[FinishedRow], columns: Callable[[], Sequence[str]]
) -> None:
    """Answers into ``output``, by its suffix.

    Args:
        columns: gives the names of the questions' further columns, for a .csv.

    Raises:
        OutputError: it cannot be written; what was there before stays.
    """
    if output.suffix.lower() == ".csv":
        replace_file(output, lambda file: write_csv(file, rows, columns()))
    else:
        replace_file(output, lambda file: _write_jsonl(file, (row.answer for row in rows)))


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """What ``write`` writes takes the place of ``path`` when all of it is on the disk.

    Raises:
        OutputError: it cannot be written; what was there before stays.
    """
    unfinished = path.with_name(path.name + ".writing")
    with output_failures(path):
        try:
            with unfinished.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


@contextmanager
def output_failures(path: Path) -> Iterator[None]:
    """Translate what the system raises about writing ``path``."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{printable(str(path))}: cannot be written: {reason}") from error


def json_line(value: Mapping[str, Any]) -> bytes:
    """``value`` as one line of JSON; lone surrogates, which UTF-8 has no form for, become "?"."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _write_jsonl(file: BinaryIO, rows: Iterator[Mapping[str, Any]]) -> None:
    for row in rows:
        file.write(json_line(row))
