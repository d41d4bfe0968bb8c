"""HTML that is an article and nothing around it, as rows, feeds and mails hold it → its text.

An extractor looks for the article in a page and takes what it is sure of; here all is the article,
so everything that a reader would see is kept.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from rag.articles.blocks import BLOCKS
from rag.articles.markup import apply_markup
from rag.articles.normal_form import normal_line

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,12})(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,7}|#[xX][0-9a-fA-F]{2,6});")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
# Never text of the article.
_NO_TEXT = (
    "//comment() | //script | //style | //noscript | //iframe | //object | //svg | //form | "
    "//button | //select"
)
_CAPTIONS = "//figcaption | //*[contains(@class, 'wp-caption-text')]"
_CELLS = frozenset(("td", "th"))


def is_html(text: str) -> bool:
    """Whether ``text`` is marked up: it holds tags of HTML, not only signs that look like some."""
    from lxml.html.defs import tags  # type: ignore[import-untyped]

    names = {match[1].lower() for match in _TAG.finditer(text[:65536])}
    return bool(names & (tags - {"a"})) or ("a" in names and "href=" in text)


def read_fragment(data: str) -> tuple[str, list[str]]:
    """Text of marked-up ``data``, a paragraph a line; and the captions in it."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    data = _DECLARATION.sub("", data)  # characters have no encoding; lxml refuses one
    try:
        tree = document_fromstring(data, parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return "", []
    apply_markup(tree)
    captions = [line for element in tree.xpath(_CAPTIONS) if (line := _line(element))]
    for element in tree.xpath(f"{_NO_TEXT} | {_CAPTIONS}"):
        element.drop_tree()
    paragraphs = (normal_line(piece) for piece in "".join(_pieces(tree)).split("\n"))
    return "\n".join(p for p in paragraphs if p), list(dict.fromkeys(captions))


def plain_line(value: str) -> str:
    """A title or name without the mark-up and entities that an export leaves in it."""
    if _TAG.search(value) and is_html(value):
        value = " ".join(read_fragment(value)[0].split("\n")) or value
    return html.unescape(value) if _ENTITY.search(value) else value


def _pieces(root: Any) -> Iterator[str]:
    """Text in order, a line break at both ends of what stands on lines of its own.

    Walked by events, not by calls: hostile trees are deeper than Python's stack.
    """
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _CELLS:
            between = " | " if event == "end" and element.getnext() is not None else ""
        else:
            between = "\n" if element.tag == "br" or element.tag in BLOCKS else ""
        if event == "start":
            yield between
            yield _folded(element.text)
        else:
            yield between
            yield _folded(element.tail) if element is not root else ""


def _folded(text: str | None) -> str:
    """Breaks in the source of a page are spaces."""
    return re.sub(r"\s+", " ", text) if text else ""


def _line(element: Any) -> str | None:
    return normal_line(" ".join(element.itertext())) or None
