"""Many questions, one Answer a row, in input order, resumable after any stop.

A finished row goes at once into a journal beside the output (``OUT.partial``); when all rows are
done the journal is put in input order into the output, which appears whole or not at all.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import UsageError, printable
from rag.questions import QuestionRow, read_questions

AskRow = Callable[[QuestionRow], dict[str, Any]]
# A cell that starts with one of these is run as a formula by spreadsheets.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class BatchReport:
    """Counts of one run: rows in all, rows done before, rows asked now, rows with an error."""

    rows: int
    resumed: int
    asked: int
    failed: int

    def to_json(self) -> dict[str, int]:
        return asdict(self)


def run_batch(
    questions: Path,
    output: Path,
    ask: AskRow,
    *,
    made_by: Mapping[str, Any],
    resume: bool = False,
    progress: Callable[[int], object] | None = None,
) -> BatchReport:
    """Answer every row of ``questions`` into ``output`` (.jsonl or .csv).

    Args:
        ask: one row in, its JSON row out, with ``error`` set when it failed.
        made_by: what makes the answers (settings, index state); a resumed run must have the same.
        resume: go on with an unfinished run; rows that failed are asked again.
        progress: called with 1 for each row that is done.

    Raises:
        UsageError: the files cannot be used, or the run to resume was made by something else.
    """
    if output.suffix.lower() not in {".jsonl", ".csv"}:
        raise UsageError(f"{printable(str(output))}: the output is .jsonl or .csv")
    _check_folder(output)
    header = {"questions": _file_sha256(questions), "made_by": dict(made_by)}
    paths = BatchPaths.beside(output)
    if resume and paths.manifest.exists() and not paths.journal.exists():
        return _nothing_to_do(paths, header)
    if not resume:
        paths.start_anew()
    paths.manifest.unlink(missing_ok=True)
    with Journal(paths.journal, header) as journal:
        resumed = len(journal.done)
        asked = 0
        for row in read_questions(questions):
            if row.position not in journal.done:
                journal.write(row, ask(row))
                asked += 1
            if progress:
                progress(1)
        _write_output(output, journal.rows_in_order())
        report = BatchReport(len(journal.offsets), resumed, asked, journal.failed_count)
    paths.manifest.write_text(
        json.dumps(header | {"report": report.to_json()}, indent=2, sort_keys=True) + "\n", "utf-8"
    )
    if not report.failed:
        paths.journal.unlink()
    return report


@dataclass(frozen=True, slots=True)
class BatchPaths:
    """The files beside an output.

    Attributes:
        journal: finished rows; stays as long as rows are missing or failed.
        manifest: what made the output, and counts; there once the output is written.
    """

    journal: Path
    manifest: Path

    @classmethod
    def beside(cls, output: Path) -> BatchPaths:
        return cls(
            output.with_name(output.name + ".partial"),
            output.with_name(output.name + ".manifest.json"),
        )

    def start_anew(self) -> None:
        """Drop the journal of a finished run.

        Raises:
            UsageError: the journal is that of an unfinished run, which would be lost.
        """
        if self.journal.exists() and not self.manifest.exists():
            raise UsageError(
                f"{printable(str(self.journal))} holds an unfinished run: "
                "go on with it by --resume, or delete it"
            )
        self.journal.unlink(missing_ok=True)


def _nothing_to_do(paths: BatchPaths, header: Mapping[str, Any]) -> BatchReport:
    try:
        manifest = json.loads(paths.manifest.read_text("utf-8"))
        rows = int(manifest["report"]["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{printable(str(paths.manifest))}: cannot be read; delete it to start anew"
        ) from error
    _check_same_run(paths.manifest, manifest, header)
    return BatchReport(rows, rows, 0, 0)


class Journal:
    """Append-only file of finished rows, in the order in which they were done.

    The first line says what makes the answers; each further line is ``{"position", "row"}``. A line
    torn by a crash is cut off when the journal is opened again.

    Attributes:
        offsets: position of a row → where its last line starts in the file, in bytes.
        done: positions that need not be asked again.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        self.offsets: dict[int, int] = {}
        self.done: set[int] = set()
        self._header = json.loads(json.dumps(header, sort_keys=True))
        self._load()
        self._file = path.open("ab")
        if self._file.tell() == 0:
            self._append(self._header)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def failed_count(self) -> int:
        return len(self.offsets) - len(self.done)

    def write(self, row: QuestionRow, answer: Mapping[str, Any]) -> None:
        """Store the finished ``row`` so that it outlives the process."""
        line = {"position": row.position, "row": answer}
        self._note(row.position, self._append(line), answer)

    def rows_in_order(self) -> Iterator[dict[str, Any]]:
        """The rows in input order, read back one at a time."""
        with self.path.open("rb") as file:
            for position in sorted(self.offsets):
                file.seek(self.offsets[position])
                yield json.loads(file.readline())["row"]

    def _append(self, value: Mapping[str, Any]) -> int:
        start = self._file.tell()
        self._file.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self._file.flush()
        return start

    def _note(self, position: int, offset: int, row: Mapping[str, Any]) -> None:
        self.offsets[position] = offset
        if row.get("error") is None:
            self.done.add(position)

    def _load(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            end = 0
            for line in iter(file.readline, b""):
                value = _whole_line(line)
                if value is None:
                    break
                if end == 0:
                    _check_same_run(self.path, value, self._header)
                else:
                    self._note(value["position"], end, value["row"])
                end += len(line)
            file.truncate(end)


def _check_same_run(path: Path, found: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Refuse to mix rows made from other questions or by other settings; says which changed."""
    header = json.loads(json.dumps(header))
    ours, theirs = header["made_by"], found.get("made_by") or {}
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


def _check_folder(output: Path) -> None:
    folder = output.parent
    if not folder.is_dir():
        raise UsageError(f"{printable(str(folder))}: no such folder; make it first")
    if output.is_dir():
        raise UsageError(f"{printable(str(output))}: is a folder; name a file in it")


def _file_sha256(file: Path) -> str:
    try:
        with file.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{printable(str(file))}: cannot be read: {reason}") from error


def write_rows(output: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Rows into a .jsonl file that appears whole or not at all."""
    _check_folder(output)
    if output.suffix.lower() != ".jsonl":
        raise UsageError(f"{printable(str(output))}: the output is .jsonl")
    _write_output(output, rows)


def _write_output(output: Path, rows: Iterator[dict[str, Any]]) -> None:
    unfinished = output.with_name(output.name + ".writing")
    writer = _write_csv if output.suffix.lower() == ".csv" else _write_jsonl
    writer(unfinished, rows)
    unfinished.replace(output)


def _write_jsonl(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _write_csv(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Columns are the keys of an Answer; lists and objects stand in their cell as JSON."""
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(file, list(row), restval="", extrasaction="ignore")
                writer.writeheader()
            writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text
