"""How well statements that quotes support are told from those that they do not.

    python -m bench.support [--part calibrate|aside] [--claims N] [--show KIND]

The judge and the vetoes, as answers use them, beside the rules that they replaced, in one run: the
labelled statements of the shared data (part "aside" is only reported on), the contrast set of
``bench/data``, and ``dateline check`` on the claims of SummEdits, by domain.
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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.labelled import LabelledStatement, contrast_statements, labelled_statements
from bench.old_check import old_scores
from bench.recorded import record
from rag.evidence import Prover, Verdict
from training.measures import auc

OLD_THRESHOLD = 0.5


def labelled_report(prover: Prover, part: Any, show: str | None) -> dict[str, Any]:
    """Figures on the labelled statements of ``part``."""
    found = list(labelled_statements(part))
    verdicts = [prover.verdict(s.text, s.evidence) for s in found]
    bounds = prover.thresholds
    right = [s.supported for s in found]
    scores = [v.probability for v in verdicts]
    old = old_scores((s.text, s.evidence) for s in found)
    if show:
        for statement, verdict in zip(found, verdicts, strict=True):
            if statement.kind == show:
                print(f"{verdict.probability:.2f} {verdict.support}: {statement.text}")
    proved = [s.supported for s, v in zip(found, verdicts, strict=True) if v.certain]
    out = [s.supported for s, v in zip(found, verdicts, strict=True) if not v.holds]
    vetoed = [s.supported for s, v in zip(found, verdicts, strict=True) if v.vetoed]
    return {
        "part": part,
        "statements": len(found),
        "auc": round(auc(right, scores), 4),
        "balanced_accuracy": round(_balanced(right, scores, bounds.balanced), 4),
        "proved": {
            "statements": len(proved),
            "supported_of_these": round(statistics.mean(proved), 4) if proved else None,
            "share_of_supported": round(sum(proved) / sum(right), 4),
        },
        "taken_out": {
            "share_of_supported": round(sum(out) / sum(right), 4),
            "share_of_wrong": round((len(out) - sum(out)) / (len(right) - sum(right)), 4),
        },
        "vetoes": {
            "share_of_supported": round(sum(vetoed) / sum(right), 4),
            "share_of_wrong": round((len(vetoed) - sum(vetoed)) / (len(right) - sum(right)), 4),
        },
        "words": _word_figures(found, verdicts),
        "wrong_below_balanced_by_kind": _by_kind(found, scores, bounds.balanced),
        "contradicted": _contradicted(found, verdicts),
        "old_rules": {
            "auc": round(auc(right, old), 4),
            "balanced_accuracy": round(_balanced(right, old, OLD_THRESHOLD), 4),
        },
    }


def contrast_report(prover: Prover) -> dict[str, Any]:
    """Pairs of which both statements are judged rightly, by phenomenon."""
    found = list(contrast_statements())
    scores = [prover.verdict(s.text, s.evidence).probability for s in found]
    old = old_scores((s.text, s.evidence) for s in found)
    bound = prover.thresholds.balanced
    both: defaultdict[str, list[bool]] = defaultdict(list)
    ordered: list[bool] = []
    before: list[bool] = []
    for at in range(0, len(found), 2):
        kind = found[at].kind
        both[kind].append(scores[at] >= bound > scores[at + 1])
        ordered.append(scores[at] > scores[at + 1])
        before.append(old[at] >= OLD_THRESHOLD > old[at + 1])
    every = [hit for hits in both.values() for hit in hits]
    return {
        "pairs": len(every),
        "both_right": round(statistics.mean(every), 4),
        "right_above_wrong": round(statistics.mean(ordered), 4),
        "by_phenomenon": {k: round(statistics.mean(v), 3) for k, v in sorted(both.items())},
        "old_rules": {"both_right": round(statistics.mean(before), 4)},
    }


def drafts_report() -> dict[str, Any]:
    """Drafts on invented stories through ``check_claims``: what each kind is called."""
    from rag.check import check_claims
    from tests.test_proof_cases import STORIES, sentences

    called: defaultdict[str, list[bool]] = defaultdict(list)
    for story in STORIES:
        sources = [s for article in story["articles"] for s in sentences(article)]
        rows = [{"id": str(n), "claim": d["text"]} for n, d in enumerate(story["drafts"])]
        results = check_claims(rows, lambda _, s=sources: s)
        for draft, row in zip(story["drafts"], results, strict=True):
            called[draft["kind"]].append(row["support"] == "supported")
    wrong = [not said for kind, hits in called.items() if kind != "supported" for said in hits]
    return {
        "drafts": sum(map(len, called.values())),
        "right_called_supported": round(statistics.mean(called["supported"]), 4),
        "wrong_not_called_supported": round(statistics.mean(wrong), 4),
        "called_supported_by_kind": {k: round(statistics.mean(v), 3) for k, v in called.items()},
    }


def claims_report(shared: Path, most: int | None) -> dict[str, Any] | None:
    """Balanced accuracy of ``check_claims`` by domain, and its speed; None without the data."""
    path = shared / "bench" / "support-dev.jsonl.gz"
    if not path.exists():
        return None
    from rag.check import check_claims

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if most is not None:
        rows = rows[:: max(1, len(rows) // most)]
    started = time.perf_counter()
    claims = [{"id": r["id"], "claim": r["claim"], "text": r["doc"]} for r in rows]
    results = list(check_claims(claims))
    seconds = time.perf_counter() - started
    hits: defaultdict[tuple[str, bool], list[bool]] = defaultdict(list)
    for row, result in zip(rows, results, strict=True):
        correct = (result["support"] == "supported") == row["supported"]
        for key in ("all", row["domain"]):
            hits[key, row["supported"]].append(correct)
    accuracy = {
        key: round((statistics.mean(hits[key, True]) + statistics.mean(hits[key, False])) / 2, 4)
        for key in sorted({key for key, _ in hits})
    }
    return {
        "claims": len(rows),
        "claims_per_second": round(len(rows) / seconds, 1),
        "auc": round(auc([r["supported"] for r in rows], [r["score"] for r in results]), 4),
        "balanced_accuracy": accuracy,
        "verdicts": dict(Counter(result["support"] for result in results)),
    }


def _balanced(right: Sequence[bool], scores: Sequence[float], bound: float) -> float:
    kept = [score >= bound for ok, score in zip(right, scores, strict=True) if ok]
    caught = [score < bound for ok, score in zip(right, scores, strict=True) if not ok]
    return (statistics.mean(kept) + statistics.mean(caught)) / 2


def _by_kind(
    found: Sequence[LabelledStatement], scores: Sequence[float], bound: float
) -> dict[str, dict[str, float]]:
    kinds: defaultdict[str, list[bool]] = defaultdict(list)
    for statement, score in zip(found, scores, strict=True):
        if not statement.supported:
            kinds[statement.kind].append(score < bound)
    return {
        kind: {"share": round(statistics.mean(hits), 3), "of": len(hits)}
        for kind, hits in sorted(kinds.items(), key=lambda item: -len(item[1]))
    }


def _contradicted(
    found: Sequence[LabelledStatement], verdicts: Sequence[Verdict]
) -> dict[str, float]:
    """How often "contradicted" is said of each label."""
    said: defaultdict[str, list[bool]] = defaultdict(list)
    for statement, verdict in zip(found, verdicts, strict=True):
        said[statement.label].append(verdict.contradicted)
    return {label: round(statistics.mean(hits), 4) for label, hits in sorted(said.items())}


def _word_figures(
    found: Sequence[LabelledStatement], verdicts: Sequence[Verdict]
) -> dict[str, float]:
    """Characters of the marked places against those of the words that are known to be wrong, over
    the wrong statements that were marked or taken out."""
    hit = marked = wanted = 0
    for statement, verdict in zip(found, verdicts, strict=True):
        if statement.supported or not statement.words:
            continue
        gold = {at for start, end in statement.words for at in range(start, end)}
        said = {at for start, end in verdict.unsupported for at in range(start, end)}
        hit += len(gold & said)
        marked += len(said)
        wanted += len(gold)
    precision, recall = hit / max(marked, 1), hit / max(wanted, 1)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--part", choices=("calibrate", "aside"), default="aside")
    parser.add_argument("--claims", type=int, metavar="N", help="at most so many claims")
    parser.add_argument("--show", metavar="KIND", help="print the statements of this kind")
    parser.add_argument("--dry", action="store_true", help="record nothing")
    arguments = parser.parse_args()
    prover = Prover()
    report: dict[str, Any] = {
        "judge": prover.fingerprint,
        "labelled": labelled_report(prover, arguments.part, arguments.show),
        "contrast": contrast_report(prover),
        "drafts": drafts_report(),
    }
    if arguments.claims != 0:
        shared = Path(os.environ.get("DATELINE_SHARED", "../shared"))
        report["support_dev"] = claims_report(shared, arguments.claims)
        if report["support_dev"] is None:
            print("error: no support-dev.jsonl.gz; the claims are left out", file=sys.stderr)
    print(json.dumps(report, indent=1))
    if not arguments.dry:
        record("support", report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
