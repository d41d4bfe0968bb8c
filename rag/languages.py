"""What is known of the languages that articles are in; the data is ``languages.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

_READ_CHARACTERS = 2_000
# So many of a text's different words are those of its language; few are those of another.
_MIN_SHARE = 0.12
_MIN_WORDS = 2
_ENOUGH_WORDS = 10
_WORD = re.compile(r"[^\W\d_]+")
# Scripts that one language writes. Kana goes before Han, which Japanese writes too.
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
)
_MIN_SCRIPT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Language:
    """How a language is written; fields as ``languages.toml`` explains them.

    Attributes:
        openers: its ``words`` as they open a sentence, in a capital.
    """

    code: str
    words: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    decimal: Literal[".", ","] = "."
    grouping: Literal["", " ", "'"] = ""
    dates: Literal["", "day", "month"] = ""
    ordinal: Literal["", "nouns"] = ""
    never_last: frozenset[str] = frozenset()


def language(code: str | None) -> Language | None:
    """The language of an ISO 639-1 code, with a region or without ("de", "de-CH"); None when it is
    not listed."""
    known = _languages()
    if code is None:
        return None
    return known.get(code) or known.get(code[:2].lower())


def regions() -> frozenset[str]:
    """Codes with a region that is written otherwise than its language: "en-US"."""
    return frozenset(code for code in _languages() if "-" in code)


@cache
def scale_words(code: str) -> dict[str, float]:
    """Words of a language that multiply the figure before them, in lower case, and by what."""
    entries = _table().get(code, {}).get("scales", "").split(", ")
    return {word: float(scale) for word, _, scale in (e.partition(" ") for e in entries) if word}


@lru_cache(maxsize=4096)
def guessed_language(text: str) -> Language | None:
    """The language that the beginning of ``text`` is in, by its script or its commonest words; None
    when they do not tell."""
    head = text[:_READ_CHARACTERS]
    letters = sum(map(str.isalpha, head))
    for code, script in _SCRIPTS:
        if len(script.findall(head)) > _MIN_SCRIPT_SHARE * letters:
            return _languages()[code]
    words = {word.lower() for word in _WORD.findall(head)}
    counts = {
        known: len(words & known.words)
        for known in _languages().values()
        if known.words and "-" not in known.code
    }
    ranked = sorted(counts, key=lambda known: -counts[known])
    best, second = ranked[0], ranked[1]
    least = max(_MIN_WORDS, min(_ENOUGH_WORDS, _MIN_SHARE * len(words)))
    if counts[best] < least or counts[best] == counts[second]:
        return None
    return best


@cache
def _languages() -> dict[str, Language]:
    table = _table()
    return {code: _language(code, table.get(code[:2], {}) | table[code]) for code in table}


def _language(code: str, values: dict[str, Any]) -> Language:
    words = frozenset(values.get("words", "").split())
    return Language(
        code,
        words,
        frozenset(word[:1].upper() + word[1:] for word in words),
        values["decimal"],
        values.get("grouping", ""),
        values.get("dates", ""),
        values.get("ordinal", ""),
        frozenset(values.get("never_last", "").split()),
    )


@cache
def _table() -> dict[str, dict[str, Any]]:
    data = resources.files("rag").joinpath("languages.toml").read_text("utf-8")
    return tomllib.loads(data)
