"""What cited sentences state in answer to a question, and which of it may be set side by side.

Not every sentence of an answer gives the value that was asked for. A value of something else
beside the right one would read as a contradiction, so what does not fit is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.claims.dates import DateMention, date_follows
from rag.claims.facts import Asked, Speaker, speaker_at
from rag.claims.numbers import Quantity, same_value
from rag.claims.reading import Reading, read_sentence
from rag.claims.segments import segment_of
from rag.claims.synonyms import any_same, event_of, same_meaning
from rag.claims.units import IRREGULAR_PLURALS, PARTS
from rag.claims.words import STOP_WORDS, is_verb_like, stem, word_set
from rag.sentences import split_sentences


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
class Fact:
    """One value that one sentence gives."""

    sentence: CitedSentence
    reading: Reading
    value: str
    unit: str | None
    qualifier: str | None
    speaker: Speaker
    quantity: Quantity | None = None
    of: object = None


_ANYONE = frozenset(stem(w) for w in ("people", "person", "dead", "victims", "passengers"))
_PARTS = frozenset(stem(w) for w in PARTS)
# "Attackers" has the stem of "attack", and with it these would be attacks.
_DOERS = frozenset(
    stem(w) for w in word_set("militant fighter insurgent rebel gunman gunmen separatist terrorist")
)
_SAYING = word_set(
    "said says told announced reported added stated wrote confirmed claimed denied",
    "rejected",
)
_OPENS_CLAUSE = word_set(
    "that which who whose whom when while after before because although but as since until"
)
_LOCATIVE = re.compile(r"\b(?:in|at|near|from|across|outside)\s+(?:the\s+)?$", re.IGNORECASE)
# Of the words of the question that a sentence must say to be taken for an answer.
MOST_TOLD = 0.6
_LARGE = 1000  # "2.5 million" is whole enough


# --- numbers ---


def counted_noun(question: Asked) -> frozenset[str]:
    """Stems of the noun after "how many": its head, or for a part of something its words."""
    tokens = question.reading.tokens
    places = [i for i, t in enumerate(tokens) if t.lower == "many"]
    if not places:
        return frozenset()
    words: list[str] = []
    for token in tokens[places[0] + 1 : places[0] + 6]:
        if token.kind != "word" or (token.lower in STOP_WORDS and token.lower != "of"):
            break
        words.append(token.lower)
    if not words:
        return frozenset()
    if "of" in words:
        return frozenset(stem(w) for w in words if w != "of")
    plural = next((w for w in words if w.endswith("s") or w in IRREGULAR_PLURALS), words[0])
    return frozenset({stem(plural)})


def counts_asked(quantity: Quantity, counted: frozenset[str]) -> bool:
    """Whether a number says that it counts what was asked for; "people" may be anyone."""
    if quantity.head is None or not counted or counted & _ANYONE:
        return False
    own = {quantity.head} if quantity.head not in _PARTS else {quantity.head, *quantity.modifiers}
    return any(same_meaning(a, b) for a in own for b in counted)


def answering_numbers(
    facts: Sequence[Fact], question: Asked, counted: frozenset[str]
) -> list[Fact]:
    """The numbers that count what was asked for, of the event that was asked about.

    Those that say so rule out those that say something else; a number without a noun ("put it at
    three") stays.
    """
    fitting = [f for f in facts if _can_answer(f, question)]
    sure = [f for f in fitting if f.quantity is not None and counts_asked(f.quantity, counted)]
    if sure:
        fitting = [f for f in fitting if f in sure or not _names_its_noun(f)]
    of_event = [f for f in fitting if _event(f) & question.events]
    if question.events and of_event:
        fitting = [f for f in fitting if f in of_event or not _names_its_noun(f)]
    shares = {id(f): share_told(f.reading, question) for f in fitting}
    best = max(shares.values(), default=0.0)
    if best >= MOST_TOLD and not counted:
        fitting = [f for f in fitting if shares[id(f)] > 0 or not _names_its_noun(f)]
    if best == 0.0:
        fitting = [f for f in fitting if question.events or not _event(f)]
    alone = len({f.sentence.n for f in fitting}) == 1
    if alone and best < MOST_TOLD and not counted and not question.events:
        return []
    as_asked = [f for f in fitting if _dated_as_asked(f, question)]
    fitting = as_asked or fitting
    return [f for f in fitting if not _is_part(f, fitting, question)]


def of_one_thing(facts: Sequence[Fact]) -> list[Fact]:
    """``facts`` without those that count something else than the most of them.

    When one voice of one article gives two numbers, it does not contradict itself: they are of two
    things, whatever they have in common.
    """
    if not facts:
        return []
    alike = [[o for o in facts if _equal(f, o)] for f in facts]
    most = max(alike, key=lambda group: len({f.sentence.origin for f in group}))
    return [f for f in facts if f in most or not any(_both_given(f, o) for o in most)]


def _equal(one: Fact, other: Fact) -> bool:
    assert one.quantity is not None and other.quantity is not None
    return same_value(one.quantity, other.quantity)


def _both_given(one: Fact, other: Fact) -> bool:
    """Whether the voice that gives one of two numbers gives the other one too."""
    if _equal(one, other):
        return False
    if one.sentence.article_id == other.sentence.article_id and _counts_apart(one, other):
        return True
    for fact, another in ((one, other), (other, one)):
        assert another.quantity is not None and fact.quantity is not None
        texts = _sentences_with(fact.sentence.article_text, another.quantity.text)
        for text in (fact.sentence.text, *texts):
            reading = read_sentence(text)
            for quantity in reading.quantities:
                if (
                    not same_value(quantity, another.quantity)
                    or quantity.text == fact.quantity.text
                ):
                    continue
                speaker = speaker_at(reading, quantity.start)
                own = speaker.key if speaker is not None else None
                if own == fact.speaker.key or (own is None and text == fact.sentence.text):
                    return True
    return False


def _counts_apart(one: Fact, other: Fact) -> bool:
    """Whether two numbers name two nouns, such as militants and people."""
    assert one.quantity is not None and other.quantity is not None
    left, right = one.quantity.head, other.quantity.head
    if not {one.quantity.kind, other.quantity.kind} <= {"count", "vague"}:
        return False
    if left is None or right is None or event_of(left) or event_of(right):
        return False
    return not same_meaning(left, right)


def _dated_as_asked(fact: Fact, question: Asked) -> bool:
    """Whether the clause of a number has the day that the question names."""
    assert fact.quantity is not None
    days = question.reading.dates
    first, last = _clause_span(fact.reading, fact.quantity.start)
    near = [d for d in fact.reading.dates if first <= d.start < last]
    return any(date_follows(d, n) or date_follows(n, d) for d in days for n in near)


def _can_answer(fact: Fact, question: Asked) -> bool:
    """Whether a number is of the sort: "how many" takes no 5.9, "how much" no three months."""
    quantity = fact.quantity
    assert quantity is not None
    if "old" in question.words and "how" in question.words:
        return quantity.kind == "age"
    if "many" in question.words and quantity.kind == "count":
        return float(quantity.low).is_integer() or quantity.low >= _LARGE
    if "much" in question.words:
        return quantity.base[0] not in {"time", "month"}
    return True


def _names_its_noun(fact: Fact) -> bool:
    assert fact.quantity is not None
    return fact.quantity.head is not None and not fact.quantity.inherited


def _event(fact: Fact) -> frozenset[str]:
    assert fact.quantity is not None
    words = segment_of(fact.reading, fact.quantity)
    found = {e for s in (*words, fact.quantity.head or "") if (e := event_of(s)) is not None}
    if not found:
        found = {e for s in fact.reading.stems if (e := event_of(s)) is not None}
    return frozenset(found)


def _is_part(fact: Fact, facts: Sequence[Fact], question: Asked) -> bool:
    """Whether a number is of a part of what another one counts: "92 on Saturday" of 145, "four in
    the north" of 32.

    It is, when it has a day or a place of its own that the question does not name, and its article
    gives the larger number too.
    """
    assert fact.quantity is not None
    days = [] if question.reading.dates else _own_days(fact)
    places = _own_places(fact, question)
    return any(
        other.quantity is not None
        and other.quantity.low > fact.quantity.low
        and (
            (bool(days) and not _own_days(other))
            or bool(places - _own_places(other, question) and places - _names_told(other))
        )
        and _also_gives(fact, other.quantity)
        for other in facts
    )


def _own_places(fact: Fact, question: Asked) -> frozenset[str]:
    """Folded last words of the places in the clause of a number, those of the question left out."""
    assert fact.quantity is not None
    first, last = _clause_span(fact.reading, fact.quantity.start)
    return frozenset(
        name.parts[-1]
        for name in fact.reading.names
        if first <= name.start < last
        and name.parts[-1] not in question.words
        and _LOCATIVE.search(fact.reading.text, 0, name.start)
    )


def _names_told(fact: Fact) -> frozenset[str]:
    return frozenset(name.parts[-1] for name in fact.reading.names)


def _own_days(fact: Fact) -> list[DateMention]:
    """Days of what a number counts, not of who said it."""
    return [d for d in fact.reading.dates if not is_of_saying(fact.reading.text, d)]


def _also_gives(fact: Fact, quantity: Quantity) -> bool:
    """Whether the article of ``fact`` gives ``quantity`` in another sentence."""
    return any(
        same_value(q, quantity)
        for text in _sentences_with(fact.sentence.article_text, quantity.text)
        if text != fact.sentence.text
        for q in read_sentence(text).quantities
    )


@lru_cache(maxsize=256)
def _sentences_with(article: str, number: str) -> tuple[str, ...]:
    if not article or number not in article:
        return ()
    spans = split_sentences(article)
    return tuple(article[s.start : s.end] for s in spans if number in article[s.start : s.end])


def share_told(reading: Reading, question: Asked) -> float:
    """Share of the content words of the question, names aside, that a sentence has."""
    names = {part for name in question.reading.names for part in name.parts}
    wanted = [s for s, word in question.reading.stems.items() if word not in names]
    wanted = [s for s in wanted if s not in counted_noun(question) & _ANYONE]
    if not wanted:
        return 1.0
    known = all_stems(reading)
    return sum(any_same(s, known) for s in wanted) / len(wanted)


def all_stems(reading: Reading) -> frozenset[str]:
    """Stems of all words, of those too that mostly say little ("behind")."""
    return frozenset(stem(t.lower) for t in reading.tokens if t.kind == "word")


def speaker_in(sentence: CitedSentence, reading: Reading, at: int) -> Speaker:
    """Who says in a sentence what stands at ``at``, else the outlet."""
    speaker = speaker_at(reading, at)
    if speaker is not None:
        return speaker
    return Speaker(sentence.outlet or "", f"outlet {sentence.outlet or sentence.article_id}")


# --- times ---


def _predicate(question: Asked) -> set[str]:
    """Stems of what a question says beside the names and titles in it."""
    named = {w for name in question.reading.names for w in (*name.parts, *name.titles)}
    return {s for s, word in question.reading.stems.items() if word not in named}


def stands_by_predicate(reading: Reading, mention: DateMention, question: Asked) -> bool:
    """Whether no other verb stands between a date and a word of what the question asks about: not
    in "a survey released on Tuesday found the ruling wrong"."""
    words = [t for t in reading.tokens if t.kind == "word"]
    wanted = _predicate(question)
    places = [
        i
        for i, t in enumerate(words)
        if any(same_meaning(stem(t.lower), s) for s in wanted)
        and not mention.start <= t.start < mention.end
    ]
    first = next((i for i, t in enumerate(words) if t.start >= mention.start), len(words))
    last = next((i for i, t in enumerate(words) if t.start >= mention.end), len(words))
    if not places:
        return False
    behind = [t for t in words[max(0, first - 2) : first] if t.lower not in STOP_WORDS]
    if behind and is_verb_like(behind[-1]) and words.index(behind[-1]) not in places:
        return False  # "released on Tuesday"
    near = min(places, key=lambda at: min(abs(at - first), abs(at - last)))
    low, high = (near + 1, first) if near < first else (last, near)
    return not any(is_verb_like(t) for t in words[low:high])


def is_of_saying(text: str, mention: DateMention) -> bool:
    """ "… said on Sunday": the day of the words, not of what they tell."""
    before = text[: mention.start].lower().split()
    while before and before[-1] in {"on", "in", "late", "early", "earlier"}:
        before.pop()
    after = text[mention.end :].lower().split()
    near = {w.strip(",.“”") for w in (before[-1:] + after[:1])}
    return bool(near & _SAYING)


def clause_tells(reading: Reading, start: int, question: Asked) -> bool:
    """Whether the clause around offset ``start`` speaks of what the question asks about."""
    wanted = _predicate(question)
    wanted -= {stem("happen"), stem("happened"), stem("time"), stem("date"), stem("day")}
    if not wanted:
        return True
    clause = _clause(reading, start) - _DOERS
    return any(any_same(s, clause) for s in wanted)


def _clause(reading: Reading, at: int) -> frozenset[str]:
    """Stems of the clause at ``at``; a part between commas is in the clause it stands in."""
    first, last = _clause_span(reading, at)
    return frozenset(
        stem(t.lower)
        for t in reading.tokens
        if first <= t.start < last and t.kind == "word" and t.lower not in STOP_WORDS
    )


def _clause_span(reading: Reading, at: int) -> tuple[int, int]:
    cuts = [
        token.start
        for token, following in zip(reading.tokens, [*reading.tokens[1:], None], strict=True)
        if token.text in ";:—–“”"
        or (token.lower in _OPENS_CLAUSE and not (following and following.start == at))
    ]
    first = max((cut for cut in cuts if cut < at), default=0)
    last = min((cut for cut in cuts if cut > at), default=len(reading.text))
    return first, last
