"""What the rest of Dateline knows of an article."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


def text_sha256(text: str) -> str:
    """Hex digest of ``text`` as UTF-8; names one exact version of an article's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Article:
    """One cleaned article.

    Attributes:
        text: the article and nothing of the page around it. Paragraphs (and subheadings) are
            separated by one blank line (``"\\n\\n"``); inside a paragraph there is no newline.
            Every offset in Dateline counts characters (code points) of this string.
        source: the path as given; for a row of a .jsonl or .json file its url, else
            ``file.jsonl:line``.
        title, outlet, author, url, language: as the text or markup states them, else None.
            ``language`` is an ISO 639-1 code, with the region where it writes figures otherwise
            than its language does ("en-US").
        published: ISO 8601 date ``YYYY-MM-DD``, as stated, else None.
        captions: picture captions taken out of the text, in order.
        credits: wire agencies or outlets that the article says it draws on ("AFP", "Reuters"),
            as stated.
    """

    text: str
    source: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    captions: tuple[str, ...] = field(default=())
    credits: tuple[str, ...] = field(default=())

    @property
    def text_sha256(self) -> str:
        return text_sha256(self.text)
