"""Agreement: does the answer show how the reports relate, as the case is labelled?"""

from __future__ import annotations

from ..labels import Case
from .grade import Grade
from .shown import ReadAnswer, Texts


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Right when the answer's relation is the labelled one."""
    if case.relation is None or answer.refused:
        return Grade(None)
    if answer.relation == case.relation:
        return Grade("right")
    return Grade("wrong", f"shows the reports as {answer.relation}, they are {case.relation}")
