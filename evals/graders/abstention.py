"""Refusing: a refusal where the articles tell, or an answer where they do not, is wrong."""

from __future__ import annotations

from ..labels import Case
from .grade import Grade
from .shown import ReadAnswer, Texts

FALSE_REFUSAL = "false refusal: the articles do tell"
FALSE_ANSWER = "false answer: the articles do not tell"


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Right when the answer refuses exactly where the case is not answerable."""
    if answer.refused == (not case.answerable):
        return Grade("right")
    return Grade("wrong", FALSE_REFUSAL if answer.refused else FALSE_ANSWER)
