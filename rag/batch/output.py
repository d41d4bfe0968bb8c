"""Rows into a .jsonl or .csv file that appears whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import OutputError, UsageError, printable

SUFFIXES = frozenset({".jsonl", ".csv"})
# What makes a spreadsheet run a cell (owasp.org/www-community/attacks/CSV_Injection and ASVS 5,
# 1.2.10), and the mathematical minus. Full-width and small forms become these under NFKC.
_FORMULA_SIGNS = frozenset("=+-@−")
_FORMULA_CONTROLS = frozenset("\t\r\n\0")


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
    write_output(output, rows)


def write_output(output: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Rows into ``output``, by its suffix.

    Raises:
        OutputError: it cannot be written; what was there before stays.
    """
    writer = _write_csv if output.suffix.lower() == ".csv" else _write_jsonl
    replace_file(output, lambda file: writer(file, rows))


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


def _write_jsonl(file: BinaryIO, rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        file.write(json_line(row))


class _Text:
    """What ``csv`` writes to: text in, UTF-8 out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode("utf-8", "replace"))


def _write_csv(file: BinaryIO, rows: Iterator[dict[str, Any]]) -> None:
    """Columns are the keys of the first row; lists and objects stand in their cell as JSON.

    Every cell is in quotation marks, and the byte order mark tells spreadsheets that it is UTF-8.
    """
    writer = None
    file.write("\ufeff".encode())
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(
                _Text(file), list(row), restval="", extrasaction="ignore", quoting=csv.QUOTE_ALL
            )
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return f"'{value}" if is_formula(value) else value
    return str(value)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run ``text``: its first sign begins a formula, blanks, characters
    that do not show, and the width of the sign aside."""
    if text[:1] in _FORMULA_CONTROLS:
        return bool(text)
    for character in text:
        if not (character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}):
            return unicodedata.normalize("NFKC", character)[:1] in _FORMULA_SIGNS
    return False
