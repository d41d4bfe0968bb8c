"""A chat model's second look at a statement: do the quotes say it?

The judge in the package serves where there is no model, and first; a large model reads better. Its
word counts for what the vetoes leave open, and the judge's probability stays beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from rag.errors import DatelineError
from rag.evidence.evidence import Evidence
from rag.evidence.reasons import places_of
from rag.evidence.verdict import Proof, Verdict
from rag.prompts import LOOK_SCHEMA
from rag.quoting import NumberedSentence, QuotedArticle, harmless, quote_articles

if TYPE_CHECKING:
    from rag.models import ChatModel, Message, Reply
    from rag.prompts import Prompt

Finding = Literal["supported", "contradicted", "not_said"]

# A look that takes longer than this is done without: the reader waits for each.
LOOK_TIMEOUT_S = 30.0
# A verdict in plain words. "Unsupported" and "not (fully) supported" are the third of them, and one
# that is denied ("not contradicted") is none; a key of JSON is no verdict.
_DENIAL = r"(?:\b(?:can)?not|n['’]t)(?:\s+\w+){0,2}\s+"
_VERDICT_WORDS = re.compile(
    rf"(?P<not_said>\bnot[ _-]said\b|\bunsupported\b(?![\"'])|{_DENIAL}supported\b)"
    rf"|(?P<denied>{_DENIAL}contradicted\b)"
    r"|(?P<contradicted>\bcontradicted\b)|(?P<supported>\bsupported\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ModelVerdict:
    """What a model says of a statement held against quotes.

    Attributes:
        finding: None when its reply cannot be read.
        words: of the statement, those that the quotes do not support.
    """

    finding: Finding | None
    words: tuple[str, ...]
    reply: Reply


@dataclass(frozen=True, slots=True)
class Looked:
    """A proof after the second look.

    Attributes:
        reply: the model's, whether it can be read or not; None when there is none.
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

    @property
    def prompt_name(self) -> str:
        """The prompt as a record names it."""
        return f"prompt {self._prompt.name} {self._prompt.version} {self._prompt.sha256[:12]}"

    def look(self, text: str, evidence: Sequence[Evidence], proof: Proof) -> Looked:
        """``proof`` of ``text`` by ``evidence``, with what the model says of it.

        A quote needs no look, and a veto stands, so for these nothing is asked. A model that fails,
        is too slow or answers in a form that cannot be read leaves the judge's verdict, and
        ``failed`` says why, as does the reason of a statement that is shown; no error of a call
        leaves this function.
        """
        if not (evidence and is_open(proof)):
            return Looked(proof)
        try:
            said = self.ask(text, evidence)
        except DatelineError as error:
            return Looked(_judged_alone(proof, str(error)), failed=str(error))
        if said.finding is None:
            why = f"{self.model.name} did not answer in the form that was asked for"
            return Looked(_judged_alone(proof, why), said.reply, failed=why)
        return Looked(joined(text, evidence, proof, said), said.reply)

    def ask(self, text: str, evidence: Sequence[Evidence]) -> ModelVerdict:
        """What the model alone says of ``text``, whatever has been found of it here.

        Raises:
            DatelineError: as ``ChatModel.complete``.
        """
        reply = self.model.complete(
            self.messages(text, evidence),
            schema=LOOK_SCHEMA,
            prompt_sha256=self._prompt.sha256,
            lenient=True,
        )
        return ModelVerdict(*read_look(reply), reply)

    def messages(self, text: str, evidence: Sequence[Evidence]) -> tuple[Message, ...]:
        """The prompt's messages for this statement and these quotes."""
        statement = harmless(text)
        block, fence = quote_articles(quoted(evidence), statement)
        values = {"sentences": block, "statement": statement, "fence": fence}
        return self._prompt.render(**{n: values[n] for n in self._prompt.placeholders})


def is_open(proof: Proof) -> bool:
    """Whether a model may change the verdict: a quote needs no look, and a veto stands."""
    return proof.verdict.checked_by != "quote" and not proof.verdict.vetoed


def joined(text: str, evidence: Sequence[Evidence], proof: Proof, said: ModelVerdict) -> Proof:
    """``proof`` with the model's verdict on ``evidence`` in the place of the judge's, where it is
    open and the reply could be read; where both are sure, it rests on what was enough here."""
    if said.finding is None or not is_open(proof):
        return proof
    verdict = _joined(text, proof.verdict, said.finding, said.words)
    if verdict.certain and proof.verdict.certain:
        return replace(proof, verdict=verdict)
    return Proof(verdict, tuple(item.n for item in evidence), proof.recited)


def read_look(reply: Reply) -> tuple[Finding | None, tuple[str, ...]]:
    """What a reply says: JSON of the schema, or JSON with words around it, else the one verdict
    that its words name."""
    data = reply.data if isinstance(reply.data, dict) else _object_in(reply.text)
    if data is not None:
        named = re.sub(r"[\s-]", "_", str(data["verdict"]).strip().lower())
        words = data.get("unsupported")
        listed = words if isinstance(words, list) else []
        finding = cast(Finding, named) if named in get_args(Finding) else None
        return finding, tuple(word for word in listed if isinstance(word, str))
    kinds = {match.lastgroup for match in _VERDICT_WORDS.finditer(reply.text)}
    if len(kinds) != 1 or kinds == {"denied"}:
        return None, ()
    return cast(Finding, kinds.pop()), ()


def _object_in(text: str) -> dict[str, Any] | None:
    """The JSON object with a verdict that stands in ``text``, if one does."""
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return None
    with suppress(ValueError, RecursionError):
        value = json.loads(text[start : end + 1])
        return value if isinstance(value, dict) and "verdict" in value else None
    return None


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


def _judged_alone(proof: Proof, failed: str) -> Proof:
    """``proof``, which says that the model did not look, where the statement is shown."""
    verdict = proof.verdict
    if not verdict.holds:
        return proof
    why = "; ".join(w for w in (verdict.why, f"checked on this machine alone: {failed}") if w)
    return replace(proof, verdict=replace(verdict, why=why))


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
