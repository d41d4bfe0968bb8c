"""Plain text of a page → the article on it: each step takes away, or reads, one thing.

lines → pages (copies of the article in one file) → kinds of lines → sections that are not the
article → title, standfirst, captions, byline → paragraphs → copies merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from rag.articles.bylines import (
    Stated,
    read_byline,
    read_credit,
    read_date_line,
    text_credits,
)
from rag.articles.captions import has_caption_mark, is_agency_line, is_dated_scene, names_someone
from rag.articles.copies import merged_paragraphs, sentence_key, split_pages, without_repeats
from rag.articles.dates import DateOrder, numeric_date_order
from rag.articles.furniture import is_count, is_furniture, is_menu_item, menu_runs
from rag.articles.labels import read_labels
from rag.articles.lines import Line, page_lines
from rag.articles.sections import content_words, overlap, section_lines
from rag.articles.titles import find_title, is_biography

# Raised with every change to the cleaning: an index made with another one cleans again.
CLEANER_VERSION = "1"


class Kind(Enum):
    """What a line of a page is."""

    PROSE = "running text"
    SHORT = "a heading, an item of a list, or furniture that only its place gives away"
    TITLE = "the headline"
    CAPTION = "a picture's caption"
    MASTHEAD = "byline, date line or credit: read, then left out"
    FURNITURE = "the page around the article"


@dataclass(slots=True)
class CleanText:
    """An article's text with what its page states.

    Attributes:
        text: paragraphs separated by a blank line; "" when the page holds no article.
    """

    text: str
    captions: tuple[str, ...] = ()
    stated: Stated = field(default_factory=Stated)


def clean_text(raw: str, title: str | None = None, is_page: bool = True) -> CleanText:
    """The article in ``raw`` and nothing of the page around it.

    Args:
        raw: decoded text of a file or a row.
        title: the headline when markup states it; its repetitions in the text are left out.
        is_page: ``raw`` is a whole page as scraped. False for text that an extractor has
            already cut out of its page: then nothing is left out for its place alone.
    """
    lines = page_lines(raw)
    stated = Stated(title=title)
    lines = read_labels(lines, stated)
    order = numeric_date_order(line.text for line in lines)
    pages = [_clean_page(page, stated.title, order, is_page) for page in split_pages(lines)]
    captions: list[str] = []
    for page in pages:
        stated.fill(page.stated)
        captions.extend(caption for caption in page.captions if caption not in captions)
    paragraphs = merged_paragraphs([page.paragraphs for page in pages if page.paragraphs] or [[]])
    paragraphs = [p for p in paragraphs if not _repeats(p, stated.title)]
    paragraphs = without_repeats(paragraphs)
    for paragraph in (*paragraphs[:2], *paragraphs[-1:]):
        stated.fill(Stated(credits=text_credits(paragraph)))
    if not any(Line(paragraph).is_prose for paragraph in paragraphs):
        paragraphs = []
    return CleanText("\n\n".join(paragraphs), tuple(captions), stated)


@dataclass(slots=True)
class _Page:
    paragraphs: list[str]
    captions: list[str]
    stated: Stated


def _clean_page(
    lines: Sequence[Line], title: str | None, order: DateOrder | None, is_page: bool
) -> _Page:
    kinds = [_kind_by_itself(line) for line in lines]
    vocabulary = _vocabulary(lines, kinds)
    if is_page:
        for position in menu_runs(lines):
            kinds[position] = Kind.FURNITURE
        prose = [kind is Kind.PROSE for kind in kinds]
        for position in section_lines(lines, prose, vocabulary):
            kinds[position] = Kind.FURNITURE
        vocabulary = _vocabulary(lines, kinds)
    stated = Stated(title=title)
    _read_masthead(lines, kinds, stated, order, is_page)
    if is_page and title is None:
        _mark_title(lines, kinds, stated, vocabulary)
    _mark_captions(lines, kinds, is_page)
    _mark_biographies(lines, kinds, stated)
    if is_page:
        _mark_header_and_tail(lines, kinds, vocabulary)
    captions = _caption_texts(lines, kinds)
    paragraphs = [
        line.text
        for line, kind in zip(lines, kinds, strict=True)
        if kind in (Kind.PROSE, Kind.SHORT) and not _repeats(line.text, stated.title)
    ]
    return _Page(paragraphs, captions, stated)


def _kind_by_itself(line: Line) -> Kind:
    """What ``line`` is as far as it tells without its neighbours."""
    if has_caption_mark(line):
        return Kind.CAPTION
    if is_furniture(line):
        return Kind.FURNITURE
    return Kind.PROSE if line.is_prose else Kind.SHORT


def _vocabulary(lines: Sequence[Line], kinds: Sequence[Kind]) -> set[str]:
    """Content words of the page's prose."""
    words: set[str] = set()
    for line, kind in zip(lines, kinds, strict=True):
        if kind is Kind.PROSE:
            words |= content_words(line)
    return words


def _body_range(kinds: Sequence[Kind]) -> tuple[int, int]:
    """Positions of the first line of prose and after the last one; equal when there is none."""
    prose = [position for position, kind in enumerate(kinds) if kind is Kind.PROSE]
    return (prose[0], prose[-1] + 1) if prose else (0, 0)


def _read_masthead(
    lines: Sequence[Line],
    kinds: list[Kind],
    stated: Stated,
    order: DateOrder | None,
    is_page: bool,
) -> None:
    """Read bylines, date lines and credits; within the body only what cannot be a heading."""
    start, end = _body_range(kinds)
    for position, line in enumerate(lines):
        if kinds[position] is Kind.FURNITURE:
            continue
        at_edge = position < start + 3 or position >= end - 1
        credit = read_credit(line) if at_edge else None
        if credit is not None and not (is_agency_line(line) and _follows_caption(lines, position)):
            stated.fill(Stated(credits=credit))
            kinds[position] = Kind.MASTHEAD
            continue
        if kinds[position] is Kind.CAPTION or not (is_page or at_edge):
            continue
        found = read_date_line(line, order)
        if found is None and position < start + 3:
            found = read_byline(line)
        elif found is not None and not at_edge and found.outlet is None:
            continue  # a date as a heading within the body: a timeline
        if found is not None:
            stated.fill(found)
            kinds[position] = Kind.MASTHEAD


def _follows_caption(lines: Sequence[Line], position: int) -> bool:
    return position > 0 and (
        is_dated_scene(lines[position - 1]) or has_caption_mark(lines[position - 1])
    )


def _mark_title(
    lines: Sequence[Line], kinds: list[Kind], stated: Stated, vocabulary: set[str]
) -> None:
    candidates = [kind is Kind.SHORT for kind in kinds]
    masthead = [kind is Kind.MASTHEAD for kind in kinds]
    start, _ = _body_range(kinds)
    position = find_title(lines, candidates, masthead, start, vocabulary)
    if position is not None:
        stated.title = lines[position].text
        kinds[position] = Kind.TITLE


def _mark_captions(lines: Sequence[Line], kinds: list[Kind], is_page: bool) -> None:
    """Captions that their place shows: before an agency's line, or between byline and body."""
    for position, line in enumerate(lines):
        if is_agency_line(line) and _follows_caption(lines, position):
            kinds[position] = kinds[position - 1] = Kind.CAPTION
    if not is_page:
        return
    above = (Kind.MASTHEAD, Kind.TITLE, Kind.CAPTION)
    prose_count = 0
    for position, line in enumerate(lines):
        prose_count += kinds[position] is Kind.PROSE
        if prose_count > 1:  # one may be the standfirst above the byline
            return
        after_masthead = position > 0 and kinds[position - 1] in above
        if kinds[position] is Kind.SHORT and after_masthead and names_someone(line):
            kinds[position] = Kind.FURNITURE if is_menu_item(line) else Kind.CAPTION


def _mark_biographies(lines: Sequence[Line], kinds: list[Kind], stated: Stated) -> None:
    """The author's or desk's description of itself, next to its name or at the end."""
    prose = [position for position, kind in enumerate(kinds) if kind is Kind.PROSE]
    edges = {*prose[:2], *prose[-2:]}
    for position in edges:
        beside = (
            lines[position - 1].text if position and kinds[position - 1] is Kind.MASTHEAD else None
        )
        at_end = position in prose[-2:] and len(prose) > 2
        if is_biography(lines[position], beside, stated.author, at_end):
            kinds[position] = Kind.FURNITURE


def _mark_header_and_tail(lines: Sequence[Line], kinds: list[Kind], vocabulary: set[str]) -> None:
    """Short lines outside the body go, but a standfirst: long, and in the article's words."""
    start, end = _body_range(kinds)
    title = next((i for i, kind in enumerate(kinds) if kind is Kind.TITLE), -1)
    for position, line in enumerate(lines):
        if kinds[position] is not Kind.SHORT:
            continue
        if position < start:
            is_standfirst = (
                position > title >= 0 and len(line.words) >= 6 and overlap(line, vocabulary) >= 0.4
            )
            if not is_standfirst:
                kinds[position] = Kind.FURNITURE
        elif position >= end or is_count(line):
            kinds[position] = Kind.FURNITURE


def _caption_texts(lines: Sequence[Line], kinds: Sequence[Kind]) -> list[str]:
    texts: list[str] = []
    for position, line in enumerate(lines):
        if kinds[position] is not Kind.CAPTION:
            continue
        if texts and is_agency_line(line) and position and kinds[position - 1] is Kind.CAPTION:
            texts[-1] += " " + line.text
        elif not is_agency_line(line):
            texts.append(line.text)
    return texts


def _repeats(text: str, title: str | None) -> bool:
    return title is not None and sentence_key(text) == sentence_key(title)
