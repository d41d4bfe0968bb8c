"""Reports of the gate: JSON, Markdown, JUnit XML and an HTML page, a file each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.errors import UsageError, printable

from ..gate_result import GateResult
from .content import GateReport, build_report
from .html_page import to_html
from .json_report import to_json
from .junit import to_junit
from .markdown import to_markdown

__all__ = ["FORMATS", "GateReport", "build_report", "to_markdown", "write_reports"]

# File name → what writes it.
FORMATS: dict[str, Callable[[GateReport], str]] = {
    "gate.json": to_json,
    "gate.md": to_markdown,
    "gate.xml": to_junit,
    "gate.html": to_html,
}


def write_reports(result: GateResult, folder: Path) -> list[Path]:
    """Every report of ``result`` into ``folder``, which is made; the files written.

    Raises:
        UsageError: a file cannot be written.
    """
    report = build_report(result)
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, render in FORMATS.items():
            file = folder / name
            file.write_text(render(report), "utf-8", errors="replace")
            files.append(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{printable(str(folder))}: cannot be written: {reason}") from error
    return files
