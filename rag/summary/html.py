"""A brief as one page of HTML that opens anywhere and asks nobody for anything.

A citation is a link to the highlighted quote in the article's text on the same page, so that it
works without a script; the page's own policy forbids every request and every script. All text of
articles is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape
from importlib import resources
from itertools import pairwise

from rag.answer.answer import Citation
from rag.summary.brief import (
    Brief,
    Difference,
    EventBrief,
    Figure,
    FigureValue,
    ReadArticle,
    TimelineLine,
    counted,
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_RELATIONS = {"conflict": "cannot all be true", "compatible": "may all be true"}


def render_html(brief: Brief) -> str:
    """The whole page."""
    css = resources.files("rag.summary").joinpath("brief.css").read_text("utf-8")
    page = _Page(brief)
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(brief.title)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n",
            '<div class="page">\n<main>\n',
            *page.main(),
            '</main>\n<aside class="texts" aria-label="Articles" tabindex="0">\n',
            *page.articles(),
            "</aside>\n</div>\n</body>\n</html>\n",
        ]
    )


class _Page:
    """The parts of one page; keeps which citations were linked, so that each has one way back."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._linked: set[int] = set()

    def main(self) -> Iterator[str]:
        brief = self._brief
        yield f"<h1>{escape(brief.title)}</h1>\n"
        yield f'<p class="meta">{escape(_made_of(brief))}</p>\n'
        for note in brief.notes:
            yield f'<p class="note">{escape(note)}</p>\n'
        for number, event in enumerate(brief.events, start=1):
            if len(brief.events) > 1:
                yield f"<h2>{escape(event.title)}</h2>\n"
            yield from self._event(event, number)
        yield from self._receipt()

    def articles(self) -> Iterator[str]:
        """Every article read, its cited quotes highlighted."""
        yield "<h2>The articles</h2>\n"
        cited: dict[str, list[Citation]] = {}
        for citation in self._brief.citations:
            cited.setdefault(citation.article_id, []).append(citation)
        for article in self._brief.receipt.read:
            yield from self._article(article, cited.get(article.article_id, []))

    # --- sections ---

    def _event(self, event: EventBrief, number: int) -> Iterator[str]:
        for line in event.lead:
            yield f"<p>{escape(line.text)} {self._cites(line.citations)}</p>\n"
        if event.figures:
            yield "<h3>Key figures</h3>\n<table>\n"
            yield from (self._figure(figure) for figure in event.figures)
            yield "</table>\n"
        if event.differences:
            yield "<h3>Where the reports differ</h3>\n<table>\n"
            yield from (self._difference(difference) for difference in event.differences)
            yield "</table>\n"
        if event.timeline:
            yield "<h3>Timeline</h3>\n"
            yield _strip(event.timeline, number)
            yield '<ol class="days">\n'
            for place, line in enumerate(event.timeline):
                yield self._day(line, f"t{number}-{place}")
            yield "</ol>\n"
        if event.said:
            yield "<h3>Who said what</h3>\n<ul>\n"
            for said in event.said:
                yield (
                    f"<li><strong>{escape(said.speaker)}</strong> {escape(said.verb)}: "
                    f"{escape(said.text)} {self._cites(said.citations)}</li>\n"
                )
            yield "</ul>\n"
        if event.unknown:
            yield "<h3>What is not known</h3>\n<ul>\n"
            yield from (
                f"<li>{escape(u.text)} {self._cites(u.citations)}</li>\n" for u in event.unknown
            )
            yield "</ul>\n"

    def _figure(self, figure: Figure) -> str:
        rows = "".join(
            f'<tr><td class="number">{escape(value.number)}</td>{self._source(value)}</tr>\n'
            for value in figure.values
        )
        heading = f'<tr><th colspan="3" scope="rowgroup">{escape(figure.figure)}</th></tr>\n'
        return f"<tbody>\n{heading}{rows}</tbody>\n"

    def _difference(self, difference: Difference) -> str:
        rows = "".join(
            f'<tr><td class="number">{escape(value.number)}</td>{self._source(value)}</tr>\n'
            for value in difference.values
        )
        tag = f'<span class="tag {difference.relation}">{_RELATIONS[difference.relation]}</span>'
        return (
            f'<tbody>\n<tr><th colspan="3" scope="rowgroup">{escape(difference.about)} {tag}</th>'
            f"</tr>\n{rows}</tbody>\n"
        )

    def _source(self, value: FigureValue) -> str:
        who = escape(value.said_by or "the report itself")
        return f"<td>{who}</td><td>“{escape(value.excerpt)}” {self._cites(value.citations)}</td>"

    def _day(self, line: TimelineLine, identifier: str) -> str:
        text = f"{escape(line.text)} {self._cites(line.citations)}"
        if line.date is None:
            when = f'<span class="when">no date known ({escape(line.stated)})</span>'
            return f'<li class="undated" id="{identifier}">{when}{text}</li>\n'
        until = f" to {escape(line.until)}" if line.until else ""
        when = f'<time datetime="{escape(line.date)}">{escape(line.date)}{until}</time>'
        return f'<li id="{identifier}">{when}{text}</li>\n'

    def _receipt(self) -> Iterator[str]:
        receipt = self._brief.receipt
        yield '<h2>What was read</h2>\n<div class="receipt">\n'
        yield (
            f"<p>{counted(receipt.articles, 'article')} read, "
            f"{counted(receipt.copies, 'copy')} skipped, "
            f"{counted(len(receipt.left_out), 'article')} left out; {receipt.passages_used} of "
            f"{receipt.passages} passages quoted. Method: {escape(receipt.method)}.</p>\n"
        )
        if receipt.left_out:
            yield "<details><summary>Left out, and why</summary><ul>\n"
            for left in receipt.left_out:
                yield f"<li>{escape(left.article_id)}: {escape(left.reason)}</li>\n"
            yield "</ul></details>\n"
        yield "</div>\n"

    def _cites(self, numbers: Iterable[int]) -> str:
        return "".join(self._cite(n) for n in numbers)

    def _cite(self, n: int) -> str:
        identifier = "" if n in self._linked else f' id="c{n}"'
        self._linked.add(n)
        citation = self._brief.citations[n - 1]
        where = ", ".join(p for p in (citation.outlet, citation.published) if p) or citation.source
        label = f"Quote {n}, {where}"
        return (
            f'<a class="cite"{identifier} href="#q{n}" title="{escape(citation.quote)}" '
            f'aria-label="{escape(label)}">{n}</a>'
        )

    # --- the articles ---

    def _article(self, article: ReadArticle, cited: Sequence[Citation]) -> Iterator[str]:
        yield f'<article id="a-{escape(article.article_id)}">\n'
        yield f"<h3>{escape(article.title or article.article_id)}</h3>\n"
        facts = [article.outlet, article.published, article.article_id]
        yield f'<p class="meta">{escape(" · ".join(f for f in facts if f))}'
        if article.copies:
            yield f" · copies: {escape(', '.join(article.copies))}"
        yield "</p>\n"
        for sha256 in dict.fromkeys(c.text_sha256 for c in cited):
            text = self._brief.texts[sha256]
            yield _highlighted(text, [c for c in cited if c.text_sha256 == sha256])
        if not cited:
            yield '<p class="meta">Nothing of it is quoted above.</p>\n'
        yield "</article>\n"


def _highlighted(text: str, cited: Sequence[Citation]) -> str:
    """Paragraphs of ``text`` with each quote marked where it stands; quotes may overlap."""
    cuts = sorted({0, len(text), *(c.start for c in cited), *(c.end for c in cited)})
    cuts = sorted({*cuts, *_paragraph_cuts(text)})
    parts = ["<p>"]
    for start, end in pairwise(cuts):
        piece = text[start:end]
        if not piece.strip():
            parts.append("</p>\n<p>" if "\n\n" in piece else escape(piece))
            continue
        inside = [c for c in cited if c.start <= start and end <= c.end]
        if not inside:
            parts.append(escape(piece))
            continue
        begun = [c.n for c in inside if c.start == start]
        parts += [f'<span class="at" id="q{n}"></span>' for n in begun[1:]]
        identifier = f' id="q{begun[0]}"' if begun else ""
        back = "".join(
            f' <a class="back" href="#c{c.n}" aria-label="Back to quote {c.n}">[{c.n}]</a>'
            for c in inside
            if c.end == end
        )
        parts.append(f"<mark{identifier}>{escape(piece)}{back}</mark>")
    return "".join([*parts, "</p>\n"])


def _paragraph_cuts(text: str) -> Iterator[int]:
    at = text.find("\n\n")
    while at != -1:
        yield at
        yield at + 2
        at = text.find("\n\n", at + 2)


# --- the timeline to look at ---


def _strip(lines: Sequence[TimelineLine], number: int) -> str:
    """Dots on a line, a day where it falls; days far apart from the others stand closer."""
    days = sorted({_first_day(line.date) for line in lines if line.date is not None})
    if len(days) < 2:
        return ""
    places = _places(days)
    dots: list[str] = []
    for place, line in enumerate(lines):
        if line.date is not None:
            left = places[_first_day(line.date)]
            dots.append(
                f'<a href="#t{number}-{place}" style="left:{left:.1f}%" '
                f'aria-label="{escape(line.date)}"></a>'
            )
    ends = (
        f'<span style="left:0">{days[0].isoformat()}</span>'
        f'<span style="right:0">{days[-1].isoformat()}</span>'
    )
    return f'<div class="strip" role="group" aria-label="Timeline">{ends}{"".join(dots)}</div>\n'


def _places(days: Sequence[date]) -> dict[date, float]:
    """Place of each day in percent: by the square root of the gaps, so that none vanishes."""
    gaps = [0.0] + [
        max(1.0, float((later - earlier).days)) ** 0.35 for earlier, later in pairwise(days)
    ]
    total = sum(gaps)
    reached = 0.0
    places: dict[date, float] = {}
    for day, gap in zip(days, gaps, strict=True):
        reached += gap
        places[day] = 2 + 96 * reached / total
    return places


def _first_day(iso: str) -> date:
    parts = [int(part) for part in iso.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def _made_of(brief: Brief) -> str:
    receipt = brief.receipt
    outlets = len({a.outlet for a in receipt.read if a.outlet})
    made = f"written by {brief.model}" if brief.model else "exact quotes, no model"
    return f"{counted(receipt.articles, 'article')}, {counted(outlets, 'outlet')}; {made}"
