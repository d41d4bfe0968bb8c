"""Claims that make an answer wrong."""

from __future__ import annotations

from ..cases import Case
from ..runs import Grade
from .denial import is_denied
from .reading import ReadAnswer, Texts, places_of


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
