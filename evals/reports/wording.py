"""Numbers in words that all reports share."""

from __future__ import annotations

from .content import CaseRow, Change, Figures

VERDICTS = {"pass": "Pass", "block": "Block", "inconclusive": "Inconclusive"}


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    value = round(100 * share, 1)
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{abs(value):.1f}"


def interval(figures: Figures) -> str:
    low, high = figures.interval
    return f"{points(low)} to {points(high)}"


def detectable(figures: Figures) -> str:
    if figures.detectable is None:
        return "none: too few articles"
    return f"a fall of {100 * figures.detectable:.1f} points"


def cost(usd: float | None) -> str:
    if usd is None:
        return "price not known"
    return f"${usd:.4f}" if 0 < usd < 1 else f"${usd:.2f}"


def runs(row: CaseRow, side: int) -> str:
    """``3 of 3, then 4 of 4``: right answers of the first runs and of the further ones."""
    right, graded = row.first[side]
    text = f"{right} of {graded}"
    if row.further is not None:
        right, graded = row.further[side]
        text += f", then {right} of {graded}"
    return text


def weight(change: Change) -> str:
    """What a flip is worth: what it does to the decision."""
    row = change.row
    if row.blocks:
        return "critical, confirmed: blocks"
    kind = "critical, " if row.critical else ""
    return kind + ("confirmed" if row.confirmed else "not confirmed by further runs")
