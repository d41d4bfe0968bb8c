"""Facts that are a number with its unit: is it stated, in digits or in words?"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from rag.claims import read_sentence
from rag.claims.numbers import find_quantities
from rag.claims.quantity import Quantity, value_follows
from rag.claims.synonyms import same_meaning
from rag.claims.words import content_stems

from ..cases import Case, Fact
from ..runs import Grade
from .denial import is_denied
from .reading import ReadAnswer, ShownSentence, Texts, evidence_sentences

# Who is counted as "people" may be called by what else they are: travellers, rioters.
_ANYBODY = frozenset({"peopl", "person", "dead", "victim"})
# Elsewhere "m" after a number is a million.
_METRES = re.compile(r"(?<=\d)\s?m\b")
_PERSONS_SUFFIX = ("er", "or", "ist", "ian", "ant", "ee", "men", "man", "women")


def states(sentence: ShownSentence, case: Case, fact: Fact, texts: Texts) -> bool:
    """Whether ``sentence`` states the number of ``fact`` with its unit and labelled qualifier.

    A number without a unit counts in a sentence on the matter: one that shares a word with the
    question or with the evidence.
    """
    assert fact.number is not None
    evidence = evidence_sentences(case, fact, texts)
    matter = _matter(case.question, *evidence)
    text = sentence.text
    if _labelled(fact.number, fact.unit, fact.qualifier).base[0] == "length":
        text = _METRES.sub(" metres", text)
    return any(
        _is_number(quantity, fact)
        and _counts_the_same(quantity, text, fact, matter)
        and not is_denied(text, quantity.start, quantity.end, evidence)
        for quantity in read_sentence(text).quantities
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
def _labelled(number: float, unit: str, qualifier: str | None) -> Quantity:
    """The label as the quantity that an article would state."""
    found = find_quantities(f"{number:,} {unit}")
    quantity = found[0] if found else Quantity(0, 0, "", "count", number, number)
    return replace(quantity, qualifier=qualifier)


def _is_number(quantity: Quantity, fact: Fact) -> bool:
    assert fact.number is not None
    label = _labelled(fact.number, fact.unit, fact.qualifier)
    dimension, low, high = quantity.base
    wanted_dimension, wanted, _ = label.base
    scale = wanted / fact.number if fact.number else 1.0
    slack = abs(fact.tolerance * scale) + 1e-6 * abs(wanted)
    if dimension != wanted_dimension and not (quantity.unit is None and dimension == "number"):
        return False
    if dimension != wanted_dimension:  # a bare "70" where 70 percent is wanted
        low, high, wanted, slack = quantity.low, quantity.high, fact.number, fact.tolerance + 1e-9
    if abs(low - wanted) > slack or abs(high - wanted) > slack:
        return False
    if fact.qualifier is None:
        return True
    same = replace(label, qualifier=quantity.qualifier)
    return value_follows(same, label)


def _counts_the_same(quantity: Quantity, text: str, fact: Fact, matter: frozenset[str]) -> bool:
    assert fact.number is not None
    label = _labelled(fact.number, fact.unit, fact.qualifier)
    own = frozenset(content_stems(text[quantity.start : quantity.end]))
    on_the_matter = bool((frozenset(content_stems(text)) - own) & matter)
    if quantity.head is None or label.head is None:
        return on_the_matter or quantity.kind == label.kind
    if same_meaning(quantity.head, label.head):
        return True
    names_persons = (quantity.unit or "").casefold().rstrip("s").endswith(_PERSONS_SUFFIX)
    if quantity.head in _ANYBODY or (label.head in _ANYBODY and names_persons):
        return on_the_matter
    # The noun that the article or the question counts: "54 arrests" where the label says people.
    return quantity.head in matter and on_the_matter


@lru_cache(maxsize=1024)
def _matter(*texts: str) -> frozenset[str]:
    return frozenset(stem for text in texts for stem in content_stems(text))
