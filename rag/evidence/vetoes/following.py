"""Whether a number of a statement follows from the figures of its quotes.

What follows is what an editor works out in the head: a rounding, another unit, a part of a whole,
a sum, a difference, the years between two dates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from rag.claims.numbers import Quantity
from rag.claims.units import MEASURES, Measure
from rag.evidence.vetoes.figures import Amount, Figures

_LOWER = frozenset({"more than", "at least"})
_UPPER = frozenset({"fewer than", "up to"})
_UNIT_SLACK = 0.06  # 16 kilometres are "10 miles"
_TON_SLACK = 0.12  # a ton is of 1,000 kilograms, or of 2,000 or 2,240 pounds
_MASS_OF_POUND = MEASURES["lb"]  # which "pounds" are is not always told
_NEVER_DATED = frozenset({"money", "percent", "points", "measure"})
_CENTS = frozenset({"cent", "penny"})
_RATE_SLACK = 0.1
_MOST_ROUNDED = 0.15  # of a number; 2.5 is not called 3
_PART_SLACK = 0.03  # of one: 73 percent are three quarters
_PERCENT_SLACK = 0.006
_MOST_TIMES = 12  # "two loans of $1 million"


def stands(number: Quantity, held: Sequence[Figures]) -> bool:
    """Whether both ends of ``number`` stand in the quotes, whatever they count there; a day or year
    is no sum of money and no measure."""
    values = [f.undated if number.kind in _NEVER_DATED else f.plain for f in held]
    return all(
        any(v in known or any(_same(v, one) for one in known) for known in values)
        for v in {number.low, number.high}
    )


def follows(number: Quantity, held: Sequence[Figures], rate: bool = False) -> bool:
    """Whether both ends of ``number`` follow from what the quotes hold; a ``rate`` ("40 a day")
    also from any two amounts."""
    if number.base[0] == "share":
        slack = _PERCENT_SLACK if number.qualifier is None else _PART_SLACK
        return all(
            _share_follows(v, number.qualifier, held, slack) for v in set(number.base[1:])
        ) or all(
            _Near(v, number.qualifier).any_of(_derived(held)) for v in {number.low, number.high}
        )
    return all(_follows(number, v, held, rate) for v in {number.low, number.high})


def _share_follows(
    share: float, qualifier: str | None, held: Sequence[Figures], slack: float
) -> bool:
    """Whether a part of one is a share of the quotes, what is left by one, or a ratio of theirs."""
    above = max(slack, 0.5 * share) if qualifier in _LOWER else slack
    below = max(slack, 0.2 * share) if qualifier in _UPPER | {"nearly"} else slack
    known = {s for f in held for s in f.shares}
    known |= {1 - s for s in known}
    return any(_is_bounded(share, qualifier, k) for k in known) or any(
        share - below <= k <= share + above for part in (known, _ratios(held)) for k in part
    )


def _follows(number: Quantity, value: float, held: Sequence[Figures], rate: bool) -> bool:
    amounts = [a for f in held for a in f.amounts]
    near = _Near(value, number.qualifier)
    slack = _TON_SLACK if number.unit == MEASURES["tons"].name else _UNIT_SLACK
    if (
        any(_is_bounded(value, number.qualifier, v) for v in _alike(number, amounts))
        or near.any_of(a.value for a in amounts)
        or near.any_of(_derived(held))
        or _Near(value, number.qualifier, slack).any_of(_converted(number, amounts))
        or (number.unit in _CENTS and _follows_in_hundreds(number, value, held, rate))
    ):
        return True
    if number.kind in {"age", "count"}:  # "he was 40 when he died", "in 15 seasons"
        years = {d.year for f in held for d in f.days}
        if any(abs(value - (b - a)) <= 1 for a in years for b in years if b > a):
            return True
    loose = _Near(value, number.qualifier, _RATE_SLACK)
    if number.unit == "times":  # "1,200 percent higher" is "over ten times"
        times = [a.value / 100 + more for a in amounts if a.kind == "percent" for more in (0, 1)]
        if loose.any_of(times) or any(_is_bounded(value, number.qualifier, t) for t in times):
            return True
    rates = (a.value / b.value for a, b in permutations(amounts, 2) if b.value)
    return (rate or number.unit == "times") and loose.any_of(rates)


def _follows_in_hundreds(
    number: Quantity, value: float, held: Sequence[Figures], rate: bool
) -> bool:
    """Whether cents follow from amounts in the larger coin: "80 cents" from $1.20 and $2."""
    return _follows(replace(number, unit=None), value / 100, held, rate)


def _is_bounded(value: float, qualifier: str | None, known: float) -> bool:
    """Whether ``known`` is on the side of ``value`` that its qualifier says: "over a billion" from
    "$100 billion"."""
    return (qualifier in _LOWER and known >= value) or (qualifier in _UPPER and known <= value)


def _alike(number: Quantity, amounts: Iterable[Amount]) -> Iterator[float]:
    """Values of the kind of ``number`` that the quotes give, measures in its unit."""
    for amount in amounts:
        if amount.kind == number.kind != "measure":
            yield amount.value
    yield from _converted(number, amounts)


class _Near:
    """The interval of values that a stated one may be a rounding of."""

    def __init__(self, value: float, qualifier: str | None, slack: float = 0.0) -> None:
        below = above = max(min(_place(value) / 2, _MOST_ROUNDED * value), slack * value)
        if qualifier in _LOWER:
            above = max(above, 0.5 * value)
        elif qualifier in _UPPER | {"nearly"}:
            below = max(below, 0.15 * value)
        elif qualifier == "about":
            below = above = max(below, 0.12 * value)
        self._low, self._high = value - below, value + above

    def any_of(self, values: Iterable[float]) -> bool:
        return any(self._low <= value <= self._high for value in values)


def _place(value: float) -> float:
    """The place that a number is rounded to: 100 for 29,300 and 0.1 for 2.5."""
    if value <= 0:
        return 0.0
    digits = f"{value:.6f}".rstrip("0").rstrip(".")
    if "." in digits:
        return float(10.0 ** -len(digits.split(".")[1]))
    return float(10.0 ** (len(digits) - len(digits.rstrip("0"))))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6)


def _converted(number: Quantity, amounts: Iterable[Amount]) -> Iterator[float]:
    """Measures of the quotes in the unit of ``number``."""
    own = _measure(number.unit)
    for amount in amounts:
        other = _measure(amount.unit)
        if own and other and own.dimension == other.dimension:
            yield amount.value * other.factor / own.factor


def _measure(unit: str | None) -> Measure | None:
    return _MASS_OF_POUND if unit == "pound" else MEASURES.get(unit or "")


def _derived(held: Sequence[Figures]) -> Iterator[float]:
    """Sums, differences and products of two amounts, parts of one, sums of all of a kind, one more
    or less, and how many came before the one of a rank.

    Whatever they count: the readers may take one of two alike for something else.
    """
    values = sorted(a.value for f in held for a in f.amounts)
    for less, more in combinations(values, 2):
        yield from (less + more, more - less)
        if less <= _MOST_TIMES:
            yield less * more
    shares = {part for f in held for share in f.shares for part in (share, 1 - share)}
    yield from (share * value for share in shares for value in values)
    for f in held:
        yield from (a.value - 1 for a in f.amounts if a.kind == "ordinal")
        if f.of_each:
            yield from (a.value * n for a in f.amounts for n in range(2, _MOST_TIMES + 1))
        for kind in {a.kind for a in f.amounts}:
            of_kind = [a.value for a in f.amounts if a.kind == kind]
            if len(of_kind) > 2:
                yield sum(of_kind)
        if f.one_more:
            yield from (a.value + step for a in f.amounts if a.kind == "count" for step in (-1, 1))


def _ratios(held: Sequence[Figures]) -> Iterator[float]:
    """What one amount is of another and by what part it is greater or less, either way round."""
    values = sorted({a.value for f in held for a in f.amounts if a.value})
    for less, more in combinations(values, 2):
        yield from (less / more, (more - less) / more, (more - less) / less, more / less)
