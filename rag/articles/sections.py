"""Sections of a page that are not its article: related news, comments, tags, the cart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from rag.articles.furniture import bare, is_menu_item
from rag.articles.lines import Line


class Section(Enum):
    """What the lines under a section's heading are."""

    LINKS = "headlines, tags and dates of other pages"
    COMMENTS = "what readers wrote"
    BIO = "the author or outlet about itself"


_LINKS = re.compile(
    r"""^(?:
      (?:more\s)?related(?:\s(?:news|stories|story|articles?|topics?|content|coverage|posts?|links?|
        reading|items|video|videos|tags|searches))?
    | (?:read|see|discover)\s(?:also|more|next) | also\s(?:read|on|in|from)\b.{0,30} | read\s?more\s(?:news|stories|about|on|from)\b.{0,40}
    | more\s(?:from|on|in|about|by)\s.{2,40} | more\s(?:stories|news|articles|headlines|top\sstories|coverage|like\sthis|to\sread|for\syou)
    | most\s(?:read|popular|viewed|shared|watched|commented|recent|discussed|clicked)(?:\s.{0,30})?
    | (?:top|latest|other|recent|popular|trending|featured|today['’]s|breaking|similar|suggested|recommended|best|must[\s-]read|
        editor['’]?s['’]?|don['’]t\smiss|sponsored|promoted|hot|daily|popular\sright)\s
        (?:stories|story|news|articles?|posts?|headlines?|topics?|videos?|picks?|choice|reads?|content|links?|tags|now|updates)
        (?:\s.{0,30})?
    | trending(?:\snow)? | popular(?:\s(?:in|on|now|right)\b.{0,25})? | recommended(?:\s(?:for\syou|reading|stories|by\s.{2,20}))?
    | you\s(?:may|might|could|will)\s(?:also\s)?(?:like|be\sinterested|enjoy|have\smissed)\b.{0,20}
    | (?:what|here['’]?s\swhat)\sto\sread\snext | next\s(?:story|article|up|post) | previous\s(?:story|article|post)
    | keep\sreading | read\snext | further\sreading | (?:in\s)?other\snews | elsewhere\s(?:on|in)\b.{0,30}
    | from\s(?:around|across)\sthe\sweb | around\sthe\sweb | from\sour\spartners | paid\spartner\scontent | ads?\sby\s.{2,20}
    | (?:in\s)?case\syou\smissed\s(?:it|this) | icymi | don['’]t\smiss(?:\sthis)? | must\s?-?\s?(?:read|watch)
    | tags?(?:\s?:.{0,200})? | topics?(?:\s?:.{0,200})? | keywords?\s?:.{0,200} | filed\sunder\b.{0,100} | categories\b.{0,100} | categor(?:y|ies)\s?:.{0,80}
    | quick\slinks | useful\slinks | follow\sus(?:\son)? | site\s(?:map|links) | explore\smore | explore\b.{0,20} | newsletter
    | photo\sgaller(?:y|ies) | video\sgallery | special\soffers?
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS = re.compile(
    r"""^(?:
      (?:\d+\s)?comments?(?:\s?[(\[]?\d+[)\]]?)? | (?:leave|post|add|write)\s(?:a|your)\s(?:comment|reply|response|thought)s?
    | (?:readers?['’]?s?|user|your|view|all|top|recent|latest|facebook)\scomments? | join\sthe\s(?:conversation|discussion|debate)
    | (?:have|share)\syour\s(?:say|thoughts|opinion|views?) | what\s(?:do\s)?you\sthink\b.{0,30} | responses | \d+\s(?:responses|replies|thoughts).{0,60}
    | comments\ssection | discussion | conversation | reader\sreactions?
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
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
    if _COMMENTS.match(key):
        return Section.COMMENTS
    if _LINKS.match(key):
        return Section.LINKS
    return Section.BIO if _BIO.match(key) else None


@dataclass(slots=True)
class _Article:
    """What is known of the article while its page is read from the top."""

    total_length: int  # characters of prose on the page
    length: int = 0
    words: set[str] = field(default_factory=set)

    def add(self, line: Line) -> None:
        self.words |= line.content_words
        self.length += len(line.text)

    @property
    def is_known(self) -> bool:
        return self.length >= _KNOWN_LENGTH

    @property
    def is_nearly_over(self) -> bool:
        return self.length >= 0.5 * self.total_length


def section_lines(lines: Sequence[Line], furniture: set[int], menus: set[int]) -> set[int]:
    """Positions of lines in such sections, their headings included.

    A section of links ends where the article goes on. Comments end with the page, unless hardly
    anything stood before them: then the heading was a link at the top.

    Args:
        furniture: positions of lines known not to be running text of the article.
        menus: positions of lines in menus, where such headings are links.
    """
    found: set[int] = set()
    prose = [line.is_prose and i not in furniture for i, line in enumerate(lines)]
    lengths = [len(line.text) for line, is_prose in zip(lines, prose, strict=True) if is_prose]
    article = _Article(total_length=sum(lengths))
    links = {i for i in menus if is_menu_item(lines[i])}
    position = 0
    while position < len(lines):
        section = section_of(lines[position]) if position not in links else None
        end = position + 1
        if section is None:
            if prose[position]:
                article.add(lines[position])
        elif section is Section.COMMENTS:
            is_end = article.length >= 250 and article.length >= 0.25 * article.total_length
            end = len(lines) if is_end else end
            found.update(range(position, end))
        else:
            end = _links_end(lines, prose, furniture, end, article)
            found.update(range(position, end))
        position = end
    return found


def _links_end(
    lines: Sequence[Line],
    prose: Sequence[bool],
    furniture: set[int],
    start: int,
    article: _Article,
) -> int:
    """Where the article goes on after a section of links that begins at ``start``.

    Teasers are prose too, but each stands alone below its headline and speaks of other things;
    above the article there are only headlines.
    """
    headlines = 0  # since the section's heading or its last date, category or teaser
    for position in range(start, len(lines)):
        line = lines[position]
        if section_of(line) is Section.COMMENTS:
            return position
        if not prose[position]:
            headlines = (
                headlines + 1 if len(line.words) >= 4 and not _DIGITS.match(line.text) else 0
            )
            continue
        if _goes_on(lines, prose, furniture, position, article, headlines):
            return position - 1 if _NUMBERED.match(lines[position - 1].text) else position
        headlines = 0
    return len(lines)


def _first_own_line(lines: Sequence[Line], start: int, position: int, article: _Article) -> int:
    """Where the subheading above the prose at ``position`` stands, if it has the article's form."""
    while position > start:
        line = lines[position - 1]
        is_question = line.text.endswith("?") and overlap(line, article.words) >= 0.5
        is_answer = line.is_terminated and len(line.words) <= 3
        if not (is_question or is_answer or _NUMBERED.match(line.text)):
            break
        position -= 1
    return position


def _goes_on(
    lines: Sequence[Line],
    prose: Sequence[bool],
    furniture: set[int],
    position: int,
    article: _Article,
    headlines: int,
) -> bool:
    """Whether the prose at ``position``, within a section of links, is the article's again."""
    line = lines[position]
    if not line.is_terminated or len(line.words) < 6:
        return False
    if not article.is_known:
        return len(line.words) >= 12
    shared = overlap(line, article.words)
    if headlines >= 2 and (shared >= 0.1 or not article.is_nearly_over):
        return True  # below a list of bare headlines no single teaser stands
    ahead = [
        prose[i] for i in range(position + 1, min(position + 9, len(lines))) if i not in furniture
    ]
    runs_on = bool(ahead) and ahead[0] and sum(ahead) >= 0.6 * len(ahead)
    if article.is_nearly_over:
        return shared >= (0.25 if runs_on else 0.5)
    return shared >= (0.1 if runs_on else 0.35)


def overlap(line: Line, vocabulary: set[str]) -> float:
    """Share of the content words of ``line`` that are in ``vocabulary``."""
    words = line.content_words
    return len(words & vocabulary) / len(words) if words else 0.0
