"""The normal form of article text: what characters may occur and how space is written."""

from __future__ import annotations

import re
import unicodedata

# Zero-width spaces and directional marks, soft hyphen, byte-order mark: invisible, they break words
# apart.
# Tag characters (plane 14): invisible copies of ASCII, good for nothing but hiding text.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# The zero-width (non-)joiner is spelling in scripts that join letters, and holds emoji together.
_JOINER = re.compile("[\u200c\u200d]+")
_VIRAMA = (
    9  # canonical combining class; after it a joiner shapes a letter at the end of a word, too
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACE = re.compile(r" ?[^\S\n ][^\S\n]*|  +")  # a single space is left alone: most matches


def normal_text(text: str) -> str:
    """``text`` in NFC, without invisible or control characters, spaces folded, ``\\n`` as break."""
    text = unicodedata.normalize("NFC", text)
    text = _LINE_BREAK.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _JOINER.sub(_kept_joiner, text)
    text = _CONTROL.sub("", text)
    return _SPACE.sub(" ", text)


def _kept_joiner(match: re.Match[str]) -> str:
    """One joiner where it joins, "" elsewhere: at the end of a word, between Latin letters."""
    text, (start, end) = match.string, match.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    joins = _takes_joiner(before) and _takes_joiner(after)
    if joins or (before and unicodedata.combining(before) == _VIRAMA):
        return match.group()[0]
    return ""


def _takes_joiner(character: str) -> bool:
    """Whether it is a letter or sign of a script that joins, or a part of an emoji."""
    if not character or character < "\u0600":
        return False
    category = unicodedata.category(character)
    return category[0] in "LM" or category in {"So", "Sk"}


def normal_line(text: str) -> str:
    """``text`` in normal form on one line."""
    return " ".join(normal_text(text).split())


def optional_line(value: object) -> str | None:
    """A metadata value as one line of text; None for anything that is not a non-empty string."""
    if not isinstance(value, str):
        return None
    return normal_line(value) or None
