"""Names of a statement that stand nowhere in the articles that it cites."""

from __future__ import annotations

import re
from calendar import day_name, month_name
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
    r"(?:e?s|ern|[aeio]?ns?|[aei]?ans?|ese|ish|[ei]?rs?|ites?|[ai]ls?|ic|is?|ists?|ism|s)"
)

# Where places are abbreviated: "Macon, Ga.", "D-Ore.", "Austin, TX".
_ABBREVIATED = re.compile(r"(?:(?<=, )|(?<=[A-Z]-))(?:[A-Z][a-z]{1,5}(?=\.)|[A-Z]{2}\b)")
_WITHIN = {"britain": frozenset({"england", "scotland", "wales"})}
# The judge's: zones of time, people of a land ("Welshman"), feasts by their day ("First of May").
_IS_TIME = re.compile(r"\s+(?:[Ss]tandard\s+|[Dd]aylight\s+)?[Tt]ime\b")
_PERSON_OF = re.compile(r"[a-z](?:m[ae]n|wom[ae]n)$")
_CALENDAR = frozenset({*month_name, *day_name} - {""})
_ACRONYM = re.compile(r"\b[A-Z]{2,7}\b")
_ROMAN = re.compile(r"[ivx]+")


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """The words of a text: folded, their stems, the countries, first letters in order, what it
    abbreviates ("Calif.", "TX") and its words of capitals."""

    words: frozenset[str]
    stems: frozenset[str]
    countries: frozenset[str]
    letters: tuple[str, ...]
    abbreviations: frozenset[str]
    acronyms: frozenset[str]


def name_vetoes(statement: str, evidence: Sequence[Evidence]) -> tuple[Veto, ...]:
    """Names of ``statement`` of which the articles of ``evidence`` lack every telling word, or that
    another bears there."""
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
        if not _is_telling(stated, name) or _is_shortened(name, articles):
            continue
        told = [(part, word) for part, word in _parts(name) if not _is_known(part)]
        missing = [(p, word) for p, word in told if not any(_has(a, p, word) for a in articles)]
        other = _other_bearer(name, texts) if missing else None
        span = (name.start, name.end)
        if other:
            why = f"the quotes and their articles name {other}, not {name.text}"
            found.append(Veto("name", span, why, rival=True))
        elif missing and missing == told:
            found.append(Veto("name", span, f"no quote and no article text names {name.text}"))
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
        frozenset(fold(short) for short in _ACRONYM.findall(text)),
    )


def _is_telling(stated: Exact, name: Name) -> bool:
    """Whether its capital makes it a name: one word that opens a sentence may be any word."""
    if not name.certain or not name.parts or _IS_TIME.match(stated.text, name.end):
        return False
    if _country("_".join(name.parts)) in _understood_countries():
        return False
    if _PERSON_OF.search(name.text) or any(word in _CALENDAR for word in name.text.split()):
        return False
    if len(name.text.split()) > 1 or not _opens(stated.text, name.start):
        return True
    return _country(name.parts[0]) is not None or name.text[1:] != name.text[1:].lower()


def _opens(text: str, at: int) -> bool:
    before = text[:at].rstrip().rstrip("\"“‘'([").rstrip()
    return not before or before[-1] in ".?!:;—–"


def _is_shortened(name: Name, articles: Sequence[Named]) -> bool:
    """Whether the articles have its country or its initials, in which more letters may follow."""
    if any(_has_country(a, "_".join(name.parts)) for a in articles):
        return True
    short = initials(name.text)
    return len(short) > 1 and any(
        short in a.words or any(acronym.startswith(short) for acronym in a.acronyms)
        for a in articles
    )


def _other_bearer(name: Name, texts: Iterable[str]) -> str | None:
    """A full name of the articles that has the last word of ``name`` and another before it; one
    with the same first letter may be short for it."""
    *others, (part, written) = _parts(name)
    if not others or _is_known(part):
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


def _is_known(part: str) -> bool:
    """Whether a word of a name tells nothing of whose name it is."""
    if part in TITLES | NUMBER_WORDS | _understood() or is_common(part) or len(part) < 2:
        return True
    if any(letter.isdigit() for letter in part):  # "G7", of the Group of Seven
        return True
    if _ROMAN.fullmatch(part) is not None or stem(part) in _understood():
        return True
    return _country(part) in _understood_countries()  # "Washington", as "American" is


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
def _understood_countries() -> frozenset[str]:
    return frozenset(country for word in _understood() if (country := country_of(word)))


@lru_cache(maxsize=1)
def _understood() -> frozenset[str]:
    listed = resources.files("rag.evidence.vetoes").joinpath("understood.txt").read_text("utf-8")
    lines = (line for line in listed.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
