"""Answers as a .csv for people: a row a question, plain cells, nothing that a spreadsheet runs.

The whole Answer, with every statement and citation, is what a .jsonl holds.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from rag.answer.answer import REFUSAL, Statement
from rag.answer.told import marked_answer

ANSWER_COLUMNS = (
    "id", "question", "short", "answer", "abstained", "relation", "quote", "outlet", "date", "url",
    "source", "error",
)  # fmt: skip
# What makes a spreadsheet run a cell (owasp.org/www-community/attacks/CSV_Injection and ASVS 5,
# 1.2.10), and the mathematical minus. Full-width and small forms become these under NFKC.
_FORMULA_SIGNS = frozenset("=+-@−")
_FORMULA_CONTROLS = frozenset("\t\r\n\0")


@dataclass(frozen=True, slots=True)
class FinishedRow:
    """The Answer to one question as the contract's JSON, and the question's further columns."""

    answer: Mapping[str, Any]
    columns: Mapping[str, Any]


class _Text:
    """What ``csv`` writes to: text in, UTF-8 out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode("utf-8", "replace"))


def write_csv(file: BinaryIO, rows: Iterator[FinishedRow], columns: Sequence[str]) -> None:
    """``columns`` of the questions, then ``ANSWER_COLUMNS``.

    Every cell is in quotation marks, and the byte order mark tells spreadsheets that it is UTF-8.
    """
    file.write("\ufeff".encode())
    writer = csv.writer(_Text(file), quoting=csv.QUOTE_ALL)
    writer.writerow(map(_cell, [*_own_names(columns), *ANSWER_COLUMNS]))
    for row in rows:
        cells = answer_cells(row.answer)
        kept = [row.columns.get(name) for name in columns]
        writer.writerow(map(_cell, [*kept, *(cells[name] for name in ANSWER_COLUMNS)]))


def _own_names(columns: Sequence[str]) -> list[str]:
    """The names of the questions' columns; one that the answers have too begins with "input"."""
    taken = {name.casefold() for name in (*columns, *ANSWER_COLUMNS)}
    names = []
    for name in columns:
        own = name
        if name.strip().casefold() in ANSWER_COLUMNS:
            while own.strip().casefold() in taken:
                own = f"input {own}"
        taken.add(own.casefold())
        names.append(own)
    return names


def answer_cells(answer: Mapping[str, Any]) -> dict[str, Any]:
    """``ANSWER_COLUMNS`` of an Answer; the quote and where it stands are those of the citation
    that the short answer, else the first sentence, names first."""
    statements = [Statement(**statement) for statement in answer.get("statements", ())]
    citation = _first_citation(answer)
    agreement = answer.get("agreement") or {}
    return {
        "id": answer.get("id"),
        "question": answer.get("question"),
        "short": _short(answer),
        "answer": marked_answer(answer.get("answer", ""), statements),
        "abstained": answer.get("abstained", False),
        "relation": agreement.get("relation"),
        "quote": citation.get("quote"),
        "outlet": citation.get("outlet"),
        "date": citation.get("published"),
        "url": citation.get("url"),
        "source": citation.get("source"),
        "error": answer.get("error"),
    }


def _short(answer: Mapping[str, Any]) -> str:
    """The short answers; of a question in parts each part with its own."""
    told = ((part["question"], _joined(part["short"])) for part in answer.get("parts", ()))
    parts = [f"{question} {short or REFUSAL}" for question, short in told]
    return " / ".join(parts) or _joined(answer.get("short", ()))


def _joined(short: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(value["text"] for value in short)


def _first_citation(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    statements = (s for s in answer.get("statements", ()) if s["support"] != "unsupported")
    numbers = [n for said in (*answer.get("short", ()), *statements) for n in said["citations"]]
    citations = {citation["n"]: citation for citation in answer.get("citations", ())}
    return next((citations[n] for n in numbers if n in citations), {})


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
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
