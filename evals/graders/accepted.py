"""Facts that are a name, a time or a phrase: is one of the accepted forms stated?"""

from __future__ import annotations

from ..labels import Case, Fact
from ..reader import folded, places_of
from .denial import is_denied
from .grade import Grade
from .shown import ReadAnswer, ShownSentence, Texts, evidence_sentences


def states(sentence: ShownSentence, case: Case, fact: Fact, texts: Texts) -> bool:
    """Whether ``sentence`` states one of the accepted forms of ``fact`` and does not deny it."""
    text = sentence.folded
    places = [place for form in fact.accept for place in places_of(form, text)]
    if not places:
        return False
    evidence = [folded(quote) for quote in evidence_sentences(case, fact, texts)]
    return not all(is_denied(text, start, end, evidence) for start, end in places)


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Right when every fact with accepted forms is stated in some sentence."""
    facts = [fact for fact in case.facts if fact.accept]
    if answer.refused or not facts:
        return Grade(None)
    missing = [
        fact.id
        for fact in facts
        if not any(states(sentence, case, fact, texts) for sentence in answer.sentences)
    ]
    if missing:
        return Grade("wrong", f"does not state {', '.join(missing)}")
    return Grade("right")
