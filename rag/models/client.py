"""The adapter to ``langchain_openai.ChatOpenAI``, and through it to the openai package.

Foreign types stay here: messages and parameters go in as Dateline's, text and token counts come
out. One call here is one attempt; when to try again is decided in ``chat.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.models.deadline import Deadline, watch_response
from rag.models.endpoint import Endpoint
from rag.models.failures import CutStreamError
from rag.models.messages import JsonSchema, Message, TokenUsage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

# The Responses API, which some models need, gives a status in place of a finish reason.
_FINISH_OF_STATUS = {"completed": "stop", "incomplete": "length"}


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt: what is sent, and how long may be waited for it.

    ``parameters`` are those of the chat completions API that this server takes: ``temperature``,
    ``seed``, ``max_tokens`` or ``max_completion_tokens``, ``stream_options``, ``response_format``.
    """

    messages: Sequence[Message]
    parameters: dict[str, Any]
    connect_timeout_s: float
    read_timeout_s: float


@dataclass(frozen=True, slots=True)
class RawReply:
    """What came back, before it is judged; ``usage`` is None when the server did not say,
    ``refusal`` the model's words where it refuses in the field that the API has for them."""

    text: str
    finish_reason: str | None
    usage: TokenUsage | None
    refusal: str | None = None


class OpenAIClient:
    """One model at one endpoint. Safe to use from many threads."""

    def __init__(self, endpoint: Endpoint, model_name: str, extra_body: dict[str, Any]) -> None:
        import openai
        from langchain_openai import ChatOpenAI

        self._extra_body = extra_body
        # Text in parts, as reasoning models of Mistral write it, is read; pydantic warns of it.
        warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)
        # A proxy from the environment cannot know this machine's loopback address.
        http_client = openai.DefaultHttpxClient(
            trust_env=not endpoint.is_loopback, event_hooks={"response": [watch_response]}
        )
        self._chat: ChatOpenAI = ChatOpenAI(
            model=model_name,
            base_url=endpoint.base_url,
            api_key=endpoint.key,  # type: ignore[arg-type]  # pydantic makes it a secret
            http_client=http_client,
            max_retries=0,
            stream_usage=True,
            cache=False,
        )

    def complete(self, request: Request, deadline: Deadline) -> RawReply:
        """A whole reply at once. Raises what the libraries below raise."""
        arguments = self._arguments(request, deadline, streaming=False)
        try:
            with deadline.in_force():
                message = self._chat.invoke(_turns(request.messages), **arguments)
        finally:
            deadline.stop()
        return RawReply(_text(message), _finish_reason(message), _usage(message), _refusal(message))

    def stream(self, request: Request, deadline: Deadline) -> Generator[str | RawReply, None, None]:
        """Parts of the reply as they come, then the whole of it.

        Raises:
            CutStreamError: it ended without a finish reason. And what the libraries below raise.
        """
        arguments = self._arguments(request, deadline, streaming=True)
        chunks = self._chat.stream(_turns(request.messages), **arguments)
        texts: list[str] = []
        finish_reason: str | None = None
        usage: TokenUsage | None = None
        try:
            while True:
                with deadline.in_force():
                    chunk = next(chunks, None)
                if chunk is None:
                    break
                finish_reason = _finish_reason(chunk) or finish_reason
                usage = _usage(chunk) or usage
                if text := _text(chunk):
                    texts.append(text)
                    yield text
        finally:
            deadline.stop()
            chunks.close()  # type: ignore[attr-defined]  # a generator; closes the connection
        if finish_reason is None:
            raise CutStreamError
        yield RawReply("".join(texts), finish_reason, usage)

    def _arguments(
        self, request: Request, deadline: Deadline, *, streaming: bool
    ) -> dict[str, Any]:
        import openai

        arguments = dict(request.parameters)
        extra_body = dict(self._extra_body)
        if "max_tokens" in arguments:  # ChatOpenAI would rename it
            extra_body["max_tokens"] = arguments.pop("max_tokens")
        asks_usage = arguments.pop("stream_options", None) is not None
        if streaming and not asks_usage:
            arguments["stream_usage"] = False
        if extra_body:
            arguments["extra_body"] = extra_body
        remaining_s = deadline.remaining_s
        arguments["timeout"] = openai.Timeout(
            min(request.read_timeout_s, remaining_s) if streaming else remaining_s,
            connect=min(request.connect_timeout_s, remaining_s),
        )
        return arguments


def response_format(schema: JsonSchema, name: str = "reply") -> dict[str, Any]:
    """The API's parameter that makes the model write JSON of ``schema``."""
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "schema": schema, "strict": True},
    }


def _turns(messages: Sequence[Message]) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in messages]


def _text(message: AIMessage) -> str:
    return str(message.text)


def _refusal(message: AIMessage) -> str | None:
    words = message.additional_kwargs.get("refusal")
    return words if isinstance(words, str) and words.strip() else None


def _finish_reason(message: AIMessage) -> str | None:
    metadata = message.response_metadata
    reason = metadata.get("finish_reason") or _FINISH_OF_STATUS.get(metadata.get("status", ""))
    return str(reason) if reason else None


def _usage(message: AIMessage) -> TokenUsage | None:
    reported = message.usage_metadata
    if reported is None or not reported["input_tokens"]:
        return None
    details = reported.get("input_token_details") or {}
    return TokenUsage(
        input_tokens=reported["input_tokens"],
        output_tokens=reported["output_tokens"],
        cached_input_tokens=details.get("cache_read") or 0,
        cache_write_tokens=details.get("cache_creation") or 0,
    )
