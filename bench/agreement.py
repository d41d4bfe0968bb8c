"""How well the relation of reports is told, on hand-labelled groups of sentences of real news.

    python bench/agreement.py [--half first|last|both] [--judge] [--show]

Each group is one question with the sentences that answer it and the words in them that do, marked
by hand, so that it is the comparison alone that is measured. The first half was used to develop
with, the last is for reporting. Intervals are Wilson's at 95 %.
Writes ``bench/results/agreement.json`` when both halves are measured.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import SHARED, read_jsonl  # noqa: E402
from recorded import record  # noqa: E402

from rag.agreement import AnsweringSentence, agreement  # noqa: E402
from rag.judge import Judge, default_judge  # noqa: E402

GROUPS = SHARED / "bench" / "agreement-dev.jsonl"
RELATIONS = ("same", "compatible", "conflict")
_HALF = 30
_Z = 1.96


def wilson(right: int, of: int) -> dict[str, Any]:
    """A share and its interval; None of nothing."""
    if not of:
        return {"share": None, "of": 0, "interval": None}
    share, spread = right / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return {
        "share": round(share, 3),
        "of": of,
        "interval": [round(max(0.0, middle - half), 3), round(min(1.0, middle + half), 3)],
    }


def sentences_of(group: dict[str, Any]) -> list[AnsweringSentence]:
    """The sentences of a group that answer, each with its span."""
    found = []
    for n, row in enumerate(group["sentences"], 1):
        if row["value"] is None:
            continue
        start = row["text"].find(row["value"])
        if start < 0:
            raise ValueError(f"{group['id']}: {row['value']!r} does not stand in its sentence")
        found.append(
            AnsweringSentence(
                n, row["text"], start, start + len(row["value"]), 1.0, row["url"], row["url"],
                row["title"], None, row["date"],
            )
        )  # fmt: skip
    return found


def measure(groups: list[dict[str, Any]], judge: Judge | None, show: bool) -> dict[str, Any]:
    confusion: Counter[tuple[str, str]] = Counter()
    milliseconds = []
    for group in groups:
        began = time.perf_counter()
        found = agreement(group["question"], sentences_of(group), judge)
        milliseconds.append(1000 * (time.perf_counter() - began))
        said = found.relation if found is not None else "none"
        confusion[group["relation"], said] += 1
        if show:
            print(group["id"], group["relation"], said, group["question"])
            for value in found.values if found else ():
                print("   ", value)
    of = Counter(g["relation"] for g in groups)
    right = sum(confusion[r, r] for r in RELATIONS)
    false = sum(confusion[r, "conflict"] for r in ("same", "compatible"))
    return {
        "groups": len(groups),
        "confusion": {f"{a} called {b}": n for (a, b), n in sorted(confusion.items())},
        "relation_right": wilson(right, len(groups)),
        "by_relation": {r: wilson(confusion[r, r], of[r]) for r in RELATIONS},
        "conflicts_found": wilson(confusion["conflict", "conflict"], of["conflict"]),
        "differ_wrongly": wilson(false, of["same"] + of["compatible"]),
        "slowest_ms": round(max(milliseconds), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--half", choices=("first", "last", "both"), default="both")
    parser.add_argument("--judge", action="store_true", help="with the installed judge")
    parser.add_argument("--show", action="store_true", help="print each group's values")
    options = parser.parse_args()
    halves = ("first", "last") if options.half == "both" else (options.half,)
    judge = default_judge() if options.judge else None
    figures: dict[str, Any] = {"judge": judge.fingerprint if judge else None}
    rows = read_jsonl(GROUPS)
    developed = [next(rows) for _ in range(_HALF)]
    for half in halves:
        groups = developed if half == "first" else list(rows)
        figures[half] = measure(groups, judge, options.show)
        for name, figure in figures[half].items():
            print(half, name, figure)
    if options.half == "both":
        record("agreement", figures)


if __name__ == "__main__":
    main()
