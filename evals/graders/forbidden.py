"""Claims that make an answer wrong."""

from __future__ import annotations

from ..labels import Case
from ..reader import places_of
from .denial import is_denied
from .grade import Grade
from .shown import ReadAnswer, Texts


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Wrong when a sentence states a forbidden claim and does not deny it."""
    if answer.refused or not case.forbid:
        return Grade(None)
    for fact_id, forms in case.forbid:
        for sentence in answer.sentences:
            for form in forms:
                places = places_of(form, sentence.folded)
                if any(not is_denied(sentence.folded, *place, ()) for place in places):
                    return Grade("wrong", f"states “{form}” as {fact_id}")
    return Grade("right")
