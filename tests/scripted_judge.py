"""A judge that says what a test tells it, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.evidence import Thresholds
from rag.judge import Judge, Opinion

# Bounds that a test can be read by, whatever those of the package are.
BOUNDS = Thresholds(
    taken_out=0.3,
    balanced=0.5,
    sought_taken_out=0.4,
    sought_balanced=0.6,
    proved=0.7,
    contradicted=0.6,
    word=0.5,
)


def opinion(supported: float, contradicted: float = 0.0, *words: tuple[int, int, float]) -> Opinion:
    """An opinion; what is left of 1 is "not said"."""
    return Opinion(supported, contradicted, 1 - supported - contradicted, words)


class ScriptedJudge(Judge):
    """Answers (quotes, statement) by ``answer``; ``asked`` holds every pair in order."""

    def __init__(self, answer: Callable[[str, str], Opinion]) -> None:
        super().__init__()
        self._answer = answer
        self.asked: list[tuple[str, str]] = []

    @property
    def fingerprint(self) -> str:
        return "scripted"

    def opinions(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        self.asked += pairs
        return [self._answer(premise, statement) for premise, statement in pairs]
