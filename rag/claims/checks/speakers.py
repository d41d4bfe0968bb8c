"""Who says it in the statement must be who says it in the evidence."""

from __future__ import annotations

from rag.claims.checks.evidence import EvidenceSet, Finding, content, countries_of
from rag.claims.checks.names import is_said
from rag.claims.names import TITLES, find_names
from rag.claims.numbers import value_follows
from rag.claims.reading import Reading
from rag.claims.speakers import Attribution, Stance
from rag.claims.synonyms import same_meaning
from rag.claims.words import STOP_WORDS, stem, tokens, word_set

_PRONOUNS = word_set(
    "he she they it we i who both one others",
)
_UNSPECIFIC = word_set(
    "group company statement report agency party ministry organisation",
)
_ORGANS = word_set(
    "army military police government navy",
)
_AGREES: dict[Stance, frozenset[Stance]] = {
    "says": frozenset({"says", "claims", "confirms", "accuses", "denies"}),
    "claims": frozenset({"says", "claims", "accuses"}),
    "denies": frozenset({"denies"}),
    "accuses": frozenset({"accuses", "claims", "says"}),
    "confirms": frozenset({"confirms", "says"}),
}


def check_speakers(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first speaker of ``statement`` who does not say so in the evidence.

    A statement without a speaker must not turn what somebody alleges or denies into a fact.
    """
    stated = [a for a in statement.attributions if not _is_outlet(a, evidence)]
    if not stated:
        return _check_dropped(statement, evidence)
    for attribution in stated:
        if _is_pronoun(attribution.speaker):
            continue
        if finding := _check(statement, attribution, evidence):
            return finding
    return None


def _is_outlet(attribution: Attribution, evidence: EvidenceSet) -> bool:
    words = {t.lower for t in tokens(attribution.speaker)} - STOP_WORDS
    return bool(words) and words <= evidence.outlets


def _is_pronoun(speaker: str) -> bool:
    words = [t.lower for t in tokens(speaker) if t.kind == "word"]
    return len(words) == 1 and words[0] in _PRONOUNS


def _check(statement: Reading, attribution: Attribution, evidence: EvidenceSet) -> Finding | None:
    same: list[tuple[Reading, Attribution]] = []
    speakers: list[str] = []
    for reading in evidence.readings:
        for other in reading.attributions:
            speakers.append(other.speaker)
            if _same_speaker(attribution.speaker, other.speaker, reading, evidence):
                same.append((reading, other))
    if same:
        return _check_same(statement, attribution, same, evidence)
    if not speakers:
        if _stands_in(attribution.speaker, evidence):
            return None
        why = f"the cited sentences do not say that {attribution.speaker} said so"
        return Finding("speaker", why)
    shown = " and ".join(dict.fromkeys(speakers))
    return Finding(
        "speaker",
        f"in the cited sentences {shown} says it, not {attribution.speaker}",
        contradicts=True,
    )


def _check_same(
    statement: Reading,
    attribution: Attribution,
    same: list[tuple[Reading, Attribution]],
    evidence: EvidenceSet,
) -> Finding | None:
    if not any(_agree(attribution.stance, reading, other) for reading, other in same):
        verb = same[0][1].verb
        return Finding(
            "speaker",
            f"the cited sentences have “{verb}”, not “{attribution.verb}”",
            contradicts=True,
        )
    others = {a.speaker for a in statement.attributions} - {attribution.speaker}
    if others or not statement.quantities:
        return None
    spoken = [q for reading, _ in same for q in reading.quantities]
    elsewhere = [
        r
        for r in evidence.readings
        if r.attributions
        and not any(r is reading for reading, _ in same)
        and not all(_is_pronoun(a.speaker) or _is_unspecific(a.speaker) for a in r.attributions)
    ]
    for quantity in statement.quantities:
        if any(value_follows(quantity, q) for q in spoken):
            continue
        if any(value_follows(quantity, q) for r in elsewhere for q in r.quantities):
            return Finding(
                "speaker",
                f"another speaker gives “{quantity.text}” in the cited sentences",
                contradicts=True,
            )
    return None


def _agree(stance: Stance, reading: Reading, other: Attribution) -> bool:
    """Whether ``other`` says in the manner of ``stance``; to say that not is to deny."""
    if other.stance in _AGREES[stance]:
        return True
    later = [a.verb_start for a in reading.attributions if a.verb_start > other.verb_start]
    end = min(later, default=len(reading.text))
    return stance == "denies" and any(other.verb_start < n.start < end for n in reading.negations)


def _is_unspecific(speaker: str) -> bool:
    words = {t.lower for t in tokens(speaker) if t.kind == "word"} - STOP_WORDS
    return words <= _UNSPECIFIC


def _same_speaker(stated: str, other: str, reading: Reading, evidence: EvidenceSet) -> bool:
    """Whether the cited speaker ``other`` is who the statement calls ``stated``."""
    if _is_pronoun(other):
        return _may_be_meant(stated, reading, evidence)
    known = _known_words(other, evidence)
    spoken_for = {c for n in find_names(other) for c in countries_of(n.parts)}
    names = [n for n in find_names(stated) if n.certain]
    for name in names:
        persons = evidence.aliases(name.parts)
        if any(all(part in known for part in alias) for alias in persons):
            continue
        countries = countries_of(name.parts)
        if countries and countries <= spoken_for:
            continue
        return False
    rest = _role_words(stated, names)
    if not rest:
        return bool(names)
    stems = {stem(word) for word in known}
    matched = sum(any(same_meaning(r, s) for s in stems) for r in rest)
    if names and any(set(n.parts) - TITLES for n in names):
        return matched * 3 >= len(rest) or _is_person(names)
    return matched * 2 >= len(rest) and any(same_meaning(rest[0], s) for s in stems)


def _is_person(names: list) -> bool:  # type: ignore[type-arg]
    return any(len(n.parts) >= 2 for n in names)


def _known_words(speaker: str, evidence: EvidenceSet) -> set[str]:
    """Folded words of a cited speaker, with roles and other names that the article gives."""
    words = {t.lower for t in tokens(speaker) if t.kind == "word"}
    for name in find_names(speaker):
        for alias in evidence.aliases(name.parts):
            words |= set(alias)
        words |= evidence.roles(name.parts[-1])
    if any(len(name.parts) > 2 for name in find_names(speaker)):
        words -= _ORGANS  # the Vale Liberation Army is not "the army"
    return words


def _role_words(speaker: str, names: list) -> list[str]:  # type: ignore[type-arg]
    """Stems of the words of a speaker outside its names, its head noun first."""
    spans = [(n.start, n.end) for n in names]
    words = [
        t
        for t in tokens(speaker)
        if t.kind == "word"
        and t.lower not in STOP_WORDS
        and not any(s <= t.start < e for s, e in spans)
    ]
    if not words:
        return []
    head = _head(speaker)
    stems = [stem(t.lower) for t in words]
    if head in stems:
        stems.remove(head)
        stems.insert(0, head)
    return stems


def _head(speaker: str) -> str:
    """Stem of the head noun: the last word before "of", "for", "at", "in", a comma."""
    last = ""
    for token in tokens(speaker):
        if token.lower in {"of", "for", "at", "in", "who", "from", "to"} or token.text == ",":
            break
        if token.kind == "word":
            last = token.lower
    return stem(last)


def _may_be_meant(stated: str, reading: Reading, evidence: EvidenceSet) -> bool:
    """Whether a pronoun of the evidence may mean ``stated``: the other sentences name it."""
    names = [n for n in find_names(stated) if n.certain]
    if names:
        return all(is_said(n.parts, evidence) for n in names)
    speakers = {a.speaker for r in evidence.readings for a in r.attributions}
    known = {stem(word) for speaker in speakers for word in _known_words(speaker, evidence)}
    return content(stated) <= known


def _stands_in(speaker: str, evidence: EvidenceSet) -> bool:
    """Whether all words of ``speaker`` are in the evidence, by synonym or alias too."""
    names = [n for n in find_names(speaker) if n.certain]
    if not all(is_said(n.parts, evidence) for n in names):
        return False
    rest = _role_words(speaker, names)
    return all(any(same_meaning(r, s) for s in evidence.stems) for r in rest)


def _check_dropped(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    if any(_is_outlet(a, evidence) for a in statement.attributions):
        return None
    words = set(statement.stems)
    best = max(evidence.readings, key=lambda r: len(words & r.stems.keys()), default=None)
    if best is None or not best.attributions or statement.negations:
        return None
    if all(a.stance in {"claims", "accuses"} for a in best.attributions):
        speaker, verb = best.attributions[0].speaker, best.attributions[0].verb
        if any(stem(t.lower) == stem(verb.lower()) for t in statement.tokens):
            return None
        return Finding(
            "unattributed", f"the cited sentence has it only as the word of {speaker} (“{verb}”)"
        )
    return None
