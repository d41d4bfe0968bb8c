"""How two values of one question relate: the same, compatible, in conflict, or of two things."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from rag.agreement.names import aliases_of, same_name
from rag.agreement.sought import Sought
from rag.agreement.values import SpanValue, dimension
from rag.claims.aliases import AliasTable
from rag.claims.clock import same_time
from rag.claims.dates import DateMention, date_follows, dates_conflict
from rag.claims.names import country_of
from rag.claims.numbers import Quantity
from rag.claims.synonyms import any_same, same_meaning
from rag.claims.units import PEOPLE
from rag.claims.words import fold, stem

Related = Literal["same", "compatible", "conflict"]

_PERSONS = frozenset(stem(word) for word in PEOPLE)
# Words for people as such: what is counted by them holds every narrower kind of people.
_ANYONE = frozenset(
    stem(word)
    for word in ("people", "person", "others", "victims", "dead", "individuals", "casualties")
)
_LOWER = frozenset({"at least", "more than"})
_UPPER = frozenset({"up to", "fewer than"})
_INEXACT = frozenset({"about", "nearly"})
_SLACK = 0.1  # how far from the truth "about" and "nearly" may lie
_CLOSE = 0.03  # two roundings of one exact figure lie no further apart
_COARSE = 1.5  # a figure in a larger unit ("two days") is rounder than one in a smaller
_ROUGH_MINUTES = 20
_SURE = 0.5  # least probability of answering of a name that contradicts another
_LONG_PAST_DAYS = 90  # after that a toll no longer rises
_OF_ITS_TIME_DAYS = 45  # a rate or an age so much later is another one
_SHARED = 0.5  # of the content words, that make two wordings one


@dataclass(frozen=True)
class Relater:
    """Relates values for one question; aliases are learned when names must be compared.

    Attributes:
        texts: of the articles, or of their sentences.
    """

    sought: Sought
    texts: tuple[str, ...] = ()
    _known: dict[tuple[int, int], Related | None] = field(default_factory=dict)

    @cached_property
    def aliases(self) -> AliasTable:
        return aliases_of(self.texts)

    def relate(self, one: SpanValue, other: SpanValue) -> Related | None:
        """How two values relate; None when they are of different things."""
        key = (id(one), id(other))
        if key not in self._known:
            self._known[key] = self._known[key[1], key[0]] = self._relate(one, other)
        return self._known[key]

    def _relate(self, one: SpanValue, other: SpanValue) -> Related | None:
        if one.text.lower() == other.text.lower() and one.kind == other.kind == "words":
            return "same"
        if one.quantity is not None and other.quantity is not None:
            return self._figures(one, other, one.quantity, other.quantity)
        if one.day is not None and other.day is not None:
            return _days(one.day, other.day)
        if one.time is not None and other.time is not None:
            return _times(one, other)
        measured = {"figure", "date", "time"}
        if {one.kind, other.kind} & measured:
            return None  # a figure and words, a date and a time of day
        if (
            one.names
            and other.names
            and (self.sought.asks_name or "name" in {one.kind, other.kind})
        ):
            return self._names(one, other)
        return self._words(one, other)

    def _figures(
        self, one: SpanValue, other: SpanValue, left: Quantity, right: Quantity
    ) -> Related | None:
        base, low, high = dimension(left, one.reading.text)
        base_other, low_other, high_other = dimension(right, other.reading.text)
        if base != base_other:
            return None
        numbers = _numbers((low, high, left), (low_other, high_other, right))
        if base != "count":
            if numbers != "conflict" or not self._of_other_times(one, other):
                return numbers
            return None
        units = self._units(left, right)
        if units == "apart":
            return "same" if numbers == "same" and not _both_people(left, right) else None
        if units == "part" and numbers != "same":
            part, whole = (left, right) if _is_part(left, right) else (right, left)
            if part.low <= whole.high:
                return "compatible"
            if part.head != whole.head:
                return None
        if numbers == "conflict" and self._changes(one, other, low, low_other):
            return "compatible"
        return numbers

    def _units(self, one: Quantity, other: Quantity) -> Literal["one", "part", "apart"]:
        """Whether two counts are of one thing, of a part and its whole, or of two things."""
        if one.head is None or other.head is None:
            return "one"
        if _is_part(one, other) or _is_part(other, one):
            return "part"
        if same_meaning(one.head, other.head):
            if one.modifiers and other.modifiers and not one.modifiers & other.modifiers:
                return "apart"
            return "one"
        if _is_anyone(one) and _is_anyone(other):
            return "one"
        return "apart"

    def _changes(self, one: SpanValue, other: SpanValue, low: float, low_other: float) -> bool:
        """Whether time explains two counts: a toll rises; what is counted today is not tomorrow."""
        first, second = one.said_on, other.said_on
        if first is None or second is None or first == second:
            return False
        if self.sought.changing:
            return True
        if self.sought.last_day is not None:
            past = min(first, second) - date.fromisoformat(self.sought.last_day)
            if past.days > _LONG_PAST_DAYS:
                return False
        return (low < low_other) == (first < second)

    def _of_other_times(self, one: SpanValue, other: SpanValue) -> bool:
        """Whether two rates, sums or ages may both hold, each in its time."""
        first, second = one.said_on, other.said_on
        if first is None or second is None or first == second:
            return False
        if self.sought.changing:
            return True
        far = abs((first - second).days) > _OF_ITS_TIME_DAYS
        return far and self.sought.last_day is None

    def _names(self, one: SpanValue, other: SpanValue) -> Related | None:
        pairs = [(a, b) for a in one.names for b in other.names]
        if any(a.parts == b.parts for a, b in pairs):
            return "same"
        if any(same_name(a.parts, b.parts, self.aliases) for a, b in pairs):
            return "same"
        if self.sought.kind == "country" and any(_one_country(a.parts, b.parts) for a, b in pairs):
            return "same"
        exclusive = (
            self.sought.single
            and self.sought.kind != "place"  # one place lies in another
            and min(one.sentence.probability, other.sentence.probability) >= _SURE
            and not self._tells_both(one, other)
            and not self._of_other_times(one, other)
        )
        return "conflict" if exclusive else "compatible"

    def _tells_both(self, one: SpanValue, other: SpanValue) -> bool:
        """Whether a sentence with one name also has the other, so that both have their place."""
        return any(
            same_name(name.parts, rival.parts, self.aliases)
            for here, there in ((one, other), (other, one))
            for name in here.reading.names
            if name not in here.names
            for rival in there.names
        )

    def _words(self, one: SpanValue, other: SpanValue) -> Related:
        if bool(one.negation) != bool(other.negation):
            denied, said = (one, other) if one.negation else (other, one)
            if self._denies(denied, said):
                return "compatible" if self._of_other_days(one, other) else "conflict"
        left, right = one.stems - self.sought.stems, other.stems - self.sought.stems
        if self.sought.kind == "yes_no":
            return "same" if bool(one.negation) == bool(other.negation) else "compatible"
        if not left or not right:
            return "same"
        short, long = sorted((left, right), key=len)
        shared = sum(any_same(s, long) for s in short)
        return "same" if shared >= _SHARED * len(short) else "compatible"

    def _of_other_days(self, one: SpanValue, other: SpanValue) -> bool:
        first, second = one.said_on, other.said_on
        return self.sought.changing and first is not None and first != second

    def _denies(self, denied: SpanValue, said: SpanValue) -> bool:
        """Whether what ``denied`` negates is what ``said`` says, or what was asked."""
        negation = denied.negation
        assert negation is not None
        words = said.stems | self.sought.stems if self.sought.kind == "yes_no" else said.stems
        scope = set(negation.scope) | (denied.stems if negation.denial else set())
        return any(any_same(s, words) for s in scope)


def _numbers(one: tuple[float, float, Quantity], other: tuple[float, float, Quantity]) -> Related:
    """How two figures of one unit relate, each as (least, greatest, quantity)."""
    (low, high, left), (low_other, high_other, right) = one, other
    equal = _is_close(low, low_other) and _is_close(high, high_other)
    if equal:
        bounds = {left.qualifier, right.qualifier} & (_LOWER | _UPPER)
        return "same" if left.qualifier == right.qualifier or not bounds else "compatible"
    if _rounds(left, low, low_other) or _rounds(right, low_other, low):
        return "same"
    first, second = _bounds(low, high, left), _bounds(low_other, high_other, right)
    if first[0] <= second[1] and second[0] <= first[1]:
        return "compatible"
    if left.kind == right.kind == "measure" and left.unit != right.unit:
        small, large = sorted((low, low_other))
        if large <= _COARSE * small and not (_LOWER | _UPPER) & {left.qualifier, right.qualifier}:
            return "compatible"
    if left.kind != "count" and _is_close(low, low_other, _CLOSE) and low == high:
        return "compatible"
    return "conflict"


def _bounds(low: float, high: float, quantity: Quantity) -> tuple[float, float]:
    if quantity.qualifier in _LOWER:
        return low, math.inf
    if quantity.qualifier in _UPPER:
        return 0.0, high
    slack = _SLACK if quantity.qualifier in _INEXACT else 0.0
    return low * (1 - slack), high * (1 + (0.0 if quantity.qualifier == "nearly" else slack))


def _is_close(one: float, other: float, tolerance: float = 1e-6) -> bool:
    return math.isclose(one, other, rel_tol=tolerance)


def _rounds(rounded: Quantity, value: float, exact: float) -> bool:
    """Whether ``value``, said to be inexact or a sum, is ``exact`` in fewer figures."""
    if rounded.qualifier not in _INEXACT and rounded.kind == "count":
        return False
    figures = len(f"{value:.12g}".replace(".", "").strip("0"))
    least = 1 if rounded.qualifier in _INEXACT else 2
    if figures < least or not value or not exact:
        return False
    step = 10.0 ** (math.floor(math.log10(abs(value))) - figures + 1)
    return abs(value - exact) <= step / 2 and _is_close(value, exact, _SLACK / 2)


def _is_anyone(quantity: Quantity) -> bool:
    head = quantity.head or ""
    return (
        head in _ANYONE or country_of(head) is not None or country_of(_word(quantity)) is not None
    )


def _word(quantity: Quantity) -> str:
    words = (quantity.unit or "").split()
    return fold(words[-1]).removesuffix("s") if words else ""


def _is_person(quantity: Quantity) -> bool:
    return quantity.head in _PERSONS or _is_anyone(quantity)


def _both_people(one: Quantity, other: Quantity) -> bool:
    return _is_person(one) and _is_person(other)


def _is_part(one: Quantity, other: Quantity) -> bool:
    """Whether ``one`` counts a narrower kind of what ``other`` counts: "children" of "people"."""
    if one.head is None or other.head is None:
        return False
    if one.head == other.head:
        return bool(one.modifiers - other.modifiers) and not other.modifiers - one.modifiers
    return other.head in _ANYONE and one.head in _PERSONS - _ANYONE


def _one_country(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    left = {country_of(part) for part in one} - {None}
    return bool(left & ({country_of(part) for part in other} - {None}))


def _days(one: DateMention, other: DateMention) -> Related | None:
    forth, back = date_follows(one, other), date_follows(other, one)
    if forth and back:
        return "same"
    if forth or back:
        return "compatible"
    if not dates_conflict(one, other):
        if one.first and one.last and other.first and other.last:
            return "compatible"  # they overlap
        return None
    if one.granularity != other.granularity:
        return None
    if one.first and other.first and one.granularity == "day":
        stated = one.day is not None and other.day is not None
        # A night belongs to two days, and a weekday is told by the reporter's clock.
        if abs((one.first - other.first).days) <= 1 and not stated:
            return "compatible"
    return "conflict"


def _times(one: SpanValue, other: SpanValue) -> Related:
    assert one.time is not None and other.time is not None
    if same_time(one.time, other.time):
        return "same"
    apart = abs(one.time.minutes - other.time.minutes)
    if (one.rough or other.rough) and (apart <= _ROUGH_MINUTES or apart % 60 == 0):
        return "compatible"
    return "conflict"


def relate(sought: Sought, one: SpanValue, other: SpanValue) -> Related | None:
    """How two values relate, with what their own sentences tell of names."""
    return Relater(sought, (one.sentence.text, other.sentence.text)).relate(one, other)
