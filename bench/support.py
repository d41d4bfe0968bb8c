"""How well the support checks tell right statements from wrong ones.

    python -m bench.support [--show] [--shared ../shared]

Two parts: the hand-made pairs of ``tests/data/support_pairs.yaml`` (held-out ones apart), and
``dateline check`` on the claims of ``bench/support-dev.jsonl.gz`` in the shared data folder, when
it is there, by domain.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import yaml
from rag.answer.support import Evidence, check_statement

from bench.recorded import record

ROOT = Path(__file__).parent.parent
PAIRS = ROOT / "tests" / "data" / "support_pairs.yaml"
ARTICLES = ROOT / "examples" / "articles"


def pairs_report(show: bool) -> dict[str, Any]:
    """Shares of right statements let through and wrong ones caught, and the time of a check."""
    data = yaml.safe_load(PAIRS.read_text("utf-8"))
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    times_ms: list[float] = []
    for pair in data["pairs"]:
        quotes = [data["quotes"][key] for key in pair["quotes"]]
        sources = [_evidence(quote, n) for n, quote in enumerate(quotes, start=1)]
        started = time.perf_counter()
        verdict = check_statement(pair["statement"], sources)
        times_ms.append((time.perf_counter() - started) * 1000)
        part = "held out" if any(quote.get("held_out") for quote in quotes) else "developed on"
        correct = verdict.holds == (pair["label"] == "right")
        for key in (f"{pair['label']}, {part}", f"{pair['label']}: {pair['kind']}"):
            total[key] += 1
            right[key] += correct
        if show and not correct:
            print(f"{pair['label']} {pair['kind']}: {pair['statement']}\n    {verdict.why}")
    return {
        "pairs": {key: {"correct": right[key], "of": total[key]} for key in sorted(total)},
        "check_ms_median": round(statistics.median(times_ms), 3),
        "check_ms_p95": round(statistics.quantiles(times_ms, n=20)[-1], 3),
    }


def _evidence(quote: dict[str, Any], n: int) -> Evidence:
    path = ARTICLES / quote["article"]
    text = "" if path.suffix == ".pdf" else path.read_text("utf-8")
    return Evidence(quote["quote"], n, quote["outlet"], None, quote["published"], text)


def claims_report(shared: Path) -> dict[str, Any] | None:
    """Balanced accuracy of ``check_claims`` by domain, and its speed; None without the data."""
    path = shared / "bench" / "support-dev.jsonl.gz"
    if not path.exists():
        return None
    from rag.check import check_claims

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    claims = [{"id": r["id"], "claim": r["claim"], "text": r["doc"]} for r in rows]
    started = time.perf_counter()
    results = list(check_claims(claims))
    seconds = time.perf_counter() - started
    # alternate documents: check.py was fitted on one half and is reported on the other
    held = {doc for i, doc in enumerate(sorted({r["doc"] for r in rows})) if i % 2}
    hits: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for row, result in zip(rows, results, strict=True):
        correct = (result["support"] == "supported") == row["supported"]
        for key in (
            "all",
            row["domain"],
            "half reported on" if row["doc"] in held else "half fitted on",
        ):
            hits[key, row["supported"]].append(correct)
    keys = sorted({key for key, _ in hits})
    return {
        "claims": len(rows),
        "claims_per_second": round(len(rows) / seconds, 1),
        "balanced_accuracy": {
            key: round(
                (statistics.mean(hits[key, True]) + statistics.mean(hits[key, False])) / 2, 4
            )
            for key in keys
        },
        "verdicts": dict(Counter(result["support"] for result in results)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--show", action="store_true", help="print the pairs that are misjudged")
    parser.add_argument("--shared", default=os.environ.get("DATELINE_SHARED", "../shared"))
    arguments = parser.parse_args()
    report = pairs_report(arguments.show)
    claims = claims_report(Path(arguments.shared))
    if claims is None:
        print("error: no support-dev.jsonl.gz; the claims are left out", file=sys.stderr)
    report["support_dev"] = claims
    print(json.dumps(report, indent=1))
    record("support", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
