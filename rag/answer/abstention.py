"""Whether the best sentences answer the question, as one calibrated probability."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.candidates import FEATURES
from rag.answer.question import AskedQuestion, key_of
from rag.answer.trees import probability
from rag.errors import ConfigurationError

# How many of the best sentences are looked at together.
LOOKED_AT = 3

# Of all but the last three, more speaks for an answer; ``heaviest_missing`` is turned round.
ANSWERABILITY_FEATURES = (
    "top_relevance", "best_relevance", "top_coverage_in_passage", "best_coverage_with_before",
    "best_coverage", "matter_coverage", "some_matter", "counted_present",
    "names_in_passage", "heaviest_known", "numbers_coverage", "kind_present",
    "kind_near", "similarity", "has_names", "has_numbers", "asks_open",
)  # fmt: skip
# "How many trams": where no passage names one, nothing counts them. So it is with 1 of 27 such
# training questions that the articles answer, and with 53 of 100 put to articles on something
# else; the logarithm of that ratio, with one more of the answered for caution.
_NOUN_ABSENT_LOG_ODDS = -2.0
# What these count goes by other names, or by none ("twice").
_COUNTS_ANYTHING = frozenset(map(key_of, ("people", "persons", "times", "ways", "things")))
UNSIGNED_FEATURES = ("has_names", "has_numbers", "asks_open")

_COLUMN = {name: at for at, name in enumerate(FEATURES)}


def describe_best(
    rows: NDArray[np.float32], scores: NDArray[np.float32], relevance: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What tells whether a question is answered: one number per ``ANSWERABILITY_FEATURES``.

    Args:
        rows: the candidates' features, (n, features), n at least 1.
        scores: how the sentences rank, (n,).
        relevance: log-odds that each holds the answer, taken by itself, (n,).
    """
    order = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    best = rows[order]

    def column(name: str) -> NDArray[np.float32]:
        return best[:, _COLUMN[name]]

    names, numbers = column("names_in_passage"), column("numbers_coverage")
    values = {
        "top_relevance": relevance[order[0]],
        "best_relevance": relevance[order].max(),
        "top_coverage_in_passage": column("coverage_in_passage")[0],
        "best_coverage_with_before": column("coverage_with_before").max(),
        "best_coverage": column("coverage").max(),
        "matter_coverage": column("matter_coverage").max(),
        "some_matter": float(column("matter_coverage").max() > 0),
        "counted_present": abs(column("counted_present").max()),
        "names_in_passage": max(0.0, names.max()),
        "heaviest_known": 1.5 - column("heaviest_missing").min(),
        "numbers_coverage": max(0.0, numbers.max()),
        "kind_present": column("kind_present").max(),
        "kind_near": min(1.0, column("kind_near").max()),
        "similarity": column("similarity").max(),
        "has_names": float(names[0] >= 0),
        "has_numbers": float(numbers[0] >= 0),
        "asks_open": 1.0 - sum(column(f"asks_{kind}")[0] for kind in ("name", "figure", "date")),
    }
    return np.array([values[name] for name in ANSWERABILITY_FEATURES], np.float32)


class Answerability:
    """Logistic model over ``ANSWERABILITY_FEATURES``; refuses below its threshold."""

    def __init__(self, content: dict[str, Any]) -> None:
        if tuple(content["features"]) != ANSWERABILITY_FEATURES:
            raise ConfigurationError(
                "the answerability model was fitted on other features than this version computes: "
                "run scripts/fit_answers.py"
            )
        self._weights = np.array(content["weights"], np.float32)
        self._bias = float(content["bias"])
        self.threshold = float(content["threshold"])

    def probability(self, described: NDArray[np.float32], *, noun_absent: bool = False) -> float:
        """That the best sentences hold the answer, 0 to 1.

        Args:
            noun_absent: see ``counted_noun_absent``.
        """
        log_odds = float(described @ self._weights) + self._bias
        return probability(log_odds + _NOUN_ABSENT_LOG_ODDS * noun_absent)


def counted_noun_absent(question: AskedQuestion, rows: NDArray[np.float32]) -> bool:
    """Whether a number is asked for of what none of the sentences names; rows as described."""
    if question.kind != "number" or not question.counted or question.counted & _COUNTS_ANYTHING:
        return False
    return not rows[:, _COLUMN["counted_present"]].any()
