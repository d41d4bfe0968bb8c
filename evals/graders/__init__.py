"""Graders: one question of one answer each, and the verdict that is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import labels as label_types
from .. import reader as sentence_reader
from ..labels import Case
from . import abstention, accepted, alce, forbidden, numbers, quotes, relation, said_by
from .grade import Grade, Verdict
from .shown import ReadAnswer, Texts, read_answer

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
    """Hash of all that a verdict rests on: graders, what a label holds, the reader and its lists;
    runs with another are not compared.

    Where the files lie does not matter, nor does the code that is graded.
    """
    files = sorted(grading_files(), key=lambda file: (file.name, _content(file)))
    digest = hashlib.sha256()
    for file in files:
        content = _content(file)
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def grading_files() -> list[Path]:
    """The files that graders are made of."""
    graders, labels = Path(__file__).parent, Path(label_types.__file__)
    reader = Path(sentence_reader.__file__).parent
    return [labels, *graders.glob("*.py"), *reader.glob("*.py"), *reader.glob("lists/*.txt")]


def _content(file: Path) -> bytes:
    return file.read_bytes().replace(b"\r\n", b"\n")
