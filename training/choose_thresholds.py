"""Chooses rag/evidence/thresholds.json from the articles kept for calibration.

    python -m training.choose_thresholds

Judge and vetoes together, as answers use them, on statements of which half are supported. The curve
goes into the file beside the bounds, so that a house that wants others can see what they cost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.labelled import LabelledStatement, article_evidence, labelled_statements
from rag.evidence import Prover, Thresholds
from rag.evidence.evidence import premise
from rag.evidence.verdict import THRESHOLDS_FILE
from rag.evidence.vetoes import vetoes
from rag.judge import Opinion, default_judge
from training.sources import labelled_articles

Array = npt.NDArray[Any]

# What is asked of each bound on the calibration articles; a little more than what is asked on the
# articles aside, since the bounds are chosen here.
MOST_SUPPORTED_TAKEN_OUT = 0.04
LEAST_SUPPORTED_OF_PROVED = 0.92
LEAST_CONTRADICTED_OF_SAID = 0.75
MOST_SUPPORTED_SAID_CONTRADICTED = 0.01
_STEPS = tuple(round(0.01 * step, 2) for step in range(1, 100))


def main() -> None:
    found = list(labelled_statements("calibrate"))
    judge = default_judge()
    opinions = judge.opinions([(premise(s.evidence), s.text) for s in found])
    vetoed = [bool(vetoes(s.text, s.evidence)) for s in found]
    scores = np.array([0.0 if v else o.supported for v, o in zip(vetoed, opinions, strict=True)])
    right = np.array([s.supported for s in found])
    curve = [_point(scores, right, bound) for bound in _STEPS]
    sought = [_point(*_sought(), bound) for bound in _STEPS]
    proved = _proved(curve)
    chosen = {
        "taken_out": _taken_out(curve),
        "balanced": _balanced(curve),
        "sought_taken_out": _taken_out(sought),
        "sought_balanced": _balanced(sought),
        "proved": proved,
        "contradicted": _contradicted(found, opinions),
        "word": _word(found, opinions),
    }
    content = {
        "made_from": {
            "judge": judge.fingerprint,
            "statements": len(found),
            "supported": int(right.sum()),
            "part": "calibrate",
        },
        "chosen": chosen,
        "curve": curve,
        "curve_of_sought": sought,
    }
    THRESHOLDS_FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(json.dumps(chosen, indent=1))


@lru_cache(maxsize=1)
def _sought() -> tuple[Array, Array]:
    """Probabilities, and what is right, where each statement is held against its whole article."""
    # Bounds change what is shown, not the probabilities that are read here.
    prover = Prover(thresholds=Thresholds(0.0, 0.5, 0.0, 0.5, 1.0, 1.0, 1.0))
    scores, right = [], []
    for article in labelled_articles("calibrate"):
        sentences = article_evidence(article)
        for row in article.statements:
            proof = prover.prove(row["text"], [], sentences)
            scores.append(proof.verdict.probability)
            right.append(row["label"] == "supported")
    return np.array(scores), np.array(right)


def _taken_out(curve: Sequence[dict[str, float]]) -> float:
    """The highest bound that loses few enough of the supported."""
    return max(p["bound"] for p in curve if p["supported_below"] <= MOST_SUPPORTED_TAKEN_OUT)


def _point(scores: Array, right: Array, bound: float) -> dict[str, float]:
    said = scores >= bound
    return {
        "bound": bound,
        "supported_below": round(float((~said)[right].mean()), 4),
        "wrong_below": round(float((~said)[~right].mean()), 4),
        "supported_of_said": round(float(right[said].mean()), 4) if said.any() else 1.0,
    }


def _balanced(curve: Sequence[dict[str, float]]) -> float:
    """Where supported and wrong are told apart best, over five neighbouring bounds."""
    gain = np.array([point["wrong_below"] - point["supported_below"] for point in curve])
    smooth = np.convolve(gain, np.ones(5) / 5, "valid")
    return curve[int(smooth.argmax()) + 2]["bound"]


def _proved(curve: Sequence[dict[str, float]]) -> float:
    """The lowest bound from which on what is called proved is supported often enough."""
    enough = [point["supported_of_said"] >= LEAST_SUPPORTED_OF_PROVED for point in curve]
    first = max((at + 1 for at, ok in enumerate(enough) if not ok), default=0)
    return curve[min(first, len(curve) - 1)]["bound"]


def _contradicted(found: Sequence[LabelledStatement], opinions: Sequence[Opinion]) -> float:
    """The lowest bound from which on "contradicted" is right often enough, and hardly ever said of
    what is supported."""
    said = np.array([opinion.contradicted for opinion in opinions])
    is_so = np.array([s.label == "contradicted" for s in found])
    supported = np.array([s.supported for s in found])
    for bound in _STEPS:
        chosen = said >= bound
        if not chosen.any():
            break
        precise = is_so[chosen].mean() >= LEAST_CONTRADICTED_OF_SAID
        if precise and chosen[supported].mean() <= MOST_SUPPORTED_SAID_CONTRADICTED:
            return bound
    return _STEPS[-1]


def _word(found: Sequence[LabelledStatement], opinions: Sequence[Opinion]) -> float:
    """The bound with the best F1 on the words that are known to be unsupported."""
    best = (0.0, 0.5)
    for bound in _STEPS:
        hit = marked = wanted = 0
        for statement, opinion in zip(found, opinions, strict=True):
            if not statement.words:
                continue
            for start, end, probability in opinion.words:
                gold = any(a < end and b > start for a, b in statement.words)
                said = probability >= bound
                hit, marked, wanted = hit + (gold and said), marked + said, wanted + gold
        f1 = 2 * hit / max(marked + wanted, 1)
        best = max(best, (f1, bound))
    return best[1]


if __name__ == "__main__":
    main()
