"""How likely a candidate holds the answer, from what ``rag.retrieval.features`` saw of it.

A small ensemble of networks with one hidden layer and a linear path around it, fitted by
``scripts/fit_ranking.py`` to put a passage that holds the answer first: the loss is the negative
log of the softmax mass on such passages (ListNet's top-one likelihood, Cao et al. 2007, with all
of them as the target). A second, logistic step turns that mass into a probability.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigurationError
from rag.retrieval.features import FEATURES

_WEIGHTS_FILE = "ranking.json"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """``tanh(x @ hidden + bias) @ out + x @ linear``.

    Attributes:
        hidden: shape ``(inputs, units)``.
        bias, out: shape ``(units,)``.
        linear: shape ``(inputs,)``.
    """

    hidden: Floats
    bias: Floats
    out: Floats
    linear: Floats

    def __call__(self, inputs: Floats) -> Floats:
        bent = np.tanh(inputs @ self.hidden + self.bias)
        return np.asarray(bent @ self.out + inputs @ self.linear, np.float32)


@dataclass(frozen=True, slots=True)
class Ranking:
    """
    Attributes:
        mean, deviation: of each network input in training, shape ``(2 * len(FEATURES),)``.
        calibration: weights of ``calibration_inputs``.
    """

    mean: Floats
    deviation: Floats
    networks: tuple[Network, ...]
    calibration: Floats

    def logarithms(self, features: Floats) -> Floats:
        """Log of each candidate's share of the softmax; features as ``describe`` gives them."""
        inputs = network_inputs(features, self.mean, self.deviation)
        scores = np.mean([network(inputs) for network in self.networks], axis=0)
        highest = float(scores.max())
        total = highest + np.log(np.exp(scores - highest).sum())
        return np.asarray(scores - total, np.float32)

    def probabilities(self, features: Floats) -> Floats:
        """Of each candidate holding the answer; in the order of ``logarithms``."""
        if not len(features):
            return np.zeros(0, np.float32)
        logits = calibration_inputs(self.logarithms(features), features) @ self.calibration
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def network_inputs(features: Floats, mean: Floats, deviation: Floats) -> Floats:
    """One question's features beside their distance from the question's mean, both scaled."""
    beside = np.hstack([features, features - features.mean(axis=0)])
    return np.asarray((beside - mean) / deviation, np.float32)


def calibration_inputs(logarithms: Floats, features: Floats) -> Floats:
    """What tells a good list from the best of a bad one; all but the first are the question's."""
    column = {name: features[:, at] for at, name in enumerate(FEATURES)}
    ones = np.ones(len(features), np.float32)
    return np.column_stack(
        [
            logarithms,
            ones,
            column["question_best_similarity"],
            ones * column["article_coverage"].max(),
            ones * column["near_coverage"].max(),
        ]
    ).astype(np.float32)


@cache
def load_ranking() -> Ranking:
    """The fitted weights that are installed.

    Raises:
        ConfigurationError: the file is missing, damaged, or was fitted to other features.
    """
    try:
        text = resources.files("rag.retrieval").joinpath(_WEIGHTS_FILE).read_text("utf-8")
        weights = json.loads(text)
        if weights["features"] != list(FEATURES):
            raise ValueError("it was fitted to other features")
        return Ranking(
            _array(weights["mean"]),
            _array(weights["deviation"]),
            tuple(
                Network(*(_array(network[name]) for name in Network.__slots__))
                for network in weights["networks"]
            ),
            _array(weights["calibration"]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(
            f"The ranking's weights {_WEIGHTS_FILE} cannot be used: {error}. "
            "Install Dateline again."
        ) from error


def _array(values: object) -> Floats:
    return np.asarray(values, np.float32)
