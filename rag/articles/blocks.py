"""Paragraphs that an extractor ran together, parted again where the page parts them."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import Any

from rag.articles.normal_form import normal_line

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "title"))
_SPACE = re.compile(r"\s+")


def block_texts(tree: Any) -> list[str]:
    """Text of the page's blocks in order: what stands between two edges of block elements."""
    from lxml import etree  # type: ignore[import-untyped]

    texts = [""]  # the last one is still open
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            texts[-1] += node.tail or ""
            continue
        if node.tag in BLOCKS:
            texts.append("")
        if event == "start":
            if not _is_unseen(node):
                texts[-1] += node.text or ""
        elif node is not tree and not _is_unseen(node.getparent()):
            texts[-1] += node.tail or ""
    return [normal_line(text) for text in texts if text.strip()]


def _is_unseen(node: Any) -> bool:
    return node.tag in _UNSEEN or any(True for _ in node.iterancestors(*_UNSEEN))


def parted(text: str, blocks: list[str]) -> str:
    """``text`` with each line that holds several of ``blocks`` broken between them.

    A line is compared without its spaces, so that it does not matter how they were joined.
    """
    compact = [_SPACE.sub("", block) for block in blocks]
    page = "".join(compact)
    edges = [0]
    for block in compact:
        edges.append(edges[-1] + len(block))
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line, page, edges))


def _pieces(line: str, page: str, edges: list[int]) -> list[str]:
    solid = [position for position, character in enumerate(line) if not character.isspace()]
    start = page.find("".join(line[position] for position in solid)) if solid else -1
    if start < 0:
        return [line]
    end = start + len(solid)
    inner = edges[bisect_right(edges, start) : bisect_right(edges, end - 1)]
    cuts = [0, *(solid[edge - start] for edge in inner), len(line)]
    return [piece for left, right in pairwise(cuts) if (piece := line[left:right].strip())]
