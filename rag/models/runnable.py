"""A Dateline chat model as a LangChain one, so that it composes in LangChain Expression Language.

The async forms run the same code in threads (LangChain's own default), so cache, budget, retries
and errors are the same in all forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from rag.errors import UsageError
from rag.models.chat import ChatModel
from rag.models.messages import Message, Reply, Role

_ROLES: dict[str, Role] = {"system": "system", "human": "user", "ai": "assistant"}


class RunnableChatModel(BaseChatModel):
    """Errors are Dateline's. ``response_metadata`` of the reply holds ``finish_reason``,
    ``cost_usd`` and ``cached``; ``additional_kwargs["data"]`` the parsed JSON of a schema."""

    chat: Any
    cache: bool = False

    @property
    def _llm_type(self) -> str:
        return "dateline"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        chat: ChatModel = self.chat
        return chat.record

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chat: ChatModel = self.chat
        reply = chat.complete([_message(turn) for turn in messages], **_bound(kwargs, stop))
        message = AIMessage(
            content=reply.text,
            usage_metadata=_usage(reply),
            response_metadata=_metadata(reply, chat.name),
            additional_kwargs={} if reply.data is None else {"data": reply.data},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        chat: ChatModel = self.chat
        stream = chat.stream([_message(turn) for turn in messages], **_bound(kwargs, stop))
        try:
            for text in stream:
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        finally:
            stream.close()
        last = AIMessageChunk(
            content="",
            usage_metadata=_usage(stream.reply),
            response_metadata=_metadata(stream.reply, chat.name),
            chunk_position="last",
        )
        yield ChatGenerationChunk(message=last)


def _message(turn: BaseMessage) -> Message:
    if turn.type not in _ROLES:
        raise UsageError(f"a chat model takes system, human and AI messages, not {turn.type}")
    return Message(_ROLES[turn.type], str(turn.text))


def _bound(kwargs: dict[str, Any], stop: list[str] | None) -> dict[str, Any]:
    unknown = set(kwargs) - {"schema", "prompt_sha256", "repeat"}
    if unknown or stop:
        names = ", ".join(sorted(unknown) + (["stop"] if stop else []))
        raise UsageError(f"a chat model takes no {names}; set parameters when it is opened")
    return kwargs


def _usage(reply: Reply) -> UsageMetadata:
    usage = reply.usage
    return UsageMetadata(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.tokens,
        input_token_details=InputTokenDetails(
            cache_read=usage.cached_input_tokens, cache_creation=usage.cache_write_tokens
        ),
    )


def _metadata(reply: Reply, model_name: str) -> dict[str, Any]:
    return {
        "finish_reason": "length" if reply.truncated else "stop",
        "model_name": model_name,
        "cost_usd": reply.cost_usd,
        "cached": reply.cached,
        "usage_source": reply.usage.source,
    }
