"""Sections of a page that are not its article: related news, comments, tags, the cart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from rag.articles.furniture import bare, is_menu_item
from rag.articles.lines import Line
from rag.articles.phrases import pattern_file


class Section(Enum):
    """What the lines under a section's heading are."""

    LINKS = "headlines, tags and dates of other pages"
    COMMENTS = "what readers wrote"
    BIO = "the author or outlet about itself"


_LINKS = re.compile(pattern_file("link_headings"), re.IGNORECASE)
_COMMENTS = re.compile(pattern_file("comment_headings"), re.IGNORECASE)
_BIO = re.compile(
    r"^(?:about\s(?:the\s)?(?:authors?|writers?|us|reporters?)|(?:the\s)?author\sbio|who\swe\sare|our\sjournalists)$",
    re.IGNORECASE,
)

_DIGITS = re.compile(r"[\d/.:\s-]+$")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s")
_KNOWN_LENGTH = 300  # characters of prose from which an article's words are known


def section_of(line: Line) -> Section | None:
    """The section that ``line`` is the heading of; None when it is no such heading."""
    if len(line.text) > 220:
        return None
    key = bare(line.text)
    if _COMMENTS.fullmatch(key):
        return Section.COMMENTS
    if _LINKS.fullmatch(key):
        return Section.LINKS
    return Section.BIO if _BIO.match(key) else None


def section_lines(lines: Sequence[Line], furniture: set[int], menus: set[int]) -> set[int]:
    """Positions of lines in such sections, their headings included.

    A section of links ends where the article goes on. Comments end with the page, unless hardly
    anything stood before them: then the heading was a link at the top.

    Args:
        furniture: positions of lines known not to be running text of the article.
        menus: positions of lines in menus, where such headings are links.
    """
    found: set[int] = set()
    links = {i for i in menus if is_menu_item(lines[i])}
    reader = _Reader(lines, furniture)
    position = 0
    while position < len(lines):
        section = section_of(lines[position]) if position not in links else None
        end = position + 1
        if section is None:
            reader.read(position)
        elif section is Section.COMMENTS:
            end = len(lines) if reader.has_read_enough else end
            found.update(range(position, end))
        else:
            end = reader.links_end(end)
            found.update(range(position, end))
        position = end
    return found


class _Reader:
    """Reads a page from the top and knows the article's words so far."""

    def __init__(self, lines: Sequence[Line], furniture: set[int]) -> None:
        self.lines = lines
        self.furniture = furniture
        self.prose = [line.is_prose and i not in furniture for i, line in enumerate(lines)]
        self.words: set[str] = set()
        self.length = 0  # characters of prose read
        self.total_length = sum(
            len(line.text) for line, is_prose in zip(lines, self.prose, strict=True) if is_prose
        )

    def read(self, position: int) -> None:
        if self.prose[position]:
            self.words |= self.lines[position].content_words
            self.length += len(self.lines[position].text)

    @property
    def has_read_enough(self) -> bool:
        """So much of the article that what follows "Comments" are comments."""
        return self.length >= 250 and self.length >= 0.25 * self.total_length

    def links_end(self, start: int) -> int:
        """Where the article goes on after a section of links that begins at ``start``.

        Teasers are prose too, but each stands alone below its headline and speaks of other
        things; above the article there are only headlines.
        """
        headlines = 0  # since the section's heading or its last date, category or teaser
        for position in range(start, len(self.lines)):
            line = self.lines[position]
            if section_of(line) is Section.COMMENTS:
                return position
            if not self.prose[position]:
                is_headline = len(line.words) >= 4 and not _DIGITS.match(line.text)
                if is_headline or not line.is_terminated:
                    headlines = headlines + 1 if is_headline else 0
                continue
            if position == start:
                return position  # no list: the heading was the label of an advertisement
            if self._goes_on(position, headlines):
                return self._first_own_line(start, position)
            headlines = 0
        return len(self.lines)

    def _goes_on(self, position: int, headlines: int) -> bool:
        """Whether the prose at ``position`` is the article's again, not a teaser."""
        line = self.lines[position]
        if not line.is_terminated or len(line.words) < 6:
            return False
        if self.length < _KNOWN_LENGTH:
            return len(line.words) >= 12
        shared = overlap(line, self.words)
        is_nearly_over = self.length >= 0.5 * self.total_length
        if headlines >= 2 and (shared >= 0.1 or not is_nearly_over):
            return True  # below a list of bare headlines no single teaser stands
        window = range(position + 1, min(position + 9, len(self.lines)))
        ahead = [self.prose[i] for i in window if i not in self.furniture]
        if ahead[:2] == [True, True]:
            return True  # teasers never stand three in a row
        runs_on = bool(ahead) and ahead[0] and sum(ahead) >= 0.6 * len(ahead)
        if is_nearly_over:
            return shared >= (0.25 if runs_on else 0.5)
        return shared >= (0.1 if runs_on else 0.35)

    def _first_own_line(self, start: int, position: int) -> int:
        """Where the subheading above the prose at ``position`` stands, if it has that form."""
        while position > start:
            line = self.lines[position - 1]
            is_question = line.text.endswith("?") and overlap(line, self.words) >= 0.5
            is_brief = len(line.words) <= 3 and not _DIGITS.match(line.text)
            if not (
                is_question or _NUMBERED.match(line.text) or (is_brief and not is_menu_item(line))
            ):
                break
            position -= 1
        return position


def overlap(line: Line, vocabulary: set[str]) -> float:
    """Share of the content words of ``line`` that are in ``vocabulary``."""
    words = line.content_words
    return len(words & vocabulary) / len(words) if words else 0.0
