"""Other names for one thing, learned from an article: "Baloch Liberation Army (BLA)".

Only what the text itself says counts: a short form in brackets after the long one, "known as",
a surname after the full name, a title before a name, a spelling that differs in a letter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from rag.claims.names import (
    TITLES,
    Name,
    country_of,
    find_names,
    folded_words,
    initials,
    same_person,
)
from rag.claims.words import STOP_WORDS, content_stems, fold, fold_line, is_common, stem

Key = tuple[str, ...]

# Repeats are bounded: a text of nothing but capitalised words must not take quadratic time.
_BRACKETS = re.compile(
    r"(?P<long>(?:[A-Z][\w’'.-]*(?:\s+(?:of|for|the|and|de|al|on|in)){0,2}\s+){1,8}[A-Z][\w’'.-]*)\s+"
    r"\((?:the\s+)?(?P<short>[A-Z][A-Za-z&.-]{1,9})\)"
)
_REVERSED = re.compile(
    r"\b(?P<short>[A-Z]{2,8})\s+\((?:the\s+)?(?P<long>(?:[A-Z][\w’'-]*\s+(?:of\s+|for\s+|the\s+){0,2}){1,8}[A-Z][\w’'-]*)\)"
)
_KNOWN_AS = re.compile(
    r"(?P<long>[A-Z][\w’'-]*(?:\s+(?:of\s+|the\s+|for\s+)?[A-Z][\w’'-]*){0,8}),?\s+"
    r"(?:(?:also|better|commonly|formerly|widely)\s+)?(?:known|called|referred to)\s+"
    r"(?:as\s+|by\s+its\s+initials\s+)?(?:the\s+)?[“\"'‘]?(?P<short>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*){0,8})"
)
_OR = re.compile(
    r"(?P<long>[A-Z][\w’'-]*(?:\s+(?:of\s+|for\s+)?[A-Z][\w’'-]*){1,8}),\s+or\s+(?:the\s+)?(?P<short>[A-Z]{2,8})\b"
)
_ROLE_AFTER = re.compile(
    r"(?P<name>(?:[A-ZÀ-Þ][\w’'-]*\s+){1,3}[A-ZÀ-Þ][\w’'-]*),\s+(?:\d{1,2},\s+)?"
    r"(?:(?:a|an|the|its|his|her|their|[A-Z][\w’'-]*’s)\s+)?(?P<role>[a-zà-þ][^,.;:“”()]{2,70}?)(?=[,.]|\s+(?:who|said|says)\b)"
)
_ROLE_BEFORE = re.compile(
    r"\b(?P<role>[Tt]he\s+[a-zà-þ][^,.;:“”()]{2,60}|[Ii]ts\s+[a-zà-þ][^,.;:“”()]{2,40}),\s+"
    r"(?P<name>(?:[A-ZÀ-Þ][\w’'-]*\s+){1,3}[A-ZÀ-Þ][\w’'-]*),"
)
# A line ends, or a sentence whose last word is no abbreviation ("Capt.", "Sept.", "U.S.").
_PIECE_END = re.compile(r"\n+|(?<=[a-z]{4}[.!?])\s+(?=[A-Z“\"])")


@dataclass(frozen=True, slots=True)
class AliasTable:
    """What one article, or several, say about who is who.

    Attributes:
        groups: folded name → names that stand for the same.
        people: surname → folded full names of the text that end in it.
        roles: surname → folded words of the titles and roles stated with it.
        words: every folded word that is a certain name's part.
    """

    groups: dict[Key, frozenset[Key]]
    people: dict[str, frozenset[Key]]
    roles: dict[str, frozenset[str]]
    words: frozenset[str]

    def aliases(self, parts: Key) -> frozenset[Key]:
        """Names that stand for ``parts``, itself included."""
        same = set(self.groups.get(parts, frozenset())) | {parts}
        if len(parts) == 1:
            full = self.people.get(parts[0], frozenset())
            if len({name[0] for name in full}) == 1 or _one_person(full):
                same |= full
        elif parts[-1] in self.people:
            full = self.people[parts[-1]]
            if any(same_person(parts, name) for name in full):
                same |= {name for name in full if same_person(parts, name)}
                if _one_person(full):
                    same.add((parts[-1],))
        return frozenset(same)

    def surname_of_role(self, words: frozenset[str]) -> frozenset[str]:
        """Surnames whose stated roles hold all of ``words``."""
        if not words:
            return frozenset()
        return frozenset(name for name, roles in self.roles.items() if words <= roles)


EMPTY = AliasTable({}, {}, {}, frozenset())


@lru_cache(maxsize=8192)
def learn_aliases_of(text: str, word: str) -> AliasTable:
    """What the sentences of ``text`` that hold the folded ``word`` say; all would take longer."""
    return learn_aliases("\n".join(_pieces_with(text, word)))


@lru_cache(maxsize=32768)
def gives_role(text: str, surname: str, role: str) -> bool:
    """Whether ``text`` states with ``surname`` a title or role that has the stem ``role``."""
    # Most often the two stand nowhere together, which is sooner known than what is said there.
    said = "\n".join(p for p in _pieces_with(text, surname) if role in _piece_stems(p))
    return bool(said) and any(
        stem(word) == role for word in learn_aliases(said).roles.get(surname, ())
    )


@lru_cache(maxsize=8192)
def _piece_stems(piece: str) -> frozenset[str]:
    return frozenset(content_stems(piece))


@lru_cache(maxsize=8192)
def _pieces_with(text: str, word: str) -> tuple[str, ...]:
    return tuple(piece for folded, piece in _folded_pieces(text) if word in folded)


@lru_cache(maxsize=512)
def _folded_pieces(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((fold_line(piece), piece) for piece in _PIECE_END.split(text))


@lru_cache(maxsize=512)
def learn_aliases(text: str) -> AliasTable:
    """Aliases stated in ``text``, an article's title and body."""
    groups = _stated_pairs(text)
    names = _names_of(text)
    people = _people(names)
    roles = _roles(text, names)
    words = frozenset(part for name in names for part in name.parts + name.titles)
    short = {short for key in groups for short in key}
    return AliasTable(groups, people, roles, words | short)


def merge(tables: tuple[AliasTable, ...]) -> AliasTable:
    """One table of several articles."""
    if len(tables) == 1:
        return tables[0]
    groups: dict[Key, frozenset[Key]] = {}
    people: dict[str, frozenset[Key]] = {}
    roles: dict[str, frozenset[str]] = {}
    for table in tables:
        for key, names in table.groups.items():
            groups[key] = groups.get(key, frozenset()) | names
        for surname, full in table.people.items():
            people[surname] = people.get(surname, frozenset()) | full
        for surname, stated in table.roles.items():
            roles[surname] = roles.get(surname, frozenset()) | stated
    return AliasTable(groups, people, roles, frozenset().union(*(t.words for t in tables)))


def _one_person(full: frozenset[Key]) -> bool:
    names = sorted(full)
    return bool(names) and all(same_person(names[0], other) for other in names[1:])


def _stated_pairs(text: str) -> dict[Key, frozenset[Key]]:
    groups: dict[Key, set[Key]] = defaultdict(set)
    for pattern in (_BRACKETS, _REVERSED, _KNOWN_AS, _OR):
        for match in pattern.finditer(text):
            long, short = _long_form(match["long"], match["short"]), _key(match["short"])
            if long and short and long != short:
                groups[long] |= {short, long}
                groups[short] |= {long, short}
    return {key: frozenset(names) for key, names in groups.items()}


def _long_form(long: str, short: str) -> Key:
    """The end of ``long`` whose initials are ``short``; all of it when none are."""
    words = long.split()
    letters = fold(short).replace("-", "")
    for first in range(len(words)):
        if words[first][0].isupper() and initials(" ".join(words[first:])) == letters:
            return _key(" ".join(words[first:]))
    return _key(long)


def _key(name: str) -> Key:
    return tuple(w for w in folded_words(name) if w not in {"the", "of", "for", "and"})


def _names_of(text: str) -> list[Name]:
    names: list[Name] = []
    for line in text.split("\n"):
        if line.strip():
            names.extend(name for name in find_names(line) if name.certain)
    return names


def _people(names: list[Name]) -> dict[str, frozenset[Key]]:
    """Surname → full names: two to four words, no country, no common noun at the end."""
    people: dict[str, set[Key]] = defaultdict(set)
    for name in names:
        parts = name.parts
        if not 2 <= len(parts) <= 4 or " of " in name.text or country_of(parts[-1]):
            continue
        if name.titles or not is_common(parts[-1]):
            people[parts[-1]].add(parts)
    return {surname: frozenset(full) for surname, full in people.items()}


def _roles(text: str, names: list[Name]) -> dict[str, frozenset[str]]:
    roles: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name.titles and name.parts:
            roles[name.parts[-1]] |= set(name.titles)
    for pattern in (_ROLE_AFTER, _ROLE_BEFORE):
        for match in pattern.finditer(text):
            parts = [w for w in folded_words(match["name"]) if w not in TITLES]
            words = {w for w in folded_words(match["role"]) if w not in STOP_WORDS}
            if parts and words:
                roles[parts[-1]] |= words
    return {surname: frozenset(words) for surname, words in roles.items()}


__all__ = [
    "EMPTY",
    "AliasTable",
    "Key",
    "gives_role",
    "learn_aliases",
    "learn_aliases_of",
    "merge",
]
