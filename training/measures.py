"""Measures of a judge: AUC, balanced accuracy, and the shares that they are made from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from training.judge import Encoded, Judge, collate

_BATCH = 48


def supported_shares(model: Judge, rows: Sequence[Encoded]) -> list[float]:
    """The uncalibrated probability of "supported" of each row, in order."""
    shares = [0.0] * len(rows)
    model.eval()
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            logits, _ = model(*collate([rows[at] for at in chosen]))
            for at, share in zip(chosen, logits.float().softmax(1)[:, 0].tolist(), strict=True):
                shares[at] = share
    return shares


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
