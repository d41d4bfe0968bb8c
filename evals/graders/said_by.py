"""Who said it: does a sentence that states the fact name its speaker?"""

from __future__ import annotations

from ..labels import Case
from ..reader import places_of
from . import accepted, numbers
from .grade import Grade
from .shown import ReadAnswer, Texts


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Right when each fact with ``said_by`` is stated in a sentence that names one of them.

    A fact that is not stated at all is the other graders' to judge.
    """
    facts = [fact for fact in case.facts if fact.said_by]
    if answer.refused or not facts:
        return Grade(None)
    unattributed = []
    for fact in facts:
        states = accepted.states if fact.accept else numbers.states
        stating = [s for s in answer.sentences if states(s, case, fact, texts)]
        if stating and not any(
            places_of(form, sentence.folded) for sentence in stating for form in fact.said_by
        ):
            unattributed.append(f"{fact.id} ({fact.said_by[0]})")
    if unattributed:
        return Grade("wrong", f"does not say who says {', '.join(unattributed)}")
    return Grade("right")
