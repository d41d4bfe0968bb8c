"""What happened when: sentences by the day that they tell of, resolved with the article's date."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.claims.dates import DateMention
from rag.claims.saying import is_of_saying
from rag.claims.words import folded_text
from rag.summary.brief import TimelineLine
from rag.summary.centrality import Ranked, choose_central
from rag.summary.lines import cite_all, quoted_text, stands_alone
from rag.summary.material import Citations, SourceSentence
from rag.summary.window import EventWindow

_MAX_A_DAY = 3
_MAX_BACKGROUND = 3
_MAX_UNDATED = 3
# What a sentence with "since Friday" or "Saturday’s attacks" tells of is not what happened then.
_NOT_THEN_BEFORE = re.compile(
    r"\b(?:since|until|till|before|after|following|by|from|of|the|due|ahead of|for|expected"
    r"|scheduled|than|to|through)\s+$",
    re.IGNORECASE,
)
# "The plant that burned two weeks ago was fined": the date is not that of the fine.
_RELATIVE = re.compile(r"\b(?:that|which|who|whom|whose|where|when)\b(?!\s+said)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:,?\s*(?:and|to|until|through)|–|-)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Dated:
    sentence: SourceSentence
    mention: DateMention
    last: DateMention


def timeline_lines(
    ranked: Ranked,
    citations: Citations,
    window: EventWindow,
    count: int,
    lead: frozenset[int],
) -> tuple[tuple[TimelineLine, ...], frozenset[int]]:
    """At most ``count`` lines in the order of their dates, those without a date last, and the
    ordinals of their sentences.

    Args:
        lead: ordinals of sentences that the brief shows already; others of the day go first.
    """
    dated: dict[str, list[_Dated]] = defaultdict(list)
    found = [_happened_when(s) for s in ranked.sentences if stands_alone(s)]
    for entry in _each_once([d for d in found if d is not None]):
        dated[_iso(entry.mention) or ""].append(entry)
    chosen = _chosen(ranked, dated, window, count, lead)
    chosen.sort(key=lambda d: (_iso(d.mention) is None, _iso(d.mention) or "", d.sentence.ordinal))
    lines = tuple(
        TimelineLine(
            text=quoted_text(d.sentence),
            citations=cite_all(d.sentence, ranked, citations),
            date=_iso(d.mention),
            until=_until(d),
            stated=d.mention.text,
        )
        for d in chosen
    )
    return lines, frozenset(d.sentence.ordinal for d in chosen)


def _each_once(found: Sequence[_Dated]) -> list[_Dated]:
    """``found`` without repeats of a sentence by other articles.

    A sentence that articles of several days repeat, such as "it closed on Wednesday", was copied
    by all but one of them, and nobody knows by which not: its day is not told.
    """
    repeats: dict[str, list[_Dated]] = defaultdict(list)
    for dated in found:
        repeats[folded_text(dated.sentence.text)].append(dated)
    kept: list[_Dated] = []
    for same in repeats.values():
        first = same[0]
        if len({_iso(d.mention) for d in same}) > 1:
            mention = replace(first.mention, first=None, last=None)
            first = _Dated(first.sentence, mention, mention)
        kept.append(first)
    return kept


def _chosen(
    ranked: Ranked,
    dated: dict[str, list[_Dated]],
    window: EventWindow,
    count: int,
    lead: frozenset[int],
) -> list[_Dated]:
    """The event's own days first, then its background, then what has no date."""
    own: list[list[_Dated]] = []
    background: list[_Dated] = []
    for iso, entries in dated.items():
        if not iso:
            continue
        if window.is_background(entries[0].mention):
            background += entries
        else:
            own.append(entries)
    per_day = max(1, min(_MAX_A_DAY, count // max(1, len(own))))
    days = sorted(own, key=lambda entries: -max(_score(ranked, d) for d in entries))
    chosen: list[_Dated] = []
    for entries in days[:count]:
        chosen += _best(ranked, entries, per_day, lead)
    chosen = chosen[:count]
    chosen += _best(ranked, background, min(_MAX_BACKGROUND, max(0, count - len(chosen))), lead)
    shown = [ranked.sentences.index(d.sentence) for d in chosen]
    undated = _best(ranked, dated.get("", []), _MAX_UNDATED, lead, shown)
    return chosen + undated[: max(0, count + 1 - len(chosen))]


def _score(ranked: Ranked, dated: _Dated) -> float:
    return ranked.score_of(dated.sentence)


def _best(
    ranked: Ranked,
    entries: Sequence[_Dated],
    count: int,
    lead: frozenset[int],
    already: Sequence[int] = (),
) -> list[_Dated]:
    """The most central of ``entries``; what the lead says only where nothing else is told."""
    by_row = {ranked.sentences.index(d.sentence): d for d in entries}
    fresh = [row for row, d in by_row.items() if d.sentence.ordinal not in lead]
    rows = choose_central(ranked, fresh or list(by_row), count, already=already)
    return [by_row[row] for row in rows]


def _happened_when(sentence: SourceSentence) -> _Dated | None:
    """The date of what a sentence tells: not that of the saying, unless it has no other."""
    dates = [d for d in sentence.reading.dates if _tells_when(sentence, d)]
    events = [d for d in dates if not is_of_saying(sentence.text, d)]
    for mention in events or dates:
        return _Dated(sentence, mention, _end_of_range(sentence, mention))
    return None


def _tells_when(sentence: SourceSentence, mention: DateMention) -> bool:
    text = sentence.text
    if text[mention.end :].startswith(("’s", "'s")) or mention.granularity == "decade":
        return False
    if mention.granularity == "year" and mention.text.lower().startswith("this"):
        return False
    if mention.weekday is not None and mention.text.lower().endswith("days"):
        return False  # "on Fridays"
    if _NOT_THEN_BEFORE.search(text, 0, mention.start) or text.startswith(("“", '"')):
        return False
    clause = re.split(r"[,;:—–]", text[: mention.start])[-1]
    return _RELATIVE.search(clause) is None


def _end_of_range(sentence: SourceSentence, mention: DateMention) -> DateMention:
    """The second date of "Friday and Saturday"; else the first itself."""
    for other in sentence.reading.dates:
        if other.start > mention.end:
            between = sentence.text[mention.end : other.start]
            in_order = other.first and mention.first and other.first > mention.first
            if in_order and _RANGE.fullmatch(between):
                return other
            break
    return mention


def _iso(mention: DateMention) -> str | None:
    """As far as it is known: a day, a month, a year; None when not even the year is."""
    first, last = mention.first, mention.last
    if first is None or last is None:
        return None
    if first == last or mention.granularity in {"week", "decade"}:
        return first.isoformat()
    if mention.granularity == "month":
        return first.isoformat()[:7]
    return first.isoformat()[:4]


def _until(dated: _Dated) -> str | None:
    if dated.last is not dated.mention:
        return _iso(dated.last)
    if dated.mention.granularity == "week" and dated.mention.last is not None:
        return dated.mention.last.isoformat()
    return None
