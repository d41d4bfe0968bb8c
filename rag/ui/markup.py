"""Text of articles, people and models → HTML in which it is text and nothing else.

Everything that the UI shows passes through ``text`` or ``attribute``. Gradio puts HTML through a
Markdown reader in chats and through a template language in HTML blocks, so all ASCII signs are
written as character references: nothing is left that HTML, Markdown, LaTeX, a link finder or a
template could take for its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from rag.answer.told import pieces

_SAFE = frozenset(" ,")
# Format characters that hide or turn text round; joiners, which many scripts need, are not here.
_INVISIBLE = {"Cf", "Co", "Cs", "Cn"}
_JOINERS = "\u200c\u200d"
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


def text(value: object) -> str:
    """``value`` as one line of HTML text; line ends become spaces."""
    return "".join(_reference(c) for c in " ".join(str(value).split()))


def spaced(part: str) -> str:
    """Text beside a mark, with the spaces at its ends."""
    left = " " if part[:1].isspace() else ""
    right = " " if part[-1:].isspace() and part.strip() else ""
    return f"{left}{text(part)}{right}"


def marked(value: str, spans: Sequence[Sequence[int]], name: str) -> str:
    """``value`` with a ``mark`` of the class ``name`` around the words of ``spans``."""
    return "".join(
        f'<mark class="{name}">{spaced(piece)}</mark>' if is_marked else spaced(piece)
        for piece, is_marked in pieces(value, spans)
    )


def attribute(value: object) -> str:
    """``value`` as the inside of a quoted attribute; line ends are kept."""
    return "".join("&#10;" if c == "\n" else _reference(c) for c in str(value))


def _reference(character: str) -> str:
    if character.isalnum() or character in _SAFE:
        return character
    if character < "\x80":
        return f"&#{ord(character)};" if character.isprintable() else " "
    if unicodedata.category(character) in _INVISIBLE and character not in _JOINERS:
        return "\N{REPLACEMENT CHARACTER}"
    return character


def web_link(url: str | None) -> str:
    """A link to ``url`` when it is a web address, its text when it is anything else."""
    if not url:
        return ""
    if not _WEB_ADDRESS.fullmatch(url):
        return text(url)
    return (
        f'<a href="{attribute(url)}" target="_blank" rel="noopener noreferrer">{text(url)}'
        '<span class="dl-hidden"> (opens in a new tab)</span></a>'
    )


def day(published: str | None) -> str:
    """An ISO date as people write it, such as "1 Feb 2026"; "" when there is none."""
    if not published:
        return ""
    try:
        parsed = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{parsed.day} {parsed:%b %Y}"


def source_name(outlet: str | None, source: str) -> str:
    """The outlet, else the name of the file or the page that the article came from."""
    return outlet or source.rstrip("/").rpartition("/")[2] or source


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Number and noun, such as "1 article" and "2 articles"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def notice(message: object, kind: str = "note") -> str:
    """A line that tells something; ``kind`` is "note" or "error", which is read out at once."""
    role = "alert" if kind == "error" else "status"
    return f'<p class="dl-notice dl-{kind}" role="{role}">{text(message)}</p>'


def progress_bar(told: str, fraction: float | None, left_s: float | None = None) -> str:
    """A bar with what is being done, and about how long it will take yet."""
    from rag.ui.work import duration

    value = "" if fraction is None else f' value="{fraction:.3f}"'
    share = "" if fraction is None else f"{fraction:.0%} · "
    left = "" if left_s is None else f" · about {duration(left_s)} left"
    return (
        f'<div class="dl-progress"><progress max="1"{value} aria-label="Progress"></progress>'
        f'<p role="status">{text(share + told + left)}</p></div>'
    )
