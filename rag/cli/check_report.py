"""Checked claims as a person reads them: problems first, each with its reason and its quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.answer.told import in_marks, percent
from rag.checked import State, problems_first, state
from rag.cli.printing import described, filled, shown

_INDENT = " " * 6


def print_checks(rows: Sequence[dict[str, Any]]) -> None:
    """The rows under a heading for each state. A row's mark is its ``id``, which in a draft is the
    number of its sentence; ‹words› are those that no sentence supports."""
    heading: State | None = None
    for _, row in problems_first(rows):
        if state(row) != heading:
            if heading is not None:
                print()
            heading = state(row)
            print(heading.upper())
        print_check(row, heading)


def print_check(row: Mapping[str, Any], kind: State) -> None:
    number = f"{shown(str(row['id'])):>3}. "
    if kind == "not checked":
        print(filled(f"{number}{row['error']}", " ", _INDENT))
        return
    print(filled(f"{number}{claim_text(row, kind)}", " ", _INDENT))
    if (why := reason(row, kind)) is not None:
        print(filled(why, _INDENT, _INDENT))
    for found in row["citations"]:
        print(filled(f"“{found['quote']}” ({where(found)})", f"{_INDENT}> ", f"{_INDENT}  "))
    if row["nearest"] is not None:
        found = row["nearest"]
        print(filled(f"nearest: “{found['quote']}” ({where(found)})", _INDENT, f"{_INDENT}  "))


def claim_text(row: Mapping[str, Any], kind: State) -> str:
    """The claim, with ‹marks› around its unsupported words."""
    if kind == "supported":
        return str(row["claim"])
    return in_marks(row["claim"], row["unsupported_spans"])


def reason(row: Mapping[str, Any], kind: State) -> str | None:
    """Why it is a problem; for a claim to check also how likely the articles support it."""
    if kind != "check this":
        return None if row["why"] is None else str(row["why"])
    likely = f"{percent(row['probability'])} likely supported"
    return f"{likely}: {row['why']}" if row["why"] else likely


def where(citation: Mapping[str, Any]) -> str:
    """Outlet, date and title of a quote; one of the row's own text has none."""
    if citation["article_id"] is None:
        return "the text given with it"
    return described(citation["outlet"], citation["published"], citation["title"])
