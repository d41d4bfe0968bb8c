"""Articles → a brief: which articles, one copy of each, sentences ranked, sections, receipt.

The sections are chosen in the order in which a reader needs them, and a sentence that one section
shows is passed over by the next where others can take its place.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.claims.words import content_stems
from rag.errors import UsageError
from rag.filters import Filters
from rag.index import Index
from rag.summary.brief import (
    Brief,
    Difference,
    EventBrief,
    Figure,
    Line,
    Progress,
    ReadArticle,
    Receipt,
    counted,
)
from rag.summary.centrality import METHOD, Ranked, rank_by_centrality
from rag.summary.denials import denial_differences
from rag.summary.differences import number_differences
from rag.summary.figures import Slot, align, choose_slots, find_mentions, values_of, without_parts
from rag.summary.lines import lead_lines
from rag.summary.material import Citations, SourceArticle, SourceSentence, on_topic, sentences_of
from rag.summary.said import said_lines
from rag.summary.selection import ChosenEvent, Selection, select_articles
from rag.summary.timeline import timeline_lines
from rag.summary.unknown import unknown_lines
from rag.summary.voices import Voices
from rag.summary.window import background_sentences, event_window

if TYPE_CHECKING:
    from rag.summary.writing import Writer


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many lines of each section a brief has for one event."""

    lead: int
    timeline: int
    figures: int
    said: int
    differences: int
    unknown: int


# A page is 1,200 words: one event gets all of it, several share it.
_LENGTHS = (
    (1, Lengths(lead=4, timeline=7, figures=10, said=7, differences=5, unknown=4)),
    (2, Lengths(lead=3, timeline=4, figures=5, said=4, differences=3, unknown=2)),
    (4, Lengths(lead=2, timeline=3, figures=4, said=2, differences=2, unknown=1)),
    (8, Lengths(lead=1, timeline=2, figures=3, said=1, differences=2, unknown=0)),
)
MAX_EVENTS = 8
_OPENING_CHARACTERS = 600
NO_FILTERS = Filters()


def summarize(
    index: Index,
    about: str | None = None,
    *,
    filters: Filters = NO_FILTERS,
    writer: Writer | None = None,
    progress: Progress | None = None,
) -> Brief:
    """A brief of the articles on ``about``, or of the events of the whole index.

    Args:
        writer: the chat model that writes the openings; None for quotes alone.

    Raises:
        UsageError: the topic is empty, or no article is on it.
        IndexStoreError: the index is damaged.
        ModelError: the model did not answer.
        BudgetError: the next call of the model could cost more than is allowed.
    """
    began = time.perf_counter()
    if about is not None and not about.strip():
        raise UsageError("the topic is empty: leave out --about for all events")
    selection = select_articles(index, about, filters, progress, max_events=MAX_EVENTS)
    citations = Citations()
    events: list[EventBrief] = []
    lengths = lengths_for(len(selection.events))
    for done, event in enumerate(selection.events, start=1):
        events.append(event_brief(index, event, about, lengths, citations, writer=writer))
        if progress is not None:
            progress("writing", done, len(selection.events))
    return Brief(
        title=_title(events, about),
        about=about,
        events=tuple(events),
        citations=tuple(citations.all),
        receipt=receipt(selection, citations, METHOD),
        **_made_by(writer, len(events)),
        seconds=time.perf_counter() - began,
        texts={a.record.text_sha256: a.text for e in selection.events for a in e.articles},
    )


def _made_by(writer: Writer | None, events: int) -> dict[str, Any]:
    """What a brief records of the model that wrote it."""
    if writer is None:
        return {}
    from rag.answer.chain import total_usage

    name = writer.model.name
    notes: list[str] = []
    if writer.openings == 0:
        notes.append(f"Nothing that {name} wrote could be proved; these are quotes without it.")
    elif writer.openings < events:
        notes.append(
            f"On {events - writer.openings} of {events} events nothing that {name} wrote could be "
            "proved; there the opening is quotes."
        )
    if writer.removed:
        removed = counted(writer.removed, "sentence")
        notes.append(f"Taken out of what {name} wrote, not proved by the articles: {removed}.")
    return {
        "engine": "llm" if writer.openings else "extractive",
        "model": name,
        "prompts": tuple(writer.prompts[p].record for p in ("brief_notes", "brief_lead")),
        "usage": total_usage(writer.replies),
        "notes": tuple(notes),
    }


def lengths_for(events: int) -> Lengths:
    """The lengths of the sections when so many events share the page."""
    return next((lengths for most, lengths in _LENGTHS if events <= most), _LENGTHS[-1][1])


def event_brief(
    index: Index,
    event: ChosenEvent,
    about: str | None,
    lengths: Lengths,
    citations: Citations,
    *,
    writer: Writer | None,
) -> EventBrief:
    """The sections on one event."""
    sentences = sentences_of(index, event.articles)
    voices = Voices(sentences)
    if about is not None:
        sentences = on_topic(event.articles, sentences, about)
    window = event_window(a.published for a in event.articles)
    background = background_sentences(sentences, window)
    ranked = rank_by_centrality(sentences, about)
    title = event_title(event.articles, sentences)
    lead, shown = _opening(
        ranked, citations, lengths.lead, background, topic=about or title, writer=writer
    )
    now = [s for s in sentences if s.ordinal not in background]
    slots = align(find_mentions(now, voices))
    key = choose_slots(slots, lengths.figures)
    timeline, told = timeline_lines(ranked, citations, window, lengths.timeline, shown)
    shown |= told
    days = sorted(a.record.published for a in event.articles if a.record.published)
    return EventBrief(
        title=title,
        articles=tuple(a.article_id for a in event.articles),
        since=days[0] if days else None,
        until=days[-1] if days else None,
        lead=lead,
        figures=_figures(key, citations),
        differences=_differences(now, slots, voices, citations, lengths.differences),
        timeline=timeline,
        said=said_lines(ranked, voices, citations, lengths.said, shown | background),
        unknown=unknown_lines(ranked, key, citations, lengths.unknown, shown),
    )


def _opening(
    ranked: Ranked,
    citations: Citations,
    count: int,
    background: frozenset[int],
    *,
    topic: str,
    writer: Writer | None,
) -> tuple[tuple[Line, ...], frozenset[int]]:
    """The first lines, and the ordinals of the sentences that they quote whole.

    Written by the model, when there is one and what it writes is proved; else quotes.
    """
    if writer is not None:
        told = [s for s in ranked.sentences if s.ordinal not in background]
        written = writer.opening(told, topic, count)
        if written:
            lines = tuple(
                Line(note.text, tuple(dict.fromkeys(citations.cite(s) for s in note.sentences)))
                for note in written
            )
            return lines, frozenset()
    return lead_lines(ranked, citations, count, background)


def _differences(
    sentences: Sequence[SourceSentence],
    slots: Sequence[Slot],
    voices: Voices,
    citations: Citations,
    count: int,
) -> tuple[Difference, ...]:
    """Denied claims and rival numbers, conflicts first; of each kind at least one, if there is."""
    denied = denial_differences(sentences, voices, citations, max(1, count // 2))
    numbers = number_differences(slots, citations, max(1, count - len(denied)))
    found = [*denied, *numbers]
    return tuple(sorted(found, key=lambda d: d.relation != "conflict")[:count])


def _figures(slots: Sequence[Slot], citations: Citations) -> tuple[Figure, ...]:
    return tuple(Figure(slot.label, values_of(without_parts(slot), citations)) for slot in slots)


def event_title(articles: Sequence[SourceArticle], sentences: Sequence[SourceSentence]) -> str:
    """The title whose words most of the articles open with; without any title, the first words."""
    openings = [
        content_stems(f"{a.record.title or ''} {a.text[:_OPENING_CHARACTERS]}") for a in articles
    ]
    scored: list[tuple[float, int, str]] = []
    for place, article in enumerate(articles):
        words = content_stems(article.record.title or "")
        if words:
            shared = sum(word in opening for word in words for opening in openings)
            scored.append((shared / len(words), -place, article.record.title or ""))
    if scored:
        return max(scored)[2]
    return " ".join(sentences[0].text.split()[:12]) if sentences else articles[0].article_id


def receipt(selection: Selection, citations: Citations, method: str) -> Receipt:
    """What was read, what was not and why, and how much of it is quoted."""
    articles = [a for event in selection.events for a in event.articles]
    cited = [(c.article_id, c.start, c.end) for c in citations.all]
    used = {
        (article.article_id, start)
        for article in articles
        for start, end in article.passages
        if any(i == article.article_id and s < end and start < e for i, s, e in cited)
    }
    return Receipt(
        articles=len(articles),
        copies=sum(len(a.copies) for a in articles),
        left_out=selection.left_out,
        passages_used=len(used),
        passages=sum(len(a.passages) for a in articles),
        method=method,
        read=tuple(
            ReadArticle(
                a.article_id,
                a.record.title,
                a.record.outlet,
                a.record.published,
                a.record.url,
                a.copies,
            )
            for a in articles
        ),
    )


def _title(events: Sequence[EventBrief], about: str | None) -> str:
    if about is not None:
        return " ".join(about.split())
    if len(events) == 1:
        return events[0].title
    return f"{len(events)} events"
