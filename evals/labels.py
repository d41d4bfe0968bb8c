"""What a labelled question holds: the facts that a right answer states, and what it must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Relation = Literal["same", "compatible", "conflict"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a right answer states: one of ``accept``, or ``number`` with its unit.

    Attributes:
        evidence: words of the articles that say it, character for character.
        said_by: who must be named in the same sentence, in all forms; empty when nobody must.
    """

    id: str
    evidence: tuple[str, ...]
    accept: tuple[str, ...] = ()
    number: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    qualifier: str | None = None
    said_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled question; ``forbid`` holds (fact id, forms of a wrong claim)."""

    id: str
    question: str
    articles: tuple[str, ...]
    answerable: bool
    history: tuple[tuple[str, str], ...] = ()
    critical: bool = False
    held_out: bool = False
    facts: tuple[Fact, ...] = ()
    forbid: tuple[tuple[str, tuple[str, ...]], ...] = ()
    relation: Relation | None = None
    tags: tuple[str, ...] = ()

    @property
    def cluster(self) -> str:
        return self.articles[0]
