"""Feeds (RSS 0.9 to 2.0, RSS 1.0 in RDF, Atom) → their entries, parsed by lxml.

Nothing outside the file is loaded and no entity of its own is unfolded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.articles.dates import field_date
from rag.articles.decoding import UndecodableError, decode_text
from rag.articles.html_fragment import plain_line, read_fragment
from rag.articles.labels import language_code
from rag.articles.normal_form import normal_line, optional_line
from rag.articles.refused import RefusedError
from rag.articles.stated import Stated

_ROOTS = frozenset(("rss", "feed", "rdf"))
_ENTRIES = frozenset(("item", "entry"))
# Local names of elements, by what they say; in order of preference.
_FULL_TEXT = ("encoded", "content", "body")
_TEASER = ("description", "summary")
_AUTHOR = ("creator", "author")
_PUBLISHED = ("published", "pubdate", "issued", "date", "updated", "modified")
_ROOT_TAG = re.compile(r"<(?![?!])(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_HEAD_CHARACTERS = 4096
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# A teaser is a paragraph; a description of several, or of this many words, is the article.
_TEASER_WORDS = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its raw text (plain or HTML), what is stated of it, and whether it is a teaser."""

    text: str
    stated: Stated
    cut: bool


def is_feed(text: str) -> bool:
    """Whether the root element of ``text`` is that of a feed."""
    root = _ROOT_TAG.search(text[:_HEAD_CHARACTERS])
    return root is not None and root[1].lower() in _ROOTS


def holds_feed(path: Path) -> bool:
    """Whether the file at ``path`` is a feed, by its root element.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_CHARACTERS)
    try:
        return is_feed(decode_text(head))
    except UndecodableError:
        return False


def read_feed(text: str) -> Iterator[Entry | str]:
    """The entries of a feed in order; for one without text, the reason.

    Raises:
        RefusedError: not a feed, damaged beyond reading, or without entries.
    """
    root = _parsed(text)
    if root is None or _name(root) not in _ROOTS:
        raise RefusedError("not a feed (RSS or Atom), whatever its name says")
    entries = [element for element in root.iter() if _name(element) in _ENTRIES]
    if not entries:
        raise RefusedError("a feed without entries")
    feed = _stated_by_feed(root)
    for entry in entries:
        yield _read_entry(entry, feed)


def _parsed(text: str) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    text = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    try:
        return etree.fromstring(_NAMED_ENTITY.sub(_unfolded, text).encode(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise RefusedError(f"damaged feed ({str(error)[:100]})") from error


def _unfolded(match: re.Match[str]) -> str:
    """Entities of HTML, which feeds use and XML does not know."""
    return match.group() if match[1] in _OF_XML else html.unescape(match.group())


def _stated_by_feed(root: Any) -> Stated:
    channel = next((child for child in root if _name(child) == "channel"), root)
    language = _child_text(channel, ("language",)) or root.get(_XML_LANG)
    return Stated(
        outlet=_line(_child_text(channel, ("title",))),
        language=language_code(language) if language else None,
    )


def _read_entry(entry: Any, feed: Stated) -> Entry | str:
    title = _line(_child_text(entry, ("title",)))
    text, is_teaser = _child_text(entry, _FULL_TEXT), False
    if not text:
        text = _child_text(entry, _TEASER)
        is_teaser = text is not None and _is_short(text)
    if not text:
        return f"an entry without text{f' ({title})' if title else ''}"
    source = next((child for child in entry if _name(child) == "source"), None)
    outlet = None if source is None else _child_text(source, ("title",)) or _own_text(source)
    published = (field_date(_child_text(entry, (name,)), feed.language) for name in _PUBLISHED)
    return Entry(
        text,
        Stated(
            title=title,
            outlet=_line(outlet) or feed.outlet,
            author=_author(entry),
            published=next(filter(None, published), None),
            url=_link(entry),
            language=feed.language,
        ),
        is_teaser,
    )


def _is_short(text: str) -> bool:
    paragraphs = [row for row in read_fragment(text)[0].split("\n") if len(row.split()) > 8]
    return len(paragraphs) < 2 and sum(len(row.split()) for row in paragraphs) < _TEASER_WORDS


def _author(entry: Any) -> str | None:
    names = []
    for child in entry:
        if _name(child) in _AUTHOR:
            name = _line(_child_text(child, ("name",)) or _own_text(child))
            # RSS has "mail@host (Name)" there.
            match = re.fullmatch(r"\S+@\S+\s+\((.+)\)", name or "")
            names += [match[1] if match else name] if name else []
    return ", ".join(dict.fromkeys(name for name in names if "@" not in name)) or None


def _link(entry: Any) -> str | None:
    links = [child for child in entry if _name(child) == "link"]
    links.sort(key=lambda link: link.get("rel", "alternate") != "alternate")
    places = [link.get("href") or _own_text(link) for link in links]
    places += [_own_text(child) for child in entry if _name(child) in ("guid", "id")]
    lines = (optional_line(place) for place in places)
    return next((u for u in lines if u and u.startswith(("http://", "https://"))), None)


def _child_text(parent: Any, names: tuple[str, ...]) -> str | None:
    for name in names:
        for child in parent:
            if _name(child) == name and (text := _own_text(child)):
                return text
    return None


def _own_text(element: Any) -> str | None:
    """Text of an element; of one with mark-up in it (Atom's xhtml) that mark-up as HTML."""
    if len(element) and any(isinstance(child.tag, str) for child in element):
        from lxml import etree

        parts = [element.text or ""]
        parts += [etree.tostring(child, method="html", encoding="unicode") for child in element]
        text = re.sub(r"<(/?)[\w.-]+:(?=\w)", r"<\1", "".join(parts))
    else:
        text = "".join(element.itertext())
    return text if text.strip() else None


def _line(text: str | None) -> str | None:
    return normal_line(plain_line(text)) or None if text else None


def _name(element: Any) -> str:
    """The local name in lower case; "" for a comment or an entity."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
