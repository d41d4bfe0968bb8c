"""The chat model asked whether quotes support a statement: a second opinion after the checks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answer.evidence import quoted_articles
from rag.answer.proof import Proven
from rag.prompts import VERDICT_SCHEMA
from rag.quoting import harmless, quote_articles

if TYPE_CHECKING:
    from rag.models import ChatModel, Reply
    from rag.prompts import Prompt


def verify_statement(proven: Proven, model: ChatModel, prompt: Prompt) -> tuple[Proven, Reply]:
    """``proven`` as it was, or unsupported when the model answers anything but yes."""
    statement = harmless(proven.text)
    block, fence = quote_articles(quoted_articles(proven.evidence), statement)
    values = {"sentences": block, "statement": statement, "fence": fence}
    messages = prompt.render(**{name: values[name] for name in prompt.placeholders})
    reply = model.complete(messages, schema=VERDICT_SCHEMA, prompt_sha256=prompt.sha256)
    if isinstance(reply.data, dict) and reply.data.get("verdict") == "yes":
        return proven, reply
    why = f"{model.name} does not find the statement supported by its quotes"
    return replace(proven, support="unsupported", why=why), reply
