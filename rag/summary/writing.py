"""The opening of a brief by a chat model: map–reduce over any number of articles.

sentences → as many to a call as the window holds → notes, each proved by exact sentences → as many
notes to a call as the window holds → the opening, each sentence proved by the sentences of its
notes. What cannot be proved leaves at either step, so that nothing unproved is built upon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rag.answer.citations import RawStatement, resolve, split_statements
from rag.claims.words import content_stems
from rag.errors import ContextTooLongError
from rag.evidence import Prover
from rag.evidence.prover import nearest
from rag.evidence.second_look import SecondLook, quoted
from rag.models import ChatModel, Fitted, Message, Reply, fit
from rag.prompts import Prompt
from rag.quoting import fence_for, fenced, harmless, quote_articles
from rag.summary.brief import Progress
from rag.summary.material import SourceSentence

# More than this is more than a model keeps in mind, however large its window.
SENTENCES_A_CALL = 120
NOTES_A_CALL = 60
_MOST_EVIDENCE = 40
_MOST_ROUNDS = 4
_MOST_SHARED = 0.8
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that the model wrote and the exact sentences that prove it."""

    text: str
    sentences: tuple[SourceSentence, ...]


@dataclass
class Writer:
    """A chat model with its prompts, and what its calls came to.

    Attributes:
        prover: proves each sentence; only what is certain stays, since more is built upon it.
        look: the model's second look at each; None to do without.
        replies: of every call.
        removed: how many sentences could not be proved.
        openings: how many openings were written and proved.
    """

    model: ChatModel
    prompts: dict[str, Prompt]
    prover: Prover = field(default_factory=Prover)
    look: SecondLook | None = None
    progress: Progress | None = None
    replies: list[Reply] = field(default_factory=list)
    removed: int = 0
    openings: int = 0

    def opening(self, sentences: Sequence[SourceSentence], topic: str, count: int) -> list[Note]:
        """At most ``count`` proved sentences; empty when nothing that was written is proved.

        Raises:
            ModelError: the model did not answer.
            BudgetError: the next call could cost more than is allowed.
            ContextTooLongError: the window does not hold one sentence.
        """
        notes = self._notes(sentences, topic)
        for _ in range(_MOST_ROUNDS):
            if len(notes) <= count:
                break
            one_call = len(notes) <= NOTES_A_CALL
            fewer = self._reduced(notes, topic)
            if not fewer:
                break  # the notes are proved; a reduction that is not does not undo them
            notes = fewer
            if one_call:
                break
        self.openings += bool(notes)
        return notes[:count]

    def _notes(self, sentences: Sequence[SourceSentence], topic: str) -> list[Note]:
        """The map: notes of every part of the articles."""
        notes: list[Note] = []
        rest = list(sentences)
        while rest:
            self._tell("reading", len(sentences) - len(rest), len(sentences))

            def render(part: Sequence[SourceSentence]) -> tuple[Message, ...]:
                return _notes_messages(part, topic, self.prompts["brief_notes"])

            part, text = self._ask(rest[:SENTENCES_A_CALL], render, "brief_notes")
            known = dict(enumerate(part, start=1))
            for statement in split_statements(text):
                note = self._proved(statement, {n: (s,) for n, s in known.items()})
                if note is not None and not _repeats(note, notes):
                    notes.append(note)
            rest = rest[len(part) :]
        self._tell("reading", len(sentences), len(sentences))
        return notes

    def _reduced(self, notes: Sequence[Note], topic: str) -> list[Note]:
        """The reduce: fewer sentences that say what many notes say."""
        written: list[Note] = []
        rest = list(notes)
        while rest:
            self._tell("joining", len(notes) - len(rest), len(notes))

            def render(part: Sequence[Note]) -> tuple[Message, ...]:
                return _lead_messages(part, topic, self.prompts["brief_lead"])

            part, text = self._ask(rest[:NOTES_A_CALL], render, "brief_lead")
            known = {n: note.sentences for n, note in enumerate(part, start=1)}
            for statement in split_statements(text):
                note = self._proved(statement, known)
                if note is not None and not _repeats(note, written):
                    written.append(note)
            rest = rest[len(part) :]
        return written

    def _ask(
        self,
        items: Sequence[_Item],
        render: Callable[[Sequence[_Item]], Sequence[Message]],
        prompt: str,
    ) -> tuple[Sequence[_Item], str]:
        """The reply on as many of ``items``, from the first, as the window holds."""
        fitted: Fitted[_Item] = fit(items, render, self.model)
        sha256 = self.prompts[prompt].sha256
        try:
            reply = self.model.complete(fitted.messages, prompt_sha256=sha256)
        except ContextTooLongError as error:
            # The server counts otherwise than we do: once more, with fewer of them.
            fitted = fit(items, render, self.model, limit_tokens=error.retry_tokens)
            reply = self.model.complete(fitted.messages, prompt_sha256=sha256)
        self.replies.append(reply)
        text = reply.text
        if reply.truncated:
            text = " ".join(text.rpartition(". ")[:2])  # its last sentence may have lost its end
        return fitted.passages, text

    def _proved(
        self, statement: RawStatement, known: dict[int, tuple[SourceSentence, ...]]
    ) -> Note | None:
        """The statement with the sentences that prove it; None when none do."""
        cited = resolve(statement, known)
        own = {s.ordinal: s for n in cited.citations for s in known[n]}
        others = {s.ordinal: s for group in known.values() for s in group if s.ordinal not in own}
        evidence = [s.evidence for s in own.values()]
        rest = nearest(cited.text, [s.evidence for s in others.values()], _MOST_EVIDENCE)
        proof = self.prover.prove(cited.text, evidence, rest)
        if self.look is not None:
            # All that it cites: with a part of it alone a true sentence could fail.
            shown = [(own | others)[n].evidence for n in dict.fromkeys((*own, *proof.citations))]
            looked = self.look.look(cited.text, shown, proof)
            proof = looked.proof
            if looked.reply is not None:
                self.replies.append(looked.reply)
        if not proof.verdict.certain:
            self.removed += 1
            return None
        return Note(cited.text, tuple((own | others)[n] for n in proof.citations))

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(stage, done, total)


def _repeats(note: Note, notes: Sequence[Note]) -> bool:
    """Whether a note says what another says, in nearly the same words."""
    own = content_stems(note.text).keys()
    for other in notes:
        known = content_stems(other.text).keys()
        if len(own & known) >= _MOST_SHARED * len(own | known):
            return True
    return False


def _notes_messages(
    sentences: Sequence[SourceSentence], topic: str, prompt: Prompt
) -> tuple[Message, ...]:
    asked = harmless(topic)
    numbered = [replace(s.evidence, n=n) for n, s in enumerate(sentences, start=1)]
    block, fence = quote_articles(quoted(numbered), asked)
    values = {"sentences": block, "topic": asked, "fence": fence}
    return prompt.render(**{name: values[name] for name in prompt.placeholders})


def _lead_messages(notes: Sequence[Note], topic: str, prompt: Prompt) -> tuple[Message, ...]:
    asked = harmless(topic)
    block = "\n".join(f"[{n}] {harmless(note.text)}" for n, note in enumerate(notes, start=1))
    fence = fence_for(block, asked)
    values = {"notes": fenced(block, fence), "topic": asked, "fence": fence}
    return prompt.render(**{name: values[name] for name in prompt.placeholders})
