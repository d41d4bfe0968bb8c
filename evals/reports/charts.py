"""Where the marks of the page's plots stand, in the units of their view boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .content import CaseRow, Figures, TagRow
from .wording import points

WIDTH = 360.0
_MARGIN = 14.0


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """The difference with its interval, against zero and the smallest detectable fall."""

    low: float
    middle: float
    high: float
    zero: float
    detectable: float | None
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class CaseMark:
    """One case: ``x`` in the order of articles, ``y`` by its difference."""

    x: float
    y: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class CaseChart:
    marks: tuple[CaseMark, ...]
    bands: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class TagChart:
    baseline: float | None
    candidate: float | None


def interval_chart(figures: Figures) -> IntervalChart:
    """A scale that holds the interval, zero and the detectable fall, in even steps."""
    low, high = figures.interval
    fall = -(figures.detectable or 0.0)
    reach = max(0.02, 1.1 * max(-min(low, fall), high))
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if reach / step <= 3)
    count = int(reach / step)

    def place(share: float) -> float:
        return WIDTH / 2 + share / reach * (WIDTH / 2 - _MARGIN)

    return IntervalChart(
        low=place(low),
        middle=place(figures.difference),
        high=place(high),
        zero=place(0.0),
        detectable=None if figures.detectable is None else place(fall),
        ticks=tuple(
            Tick(place(at * step), points(at * step).removesuffix(".0"))
            for at in range(-count, count + 1)
        ),
    )


def case_chart(rows: Sequence[CaseRow], height: float) -> CaseChart:
    """Each graded case in the order of articles, which are told apart by bands."""
    graded = [row for row in rows if row.difference is not None]
    graded.sort(key=lambda row: (row.cluster, row.case_id))
    left, right, top, bottom = 30.0, WIDTH - 6.0, 10.0, height - 14.0
    step = (right - left) / max(1, len(graded))

    def level(difference: float) -> float:
        return top + (1 - difference) / 2 * (bottom - top)

    marks = [
        CaseMark(
            x=left + (at + 0.5) * step,
            y=level(row.difference or 0.0),
            kind=_kind(row),
            label=f"{row.case_id}: {points(row.difference or 0.0)} points",
        )
        for at, row in enumerate(graded)
    ]
    clusters = [row.cluster for row in graded]
    bands = [
        (left + clusters.index(name) * step, clusters.count(name) * step)
        for at, name in enumerate(dict.fromkeys(clusters))
        if at % 2 == 0
    ]
    ticks = tuple(Tick(level(one), points(one).removesuffix(".0")) for one in (1.0, 0.0, -1.0))
    return CaseChart(tuple(marks), tuple(bands), ticks)


def tag_chart(row: TagRow, width: float) -> TagChart:
    """Both pass rates on a line from 0 to 1."""

    def place(share: float | None) -> float | None:
        return None if share is None else 5 + share * (width - 10)

    return TagChart(place(row.baseline), place(row.candidate))


def _kind(row: CaseRow) -> str:
    if row.flip:
        change = "break" if row.flip < 0 else "fix"
        return f"{change} confirmed" if row.confirmed else change
    return "same" if not row.difference else "shift"
