"""Key figures: numbers with what they count, aligned over reports, each with who says so."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.claims.dates import DateMention
from rag.claims.numbers import Quantity, same_value
from rag.claims.quantity import QuantityKind
from rag.claims.segments import segment_of
from rag.claims.synonyms import event_of, same_meaning
from rag.claims.units import PARTS, PEOPLE
from rag.claims.words import is_common, stem
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
_ANYONE = frozenset(stem(w) for w in ("people", "person", "persons", "dead", "victims"))
_PEOPLE = frozenset(stem(w) for w in PEOPLE)
_PARTS = frozenset(stem(w) for w in PARTS)
_SERVICES = frozenset(
    stem(w) for w in ("security", "enforcement", "police", "policemen", "officers", "soldiers",
                      "troops", "army", "military")
)  # fmt: skip
_LISTS = re.compile(
    r"(?:\band|,|\bincluding|\bamong them|\bamong whom)\s+"
    r"(?:at least\s+|more than\s+|about\s+|some\s+|the\s+|another\s+)?$",
    re.IGNORECASE,
)
_OF_THEM = re.compile(r"\s+of\s+(?:them|whom|these|those)\b", re.IGNORECASE)
# A jail is a place too: who leaves it is not arrested.
_JAIL = frozenset({stem("jail")})
# "Millions could starve": nobody is counted yet.
_MAY_HAPPEN = re.compile(r"\b(?:could|would|might|may|will|can)\b")
_NEAR_CHARACTERS = 40
_ON_A_DAY = re.compile(r"\s+(?:on\s+[A-Z]|(?:the|a) day\b|the night\b)")
_MOST_BETWEEN = 9
_MAX_CITATIONS = 4
_PART_OF = 8
_LABEL_WORDS = 9
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
        if not self._is_of_people() or _MAY_HAPPEN.search(
            self.sentence.text, self.quantity.end, self.quantity.end + _NEAR_CHARACTERS
        ):
            return frozenset()
        near = {e for s in self.words if s not in _JAIL and (e := event_of(s)) is not None}
        if (head := event_of(self.quantity.head or "")) is not None:
            near.add(head)
        if near or self.quantity.kind in {"money", "percent"}:
            return frozenset(near)
        if self.quantity.inherited:  # "92 killed on Saturday, adding to the 41 on Friday"
            on_a_day = _ON_A_DAY.match(self.sentence.text, self.quantity.end)
            return self._of_earlier() if on_a_day else frozenset()
        stems = self.sentence.reading.stems.keys() - _JAIL
        whole = {e for s in stems if (e := event_of(s)) is not None}
        # "17 officers and 31 civilians died": the verb stands with one of the numbers alone.
        return frozenset(whole) if len(whole) == 1 and self._is_listed() else frozenset()

    def _of_earlier(self) -> frozenset[str]:
        """What happened to those whom the number counts that this one has its noun from."""
        earlier = [
            q
            for q in self.sentence.reading.quantities
            if q.start < self.quantity.start and q.head == self.quantity.head and not q.inherited
        ]
        return Mention(self.sentence, earlier[-1], None).events if earlier else frozenset()

    def _is_of_people(self) -> bool:
        """Whether what is counted can be killed, freed or missing; a magnitude of 5.9 cannot."""
        quantity = self.quantity
        if quantity.kind not in {"count", "vague"} or not float(quantity.low).is_integer():
            return False
        head = quantity.head or ""
        stems = {head, *quantity.modifiers} if head in _PARTS else {head}
        return event_of(head) is not None or any(
            s == known or same_meaning(s, known) for s in stems for known in _PEOPLE
        )

    def _is_listed(self) -> bool:
        """Whether only "and" or a comma is between this number’s noun and another number."""
        quantities = self.sentence.reading.quantities
        at = quantities.index(self.quantity)
        for other in (quantities[at - 1] if at else None, *quantities[at + 1 : at + 2]):
            if other is None:
                continue
            first, last = sorted((self.quantity, other), key=lambda q: q.start)
            between = self.sentence.text[first.end : last.start]
            if len(between.split()) <= _MOST_BETWEEN and _LISTS.search(between):
                return True
        return False

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Stems of who or what is counted; all uniformed services are one."""
        quantity = self.quantity
        if quantity.head not in _PARTS or not quantity.modifiers:
            return frozenset({"security" if quantity.head in _SERVICES else quantity.head or ""})
        stems = quantity.modifiers
        return frozenset({"security"}) if stems & _SERVICES else stems

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
        if not happened:
            first = own[0]
            words = excerpt_around(
                first.sentence.text, first.quantity.start, first.quantity.end, _LABEL_WORDS
            )
            return f"“{words}”"
        if unit == "dead":
            return "people killed"
        if event_of(stem(unit.split()[-1].lower())) is not None:
            return unit
        verb = max(happened, key=lambda v: (happened.count(v), v))
        return f"{unit} {verb}"


def find_mentions(sentences: Iterable[SourceSentence], voices: Voices) -> list[Mention]:
    """Every number of ``sentences`` that counts something."""
    return [
        Mention(sentence, quantity, voices.at(sentence, quantity.start))
        for sentence in sentences
        for quantity in sentence.reading.quantities
        if _counts(quantity) and not _OF_THEM.match(sentence.text, quantity.end)
    ]


def _counts(quantity: Quantity) -> bool:
    if quantity.kind not in _COUNTED or quantity.head is None:
        return False
    last = (quantity.unit or "").split()[-1:]
    if last and last[0][0].isupper() and is_common(last[0].lower()):
        return False  # "5 Things" is a name
    return quantity.kind != "count" or quantity.high >= _LEAST_COUNT


def align(mentions: Sequence[Mention]) -> list[Slot]:
    """``mentions`` by what they count; a number of "people" goes with an equal number of others."""
    groups: list[list[Mention]] = []
    for mention in sorted(mentions, key=_names_anyone):
        for group in groups:
            if _belongs(mention, group):
                group.append(mention)
                break
        else:
            groups.append([mention])
    return [Slot(tuple(sorted(g, key=lambda m: m.sentence.ordinal))) for g in groups]


def _belongs(mention: Mention, group: Sequence[Mention]) -> bool:
    if _names_anyone(mention) and not any(_names_anyone(other) for other in group):
        return any(_alike(mention, other) for other in group)
    return all(_alike(mention, other) for other in group if not _names_anyone(other)) and any(
        _alike(mention, other) for other in group
    )


def _names_anyone(mention: Mention) -> bool:
    """Whether a number is of people of any kind, or of what befell them ("60 arrests")."""
    head = mention.quantity.head
    return head in _ANYONE or event_of(head or "") is not None


def _alike(one: Mention, other: Mention) -> bool:
    left, right = one.quantity, other.quantity
    if left.base[0] != right.base[0] or (left.kind == "money") != (right.kind == "money"):
        return False
    if bool(one.events) != bool(other.events) or (one.events and not one.events & other.events):
        return False
    if _names_anyone(one) != _names_anyone(other):
        return bool(one.events) and same_value(left, right)
    both_anyone = _names_anyone(one) and _names_anyone(other)
    if not both_anyone and not any(same_meaning(a, b) for a in one.kinds for b in other.kinds):
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
    ordered = sorted(slots, key=lambda s: (-_weight(s), s.mentions[0].sentence.ordinal))
    by_label: dict[str, Slot] = {}
    for slot in ordered:
        by_label.setdefault(slot.label, slot)
    return list(by_label.values())[:count]


def _weight(slot: Slot) -> float:
    events = {e for m in slot.mentions for e in m.events}
    gravity = max((_GRAVITY.get(e, 1.0) for e in events), default=0.0)
    largest = max(m.quantity.high for m in slot.mentions if math.isfinite(m.quantity.high))
    size = math.log10(max(1.0, largest)) if events else min(1.0, math.log10(max(1.0, largest)))
    early = max(1.0 / (1 + m.sentence.position / 5) for m in slot.mentions)
    return 1.5 * slot.origins + gravity + size + early


def without_parts(slot: Slot) -> list[Mention]:
    """The mentions of a slot less those of one report on a small part of what the others count."""
    largest = max(m.quantity.high for m in slot.mentions)
    return [
        m
        for m in slot.mentions
        if m.quantity.high * _PART_OF >= largest
        or len({o.sentence.origin for o in slot.mentions if _says(o, m)}) > 1
    ]


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
    excerpt = excerpt_around(first.sentence.text, first.quantity.start, first.quantity.end)
    record = first.sentence.article.record
    said_by = (first.voice.shown or None) if first.voice else record.outlet
    value = value_row(first.quantity.text, said_by, [m.sentence for m in row], citations, excerpt)
    return replace(
        value,
        unit=_plain_unit(first.quantity.unit) if first.quantity.unit else None,
        qualifier=first.quantity.qualifier,
    )


def value_row(
    value: str,
    said_by: str | None,
    sentences: Sequence[SourceSentence],
    citations: Citations,
    excerpt: str,
) -> FigureValue:
    """A value with the sentences that give it, one of each article."""
    by_article: dict[str, SourceSentence] = {}
    for sentence in sentences:
        by_article.setdefault(sentence.article.article_id, sentence)
    cited = [citations.cite(s) for s in list(by_article.values())[:_MAX_CITATIONS]]
    return FigureValue(
        value=value,
        unit=None,
        qualifier=None,
        said_by=said_by,
        citations=tuple(dict.fromkeys(cited)),
        excerpt=excerpt,
    )


def _plain_unit(unit: str) -> str:
    return " ".join(unit.strip(" -'’‘\"“”").split())
