"""A chat model's second look at a statement: do the quotes say it?

The judge in the package serves where there is no model, and first; a large model reads better. Its
word counts for what the vetoes leave open, and the judge's probability stays beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from rag.errors import DatelineError
from rag.evidence.evidence import Evidence
from rag.evidence.reasons import places_of
from rag.evidence.verdict import Proof, Verdict
from rag.prompts import LOOK_SCHEMA
from rag.quoting import NumberedSentence, QuotedArticle, harmless, quote_articles

if TYPE_CHECKING:
    from rag.models import ChatModel, Reply
    from rag.prompts import Prompt

Finding = Literal["supported", "contradicted", "not_said"]

# A look that takes longer than this is done without: the reader waits for each.
LOOK_TIMEOUT_S = 30.0
_VERDICT_WORDS = re.compile(r"\b(not[ _-]said|contradicted|supported)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Looked:
    """A proof after the second look.

    Attributes:
        reply: the model's, None when it gave none that can be read.
        failed: why the look did not come about; the proof is then the judge's.
    """

    proof: Proof
    reply: Reply | None = None
    failed: str | None = None


class SecondLook:
    """Asks a model whether quotes support a statement.

    Args:
        model: any chat model; a call takes at most ``LOOK_TIMEOUT_S``.
        prompt: ``prompts/verify.md``.
    """

    def __init__(self, model: ChatModel, prompt: Prompt) -> None:
        self.model = model.within(LOOK_TIMEOUT_S)
        self._prompt = prompt

    def look(self, text: str, evidence: Sequence[Evidence], proof: Proof) -> Looked:
        """``proof`` of ``text`` by ``evidence``, with what the model says of it.

        A quote needs no look, and a veto stands, so for these nothing is asked. A model that fails,
        is too slow or answers in a form that cannot be read leaves the proof as it is, and
        ``failed`` says why; no error leaves this function but a missing configuration.
        """
        verdict = proof.verdict
        if verdict.checked_by == "quote" or verdict.vetoed or not evidence:
            return Looked(proof)
        statement = harmless(text)
        block, fence = quote_articles(quoted(evidence), statement)
        values = {"sentences": block, "statement": statement, "fence": fence}
        messages = self._prompt.render(**{n: values[n] for n in self._prompt.placeholders})
        try:
            reply = self.model.complete(
                messages, schema=LOOK_SCHEMA, prompt_sha256=self._prompt.sha256, lenient=True
            )
        except DatelineError as error:
            return Looked(proof, failed=str(error))
        finding, words = read_look(reply)
        if finding is None:
            why = f"{self.model.name} did not answer in the form that was asked for"
            return Looked(proof, reply, failed=why)
        numbers = tuple(item.n for item in evidence)
        return Looked(Proof(_joined(text, verdict, finding, words), numbers, proof.recited), reply)


def read_look(reply: Reply) -> tuple[Finding | None, tuple[str, ...]]:
    """What a reply says: JSON of the schema, else the one verdict that its words name."""
    if isinstance(reply.data, dict):
        return cast(Finding, reply.data["verdict"]), tuple(reply.data.get("unsupported", ()))
    named = {match.lower().replace(" ", "_").replace("-", "_") for match in
             _VERDICT_WORDS.findall(reply.text)}  # fmt: skip
    return (cast(Finding, named.pop()) if len(named) == 1 else None), ()


def quoted(evidence: Sequence[Evidence]) -> list[QuotedArticle]:
    """The sentences as a prompt shows them, by article in reading order, with their numbers."""
    articles: dict[str, list[Evidence]] = {}
    for item in evidence:
        articles.setdefault(item.article_id, []).append(item)
    return [
        QuotedArticle(
            group[0].outlet,
            group[0].published,
            group[0].title,
            tuple(
                NumberedSentence(item.n, item.text) for item in sorted(group, key=lambda e: e.start)
            ),
        )
        for group in articles.values()
    ]


def _joined(text: str, verdict: Verdict, finding: Finding, words: Sequence[str]) -> Verdict:
    """The judge's verdict with the model's in its place; the probability stays the judge's."""
    if finding == "supported":
        return Verdict("supported", verdict.probability, checked_by="model")
    places = places_of(text, words)
    said = ", ".join(f"“{text[start:end]}”" for start, end in places)
    if finding == "contradicted":
        why = f"the quotes say otherwise: not {said}" if said else "the quotes say otherwise"
    else:
        why = f"the quotes do not say {said or 'this'}"
    return replace(
        verdict,
        support="unsupported",
        contradicted=finding == "contradicted",
        unsupported=places,
        why=why,
        checked_by="model",
    )
