"""Chooses rag/answer/extractive.json: from what probability on a question is answered.

    python -m training.choose_refusal

Each question of the labelled articles kept for calibration is asked of its article alone, every
sentence of which is read. The bound is the lowest that refuses ``LEAST_REFUSED`` of the
unanswerable; the curve goes into the file beside it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import rag.answer
from rag.reader import ReadSentence, default_reader
from training.sources import labelled_articles

FILE = Path(rag.answer.__path__[0]) / "extractive.json"
# What is asked on the articles aside.
LEAST_REFUSED = 0.78
# Further sentences: what lies lower than this is right less often than not.
_FURTHER_RIGHT = 0.2
_DROP = 2.5


def main() -> None:
    reader = default_reader()
    asked: list[tuple[bool, list[tuple[float, bool]]]] = []
    for article in labelled_articles("calibrate"):
        sentences = [
            ReadSentence(text, article.sentences[n - 1] if n else "", article.title)
            for n, text in enumerate(article.sentences)
        ]
        for question in article.questions:
            readings = reader.read(question["question"], sentences)
            gold = {number - 1 for number in question["sentences"]}
            found = sorted(
                ((r.probability, n in gold) for n, r in enumerate(readings)), reverse=True
            )
            asked.append((bool(gold), found))
    curve = [_point(asked, round(0.02 * step, 2)) for step in range(1, 48)]
    answered = min(p["answered"] for p in curve if p["refused"] >= LEAST_REFUSED)
    content = {
        "made_from": {"reader": reader.fingerprint, "questions": len(asked)},
        "thresholds": {"answered": answered, "further": _further(asked), "drop": _DROP},
        "curve": curve,
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(content["thresholds"]), next(p for p in curve if p["answered"] == answered))


def _point(asked: list[tuple[bool, list[tuple[float, bool]]]], bound: float) -> dict[str, Any]:
    told = [found for answerable, found in asked if answerable]
    untold = [found for answerable, found in asked if not answerable]
    right = sum(found[0][0] >= bound and any(gold for _, gold in found[:3]) for found in told)
    return {
        "answered": bound,
        "refused": round(sum(found[0][0] < bound for found in untold) / len(untold), 3),
        "right_among_three": round(right / len(told), 3),
        "best_right": round(
            sum(found[0][0] >= bound and found[0][1] for found in told) / len(told), 3
        ),
    }


def _further(asked: list[tuple[bool, list[tuple[float, bool]]]]) -> float:
    """The lowest probability from which on second and third sentences are right often enough."""
    further = sorted(item for answerable, found in asked if answerable for item in found[1:3])
    for at, (probability, _) in enumerate(further):
        rest = further[at:]
        if sum(gold for _, gold in rest) >= _FURTHER_RIGHT * len(rest):
            return round(probability, 3)
    return 1.0


if __name__ == "__main__":
    main()
