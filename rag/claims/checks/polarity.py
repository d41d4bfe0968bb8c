"""A statement must not affirm what the evidence denies, nor deny what it affirms."""

from __future__ import annotations

from rag.claims.checks.evidence import EvidenceSet, Finding
from rag.claims.negation import Negation
from rag.claims.reading import Reading
from rag.claims.synonyms import any_same

_NEAR = 3  # stems of a scope that a negation surely bears on


def check_polarity(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first negation that one side has and the other has not."""
    denied = [(r, n) for r in evidence.readings for n in r.negations]
    for negation in statement.negations:
        if not any(_same_scope(statement, negation, r, n) for r, n in denied):
            positive = all(any_same(s, evidence.stems) for s in negation.scope[:2])
            return Finding(
                "negation",
                f"the cited sentences do not say “{_shown(statement, negation)}”",
                contradicts=positive and bool(negation.scope),
            )
    for reading, negation in denied:
        if _is_affirmed(statement, reading, negation):
            return Finding(
                "denied",
                f"the cited sentence says “{_shown(reading, negation)}”",
                contradicts=True,
            )
    return None


def _shown(reading: Reading, negation: Negation) -> str:
    end = negation.end
    words = 0
    for token in reading.tokens:
        if token.start >= negation.end and words < 4:
            if token.kind == "punct" and token.text in ",.;:":
                break
            end, words = token.end, words + (token.kind == "word")
    return reading.text[negation.start : end]


def _same_scope(statement: Reading, negation: Negation, reading: Reading, other: Negation) -> bool:
    """Whether two negations deny the same: their scopes meet, or their sentences nearly agree."""
    if not negation.scope or not other.scope:
        return _sentences_agree(statement, reading)
    mine, theirs = negation.scope[:_NEAR], set(other.scope)
    if any(any_same(s, theirs) for s in mine) or any(
        any_same(s, set(negation.scope)) for s in other.scope[:_NEAR]
    ):
        return True
    return negation.text.lower() == other.text.lower() and _sentences_agree(statement, reading)


def _sentences_agree(statement: Reading, reading: Reading) -> bool:
    stems = statement.stems.keys()
    if not stems:
        return False
    shared = sum(any_same(s, reading.stems.keys()) for s in stems)
    return shared * 10 >= len(stems) * 6


def _is_affirmed(statement: Reading, reading: Reading, negation: Negation) -> bool:
    """Whether ``statement`` says without a negation what ``negation`` denies."""
    scope = negation.scope[:_NEAR]
    if not scope or not all(any_same(s, statement.stems.keys()) for s in scope[:2]):
        return False
    if any(_same_scope(statement, n, reading, negation) for n in statement.negations):
        return False
    shared = sum(s in statement.stems for s in scope)
    return shared >= min(2, len(scope))
