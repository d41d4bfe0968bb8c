"""Markdown → plain text with its title: signs of mark-up go, the words stay."""

from __future__ import annotations

import re

from rag.articles.dates import iso_date
from rag.articles.labels import language_code
from rag.articles.normal_form import normal_line
from rag.articles.stated import Stated

_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_FRONT_LINE = re.compile(r"^([A-Za-z_ -]+):[ \t]*(.*)$")
_FRONT_FIELDS = {
    "title": "title", "headline": "title", "author": "author", "byline": "author",
    "date": "published", "published": "published", "outlet": "outlet", "publisher": "outlet",
    "sitename": "outlet", "source": "outlet", "url": "url", "link": "url", "canonical": "url",
    "language": "language", "lang": "language", "hostname": "outlet",
}  # fmt: skip
_ATX_TITLE = re.compile(r"^[ ]{0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_SETEXT_TITLE = re.compile(r"^(\S[^\n]*)\n=+[ \t]*$", re.MULTILINE)
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"(?<!~)~~(?=[^\s~])(?:(?!\n\n|~~).)+~~(?!~)[ ]?", re.DOTALL), ""),  # struck out
    (re.compile(r"^[ ]{0,3}(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"^[ ]{0,3}(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^(\S[^\n]*)\n(?:=+|-+)[ \t]*$", re.MULTILINE), r"\1\n"),
    (re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE), r"\n\1\n"),
    (re.compile(r"^[ ]{0,3}(?:>[ \t]?)+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*[-*+][ \t]+(?=\S)", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t:-]*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ ]{0,3}\[[^\]\n]+\]:[ \t]+\S+.*$", re.MULTILINE), ""),
    (re.compile(r"\[!\[[^\]\n]*\]\([^)\n]*\)\]\([^)\n]*\)"), ""),
    (re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)"), ""),
    (re.compile(r"\[([^\]\n]+)\]\((?:[^()\n]|\([^()\n]*\))*\)"), r"\1"),
    (re.compile(r"\[([^\]\n]+)\]\[[^\]\n]*\]"), r"\1"),
    (re.compile(r"\[\^[^\]\n]+\]"), ""),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^>\n]*>"), ""),
    (re.compile(r"(\*\*\*|___)(?=\S)([^\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>|-])"), r"\1"),
    (re.compile(r"[ \t]{2,}$|\\$", re.MULTILINE), ""),
)
_IMAGE_TITLE = re.compile(r"!\[[^\]\n]*\]\([^\s)]+[ \t]+[\"“]([^\"”\n]+)[\"”]\)")


def read_markdown(raw: str) -> tuple[str, Stated, list[str]]:
    """Plain text of ``raw``, what its front matter and first heading state, captions of images."""
    stated = Stated()
    front = _FRONT_MATTER.match(raw)
    if front:
        _read_front_matter(front.group(1), stated)
        raw = raw[front.end() :]
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    heading = _ATX_TITLE.search(raw) or _SETEXT_TITLE.search(raw)
    captions = [normal_line(match.group(1)) for match in _IMAGE_TITLE.finditer(raw)]
    heading_text = normal_line(plain(heading.group(1))) if heading else None
    if stated.title is None:
        stated.title = heading_text or None
    return plain(raw), stated, captions


def plain(text: str) -> str:
    """``text`` without the signs of Markdown."""
    for pattern, replacement in _SIGNS:
        text = pattern.sub(replacement, text)
    return text


def _read_front_matter(front: str, stated: Stated) -> None:
    """Top-level scalars of a YAML front matter; lists and nested keys are passed over."""
    for row in front.splitlines():
        match = _FRONT_LINE.match(row)
        name = _FRONT_FIELDS.get(match.group(1).strip().lower()) if match else None
        if match is None or name is None or getattr(stated, name) is not None:
            continue
        value = normal_line(match.group(2).strip().strip("\"'"))
        if name == "published":
            stated.published = iso_date(value)
        elif name == "language":
            stated.language = language_code(value)
        else:
            setattr(stated, name, value or None)
