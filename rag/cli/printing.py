"""Articles and passages → what a person reads on a terminal, or the contract's JSON; and how any
text is put there."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rag.errors import is_shown, printable

if TYPE_CHECKING:
    from rag.index import ArticleRecord, IngestReport, StoredArticle
    from rag.retrieval import FoundPassage

WIDTH = 96
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
ARTICLE_KEYS = [
    "article_id",
    "source",
    "title",
    "outlet",
    "author",
    "published",
    "url",
    "language",
    "origin",
    "captions",
    "passages",
    "cut",
]
PASSAGE_KEYS = [
    "article_id",
    "source",
    "title",
    "outlet",
    "published",
    "text",
    "start",
    "end",
    "score",
]


def print_json(value: Any) -> None:
    # Lone surrogates (a path that is not UTF-8) cannot be encoded; escaped they can.
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    print(text)


def article_row(record: ArticleRecord) -> dict[str, Any]:
    """The contract's JSON of one article."""
    values = asdict(record)
    return {key: values[key] for key in ARTICLE_KEYS}


def passage_row(passage: Any) -> dict[str, Any]:
    """The contract's JSON of one found passage."""
    return {key: getattr(passage, key) for key in PASSAGE_KEYS}


def search_row(query: str, found: Sequence[FoundPassage]) -> dict[str, Any]:
    """The contract's JSON of one search."""
    return {"query": query, "passages": [passage_row(passage) for passage in found]}


def print_articles(records: Sequence[ArticleRecord]) -> None:
    for record in records:
        origin = f"  [origin {record.origin}]" if record.origin else ""
        cut = "  [cut: only its beginning]" if record.cut else ""
        print(f"{record.article_id}{origin}{cut}")
        print(f"    {described(record.outlet, record.published, record.title)}")
    print(f"{len(records)} articles")


def print_article(article: StoredArticle) -> None:
    record = article.record
    for key in ("article_id", "title", "outlet", "author", "published", "url", "source"):
        if getattr(record, key):
            print(f"{key}: {shown(getattr(record, key))}")
    if record.cut:
        print("cut: only the beginning of the article; its source gives no more")
    for caption in record.captions:
        print(f"caption: {shown(caption)}")
    print()
    print(safe(article.text))


def ingest_notes(report: IngestReport) -> Iterator[str]:
    """What a person should know of the articles of an ingest, and of what was left aside."""
    lacks = [
        (report.cut, "cut, only the beginning"),
        (report.undated, "without a date that could be read"),
        (report.without_outlet, "without an outlet"),
    ]
    told = [f"{number} {what}" for number, what in lacks if number]
    if told:
        yield f"of {counted(report.read, 'article')} {', '.join(told)}"
    if report.split:
        yield f"{counted(report.split, 'file')} of several articles each"
    if report.passed_over:
        endings = ", ".join(f"{ending} {n}" for ending, n in report.passed_over.most_common())
        yield f"{counted(report.passed_over.total(), 'file')} passed over: {shown(endings)}"


def print_passages(found: Sequence[FoundPassage]) -> None:
    for rank, passage in enumerate(found, 1):
        where = described(passage.outlet, passage.published, passage.title)
        print(f"{rank}. {where}  ({passage.article_id}, score {passage.score:.3f})")
        print(indented(passage.text))
        print()
    if not found:
        print("nothing found")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def described(outlet: str | None, published: str | None, title: str | None) -> str:
    parts = [shown(part) for part in (outlet, published, title) if part]
    return " · ".join(parts) or "(no title, outlet or date stated)"


def filled(text: str, first: str, rest: str, strong: Sequence[tuple[int, int]] = ()) -> str:
    """``text`` in lines, their indents before them; the characters of ``strong`` are bold where
    that can be shown."""
    lines = textwrap.fill(
        safe(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False
    )
    return emboldened(lines, len(first), text, strong) if strong and shows_bold() else lines


def emboldened(lines: str, begin: int, text: str, strong: Sequence[tuple[int, int]]) -> str:
    """Filled ``lines`` in which the words of ``text[start:end]`` are bold.

    Filling changes blanks alone, so that the other characters of both are the same in order, from
    ``begin`` on.
    """
    at = iter([n for n, character in enumerate(text) if not safe(character).isspace()])
    bold = {n for start, end in strong for n in range(start, end)}
    parts = [lines[:begin]]
    for word in re.split(r"(\s+)", lines[begin:]):
        if word.isspace() or not word:
            parts.append(word)
            continue
        for is_bold, pairs in groupby([(next(at) in bold, c) for c in word], lambda pair: pair[0]):
            run = "".join(character for _, character in pairs)
            parts.append(f"{_BOLD}{run}{_PLAIN}" if is_bold else run)
    return "".join(parts)


def shows_bold() -> bool:
    """Whether stdout is a terminal that knows bold; in a file the signs would be noise."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def bold(text: str) -> str:
    """``text``, which is safe already, bold where that can be shown."""
    return f"{_BOLD}{text}{_PLAIN}" if shows_bold() else text


def indented(text: str) -> str:
    return "\n".join(filled(line, "    ", "    ") for line in text.split("\n") if line.strip())


def shown(text: str, limit: int = 200) -> str:
    return printable(text, limit)


def safe(text: str) -> str:
    """Article text for a terminal: its control sequences do nothing."""
    return "".join(c if c == "\n" or is_shown(c) else "�" for c in text)
