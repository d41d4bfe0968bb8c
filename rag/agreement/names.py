"""Whether two names stand for one: told aliases, surnames, initials, spellings."""

from __future__ import annotations

from collections.abc import Sequence

from rag.claims.aliases import EMPTY, AliasTable, learn_aliases, merge
from rag.claims.names import (
    ORGANISED,
    country_of,
    same_organisation,
    same_person,
    similar_spelling,
)

Parts = tuple[str, ...]
_INITIALS_FROM = 3


def aliases_of(texts: Sequence[str]) -> AliasTable:
    """What several articles, or sentences of them, tell of who is who."""
    tables = tuple(learn_aliases(text) for text in dict.fromkeys(texts) if text)
    return merge(tables) if tables else EMPTY


def same_name(one: Parts, other: Parts, aliases: AliasTable = EMPTY) -> bool:
    """Whether two names (folded words, titles left out) are of one person, place or body."""
    left, right = aliases.aliases(one), aliases.aliases(other)
    if left & right or same_person(one, other):
        return True
    if any(same_organisation(a, b) for a in left for b in right):
        return True
    return (
        _is_short_form(one, other)
        or _holds(one, other)
        or _two_spellings(one, other)
        or _same_country(one, other)
    )


def _is_short_form(one: Parts, other: Parts) -> bool:
    """ "who" of "world health organization"."""
    short, long = sorted((one, other), key=len)
    if len(short) != 1 or len(long) < _INITIALS_FROM:
        return False
    return short[0] == "".join(word[0] for word in long)


def _holds(one: Parts, other: Parts) -> bool:
    """Whether the shorter ends or opens the longer: a surname, "ford" of "ford motor"."""
    short, long = sorted((one, other), key=len)
    if not short or len(short) == len(long):
        return one == other
    if long[-len(short) :] == short:
        return long[-1] not in ORGANISED or len(short) > 1
    return long[: len(short)] == short


def _two_spellings(one: Parts, other: Parts) -> bool:
    """A given name, and a surname in two spellings; or the whole name in one word."""
    if len(one) == len(other) == 1:
        return similar_spelling(one[0], other[0])
    return (
        len(one) >= 2
        and len(other) >= 2
        and one[0] == other[0]
        and similar_spelling(one[-1], other[-1])
    )


def _same_country(one: Parts, other: Parts) -> bool:
    left, right = country_of("_".join(one)), country_of("_".join(other))
    return left is not None and left == right
