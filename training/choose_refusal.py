"""Chooses rag/answer/extractive.json: from what probability on a question is answered.

    python -m training.choose_refusal

Each question of the labelled articles kept for calibration is asked of its article alone, every
sentence of which is read. Where the sum of the answerable that are answered rightly and the
unanswerable that are refused is as high as it gets, within ``SLACK``, the bound is the lowest: a
refusal where the articles tell is what people forgive least. The curve goes into the file beside
it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import rag.answer
from rag.reader import ReadSentence, default_reader
from training.sources import labelled_articles

FILE = Path(rag.answer.__path__[0]) / "extractive.json"
SLACK = 0.01
# Sentences beside the best one may be less likely by so much: what differs is to be seen.
_FURTHER = 0.5
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
    gains = {p["answered"]: p["right_among_three"] + p["refused"] for p in curve}
    enough = max(gains.values()) - SLACK
    answered = min(bound for bound, gain in gains.items() if gain >= enough)
    content = {
        "made_from": {"reader": reader.fingerprint, "questions": len(asked)},
        "thresholds": {
            "answered": answered,
            "further": round(_FURTHER * answered, 3),
            "drop": _DROP,
        },
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


if __name__ == "__main__":
    main()
