"""Prompts cut to a model's window: whole passages go, the worst first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from rag.errors import ContextTooLongError
from rag.models.messages import Message
from rag.tokens import OFFLINE_ENCODING, count_tokens, encoding_for

if TYPE_CHECKING:
    from rag.models.chat import ChatModel

PassageT = TypeVar("PassageT")

# What a chat format adds around a message, and before the answer (OpenAI cookbook, "How to count
# tokens with tiktoken").
TOKENS_PER_MESSAGE = 4
TOKENS_PER_REPLY = 3
# cl100k_base counts English within some 5 % of OpenAI's newer encodings, and within a quarter of
# the tokenizers of other models with vocabularies from 32,000 words.
OPENAI_MARGIN = 1.1
OTHER_MARGIN = 1.3


@dataclass(frozen=True, slots=True)
class Fitted(Generic[PassageT]):
    """A prompt that fits: its messages, the passages in it (best first), how many were left out,
    and its input tokens as the model's ``count_tokens`` counts them."""

    messages: tuple[Message, ...]
    passages: tuple[PassageT, ...]
    dropped: int
    input_tokens: int


def fit(
    passages: Sequence[PassageT],
    render: Callable[[Sequence[PassageT]], Sequence[Message]],
    model: ChatModel,
    *,
    limit_tokens: int | None = None,
) -> Fitted[PassageT]:
    """The prompt with as many of the best passages as the model's window holds.

    Args:
        passages: best first.
        render: makes the messages of a prompt from some of them.
        limit_tokens: most input tokens; None for ``model.input_tokens_limit``. After a
            ``ContextTooLongError``, fit once more with its ``retry_tokens``.

    Raises:
        ContextTooLongError: not even the best passage fits beside the rest of the prompt.
    """
    limit = model.input_tokens_limit if limit_tokens is None else limit_tokens
    least = min(1, len(passages))
    best: Fitted[PassageT] | None = None
    low, high = least, len(passages)
    kept = high  # all of them is the usual case, so it is tried first
    while low <= high:
        messages = tuple(render(passages[:kept]))
        tokens = model.count_tokens(messages)
        if tokens <= limit:
            best = Fitted(messages, tuple(passages[:kept]), len(passages) - kept, tokens)
            low = kept + 1
        else:
            high = kept - 1
        kept = (low + high) // 2
    if best is None:
        raise ContextTooLongError(
            f"the window of {model.name} is too small for the question and one passage: it takes "
            f"{limit} tokens; use a model with a larger window, or set the window it has",
            retry_tokens=limit,
        )
    return best


def estimate_tokens(messages: Sequence[Message], model_name: str, *, is_openai: bool) -> int:
    """Upper estimate of the input tokens of ``messages``, for models whose tokenizer is not here.

    Exact but for the chat format when the model's own encoding can be had, else with a margin.
    """
    margin = OPENAI_MARGIN if is_openai else OTHER_MARGIN
    if encoding_for(model_name).name != OFFLINE_ENCODING:
        margin = 1.0
    return math.ceil(margin * plain_tokens(messages, model_name))


def plain_tokens(messages: Sequence[Message], model_name: str) -> int:
    """Input tokens as tiktoken counts them, without a margin."""
    counted = (count_tokens(message.content, model_name) for message in messages)
    return sum(counted) + TOKENS_PER_MESSAGE * len(messages) + TOKENS_PER_REPLY
