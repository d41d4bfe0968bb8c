"""Article text as it stands in a prompt: numbered, fenced, and unable to pass for anything else.

Articles are hostile until shown otherwise: one may give orders, close the fence, imitate a citation
or a turn of the conversation, or hide text in characters of no width. What is done here is done to
the prompt alone. Quotes are cut from the stored text by offset, so they stay exact.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FENCE_DIGITS = 8
LONGEST_HEADING_CHARACTERS = 160

# Square brackets would read as citations or as [INST]; angle brackets as the fence, as markup, or
# as the control words of a chat format, such as <|im_end|>, which llama.cpp reads in any text.
_HARMLESS = str.maketrans(
    {
        **dict.fromkeys("[［【〔〖⟦", "("),
        **dict.fromkeys("]］】〕〗⟧", ")"),
        **dict.fromkeys("<＜«", "‹"),
        **dict.fromkeys(">＞»", "›"),
    }
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence and the number that the model cites it by."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class QuotedArticle:
    """The numbered sentences of one article, in reading order, and where they stand."""

    outlet: str | None
    published: str | None
    title: str | None
    sentences: tuple[NumberedSentence, ...]


def harmless(text: str) -> str:
    """One line of ``text`` without control, invisible and bracket characters."""
    spaced = _SPACES.sub(" ", text)
    # Cc control, Cf format (zero width, direction, tags), Co and Cs private and broken, Cn unused.
    seen = "".join(c for c in spaced if c == " " or not unicodedata.category(c).startswith("C"))
    return _SPACES.sub(" ", seen.translate(_HARMLESS)).strip()


def fence_for(*texts: str) -> str:
    """The word that marks where quoted text begins and ends.

    A hash of what is quoted and asked: no article can hold it, because its own text and the
    question, which it does not know, are part of the sum. The same prompt has the same one, so the
    response cache works.
    """
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:FENCE_DIGITS]


def fenced(text: str, fence: str) -> str:
    return f"<<<{fence}\n{text}\n{fence}>>>"


def quote_articles(articles: Sequence[QuotedArticle], question: str) -> tuple[str, str]:
    """The block of numbered sentences, grouped by article, and the fence around it."""
    groups: list[str] = []
    for article in articles:
        lines = [_heading(article)]
        lines += [f"[{s.n}] {harmless(s.text)}" for s in article.sentences]
        groups.append("\n".join(lines))
    block = "\n\n".join(groups)
    fence = fence_for(block, question)
    return fenced(block, fence), fence


def _heading(article: QuotedArticle) -> str:
    outlet = harmless(article.outlet or "") or "Outlet not stated"
    published = harmless(article.published or "") or "no date"
    title = harmless(article.title or "")
    heading = f"{outlet}, {published}" + (f": {title}" if title else "")
    return heading[:LONGEST_HEADING_CHARACTERS]
