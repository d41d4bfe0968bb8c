"""The values that sentences give in answer to a question, and how they relate.

Made of the spans alone: nothing is averaged, no side is taken. A conflict is called only between
independent origins or named speakers, and where neither origin also says what the other does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.agreement.relation import Related, Relater
from rag.agreement.sentence import AnsweringSentence
from rag.agreement.sought import Sought, read_sought
from rag.agreement.speakers import said_by
from rag.agreement.values import SpanValue, read_value, shown_figure
from rag.answer.answer import Agreement, Relation, Value
from rag.claims.names import same_organisation
from rag.claims.said_by import Speaker
from rag.judge import Judge, premise_of

_WORST: dict[Relation, int] = {"same": 0, "compatible": 1, "conflict": 2}
_MOST_PAIRS = 12  # that the judge is asked about
# Probability that one sentence contradicts another from which their words are said to differ.
_CONTRADICTED = 0.8


@dataclass(frozen=True, eq=False)
class _Told:
    value: SpanValue
    speaker: Speaker | None


def agreement(
    question: str, sentences: Sequence[AnsweringSentence], judge: Judge | None = None
) -> Agreement | None:
    """The values that ``sentences`` give in answer to ``question``, side by side.

    Args:
        question: one that stands alone.
        sentences: those that answer it, with their spans.
        judge: asked where words are compared, about at most a dozen pairs of sentences.

    Returns:
        None when nothing can be compared: no span is known, or one sentence answers in words.

    Raises:
        ConfigurationError: the judge's files are missing or damaged.
    """
    sought = read_sought(question)
    told = [_Told(v, said_by(v)) for v in values_of(sought, sentences)]
    if not told or (len(told) == 1 and told[0].value.kind == "words"):
        return None
    relater = relater_of(sought, [t.value for t in told])
    groups = grouped([t.value for t in told], relater)
    kept = {id(v) for group in groups for v in group}
    told = [t for t in told if id(t.value) in kept]
    pairs = _Pairs(told, relater, judge)
    relations: list[Relation] = ["same"]
    relations += [pairs.relation(one, other) for one, other in combinations(told, 2)]
    relation = max(relations, key=_WORST.__getitem__)
    return Agreement(
        articles=len({t.value.sentence.article_id for t in told}),
        origins=len({t.value.sentence.origin for t in told}),
        speakers=len(_speakers(told)),
        relation=relation,
        values=_rows(told, groups, sought, relation),
    )


def values_of(sought: Sought, sentences: Sequence[AnsweringSentence]) -> list[SpanValue]:
    """The values of the sentences whose answering words are known."""
    values = (read_value(sought, sentence) for sentence in sentences)
    return [value for value in values if value.known]


def relater_of(sought: Sought, values: Sequence[SpanValue]) -> Relater:
    """A relater that learns names from the articles where they are at hand."""
    texts = tuple(v.sentence.article_text or v.sentence.text for v in values)
    return Relater(sought, texts)


def grouped(values: Sequence[SpanValue], relater: Relater) -> list[list[SpanValue]]:
    """``values`` by what they say, most widely told first.

    Those that cannot be compared to the most widely told are left out: they are of another thing.
    """
    groups: list[list[SpanValue]] = []
    for value in sorted(values, key=lambda v: -v.sentence.probability):
        for group in groups:
            if relater.relate(value, group[0]) == "same":
                group.append(value)
                break
        else:
            groups.append([value])
    groups.sort(key=_breadth)
    best = groups[:1]
    return best + [g for g in groups[1:] if relater.relate(g[0], best[0][0]) is not None]


def _breadth(group: Sequence[SpanValue]) -> tuple[int, float]:
    origins = {v.sentence.origin for v in group}
    return -len(origins), -max(v.sentence.probability for v in group)


class _Pairs:
    """How told values relate, two by two, with the judge where words are compared."""

    def __init__(self, told: Sequence[_Told], relater: Relater, judge: Judge | None) -> None:
        self._told = told
        self._relater = relater
        self._judged = self._opinions(judge) if judge is not None else {}

    def relation(self, one: _Told, other: _Told) -> Relation:
        """ "compatible" for two things, and for a conflict that nobody stands for."""
        related = self._related(one, other)
        if related == "conflict" and not self._stands(one, other):
            return "compatible"
        return related or "compatible"

    def _related(self, one: _Told, other: _Told) -> Related | None:
        related = self._relater.relate(one.value, other.value)
        if related == "conflict":
            return related
        return "conflict" if self._judged.get((id(one), id(other)), False) else related

    def _stands(self, one: _Told, other: _Told) -> bool:
        """Whether two independent origins, or two named speakers, stand against each other."""
        speakers = one.speaker, other.speaker
        named = None not in speakers and not _one_speaker(*speakers)
        if one.value.sentence.origin == other.value.sentence.origin:
            return named
        if one.value.kind == other.value.kind == "words":
            return True
        return not (self._also_says(one, other) or self._also_says(other, one)) or named

    def _also_says(self, one: _Told, other: _Told) -> bool:
        """Whether the origin of ``one`` has the value of ``other`` too."""
        return any(
            third is not one
            and third.value.sentence.origin == one.value.sentence.origin
            and self._relater.relate(third.value, other.value) == "same"
            for third in self._told
        )

    def _opinions(self, judge: Judge) -> dict[tuple[int, int], bool]:
        """Which pairs of sentences that answer in words contradict each other, by the judge."""
        pairs = [
            (one, other)
            for one, other in combinations(self._told, 2)
            if one.value.kind == other.value.kind == "words"
            and one.value.sentence.origin != other.value.sentence.origin
            and self._relater.relate(one.value, other.value) == "compatible"
        ][: _MOST_PAIRS // 2]
        asked = [
            (_premise(a.value), b.value.sentence.text)
            for pair in pairs
            for a, b in (pair, reversed(pair))
        ]
        opinions = judge.opinions(asked) if asked else []
        found: dict[tuple[int, int], bool] = {}
        for at, (one, other) in enumerate(pairs):
            contradicted = max(o.contradicted for o in opinions[2 * at : 2 * at + 2])
            found[id(one), id(other)] = contradicted >= _CONTRADICTED
        return found


def _premise(value: SpanValue) -> str:
    sentence = value.sentence
    return premise_of([(sentence.title, sentence.published, [sentence.text])])


def _one_speaker(one: Speaker | None, other: Speaker | None) -> bool:
    if one is None or other is None:
        return one is other
    left, right = tuple(one.key.split()), tuple(other.key.split())
    return left == right or same_organisation(left, right)


def _speakers(told: Sequence[_Told]) -> list[Speaker]:
    found: list[Speaker] = []
    for t in told:
        if t.speaker is not None and not any(_one_speaker(t.speaker, s) for s in found):
            found.append(t.speaker)
    return found


def _rows(
    told: Sequence[_Told], groups: Sequence[Sequence[SpanValue]], sought: Sought, relation: Relation
) -> tuple[Value, ...]:
    """One row for each value and speaker; a count that changes with the days newest first."""
    place = {id(v): at for at, group in enumerate(groups) for v in group}
    rows: list[list[_Told]] = []
    for t in sorted(told, key=lambda t: place[id(t.value)]):
        for row in rows:
            if place[id(row[0].value)] == place[id(t.value)] and _one_speaker(
                row[0].speaker, t.speaker
            ):
                row.append(t)
                break
        else:
            rows.append([t])
    values = [_value(row, sought, relation) for row in rows]
    counted = all(t.value.quantity is not None for t in told)
    if counted and relation != "same":
        values.sort(key=lambda v: v.date or "", reverse=True)
    return tuple(values)


def _value(row: Sequence[_Told], sought: Sought, relation: Relation) -> Value:
    best = max(row, key=lambda t: t.value.sentence.probability)
    value = best.value
    days = [d for t in row if (d := t.value.said_on) is not None]
    text: str = value.text
    unit: str | None = None
    qualifier: str | None = None
    if value.quantity is not None:
        text, unit, qualifier = shown_figure(value)
    denies = value.negation is not None and value.kind == "words"
    return Value(
        value=text,
        unit=unit,
        qualifier=qualifier,
        said_by=best.speaker.shown if best.speaker else None,
        citations=tuple(dict.fromkeys(t.value.sentence.n for t in row)),
        date=max(days).isoformat() if days else None,
        denied=denies and (relation == "conflict" or sought.kind == "yes_no"),
    )
