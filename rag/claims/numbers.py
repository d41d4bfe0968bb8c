"""Quantities in a sentence: the number, what it counts, and how it is qualified.

Dates, years and clock times are not quantities; see ``dates`` and ``clock``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.claims.numerals import Numeral, read_numeral
from rag.claims.units import (
    CURRENCY_NOUNS,
    CURRENCY_SIGNS,
    IRREGULAR_PLURALS,
    LABELS,
    MEASURES,
    NOT_COUNTED,
    PARTITIVE,
    SKIPPED,
)
from rag.claims.words import STOP_WORDS, Token, stem, tokens, word_set

QuantityKind = Literal[
    "count", "percent", "points", "money", "measure", "age", "ordinal", "fraction", "label", "vague"
]
Span = tuple[int, int]


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


_QUALIFIERS = {
    "at least": ("at least", "no fewer than", "no less than", "not less than", "a minimum of",
                 "not fewer than", "minimum"),
    "more than": ("more than", "over", "above", "in excess of", "upwards of", "exceeding",
                  "greater than", "higher than", "well over", "just over", "exceeded", "past"),
    "fewer than": ("fewer than", "less than", "under", "below", "lower than"),
    "up to": ("up to", "at most", "as many as", "no more than", "not more than", "as much as",
              "a maximum of"),
    "about": ("about", "around", "some", "roughly", "approximately", "an estimated", "estimated",
              "circa", "approx", "in the region of", "or so"),
    "nearly": ("nearly", "almost", "close to", "just under", "just short of", "not quite"),
}  # fmt: skip
_QUALIFIER = re.compile(
    r"\b(?:"
    + "|".join(
        sorted((form for forms in _QUALIFIERS.values() for form in forms), key=len, reverse=True)
    )
    + r")(?:\s+(?:the|a|another|only|just))?[\s-]*$",
    re.IGNORECASE,
)
_CANONICAL = {form: name for name, forms in _QUALIFIERS.items() for form in forms}
_AFTER = re.compile(r"\s+(?:(?:\w+\s+)?or (?P<more>more)|or (?P<fewer>fewer|less)|or (?P<so>so))\b")
_NEW_CLAUSE = re.compile(r"\b(?:which|who|whose|that|than|while|whereas|but|although)\b|[;:]")
_SPATIAL = frozenset({"over", "under", "above", "below", "around", "past"})
_NUMBER_OF = re.compile(
    r"\b(?:numbers? of(?: the)?|toll of|count of|total of)\s+(?P<noun>(?:\w+\s+){0,2}?\w+)"
    r"(?=\s+(?:to|at|is|was|were|had|has|stands|stood|rose|known|above|below|by|who|of|aboard|in"
    r"|from|reached|climbed|fell)\b)"
    r"|\b(?P<toll>death toll|toll|number of dead)\b",
    re.IGNORECASE,
)
_DETERMINERS = word_set(
    "the a an its their his her all these those",
)
_STATES = word_set(
    "dead wounded injured missing",
)
_NO_ONE_BEFORE = word_set(
    "no any every each this that which the some not only",
)


def find_quantities(text: str, apart: Sequence[Span] = ()) -> tuple[Quantity, ...]:
    """Quantities of ``text`` in order.

    Args:
        text: a sentence.
        apart: spans that are read as something else (dates, clock times).
    """
    sequence = tokens(text)
    found: list[Quantity] = []
    at = 0
    while at < len(sequence):
        token = sequence[at]
        if any(start <= token.start < end for start, end in apart):
            at += 1
            continue
        if _is_single_period(sequence, at):
            name = MEASURES[sequence[at + 1].lower].name
            start, end = token.start, token.end
            single = Quantity(start, end, text[start:end], "measure", 1, 1, name, name)
            found.append(_with_qualifier(text, single))
            at += 2
            continue
        numeral = read_numeral(sequence, at)
        if numeral is None or _is_no_number(sequence, numeral):
            at += 1
            continue
        numeral, ranged = _range(sequence, numeral, text, apart)
        found.append(_quantity(text, sequence, numeral, ranged))
        at = numeral.last
    return _with_shared_units(text, found)


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


def _is_no_number(sequence: Sequence[Token], numeral: Numeral) -> bool:
    """ "One" as a pronoun, "second" as a unit, and the like."""
    first = sequence[numeral.first]
    if first.kind != "word":
        before = sequence[numeral.first - 1] if numeral.first else None
        return before is not None and before.end == first.start and before.text in "#/"
    if first.lower == "second" and numeral.last - numeral.first == 1:
        word_before = sequence[numeral.first - 1].lower if numeral.first else ""
        if word_before in {"per", "a", "every"} and _next_word(sequence, numeral.last) in {
            "",
            "and",
        }:
            return True
    if first.lower == "first" and _next_word(sequence, numeral.last) in STOP_WORDS | {""}:
        return True  # "at first", "first of all"
    if first.lower != "one" or numeral.last - numeral.first > 1:
        return False
    following = _next_word(sequence, numeral.last)
    word_before = sequence[numeral.first - 1].lower if numeral.first else ""
    return (
        not following
        or following in STOP_WORDS - {"more", "other"}
        or word_before in _NO_ONE_BEFORE
    )


def _is_single_period(sequence: Sequence[Token], at: int) -> bool:
    """ "within a week", "500 crowns a day": one week, one day."""
    if sequence[at].lower not in {"a", "an"} or at + 1 >= len(sequence):
        return False
    measure = MEASURES.get(sequence[at + 1].lower)
    return measure is not None and measure.dimension in {"time", "month"} and not (
        sequence[at + 1].lower == "second" or sequence[at - 1].lower == "half"
    )  # fmt: skip


def _next_word(sequence: Sequence[Token], at: int) -> str:
    if at < len(sequence) and sequence[at].text in "-‐‑":
        at += 1
    return sequence[at].lower if at < len(sequence) and sequence[at].kind == "word" else ""


def _range(
    sequence: Sequence[Token], low: Numeral, text: str, apart: Sequence[Span]
) -> tuple[Numeral, bool]:
    """``low`` widened to a range: "6-8", "30 to 40", "between 30 and 40"."""
    at = low.last
    if at + 1 >= len(sequence) or low.form != "cardinal":
        return low, False
    before = sequence[low.first - 1].lower if low.first else ""
    joint = sequence[at].text.lower()
    is_joint = (
        joint in {"-", "–", "—"}
        or (joint == "to" and before != "from")
        or (joint == "and" and before == "between")
    )
    if not is_joint or any(s <= sequence[at + 1].start < e for s, e in apart):
        return low, False
    first = at + 1
    if sequence[first].kind == "symbol" and first + 1 < len(sequence):
        first += 1
    high = read_numeral(sequence, first)
    if high is None or high.form != "cardinal":
        return low, False
    start = low.low
    if start < high.high < 1000 * max(start, 1) or high.last - first == 1:
        bottom = start
    else:
        scale = high.high / max(1.0, _leading(sequence, first))
        bottom = start * scale
    if bottom >= high.high:
        return low, False
    if joint == "to" and before in {"by", "rose", "fell", "up", "down"}:
        return low, False
    return Numeral(low.first, high.last, bottom, high.high, "cardinal"), True


def _leading(sequence: Sequence[Token], at: int) -> float:
    text = sequence[at].text.replace(",", "")
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else 1.0


def _quantity(text: str, sequence: Sequence[Token], numeral: Numeral, ranged: bool) -> Quantity:
    start, end = sequence[numeral.first].start, sequence[numeral.last - 1].end
    quantity = Quantity(start, end, text[start:end], _kind_of(numeral), numeral.low, numeral.high)
    quantity = _with_sign(text, sequence, numeral, quantity)
    quantity = _with_qualifier(text, quantity)
    if quantity.kind in {"percent", "points"} or (quantity.kind == "money" and quantity.unit):
        return _share_of(sequence, numeral.last, quantity)
    if _is_label(sequence, numeral):
        label = sequence[numeral.first - 1]
        if label.text == "-":
            label = sequence[numeral.first - 2]
        name = label.lower if label.kind == "word" else "no"
        return replace(quantity, kind="label", unit=name, head=stem(name))
    if age := _age(sequence, numeral, quantity):
        return age
    return _with_unit(text, sequence, numeral.last, quantity)


def _kind_of(numeral: Numeral) -> QuantityKind:
    if numeral.form == "cardinal":
        return "count"
    return numeral.form  # type: ignore[return-value]


def _with_sign(
    text: str, sequence: Sequence[Token], numeral: Numeral, quantity: Quantity
) -> Quantity:
    """``quantity`` with a currency or percent sign or word taken in."""
    before = sequence[numeral.first - 1] if numeral.first else None
    if before is not None and before.lower.rstrip(".") in CURRENCY_SIGNS:
        currency = CURRENCY_SIGNS[before.lower.rstrip(".")]
        return replace(
            quantity, kind="money", unit=currency, head=currency, start=before.start,
            text=text[before.start : quantity.end],
        )  # fmt: skip
    if (
        before is not None
        and before.text == "."
        and numeral.first > 1
        and sequence[numeral.first - 2].lower == "rs"
    ):
        start = sequence[numeral.first - 2].start
        return replace(
            quantity, kind="money", unit="rupee", head="rupee", start=start,
            text=text[start : quantity.end],
        )  # fmt: skip
    at = numeral.last
    if at < len(sequence) and sequence[at].text in "-‐‑" and quantity.kind != "ordinal":
        at += 1
    words = [t.lower for t in sequence[at : at + 3]]
    if not words:
        return quantity
    if words[0] in {"%", "percent", "pc", "percentage"} or words[:2] == ["per", "cent"]:
        last = at + (2 if words[0] == "per" else 1)
        following = sequence[last].lower if last < len(sequence) else ""
        if words[0] == "percentage" or following in {"point", "points"}:
            return replace(quantity, kind="points", unit="percentage points", head="point")
        end = sequence[last - 1].end
        return replace(
            quantity, kind="percent", unit="percent", end=end, text=text[quantity.start : end]
        )
    return quantity


def _with_qualifier(text: str, quantity: Quantity) -> Quantity:
    if quantity.kind == "ordinal":
        return quantity
    match = _QUALIFIER.search(text, max(0, quantity.start - 28), quantity.start)
    if match:
        form = re.sub(r"\s+(?:the|a|another|only|just)?[\s-]*$", "", match.group().lower()).strip()
        form = form if form in _CANONICAL else form.rsplit(" ", 1)[0]
        name = _CANONICAL.get(form)
        if name and not (form in _SPATIAL and "the" in match.group().lower().split()):
            return replace(quantity, qualifier=name)
    if after := _AFTER.match(text, quantity.end):
        name = "at least" if after["more"] else "up to" if after["fewer"] else "about"
        return replace(quantity, qualifier=name)
    if text[quantity.end : quantity.end + 1] == "+":
        return replace(quantity, qualifier="at least")
    return quantity


def _is_label(sequence: Sequence[Token], numeral: Numeral) -> bool:
    at = numeral.first - 1
    if at < 0:
        return False
    before = sequence[at]
    if before.text == "." and at and sequence[at - 1].lower in {"no", "nos"}:
        return True
    if before.kind != "word" or before.lower not in LABELS:
        return before.text == "-" and at > 0 and sequence[at - 1].text.isupper()
    following = _next_word(sequence, numeral.last)
    named = before.text[0].isupper()
    return named or (
        before.lower in {"no", "phase", "page", "number"} and following in STOP_WORDS | {""}
    )


def _age(sequence: Sequence[Token], numeral: Numeral, quantity: Quantity) -> Quantity | None:
    """An age: "39-year-old", "aged 24", "Brandt, 27,"."""
    at = numeral.last
    following = [t.lower for t in sequence[at : at + 4]]
    joined = "".join(following)
    is_age = joined.startswith(("-year-old", "-years-old", "yearsold")) or (
        following[:3] == ["year", "-", "old"]
    )
    before = [t.lower for t in sequence[max(0, numeral.first - 2) : numeral.first]]
    is_age = is_age or before[-1:] == ["aged"] or before == ["age", "of"]
    if not is_age and quantity.kind == "count" and 0 < quantity.low < 120 and len(before) == 2:
        name = sequence[numeral.first - 2]
        closed = not following or following[0] in {",", ".", ";", ")"}
        is_age = before[1] == "," and name.text[0].isupper() and closed and name.kind == "word"
    return replace(quantity, kind="age", unit="years old", head="old") if is_age else None


def _share_of(sequence: Sequence[Token], at: int, quantity: Quantity) -> Quantity:
    """What a percentage or sum is of: "97 percent of the customers"."""
    while at < len(sequence) and sequence[at].lower in {
        "%",
        "per",
        "cent",
        "percent",
        "-",
        "points",
    }:
        at += 1
    if at < len(sequence) and sequence[at].lower == "of":
        words = _phrase(sequence, _after_determiners(sequence, at + 1))
        return replace(quantity, modifiers=frozenset(stem(t.lower) for t in words))
    return quantity


def _with_unit(text: str, sequence: Sequence[Token], at: int, quantity: Quantity) -> Quantity:
    """``quantity`` with the noun that follows it."""
    hyphened = at < len(sequence) and sequence[at].text in "-‐‑"
    if hyphened:
        at += 1
    if at < len(sequence) and sequence[at].lower == "of":
        return _part_of(text, sequence, _after_determiners(sequence, at + 1), quantity)
    while at < len(sequence) and sequence[at].lower in SKIPPED:
        at += 1
    if quantity.kind == "fraction" and _next_word(sequence, at) in {"a", "an"}:
        at += 1
    words = _phrase(sequence, at)
    if not words:
        state = _next_word(sequence, at)
        return replace(quantity, unit=state, head=state) if state in _STATES else quantity
    first = words[0].lower
    if len(words) > 1 and words[0].text[0].isupper() and words[1].lower in CURRENCY_NOUNS:
        first = words[1].lower
    if first in CURRENCY_NOUNS and quantity.kind != "ordinal":
        name = CURRENCY_NOUNS[first]
        return replace(quantity, kind="money", unit=name, head=name)
    squared = words[1:] if first in {"square", "cubic", "nautical"} else []
    if squared and squared[0].lower in MEASURES:
        name = f"{first} {MEASURES[squared[0].lower].name}"
        return replace(quantity, kind="measure", unit=name, head=name)
    if first in MEASURES and quantity.kind not in {"ordinal", "vague"}:
        name = MEASURES[first].name
        return replace(quantity, kind="measure", unit=name, head=name)
    return _counted(text, sequence, at, words, quantity)


def _counted(
    text: str, sequence: Sequence[Token], at: int, words: list[Token], quantity: Quantity
) -> Quantity:
    index = next((i for i, word in enumerate(words) if _is_plural(word.lower)), None)
    if index is None:
        index = 0 if quantity.kind != "ordinal" else len(words) - 1
    head = words[index]
    position = sequence.index(head, at)
    beside = words if quantity.low == 1 else words[:index]
    modifiers = {stem(word.lower) for word in beside if word is not head}
    unit_end = head.end
    if position + 1 < len(sequence) and sequence[position + 1].lower == "of":
        complement = _phrase(sequence, _after_determiners(sequence, position + 2))
        modifiers |= {stem(word.lower) for word in complement}
        if complement and head.lower in PARTITIVE:
            unit_end = complement[-1].end
    return replace(
        quantity,
        unit=text[words[0].start : unit_end],
        head=stem(head.lower),
        modifiers=frozenset(modifiers),
    )


def _part_of(text: str, sequence: Sequence[Token], at: int, quantity: Quantity) -> Quantity:
    """ "three of the attackers", "dozens of people"; "of them" says nothing yet."""
    words = _phrase(sequence, at)
    if not words:
        return replace(quantity, inherited=True)
    if quantity.kind == "fraction" and words[0].lower in MEASURES:
        measure = MEASURES[words[0].lower]
        return replace(quantity, kind="measure", unit=measure.name, head=measure.name)
    return _counted(text, sequence, sequence.index(words[0], at), words, quantity)


def _after_determiners(sequence: Sequence[Token], at: int) -> int:
    while at < len(sequence) and sequence[at].lower in _DETERMINERS:
        at += 1
    return at


def _phrase(sequence: Sequence[Token], at: int) -> list[Token]:
    """Words of the noun phrase at ``at``: up to a mark, a number, a verb or a function word."""
    words: list[Token] = []
    while at < len(sequence) and len(words) < 5:
        token = sequence[at]
        if token.text in "-‐‑“”\"'‘’" and words:
            at += 1
            continue
        if token.kind != "word" or token.lower in STOP_WORDS:
            break
        if token.lower in NOT_COUNTED:
            break
        words.append(token)
        if _is_plural(token.lower):
            break
        at += 1
    return words


def _is_plural(word: str) -> bool:
    if word in IRREGULAR_PLURALS:
        return True
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3


def _with_shared_units(text: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Numbers without a noun take that of "number of X" before them, or of an earlier number."""
    shared: list[Quantity] = []
    for quantity in found:
        if quantity.head is not None or quantity.kind not in {"count", "vague"}:
            shared.append(quantity)
            continue
        since = shared[-1].end if shared else 0
        named = list(_NUMBER_OF.finditer(text, since, quantity.start))
        earlier = [
            q
            for q in shared
            if q.kind == "count" and q.head and not _NEW_CLAUSE.search(text, q.end, quantity.start)
        ]
        if named:
            noun = named[-1]["noun"] or "dead"
            stems = [stem(t.lower) for t in tokens(noun) if t.lower not in STOP_WORDS]
            if stems:
                shared.append(
                    replace(quantity, unit=noun, head=stems[-1], modifiers=frozenset(stems[:-1]))
                )
                continue
        if earlier:
            last = earlier[-1]
            shared.append(
                replace(
                    quantity,
                    unit=last.unit,
                    head=last.head,
                    modifiers=last.modifiers,
                    inherited=True,
                )
            )
            continue
        shared.append(quantity)
    return tuple(shared)
