"""A statement of a model → the exact sentences that prove it, or the reason why none do.

Proved here first; where the model takes a second look, that counts for what the vetoes leave open,
and what fails is once given back to the model to be mended from the same quotes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answer.answer import REFUSAL
from rag.answer.citations import CitedStatement, RawStatement, resolve, split_statements
from rag.answer.evidence import FoundSentence, as_evidence
from rag.errors import DatelineError
from rag.evidence import Evidence, Prover, Verdict
from rag.evidence.second_look import SecondLook, quoted
from rag.index import Index
from rag.quoting import harmless, quote_articles

if TYPE_CHECKING:
    from rag.models import Reply
    from rag.prompts import Prompt


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement after the checks.

    Attributes:
        evidence: the sentences it rests on; for an unsupported one those that it cited.
        invalid: numbers it cited that belong to no sentence.
        recited: its own citations did not prove it, and others did.
        is_refusal: it says that the articles do not tell.
        replies: of the model, for the second look and for mending.
        unanswered: the model gave no reply when it was to look.
    """

    text: str
    verdict: Verdict
    evidence: tuple[FoundSentence, ...]
    invalid: tuple[int, ...] = ()
    recited: bool = False
    is_refusal: bool = False
    replies: tuple[Reply, ...] = ()
    unanswered: bool = False


class StatementProver:
    """Proves the statements of one answer; safe to use from several threads.

    Args:
        sentences: those that were found for the question, by number.
        look: the chat model's second look; None to do without.
        mend: ``prompts/mend.md``, needed with ``look``.
    """

    def __init__(
        self,
        index: Index,
        sentences: dict[int, FoundSentence],
        prover: Prover,
        look: SecondLook | None = None,
        mend: Prompt | None = None,
    ) -> None:
        self.sentences = sentences
        self._evidence = as_evidence(sentences.values(), index)
        self._prover = prover
        self._look = look
        self._mend = mend

    def prove(self, raw: RawStatement) -> Proven:
        """The statement with the sentences that prove it: its own, else others that were found."""
        statement = resolve(raw, self.sentences)
        if is_refusal(statement.text):
            held = Verdict("supported", 1.0)
            return Proven(statement.text, held, (), statement.invalid, is_refusal=True)
        proven = self._checked(statement)
        if self._look is None or self._mend is None or proven.verdict.holds:
            return proven
        if proven.unanswered:
            return proven  # who gave no look mends nothing either, and the reader waits for each
        return self._mended(proven)

    def _checked(self, statement: CitedStatement) -> Proven:
        cited = [self._evidence[n] for n in statement.citations]
        proof = self._prover.prove(statement.text, cited, list(self._evidence.values()))
        replies: tuple[Reply, ...] = ()
        unanswered = False
        if self._look is not None:
            shown = self._shown(statement, proof.citations)
            looked = self._look.look(statement.text, shown, proof)
            replies = () if looked.reply is None else (looked.reply,)
            unanswered = looked.failed is not None and looked.reply is None
            proof = looked.proof
        verdict = proof.verdict
        if not verdict.holds and statement.cites_nothing:
            why = f"it cites nothing, and no sentence proves it: {verdict.why}"
            verdict = replace(verdict, why=why)
        return Proven(
            text=statement.text,
            verdict=verdict,
            evidence=tuple(self.sentences[n] for n in proof.citations),
            invalid=statement.invalid,
            recited=proof.recited,
            replies=replies,
            unanswered=unanswered,
        )

    def _shown(self, statement: CitedStatement, proving: Sequence[int]) -> list[Evidence]:
        """The sentences that the model looks at: all that the statement cites, and those that the
        prover would have it rest on. With a part of them alone a true statement could fail."""
        return [self._evidence[n] for n in dict.fromkeys((*statement.citations, *proving))]

    def _mended(self, proven: Proven) -> Proven:
        """``proven``, which failed, as the model mends it; unsupported still when that fails too.

        A mending that cannot be had leaves it as it was.
        """
        assert self._look is not None
        assert self._mend is not None
        if not proven.evidence:
            return proven
        text = harmless(proven.text)
        evidence = [self._evidence[s.n] for s in proven.evidence]
        block, fence = quote_articles(quoted(evidence), text)
        values = {
            "sentences": block,
            "statement": text,
            "reason": harmless(proven.verdict.why or "the quotes do not say this"),
            "fence": fence,
            "refusal": REFUSAL,
        }
        messages = self._mend.render(**{name: values[name] for name in self._mend.placeholders})
        try:
            reply = self._look.model.complete(messages, prompt_sha256=self._mend.sha256)
        except DatelineError:
            return proven  # the reason that is shown already says why it was taken out
        replies = (*proven.replies, reply)
        written = split_statements(reply.text)
        if len(written) != 1 or is_refusal(written[0].text) or written[0].text == proven.text:
            return replace(proven, replies=replies)
        mended = self._checked(resolve(written[0], self.sentences))
        if not mended.verdict.holds:
            return replace(proven, replies=(*replies, *mended.replies))
        return replace(
            mended, invalid=proven.invalid, recited=False, replies=(*replies, *mended.replies)
        )


def is_refusal(text: str) -> bool:
    """Whether a sentence is the fixed one that says the articles do not tell."""
    return text.strip(" .!\"“”'").casefold() == REFUSAL.strip(".").casefold()
