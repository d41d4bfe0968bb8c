"""A brief as a page of Markdown for reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from rag.summary.brief import (
    Brief,
    Difference,
    EventBrief,
    Figure,
    FigureValue,
    TimelineLine,
    counted,
)

MAX_WORDS = 1200
_SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1)
_MOST_TITLES = 10
_Row = TypeVar("_Row")
_SPEAKERS_SHOWN = 2
_ROWS_SHOWN = 4
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render_markdown(brief: Brief) -> str:
    """The page: title, one part for each event, and what was read.

    When it is longer than a page, the sections shrink together until it fits.
    """
    page = ""
    for shown in _SHARES:
        page = _page(brief, shown)
        if len(page.split()) <= MAX_WORDS:
            break
    return page


def _page(brief: Brief, shown: float) -> str:
    lines = [f"# {escaped(brief.title)}", ""]
    for note in brief.notes:
        lines += [f"*{escaped(note)}*", ""]
    for event in brief.events:
        lines += _event(_cut(event, shown), alone=len(brief.events) == 1)
    lines += _receipt(brief)
    return "\n".join(lines).rstrip() + "\n"


def _cut(event: EventBrief, shown: float) -> EventBrief:
    """The first part of each section; no section that has something is lost but the last ones."""

    def first(rows: tuple[_Row, ...], least: int = 1) -> tuple[_Row, ...]:
        return rows[: max(least, round(len(rows) * shown))]

    return replace(
        event,
        lead=first(event.lead),
        figures=first(event.figures),
        differences=first(event.differences),
        timeline=_first_dated(event.timeline, shown),
        said=first(event.said, 0),
        unknown=first(event.unknown, 0),
    )


def _first_dated(lines: tuple[TimelineLine, ...], shown: float) -> tuple[TimelineLine, ...]:
    """The later part of what is dated: the event itself comes after its background."""
    kept = max(1, round(len(lines) * shown))
    undated = [line for line in lines if line.date is None]
    dated = [line for line in lines if line.date is not None][-kept:]
    return (*dated, *undated[: max(0, kept - len(dated))])


def escaped(text: str) -> str:
    """Article text as text: no mark of it means anything in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _event(event: EventBrief, *, alone: bool) -> Iterator[str]:
    mark = "##"
    if not alone:
        yield f"## {escaped(event.title)}"
        yield ""
        mark = "###"
    for line in event.lead:
        yield f"{escaped(line.text)} {_marks(line.citations)}"
        yield ""
    if event.figures:
        yield from _section(mark, "Key figures", (_figure(f) for f in event.figures))
    if event.differences:
        yield from _section(
            mark, "Where the reports differ", (_difference(d) for d in event.differences)
        )
    if event.timeline:
        yield from _section(mark, "Timeline", (_timeline(line) for line in event.timeline))
    if event.said:
        rows = (
            f"- **{escaped(s.speaker)}** {s.verb}: {escaped(s.text)} {_marks(s.citations)}"
            for s in event.said
        )
        yield from _section(mark, "Who said what", rows)
    if event.unknown:
        rows = (f"- {escaped(u.text)} {_marks(u.citations)}" for u in event.unknown)
        yield from _section(mark, "What is not known", rows)


def _section(mark: str, heading: str, rows: Iterator[str]) -> Iterator[str]:
    yield f"{mark} {heading}"
    yield ""
    yield from rows
    yield ""


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def _figure(figure: Figure) -> str:
    by_number: dict[str, list[FigureValue]] = {}
    for value in figure.values:
        by_number.setdefault(value.number, []).append(value)
    values = "; ".join(
        f"**{escaped(number)}** " + ", ".join(_said(v) for v in rows[:_SPEAKERS_SHOWN])
        for number, rows in by_number.items()
    )
    return f"- {escaped(figure.figure)}: {values}"


def _said(value: FigureValue) -> str:
    who = f"{escaped(value.said_by)} " if value.said_by else ""
    return f"{who}{_marks(value.citations)}"


def _difference(difference: Difference) -> str:
    word = {"conflict": "cannot all be true", "compatible": "may all be true"}
    values = "; ".join(
        f"“{escaped(v.excerpt)}”"
        + (f", {escaped(v.said_by)}" if v.said_by else "")
        + f" {_marks(v.citations)}"
        for v in _rows_shown(difference)
    )
    return f"- {escaped(difference.about)} ({word[difference.relation]}): {values}"


def _rows_shown(difference: Difference) -> list[FigureValue]:
    """One row for each value, then others while there is room."""
    first: dict[tuple[str | None, str], FigureValue] = {}
    for value in difference.values:
        first.setdefault((value.qualifier, value.value), value)
    others = [v for v in difference.values if v not in first.values()]
    kept = [*first.values(), *others][: max(len(first), _ROWS_SHOWN)]
    return [v for v in difference.values if v in kept]


def _timeline(line: TimelineLine) -> str:
    day = line.date or f"undated ({line.stated})"
    until = f" to {line.until}" if line.until else ""
    return f"- **{escaped(day)}{until}**: {escaped(line.text)} {_marks(line.citations)}"


def _receipt(brief: Brief) -> Iterator[str]:
    receipt = brief.receipt
    yield "## What was read"
    yield ""
    yield (
        f"{counted(receipt.articles, 'article')}, {counted(receipt.copies, 'copy')} skipped, "
        f"{len(receipt.left_out)} left out; {receipt.passages_used} of {receipt.passages} "
        f"passages quoted. Method: {escaped(receipt.method)}."
    )
    yield ""
    numbers: dict[str, list[int]] = {}
    for citation in brief.citations:
        numbers.setdefault(citation.article_id, []).append(citation.n)
    for article in receipt.read:
        parts = [article.outlet, article.published]
        if len(receipt.read) <= _MOST_TITLES or not article.outlet:
            parts.append(article.title or article.article_id)
        where = ", ".join(escaped(part) for part in parts if part)
        if article.article_id in numbers or len(receipt.read) <= _MOST_TITLES:
            yield f"- {where}: {_marks(tuple(numbers.get(article.article_id, []))) or 'not quoted'}"
