"""Exact quotes: does each citation stand in its article, character for character?"""

from __future__ import annotations

from ..labels import Case
from .grade import Grade
from .shown import ReadAnswer, Texts


def grade(case: Case, answer: ReadAnswer, texts: Texts) -> Grade:
    """Wrong when a quote is not ``text[start:end]`` of its article, when a number resolves to no
    citation, or when a sentence is shown that cites nothing."""
    if answer.refused:
        return Grade(None)
    for citation in answer.citations.values():
        text = texts.get(citation["article_id"])
        if text is None:
            return Grade("wrong", f"[{citation['n']}] cites {citation['article_id']}: no article")
        if not citation["quote"] or text[citation["start"] : citation["end"]] != citation["quote"]:
            return Grade("wrong", f"[{citation['n']}] does not stand in {citation['article_id']}")
    for sentence in answer.sentences:
        unknown = [n for n in sentence.citations if n not in answer.citations]
        if unknown:
            return Grade("wrong", f"[{unknown[0]}] is no citation of the answer")
        if not sentence.citations:
            return Grade("wrong", f"cites nothing for “{sentence.text[:60]}”")
    return Grade("right")
