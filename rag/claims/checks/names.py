"""Each name of a statement must be in the evidence, as such or by an alias that it learned."""

from __future__ import annotations

from collections.abc import Sequence

from rag.claims.checks.evidence import EvidenceSet, Finding, countries_of
from rag.claims.names import Name, country_of, similar_spelling
from rag.claims.reading import Reading
from rag.claims.words import STOP_WORDS, Token, stem, word_set

_COURTESY = word_set(
    "mr mrs ms mx dr prof professor sir dame st saint former acting sheikh",
)
_PREPOSITIONS = word_set(
    "of in at near from to into against between by",
)
_COMMON_TITLES = word_set(
    "minister ministers chief deputy head director secretary general leader",
)


def check_names(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first name of ``statement`` that the evidence does not say."""
    for name in statement.names:
        if not name.certain:
            continue
        if not _is_said(name.parts, evidence):
            return Finding(
                "name",
                f"the name “{name.text}” is not in the cited sentences",
                contradicts=_has_rival(name, evidence),
            )
        if wrong := _wrong_title(name, evidence):
            return Finding(
                "title",
                f"the cited sentences do not call “{name.text}” “{wrong}”",
                contradicts=True,
            )
    return _check_governors(statement, evidence)


def _check_governors(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """ "The port of Halvern" against "the port of Dunsel": another name depends on the word."""
    theirs: dict[str, set[tuple[str, ...]]] = {}
    for reading in evidence.readings:
        for name, governor in _governed(reading):
            theirs.setdefault(governor, set()).add(name.parts)
    for name, governor in _governed(statement):
        rivals = theirs.get(governor)
        if not rivals or not name.certain:
            continue
        alike = evidence.aliases(name.parts)
        if any(_same_name(a, rival) for a in alike for rival in rivals):
            continue
        shown = " ".join(sorted(rivals)[0]).title()
        return Finding(
            "name", f"the cited sentences say this of {shown}, not of {name.text}", contradicts=True
        )
    return None


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if set(one) & set(other):
        return True
    countries = countries_of(one)
    return bool(countries & countries_of(other))


def _governed(reading: Reading) -> list[tuple[Name, str]]:
    """(name, stem of the word it depends on by a preposition): "port of Dunsel"."""
    found: list[tuple[Name, str]] = []
    listed: str | None = None
    end = -1
    for name in reading.names:
        before = [t for t in reading.tokens if t.end <= name.start]
        between = reading.text[end : name.start].strip() if end >= 0 else None
        if listed is not None and between in {",", "and", ", and", "or", "& "}:
            found.append((name, listed))
        else:
            listed = _governor(before)
            if listed is not None:
                found.append((name, listed))
        end = name.end
    return found


def _governor(before: Sequence[Token]) -> str | None:
    at = len(before) - 1
    while at >= 0 and before[at].lower in {"the", "a", "an", "its", "their"}:
        at -= 1
    if at < 1 or before[at].lower not in _PREPOSITIONS or before[at - 1].kind != "word":
        return None
    word = before[at - 1]
    if word.lower in STOP_WORDS or word.text[0].isupper():
        return None
    return f"{stem(word.lower)} {before[at].lower}"


def is_said(parts: Sequence[str], evidence: EvidenceSet) -> bool:
    """Whether the evidence names what the folded words ``parts`` name."""
    return _is_said(tuple(parts), evidence)


def _is_said(parts: tuple[str, ...], evidence: EvidenceSet) -> bool:
    if all(p in evidence.outlets for p in parts):
        return True
    if _stands(parts, evidence):  # needs no aliases, which take reading whole articles
        return True
    if any(_stands(alias, evidence) for alias in evidence.aliases(parts)):
        return True
    if _by_country(parts, evidence):
        return True
    return _spelled_otherwise(parts, evidence) or _of_parts(parts, evidence)


def _stands(parts: tuple[str, ...], evidence: EvidenceSet) -> bool:
    """Whether the words stand close together in one sentence."""
    if len(parts) == 1:
        return parts[0] in evidence.words or stem(parts[0]) in evidence.stems
    if not all(p in evidence.words or stem(p) in evidence.stems for p in parts):
        return False
    return any(_close_together(parts, reading) for reading in evidence.readings)


def _close_together(parts: tuple[str, ...], reading: Reading) -> bool:
    places: list[list[int]] = []
    for part in parts:
        at = [
            i
            for i, t in enumerate(reading.tokens)
            if t.lower == part or (t.kind == "word" and stem(t.lower) == stem(part))
        ]
        if not at:
            return False
        places.append(at)
    reach = len(parts) + 4
    return any(
        all(any(abs(p - first) <= reach for p in at) for at in places) for first in places[0]
    )


def _by_country(parts: tuple[str, ...], evidence: EvidenceSet) -> bool:
    """ "Pakistani" follows from "Pakistan", "the U.S." from "the United States"."""
    whole = country_of("_".join(parts))
    if whole is not None:
        return whole in evidence.countries
    if len(parts) == 1:
        return False
    rest = [p for p in parts if country_of(p) is None]
    named = countries_of(parts)
    return (
        bool(named)
        and named <= evidence.countries
        and len(rest) < len(parts)
        and all(p in evidence.words or stem(p) in evidence.stems for p in rest)
    )


def _spelled_otherwise(parts: tuple[str, ...], evidence: EvidenceSet) -> bool:
    """ "Sarfraz Bugti" for "Sarfaraz Bugti": one spelling differs, the surname agrees."""
    if len(parts) < 2:
        return False
    for reading in evidence.readings:
        for name in reading.names:
            pairs = list(zip(parts, name.parts, strict=False))
            if (
                len(name.parts) == len(parts)
                and name.parts[-1] == parts[-1]
                and all(similar_spelling(a, b) for a, b in pairs)
            ):
                return True
    return False


def _of_parts(parts: tuple[str, ...], evidence: EvidenceSet) -> bool:
    """A run of several names side by side ("Balochistan Chief Minister Bugti"): each by itself."""
    if len(parts) < 3:
        return False
    for cut in range(1, len(parts)):
        left, right = parts[:cut], parts[cut:]
        if all(_is_half(half, evidence) for half in (left, right)):
            return True
    return False


def _is_half(parts: tuple[str, ...], evidence: EvidenceSet) -> bool:
    return (
        any(_stands(alias, evidence) for alias in evidence.aliases(parts))
        or _by_country(parts, evidence)
        or _spelled_otherwise(parts, evidence)
    )


def _has_rival(name: Name, evidence: EvidenceSet) -> bool:
    """Whether the evidence has a name that shares a part with ``name``."""
    return any(
        set(name.parts) & set(other.parts) and other.parts != name.parts
        for reading in evidence.readings
        for other in reading.names
    )


def _wrong_title(name: Name, evidence: EvidenceSet) -> str | None:
    """A title of ``name`` that neither the cited sentences nor the article give."""
    if not name.titles:
        return None
    roles = evidence.roles(name.parts[-1])
    known = {stem(w) for w in roles} | evidence.stems | {stem(w) for w in evidence.about}
    for title in name.titles:
        if title in _COURTESY or (title in _COMMON_TITLES and not roles):
            continue
        if stem(title) not in known:
            return title
    return None
