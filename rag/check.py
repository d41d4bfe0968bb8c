"""Claims and drafts checked against a document, or against the index.

Each sentence of a claim is proved as a statement of an answer is, by ``rag.evidence``; the weakest
decides. Where none of the sentences says it, the one that says otherwise is sought: then the claim
is contradicted, else it was not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from rag.answer.answer import Citation
from rag.articles.article import text_sha256
from rag.articles.plain_text import clean_text
from rag.evidence import Evidence, Proof, Prover, Span, Verdict
from rag.evidence.prover import nearest, shared
from rag.evidence.second_look import SecondLook
from rag.evidence.verdict import CheckedBy
from rag.sentences import split_sentences

ClaimSupport = Literal["supported", "contradicted", "unsupported"]

# What a model looks at besides the sentences that were found to carry a claim, or to oppose it.
_MOST_SHOWN = 6
# A later report takes back a claim only when it speaks of the same: it has this share of its words.
_SAME_SUBJECT = 0.5
_ORDER: dict[ClaimSupport, int] = {"contradicted": 0, "unsupported": 1, "supported": 2}


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence to check against, and how to cite it."""

    evidence: Evidence
    citation: Citation


Search = Callable[[str], Sequence[SourceSentence]]


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim with what the articles, or its own document, say of it.

    Attributes:
        support: "supported" when it is more likely right than wrong; "contradicted" when a sentence
            says otherwise; "unsupported" when none speaks of it.
        probability: that the cited sentences support it, 0 to 1.
        certain: it would be shown without a mark.
        unsupported_spans: (start, end) in ``claim`` of the words that are not supported.
        nearest: where nothing is cited, the sentence that comes nearest.
    """

    id: Any
    claim: Any
    support: ClaimSupport
    probability: float
    certain: bool
    checked_by: CheckedBy
    unsupported_spans: tuple[Span, ...]
    why: str | None
    citations: tuple[Citation, ...]
    nearest: Citation | None = None

    def to_json(self) -> dict[str, Any]:
        """The contract's row; a quote of the row's own text belongs to no article."""
        return {
            "id": self.id,
            "claim": self.claim,
            "support": self.support,
            "score": self.probability,
            "probability": self.probability,
            "certain": self.certain,
            "checked_by": self.checked_by,
            "unsupported_spans": [list(span) for span in self.unsupported_spans],
            "why": self.why,
            "citations": [_row(replace(c, n=n)) for n, c in enumerate(self.citations, start=1)],
            "nearest": None if self.nearest is None else _row(replace(self.nearest, n=1)),
        }


def unchecked(identifier: Any, claim: Any, why: str) -> CheckedClaim:
    """The row of a claim that could not be checked, with the reason."""
    return CheckedClaim(identifier, claim, "unsupported", 0.0, False, "judge", (), why, ())


def check_claims(
    rows: Iterable[Mapping[str, Any]],
    search: Search | None = None,
    prover: Prover | None = None,
    look: SecondLook | None = None,
) -> Iterator[dict[str, Any]]:
    """One result a row, in order.

    Args:
        rows: ``{"id", "claim"}`` and, to check against one document, ``"text"``, with
            ``"title"``, ``"date"`` and ``"outlet"`` where its head does not state them.
        search: sentences of the index for a question or claim, best first; used for rows
            without a text.
        look: a chat model's second look; None to do without.

    Yields:
        The JSON of a ``CheckedClaim``. A row without a claim, or without text or search, is
        unsupported and says why.
    """
    checker = _Checker(prover or Prover(), look)
    for row in rows:
        yield _checked(row, search, checker).to_json()


def draft_rows(text: str) -> list[dict[str, str]]:
    """The sentences of a draft as rows for ``check_claims``, numbered from 1."""
    found = [text[s.start : s.end] for s in split_sentences(text)]
    sentences = [s for s in found if any(c.isalnum() for c in s)]
    return [{"id": str(n), "claim": s} for n, s in enumerate(sentences, start=1)]


def _checked(row: Mapping[str, Any], search: Search | None, checker: _Checker) -> CheckedClaim:
    identifier, claim, text = row.get("id"), row.get("claim"), row.get("text")
    if not isinstance(claim, str) or not claim.strip():
        return unchecked(identifier, claim, "the row has no claim")
    if isinstance(text, str):
        sources = _document(text, row.get("title"), row.get("date"), row.get("outlet"))
        if not sources:
            return unchecked(identifier, claim, "the text is empty")
        return checker.check(identifier, claim, lambda _: sources)
    if search is None:
        return unchecked(identifier, claim, "there is no text to check it against")
    return checker.check(identifier, claim, search)


@dataclass(frozen=True, slots=True)
class _Checked:
    """One sentence of a claim."""

    support: ClaimSupport
    proof: Proof
    citations: tuple[Citation, ...]
    nearest: Citation | None


@dataclass(frozen=True, slots=True)
class _Checker:
    prover: Prover
    look: SecondLook | None

    def check(self, identifier: Any, claim: str, search: Search) -> CheckedClaim:
        """Each sentence of the claim must be proved; the weakest decides."""
        spans = [(s.start, s.end) for s in split_sentences(claim)]
        checked = [self._sentence(claim[start:end], search) for start, end in spans]
        at = min(
            range(len(checked)),
            key=lambda i: (_ORDER[checked[i].support], checked[i].proof.verdict.probability),
        )
        weakest, verdict = checked[at], checked[at].proof.verdict
        citations = weakest.citations
        if weakest.support == "supported":
            citations = tuple(dict.fromkeys(c for one in checked for c in one.citations))
        unsupported = tuple(
            (start + spans[i][0], end + spans[i][0])
            for i, one in enumerate(checked)
            for start, end in one.proof.verdict.unsupported
            if not one.proof.verdict.certain
        )
        return CheckedClaim(
            identifier,
            claim,
            weakest.support,
            round(verdict.probability, 4),
            all(one.proof.verdict.certain for one in checked),
            verdict.checked_by,
            unsupported,
            verdict.why,
            citations,
            weakest.nearest,
        )

    def _sentence(self, sentence: str, search: Search) -> _Checked:
        found = search(sentence)
        if not found:
            why = "the articles do not speak of it"
            return _Checked(
                "unsupported", Proof(Verdict("unsupported", 0.0, why=why), ()), (), None
            )
        numbered = {n: source.citation for n, source in enumerate(found, start=1)}
        evidence = {n: replace(source.evidence, n=n) for n, source in enumerate(found, start=1)}
        proof = self.prover.prove(sentence, [], list(evidence.values()))
        if self._is_supported(proof.verdict):
            against = self._taken_back(sentence, evidence, proof)
        else:
            against = self.prover.oppose(sentence, list(evidence.values()))
        proof = self._looked(sentence, evidence, against or proof)
        near = nearest(sentence, list(evidence.values()), 1)[0].n
        if self._is_supported(proof.verdict):
            support: ClaimSupport = "supported"
        else:
            # Of what came nearest in the search only a sentence that speaks of it contradicts.
            opposed = against is not None or proof.verdict.checked_by == "model"
            support = "contradicted" if opposed and proof.verdict.contradicted else "unsupported"
        cited = proof.citations if support != "unsupported" else ()
        return _Checked(
            support,
            proof,
            tuple(numbered[n] for n in cited),
            numbered[near] if support == "unsupported" else None,
        )

    def _taken_back(
        self, sentence: str, evidence: Mapping[int, Evidence], proof: Proof
    ) -> Proof | None:
        """The sentence of a later report that says otherwise than what ``proof`` rests on."""
        said = max(evidence[n].published or "" for n in proof.citations)
        later = [
            e
            for e in evidence.values()
            if said and (e.published or "") > said and shared(sentence, (e,)) >= _SAME_SUBJECT
        ]
        against = self.prover.oppose(sentence, later, surely=True)
        if against is None:
            return None
        why = f"a later report says otherwise: {against.verdict.why}"
        return replace(against, verdict=replace(against.verdict, why=why))

    def _is_supported(self, verdict: Verdict) -> bool:
        if verdict.checked_by == "model":
            return verdict.support == "supported"
        return verdict.holds and (
            verdict.certain or verdict.probability >= self.prover.thresholds.sought_balanced
        )

    def _looked(self, sentence: str, evidence: Mapping[int, Evidence], proof: Proof) -> Proof:
        if self.look is None:
            return proof
        beside = [e.n for e in nearest(sentence, list(evidence.values()), _MOST_SHOWN)]
        numbers = list(dict.fromkeys((*proof.citations, *beside)))[:_MOST_SHOWN]
        looked = self.look.look(sentence, [evidence[n] for n in numbers], proof)
        # The model saw more sentences than the claim needs; those found here are shown.
        return replace(looked.proof, citations=proof.citations or tuple(numbers[:1]))


def _row(citation: Citation) -> dict[str, Any]:
    row = asdict(citation)
    if not citation.article_id:
        row |= {"article_id": None, "source": None}
    return row


@lru_cache(maxsize=64)
def _document(
    text: str, title: str | None, day: str | None, outlet: str | None
) -> tuple[SourceSentence, ...]:
    """The sentences of a document; what its row does not say of it is read from its head."""
    if not (title and day):
        stated = clean_text(text).stated
        title, day = title or stated.title, day or stated.published
        outlet = outlet or stated.outlet
    sha256 = text_sha256(text)
    return tuple(
        SourceSentence(
            Evidence(text[s.start : s.end], n, s.start, outlet, title, day, article_text=text),
            Citation(
                n=n, article_id="", source="", title=title, outlet=outlet, published=day, url=None,
                quote=text[s.start : s.end], start=s.start, end=s.end, text_sha256=sha256,
            ),
        )
        for n, s in enumerate(split_sentences(text), start=1)
    )  # fmt: skip


__all__ = [
    "CheckedClaim",
    "ClaimSupport",
    "Search",
    "SourceSentence",
    "check_claims",
    "draft_rows",
    "unchecked",
]
