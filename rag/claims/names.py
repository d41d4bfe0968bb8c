"""Proper names in a sentence, by their capitals, and whether two names may be one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.claims.numerals import NUMBER_WORDS
from rag.claims.places import CAPITALS, COUNTRIES, DEMONYMS
from rag.claims.words import STOP_WORDS, Token, fold, is_common, tokens, word_set


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name, ``text[start:end]``.

    Attributes:
        parts: its folded words, particles and titles left out ("Chief Minister Sarfraz Bugti":
            sarfraz, bugti); the titles alone when there is nothing else.
        titles: folded words that say what the named one is.
        certain: False for one word at the start of a sentence, which its capital does not make
            a name.
    """

    start: int
    end: int
    text: str
    parts: tuple[str, ...]
    titles: tuple[str, ...] = ()
    certain: bool = True


TITLES = word_set(
    "mr mrs ms mx dr prof professor sir dame lord lady rev reverend father sister brother",
    "sheikh imam rabbi judge justice president vice prime chief deputy minister ministers",
    "secretary premier chancellor governor mayor senator congressman congresswoman",
    "representative rep sen gov ambassador envoy general gen colonel col major maj captain",
    "capt lieutenant lt sergeant sgt corporal commander cmdr admiral brigadier officer",
    "inspector commissioner king queen prince princess pope bishop archbishop cardinal",
    "sheriff marshal chairman chairwoman chair director spokesman spokeswoman spokesperson",
    "leader former acting interim head charge chargé d'affaires defence defense foreign",
    "interior finance transport health justice home coach attorney chargée st saint",
)
_PARTICLES = word_set(
    "of the de la le du del da di bin ibn bint al el von van der den ul ur dos",
)
_ENGLISH_PARTICLES = frozenset({"of", "the"})
_NOT_NAMES = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april",
    "june july august september october november december jan feb mar apr jun jul aug sept",
    "sep oct nov dec i i'm i've i'll i'd am pm a.m p.m ok",
)
# Words that begin sentences and no name, though they say too much for the stop words.
_OPENERS = word_set(
    "despite everything nothing something anything everyone everybody someone somebody anyone",
    "anybody nobody today tomorrow yesterday tonight later earlier previously meanwhile following",
    "according unlike like including regarding concerning given perhaps maybe instead indeed",
    "finally eventually recently currently reportedly allegedly apparently",
)
# Last words of names of organisations.
ORGANISED = word_set(
    "army front party group movement union league council committee ministry agency force forces",
    "company bank club university court police commission association organisation organization",
    "federation institute authority department corps board network line",
)
_OPENING = frozenset('"“‘«([•:;—–')
_SENTENCE_OPENERS = STOP_WORDS | NUMBER_WORDS | _OPENERS
_QUOTES = frozenset("\"“”'‘’«»")


def find_names(text: str, known: Collection[str] = ()) -> tuple[Name, ...]:
    """Names of ``text`` in order.

    Args:
        text: a sentence.
        known: folded words known to be names, so that one of them at the start of the sentence
            is certain to be one.
    """
    return _find_names(text, frozenset(known))


@lru_cache(maxsize=8192)
def _find_names(text: str, known: frozenset[str]) -> tuple[Name, ...]:
    sequence = tokens(text)
    found: list[Name] = []
    at = 0
    while at < len(sequence):
        token = sequence[at]
        if not _is_capital(token) or token.lower in _NOT_NAMES:
            at += 1
            continue
        last = _run_end(text, sequence, at)
        name = _name(text, sequence, at, last, known)
        if name is not None:
            found.append(name)
        at = last
    return tuple(found)


def name_words(text: str) -> frozenset[str]:
    """Folded words that ``text`` writes with a capital where a common word would have none."""
    return frozenset(part for name in find_names(text) if name.certain for part in name.parts)


def similar_spelling(one: str, other: str) -> bool:
    """Whether two folded words may be two spellings of one name ("sarfraz", "sarfaraz").

    At most one edit or two neighbours changed over, two edits in words of nine letters or more;
    the first letter and the length of at least five must agree. That is not enough alone: see
    ``same_person``.
    """
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or one[0] != other[0]:
        return False
    limit = 2 if min(len(one), len(other)) >= 9 else 1
    return _edits_at_most(one, other, limit) or _is_changed_over(one, other)


def same_person(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two full names differ in the spelling of a given name alone, the surname equal."""
    return (
        len(one) == len(other) >= 2
        and one[-1] == other[-1]
        and all(similar_spelling(a, b) for a, b in zip(one, other, strict=True))
    )


def same_organisation(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names of three words or more differ in one word alone, of which one is the
    beginning of the other ("baloch liberation army", "balochistan liberation army")."""
    if len(one) != len(other) or len(one) < 3:
        return False
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(apart) != 1:
        return not apart
    short, long = sorted(apart[0], key=len)
    return len(short) >= 5 and long.startswith(short)


def country_of(word: str) -> str | None:
    """The country that a folded name or adjective stands for: "pakistani" → "pakistan"."""
    if word in COUNTRIES:
        return COUNTRIES[word]
    return DEMONYMS.get(word)


def country_of_capital(word: str) -> str | None:
    """The country of a folded capital, which news text also uses for its government."""
    return CAPITALS.get(word)


def _is_changed_over(one: str, other: str) -> bool:
    """Whether two neighbouring letters are changed over: "tucson" and "tuscon"."""
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(apart) != 2 or apart[1] - apart[0] != 1:
        return False
    return one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]


def _edits_at_most(one: str, other: str, limit: int) -> bool:
    if abs(len(one) - len(other)) > limit:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            previous, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, previous + (a != b)),
            )
    return row[-1] <= limit


def _is_capital(token: Token) -> bool:
    if token.kind != "word":
        return False
    text = token.text
    return text[0].isupper() or (len(text) > 3 and text[1] in "’'" and text[2].isupper())


def _run_end(text: str, sequence: Sequence[Token], at: int) -> int:
    """Index after the last token of the name that begins at ``at``."""
    last = at + 1
    while last < len(sequence):
        if _is_possessive(sequence[last - 1]):
            break
        token = sequence[last]
        gap = text[sequence[last - 1].end : token.start]
        if gap.strip() or len(gap) > 1:
            break
        if _is_capital(token) and token.lower not in _NOT_NAMES:
            last += 1
            continue
        ahead = last
        while ahead < len(sequence) and sequence[ahead].lower in _PARTICLES and ahead - last < 2:
            ahead += 1
        if ahead > last and ahead < len(sequence) and _is_capital(sequence[ahead]):
            last = ahead + 1
            continue
        if _joins(text, sequence, last):
            last += 2
            continue
        break
    return last


def _joins(text: str, sequence: Sequence[Token], at: int) -> bool:
    """Whether ``sequence[at]`` is a mark inside a name: hyphen, ampersand, or initial's dot."""
    if at + 1 >= len(sequence) or not _is_capital(sequence[at + 1]):
        return False
    mark, before = sequence[at], sequence[at - 1]
    if mark.text in "-‐‑":
        return mark.start == before.end and sequence[at + 1].start == mark.end
    if mark.text == "&":
        return True
    return (
        mark.text == "."
        and mark.start == before.end
        and (len(before.text) == 1 or before.lower in TITLES)
        and len(text[mark.end : sequence[at + 1].start]) <= 1
    )


def _is_possessive(token: Token) -> bool:
    return token.text.endswith(("’s", "'s"))


def _name(
    text: str, sequence: Sequence[Token], first: int, last: int, known: frozenset[str]
) -> Name | None:
    opens = _opens_sentence(sequence, first)
    if opens:
        first = _skip_opener(sequence, first, last, known)
        if first >= last:
            return None
    words = [t for t in sequence[first:last] if t.kind == "word" and t.lower not in _PARTICLES]
    if not words:
        return None
    titles = tuple(t.lower for t in words if t.lower in TITLES)
    parts = tuple(t.lower for t in words if t.lower not in TITLES)
    certain = True
    if opens and _opens_sentence(sequence, first) and len(words) == 1:
        word = words[0].lower
        certain = (
            word in known
            or country_of(word) is not None
            or words[0].text[1:].lower() != words[0].text[1:]
            or (not is_common(word) and not _is_derived(word))
        )
    end = sequence[last - 1].end
    if _is_possessive(sequence[last - 1]):
        end -= 2
    start = words[0].start
    return Name(start, end, text[start:end], parts or titles, titles if parts else (), certain)


def _is_derived(word: str) -> bool:
    """Whether a word is a form of a common one, though it is not listed itself."""
    endings = ("s", "es", "ed", "d", "r", "rs", "ing", "ly", "er", "ers", "ness", "ings")
    return any(word.endswith(e) and is_common(word[: -len(e)]) for e in endings) or (
        word.endswith("ies") and is_common(word[:-3] + "y")
    ) or (word.endswith("ing") and is_common(word[:-3] + "e"))  # fmt: skip


def _opens_sentence(sequence: Sequence[Token], at: int) -> bool:
    while at > 0 and sequence[at - 1].text in _QUOTES:
        at -= 1
        if sequence[at].text in _OPENING:
            return True
    return at == 0 or sequence[at - 1].text in _OPENING or sequence[at - 1].text in ".?!"


def _skip_opener(sequence: Sequence[Token], first: int, last: int, known: frozenset[str]) -> int:
    """``first`` past words whose capital comes from their place: "The", "Supporters of"."""
    at = first
    while first < last:
        token = sequence[first]
        following = sequence[first + 1] if first + 1 < last else None
        opener = token.lower in _SENTENCE_OPENERS and token.lower not in TITLES
        if opener and (token.text in {"A", "I"} or not token.text.isupper()):
            first += 1
        elif (
            first == at
            and following is not None
            and following.lower in _ENGLISH_PARTICLES
            and is_common(token.lower)
            and token.lower not in TITLES
            and token.lower not in known
        ):
            first += 1
            while first < last and sequence[first].lower in _PARTICLES:
                first += 1
        else:
            break
    return first


_INITIALS = re.compile(r"[A-Z]")


def initials(name: str) -> str:
    """First letters of the capitalised words of ``name``: "Baloch Liberation Army" → "bla"."""
    words = re.findall(r"[^\W\d_][\w’']*", name)
    return "".join(w[0] for w in words if _INITIALS.match(w)).lower()


def folded_words(text: str) -> tuple[str, ...]:
    """All folded words of ``text`` in order."""
    return tuple(t.lower for t in tokens(text) if t.kind == "word")


__all__ = [
    "TITLES",
    "Name",
    "country_of",
    "country_of_capital",
    "find_names",
    "fold",
    "folded_words",
    "initials",
    "name_words",
    "same_organisation",
    "same_person",
    "similar_spelling",
]
