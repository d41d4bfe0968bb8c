"""How far a claim is from what a document, or a set of retrieved sentences, says.

A claim about a whole document is looser than a cited statement, so no single check decides: each
gives a feature, and ``rag.check`` weighs them. All are counts or shares over the claim's
sentences, made from the same readings as the support checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.checks import (
    Evidence,
    EvidenceSet,
    Finding,
    check_dates,
    check_names,
    check_numbers,
    check_opposites,
    check_polarity,
    check_roles,
    check_speakers,
    check_times,
    gather,
)
from rag.claims.checks.wording import covered_words
from rag.claims.reading import Reading, read_sentence
from rag.claims.synonyms import synonyms
from rag.claims.words import weight

NEAREST = 4
FEATURES = (
    "uncovered", "uncovered_near", "number", "unit", "name", "date", "negation", "denied",
    "opposite", "role", "speaker",
)  # fmt: skip
_KINDS = {
    "number": "number", "qualifier": "number", "event": "unit", "binding": "unit", "unit": "unit",
    "name": "name", "title": "name", "date": "date", "time": "date", "negation": "negation",
    "denied": "denied",
    "opposite": "opposite", "role": "role", "speaker": "speaker", "unattributed": "speaker",
}  # fmt: skip
_CHECKS = (
    (check_numbers, True),
    (check_dates, True),
    (check_times, True),
    (check_names, True),
    (check_polarity, False),
    (check_opposites, False),
    (check_roles, False),
    (check_speakers, False),
)


@dataclass(frozen=True, slots=True)
class SentenceDistance:
    """One sentence of a claim against a document.

    Attributes:
        nearest: indices of the document's sentences that share most with it, best first.
        features: value of each of ``FEATURES``.
        findings: what the checks have against it, gravest first.
    """

    nearest: tuple[int, ...]
    features: dict[str, float]
    findings: tuple[Finding, ...]


class Document:
    """Sentences to check claims against, read once."""

    def __init__(self, sentences: Sequence[Evidence]) -> None:
        self.sentences = tuple(sentences)
        self._whole = gather(self.sentences)
        self._stems = [frozenset(r.stems) for r in self._whole.readings]

    def distance(self, sentence: str) -> SentenceDistance:
        """How far one sentence of a claim is from the document."""
        statement = read_sentence(sentence)
        nearest = self._nearest(statement)
        near = gather([self.sentences[i] for i in nearest]) if nearest else self._whole
        findings = tuple(self._findings(statement, near))
        features = dict.fromkeys(FEATURES, 0.0)
        for finding in findings:
            features[_KINDS.get(finding.kind, "role")] += 1.0
        features |= self._wording(statement, near)
        return SentenceDistance(nearest, features, findings)

    def _nearest(self, statement: Reading) -> tuple[int, ...]:
        wanted = {s: synonyms(s) for s in statement.stems}
        scores = [
            (sum(weight(statement.stems[s]) for s, same in wanted.items() if same & stems), -i)
            for i, stems in enumerate(self._stems)
        ]
        best = sorted(scores, reverse=True)[:NEAREST]
        return tuple(-i for score, i in best if score > 0)

    def _findings(self, statement: Reading, near: EvidenceSet) -> list[Finding]:
        """Numbers, dates and names are sought in the whole document, the rest nearby."""
        found = []
        for check, everywhere in _CHECKS:
            finding = check(statement, self._whole if everywhere else near)
            if finding is not None:
                found.append(finding)
        return found

    def _wording(self, statement: Reading, near: EvidenceSet) -> dict[str, float]:
        words = covered_words(statement, self._whole)
        total = sum(weight(w) for w, _ in words) or 1.0
        missing = [w for w, known in words if not known]
        nearby = [w for w, known in covered_words(statement, near) if not known]
        return {
            "uncovered": sum(weight(w) for w in missing) / total,
            "uncovered_near": sum(weight(w) for w in nearby) / total,
        }


def combined(distances: Sequence[SentenceDistance]) -> dict[str, float]:
    """Features of a whole claim: the worst of its sentences, findings summed to at most two."""
    features = dict.fromkeys(FEATURES, 0.0)
    for distance in distances:
        for name, value in distance.features.items():
            if name in {"uncovered", "uncovered_near"}:
                features[name] = max(features[name], value)
            else:
                features[name] = min(2.0, features[name] + value)
    return features


__all__ = ["FEATURES", "Document", "SentenceDistance", "combined"]
