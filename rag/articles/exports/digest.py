"""Press reviews and digests: articles between ruled lines, each with outlet and date of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.credit_lines import is_outlet_name
from rag.articles.dates import find_date
from rag.articles.exports.document import Document, UnsplittableError, stripped_lines
from rag.articles.furniture import is_site_speech
from rag.articles.lines import Line
from rag.articles.stated import Stated

_RULE = re.compile(r"^[ \t]*([-_=*~#–—])(?:[ \t]*\1){4,}[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*Document[ \t]+(\d+)[ \t]+of[ \t]+(\d+)[ \t]*$", re.MULTILINE | re.I)
MARKS = (_RULE, _NUMBER)
_SOURCE = re.compile(
    r"^(?:source|outlet|publication|newspaper|publisher)\s*:\s*(?P<name>\S.*)$", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:(?P<date>date|published|published on|publication date)|"
    r"(?P<name>source|outlet|publication|newspaper|title|headline|author|byline|url|link|page|section))\s*:\s*\S",
    re.IGNORECASE,
)
_MAX_COVER_WORDS = 60
_URL = re.compile(r"<?(https?://[^\s<>]+)>?")
_PIECE = re.compile(r"\s*(?:[|;•·,]|\s[–—-])\s*")
_HEAD_LINES = 8
_MAX_HEAD_WORDS = 12


def numbered(raw: str) -> list[Document] | None:
    """Parts under "Document 1 of 3" of a form that is not known otherwise.

    Raises:
        UnsplittableError: the numbers do not go up one by one.
    """
    marks = list(_NUMBER.finditer(raw))
    if len(marks) < 2:
        return None
    numbers = [int(mark[1]) for mark in marks]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise UnsplittableError(
            "several documents in one file, and their numbers "
            f"({', '.join(map(str, numbers[:6]))}) do not go up one by one; "
            "split it into one file each"
        )
    ends = [mark.start() for mark in marks[1:]] + [len(raw)]
    return [_document(raw[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]


def ruled(raw: str) -> list[Document] | None:
    """Parts between ruled lines when each begins with an outlet and a date; None for one article.

    Raises:
        UnsplittableError: some parts begin so and others do not.
    """
    if not _RULE.search(raw):
        return None
    parts = [part for part in _split_at_rules(raw) if any(map(_is_text, part.split("\n")))]
    return _with_heads(parts)


def labelled(raw: str) -> list[Document] | None:
    """Parts that each begin with a block of "Source: …" and "Date: …" lines; None for one article.

    A line right above such a block is the part's headline.

    Raises:
        UnsplittableError: text stands above the first block.
    """
    lines = stripped_lines(raw)
    starts = [i for i in range(len(lines)) if _begins_block(lines, i)]
    if len(starts) < 2:
        return None
    starts = [i - 1 if i and lines[i - 1] and not _is_text(lines[i - 1]) else i for i in starts]
    parts = [
        "\n".join(lines[start:end])
        for start, end in zip([0, *starts], [*starts, len(lines)], strict=True)
    ]
    return _with_heads([part for part in parts if any(map(_is_text, part.split("\n")))])


def _begins_block(lines: Sequence[str], position: int) -> bool:
    """Whether labels begin at ``position`` that give a source and a date."""
    if position and _LABEL.match(lines[position - 1]):
        return False
    names: set[str] = set()
    while position < len(lines) and (match := _LABEL.match(lines[position])):
        names.add("date" if match["date"] else match["name"].lower())
        position += 1
    return "date" in names and bool(names & {"source", "outlet", "publication", "newspaper"})


def _with_heads(parts: Sequence[str]) -> list[Document] | None:
    """``parts`` as documents when each states outlet and date; None when hardly any does.

    What a digest says of itself above the first and below the last is left out.
    """
    documents = [_document(part) for part in parts]
    if documents and not _has_head(documents[0]) and _word_count(parts[0]) <= _MAX_COVER_WORDS:
        documents = documents[1:]
    if documents and not _has_head(documents[-1]) and _speaks_of_itself(parts[-1]):
        documents = documents[:-1]
    whole = [_has_head(one) for one in documents]
    if sum(whole) < 2:
        return None
    if not all(whole):
        first = whole.index(False) + 1
        raise UnsplittableError(
            f"several articles in one file, and part {first} of {len(whole)} does not begin with "
            "an outlet and a date; split it into one file each"
        )
    return documents


def _has_head(document: Document) -> bool:
    return document.stated.published is not None and document.stated.outlet is not None


def _word_count(part: str) -> int:
    return len(part.split())


def _speaks_of_itself(part: str) -> bool:
    """A digest's closing words to its reader: how to end the subscription."""
    rows = [row.strip() for row in part.split("\n") if _is_text(row)]
    return all(is_site_speech(Line(row)) for row in rows)


def _split_at_rules(raw: str) -> list[str]:
    starts, ends = [0], []
    for match in _RULE.finditer(raw):
        ends.append(match.start())
        starts.append(match.end())
    return [raw[start:end] for start, end in zip(starts, [*ends, len(raw)], strict=True)]


def _is_text(row: str) -> bool:
    return Line(row.strip()).is_prose if row.strip() else False


def _document(part: str) -> Document:
    """What the lines above the first sentence state; they are taken out of the text."""
    lines = stripped_lines(part)
    stated = Stated()
    used: set[int] = set()
    filled = [position for position, line in enumerate(lines) if line]
    rest: list[str] = []
    for position in filled[:_HEAD_LINES]:
        line = lines[position]
        if len(line.split()) > _MAX_HEAD_WORDS or _is_text(line):
            break
        if _read_head(line, stated):
            used.add(position)
        elif not _URL.fullmatch(line) and not _LABEL.match(line):
            rest.append(line)
    if len(rest) == 1 and _has_head(Document("", stated)):
        stated.title = rest[0]
    for position in (*filled[:_HEAD_LINES], *filled[-2:]):
        url = _URL.fullmatch(lines[position])
        if url:
            stated.url = stated.url or url[1]
            used.add(position)
    return Document(_without(lines, used), stated, is_page=True)


def _read_head(line: str, stated: Stated) -> bool:
    source = _SOURCE.match(line)
    found = find_date(line)
    if source:
        stated.outlet = stated.outlet or source["name"].strip()
    if found and stated.published is None:
        stated.published = found[0]
        line = f"{line[: found[1]]} | {line[found[2] :]}"
    names = [piece for piece in _PIECE.split(line) if piece and is_outlet_name(piece.strip("() "))]
    is_outlet = bool(names) and (found is not None or names == [line])
    if is_outlet and stated.outlet is None:
        stated.outlet = names[0].strip("() ")
    return bool(source or found or is_outlet)


def _without(lines: Sequence[str], used: set[int]) -> str:
    return "\n".join(line for position, line in enumerate(lines) if position not in used).strip()
