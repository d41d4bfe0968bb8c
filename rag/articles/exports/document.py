"""One article of an export, and the forms that all exports share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.articles.bylines import read_byline
from rag.articles.dates import find_date
from rag.articles.lines import Line
from rag.articles.refused import RefusedError
from rag.articles.stated import Stated

COPYRIGHT = re.compile(r"^(?:copyright\b|\(c\)|©|all rights reserved)", re.IGNORECASE)
_MAX_DATE_WORDS = 8  # "February 3, 2026 Tuesday 9:14 PM GMT"; a longer line is a sentence


class UnsplittableError(RefusedError):
    """The file holds several articles that cannot be told apart safely; the message says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the export has it.

    Attributes:
        text: its text without the fields around it; "" when the export has none.
        stated: what its fields state. The days on which it was loaded, updated or exported are
            not the day of its publication.
        is_page: only its bounds are known: ``text`` still holds headline and date line.
    """

    text: str
    stated: Stated = field(default_factory=Stated)
    is_page: bool = False


def stripped_lines(chunk: str) -> list[str]:
    return [line.strip() for line in chunk.replace("\f", "\n").split("\n")]


def date_position(lines: Sequence[str]) -> int | None:
    """Position of the first line that says a date and little else."""
    for position, line in enumerate(lines):
        if len(line.split()) <= _MAX_DATE_WORDS and find_date(line):
            return position
    return None


def author_name(value: str) -> str | None:
    """A name as read aloud: "Voss, Ada" is Ada Voss; "Staff writer" is none."""
    name = re.sub(r"^by:?\s+", "", value.strip(), flags=re.IGNORECASE)
    turned = re.fullmatch(r"([^,;]+),\s+([^,;]+)", name)
    name = f"{turned[2]} {turned[1]}" if turned else name
    byline = read_byline(Line(f"By {name}")) if name else None
    return byline.author if byline is not None else name or None


def outlet_name(value: str) -> str | None:
    """An outlet without the place of its edition: "The Sound (Harrow)", "Sound ; Harrow"."""
    return re.sub(r"\s*\([^()]*\)\s*$", "", value.split(";", maxsplit=1)[0]).strip() or None
