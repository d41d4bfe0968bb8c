"""Sections of a page that are not its article: related news, comments, tags, the cart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from rag.articles.furniture import bare
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
    | trending(?:\snow)? | popular | recommended(?:\s(?:for\syou|reading|stories|by\s.{2,20}))?
    | you\s(?:may|might|could|will)\s(?:also\s)?(?:like|be\sinterested|enjoy|have\smissed)\b.{0,20}
    | (?:what|here['’]?s\swhat)\sto\sread\snext | next\s(?:story|article|up|post) | previous\s(?:story|article|post)
    | keep\sreading | read\snext | further\sreading | (?:in\s)?other\snews | elsewhere\s(?:on|in)\b.{0,30}
    | from\s(?:around|across)\sthe\sweb | around\sthe\sweb | from\sour\spartners | paid\spartner\scontent | ads?\sby\s.{2,20}
    | (?:in\s)?case\syou\smissed\s(?:it|this) | icymi | don['’]t\smiss(?:\sthis)? | must\s?-?\s?(?:read|watch)
    | tags?(?:\s?:.{0,200})? | topics?(?:\s?:.{0,200})? | keywords?\s?:.{0,200} | filed\sunder\b.{0,100} | categories\b.{0,100} | categor(?:y|ies)\s?:.{0,80}
    | quick\slinks | useful\slinks | follow\sus(?:\son)? | site\s(?:map|links) | explore\smore | explore\b.{0,20} | newsletter
    | (?:share|spread)\sthis\s?(?:article|story|post|page)? | photo\sgaller(?:y|ies) | video\sgallery | latest | special\soffers?
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


def section_lines(
    lines: Sequence[Line], is_prose: Sequence[bool], vocabulary: set[str]
) -> set[int]:
    """Positions of lines in such sections, their headings included.

    A section ends where the article goes on: two paragraphs of prose in a row, or one that
    shares most of its vocabulary with the article; comments end with the page, unless hardly
    anything stood before them (then the heading was a link at the top).
    """
    found: set[int] = set()
    weight = [len(line.text) if prose else 0 for line, prose in zip(lines, is_prose, strict=True)]
    total = sum(weight)
    before = 0
    position = 0
    while position < len(lines):
        section = section_of(lines[position])
        if section is None:
            before += weight[position]
            position += 1
            continue
        if section is Section.COMMENTS:
            is_end = before >= 250 and before >= 0.25 * total
            end = len(lines) if is_end else position + 1
        else:
            end = _links_end(lines, is_prose, position + 1, vocabulary, before, total)
        found.update(range(position, end))
        position = end
    return found


def _links_end(
    lines: Sequence[Line],
    is_prose: Sequence[bool],
    start: int,
    vocabulary: set[str],
    before: int,
    total: int,
) -> int:
    """Where the article goes on after a section of links that begins at ``start``."""
    for position in range(start, len(lines)):
        if not is_prose[position]:
            continue
        follows = position + 1 < len(lines) and is_prose[position + 1]
        at_end = before >= 0.8 * total
        if (follows and not at_end) or (
            len(lines[position].words) >= 12 and overlap(lines[position], vocabulary) >= 0.6
        ):
            return position
    return len(lines)


def overlap(line: Line, vocabulary: set[str]) -> float:
    """Share of the content words of ``line`` that are in ``vocabulary``."""
    words = line.content_words
    return len(words & vocabulary) / len(words) if words else 0.0
