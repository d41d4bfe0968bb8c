"""How the cited sentences relate: the answer values side by side, and who says each.

Values are aligned by what the question asks for; without a number, date or name to compare, a
claim and its denial still show. Nothing is averaged and no side is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

from rag.answer.answer import Agreement, Relation, Value
from rag.answer.naming import (
    is_exclusive,
    is_rival,
    is_short_form,
    may_answer,
    named,
    same_names,
    says_the_predicate,
)
from rag.answer.question import answer_kind
from rag.answer.stated import (
    CitedSentence,
    Fact,
    answering_numbers,
    clause_tells,
    counted_noun,
    counts_asked,
    is_of_saying,
    of_one_thing,
    share_told,
    speaker_in,
    stands_by_predicate,
)
from rag.claims.aliases import EMPTY, learn_aliases, merge
from rag.claims.clock import ClockTime, same_time
from rag.claims.dates import DateMention, date_follows, dates_conflict, day_of
from rag.claims.facts import (
    Asked,
    Speaker,
    asked,
    asked_date,
    asked_quantity,
    asked_time,
    denies,
    speaks_of_denied,
    tells_of_mutual_blame,
)
from rag.claims.names import same_organisation, same_person
from rag.claims.numbers import Quantity, values_relate
from rag.claims.reading import Reading, read_sentence
from rag.claims.segments import segment_of
from rag.claims.synonyms import event_of, same_meaning
from rag.claims.words import stem

# A question with one of these may be answered by a claim that another denies.
_ACCUSING = frozenset(
    stem(w)
    for w in (
        "accused", "blamed", "sponsored", "backed", "supported", "behind", "responsible",
        "responsibility", "claimed", "alleged", "funded", "paid", "caused",
    )
)  # fmt: skip
_ROUNDED = 1.5
_CLAIMED = 0.5
_WORST: dict[Relation, int] = {"same": 0, "compatible": 1, "conflict": 2}


def agreement(question: str, sentences: Sequence[CitedSentence]) -> Agreement | None:
    """The values that ``sentences`` give in answer to ``question``, and how they relate.

    None when no value can be told from the words.
    """
    if not sentences:
        return None
    readings = {s.n: read_sentence(s.text, day_of(s.published)) for s in sentences}
    kind = answer_kind(question)
    wanted = asked(read_sentence(question), kind)
    found = _values(wanted, kind, sentences, readings)
    if found is None:
        return None
    facts, relation = found
    return Agreement(
        articles=len({f.sentence.article_id for f in facts}),
        origins=len({f.sentence.origin for f in facts}),
        speakers=len(_speakers(facts)),
        relation=relation,
        values=_merged(facts),
    )


def _speakers(facts: Sequence[Fact]) -> list[Speaker]:
    """Who says the values, each once; two spellings of one organisation are one."""
    found: list[Speaker] = []
    for fact in facts:
        if not any(_one_speaker(fact.speaker, known) for known in found):
            found.append(fact.speaker)
    return found


def _one_speaker(one: Speaker, other: Speaker) -> bool:
    left, right = tuple(one.key.split()), tuple(other.key.split())
    return left == right or same_organisation(left, right) or is_short_form(left, right)


def _values(
    wanted: Asked,
    kind: str,
    sentences: Sequence[CitedSentence],
    readings: dict[int, Reading],
) -> tuple[list[Fact], Relation] | None:
    if wanted.sort == "number":
        numbers = _numbers(wanted, sentences, readings)
        if numbers:
            numbers = of_one_thing(numbers)
            return numbers, _worst(numbers, _relate_numbers)
    asks_for_name = wanted.sort in {"name", "time"} and not _asks_whose_doing(wanted)
    if not asks_for_name and (claims := _claim_and_denial(wanted, sentences, readings)):
        return claims, "conflict"
    if wanted.sort == "time":
        times = _of_one_time(_times(wanted, sentences, readings), wanted)
        if times:
            return times, _worst(times, _relate_times)
    if wanted.sort == "name":
        return _names(wanted, kind, sentences, readings)
    if wanted.sort == "time":
        return None
    if groups := _shared_numbers(sentences, readings):
        relation = max((_worst(g, _relate_numbers) for g in groups), key=_WORST.__getitem__)
        return [fact for group in groups for fact in group], relation
    return None


def _worst(facts: Sequence[Fact], relate: Callable[[Fact, Fact], Relation]) -> Relation:
    relations: list[Relation] = ["same"]
    relations += [relate(one, other) for one, other in combinations(facts, 2)]
    return max(relations, key=_WORST.__getitem__)


def _numbers(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[Fact]:
    counted = counted_noun(wanted)
    facts: list[Fact] = []
    for sentence in sentences:
        reading = readings[sentence.n]
        naming = tuple(q for q in reading.quantities if counts_asked(q, counted))
        quantity = asked_quantity(reading, wanted, naming or reading.quantities)
        if quantity is not None:
            facts.append(_number_fact(sentence, reading, quantity))
    return answering_numbers(facts, wanted, counted)


def _number_fact(sentence: CitedSentence, reading: Reading, quantity: Quantity) -> Fact:
    return Fact(
        sentence,
        reading,
        "1" if quantity.text.lower() in {"a", "an"} else quantity.text,
        None if quantity.kind == "money" and not quantity.text[0].isdigit() else quantity.unit,
        quantity.qualifier,
        speaker_in(sentence, reading, quantity.start),
        quantity,
    )


def _relate_numbers(one: Fact, other: Fact) -> Relation:
    left, right = one.quantity, other.quantity
    assert left is not None and right is not None
    relation = values_relate(left, right)
    bounded = {left.qualifier, right.qualifier} & {"more than", "fewer than", "at least", "up to"}
    in_units = left.kind == right.kind == "measure" and left.unit != right.unit
    if relation == "conflict" and in_units and not bounded:
        # "Two days" is a rounder word for 40 hours.
        small, large = sorted((left.base[2], right.base[2]))
        return "compatible" if large <= _ROUNDED * small else relation
    return relation


def _shared_numbers(
    sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[list[Fact]]:
    """Numbers that two or more origins give for the same counted thing and event."""
    facts = [
        _number_fact(sentence, readings[sentence.n], quantity)
        for sentence in sentences
        for quantity in readings[sentence.n].quantities
        if quantity.kind in {"count", "vague", "money", "percent"}
        and quantity.head not in {None, "time"}  # "the two-time champion"
    ]
    groups: list[list[Fact]] = []
    for fact in facts:
        for group in groups:
            if all(_same_slot(fact, other) for other in group):
                group.append(fact)
                break
        else:
            groups.append([fact])
    return [g for g in groups if len({f.sentence.origin for f in g}) > 1]


def _same_slot(one: Fact, other: Fact) -> bool:
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
) -> list[Fact]:
    clocks: list[Fact] = []
    dates: list[Fact] = []
    for sentence in sentences:
        reading = readings[sentence.n]
        time = asked_time(reading, wanted)
        if time is not None and clause_tells(reading, time.start, wanted):
            shown = reading.text[time.start : time.end]
            speaker = speaker_in(sentence, reading, time.start)
            clocks.append(Fact(sentence, reading, shown, None, None, speaker, of=time))
        day = asked_date(reading, wanted)
        if day is not None and _tells_when(reading, day, wanted):
            exact = day.first == day.last and day.first is not None
            shown = str(day.first) if exact else day.text
            speaker = speaker_in(sentence, reading, day.start)
            dates.append(Fact(sentence, reading, shown, None, None, speaker, of=day))
    return clocks if len(clocks) >= len(dates) else dates


def _of_one_time(facts: Sequence[Fact], wanted: Asked) -> list[Fact]:
    """``facts`` without times that may be of something else than most of them tell.

    Two times part only where both stand in sentences that say most of what was asked, and are told
    alike: a year beside a day is of another thing, or says no more.
    """
    if not facts:
        return []
    alike = [[o for o in facts if _relate_times(f, o) == "same"] for f in facts]
    most = max(alike, key=lambda group: len({f.sentence.origin for f in group}))
    told = any(says_the_predicate(f.reading, wanted) for f in most)
    return [
        f
        for f in facts
        if f in most
        or _relate_times(f, most[0]) != "conflict"
        or (
            told
            and says_the_predicate(f.reading, wanted)
            and _grain(f) == _grain(most[0])
            and not _is_of_another(f, wanted)
        )
    ]


def _is_of_another(fact: Fact, wanted: Asked) -> bool:
    return isinstance(fact.of, DateMention) and not stands_by_predicate(
        fact.reading, fact.of, wanted
    )


def _grain(fact: Fact) -> str:
    return fact.of.granularity if isinstance(fact.of, DateMention) else "clock"


def _tells_when(reading: Reading, day: DateMention, wanted: Asked) -> bool:
    """Whether a date is that of what was asked about: in its clause, not the day of a saying."""
    return not is_of_saying(reading.text, day) and clause_tells(reading, day.start, wanted)


def _relate_times(one: Fact, other: Fact) -> Relation:
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
    wanted: Asked,
    kind: str,
    sentences: Sequence[CitedSentence],
    readings: dict[int, Reading],
) -> tuple[list[Fact], Relation] | None:
    """The name that most sentences give, when two or more do.

    Another name beside it is a contradiction only when one name alone can be right, and both stand
    in sentences that say what was asked; else nothing is said of it.
    """
    facts = named(wanted, kind, sentences, readings)
    aliases = EMPTY
    if len({fact.of for fact in facts}) > 1:  # reading whole articles takes its time
        aliases = merge(tuple(learn_aliases(s.article_text or s.text) for s in sentences))
    groups = same_names(facts, aliases)
    groups = [g for g in groups if may_answer(g, kind, wanted)]
    if not groups:
        return None
    groups.sort(key=lambda g: (-len({f.sentence.origin for f in g}), g[0].sentence.n))
    best = groups[0]
    rivals = [g for g in groups[1:] if is_rival(g, best, wanted)]
    sources = [{f.sentence.n for f in group} for group in rivals]
    if any(one & other for one, other in combinations(sources, 2)):
        rivals = []  # of two names in one sentence, which is the answer?
    if rivals and wanted.sort == "name" and is_exclusive(wanted):
        return [fact for group in (best, *rivals) for fact in group], "conflict"
    return (best, "same") if len({f.sentence.n for f in best}) > 1 else None


def _claim_and_denial(
    wanted: Asked, sentences: Sequence[CitedSentence], readings: dict[int, Reading]
) -> list[Fact] | None:
    """Sentences that claim and sentences that deny, when there are both."""
    sides: dict[bool, list[CitedSentence]] = defaultdict(list)
    mutual: set[int] = set()
    if _asks_whose_doing(wanted):
        mutual = {s.n for s in sentences if tells_of_mutual_blame(readings[s.n])}
    for sentence in sentences:
        others = [readings[s.n] for s in sentences if s is not sentence]
        accuses = any(a.stance == "accuses" for a in readings[sentence.n].attributions[:1])
        denied = not accuses and denies(readings[sentence.n], others, wanted)
        sides[denied or sentence.n in mutual].append(sentence)
    denials = [readings[s.n] for s in sides[True]]
    sides[False] = [
        s
        for s in sides[False]
        if _claims(readings[s.n], wanted)
        and any(speaks_of_denied(readings[s.n], denial) for denial in denials)
    ]
    if not sides[True] or not sides[False]:
        return None
    return [
        Fact(
            sentence, readings[sentence.n],
            "disputed" if sentence.n in mutual else "denied" if denied else "claimed", None, None,
            speaker_in(sentence, readings[sentence.n], 0),
        )
        for denied in (False, True)
        for sentence in sides[denied]
    ]  # fmt: skip


def _asks_whose_doing(wanted: Asked) -> bool:
    return any(stem(word) in _ACCUSING for word in wanted.words)


def _claims(reading: Reading, wanted: Asked) -> bool:
    """Whether somebody says a sentence, or it says half of what the question asks."""
    return bool(reading.attributions) or share_told(reading, wanted) >= _CLAIMED


def _merged(facts: Sequence[Fact]) -> tuple[Value, ...]:
    """One row for each value and speaker; the citations of all who report it so."""
    rows: dict[tuple[object, ...], list[Fact]] = {}
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


def _same_row(one: Fact, other: Fact) -> bool:
    if not _one_speaker(one.speaker, other.speaker):
        return False
    if one.quantity is not None and other.quantity is not None:
        return (
            values_relate(one.quantity, other.quantity) == "same"
            and one.qualifier == other.qualifier
        )
    if isinstance(one.of, tuple) and isinstance(other.of, tuple):
        return (
            one.of == other.of
            or same_person(one.of, other.of)
            or same_organisation(one.of, other.of)
        )
    return one.value == other.value


__all__ = ["CitedSentence", "agreement"]
