"""The one value that a sentence gives in answer to a question, and who says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from rag.claims.clock import ClockTime
from rag.claims.dates import DateMention, date_follows
from rag.claims.names import Name, country_of, find_names, folded_words
from rag.claims.negation import Negation
from rag.claims.numbers import Quantity
from rag.claims.reading import Reading
from rag.claims.segments import overlap, segment_of
from rag.claims.speakers import Attribution
from rag.claims.synonyms import any_same, event_of, same_meaning
from rag.claims.units import MEASURES
from rag.claims.words import STOP_WORDS, content_stems, stem, tokens, word_set

_Stated = TypeVar("_Stated", DateMention, ClockTime)
_NOT_COUNTS = frozenset({"ordinal", "label"})
_PRONOUNS = word_set("he she they it we i who both others one")
_BULLETS = " \t►▶•*–—-"
_MIN_SCORE = 1.5
_OWN_KINDS = frozenset({"measure", "money", "percent", "points"})
_CLOSING = re.compile(r"[,”\"—–]\s*(?:an? |the )?$|(?<=[”\",])\s*\w*\s*$")
_FROM = re.compile(r"\bfrom\s+$")
_ANAPHORIC_COUNTS = frozenset(stem(w) for w in ("number", "figure", "toll", "count", "tally"))
_ANAPHORS = word_set(
    "this that it them both charge charges allegation allegations claim claims accusation report",
    "accusations account numbers number figure figures statement reports involvement",
)
_BASELESS = word_set("baseless groundless unfounded untrue false fabricated invention fiction")
_ALL_SAID = 3  # words of a denial that the others say too
_MUTUAL_BLAME = re.compile(
    r"\b(?:blam|accus)(?:e|es|ed|ing)\s+(?:each\s+other|one\s+another)\b"
    r"|\beach\s(?:\w+\s){0,3}(?:blam|accus)(?:e|es|ed|ing)\s+the\s+other\b"
    r"|\btrad(?:e|es|ed|ing)\s(?:\w+\s)?(?:blame|accusations|charges)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a value: ``shown`` for the reader, ``key`` equal for one and the same."""

    shown: str
    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, as far as it helps to find the value in a sentence.

    Attributes:
        stems: content stems of the question.
        events: counted events it speaks of ("death").
        reading: the question itself.
        sort: "number", "time", "name" or "any".
        measure: the quantity kinds that fit, empty when any does.
    """

    stems: frozenset[str]
    events: frozenset[str]
    reading: Reading
    sort: Literal["number", "time", "name", "any"]
    measure: frozenset[str] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        """Folded words of the question."""
        return frozenset(t.lower for t in self.reading.tokens)


def asked(reading: Reading, kind: str) -> Asked:
    """``reading`` of a question whose answer is of ``kind`` (see ``rag.answer.question``)."""
    stems = frozenset(content_stems(reading.text))
    named = {part for name in reading.names for part in name.parts}
    own = [s for s, word in content_stems(reading.text).items() if word not in named]
    events = frozenset(e for s in own if (e := event_of(s)) is not None)
    sort: Literal["number", "time", "name", "any"] = "any"
    measure: frozenset[str] = frozenset()
    if kind in {"number", "money", "percent", "duration"}:
        sort = "number"
        measure = {
            "money": frozenset({"money", "count"}),
            "percent": frozenset({"percent", "points", "fraction"}),
            "duration": frozenset({"measure"}),
        }.get(kind, frozenset())
    elif kind == "date":
        sort = "time"
    elif kind in {"person", "group", "place", "country", "title"}:
        sort = "name"
    return Asked(stems, events, reading, sort, measure)


def asked_quantity(
    reading: Reading, question: Asked, among: Sequence[Quantity] | None = None
) -> Quantity | None:
    """The quantity of a sentence that answers ``question`` best, None when none may.

    Args:
        among: those to choose from; None for all of the sentence.
    """
    quantities = reading.quantities if among is None else among
    scored = [(_score(reading, q, question), -q.start, q) for q in quantities]
    fitting = [item for item in scored if item[0] >= _MIN_SCORE]
    return max(fitting)[2] if fitting else None


def _score(reading: Reading, quantity: Quantity, question: Asked) -> float:
    if quantity.kind in _NOT_COUNTS or (quantity.kind == "age" and "old" not in question.stems):
        return -1.0
    if question.measure and quantity.kind not in question.measure:
        return -1.0
    words = segment_of(reading, quantity)
    events = {e for s in words if (e := event_of(s)) is not None}
    if not events:
        events = {e for s in reading.stems if (e := event_of(s)) is not None}
    score = 0.5 * overlap(tuple(question.stems), (*words, *quantity.modifiers))
    score += 0.3 * overlap(tuple(question.stems), tuple(reading.stems))
    if quantity.head is not None:
        score += 3.0 * any(same_meaning(quantity.head, s) for s in question.stems)
    score += 1.0 * bool(quantity.modifiers & question.stems)
    if question.measure:
        score += 1.5
    units = {m.name for w in question.words if (m := MEASURES.get(w)) is not None}
    if quantity.unit in units:
        score += 3.0
    elif quantity.kind in _OWN_KINDS and not question.measure and "many" in question.words:
        score -= 3.0  # "how many people" is answered by no sum, share or length
    if quantity.head is None and (_ANAPHORIC_COUNTS & set(words) or len(reading.quantities) == 1):
        score += 2.0  # "the commission put the number at three"
    if _FROM.search(reading.text, max(0, quantity.start - 8), quantity.start):
        score -= 1.5  # "fell from 1,347 to 1,289": the second is the news
    if not question.measure and not question.words & {"many"}:
        score += 1.0
    if question.events:
        score += 3.0 if events & question.events else (-4.0 if events else 0.0)
    return score + _date_score(reading, quantity, question)


def _date_score(reading: Reading, quantity: Quantity, question: Asked) -> float:
    """A day named in the question must be that of the number, when the sentence tells."""
    if not question.reading.dates or not reading.dates:
        return 0.0
    near = min(reading.dates, key=lambda d: _distance(d.start, quantity))
    day = question.reading.dates[0]
    return 2.0 if date_follows(day, near) or date_follows(near, day) else -3.0


def _distance(start: int, quantity: Quantity) -> int:
    """Distance of a later date; one before the number is further off."""
    return start - quantity.end if start >= quantity.end else 2 * (quantity.start - start)


def asked_date(reading: Reading, question: Asked) -> DateMention | None:
    """The date of a sentence nearest to words of the question."""
    return _nearest(reading, question, reading.dates)


def asked_time(reading: Reading, question: Asked) -> ClockTime | None:
    """The clock time of a sentence nearest to words of the question."""
    return _nearest(reading, question, reading.times)


def _nearest(reading: Reading, question: Asked, found: tuple[_Stated, ...]) -> _Stated | None:
    places = [
        t.start
        for t in reading.tokens
        if t.kind == "word" and any(same_meaning(stem(t.lower), s) for s in question.stems)
    ]
    if not found or not places:
        return found[0] if found else None
    return min(found, key=lambda d: min(abs(d.start - p) for p in places))


def asked_names(reading: Reading, question: Asked) -> tuple[Name, ...]:
    """Names of a sentence that the question does not say, leaving out who only speaks of it.

    A name that ends as one of the question's does is that one, with more before it.
    """
    asked_of = {name.parts[-1] for name in question.reading.names}
    said = {part for name in question.reading.names for part in name.parts}
    said |= {t.lower for t in question.reading.tokens}
    return tuple(
        n
        for n in reading.names
        if n.certain and not set(n.parts) <= said and _proper_end(n) not in asked_of
    )


def _proper_end(name: Name) -> str:
    """The last folded word of a name less what it is "of"."""
    return (folded_words(name.text.partition(" of ")[0]) or name.parts)[-1]


def speaker_at(reading: Reading, at: int) -> Speaker | None:
    """Who says what stands at offset ``at``; None when the sentence does not tell or says "he"."""
    chosen = attribution_at(reading.text, reading.attributions, at)
    return None if chosen is None else speaker_of(chosen)


def attribution_at(text: str, found: Sequence[Attribution], at: int) -> Attribution | None:
    """The attribution that what stands at offset ``at`` of ``text`` falls under.

    The last one before it; else the first behind it that closes the sentence or quote it stands
    in ("…, the army said"), not one inside ("35 more than her owner says were on the ship").
    """
    before = [a for a in found if min(a.start, a.verb_start) <= at]
    if before:
        return before[-1]
    after = [a for a in found if a not in before]
    closing = [a for a in after if _CLOSING.search(text, at, min(a.start, a.verb_start))]
    return closing[0] if closing else None


def speaker_of(attribution: Attribution) -> Speaker | None:
    """The speaker of an attribution; None for a pronoun."""
    words = [t for t in tokens(attribution.speaker) if t.kind == "word"]
    content = [t.lower for t in words if t.lower not in STOP_WORDS]
    if not content or (len(words) == 1 and words[0].lower in _PRONOUNS):
        return None
    if attribution.speaker.endswith(("’s", "'s")):
        return None  # "Islamabad’s repeated claims": no speaker of this sentence
    names = [n for n in find_names(attribution.speaker) if n.certain]
    people = [n for n in names if (len(n.parts) >= 2 or n.titles) and not _is_country(n)]
    shown = attribution.speaker.split(",")[0].strip(_BULLETS)
    owns = people and attribution.speaker[people[0].end :].startswith(("’", "'"))
    if len(names) == 1 and names[0].text == shown and not owns:
        return Speaker(shown, names[0].parts[-1])
    if people and not attribution.speaker[: people[0].start].strip(_BULLETS) and not owns:
        return Speaker(people[0].text, people[0].parts[-1])
    if people and "," in attribution.speaker and people[0].start > attribution.speaker.find(","):
        return Speaker(people[0].text, people[0].parts[-1])
    organisation = next((n for n in names if len(n.parts) >= 3 and n.text in shown), None)
    if organisation is not None:
        return Speaker(shown, " ".join(organisation.parts))
    key = " ".join(sorted(stem(t.lower) for t in tokens(shown) if t.kind == "word"
                          and t.lower not in STOP_WORDS))  # fmt: skip
    return Speaker(shown, key)


def tells_of_mutual_blame(reading: Reading) -> bool:
    """ "Each side blamed the other", "they traded accusations": whose doing it was is disputed."""
    return _MUTUAL_BLAME.search(reading.text) is not None


def _points_back(reading: Reading, negation: Negation) -> bool:
    """ "Denied this", "the charge had no basis": what is denied stands elsewhere."""
    if "basi" in negation.scope[:2]:
        return True
    if negation.denial:
        near = [t.lower for t in tokens(reading.text[negation.end : negation.end + 60])][:6]
    elif negation.text.lower() in _BASELESS:
        near = [t.lower for t in tokens(reading.text[: negation.start])][-8:]
    else:
        return False
    return bool(set(near) & _ANAPHORS)


def speaks_of_denied(claim: Reading, denial: Reading) -> bool:
    """Whether a sentence may be what another one denies: it has a word of what is denied, or the
    denial only points back ("denied this", "called the charge baseless")."""
    denied = {s for negation in denial.negations for s in negation.scope}
    if not denied or any(_points_back(denial, n) for n in denial.negations):
        return True
    known = set(claim.stems)
    return any(any_same(s, known) for s in denied)


def _is_country(name: Name) -> bool:
    return country_of("_".join(name.parts)) is not None


def denies(reading: Reading, others: Iterable[Reading], question: Asked) -> bool:
    """Whether a sentence denies what the other sentences, or the question, speak of.

    "New Delhi denied this", "called that groundless", "received no report of the kind".
    """
    about = set(question.stems)
    for other in others:
        about |= set(other.stems)
    for negation in reading.negations:
        if _points_back(reading, negation):
            return True
        if negation.denial or negation.text.lower() in _BASELESS:
            if negation.scope and any(any_same(s, about) for s in negation.scope[:3]):
                return True
            # "denied wanting this or trying that": what is meant stands further on.
            if negation.denial and sum(any_same(s, about) for s in negation.scope) >= _ALL_SAID:
                return True
        elif negation.scope and all(any_same(s, about) for s in negation.scope[:2][:1]):
            if sum(any_same(s, about) for s in negation.scope[:3]) >= min(2, len(negation.scope)):
                return True
            if negation.scope[0] in about and re.search(
                r"\bof (?:the|that|this) kind\b", reading.text
            ):
                return True
    return False
