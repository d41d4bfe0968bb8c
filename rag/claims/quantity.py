"""A number with what it counts, and how two of them relate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rag.claims.units import MEASURES

QuantityKind = Literal[
    "count", "percent", "points", "money", "measure", "age", "ordinal", "fraction", "label", "vague"
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        start, end: of the number in the text, its sign, scale and range included.
        low, high: the value, twice unless it is a range or vague ("dozens": 24 to 99).
        unit: the counted noun as written ("militants", "law enforcement personnel"), the name of
            a measure or currency, None when the sentence does not say.
        head, modifiers: stems of the counted noun and of the words that narrow it.
        qualifier: "at least", "more than", "fewer than", "up to", "about", "nearly" or None.
        inherited: the unit is that of an earlier number of the sentence.
        doubtful: the notation leaves open whether it is ``low`` or ``high``.
    """

    start: int
    end: int
    text: str
    kind: QuantityKind
    low: float
    high: float
    unit: str | None = None
    head: str | None = None
    modifiers: frozenset[str] = frozenset()
    qualifier: str | None = None
    inherited: bool = False
    doubtful: bool = False

    @property
    def base(self) -> tuple[str, float, float]:
        """Dimension and value in its base unit, so that 2 days equal 48 hours."""
        if self.kind == "measure" and self.unit in MEASURES:
            measure = MEASURES[self.unit]
            return measure.dimension, self.low * measure.factor, self.high * measure.factor
        if self.kind == "percent":
            return "share", self.low / 100, self.high / 100
        if self.kind == "fraction":
            return "share", self.low, self.high
        return "number", self.low, self.high

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval of base values that the number and its qualifier allow."""
        _, low, high = self.base
        slack = {"about": 0.1, "nearly": 0.1}.get(self.qualifier or "", 0.0)
        if self.qualifier in {"at least", "more than"}:
            return low, math.inf
        if self.qualifier in {"up to", "fewer than"}:
            return 0.0, high
        if self.qualifier == "nearly":
            return low * (1 - slack), high
        return low * (1 - slack), high * (1 + slack)


_UPPER = frozenset({"up to", "fewer than"})
_WEAKER: dict[str | None, frozenset[str | None]] = {
    None: frozenset({None, "at least", "up to", "about"}),
    "at least": frozenset({"at least"}),
    "more than": frozenset({"more than", "at least"}),
    "fewer than": frozenset({"fewer than", "up to", "nearly"}),
    "up to": frozenset({"up to"}),
    "about": frozenset({"about", None}),
    "nearly": frozenset({"nearly", "about", "fewer than", "up to"}),
}


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities state one value: spelling, scale and unit size do not matter."""
    left, right = one.base, other.base
    if left[0] != right[0]:
        return False
    return math.isclose(left[1], right[1], rel_tol=1e-6) and math.isclose(
        left[2], right[2], rel_tol=1e-6
    )


def value_follows(stated: Quantity, evidence: Quantity) -> bool:
    """Whether ``evidence`` says the number of ``stated`` with a qualifier at least as strong.

    "At least 30" follows from "more than 30" and from "30"; "30" does not follow from either.
    "About" may be dropped or added.
    """
    if stated.base[0] != evidence.base[0]:
        return False
    if stated.kind == "vague" and evidence.kind != "vague":
        low, high = evidence.base[1], evidence.base[2]
        return stated.low <= low and high <= stated.high and evidence.qualifier not in _UPPER
    if not same_value(stated, evidence):
        return False
    return _qualifier_follows(stated.qualifier, evidence.qualifier)


def _qualifier_follows(stated: str | None, evidence: str | None) -> bool:
    return stated in _WEAKER[evidence]


def values_relate(one: Quantity, other: Quantity) -> Literal["same", "compatible", "conflict"]:
    """How two numbers for one thing relate: "at least 30", "34" and "dozens" are compatible."""
    if one.base[0] != other.base[0]:
        return "conflict"
    if same_value(one, other) and _loosely(one.qualifier) == _loosely(other.qualifier):
        return "same"
    left, right = one.bounds, other.bounds
    return "compatible" if left[0] <= right[1] and right[0] <= left[1] else "conflict"


def _loosely(qualifier: str | None) -> str | None:
    return None if qualifier == "about" else qualifier
