"""How the cited sentences relate: the answer values side by side, and who says each.

Values are aligned by what the question asks for; without a number, date or name to compare, a
claim and its denial still show. Nothing is averaged and no side is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.answer.answer import Agreement, Relation, Value
from rag.answer.question import answer_kind
from rag.claims.aliases import AliasTable, learn_aliases, merge
from rag.claims.clock import ClockTime, same_time
from rag.claims.dates import DateMention, date_follows, dates_conflict, day_of
from rag.claims.facts import (
    Asked,
    Speaker,
    asked,
    asked_date,
    asked_names,
    asked_quantity,
    asked_time,
    denies,
    speaker_at,
)
from rag.claims.names import same_person
from rag.claims.numbers import Quantity, values_relate
from rag.claims.reading import Reading, read_sentence
from rag.claims.segments import segment_of
from rag.claims.synonyms import event_of, same_meaning


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of the answer's citations.

    ``origin`` is equal for copies of one story; ``article_text`` is what aliases are learned from.
    """

    n: int
    text: str
    article_id: str
    origin: str
    outlet: str | None = None
    published: str | None = None
    article_text: str = ""


@dataclass(frozen=True, slots=True)
class _Fact:
    """One value that one sentence gives."""

    sentence: CitedSentence
    reading: Reading
    value: str
    unit: str | None
    qualifier: str | None
    speaker: Speaker
    quantity: Quantity | None = None
    of: object = None


_WORST: dict[Relation, int] = {"same": 0, "compatible": 1, "conflict": 2}


def agreement(question: str, sentences: Sequence[CitedSentence]) -> Agreement | None:
    """The values that ``sentences`` give in answer to ``question``, and how they relate.

    None when no value can be told from the words.
    """
    if not sentences:
        return None
    readings = {s.n: read_sentence(s.text, day_of(s.published)) for s in sentences}
    wanted = asked(read_sentence(question), answer_kind(question))
    found = _values(wanted, sentences, readings)
    if found is None:
        return None
    facts, relation = found
    return Agreement(
        articles=len({s.article_id for s in sentences}),
        origins=len({s.origin for s in sentences}),
        speakers=len({f.speaker.key for f in facts}),
        relation=relation,
        values=_merged(facts),
    )


def _values(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> tuple[list[_Fact], Relation] | None:
    if wanted.sort == "number":
        numbers = _numbers(wanted, sentences, readings)
        if numbers:
            return numbers, _worst(numbers, _relate_numbers)
    if claims := _claim_and_denial(wanted, sentences, readings):
        return claims, "conflict"
    if wanted.sort == "time":
        times = _times(wanted, sentences, readings)
        if times:
            return times, _worst(times, _relate_times)
    if wanted.sort == "name":
        names = _names(wanted, sentences, readings)
        if names is not None:
            return names
    if groups := _shared_numbers(sentences, readings):
        relation = max((_worst(g, _relate_numbers) for g in groups), key=_WORST.__getitem__)
        return [fact for group in groups for fact in group], relation
    return _names(wanted, sentences, readings) if wanted.sort == "any" else None


def _worst(facts: Sequence[_Fact], relate: Callable[[_Fact, _Fact], Relation]) -> Relation:
    relations: list[Relation] = ["same"]
    relations += [relate(one, other) for one, other in combinations(facts, 2)]
    return max(relations, key=_WORST.__getitem__)


def _speaker(sentence: CitedSentence, reading: Reading, at: int) -> Speaker:
    """Who says it in the sentence, else the outlet."""
    speaker = speaker_at(reading, at)
    if speaker is not None:
        return speaker
    return Speaker(sentence.outlet or "", f"outlet {sentence.outlet or sentence.article_id}")


def _numbers(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[_Fact]:
    facts: list[_Fact] = []
    for sentence in sentences:
        reading = readings[sentence.n]
        quantity = asked_quantity(reading, wanted)
        if quantity is not None:
            facts.append(_number_fact(sentence, reading, quantity))
    return facts


def _number_fact(sentence: CitedSentence, reading: Reading, quantity: Quantity) -> _Fact:
    return _Fact(
        sentence,
        reading,
        quantity.text,
        quantity.unit,
        quantity.qualifier,
        _speaker(sentence, reading, quantity.start),
        quantity,
    )


def _relate_numbers(one: _Fact, other: _Fact) -> Relation:
    assert one.quantity is not None and other.quantity is not None
    return values_relate(one.quantity, other.quantity)


def _shared_numbers(
    sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[list[_Fact]]:
    """Numbers that two or more origins give for the same counted thing and event."""
    facts = [
        _number_fact(sentence, readings[sentence.n], quantity)
        for sentence in sentences
        for quantity in readings[sentence.n].quantities
        if quantity.kind in {"count", "vague", "money", "percent"} and quantity.head
    ]
    groups: list[list[_Fact]] = []
    for fact in facts:
        for group in groups:
            if all(_same_slot(fact, other) for other in group):
                group.append(fact)
                break
        else:
            groups.append([fact])
    return [g for g in groups if len({f.sentence.origin for f in g}) > 1]


def _same_slot(one: _Fact, other: _Fact) -> bool:
    left, right = one.quantity, other.quantity
    if left is None or right is None or one.sentence.n == other.sentence.n:
        return False
    if left.head is None or right.head is None or left.base[0] != right.base[0]:
        return False
    if not same_meaning(left.head, right.head):
        return False
    first, second = _happened(one.reading, left), _happened(other.reading, right)
    return bool(first & second) or (not first and not second)


def _happened(reading: Reading, quantity: Quantity) -> set[str]:
    words = segment_of(reading, quantity)
    return {e for s in words if (e := event_of(s)) is not None}


def _times(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[_Fact]:
    clocks: list[_Fact] = []
    dates: list[_Fact] = []
    for sentence in sentences:
        reading = readings[sentence.n]
        if time := asked_time(reading, wanted):
            shown = reading.text[time.start : time.end]
            speaker = _speaker(sentence, reading, time.start)
            clocks.append(_Fact(sentence, reading, shown, None, None, speaker, of=time))
        if day := asked_date(reading, wanted):
            exact = day.first == day.last and day.first is not None
            shown = str(day.first) if exact else day.text
            speaker = _speaker(sentence, reading, day.start)
            dates.append(_Fact(sentence, reading, shown, None, None, speaker, of=day))
    return clocks if len(clocks) >= len(dates) else dates


def _relate_times(one: _Fact, other: _Fact) -> Relation:
    left, right = one.of, other.of
    if isinstance(left, ClockTime) and isinstance(right, ClockTime):
        return "same" if same_time(left, right) else "conflict"
    assert isinstance(left, DateMention) and isinstance(right, DateMention)
    forth, back = date_follows(left, right), date_follows(right, left)
    if forth and back:
        return "same"
    if dates_conflict(left, right):
        return "conflict"
    return "same" if (forth or back) and left.granularity == right.granularity else "compatible"


def _names(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> tuple[list[_Fact], Relation] | None:
    """The name that most sentences give; others beside it when they share none."""
    aliases = merge(tuple(learn_aliases(s.article_text or s.text) for s in sentences))
    named: dict[int, list[_Fact]] = {}
    for sentence in sentences:
        reading = readings[sentence.n]
        named[sentence.n] = [
            _Fact(
                sentence, reading, name.text, None, None,
                _speaker(sentence, reading, name.start), of=name.parts,
            )
            for name in asked_names(reading, wanted)
        ]  # fmt: skip
    giving = [facts for facts in named.values() if facts]
    if not giving:
        return None
    for fact in giving[0]:
        alike = [next((o for o in g if _same_name(fact, o, aliases)), None) for g in giving]
        if all(alike):
            return [o for o in alike if o is not None], "same"
    if wanted.sort != "name" or len(giving) == 1:
        return None
    return [facts[0] for facts in giving], "conflict"


def _same_name(one: _Fact, other: _Fact, aliases: AliasTable) -> bool:
    left, right = one.of, other.of
    assert isinstance(left, tuple) and isinstance(right, tuple)
    return (
        bool(aliases.aliases(left) & aliases.aliases(right))
        or same_person(left, right)
        or (len(min(left, right, key=len)) == 1 and left[-1] == right[-1])
    )


def _claim_and_denial(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[_Fact] | None:
    """Sentences that claim and sentences that deny, when there are both."""
    sides: dict[bool, list[CitedSentence]] = defaultdict(list)
    for sentence in sentences:
        others = [readings[s.n] for s in sentences if s is not sentence]
        sides[denies(readings[sentence.n], others, wanted)].append(sentence)
    if not sides[True] or not sides[False]:
        return None
    return [
        _Fact(
            sentence, readings[sentence.n], "denied" if denied else "claimed", None, None,
            _speaker(sentence, readings[sentence.n], 0),
        )
        for denied in (False, True)
        for sentence in sides[denied]
    ]  # fmt: skip


def _merged(facts: Sequence[_Fact]) -> tuple[Value, ...]:
    """One row for each value and speaker; the citations of all who report it so."""
    rows: dict[tuple[object, ...], list[_Fact]] = {}
    for fact in facts:
        for known in rows.values():
            if _same_row(fact, known[0]):
                known.append(fact)
                break
        else:
            rows[len(rows), fact.value] = [fact]
    return tuple(
        Value(
            value=known[0].value,
            unit=known[0].unit,
            qualifier=known[0].qualifier,
            said_by=known[0].speaker.shown or None,
            citations=tuple(dict.fromkeys(f.sentence.n for f in known)),
        )
        for known in rows.values()
    )


def _same_row(one: _Fact, other: _Fact) -> bool:
    if one.speaker.key != other.speaker.key:
        return False
    if one.quantity is not None and other.quantity is not None:
        return (
            values_relate(one.quantity, other.quantity) == "same"
            and one.qualifier == other.qualifier
        )
    return one.value == other.value


__all__ = ["CitedSentence", "agreement"]
