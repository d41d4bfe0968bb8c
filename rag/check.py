"""Claims and drafts checked against a document, or against the index.

A claim with a ``text`` is checked against that document. Summaries reword freely, so the findings
of the support checks are weighed into a score; the weights are those of a logistic regression on
half of the documents of SummEdits (Laban et al. 2023), see ``bench/support.py``, rounded, and zero
where a weight would have rewarded new words. A claim without a text is checked against sentences
that the index finds for it, and must be proved as a statement of an answer is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from rag.answer.answer import Citation
from rag.answer.support import Evidence, Proof, check_statement, prove
from rag.articles.article import text_sha256
from rag.claims.checks import Finding
from rag.claims.document import Document, SentenceDistance, combined
from rag.sentences import split_sentences

ClaimSupport = Literal["supported", "contradicted", "unsupported"]

THRESHOLD = 0.5
_BIAS = 0.5
_WEIGHTS = {
    "number": -1.9, "name": -0.9, "negation": -0.9, "opposite": -0.6, "unit": -0.15,
    "speaker": -0.15, "date": -0.15,
}  # fmt: skip
_CLOSE = 0.25  # a claim this near to the wording stands or falls with any finding
_CLOSE_WEIGHT = -1.0
_MAX_UNCOVERED = 0.8
_SAME_SUBJECT = 0.5
_MAX_CITATIONS = 3


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of the index: what to check against, and how to cite it."""

    evidence: Evidence
    citation: Citation


Search = Callable[[str], Sequence[SourceSentence]]


@dataclass(frozen=True, slots=True)
class _Judged:
    support: ClaimSupport
    score: float
    why: str | None
    citations: tuple[Citation, ...]


def check_claims(
    rows: Iterable[Mapping[str, Any]], search: Search | None = None
) -> Iterator[dict[str, Any]]:
    """One result a row, in order.

    Args:
        rows: ``{"id", "claim"}`` and, to check against one document, ``"text"``.
        search: sentences of the index for a question or claim, best first; used for rows
            without a text.

    Yields:
        ``{"id", "claim", "support", "score", "why", "citations"}``; ``score`` is from 0 to 1. A
        row without a claim, or without text or search, is unsupported and says why.
    """
    for row in rows:
        claim, text = row.get("claim"), row.get("text")
        if not isinstance(claim, str) or not claim.strip():
            judged = _Judged("unsupported", 0.0, "the row has no claim", ())
        elif isinstance(text, str):
            judged = _against_document(claim, text)
        elif search is not None:
            judged = _against_index(claim, search)
        else:
            judged = _Judged("unsupported", 0.0, "there is no text to check it against", ())
        yield {
            "id": row.get("id"),
            "claim": claim,
            "support": judged.support,
            "score": round(judged.score, 4),
            "why": judged.why,
            "citations": [_row(c, n) for n, c in enumerate(judged.citations, start=1)],
        }


def _row(citation: Citation, n: int) -> dict[str, Any]:
    """The contract's citation; a quote of the row's own text belongs to no article."""
    row = asdict(replace(citation, n=n))
    if not citation.article_id:
        row |= {"article_id": None, "source": None}
    return row


def draft_rows(text: str) -> list[dict[str, str]]:
    """The sentences of a draft as rows for ``check_claims``, numbered from 1."""
    found = [text[s.start : s.end] for s in split_sentences(text)]
    sentences = [s for s in found if any(c.isalnum() for c in s)]
    return [{"id": str(n), "claim": s} for n, s in enumerate(sentences, start=1)]


def _against_document(claim: str, text: str) -> _Judged:
    document, spans = _document(text)
    if not spans:
        return _Judged("unsupported", 0.0, "the text is empty", ())
    sentences = [claim[s.start : s.end] for s in split_sentences(claim)]
    distances = [document.distance(sentence) for sentence in sentences]
    score = _score(sentences, distances, document)
    worst = _worst(distances)
    nearest = tuple(dict.fromkeys(i for d in distances for i in d.nearest[:1]))
    if score >= THRESHOLD:
        return _Judged("supported", score, None, _cite(text, spans, nearest))
    if worst is None:
        return _Judged("unsupported", score, "the text does not speak of most of this", ())
    distance, finding = worst
    about_it = distance.features["uncovered_near"] <= _SAME_SUBJECT
    why = finding.why.replace("the cited sentences", "the text").replace(
        "the cited sentence", "the text"
    )
    if finding.contradicts and about_it:
        return _Judged("contradicted", score, why, _cite(text, spans, distance.nearest[:1]))
    return _Judged("unsupported", score, why, ())


def _score(
    sentences: Sequence[str], distances: Sequence[SentenceDistance], document: Document
) -> float:
    """Probability-like score of a claim: its weakest sentences count."""
    if any(d.features["uncovered"] > _MAX_UNCOVERED for d in distances):
        return 0.2
    features = combined(distances)
    total = _BIAS + sum(weight * features[name] for name, weight in _WEIGHTS.items())
    total += _CLOSE_WEIGHT * sum(
        bool(d.findings) for d in distances if d.features["uncovered_near"] <= _CLOSE
    )
    proved = not any(d.findings for d in distances) and all(
        check_statement(s, [document.sentences[i] for i in d.nearest[:_MAX_CITATIONS]]).holds
        for s, d in zip(sentences, distances, strict=True)
    )
    return max(0.9, _sigmoid(total)) if proved else _sigmoid(total)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _worst(distances: Sequence[SentenceDistance]) -> tuple[SentenceDistance, Finding] | None:
    """The finding to show: one that contradicts, in the sentence nearest to the text."""
    found = [(d, f) for d in distances for f in d.findings]
    return min(
        found,
        key=lambda item: (not item[1].contradicts, item[0].features["uncovered_near"]),
        default=None,
    )


@lru_cache(maxsize=64)
def _document(text: str) -> tuple[Document, tuple[tuple[int, int], ...]]:
    spans = tuple((s.start, s.end) for s in split_sentences(text))
    sentences = [
        Evidence(text[start:end], n, article_text=text)
        for n, (start, end) in enumerate(spans, start=1)
    ]
    return Document(sentences), spans


def _cite(
    text: str, spans: Sequence[tuple[int, int]], chosen: Sequence[int]
) -> tuple[Citation, ...]:
    sha256 = text_sha256(text)
    return tuple(
        Citation(
            n=i + 1, article_id="", source="", title=None, outlet=None, published=None, url=None,
            quote=text[slice(*spans[i])], start=spans[i][0], end=spans[i][1], text_sha256=sha256,
        )
        for i in chosen[:_MAX_CITATIONS]
    )  # fmt: skip


def _against_index(claim: str, search: Search) -> _Judged:
    """Each sentence of the claim must be proved; the weakest decides."""
    sentences = [claim[s.start : s.end] for s in split_sentences(claim)]
    judged = [_one_against_index(sentence, search(sentence)) for sentence in sentences]
    order: dict[ClaimSupport, int] = {"contradicted": 0, "unsupported": 1, "supported": 2}
    weakest = min(judged, key=lambda j: (order[j.support], j.score))
    if weakest.support != "supported":
        return weakest
    return replace(weakest, citations=tuple(dict.fromkeys(c for j in judged for c in j.citations)))


def _one_against_index(sentence: str, found: Sequence[SourceSentence]) -> _Judged:
    if not found:
        return _Judged("unsupported", 0.0, "the articles do not speak of it", ())
    numbered = dict(enumerate(found, start=1))
    sources = [replace(s.evidence, n=n) for n, s in numbered.items()]
    proof: Proof = prove(sentence, [], sources)
    if proof.verdict.holds:
        score = 0.5 + 0.5 * proof.verdict.coverage
        return _Judged(
            "supported", score, None, tuple(numbered[n].citation for n in proof.citations)
        )
    distance = Document(sources).distance(sentence)
    near = [sources[i] for i in distance.nearest[:_MAX_CITATIONS]]
    verdicts = [(check_statement(sentence, [source]), source) for source in near]
    covered = 1.0 - distance.features["uncovered_near"]
    for verdict, source in verdicts:
        if verdict.contradicts and verdict.coverage >= 1 - _SAME_SUBJECT / 2:
            citation = numbered[source.n].citation
            return _Judged("contradicted", 0.1 * covered, verdict.why, (citation,))
    why = verdicts[0][0].why if verdicts else "the articles do not speak of it"
    return _Judged("unsupported", 0.4 * covered, why, ())


__all__ = ["THRESHOLD", "ClaimSupport", "Search", "SourceSentence", "check_claims", "draft_rows"]
