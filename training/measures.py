"""Measures of a judge: area under the curve and balanced accuracy. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def auc(right: Sequence[bool], scores: Sequence[float]) -> float:
    """Probability that a right one scores above a wrong one; ties count half."""
    truth, values = np.array(right), np.array(scores)
    positive, negative = values[truth], values[~truth]
    ranked = np.sort(negative)
    below = np.searchsorted(ranked, positive, "left")
    through = np.searchsorted(ranked, positive, "right")
    return float((below + through).mean() / 2 / len(ranked))


def balanced_accuracy(right: Sequence[bool], scores: Sequence[float]) -> float:
    """Mean of the shares right among right and wrong ones, at the threshold where it is highest."""
    truth, values = np.array(right), np.array(scores)
    best = 0.0
    for threshold in np.unique(values):
        said = values >= threshold
        best = max(best, (said[truth].mean() + (~said)[~truth].mean()) / 2)
    return float(best)
