"""A question, read for retrieval: its terms, how rare they are, what kind of answer it wants."""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.index.lexicon import terms_of

# A question of more terms than this is matched by its rarest: bounds the work on pasted articles.
MAX_TERMS = 32
MAX_CHARACTERS = 4000

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’][^\W_]+)?")
_ACCENTED = re.compile(r"[\u00c0-\u024f]")

# Words that say nothing about which passage answers; what they ask for is in ``wants_*``.
_STOP_WORDS_TEXT = """
    a about after again all also am an and any are as at be been before being between both but
    by can could did do does doing during each few for from further had has have having he her
    here hers him his how i if in into is it its just me more most much many my no nor not of off
    on once only or other our out over own same she should so some such than that the their them
    then there these they this those through to too under until up very was we were what when
    where which while who whom whose why will with would you your according following s t
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
_WANTS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|often|high|tall|big|large|fast)\b"
    r"|\b(?:what|which) (?:percentage|percent|number|amount|share|proportion|age|price)\b",
    re.IGNORECASE,
)
_WANTS_PERSON = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_WANTS_PLACE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:country|countries|city|state|town|nation|place|"
    r"continent|region|island)\b",
    re.IGNORECASE,
)
_WANTS_DATE = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:day|date|month|year|time|century)\b", re.IGNORECASE
)


# "May" and "March" alone are too often a verb; with a year or a day they are a month.
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_DATE = re.compile(
    r"\b(?P<month>" + "|".join(_MONTHS) + r")\b(?:\s+\d{1,2}(?:st|nd|rd|th)?\b)?,?"
    r"(?:\s+(?P<year>(?:19|20)\d\d)\b)?|\b(?P<lone_year>(?:19|20)\d\d)\b"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One distinct content word of a question.

    Attributes:
        stem: as the word index has it.
        needles: what a passage in lower case is searched for; a hit counts if its word has the
            same stem.
        idf: BM25's inverse document frequency in the collection.
        name: written like a name inside the question.
        number: made of digits.
    """

    stem: str
    needles: tuple[str, ...]
    idf: float
    name: bool
    number: bool


@dataclass(frozen=True, slots=True)
class Question:
    """
    Attributes:
        terms: in the order of the question.
        dates: ``(year, month)`` that the question names, None for the part that it leaves out.
    """

    text: str
    terms: tuple[Term, ...]
    wants_number: bool
    wants_person: bool
    wants_place: bool
    wants_date: bool
    dates: tuple[tuple[int | None, int | None], ...] = ()

    @property
    def total_idf(self) -> float:
        return sum(term.idf for term in self.terms)


def read_question(
    text: str,
    passages: int,
    document_frequencies: Callable[[Sequence[str]], Mapping[str, int]],
) -> Question:
    """
    Args:
        text: any text; of a long one the first ``MAX_CHARACTERS`` count.
        passages: how many the collection holds.
        document_frequencies: stems → the number of passages that each stands in.
    """
    text = text[:MAX_CHARACTERS]
    found: dict[str, tuple[str, bool]] = {}
    sentence_start = True
    for match in _WORD.finditer(text):
        word = match.group()
        name = word[0].isupper() and (not sentence_start or word[1:].lower() != word[1:])
        sentence_start = text[match.end() : match.end() + 2].strip() in {".", "?", "!", ":"}
        if folded(word) in STOP_WORDS:
            continue
        for stem in terms_of(word):
            known = found.get(stem)
            found[stem] = (word, name or (known is not None and known[1]))
    frequencies = document_frequencies(list(found))
    terms = [
        Term(stem, _needles(stem, word), _idf(frequencies[stem], passages), name, word[0].isdigit())
        for stem, (word, name) in found.items()
    ]
    if len(terms) > MAX_TERMS:
        kept = set(sorted(terms, key=lambda term: -term.idf)[:MAX_TERMS])
        terms = [term for term in terms if term in kept]
    return Question(
        text,
        tuple(terms),
        wants_number=bool(_WANTS_NUMBER.search(text)),
        wants_person=bool(_WANTS_PERSON.search(text)),
        wants_place=bool(_WANTS_PLACE.search(text)),
        wants_date=bool(_WANTS_DATE.search(text)),
        dates=_dates(text),
    )


def _dates(text: str) -> tuple[tuple[int | None, int | None], ...]:
    found: list[tuple[int | None, int | None]] = []
    for match in _DATE.finditer(text):
        month, year = match["month"], match["year"] or match["lone_year"]
        if month in ("May", "March") and match.group() == month:
            continue
        found.append((int(year) if year else None, _MONTHS[month] if month else None))
    return tuple(found)


def folded(text: str) -> str:
    """``text`` in lower case without accents; as long as ``text``, so that offsets stay right."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters have longer lower-case forms
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _ACCENTED.sub(_base_letter, lower)


def _base_letter(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", match.group())[0]


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """The index term of one folded word."""
    terms = terms_of(word)
    return terms[0] if terms else word


def _needles(stem: str, word: str) -> tuple[str, ...]:
    if word[0].isdigit():
        return tuple(dict.fromkeys((word, stem)))
    # Stemming writes y as i ("countries" → "countri"), and changes no letter before the last.
    needle = stem[:-1] if len(stem) > 2 and stem.endswith("i") else stem
    return (needle,)


def _idf(frequency: int, passages: int) -> float:
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
