"""Graders: one question of one answer each, and the verdict that is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import rag.claims

from ..cases import Case
from ..runs import Grade, Verdict
from . import abstention, accepted, alce, forbidden, numbers, quotes, relation, said_by
from .reading import ReadAnswer, Texts, read_answer

Grader = Callable[[Case, ReadAnswer, Texts], Grade]

# These decide: an answer is right when none of them finds it wrong.
DECIDING: dict[str, Grader] = {
    "abstention": abstention.grade,
    "accepted": accepted.grade,
    "numbers": numbers.grade,
    "said_by": said_by.grade,
    "forbidden": forbidden.grade,
    "relation": relation.grade,
    "quotes": quotes.grade,
}
# These inform: a share that reports show.
INFORMING: dict[str, Grader] = {
    "citation_recall": alce.grade_recall,
    "citation_precision": alce.grade_precision,
}


def grade_answer(
    case: Case, answer: Mapping[str, Any], texts: Texts
) -> tuple[Verdict, str, dict[str, Grade]]:
    """The verdict on an answer in the contract's JSON, why, and what each grader found.

    Args:
        texts: article id → text as stored.

    A question that failed is unscored: neither right nor wrong.
    """
    if answer["error"] is not None:
        return "unscored", f"no answer: {answer['error']}", {}
    if not answer["answer"].strip():
        return "unscored", "the answer is empty", {}
    read = read_answer(answer)
    found = {name: grader(case, read, texts) for name, grader in (DECIDING | INFORMING).items()}
    grades = {
        name: grade
        for name, grade in found.items()
        if grade.verdict is not None or grade.score is not None
    }
    wrong = [found[name].why for name in DECIDING if found[name].verdict == "wrong"]
    return ("wrong", "; ".join(wrong), grades) if wrong else ("right", "", grades)


@lru_cache(maxsize=1)
def graders_sha256() -> str:
    """Hash of the source of the graders and of what they read sentences with, so that runs graded
    otherwise are not compared."""
    claims = Path(rag.claims.__file__).parent
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, claims):
        for file in sorted(folder.glob("*.py")):
            source = file.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{folder.name}/{file.name}\n".encode() + source)
    return digest.hexdigest()
