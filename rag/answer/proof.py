"""A statement of a model → the exact sentences that prove it, or the reason why none do."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer.answer import REFUSAL, Support
from rag.answer.citations import CitedStatement
from rag.answer.evidence import FoundSentence
from rag.answer.support import prove
from rag.claims.checks import Evidence
from rag.index import Index


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement after the checks.

    Attributes:
        evidence: the sentences it rests on; for an unsupported one those that it cited.
        invalid: numbers it cited that belong to no sentence.
        recited: its own citations did not prove it, and others did.
        is_refusal: it says that the articles do not tell.
    """

    text: str
    support: Support
    why: str | None
    evidence: tuple[FoundSentence, ...]
    invalid: tuple[int, ...] = ()
    recited: bool = False
    is_refusal: bool = False


class ProofContext:
    """The sentences that were retrieved for one question, ready to prove statements with."""

    def __init__(self, index: Index, sentences: dict[int, FoundSentence]) -> None:
        self.sentences = sentences
        texts = {
            sha256: index.text(sha256)
            for sha256 in {s.passage.text_sha256 for s in sentences.values()}
        }
        self._evidence = {
            n: Evidence(
                text=sentence.text,
                n=n,
                outlet=sentence.passage.outlet,
                title=sentence.passage.title,
                published=sentence.passage.published,
                article_text=texts[sentence.passage.text_sha256],
                article_id=sentence.passage.article_id,
            )
            for n, sentence in sentences.items()
        }

    def evidence(self, n: int) -> Evidence:
        return self._evidence[n]

    def all_evidence(self) -> list[Evidence]:
        return list(self._evidence.values())


def prove_statement(statement: CitedStatement, context: ProofContext) -> Proven:
    """The statement with the sentences that prove it: its own, else others that were retrieved."""
    if is_refusal(statement.text):
        return Proven(statement.text, "supported", None, (), statement.invalid, is_refusal=True)
    cited = [context.evidence(n) for n in statement.citations]
    proof = prove(statement.text, cited, context.all_evidence())
    why = proof.verdict.why
    if why is not None and statement.cites_nothing:
        why = f"it cites nothing, and no sentence proves it: {why}"
    return Proven(
        text=statement.text,
        support=proof.verdict.support,
        why=why,
        evidence=tuple(context.sentences[n] for n in proof.citations),
        invalid=statement.invalid,
        recited=proof.recited,
    )


def is_refusal(text: str) -> bool:
    """Whether a sentence is the fixed one that says the articles do not tell."""
    return text.strip(" .!\"“”'").casefold() == REFUSAL.strip(".").casefold()
