"""What is said of a statement held against sentences, and where the bounds between the states lie.

A statement is *quoted* when a sentence says it word for word, *supported* when the judge is sure
enough, *uncertain* ("check this") when it is not, *unsupported* when it is taken out. A veto
(``rag.evidence.vetoes``) takes out whatever the judge says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

Support = Literal["quoted", "supported", "uncertain", "unsupported"]
CheckedBy = Literal["quote", "judge", "model"]
Span = tuple[int, int]

THRESHOLDS_FILE = Path(__file__).with_name("thresholds.json")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bounds on the judge's probabilities; ``thresholds.json`` has the curve they were chosen from.

    Attributes:
        taken_out: below it a statement is unsupported.
        balanced: from it on more statements are right than wrong, if there are as many of both; a
            row of ``check`` is called supported.
        sought_taken_out, sought_balanced: the same two for sentences that a search chose, of many,
            because they support the statement best: of many, one will always seem to.
        proved: from it on a statement is shown without a mark.
        contradicted: probability of "contradicted" from which the quotes are said to say otherwise.
        word: probability from which a word is marked as not supported.
    """

    taken_out: float
    balanced: float
    sought_taken_out: float
    sought_balanced: float
    proved: float
    contradicted: float
    word: float


@lru_cache(maxsize=1)
def default_thresholds() -> Thresholds:
    """Those in the package."""
    chosen = json.loads(THRESHOLDS_FILE.read_text("utf-8"))["chosen"]
    return Thresholds(**chosen)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What sentences say of a statement.

    Attributes:
        probability: that the sentences support it, 0 to 1; 1 for a quote, at most the bound of
            "taken out" after a veto.
        contradicted: the sentences say otherwise.
        contradiction: the judge's probability of that, where the statement is unsupported.
        unsupported: (start, end) of the words of the statement that they do not support, in order;
            empty where none can be named.
        why: for a reader, beginning in lower case, without a full stop; None where it holds.
        checked_by: a word-for-word quote, the judge with the vetoes, or the chat model's second
            look.
        vetoed: a figure, date or name of the statement is in no quote.
    """

    support: Support
    probability: float
    contradicted: bool = False
    contradiction: float = 0.0
    unsupported: tuple[Span, ...] = ()
    why: str | None = None
    checked_by: CheckedBy = "judge"
    vetoed: bool = False

    @property
    def holds(self) -> bool:
        """Whether the statement may be shown, with or without a mark."""
        return self.support != "unsupported"

    @property
    def certain(self) -> bool:
        return self.support in {"quoted", "supported"}


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict, and the numbers of the sentences that it rests on.

    Attributes:
        citations: the fewest sentences that carry it; for an unsupported statement its own, or
            the one that contradicts it.
        recited: these are not the statement's own citations.
    """

    verdict: Verdict
    citations: tuple[int, ...]
    recited: bool = False
