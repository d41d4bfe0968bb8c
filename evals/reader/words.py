"""Words of a sentence, folded and stemmed, and the lists that the reader goes by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import snowballstemmer

_LISTS = Path(__file__).parent / "lists"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SPELLINGS = (
    (re.compile(r"(?<=\w{3})is(?=(?:e|es|ed|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=\w{2})our(?=(?:s|ed|ing|er|ers)?$)"), "or"),
)


class Word(NamedTuple):
    """``text[start:end]``, and how it reads without case, accents and a possessive ending."""

    start: int
    end: int
    lower: str


def listed_lines(name: str) -> list[str]:
    """The lines of a list of this folder, without its comments."""
    lines = (_LISTS / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=64)
def listed_words(name: str) -> frozenset[str]:
    """The words of a list of this folder, whatever the line."""
    return frozenset(word for line in listed_lines(name) for word in line.split())


def one_of(forms: list[str]) -> str:
    """A pattern for any of ``forms``, the longest that fits; white space in them is any."""
    longest_first = sorted(forms, key=len, reverse=True)
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)


def words_of(text: str) -> list[Word]:
    """The words of ``text`` in order; numbers are none."""
    return [Word(m.start(), m.end(), _folded(m.group())) for m in _WORD.finditer(text)]


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that say what ``text`` is about; numbers are none of them."""
    stop = listed_words("stop_words") | listed_words("number_words") | listed_words("scales")
    return frozenset(stem(word.lower) for word in words_of(text) if word.lower not in stop)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Snowball stem of a word in lower case; irregular and British forms go with the others."""
    if regular := _irregular().get(word):
        return regular
    for pattern, american in _SPELLINGS:
        word = pattern.sub(american, word)
    # A stemmer of its own each time: it keeps the word in itself, and threads may grade at once.
    return str(snowballstemmer.stemmer("english").stemWord(word))


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    rows = [line.split() for line in listed_lines("irregular")]
    return {form: row[0] for row in rows for form in row}


@lru_cache(maxsize=65536)
def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return plain.replace("’", "'").removesuffix("'s")
