"""Labelled statements: what quotes of an article say of each, and which words they do not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from rag.dateline import Dateline
from rag.errors import ConfigurationError, printable
from rag.evidence import Evidence

from .articles import PreparedArticles

Label = Literal["supported", "contradicted", "not_said"]
_FIELDS = {"id", "source", "quotes", "statement", "label", "unsupported", "kind"}


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement as a model might write it, and the quotes that it cites.

    Attributes:
        source: the article's file, relative to the folder of the articles, or its address.
        quotes: sentences of it, character for character.
        unsupported: words of the statement that the quotes do not support, as they stand in it.
        kind: what is wrong with it ("number", "addition", …), or "supported".
    """

    id: str
    source: str
    quotes: tuple[str, ...]
    statement: str
    label: Label
    unsupported: tuple[str, ...]
    kind: str

    @property
    def is_supported(self) -> bool:
        return self.label == "supported"


@dataclass(frozen=True, slots=True)
class StatementSet:
    """The statements of a file, in its order, and the hash of its text."""

    statements: tuple[LabelledStatement, ...]
    sha256: str


def load_statements(file: Path) -> StatementSet:
    """The rows of a .jsonl.

    Raises:
        ConfigurationError: it cannot be read, is empty, or a row is wrong; with file and line.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{printable(str(file))}: cannot be read: {error}") from error
    found: dict[str, LabelledStatement] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = _statement(json.loads(line))
            if row.id in found:
                raise ValueError(f"a statement {row.id} stands before this one")
        except ValueError as error:
            raise ConfigurationError(f"{printable(str(file))}:{number}: {error}") from error
        found[row.id] = row
    if not found:
        raise ConfigurationError(f"{printable(str(file))}: no statement there")
    return StatementSet(tuple(found.values()), hashlib.sha256(text.encode()).hexdigest())


def evidence_for(
    statements: StatementSet, dateline: Dateline, articles: PreparedArticles
) -> dict[str, tuple[Evidence, ...]]:
    """Statement id → its quotes with what is known of their article, numbered from 1.

    Args:
        dateline: opened on the index of ``articles``.

    Raises:
        ConfigurationError: an article is not there, or a quote does not stand in it.
    """
    records = {articles.relative_source(r.source): r for r in dateline.articles()}
    found = {}
    for row in statements.statements:
        record = records.get(row.source)
        if record is None:
            raise ConfigurationError(
                f"statement {row.id} names the article {printable(row.source)}, which there is not"
            )
        text = articles.texts[record.article_id]
        for quote in row.quotes:
            if quote not in text:
                raise ConfigurationError(
                    f"statement {row.id}: the quote “{printable(quote, 80)}” does not stand in "
                    f"{printable(row.source)}, character for character"
                )
        found[row.id] = tuple(
            Evidence(
                text=quote,
                n=n,
                start=text.index(quote),
                outlet=record.outlet,
                title=record.title,
                published=record.published,
                article_text=text,
                article_id=record.article_id,
            )
            for n, quote in enumerate(row.quotes, start=1)
        )
    return found


def _statement(value: Any) -> LabelledStatement:
    if not isinstance(value, Mapping):
        raise ValueError("a row is a JSON object")
    if wrong := sorted(_FIELDS ^ set(value)):
        state = "missing" if wrong[0] in _FIELDS else "unknown"
        raise ValueError(f"{state} field {printable(wrong[0])}")
    for name in ("id", "source", "statement", "kind"):
        if not isinstance(value[name], str) or not value[name].strip():
            raise ValueError(f"{name} is no text")
    for name in ("quotes", "unsupported"):
        items = value[name]
        if not isinstance(items, list) or not all(isinstance(i, str) and i.strip() for i in items):
            raise ValueError(f"{name} is no list of texts")
    if not value["quotes"]:
        raise ValueError("quotes is empty")
    if value["label"] not in get_args(Label):
        raise ValueError(f"label is none of {', '.join(get_args(Label))}")
    if value["label"] == "supported" and value["unsupported"]:
        raise ValueError("a supported statement has no unsupported words")
    for words in value["unsupported"]:
        if words not in value["statement"]:
            raise ValueError(f"“{printable(words, 80)}” does not stand in the statement")
    return LabelledStatement(
        id=value["id"],
        source=value["source"],
        quotes=tuple(value["quotes"]),
        statement=value["statement"],
        label=cast(Label, value["label"]),
        unsupported=tuple(value["unsupported"]),
        kind=value["kind"],
    )
