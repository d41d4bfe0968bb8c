"""Names of a statement that stand nowhere in the articles that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from rag.claims.names import (
    TITLES,
    Name,
    country_of,
    country_of_capital,
    folded_words,
    initials,
    similar_spelling,
)
from rag.claims.numerals import NUMBER_WORDS
from rag.claims.words import STOP_WORDS, fold, is_common, stem
from rag.evidence.evidence import Evidence
from rag.evidence.vetoes.exact import Exact, exact
from rag.evidence.vetoes.veto import Veto

_LEAST_ROOT = 4
# What makes an adjective or people of a place: "Alaskan", "Mexican", "Virginians", "Congressional".
_MADE_OF = re.compile(
    r"(?:[aeio]?ns?|[aei]?ans?|ese|ish|[ei]?rs?|ites?|[ai]ls?|ic|is?|ists?|ism|s)"
)

# Where places are abbreviated: "Macon, Ga.", "D-Ore.", "Austin, TX".
_ABBREVIATED = re.compile(r"(?:(?<=, )|(?<=[A-Z]-))(?:[A-Z][a-z]{1,5}(?=\.)|[A-Z]{2}\b)")
_WITHIN = {"britain": frozenset({"england", "scotland", "wales"})}
_ROMAN = re.compile(r"[ivx]+")


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """The words of a text: folded, their stems, the countries, first letters in order, and what it
    abbreviates ("Calif.", "TX")."""

    words: frozenset[str]
    stems: frozenset[str]
    countries: frozenset[str]
    letters: tuple[str, ...]
    abbreviations: frozenset[str]


def name_vetoes(statement: str, evidence: Sequence[Evidence]) -> tuple[Veto, ...]:
    """Names of ``statement`` of which the articles of ``evidence`` lack a word."""
    stated = exact(statement)
    if not stated.names:
        return ()
    texts = dict.fromkeys(
        text
        for item in evidence
        for text in (item.text, item.article_text, item.title, item.outlet)
        if text
    )
    articles = [named(text) for text in texts]
    found: list[Veto] = []
    for name in stated.names:
        if _is_telling(stated, name) and not _is_named(name, articles):
            other = _other_bearer(name, texts)
            if other or not _has_surname(name, articles):
                why = f"the quotes and their articles name {other}, not {name.text}"
                none = f"no quote and no article text names {name.text}"
                found.append(Veto("name", (name.start, name.end), why if other else none))
    return tuple(found)


@lru_cache(maxsize=4096)
def named(text: str) -> Named:
    """What ``text`` may be asked for names."""
    words = folded_words(text)
    known = frozenset(words)
    pairs = {f"{a}_{b}" for a, b in pairwise(words)}
    said = [w for w in words if w not in STOP_WORDS]
    return Named(
        known,
        frozenset(stem(w) for w in known),
        frozenset(c for w in known | pairs if (c := _country(w))),
        ("".join(w[0] for w in words), "".join(w[0] for w in said)),
        frozenset(fold(short) for short in _ABBREVIATED.findall(text)),
    )


def _is_telling(stated: Exact, name: Name) -> bool:
    """Whether its capital makes it a name: one word that opens a sentence may be any word."""
    if not name.certain or not name.parts:
        return False
    if len(name.text.split()) > 1 or not _opens(stated.text, name.start):
        return True
    return _country(name.parts[0]) is not None or name.text[1:] != name.text[1:].lower()


def _opens(text: str, at: int) -> bool:
    before = text[:at].rstrip().rstrip("\"“‘'([").rstrip()
    return not before or before[-1] in ".?!:;—–"


def _is_named(name: Name, articles: Sequence[Named]) -> bool:
    if any(_has_country(a, "_".join(name.parts)) for a in articles):
        return True
    short = initials(name.text)
    if len(short) > 1 and any(short in a.words for a in articles):
        return True
    return all(_is_said(part, word, articles) for part, word in _parts(name))


def _has_surname(name: Name, articles: Sequence[Named]) -> bool:
    """Whether the last word of a name stands in the articles, which then mean the same one: who
    knows more of a name than they give ("Neil" to their "Armstrong") adds nothing."""
    *others, (part, written) = _parts(name)
    return bool(others) and not is_common(part) and any(_has(a, part, written) for a in articles)


def _other_bearer(name: Name, texts: Iterable[str]) -> str | None:
    """A full name of the articles that has the last word of ``name`` and another before it; one
    with the same first letter may be short for it."""
    *others, (part, written) = _parts(name)
    if not others or is_common(part):
        return None
    pattern = re.compile(rf"\b([A-Z][^\W\d_][\w’'-]*)\s+{re.escape(written)}\b")
    for text in texts:
        for match in pattern.finditer(text):
            given = fold(match[1])
            is_given = not (given in TITLES or is_common(given) or _country(given))
            if is_given and all(given[0] != other[0] for other, _ in others):
                return match.group()
    return None


def _parts(name: Name) -> list[tuple[str, str]]:
    """The folded words of ``name`` that tell something, each with how it is written."""
    written = re.findall(r"[^\W_](?:[\w.’']*\w)?", name.text)
    return [(fold(word), word) for word in written if fold(word) in name.parts] or [("", "")]


def _is_said(part: str, written: str, articles: Sequence[Named]) -> bool:
    if part in TITLES | NUMBER_WORDS | _understood() or is_common(part) or len(part) < 2:
        return True
    if _ROMAN.fullmatch(part):
        return True
    return stem(part) in _understood() or any(_has(a, part, written) for a in articles)


@lru_cache(maxsize=65536)
def _has(article: Named, part: str, written: str) -> bool:
    """Whether a text has a word, spelled otherwise, of the same root, or its initials."""
    if part in article.words or stem(part) in article.stems or _has_country(article, part):
        return True
    letters = re.sub(r"\W", "", part)
    if written.isupper() and any(letters in line for line in article.letters):
        return True
    if any(_shortens(short, part) for short in article.abbreviations):
        return True
    return any(similar_spelling(part, word) or _same_root(part, word) for word in article.words)


def _same_root(one: str, other: str) -> bool:
    """ "Alaskan" and "Alaska", "Virginians" and "Virginia", "congressional" and "Congress"."""
    short, long = sorted((one, other), key=len)
    return any(
        len(root) >= _LEAST_ROOT and long.startswith(root) and _MADE_OF.fullmatch(long, len(root))
        for root in (short, short[:-1])
    )


def _shortens(short: str, word: str) -> bool:
    """Whether ``short`` may stand for ``word``: its first letter and others in order."""
    letters = iter(word)
    return len(word) > 3 and word[0] == short[0] and all(letter in letters for letter in short)


def _has_country(article: Named, word: str) -> bool:
    country = _country(word)
    if country is None:
        return False
    return not article.countries.isdisjoint({country} | _WITHIN.get(country, frozenset()))


def _country(word: str) -> str | None:
    return country_of(word) or country_of_capital(word)


@lru_cache(maxsize=1)
def _understood() -> frozenset[str]:
    listed = resources.files("rag.evidence.vetoes").joinpath("understood.txt").read_text("utf-8")
    lines = (line for line in listed.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
