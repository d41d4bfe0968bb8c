"""What the vetoes throw out of right statements and catch of wrong ones.

    python -m bench.vetoes [--part train] [--half developed] [--show] [--shared ../shared]

On the labelled statements of ``training/reading`` in the shared data folder. The articles are
halved by a hash: the vetoes were developed on one half and are reported on the other.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from bench.recorded import record
from rag.evidence.evidence import Evidence
from rag.evidence.vetoes import Veto, VetoKind, vetoes

LABELLED = Path("training") / "reading" / "labelled.jsonl.gz"
HALVES = ("developed", "held out")
KINDS = (*get_args(VetoKind), "any")


class Case(NamedTuple):
    """A labelled statement with what it cites."""

    half: str
    supported: bool
    error: str | None
    statement: str
    evidence: tuple[Evidence, ...]


def cases_of(article: dict[str, Any]) -> Iterator[Case]:
    """The labelled statements of one article."""
    digest = hashlib.sha256(article["article"].encode()).hexdigest()
    half = HALVES[int(digest, 16) % 2]
    text = " ".join(article["sentences"])
    for row in article["statements"]:
        evidence = tuple(
            Evidence(
                article["sentences"][n - 1],
                n,
                start=n,
                title=article["title"],
                published=article["date"],
                article_text=text,
                article_id=article["article"],
            )
            for n in row["cites"]
        )
        supported = row["label"] == "supported"
        yield Case(half, supported, row["error"], row["text"], evidence)


def report(cases: Iterable[Case], show: bool = False) -> dict[str, Any]:
    """For each half and kind of veto: supported thrown out and wrong caught, of how many."""
    of: Counter[tuple[str, bool]] = Counter()
    hit: Counter[tuple[str, bool, str]] = Counter()
    errors: Counter[str] = Counter()
    seconds = 0.0
    for case in cases:
        started = time.perf_counter()
        found = vetoes(case.statement, case.evidence)
        seconds += time.perf_counter() - started
        of[case.half, case.supported] += 1
        for kind in {veto.kind for veto in found} | ({"any"} if found else set()):
            hit[case.half, case.supported, kind] += 1
        if found and not case.supported:
            errors[case.error or "-"] += 1
        if show and found:
            print_case(case, found)
    return {
        "halves": {
            half: {
                kind: {
                    "supported_thrown_out": hit[half, True, kind],
                    "supported": of[half, True],
                    "wrong_caught": hit[half, False, kind],
                    "wrong": of[half, False],
                }
                for kind in KINDS
            }
            for half in HALVES
            if of[half, True]
        },
        "wrong_caught_by_error": dict(errors.most_common()),
        "ms_a_call": round(1000 * seconds / max(1, of.total()), 3),
    }


def print_case(case: Case, found: tuple[Veto, ...]) -> None:
    """What was thrown out and why, for a person to read."""
    print("SUPPORTED" if case.supported else f"wrong ({case.error})", "|", case.statement)
    for veto in found:
        print(f"    {veto.kind}: {veto.why}")
    for item in case.evidence:
        print(f"    > {item.text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--part", default="train", help="the part of the data (default: train)")
    parser.add_argument("--half", choices=HALVES, help="one half of the articles alone")
    parser.add_argument("--show", action="store_true", help="print each statement thrown out")
    parser.add_argument("--shared", default=os.environ.get("DATELINE_SHARED", "../shared"))
    arguments = parser.parse_args()
    path = Path(arguments.shared) / LABELLED
    if not path.exists():
        print(f"error: no {path}: give the shared data folder with --shared", file=sys.stderr)
        return 1
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    cases = [
        case
        for article in articles
        if article["part"] == arguments.part
        for case in cases_of(article)
        if arguments.half in {None, case.half}
    ]
    figures = report(cases, arguments.show)
    print(json.dumps(figures, indent=1))
    if arguments.half is None:
        record("vetoes", {"part": arguments.part, **figures})
    return 0


if __name__ == "__main__":
    sys.exit(main())
