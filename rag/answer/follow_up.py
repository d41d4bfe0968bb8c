"""A follow-up question → one that can be understood without the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.asking import resolve_follow_up
from rag.quoting import fence_for, fenced, harmless

if TYPE_CHECKING:
    from rag.models import ChatModel, Reply
    from rag.prompts import Prompt

MAX_TURNS = 4
MAX_QUESTION_CHARACTERS = 400
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and the answer that was shown."""

    question: str
    answer: str


def rewrite_follow_up(
    question: str, history: Sequence[Turn], model: ChatModel, prompt: Prompt
) -> tuple[str, Reply]:
    """The question as the model rewrites it, and the reply that did.

    A rewriting that brings in a name or number which nobody mentioned is not used: the question is
    made whole by rule then, or stays as it is where no rule is safe.
    """
    lines = [
        f"{who}: {harmless(text)}"
        for turn in history[-MAX_TURNS:]
        for who, text in (("Question", turn.question), ("Answer", turn.answer))
    ]
    block = "\n".join(lines)
    fence = fence_for(block, question)
    messages = prompt.render(
        **{
            name: value
            for name, value in {
                "history": fenced(block, fence),
                "question": harmless(question),
                "fence": fence,
            }.items()
            if name in prompt.placeholders
        }
    )
    reply = model.complete(messages, prompt_sha256=prompt.sha256)
    written = next((line for line in reply.text.strip().split("\n") if line.strip()), "")
    rewritten = " ".join(written.strip().strip('"“”').split())
    if not _is_faithful(rewritten, question, history):
        rewritten = resolve_follow_up(question, history) or question
    return rewritten, reply


def _is_faithful(rewritten: str, question: str, history: Sequence[Turn]) -> bool:
    if not rewritten or len(rewritten) > MAX_QUESTION_CHARACTERS or "?" not in rewritten:
        return False
    said = " ".join([question, *(f"{t.question} {t.answer}" for t in history)])
    known = {word.casefold() for word in _WORD.findall(said)}
    marked = [word for word in _WORD.findall(rewritten)[1:] if word[0].isupper() or word.isdigit()]
    return all(word.casefold() in known for word in marked)
