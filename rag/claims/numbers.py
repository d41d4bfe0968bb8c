"""Quantities in a sentence: the number, what it counts, and how it is qualified.

Dates, years and clock times are not quantities; see ``dates`` and ``clock``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.claims.counted import share_of, with_shared_units, with_unit
from rag.claims.notation import ENGLISH, Notation, values_of
from rag.claims.numerals import Numeral, read_numeral
from rag.claims.quantity import (
    Quantity,
    QuantityKind,
    same_value,
    value_follows,
    values_relate,
)
from rag.claims.units import CURRENCY_SIGNS, LABELS, MEASURES, PEOPLE
from rag.claims.words import STOP_WORDS, Token, next_word, stem, tokens, word_set

Span = tuple[int, int]
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
_SPATIAL = frozenset({"over", "under", "above", "below", "around", "past"})
_NO_ONE_BEFORE = word_set(
    "no any every each this that which the some not only",
)
_OF_AN_AGE = frozenset(stem(w) for w in PEOPLE) | {stem("aged"), stem("kids")}


def find_quantities(
    text: str, apart: Sequence[Span] = (), notation: Notation = ENGLISH
) -> tuple[Quantity, ...]:
    """Quantities of ``text`` in order.

    Args:
        text: a sentence.
        apart: spans that are read as something else (dates, clock times).
        notation: of the article that the sentence stands in.
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
        numeral = read_numeral(sequence, at, notation)
        if numeral is None or _is_no_number(sequence, numeral):
            at += 1
            continue
        numeral, ranged = _range(sequence, numeral, text, apart, notation)
        found.append(_quantity(text, sequence, numeral, ranged))
        at = numeral.last
    return with_shared_units(text, found)


def _is_no_number(sequence: Sequence[Token], numeral: Numeral) -> bool:
    """ "One" as a pronoun, "second" as a unit, and the like."""
    first = sequence[numeral.first]
    if first.kind != "word":
        before = sequence[numeral.first - 1] if numeral.first else None
        return before is not None and before.end == first.start and before.text in "#/"
    if first.lower == "second" and numeral.last - numeral.first == 1:
        word_before = sequence[numeral.first - 1].lower if numeral.first else ""
        if word_before in {"per", "a", "every"} and next_word(sequence, numeral.last) in {
            "",
            "and",
        }:
            return True
    if first.lower == "first" and next_word(sequence, numeral.last) in STOP_WORDS | {""}:
        return True  # "at first", "first of all"
    if first.lower != "one" or numeral.last - numeral.first > 1:
        return False
    following = next_word(sequence, numeral.last)
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


def _range(
    sequence: Sequence[Token],
    low: Numeral,
    text: str,
    apart: Sequence[Span],
    notation: Notation,
) -> tuple[Numeral, bool]:
    """``low`` widened to a range: "6-8", "30 to 40", "between 30 and 40"."""
    at = low.last
    if at + 1 >= len(sequence) or low.form != "cardinal" or low.doubtful:
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
    high = read_numeral(sequence, first, notation)
    if high is None or high.form != "cardinal" or high.doubtful:
        return low, False
    start = low.low
    if start < high.high < 1000 * max(start, 1) or high.last - first == 1:
        bottom = start
    else:
        scale = high.high / max(1.0, _leading(sequence, first, notation))
        bottom = start * scale
    if bottom >= high.high:
        return low, False
    if joint == "to" and before in {"by", "rose", "fell", "up", "down"}:
        return low, False
    return Numeral(low.first, high.last, bottom, high.high, "cardinal"), True


def _leading(sequence: Sequence[Token], at: int, notation: Notation) -> float:
    token = sequence[at]
    values = values_of(token.text, notation) if token.kind == "number" else ()
    return values[0] if values else 1.0


def _quantity(text: str, sequence: Sequence[Token], numeral: Numeral, ranged: bool) -> Quantity:
    start, end = sequence[numeral.first].start, sequence[numeral.last - 1].end
    quantity = Quantity(
        start, end, text[start:end], _kind_of(numeral), numeral.low, numeral.high,
        doubtful=numeral.doubtful,
    )  # fmt: skip
    quantity = _with_sign(text, sequence, numeral, quantity)
    quantity = _with_qualifier(text, quantity)
    if quantity.kind in {"percent", "points"} or (quantity.kind == "money" and quantity.unit):
        return share_of(sequence, numeral.last, quantity)
    if _is_label(sequence, numeral):
        label = sequence[numeral.first - 1]
        if label.text == "-":
            label = sequence[numeral.first - 2]
        name = label.lower if label.kind == "word" else "no"
        return replace(quantity, kind="label", unit=name, head=stem(name))
    if age := _age(sequence, numeral, quantity):
        return age
    return with_unit(text, sequence, numeral.last, quantity)


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
    following = next_word(sequence, numeral.last)
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
    if len(before) == 2 and before[1] in {"under", "over"} and stem(before[0]) in _OF_AN_AGE:
        is_age = is_age or quantity.low < 120  # "children under 5": nothing is counted by it
    if not is_age and quantity.kind == "count" and 0 < quantity.low < 120 and len(before) == 2:
        name = sequence[numeral.first - 2]
        closed = not following or following[0] in {",", ".", ";", ")"}
        is_age = before[1] == "," and name.text[0].isupper() and closed and name.kind == "word"
    return replace(quantity, kind="age", unit="years old", head="old") if is_age else None


__all__ = [
    "Quantity",
    "QuantityKind",
    "find_quantities",
    "same_value",
    "value_follows",
    "values_relate",
]
