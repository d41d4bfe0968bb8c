"""The answer in a few words: the values of the spans, most widely told first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.agreement.agreement import grouped, relater_of, values_of
from rag.agreement.relation import Relater
from rag.agreement.sentence import AnsweringSentence
from rag.agreement.sought import Sought, read_sought
from rag.agreement.values import SpanValue, shown_figure
from rag.answer.answer import ShortAnswer, Value

_MOST_VALUES = 3
_MOST_WORDS = 12
_MARGIN = 0.1  # of probability, within which another wording is another answer
_LIKELY = 0.5  # share of the best probability that a figure, date or name beside it needs


def short_answers(question: str, sentences: Sequence[AnsweringSentence]) -> tuple[ShortAnswer, ...]:
    """At most three values of at most twelve words, most widely told first.

    Where the answering words are not known, or are more than twelve, the whole sentence stands;
    for why, how and what happened one such sentence is enough. Empty without sentences.
    """
    if not sentences:
        return ()
    sought = read_sought(question)
    values = values_of(sought, sentences)
    if not values:
        best = max(sentences, key=lambda s: s.probability)
        return (ShortAnswer(best.text.strip(), (best.n,)),)
    relater = relater_of(sought, values)
    groups = grouped(values, relater)
    shown = [group for group in groups if _is_shown(group, groups[0], relater)]
    if sought.open_ended:
        shown = shown[:1]
    return tuple(
        ShortAnswer(_shown(group, sought), tuple(dict.fromkeys(v.sentence.n for v in group)))
        for group in shown[:_MOST_VALUES]
    )


def _is_shown(group: Sequence[SpanValue], best: Sequence[SpanValue], relater: Relater) -> bool:
    """Whether a value differs from the best one, and is likely enough to stand beside it."""
    if group is best:
        return True
    own, highest = _probability(group), _probability(best)
    worded = "words" in {group[0].kind, best[0].kind}
    if worded and relater.relate(group[0], best[0]) != "conflict":
        return own >= highest - _MARGIN and relater.sought.kind != "yes_no"
    return own >= _LIKELY * highest


def _probability(group: Sequence[SpanValue]) -> float:
    return max(v.sentence.probability for v in group)


def _shown(group: Sequence[SpanValue], sought: Sought) -> str:
    best = max(group, key=lambda v: v.sentence.probability)
    if best.kind == "figure":
        figure = next((v for v in group if v.quantity and v.quantity.unit), best)
        return _figure(figure if best.quantity and not best.quantity.unit else best)
    if best.kind == "date":
        dated = [v for v in group if v.day is not None]
        return _day(max(dated, key=_is_resolved)) if sought.asks_time else best.text
    if best.kind == "name":
        named = [v for v in group if v.kind == "name" and _fits(v.text)]
        return max(named, key=_fullness).text if named else _words(best)
    fitting = [v for v in group if _fits(v.text)]
    return _words(best if sought.open_ended or not fitting or _fits(best.text) else fitting[0])


def _figure(value: SpanValue) -> str:
    number, unit, qualifier = shown_figure(value)
    words = Value(number, unit, qualifier, None, ()).words
    return words if _fits(words) else value.text


def _is_resolved(value: SpanValue) -> bool:
    return value.day is not None and value.day.first is not None


def _day(value: SpanValue) -> str:
    """ "7 July 2022" for the day that "Thursday" was; a month, a year or a decade as written."""
    day = value.day
    assert day is not None
    if day.granularity == "day" and day.first is not None and day.first == day.last:
        return _written(day.first)
    if day.granularity == "month" and day.first is not None:
        return f"{day.first:%B} {day.first.year}"
    if day.granularity == "year" and day.first is not None:
        return str(day.first.year)
    return value.text


def _written(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _fullness(value: SpanValue) -> tuple[int, float]:
    """The fullest form of a name has the most name words, and of those the fewest others."""
    parts = max((len(n.parts) for n in value.names), default=0)
    return parts, -len(value.text.split()) + value.sentence.probability / 2


def _words(value: SpanValue) -> str:
    """The span as written; the whole sentence where it is too long for a short answer."""
    return value.text if _fits(value.text) else value.sentence.text.strip()


def _fits(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS
