"""How much of a statement's wording the evidence covers, and words that exclude each other."""

from __future__ import annotations

from rag.claims.checks.evidence import EvidenceSet, Finding
from rag.claims.reading import Reading
from rag.claims.synonyms import any_same, opposites, same_meaning
from rag.claims.words import STOP_WORDS, stem, weight

_FUNCTION_OPPOSITES = frozenset({"before", "after", "above", "below", "behind", "all", "none"})


def uncovered(statement: Reading, evidence: EvidenceSet) -> list[str]:
    """Content words of ``statement`` outside names, numbers and dates that the evidence lacks."""
    return [word for word, covered in covered_words(statement, evidence) if not covered]


def coverage(statement: Reading, evidence: EvidenceSet) -> float:
    """Weighted share of the content words of ``statement`` that the evidence covers, 0 to 1.

    A word is covered by its stem, a synonym, the article's title or a role that the article gives.
    """
    total = covered = 0.0
    for word, known in covered_words(statement, evidence):
        share = weight(word)
        total += share
        covered += share * known
    return covered / total if total else 1.0


def check_opposites(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first word of ``statement`` whose opposite the evidence has instead."""
    words = {t.lower for t in statement.tokens if t.kind == "word"}
    for word in words:
        if word in STOP_WORDS and word not in _FUNCTION_OPPOSITES:
            continue
        one = stem(word)
        if one in evidence.stems:
            continue
        against = [s for s in opposites(one) if s in evidence.stems]
        if not against or any(stem(w) in against for w in words):
            continue
        if any(same_meaning(one, s) for s in evidence.stems if s not in against):
            continue
        known = next(
            t.lower for r in evidence.readings for t in r.tokens if stem(t.lower) == against[0]
        )
        return Finding(
            "opposite", f"the cited sentences say “{known}”, not “{word}”", contradicts=True
        )
    return None


def check_substitution(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """A rare word in the place of another: the two words on either side are those of the evidence.

    A sentence that is copied but for one word most likely differs in what that word says.
    """
    strange = {
        word
        for word in uncovered(statement, evidence)
        if weight(word) == 1.0 and len(word) > 3 and not word.endswith(("ed", "ing", "ly"))
    }
    if not strange:
        return None
    mine = [t.lower for t in statement.tokens if t.kind in {"word", "number"}]
    for reading in evidence.readings:
        theirs = [t.lower for t in reading.tokens if t.kind in {"word", "number"}]
        places = {
            (theirs[i - 2], theirs[i - 1], theirs[i + 1], theirs[i + 2]): theirs[i]
            for i in range(2, len(theirs) - 2)
        }
        for i in range(2, len(mine) - 2):
            known = places.get((mine[i - 2], mine[i - 1], mine[i + 1], mine[i + 2]))
            if mine[i] in strange and known and known not in STOP_WORDS:
                why = f"the cited sentence says “{known}”, not “{mine[i]}”"
                return Finding("wording", why, contradicts=True)
    return None


def covered_words(statement: Reading, evidence: EvidenceSet) -> list[tuple[str, bool]]:
    """Content words of ``statement`` outside names, numbers and dates, each once, and whether it is
    covered."""
    apart = [(n.start, n.end) for n in statement.names if n.certain]
    # "214 mm": the unit is the number's, and was checked with it.
    apart += [(q.start, q.end + 2 if q.kind == "measure" else q.end) for q in statement.quantities]
    apart += [(d.start, d.end) for d in statement.dates]
    apart += [(t.start, t.end) for t in statement.times]
    verbs = {a.verb_start for a in statement.attributions}
    about = {stem(w) for w in evidence.about}
    found: dict[str, bool] = {}
    for token in statement.tokens:
        if token.kind != "word" or token.lower in STOP_WORDS or token.start in verbs:
            continue
        if any(start <= token.start < end for start, end in apart):
            continue
        if token.lower in found:
            continue
        one = stem(token.lower)
        known = one in about or any_same(one, evidence.stems) or _is_role(one, statement, evidence)
        found[token.lower] = known
    return list(found.items())


def _is_role(one: str, statement: Reading, evidence: EvidenceSet) -> bool:
    """Whether the articles call somebody who is named by the word with the stem ``one``."""
    surnames = {n.parts[-1] for r in (statement, *evidence.readings) for n in r.names}
    return any(evidence.gives_role(surname, one) for surname in surnames)
