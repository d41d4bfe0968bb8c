"""What goes to a chat model and what comes back, in Dateline's own types."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Role = Literal["system", "user", "assistant"]
JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str

    def to_json(self) -> dict[str, str]:
        return {"role": self.role, "content": self.content}


def without_system(messages: Sequence[Message]) -> tuple[Message, ...]:
    """``messages`` with what the system says at the head of what the user says first."""
    told = "\n\n".join(message.content for message in messages if message.role == "system")
    turns = [message for message in messages if message.role != "system"]
    if not told:
        return tuple(turns)
    if not turns or turns[0].role != "user":
        return (Message("user", told), *turns)
    return (Message("user", f"{told}\n\n{turns[0].content}"), *turns[1:])


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one call.

    ``input_tokens`` includes those read from and written to the provider's prompt cache.
    ``source`` is "reported" by the model's server, or "counted" here with tiktoken because the
    server did not say.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    source: Literal["reported", "counted"] = "reported"

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply of a model.

    Attributes:
        text: what the model wrote.
        truncated: it stopped at the token limit, so its last sentence may not be whole.
        usage: tokens of the call that made it.
        cost_usd: what this call cost: 0 when local or from the response cache, None when the
            model's price is not known.
        cached: it came from the response cache.
        data: the parsed JSON, when a schema was asked for.
    """

    text: str
    truncated: bool
    usage: TokenUsage
    cost_usd: float | None
    cached: bool = False
    data: Any = None

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "truncated": self.truncated, "usage": asdict(self.usage)}


class ReplyStream:
    """The parts of a reply as they are written; iterate once.

    ``reply`` is the whole reply once the iteration has ended by itself. A stream that is cut ends
    in an error, never in a shorter reply. ``close`` ends it early: the call is stopped and nothing
    is stored.
    """

    def __init__(self, parts: Generator[str | Reply, None, None]) -> None:
        self._parts = parts
        self._reply: Reply | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        part = next(self._parts)
        if isinstance(part, Reply):
            self._reply = part
            return next(self)
        return part

    @property
    def reply(self) -> Reply:
        if self._reply is None:
            raise RuntimeError("the reply is not whole yet: read the stream to its end first")
        return self._reply

    def close(self) -> None:
        self._parts.close()
