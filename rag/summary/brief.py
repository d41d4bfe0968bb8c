"""What a brief is: sections of lines, each resting on exact quotes, and a receipt of what was read.

``to_json`` gives the contract's JSON. A brief of several events holds one ``EventBrief`` for each;
its own lists are those of all events, one after another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rag.answer.answer import Citation, PromptRecord, Usage, Value

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a brief and the numbers of the citations that it rests on."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine(Line):
    """A line with the day of what it tells.

    Attributes:
        date: ISO 8601 as far as it is known ("2026-01-31", "2025-03", "2022"); None for one that
            cannot be told.
        until: the last day, when it lasted longer; else None.
        stated: the words of the quote that the date was read from.
    """

    date: str | None
    until: str | None
    stated: str


@dataclass(frozen=True, slots=True)
class SaidLine(Line):
    """A line with who says it, as the quote has the name, and the verb of saying."""

    speaker: str
    verb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureValue(Value):
    """One value of a figure; ``excerpt`` are words of its first quote, the number among them."""

    excerpt: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted, and the values that the reports give for it, the most reported first."""

    figure: str
    values: tuple[FigureValue, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the reports tell in different ways.

    ``relation`` is "compatible" for values that may all be true ("at least 30", "dozens") and
    "conflict" for those that may not.
    """

    about: str
    relation: Literal["compatible", "conflict"]
    values: tuple[FigureValue, ...]


@dataclass(frozen=True, slots=True)
class EventBrief:
    """The sections on one event.

    In the contract's JSON ``unknown`` are texts that end in their ``[n]`` markers. ``since`` and
    ``until`` are the first and last day of publication, None when no article is dated.
    """

    title: str
    articles: tuple[str, ...]
    since: str | None = None
    until: str | None = None
    lead: tuple[Line, ...] = ()
    timeline: tuple[TimelineLine, ...] = ()
    figures: tuple[Figure, ...] = ()
    said: tuple[SaidLine, ...] = ()
    differences: tuple[Difference, ...] = ()
    unknown: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOutArticle:
    """An article that was not read for the brief, and why."""

    article_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article that the brief was written from; ``copies`` are ids of copies of the same text."""

    article_id: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read to write a brief.

    Attributes:
        articles: how many were read.
        copies: how many were skipped because another article has their text.
        left_out: those that were looked at and not used.
        passages_used: passages of the articles read that a citation lies in.
        passages: all passages of the articles read.
        method: how sentences were chosen, with its sources.
        read: the articles read.
    """

    articles: int
    copies: int
    left_out: tuple[LeftOutArticle, ...]
    passages_used: int
    passages: int
    method: str
    read: tuple[ReadArticle, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A page on one event or several; every line rests on exact quotes.

    Attributes:
        about: the topic asked for, None for the whole index.
        notes: what the reader should know of how it was made, such as that a model's text could
            not be proved.
        texts: the text of each cited article by its hash, for pages that show quotes in place.
    """

    title: str
    about: str | None
    events: tuple[EventBrief, ...]
    citations: tuple[Citation, ...]
    receipt: Receipt
    engine: Literal["extractive", "llm"] = "extractive"
    model: str | None = None
    prompts: tuple[PromptRecord, ...] = ()
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON: no key missing, unknown fields null."""
        values = asdict(self)
        del values["texts"]
        for event, row in zip(self.events, values["events"], strict=True):
            row["unknown"] = [marked(line) for line in event.unknown]
        sections = ("lead", "timeline", "figures", "said", "differences", "unknown")
        whole = {name: [row for e in values["events"] for row in e[name]] for name in sections}
        return {"title": values.pop("title"), **whole, **values}

    def to_markdown(self) -> str:
        """A page for reading, at most ``markdown.MAX_WORDS`` words long."""
        from rag.summary.markdown import render_markdown

        return render_markdown(self)

    def to_html(self) -> str:
        """One page that opens anywhere: quotes highlighted in the articles, and a timeline."""
        from rag.summary.html import render_html

        return render_html(self)


def marked(line: Line) -> str:
    """The text of a line with its ``[n]`` markers."""
    return " ".join([line.text, "".join(f"[{n}]" for n in line.citations)])


def counted(number: int, noun: str) -> str:
    """ "1 article", "2 articles"; a noun that ends in y takes ies."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
