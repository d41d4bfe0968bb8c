"""The rules that matched words, as they stood before the judge: scores for the table beside it.

Run by ``bench.support`` with the source of that commit, unpacked from the history, first on the
path: reads rows of ``{"text", "evidence"}`` on stdin, writes a score from 0 to 1 a row, from 0.5 on
where the statement passed.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

COMMIT = "facb58c"
ROOT = Path(__file__).resolve().parent.parent
_FIELDS = ("text", "n", "outlet", "title", "published", "article_text", "article_id")


def old_scores(rows: Iterable[tuple[str, Iterable[object]]]) -> list[float]:
    """Scores of (statement, evidence) rows by the old rules.

    Raises:
        subprocess.CalledProcessError: the checkout has no history with that commit.
    """
    archive = subprocess.run(
        ["git", "archive", COMMIT, "rag"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        lines = []
        for text, evidence in rows:
            sentences = [{k: asdict(e)[k] for k in _FIELDS} for e in evidence]  # type: ignore[call-overload]
            lines.append(json.dumps({"text": text, "evidence": sentences}))
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve())],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": folder},
            cwd=folder,
        )
    return [float(line) for line in done.stdout.splitlines()]


def _score_rows() -> None:
    from rag.answer.support import Evidence, check_statement  # type: ignore[import-not-found]

    for line in sys.stdin:
        row = json.loads(line)
        verdict = check_statement(row["text"], [Evidence(**item) for item in row["evidence"]])
        print(0.5 + 0.5 * verdict.coverage if verdict.holds else 0.4 * verdict.coverage)


if __name__ == "__main__":
    _score_rows()
