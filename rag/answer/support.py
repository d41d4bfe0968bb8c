"""Proves one statement of an answer against exact sentences.

A statement is supported when each number (with what it counts), date, name, negation and speaker
of it is in the cited sentences and its content words are covered; see ``rag.claims.checks``. The
method is lexical: it knows no more of the world than the cited articles and a few general word
lists say, and rather refuses than guesses.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rag.answer.answer import Support
from rag.claims.checks import (
    Evidence,
    EvidenceSet,
    Finding,
    check_dates,
    check_identity,
    check_names,
    check_numbers,
    check_opposites,
    check_polarity,
    check_roles,
    check_speakers,
    check_substitution,
    check_times,
    coverage,
    gather,
    is_said,
    uncovered,
)
from rag.claims.reading import Reading, read_sentence
from rag.claims.synonyms import any_same
from rag.claims.words import content_stems, folded_text

MIN_COVERAGE = 0.7
MAX_CITATIONS = 3
_CANDIDATES = 6

_ABSENT = frozenset({"number", "date", "time"})
_CHECKS = (
    check_numbers,
    check_dates,
    check_times,
    check_names,
    check_polarity,
    check_opposites,
    check_roles,
    check_identity,
    check_speakers,
    check_substitution,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a statement.

    Attributes:
        support: "quoted" when the statement stands in one of the sentences word for word.
        why: for a reader, None unless unsupported.
        kind: the check that failed.
        contradicts: the sentences say something else about the same thing.
        coverage: share of the content words that the sentences cover, 0 to 1.
    """

    support: Support
    why: str | None = None
    kind: str | None = None
    contradicts: bool = False
    coverage: float = 1.0

    @property
    def holds(self) -> bool:
        return self.support != "unsupported"


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict, and the numbers of the sentences that it rests on.

    ``recited`` is True when these are not the statement's own citations.
    """

    verdict: Verdict
    citations: tuple[int, ...]
    recited: bool = False


def check_statement(text: str, evidence: Sequence[Evidence]) -> Verdict:
    """Whether ``evidence`` says what ``text`` says."""
    if not evidence:
        return Verdict("unsupported", "it cites nothing", "wording", coverage=0.0)
    plain = folded_text(text)
    if any(plain and plain == folded_text(item.text) for item in evidence):
        return Verdict("quoted")
    if text.rstrip().endswith("?"):
        return Verdict("unsupported", "it asks, and states nothing", "wording", coverage=0.0)
    statement = read_sentence(text)
    known = _gathered(tuple(evidence))
    share = coverage(statement, known)
    finding = first_finding(statement, known)
    if finding is not None:
        return Verdict("unsupported", finding.why, finding.kind, finding.contradicts, share)
    if share < MIN_COVERAGE:
        words = ", ".join(f"“{word}”" for word in uncovered(statement, known)[:4])
        return Verdict(
            "unsupported", f"the cited sentences do not say {words}", "wording", False, share
        )
    return Verdict("supported", coverage=share)


def first_finding(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """What the first of the checks has against ``statement``."""
    for check in _CHECKS:
        finding = check(statement, evidence)
        if finding is not None:
            return finding
    return None


def prove(text: str, cited: Sequence[Evidence], others: Sequence[Evidence]) -> Proof:
    """``text`` tried with its own citations, then with at most three of all sentences.

    Args:
        text: a statement without markers.
        cited: the sentences that it cites.
        others: further sentences that were retrieved, best first.
    """
    own = check_statement(text, cited)
    if own.holds:
        return Proof(own, tuple(e.n for e in _needed(text, cited)))
    seen = {e.n for e in cited}
    pool = _nearest(text, [*cited, *(e for e in others if e.n not in seen)])
    if _cannot_be_proved(text, pool):
        return Proof(own, tuple(e.n for e in cited))
    for size in range(1, MAX_CITATIONS + 1):
        for chosen in combinations(pool[: _CANDIDATES if size < 3 else 4], size):
            verdict = check_statement(text, chosen)
            if verdict.holds:
                return Proof(verdict, tuple(sorted(e.n for e in chosen)), recited=True)
    return Proof(own, tuple(e.n for e in cited))


def _cannot_be_proved(text: str, pool: Sequence[Evidence]) -> bool:
    """Whether all of the sentences together lack a name, a number, a date or too many words of
    ``text``, so that no choice of them helps."""
    statement, known = read_sentence(text), gather(pool)
    if coverage(statement, known) < MIN_COVERAGE:
        return True
    if any(name.certain and not is_said(name.parts, known) for name in statement.names):
        return True
    found = [check(statement, known) for check in (check_numbers, check_dates, check_times)]
    return any(f is not None and f.kind in _ABSENT for f in found)


def _needed(text: str, cited: Sequence[Evidence]) -> Sequence[Evidence]:
    """``cited`` without sentences that have next to nothing to do with the statement."""
    if len(cited) < 2:
        return cited
    kept = [e for e in cited if _shared(text, e) >= 0.3]
    return kept if kept and check_statement(text, kept).holds else cited


def _nearest(text: str, pool: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of ``pool`` that share most with ``text``, best first."""
    ranked = sorted(pool, key=lambda e: -_shared(text, e))
    return [e for e in ranked if _shared(text, e) > 0][: _CANDIDATES * 2]


@lru_cache(maxsize=8192)
def _shared(text: str, evidence: Evidence) -> float:
    """Share of the content stems of ``text`` that ``evidence`` has, synonyms included."""
    stems, known = _stems(text), _stems(evidence.text)
    if not stems:
        return 0.0
    return sum(any_same(s, known) for s in stems) / len(stems)


@lru_cache(maxsize=8192)
def _stems(text: str) -> Set[str]:
    """As a reading has them, without reading the rest of the sentence."""
    return content_stems(text).keys()


@lru_cache(maxsize=2048)
def _gathered(evidence: tuple[Evidence, ...]) -> EvidenceSet:
    return gather(evidence)


__all__ = [
    "MAX_CITATIONS",
    "MIN_COVERAGE",
    "Evidence",
    "Proof",
    "Verdict",
    "check_statement",
    "prove",
]
