"""Who is what: "the designer was Ann Roth" where the evidence calls somebody else the designer."""

from __future__ import annotations

import re

from rag.claims.checks.evidence import EvidenceSet, Finding
from rag.claims.names import TITLES, Name
from rag.claims.reading import Reading
from rag.claims.words import STOP_WORDS, stem, word_set

_BE = word_set("is was were are became remains")
_PREPOSITIONS = word_set("of for in at behind on from with")
_DOER = re.compile(
    r"(?:er|or|ist|ian|ant|ee|eer|ess|man|woman|person|chief|captain|star|coach|pilot|king|queen)s?$"
)
_APPOSITION = re.compile(r",\s+(?:an?|the|its|his|her|their)\s(?:[\w-]+\s){0,3}", re.IGNORECASE)
_REACH = 8  # words between a role and the name that has it


def check_identity(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """A role that the statement gives to one whom the evidence names, and the evidence to another.

    Only a role of persons that stands beside another name, and nowhere beside this one, counts: a
    sentence may say in many ways who somebody is.
    """
    found = _identity(statement)
    if found is None:
        return None
    role, name = found
    one, surname = stem(role), name.parts[-1]
    others: list[Name] = []
    for reading in evidence.readings:
        for place, token in enumerate(reading.tokens):
            if token.kind != "word" or stem(token.lower) != one:
                continue
            beside = _names_beside(reading, place)
            if not beside or any(surname in other.parts for other in beside):
                return None
            others += beside
    if not others or evidence.gives_role(surname, one):
        return None
    shown = others[0].text
    return Finding(
        "role", f"the cited sentences call {shown} the {role}, not {name.text}", contradicts=True
    )


def _identity(reading: Reading) -> tuple[str, Name] | None:
    """(role, name) of a statement such as "The designer of the dress was Ann Roth"."""
    tokens = reading.tokens
    verb = next((i for i, t in enumerate(tokens) if t.lower in _BE), None)
    if verb is None or verb + 1 >= len(tokens):
        return None
    after = tokens[verb + 1]
    name = next((n for n in reading.names if n.start == after.start and n.parts), None)
    if name is None:
        return None
    role = None
    for token in tokens[:verb]:
        if token.lower in _PREPOSITIONS:
            break
        if token.kind == "word" and token.lower not in STOP_WORDS and token.text.islower():
            role = token.lower
    if role is None or not (role in TITLES or _DOER.search(role)):
        return None
    return role, name


def _names_beside(reading: Reading, place: int) -> list[Name]:
    """Whom the role at ``place`` may be of: the name that it stands before, else the nearest on
    either side."""
    start, end = reading.tokens[place].start, reading.tokens[place].end
    after = [n for n in reading.names if n.end > end]
    before = [n for n in reading.names if n.end <= end]
    if after and _words_between(reading, end, after[0].start) == 0:
        return after[:1]
    if before and _APPOSITION.fullmatch(reading.text, before[-1].end, start):
        return before[-1:]
    return [
        *(n for n in before[-1:] if _words_between(reading, n.end, start) <= _REACH),
        *(n for n in after[:1] if _words_between(reading, end, n.start) <= _REACH),
    ]


def _words_between(reading: Reading, start: int, end: int) -> int:
    return sum(start <= token.start < end for token in reading.tokens if token.kind == "word")
