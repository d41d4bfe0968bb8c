"""Key figures: numbers with what they count, aligned over reports, each with who says so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.claims.dates import DateMention
from rag.claims.numbers import Quantity, same_value
from rag.claims.quantity import QuantityKind
from rag.claims.segments import segment_of
from rag.claims.synonyms import event_of, same_meaning
from rag.claims.words import stem
from rag.summary.brief import FigureValue
from rag.summary.excerpt import excerpt_around
from rag.summary.material import Citations, SourceSentence
from rag.summary.voices import Voice, Voices

_COUNTED: frozenset[QuantityKind] = frozenset({"count", "vague", "money", "percent"})
_HAPPENED = {
    "death": "killed",
    "injury": "injured",
    "missing": "missing",
    "arrest": "arrested",
    "release": "freed",
    "capture": "captured",
    "rescue": "rescued",
    "displacement": "displaced",
}
_GRAVITY = {"death": 2.0, "injury": 1.5, "missing": 1.5, "capture": 1.2, "release": 1.2}
_ANYONE = frozenset(stem(w) for w in ("people", "person", "persons", "dead", "toll", "victims"))
_MAX_CITATIONS = 4
_LEAST_COUNT = 3


@dataclass(frozen=True)
class Mention:
    """A number that one sentence gives, with what it counts and who says so."""

    sentence: SourceSentence
    quantity: Quantity
    voice: Voice | None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Stems that go with the number."""
        return segment_of(self.sentence.reading, self.quantity)

    @cached_property
    def events(self) -> frozenset[str]:
        """What happened to those counted ("death")."""
        near = [e for s in self.words if (e := event_of(s)) is not None]
        head = event_of(self.quantity.head or "")
        return frozenset([*near, *([head] if head else [])])

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        return self.sentence.reading.dates

    @property
    def speaker_key(self) -> str:
        if self.voice is not None:
            return self.voice.key
        record = self.sentence.article.record
        return f"outlet {record.outlet or record.article_id}"

    @property
    def article_id(self) -> str:
        return self.sentence.article.article_id


@dataclass(frozen=True)
class Slot:
    """Numbers for one thing."""

    mentions: tuple[Mention, ...]

    @property
    def origins(self) -> int:
        return len({m.sentence.origin for m in self.mentions})

    @cached_property
    def label(self) -> str:
        """What is counted, in words of the reports: "militants killed"."""
        named = [m for m in self.mentions if m.quantity.unit and not m.quantity.inherited]
        own = named or [m for m in self.mentions if m.quantity.unit]
        if not own:
            return "number given"
        units = [_plain_unit(m.quantity.unit or "") for m in own]
        unit = max(units, key=lambda u: (units.count(u), -len(u)))
        happened = [_HAPPENED[e] for m in own for e in sorted(m.events) if e in _HAPPENED]
        if not happened or stem(unit.split()[-1].lower()) in {"dead", "injur", "miss", "wound"}:
            return unit
        verb = max(happened, key=lambda v: (happened.count(v), v))
        return f"{unit} {verb}"


def find_mentions(sentences: Iterable[SourceSentence], voices: Voices) -> list[Mention]:
    """Every number of ``sentences`` that counts something."""
    return [
        Mention(sentence, quantity, voices.at(sentence, quantity.start))
        for sentence in sentences
        for quantity in sentence.reading.quantities
        if _counts(quantity)
    ]


def _counts(quantity: Quantity) -> bool:
    if quantity.kind not in _COUNTED or quantity.head is None:
        return False
    return quantity.kind != "count" or quantity.high >= _LEAST_COUNT


def align(mentions: Sequence[Mention]) -> list[Slot]:
    """``mentions`` by what they count; a number of "people" goes with an equal number of others."""
    groups: list[list[Mention]] = []
    for mention in sorted(mentions, key=_names_anyone):
        for group in groups:
            if all(_alike(mention, other) for other in group):
                group.append(mention)
                break
        else:
            groups.append([mention])
    return [Slot(tuple(sorted(g, key=lambda m: m.sentence.ordinal))) for g in groups]


def _names_anyone(mention: Mention) -> bool:
    return mention.quantity.head in _ANYONE


def _alike(one: Mention, other: Mention) -> bool:
    left, right = one.quantity, other.quantity
    if left.base[0] != right.base[0] or (left.kind == "money") != (right.kind == "money"):
        return False
    if bool(one.events) != bool(other.events) or (one.events and not one.events & other.events):
        return False
    if _names_anyone(one) != _names_anyone(other):
        return bool(one.events) and same_value(left, right)
    assert left.head is not None and right.head is not None
    if not same_meaning(left.head, right.head) and not (
        _names_anyone(one) and _names_anyone(other)
    ):
        return False
    if one.events:
        return True
    return _told_alike(one, other)


def _told_alike(one: Mention, other: Mention) -> bool:
    """Whether two numbers without a counted event stand among the same words."""
    left = {*one.words, *one.quantity.modifiers} - {one.quantity.head}
    right = {*other.words, *other.quantity.modifiers} - {other.quantity.head}
    if not left or not right:
        return same_value(one.quantity, other.quantity)
    shared = sum(any(same_meaning(a, b) for b in right) for a in left)
    share = shared / min(len(left), len(right))
    return share >= (0.3 if same_value(one.quantity, other.quantity) else 0.6) and shared >= 2


def choose_slots(slots: Sequence[Slot], count: int) -> list[Slot]:
    """The ``count`` slots that matter most: told by many, of grave things, large, and early."""
    return sorted(slots, key=lambda slot: (-_weight(slot), slot.mentions[0].sentence.ordinal))[
        :count
    ]


def _weight(slot: Slot) -> float:
    events = {e for m in slot.mentions for e in m.events}
    gravity = max((_GRAVITY.get(e, 1.0) for e in events), default=0.0)
    largest = max(m.quantity.high for m in slot.mentions if math.isfinite(m.quantity.high))
    size = math.log10(max(1.0, largest)) if events else min(1.0, math.log10(max(1.0, largest)))
    early = max(1.0 / (1 + m.sentence.position / 5) for m in slot.mentions)
    return 1.5 * slot.origins + gravity + size + early


def values_of(mentions: Sequence[Mention], citations: Citations) -> tuple[FigureValue, ...]:
    """One row for each value and speaker, the most reported value first."""
    rows: list[list[Mention]] = []
    for mention in mentions:
        for row in rows:
            if _same_row(mention, row[0]):
                row.append(mention)
                break
        else:
            rows.append([mention])
    rows.sort(key=lambda row: -len({m.sentence.origin for m in mentions if _says(m, row[0])}))
    return tuple(_value(row, citations) for row in rows)


def _same_row(one: Mention, other: Mention) -> bool:
    return one.speaker_key == other.speaker_key and _says(one, other)


def _says(one: Mention, other: Mention) -> bool:
    """Whether two mentions give one value with one qualifier."""
    return (
        same_value(one.quantity, other.quantity)
        and one.quantity.qualifier == other.quantity.qualifier
    )


def _value(row: Sequence[Mention], citations: Citations) -> FigureValue:
    first = row[0]
    cited = {m.article_id: m for m in reversed(row)}
    numbers = [citations.cite(m.sentence) for m in [*cited.values()][::-1][:_MAX_CITATIONS]]
    record = first.sentence.article.record
    return FigureValue(
        value=first.quantity.text,
        unit=_plain_unit(first.quantity.unit) if first.quantity.unit else None,
        qualifier=first.quantity.qualifier,
        said_by=first.voice.shown if first.voice else record.outlet,
        citations=tuple(numbers),
        excerpt=excerpt_around(first.sentence.text, first.quantity.start, first.quantity.end),
    )


def _plain_unit(unit: str) -> str:
    return " ".join(unit.strip(" -'’‘\"“”").split())
