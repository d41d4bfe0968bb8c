"""One page as lines with their kinds, and the steps that find out what each line is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from rag.articles.bylines import read_byline, read_date_line, read_outlet
from rag.articles.captions import (
    gallery_captions,
    has_caption_mark,
    is_dated_scene,
    is_gallery,
    is_photo_credit,
    may_name_someone,
)
from rag.articles.copies import sentence_key
from rag.articles.credit_lines import read_credit
from rag.articles.dates import DateOrder
from rag.articles.furniture import (
    is_content_list,
    is_count,
    is_furniture,
    is_menu_item,
    is_pointer,
    is_site_speech,
    menu_runs,
    promotions,
)
from rag.articles.lines import Line
from rag.articles.sections import overlap, section_lines, section_of
from rag.articles.stated import Stated
from rag.articles.titles import find_title, is_biography

_MAX_CLOSING_PROSE = 6  # lines of prose among which a biography may stand
_MAX_HEADER_PROSE = 3  # lines of prose among which a byline or date line still is the article's


class Kind(Enum):
    """What a line of a page is."""

    PROSE = "running text"
    SHORT = "a heading, an item of a list, or furniture that only its place gives away"
    TITLE = "the headline"
    CAPTION = "a picture's caption"
    MASTHEAD = "byline, date line or credit: read, then left out"
    FURNITURE = "the page around the article"


@dataclass(slots=True)
class Page:
    """Lines of one page, the kind of each, and what the page states."""

    lines: Sequence[Line]
    stated: Stated
    kinds: list[Kind] = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = [_kind_by_itself(line) for line in self.lines]

    def positions(self, *kinds: Kind) -> list[int]:
        return [position for position, kind in enumerate(self.kinds) if kind in kinds]

    def set_kind(self, positions: Sequence[int] | set[int], kind: Kind) -> None:
        for position in positions:
            self.kinds[position] = kind

    @property
    def vocabulary(self) -> set[str]:
        """Content words of the page's prose."""
        return {w for i in self.positions(Kind.PROSE) for w in self.lines[i].content_words}

    @property
    def body_start(self) -> int:
        """Position of the first paragraph that is followed by more of the article.

        A line of prose with masthead or a caption after it is a standfirst, one with furniture
        after it may be a notice of the site.
        """
        prose = self.positions(Kind.PROSE)
        for position in prose[:_MAX_HEADER_PROSE]:
            after = next(
                (kind for kind in self.kinds[position + 1 :] if kind is not Kind.SHORT), None
            )
            if after is Kind.PROSE:
                return position
        return prose[0] if prose else len(self.lines)

    @property
    def body_end(self) -> int:
        """Position after the last line of prose."""
        prose = self.positions(Kind.PROSE)
        return prose[-1] + 1 if prose else 0


def _kind_by_itself(line: Line) -> Kind:
    if (
        is_gallery(line)
        or is_photo_credit(line)
        or (has_caption_mark(line) and not is_pointer(line))
    ):
        return Kind.CAPTION
    if is_furniture(line):
        return Kind.FURNITURE
    return Kind.PROSE if line.is_prose else Kind.SHORT


def mark_menus_and_sections(page: Page) -> None:
    """Menus, promotions, and sections of links, comments and biographies with all in them."""
    menus = menu_runs(page.lines)
    page.set_kind(menus | promotions(page.lines), Kind.FURNITURE)
    if any(section_of(line) for line in page.lines):
        furniture = set(page.positions(Kind.FURNITURE, Kind.CAPTION))
        page.set_kind(section_lines(page.lines, furniture, menus), Kind.FURNITURE)


def peel_site_speech(page: Page) -> None:
    """Sentences of the site to its reader, at the edges or beside furniture."""
    prose = page.positions(Kind.PROSE)
    for positions in (prose, list(reversed(prose))):
        for position in positions:
            if not is_site_speech(page.lines[position]):
                break
            page.kinds[position] = Kind.FURNITURE
    for position in page.positions(Kind.PROSE):
        beside = page.kinds[max(0, position - 1) : position + 2]
        is_short = len(page.lines[position].words) <= 25
        if Kind.FURNITURE in beside and is_short and is_site_speech(page.lines[position]):
            page.kinds[position] = Kind.FURNITURE


def read_masthead(page: Page, order: DateOrder | None) -> None:
    """Bylines, date lines and outlets above the article, credits and date lines below it."""
    prose = page.positions(Kind.PROSE)
    if not prose:
        return
    header_end = prose[min(_MAX_HEADER_PROSE, len(prose)) - 1]
    end = prose[-1]
    is_timeline = _is_timeline(page, prose, order)
    for position, line in enumerate(page.lines):
        in_header, at_end = position < header_end, position >= end
        if page.kinds[position] is Kind.FURNITURE:
            continue
        if not in_header and not at_end and len(line.words) > 12:
            continue
        if is_timeline and prose[0] < position <= end:
            continue
        found = _masthead_of(page, position, order, in_header, at_end)
        if found is not None:
            page.stated.fill(found)
            page.kinds[position] = Kind.MASTHEAD


def _masthead_of(
    page: Page, position: int, order: DateOrder | None, in_header: bool, at_end: bool
) -> Stated | None:
    line = page.lines[position]
    if in_header or at_end:
        credit = read_credit(line)
        if credit is not None and not _credits_picture(page, position):
            return Stated(credits=credit)
    if page.kinds[position] is Kind.CAPTION:
        return None
    found = read_date_line(line, order)
    if found is not None and (in_header or at_end or found.is_labelled):
        return found
    return read_byline(line) if in_header else None


def _is_timeline(page: Page, prose: Sequence[int], order: DateOrder | None) -> bool:
    """Dates as headings: several bare date lines between paragraphs."""
    dated = [
        position
        for position in page.positions(Kind.SHORT)
        if prose[0] < position < prose[-1]
        and (found := read_date_line(page.lines[position], order)) is not None
        and not found.is_labelled
    ]
    return len(dated) >= 3


def _credits_picture(page: Page, position: int) -> bool:
    if position == 0 or not is_photo_credit(page.lines[position]):
        return False
    before = page.lines[position - 1]
    return is_dated_scene(before) or has_caption_mark(before)


def read_outlet_lines(page: Page) -> None:
    """An outlet's name alone on a line, next to headline, byline or date line."""
    start = page.body_start
    for position in page.positions(Kind.SHORT):
        beside = page.kinds[max(0, position - 1) : position + 2]
        if position < start and (Kind.MASTHEAD in beside or Kind.TITLE in beside):
            found = read_outlet(page.lines[position])
            if found is not None:
                page.stated.fill(found)
                page.kinds[position] = Kind.MASTHEAD


def mark_title(page: Page) -> None:
    """The headline: the stated one where it stands, else the line that reads as one."""
    title = page.stated.title
    if title is not None:
        key = sentence_key(title)
        same = [i for i, line in enumerate(page.lines) if sentence_key(line.text) == key]
        page.set_kind(same, Kind.TITLE)
        return
    masthead = set(page.positions(Kind.MASTHEAD))
    start = page.body_start
    first_prose = min(page.positions(Kind.PROSE), default=start)
    if not any(first_prose < position < start for position in masthead):
        start = first_prose  # only a byline proves that prose above it is not the article's
    position = find_title(
        page.lines,
        candidates=set(page.positions(Kind.SHORT)) | _pointers(page),
        masthead=masthead,
        body_start=start,
        vocabulary=page.vocabulary,
    )
    if position is not None:
        page.stated.title = page.lines[position].text
        mark_title(page)


def _pointers(page: Page) -> set[int]:
    """Lines such as "Explained | Why the lights went out", which may be headlines after all."""
    return {i for i in page.positions(Kind.FURNITURE) if is_pointer(page.lines[i])}


def mark_captions(page: Page) -> None:
    """Captions that their place shows: above a picture's credit, or a name below the headline."""
    start = page.body_start
    for position in page.positions(Kind.CAPTION, Kind.SHORT, Kind.MASTHEAD):
        if position == 0 or not is_photo_credit(page.lines[position]):
            continue
        before = page.lines[position - 1]
        if is_dated_scene(before) or (position < start and _may_be_scene(page, position - 1)):
            page.set_kind((position - 1, position), Kind.CAPTION)
    start = page.body_start
    for position in page.positions(Kind.SHORT):
        if not 0 < position < start:
            continue
        if page.kinds[position - 1] in (Kind.MASTHEAD, Kind.TITLE) and may_name_someone(
            page.lines[position], _proper_names(page)
        ):
            page.kinds[position] = Kind.CAPTION


def _may_be_scene(page: Page, position: int) -> bool:
    return (
        page.kinds[position] in (Kind.SHORT, Kind.PROSE)
        and 4 <= len(page.lines[position].words) <= 45
    )


def _proper_names(page: Page) -> set[str]:
    """Words that the article writes with a capital and never without."""
    words = [w for i in page.positions(Kind.PROSE) for w in page.lines[i].words]
    return {w for w in words if w[0].isupper()} - {w.capitalize() for w in words if w.islower()}


def mark_biographies(page: Page) -> None:
    """The author's or desk's description of itself, next to its name or at the end."""
    prose = page.positions(Kind.PROSE)
    for position in {*prose[:2], *prose[-_MAX_CLOSING_PROSE:]}:
        has_byline = position > 0 and page.kinds[position - 1] is Kind.MASTHEAD
        beside = page.lines[position - 1].text if has_byline else None
        at_end = len(prose) > 2 and (
            position in prose[-2:] or page.kinds[position + 1] is Kind.FURNITURE
        )
        if is_biography(page.lines[position], beside, page.stated.author, at_end):
            page.kinds[position] = Kind.FURNITURE


def mark_edges(page: Page) -> None:
    """Short lines above and below the body go, unless they are the article's own."""
    start, end = page.body_start, page.body_end
    short = page.positions(Kind.SHORT)
    if start == 0 and (not short or short[-1] < end):
        return
    vocabulary = page.vocabulary
    title = min(page.positions(Kind.TITLE), default=len(page.lines))
    own = _opening_lines(page, start) | _closing_lines(page, end)
    for position in short:
        line = page.lines[position]
        if is_count(line):
            page.kinds[position] = Kind.FURNITURE
        elif position < start:
            is_standfirst = (
                position > title
                and len(line.words) >= 6
                and overlap(line, vocabulary) >= 0.3
                and not is_menu_item(line)
            )
            if not is_standfirst and position not in own:
                page.kinds[position] = Kind.FURNITURE
        elif position >= end and position not in own:
            page.kinds[position] = Kind.FURNITURE
    for position in page.positions(Kind.PROSE):
        if position >= min(title, start) or title == len(page.lines):
            break
        line = page.lines[position]
        if overlap(line, vocabulary - line.content_words) < 0.25:
            page.kinds[position] = Kind.FURNITURE


def _opening_lines(page: Page, start: int) -> set[int]:
    """Short sentences right above the first paragraph: the article begins with them."""
    own: set[int] = set()
    for position in range(start - 1, -1, -1):
        line = page.lines[position]
        if page.kinds[position] is not Kind.SHORT or not line.is_terminated:
            break
        if len(line.words) < 4 or is_site_speech(line):
            break
        own.add(position)
    return own


def _closing_lines(page: Page, end: int) -> set[int]:
    """Short lines below the last paragraph that are the article's: sentences, or a list."""
    below = [i for i in page.positions(Kind.SHORT) if i >= end]
    if is_content_list([page.lines[position] for position in below]):
        return set(below)
    contiguous = [i for number, i in enumerate(below) if i == end + number]
    ends = (".", "!", ".”", '."', *"。！।۔።") + (("?", "？") if len(contiguous) == 1 else ())
    sentences = [
        count
        for count, position in enumerate(contiguous, start=1)
        if page.lines[position].text.endswith(ends)
        or (count == 1 and page.lines[position].holds_sentence)
    ]
    return set(contiguous[: max(sentences, default=0)])


def caption_texts(page: Page) -> list[str]:
    """Captions in order, each with the credit that stands on the line below it."""
    texts: list[str] = []
    for position in page.positions(Kind.CAPTION):
        line = page.lines[position]
        if is_gallery(line):
            texts += gallery_captions(line)
        elif not is_photo_credit(line):
            texts.append(line.text)
        elif texts and page.kinds[position - 1] is Kind.CAPTION:
            texts[-1] += " " + line.text
    return texts


def paragraphs_of(page: Page) -> list[str]:
    return [page.lines[position].text for position in page.positions(Kind.PROSE, Kind.SHORT)]
