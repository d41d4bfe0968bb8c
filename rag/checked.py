"""What people are told of checked claims, in the terminal and on the page: one word for each, the
order of a report, the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

State = Literal["contradicted", "not found", "check this", "not checked", "supported"]

# The order of a report: what an editor has to mend, to look for, to look at, and the rest.
STATES: tuple[State, ...] = ("contradicted", "not found", "check this", "not checked", "supported")


def state(row: Mapping[str, Any]) -> State:
    """The word for a row of ``check``.

    "contradicted": a sentence of the articles says otherwise; "not found": none speaks of it;
    "check this": supported, but not certainly; "not checked": the row failed.
    """
    if row.get("error") is not None:
        return "not checked"
    if row["support"] == "contradicted":
        return "contradicted"
    if row["support"] == "unsupported":
        return "not found"
    return "supported" if row["certain"] else "check this"


def problems_first(rows: Sequence[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """The rows in the order of a report, each with its number in the draft, from 1."""
    return sorted(enumerate(rows, start=1), key=lambda item: STATES.index(state(item[1])))


def totals(counts: Counter[State], noun: str = "sentence") -> str:
    """Such as "12 sentences: 2 contradicted, 3 not found, 1 to check, 6 supported"."""
    number = counts.total()
    words = {kind: "to check" if kind == "check this" else kind for kind in STATES}
    parts = [
        f"{counts[kind]:,} {words[kind]}"
        for kind in STATES
        if counts[kind] or kind != "not checked"
    ]
    return f"{number:,} {noun}{'' if number == 1 else 's'}: {', '.join(parts)}"
