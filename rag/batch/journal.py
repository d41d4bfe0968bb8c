"""The rows of a batch that are done, on disk in the order in which they were done."""

from __future__ import annotations

import json
import os
import secrets
import time
from array import array
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.batch.output import json_line, output_failures
from rag.batch.spreadsheet import FinishedRow
from rag.errors import UsageError, printable
from rag.questions import QuestionRow

_MISSING = -1
# States of a row.
_UNASKED, _ANSWERED, _REFUSED, _FAILED = range(4)
# Each row is handed to the system when it is done, which a killed process does not take back. A
# power cut can take what the system has not put on the disk yet: at most so many seconds' rows,
# and those are asked again.
SYNC_EVERY_S = 1.0


@dataclass(slots=True)
class Spent:
    """What the rows took, all attempts together; the cost is None as soon as one is not known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def add(self, row: Mapping[str, Any]) -> None:
        usage = row.get("usage")
        if not isinstance(usage, dict):
            return
        cost_usd = usage.get("cost_usd", 0.0)
        self.cost_usd = None if None in (self.cost_usd, cost_usd) else self.cost_usd + cost_usd
        if not usage.get("cached"):
            self.input_tokens += usage.get("input_tokens", 0)
            self.output_tokens += usage.get("output_tokens", 0)


class Journal:
    """Append-only file of finished rows.

    The first line says what makes the answers; each further line is ``{"position", "row",
    "columns"}``, the columns being those of the question besides its id and its text. A line torn
    by a crash is cut off when the journal is opened again. Nine bytes of memory a row.

    Args:
        header: ``{"questions", "made_by"}``; a journal that is there must have the same.
        rows: how many rows there are to be.

    Attributes:
        run_id: names this batch, from its first start to its end.
        spent: of all rows in the file.

    Raises:
        UsageError: it was made from something else; the message says what has changed.
        OutputError: it cannot be written.
    """

    def __init__(self, path: Path, header: Mapping[str, Any], rows: int) -> None:
        self.path = path
        self.run_id = secrets.token_hex(8)
        self.spent = Spent()
        self._offsets = array("q", [_MISSING]) * rows
        self._states = bytearray(rows)
        self._header = json.loads(json.dumps(header))
        self._synced_s = time.monotonic()
        self._load()
        with output_failures(path):
            # Unbuffered: a line that could not be written is not tried again at the end.
            self._file = path.open("ab", buffering=0)
        if self._file.tell() == 0:
            self._append(self._header | {"run_id": self.run_id})

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._sync()
        self._file.close()

    @property
    def failed(self) -> int:
        """Rows whose last attempt ended in an error."""
        return self._states.count(_FAILED)

    def counts(self) -> dict[str, int]:
        """Rows in all, and how many of them have been answered, refused (the articles do not
        tell), or have failed."""
        return {
            "rows": len(self._states),
            "answered": self._states.count(_ANSWERED),
            "refused": self._states.count(_REFUSED),
            "failed": self.failed,
        }

    def has(self, position: int) -> bool:
        """Whether the row there need not be asked again."""
        return self._states[position] in {_ANSWERED, _REFUSED}

    def write(self, row: QuestionRow, answer: Mapping[str, Any]) -> None:
        """Store a finished row so that it outlives the process.

        Raises:
            OutputError: it cannot be written; the rows before are kept.
        """
        line = {"position": row.position, "row": answer, "columns": row.columns}
        self._note(row.position, self._append(line), answer)
        if time.monotonic() - self._synced_s >= SYNC_EVERY_S:
            self._sync()

    def rows_in_order(self) -> Iterator[FinishedRow]:
        """The rows in input order, read back one at a time."""
        with self.path.open("rb") as file:
            for offset in self._offsets:
                file.seek(offset)
                line = json.loads(file.readline())
                yield FinishedRow(line["row"], line.get("columns", {}))

    def _append(self, value: Mapping[str, Any]) -> int:
        start = self._file.tell()
        line = json_line(value)
        with output_failures(self.path):
            try:
                while line:
                    line = line[self._file.write(line) :]
            except OSError:
                self._file.truncate(start)
                raise
        return start

    def _sync(self) -> None:
        with output_failures(self.path):
            os.fsync(self._file.fileno())
        self._synced_s = time.monotonic()

    def _note(self, position: int, offset: int, row: Mapping[str, Any]) -> None:
        self._offsets[position] = offset
        failed, refused = row.get("error") is not None, row.get("abstained", False)
        self._states[position] = _FAILED if failed else _REFUSED if refused else _ANSWERED
        self.spent.add(row)

    def _load(self) -> None:
        if not self.path.exists():
            return
        with output_failures(self.path), self.path.open("r+b") as file:
            end = 0
            for line in iter(file.readline, b""):
                value = _whole_line(line)
                if value is None:
                    break
                if end == 0:
                    check_same_run(self.path, value, self._header)
                    self.run_id = str(value.get("run_id", self.run_id))
                else:
                    self._note(value["position"], end, value["row"])
                end += len(line)
            file.truncate(end)


def check_same_run(path: Path, found: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Refuse to mix rows made from other questions or by other settings.

    Raises:
        UsageError: the message says which have changed.
    """
    ours, theirs = json.loads(json.dumps(header["made_by"])), found.get("made_by") or {}
    changed = [key for key in sorted({*ours, *theirs}) if ours.get(key) != theirs.get(key)]
    if found.get("questions") != header["questions"]:
        changed.insert(0, "questions")
    if changed:
        raise UsageError(
            f"{printable(str(path))}: changed since that run began: {', '.join(changed)}; "
            "put it back, or delete the file to start anew"
        )


def _whole_line(line: bytes) -> dict[str, Any] | None:
    """The JSON of a journal line, or None when a crash cut it off."""
    if not line.endswith(b"\n"):
        return None
    with suppress(ValueError):
        value = json.loads(line)
        return value if isinstance(value, dict) else None
    return None
