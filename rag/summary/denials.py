"""Claims that somebody denies: the accused who rejects, "these claims" rejected right after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.claims.names import country_of, country_of_capital, find_names
from rag.summary.brief import Difference, FigureValue
from rag.summary.excerpt import excerpt_around, excerpt_from
from rag.summary.figures import value_row
from rag.summary.material import Citations, SourceSentence
from rag.summary.voices import Voice, Voices

_ACCUSES = re.compile(
    r"\b(?:sponsored|backed by|backing|behind|supported by|supporting|helped by|paid by|armed by"
    r"|responsible for|to blame|funded by)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:den(?:y|ied|ies|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es|ed|ing)"
    r"|baseless|groundless|unfounded|no basis|untrue)\b",
    re.IGNORECASE,
)
_WHAT_WAS_SAID = re.compile(
    r"\b(?:this|that|these|those|the|both|such|an?|its|their|all)\s+(?:\w+\s+)?"
    r"(?:claims?|allegations?|accusations?|charges?|numbers?|figures?|reports?|accounts?|version)\b"
    r"|\b(?:den(?:y|ied|ies)|rejects?|rejected|dismiss(?:es|ed)?) (?:it|this|that|them)\b",
    re.IGNORECASE,
)
_MAX_ROWS = 3
_EXCERPT_WORDS = 16
_FEWEST_WORDS = 3
_MAX_REJECTED_WORDS = 60


@dataclass(frozen=True)
class _Side:
    """One who claims or denies in a sentence; ``countries`` are those that it speaks of."""

    sentence: SourceSentence
    voice: Voice
    countries: frozenset[str]


@dataclass
class _Dispute:
    claims: list[_Side] = field(default_factory=list)
    denials: list[_Side] = field(default_factory=list)

    @property
    def origins(self) -> int:
        return len({side.sentence.origin for side in (*self.claims, *self.denials)})


def denial_differences(
    sentences: Sequence[SourceSentence], voices: Voices, citations: Citations, count: int
) -> tuple[Difference, ...]:
    """Claims that somebody rejects, by who rejects them; those in most reports first."""
    read = [(s, [v for v in voices.all_of(s) if v.shown]) for s in sentences]
    nations = _nations(read)
    claims = [c for sentence, spoken in read for c in _claims(sentence, spoken)]
    disputes: dict[str, _Dispute] = {}
    for at, (sentence, spoken) in enumerate(read):
        denial = _denial(sentence, spoken, nations)
        if denial is None:
            continue
        before = read[at - 1] if at else None
        against = _claims_denied(denial, claims, before, nations)
        if against:
            key = next(iter(sorted(denial.countries)), denial.voice.key)
            dispute = disputes.setdefault(key, _Dispute())
            dispute.claims += [c for c in against if c not in dispute.claims]
            dispute.denials.append(denial)
    order = sorted(disputes.values(), key=lambda d: -d.origins)
    return tuple(_difference(dispute, citations) for dispute in order[:count])


def _claims(sentence: SourceSentence, spoken: Sequence[Voice]) -> list[_Side]:
    """Who accuses somebody or claims something in a sentence."""
    countries = _countries(sentence.text)
    return [
        _Side(sentence, voice, countries)
        for voice in spoken
        if voice.stance in {"accuses", "claims"}
        or (voice.stance == "says" and _ACCUSES.search(sentence.text))
    ]


def _denial(
    sentence: SourceSentence, spoken: Sequence[Voice], nations: dict[str, str]
) -> _Side | None:
    """Who denies something in a sentence; None when nobody does."""
    if not spoken or len(sentence.text.split()) > _MAX_REJECTED_WORDS:
        return None
    denying = [v for v in spoken if v.stance == "denies"]
    if not denying:
        if not _DENIES.search(sentence.text) or any(v.stance != "says" for v in spoken):
            return None
        denying = [spoken[-1]]
    voice = denying[0]
    own = _countries(voice.shown) or (
        frozenset({nations[voice.key]}) if voice.key in nations else frozenset()
    )
    return _Side(sentence, voice, own if len(own) == 1 else frozenset())


def _claims_denied(
    denial: _Side,
    claims: Sequence[_Side],
    before: tuple[SourceSentence, list[Voice]] | None,
    nations: dict[str, str],
) -> list[_Side]:
    """The claims that a denial is of: those against the one who denies, made anywhere; else the
    one in its own sentence or in the one before, which it points at."""
    others = [c for c in claims if c.voice.key != denial.voice.key]
    if denial.countries:
        country = next(iter(denial.countries))
        against = [
            c
            for c in others
            if country in c.countries
            and country not in _countries(c.voice.shown)
            and nations.get(c.voice.key) != country
            and not _DENIES.search(c.sentence.text[: c.voice.verb_start])
        ]
        if against:
            return against
    own = [c for c in others if c.sentence is denial.sentence]
    if own:
        return own
    if before is None or not _WHAT_WAS_SAID.search(denial.sentence.text):
        return []
    sentence, _ = before
    if sentence.article is not denial.sentence.article:
        return []
    return [c for c in others if c.sentence is sentence]


def _nations(read: Sequence[tuple[SourceSentence, list[Voice]]]) -> dict[str, str]:
    """Speaker → country, where some report says whose spokesperson somebody is."""
    found: dict[str, str] = {}
    for _, spoken in read:
        for voice in spoken:
            countries = _countries(voice.shown)
            if len(countries) == 1:
                found.setdefault(voice.key, next(iter(countries)))
    return found


def _countries(text: str) -> frozenset[str]:
    """Countries that ``text`` names, by name, adjective or capital."""
    found: set[str] = set()
    for name in find_names(text):
        for width in (2, 1):
            for at in range(len(name.parts) - width + 1):
                word = "_".join(name.parts[at : at + width])
                country = country_of(word) or country_of_capital(word)
                if country is not None:
                    found.add(country)
    return frozenset(found)


def _difference(dispute: _Dispute, citations: Citations) -> Difference:
    claims = _rows("claimed", dispute.claims, citations)
    denials = _rows("denied", dispute.denials, citations)
    about = f"Claim of {claims[0].said_by}, denied by {denials[0].said_by}"
    return Difference(about, "conflict", (*claims, *denials))


def _rows(value: str, sides: Sequence[_Side], citations: Citations) -> list[FigureValue]:
    """A row for each who claims (or denies), with all sentences that report it."""
    by_voice: dict[str, list[_Side]] = {}
    for side in sides:
        by_voice.setdefault(side.voice.key, []).append(side)
    order = sorted(by_voice.values(), key=lambda g: -len({s.sentence.origin for s in g}))
    rows = []
    for group in order[:_MAX_ROWS]:
        first = group[0]
        excerpt = _words_of(first, denied=value == "denied")
        rows.append(
            value_row(value, first.voice.shown, [s.sentence for s in group], citations, excerpt)
        )
    return rows


def _words_of(side: _Side, *, denied: bool) -> str:
    """The words in which somebody claims or denies."""
    text = side.sentence.text
    start = side.voice.verb_start
    found = _DENIES.search(text)
    if denied and side.voice.stance != "denies" and found is not None:
        return excerpt_around(text, found.start(), found.end(), _EXCERPT_WORDS)
    words = excerpt_from(text, start, _EXCERPT_WORDS)
    if len(words.split()) >= _FEWEST_WORDS:
        return words
    return excerpt_around(text, start, start + len(side.voice.verb), _EXCERPT_WORDS)
