"""Files of lines, one at a time: a bad line is said and passed over, an endless one not held."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import UsageError, printable


def open_input(file: Path) -> BinaryIO:
    """The file, open for reading bytes.

    Raises:
        UsageError: it cannot be read, with the reason.
    """
    try:
        return file.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{printable(str(file))}: cannot be read: {reason}") from error


def text_lines(handle: BinaryIO, max_bytes: int) -> Iterator[tuple[int, str, str | None]]:
    """(line number, text, error) of every line that is not blank; the text is empty on an error."""
    number = 0
    while line := handle.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes:
            while line and not line.endswith(b"\n"):
                line = handle.readline(max_bytes)
            yield number, "", f"line {number}: longer than {max_bytes:,} bytes"
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield number, "", f"line {number}: not UTF-8"
            continue
        if text.strip():
            yield number, text, None


def json_rows(
    handle: BinaryIO, max_bytes: int
) -> Iterator[tuple[int, dict[str, Any] | None, str | None]]:
    """(line number, row, error) of every line that is not blank; the row is None on an error."""
    for number, text, error in text_lines(handle, max_bytes):
        if error:
            yield number, None, error
            continue
        try:
            row = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            yield number, None, f"line {number}: not JSON"
            continue
        if isinstance(row, dict):
            yield number, row, None
        else:
            yield number, None, f"line {number}: not a JSON object"
