"""A span → what it says: a figure with its unit, a date, a time of day, a name, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.agreement.sentence import AnsweringSentence
from rag.agreement.sought import Sought
from rag.claims.clock import ClockTime
from rag.claims.dates import DateMention, day_of
from rag.claims.names import TITLES, Name
from rag.claims.negation import Negation
from rag.claims.numbers import Quantity, find_quantities
from rag.claims.quantity import QuantityKind
from rag.claims.reading import Reading, read_sentence
from rag.claims.units import MEASURES, NOT_COUNTED
from rag.claims.words import STOP_WORDS, Token, content_stems, fold, stem

ValueKind = Literal["figure", "date", "time", "name", "words"]

_EDGES = ' \t\n.,;:!?…—–-()[]"“”«»'
_ZONE = re.compile(r"\s*\(?(?:local time|[A-Z]{1,3}T\b|GMT|UTC)")
_PERCENT_AFTER = re.compile(
    r"\s*(?:of\s+)?(?:(?:an?|one|full)\s+)*(?:percent(?:age)?(?:\s+points?)?|per cent|points?)\b",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(r"(?P<joint>\s|[-‐‑]|)(?P<unit>[^\W\d_]+)")
_PER_HOUR = re.compile(r"\s*(?:an?\s+hour|per\s+hour)\b", re.IGNORECASE)
_PER_KNOT = 1852.0  # metres an hour
_SAID_NEAR = 24  # characters between a verb of saying and its day
_ROUGHLY = re.compile(
    r"\b(?:about|around|approximately|roughly|shortly|just|nearly)\b[\w\s]*$", re.I
)
_MEASURED: frozenset[QuantityKind] = frozenset({"money", "percent", "points", "measure", "age"})
_NO_FIGURES: frozenset[QuantityKind] = frozenset({"label"})


@dataclass(frozen=True, slots=True)
class SpanValue:
    """What the answering words of a sentence say.

    Attributes:
        text: the words, less the marks around them; the sentence where they are not known.
        start: of ``text`` in the sentence.
        reading: of the whole sentence, so that a unit or qualifier beside the span is known.
        quantity, day, time, names: what it is read as, by ``kind``.
        rough: a time of day that is said to be inexact, or in a time zone.
        negation: it says no.
        known: the span is known.
    """

    sentence: AnsweringSentence
    kind: ValueKind
    text: str
    start: int
    reading: Reading
    quantity: Quantity | None = None
    day: DateMention | None = None
    time: ClockTime | None = None
    names: tuple[Name, ...] = ()
    rough: bool = False
    negation: Negation | None = None
    known: bool = True

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def stems(self) -> frozenset[str]:
        """Content stems of the span; of numbers their figures."""
        figures = {t.text.replace(",", "") for t in self._tokens if t.kind == "number"}
        return frozenset(content_stems(self.text)) | figures

    @property
    def said_on(self) -> date | None:
        """The day stated with the verb of saying before the span, else that of its article."""
        for attribution in self.reading.attributions:
            for day in self.reading.dates:
                near = min(
                    abs(day.start - attribution.verb_start - len(attribution.verb)),
                    abs(attribution.verb_start - day.end),
                )
                outside = day.end <= self.start or self.end <= day.start
                if near <= _SAID_NEAR and outside and day.first and day.first == day.last:
                    return day.first
        return day_of(self.sentence.published)

    @property
    def _tokens(self) -> tuple[Token, ...]:
        return tuple(t for t in self.reading.tokens if self.start <= t.start < self.end)


def read_value(sought: Sought, sentence: AnsweringSentence) -> SpanValue:
    """What ``sentence`` gives in answer; words when it is nothing that can be measured or named."""
    published = day_of(sentence.published)
    reading = read_sentence(sentence.text, published)
    start, end, known = _trimmed(sentence)
    plain = SpanValue(
        sentence, "words", sentence.text[start:end], start, reading, known=known,
        negation=_negation(reading, start, end),
    )  # fmt: skip
    if sought.kind == "yes_no" or not known:
        return plain
    if sought.asks_time and (timed := _time(sought, plain, published)):
        return timed
    if (sought.asks_figure or sought.kind == "thing") and (figure := _figure(sought, plain)):
        return figure
    if sought.asks_name or sought.kind == "thing":
        return _name(sought, plain)
    return plain


def dimension(quantity: Quantity, text: str) -> tuple[str, float, float]:
    """What is measured, and the least and greatest value in its base unit.

    A half and 50 % are one share; a mile "an hour" is a speed. ``text`` is the sentence.
    """
    if quantity.kind in {"percent", "points"}:
        return "share", quantity.low, quantity.high
    if quantity.kind == "fraction":
        scale = 1.0 if _PERCENT_AFTER.match(text, quantity.end) else 100.0
        return "share", quantity.low * scale, quantity.high * scale
    if quantity.kind == "money":
        return f"money {quantity.unit}", quantity.low, quantity.high
    if quantity.kind == "age":
        return "month", quantity.low * 12, quantity.high * 12
    base, low, high = quantity.base
    if quantity.kind == "measure":
        after = text.find(" ", quantity.end + 1)
        if base == "length" and _PER_HOUR.match(text, after if after >= 0 else len(text)):
            return "speed", low / _PER_KNOT, high / _PER_KNOT
        return (base if quantity.unit in MEASURES else str(quantity.unit)), low, high
    return "count", low, high


def _trimmed(sentence: AnsweringSentence) -> tuple[int, int, bool]:
    text = sentence.text
    start, end = sentence.start, sentence.end
    known = start is not None and end is not None and bool(text[start:end].strip(_EDGES))
    if start is None or end is None or not known:
        start, end = 0, len(text)
        return start, end, False
    while text[start] in _EDGES:
        start += 1
    while text[end - 1] in _EDGES and not _closes_short_form(text, end):
        end -= 1
    if text[end - 1] not in ")" and text[start:end].count("(") > text[start:end].count(")"):
        closing = text.find(")", end)
        end = closing + 1 if closing == end else end
    return start, end, True


def _closes_short_form(text: str, end: int) -> bool:
    """Whether the full stop before ``end`` belongs to "a.m." or "U.S."."""
    return text[end - 1] == "." and bool(re.search(r"\b\w\.\w\.$", text[:end]))


def _negation(reading: Reading, start: int, end: int) -> Negation | None:
    return next((n for n in reading.negations if start <= n.start < end), None)


def _figure(sought: Sought, value: SpanValue) -> SpanValue | None:
    found = [
        q
        for q in value.reading.quantities
        if q.start < value.end and value.start < q.end and q.kind not in _NO_FIGURES
    ]
    if not found:
        inside = find_quantities(value.text)
        found = [_moved(q, value) for q in inside if q.kind not in _NO_FIGURES]
    if not found:
        return None
    named = [q for q in found if q.head in sought.stems and q.kind != "ordinal"]
    first = (named or [q for q in found if q.kind != "ordinal"] or found)[0]
    if not sought.asks_figure and not _is_all(value, first):
        return None
    return replace(value, kind="figure", quantity=_of_the_counted(first))


def _of_the_counted(quantity: Quantity) -> Quantity:
    """A count of "people killed" as one of people; "half the company's" as a half."""
    words = (quantity.unit or "").split()
    while len(words) > 1 and fold(words[-1]) in NOT_COUNTED:
        words.pop()
    if words and words[-1].endswith(("’s", "'s")):
        return replace(quantity, unit=None, head=None)
    if not words or quantity.kind not in {"count", "vague"} or " ".join(words) == quantity.unit:
        return quantity
    head = stem(fold(words[-1]))
    return replace(quantity, unit=" ".join(words), head=head, modifiers=quantity.modifiers - {head})


def shown_figure(value: SpanValue) -> tuple[str, str | None, str | None]:
    """The number, unit and qualifier of a figure, as a reader wants them: ("31", "civilians",
    "at least"); a sign or per cent stays with the number."""
    quantity, text = value.quantity, value.reading.text
    assert quantity is not None
    number = quantity.text
    if quantity.low != quantity.high and quantity.kind != "vague":
        number = number.replace(" and ", " to ")  # "between 400 and 500"
    if quantity.kind in {"measure", "age"}:
        return number, _measure_shown(quantity, text), quantity.qualifier
    if quantity.kind == "fraction" and (share := _PERCENT_AFTER.match(text, quantity.end)):
        return number + share.group(), None, quantity.qualifier
    signed = quantity.kind == "money" and not number[0].isalnum()
    if signed or quantity.kind in {"percent", "ordinal", "fraction"}:
        return number, None, quantity.qualifier
    return number, quantity.unit, quantity.qualifier


def _measure_shown(quantity: Quantity, text: str) -> str | None:
    """The unit as written, but in the plural of "10-year"."""
    written = _UNIT_AFTER.match(text, quantity.end)
    if quantity.kind == "age" or written is None or written["unit"].lower() not in MEASURES:
        return quantity.unit
    hour = _PER_HOUR.match(text, written.end())
    joined = written["joint"] != " " and quantity.high != 1
    unit = str(quantity.unit) if joined else written["unit"]
    return unit + (hour.group() if hour else "")


def _moved(quantity: Quantity, value: SpanValue) -> Quantity:
    """A quantity of the span's own words, at its place in the sentence."""
    return replace(quantity, start=quantity.start + value.start, end=quantity.end + value.start)


def _is_all(value: SpanValue, quantity: Quantity) -> bool:
    """Whether a span says no more than a sum or measure and its qualifier: "$43 billion"."""
    rest = value.text[: max(0, quantity.start - value.start)]
    rest += " " + value.text[max(0, quantity.end - value.start) :]
    words = [w for w in content_stems(rest) if w != stem(quantity.unit or "")]
    return quantity.kind in _MEASURED and len(words) <= 2


def _time(sought: Sought, value: SpanValue, published: date | None) -> SpanValue | None:
    reading = value.reading
    times = [t for t in reading.times if t.start < value.end and value.start < t.end]
    if sought.clock and times:
        zone = _ZONE.match(reading.text, times[0].end)
        rough = _ROUGHLY.search(reading.text, 0, times[0].start)
        return replace(value, kind="time", time=times[0], rough=bool(zone or rough))
    dates = [d for d in reading.dates if d.start < value.end and value.start < d.end]
    if dates:
        return replace(value, kind="date", day=max(dates, key=_exactness))
    if ago := _years_ago(value, published):
        return replace(value, kind="date", day=ago)
    if times:
        return replace(value, kind="time", time=times[0])
    return None


def _exactness(day: DateMention) -> tuple[bool, int]:
    if day.first is None or day.last is None:
        return False, 0
    return True, -(day.last - day.first).days


def _years_ago(value: SpanValue, published: date | None) -> DateMention | None:
    """ "38 years" in answer to "when": the year that lies so far before the article's."""
    spans = [q for q in value.reading.quantities if q.start < value.end and value.start < q.end]
    years = next((q for q in spans if q.kind == "measure" and q.base[0] == "month"), None)
    if years is None or published is None or years.qualifier or years.low != years.high:
        return None
    whole, months = divmod(int(years.base[1]), 12)
    if months or whole >= published.year:
        return None
    year = published.year - whole
    first, last = date(year, 1, 1), date(year, 12, 31)
    return DateMention(
        value.start, value.end, value.text, "year", year=year, first=first, last=last
    )


def _name(sought: Sought, value: SpanValue) -> SpanValue:
    """``value`` with the names in it; a name when it is little else."""
    names = tuple(n for n in value.reading.names if n.start < value.end and value.start < n.end)
    if not names:
        return value
    words = [t for t in value._tokens if t.kind == "word" and t.lower not in STOP_WORDS]
    capital = [t for t in words if t.text[0].isupper() or t.lower in TITLES]
    is_name = 2 * len(capital) >= len(words) and (sought.asks_name or len(capital) == len(words))
    return replace(value, kind="name" if is_name else "words", names=names)
