"""Facts that are a number with its unit: is it stated, in digits or in words?"""

from __future__ import annotations

from functools import lru_cache

from ..labels import Case, Fact
from ..reader import Number, content_stems, find_numbers, listed_lines, listed_words, stem
from .denial import is_denied
from .grade import Grade
from .shown import ReadAnswer, ShownSentence, Texts, evidence_sentences

# Endings of nouns of persons: travellers, rioters, pensioners, protestants.
_PERSONS_ENDINGS = ("er", "or", "ist", "ian", "ant", "ee", "men", "man", "women", "woman")
# Labelled qualifier → what an answer may say: "at least 30" follows from "more than 30".
_MAY_SAY: dict[str | None, frozenset[str | None]] = {
    "at least": frozenset({"at least"}),
    "more than": frozenset({"more than", "at least"}),
    "fewer than": frozenset({"fewer than", "up to", "nearly"}),
    "up to": frozenset({"up to"}),
    "about": frozenset({"about", None}),
    "nearly": frozenset({"nearly", "about", "fewer than", "up to"}),
}


def states(sentence: ShownSentence, case: Case, fact: Fact, texts: Texts) -> bool:
    """Whether ``sentence`` states the number of ``fact`` with its unit and labelled qualifier.

    A number without a unit counts in a sentence on the matter: one that shares a word with the
    question or with the evidence.
    """
    assert fact.number is not None
    label = _labelled(fact.number, fact.unit)
    evidence = evidence_sentences(case, fact, texts)
    matter = _matter(case.question, *evidence)
    text = sentence.text
    return any(
        _is_value(number, label, fact)
        and (fact.qualifier is None or number.qualifier in _MAY_SAY[fact.qualifier])
        and _counts_the_same(number, text, label, matter)
        and not is_denied(text, number.start, number.end, evidence)
        for number in find_numbers(text, m_is_metres=label.dimension == "length")
    )


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Right when every fact with a number is stated in some sentence."""
    facts = [fact for fact in case.facts if fact.number is not None]
    if answer.refused or not facts:
        return Grade(None)
    missing = [
        f"{fact.qualifier + ' ' if fact.qualifier else ''}{fact.number:,} {fact.unit}"
        for fact in facts
        if not any(states(sentence, case, fact, texts) for sentence in answer.sentences)
    ]
    if missing:
        return Grade("wrong", f"does not state {'; '.join(missing)}")
    return Grade("right")


@lru_cache(maxsize=1024)
def _labelled(number: float, unit: str) -> Number:
    """The label as the number that an article would state."""
    found = find_numbers(f"{number:,} {unit}")
    return found[0] if found else Number(0, 0, number, number, "number")


def _is_value(number: Number, label: Number, fact: Fact) -> bool:
    """Whether the value is the labelled one; a bare "70" may stand for 70 percent."""
    assert fact.number is not None
    if number.dimension == label.dimension:
        size = label.low / fact.number if fact.number else 1.0
        slack = abs(fact.tolerance * size) + 1e-6 * abs(label.low)
        return abs(number.low - label.low) <= slack and abs(number.high - label.low) <= slack
    is_bare = number.dimension == "number" and not number.heads
    return is_bare and number.low == number.high and _near(number.low, fact)


def _near(value: float, fact: Fact) -> bool:
    assert fact.number is not None
    return abs(value - fact.number) <= fact.tolerance + 1e-9


def _counts_the_same(number: Number, text: str, label: Number, matter: frozenset[str]) -> bool:
    words = content_stems(text[: number.start]) | content_stems(text[number.end :])
    on_the_matter = not words or bool(words & matter)
    if number.dimension != "number":
        return True
    if not number.heads or not label.heads:
        return on_the_matter
    counted, wanted = (frozenset(map(stem, one.heads)) for one in (number, label))
    if any(_alike(one, other) for one in counted for other in wanted):
        return True
    anybody = frozenset(map(stem, listed_words("persons")))
    if counted & anybody or (wanted & anybody and any(map(_is_person, number.heads))):
        return on_the_matter
    # The noun that the article or the question counts: "54 arrests" where the label says people.
    return bool(counted & matter) and on_the_matter


def _is_person(noun: str) -> bool:
    return noun.removesuffix("s").endswith(_PERSONS_ENDINGS)


def _alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= line for line in _alike_lines())


@lru_cache(maxsize=1)
def _alike_lines() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(stem, line.split())) for line in listed_lines("alike"))


@lru_cache(maxsize=1024)
def _matter(*texts: str) -> frozenset[str]:
    return frozenset(one for text in texts for one in content_stems(text))
