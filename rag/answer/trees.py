"""Boosted regression trees, read from JSON and evaluated with NumPy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """A sum of trees. Inner nodes send a row left when its feature is at most the threshold.

    All trees stand one after another in flat arrays. A leaf is a node that is its own child, so
    that every row can take ``depth`` steps in every tree at once.

    Attributes:
        roots: index of each tree's first node.
        feature, threshold, left, right: of each node; a leaf's feature is 0.
        value: of each leaf, 0 for inner nodes.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: int
    start: float

    @classmethod
    def from_json(cls, content: dict[str, Any], features: Sequence[str], name: str) -> BoostedTrees:
        """
        Raises:
            ConfigurationError: the trees were fitted on other features.
        """
        if tuple(content["features"]) != tuple(features):
            raise ConfigurationError(
                f"{name} was fitted on other features than this version computes: "
                "run scripts/fit_answers.py"
            )
        nodes = content["nodes"]
        return cls(
            np.array(content["roots"], np.int32),
            np.array(nodes["feature"], np.int32),
            np.array(nodes["threshold"], np.float32),
            np.array(nodes["left"], np.int32),
            np.array(nodes["right"], np.int32),
            np.array(nodes["value"], np.float32),
            int(content["depth"]),
            float(content["start"]),
        )

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds of each row; ``rows`` is (n, features) float32."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        own = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[own, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
        return np.asarray(self.start + self.value[at].sum(axis=1), np.float32)


def load_model(name: str) -> dict[str, Any]:
    """The fitted numbers in ``rag/answer/<name>``."""
    content: dict[str, Any] = json.loads(
        resources.files("rag.answer").joinpath(name).read_text("utf-8")
    )
    return content


def probability(log_odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0))))
