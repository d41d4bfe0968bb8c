"""A chat model as the rest of Dateline sees it: cached, within budget, asked again when it helps.

One call goes: response cache → rate limit → budget → attempts until the deadline → judged → stored.
``complete`` and ``stream`` differ only in whether the parts are shown on the way.
"""

from __future__ import annotations

import copy
import logging
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rag.errors import DatelineError, ModelError, RetryableModelError
from rag.models import failures, window
from rag.models.backoff import backoff_s
from rag.models.budget import Reservation
from rag.models.cache import cache_key
from rag.models.client import OpenAIClient, RawReply, Request, response_format
from rag.models.deadline import Deadline
from rag.models.endpoint import Endpoint
from rag.models.failures import SYSTEM_ROLE, Attempt, Failure
from rag.models.messages import (
    JsonSchema,
    Message,
    Reply,
    ReplyStream,
    TokenUsage,
    without_system,
)
from rag.models.options import LOCAL_TOTAL_TIMEOUT_S, REMOTE_TOTAL_TIMEOUT_S, ModelOptions
from rag.models.paying import payer
from rag.models.prices import Price
from rag.models.structured import parse_reply
from rag.tokens import count_tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

# Part of the cache key: raised when what is stored, or how it is asked for, changes.
CACHE_FORMAT = 1
TokensParameter = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model, where, and what is known of it.

    Attributes:
        name: as shown and recorded, such as ``openai:gpt-6-luna``.
        model_name: as the server knows it.
        context_tokens: its window, input and output together.
        input_tokens_limit: the part of the window that a prompt may take.
        max_output_tokens: most tokens asked for, thinking included.
        reasoning: thinks before it writes, and takes neither temperature nor seed.
        price: None when not known.
        identity: tells it from a model of the same name elsewhere: the server's address, or the
            local file's fingerprint.
        count: its own token counter; None to estimate with tiktoken.
    """

    name: str
    model_name: str
    endpoint: Endpoint
    context_tokens: int
    input_tokens_limit: int
    max_output_tokens: int
    reasoning: bool
    price: Price | None
    identity: str
    local: bool = False
    count: Callable[[Sequence[Message]], int] | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    messages: tuple[Message, ...]
    schema: JsonSchema | None
    lenient: bool
    repeat: int
    key: str


class ChatModel:
    """A chat model. Safe to use from many threads; ``open_chat_model`` makes one."""

    def __init__(self, spec: ModelSpec, options: ModelOptions) -> None:
        self._spec = spec
        self._options = options
        self._client: OpenAIClient | None = None
        self._client_lock = threading.Lock()
        self._rejected: set[str] = set()
        self._repeat = 0
        default_s = LOCAL_TOTAL_TIMEOUT_S if spec.local else REMOTE_TOTAL_TIMEOUT_S
        self._total_timeout_s = options.total_timeout_s or default_s

    @property
    def name(self) -> str:
        return self._spec.name

    @property
    def context_tokens(self) -> int:
        return self._spec.context_tokens

    @property
    def input_tokens_limit(self) -> int:
        """Most tokens of a prompt, with room left for the answer."""
        return self._spec.input_tokens_limit

    @property
    def price(self) -> Price | None:
        return self._spec.price

    @property
    def can_vary(self) -> bool:
        """Whether two calls with the same messages can give different replies."""
        return not self._spec.local or self._options.temperature > 0

    def within(self, timeout_s: float) -> ChatModel:
        """This model with at most ``timeout_s`` for a call with its retries."""
        model = copy.copy(self)
        model._total_timeout_s = min(model._total_timeout_s, timeout_s)
        return model

    def repeated(self, repeat: int) -> ChatModel:
        """This model with every call asked afresh as its ``repeat``-th, the same each time."""
        model = copy.copy(self)
        model._repeat = repeat
        return model

    @property
    def parameters(self) -> dict[str, Any]:
        """What, besides the messages, makes a reply; for records and the cache key."""
        sampling: dict[str, Any] = {"reasoning": True}
        if not self._spec.reasoning:
            sampling = {"temperature": self._options.temperature, "seed": self._options.seed}
        return {**sampling, "max_output_tokens": self._spec.max_output_tokens}

    @property
    def record(self) -> dict[str, Any]:
        """What a run file says of the model."""
        return {
            "model": self.name,
            "identity": self._spec.identity,
            "parameters": self.parameters,
            "context_tokens": self.context_tokens,
        }

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Input tokens of ``messages``: exact for a local model, else an upper estimate."""
        if self._spec.count is not None:
            return self._spec.count(messages)
        is_openai = self._spec.endpoint.is_openai
        return window.estimate_tokens(messages, self._spec.model_name, is_openai=is_openai)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None = None,
        prompt_sha256: str = "",
        repeat: int = 0,
        lenient: bool = False,
    ) -> Reply:
        """The model's whole reply.

        Args:
            schema: JSON Schema of an object; the reply's ``data`` is then the parsed JSON.
            lenient: a reply that is not of the schema is no error; its ``data`` is None.
            prompt_sha256: of the prompt file that made the messages; part of the cache key.
            repeat: index of a repeated call that is to be asked afresh.

        Raises:
            ConfigurationError, BudgetError, ContextTooLongError, RetryableModelError, ModelError
        """
        call = self._call(messages, schema, prompt_sha256, repeat, lenient=lenient)
        stream = ReplyStream(self._run(call, streaming=False))
        for _ in stream:
            continue
        return stream.reply

    def stream(
        self, messages: Sequence[Message], *, prompt_sha256: str = "", repeat: int = 0
    ) -> ReplyStream:
        """The parts of the reply as they come; errors as ``complete`` raises them.

        A call is tried again only until its first part is out.
        """
        return ReplyStream(
            self._run(self._call(messages, None, prompt_sha256, repeat), streaming=True)
        )

    def as_runnable(self) -> BaseChatModel:
        """This model as a LangChain chat model: invoke, stream, batch and their async forms.

        Bind ``prompt_sha256``, ``repeat`` and ``schema`` with ``.bind()``.
        """
        from rag.models.runnable import RunnableChatModel

        return RunnableChatModel(chat=self)

    def _call(
        self,
        messages: Sequence[Message],
        schema: JsonSchema | None,
        prompt_sha256: str,
        repeat: int,
        *,
        lenient: bool = False,
    ) -> _Call:
        repeat += self._repeat
        key = cache_key(
            {
                "format": CACHE_FORMAT,
                "model": self._spec.model_name,
                "identity": self._spec.identity,
                "parameters": self.parameters,
                "prompt_sha256": prompt_sha256,
                "schema": schema,
                "messages": [message.to_json() for message in messages],
                "repeat": repeat,
            }
        )
        return _Call(tuple(messages), schema, lenient, repeat, key)

    def _run(self, call: _Call, *, streaming: bool) -> Generator[str | Reply, None, None]:
        stored = self._stored(call)
        if stored is not None:
            yield stored.text
            yield stored
            return
        input_tokens = self.count_tokens(call.messages)
        # Its imports take a second: neither the deadline is to pay for it, nor calls to bunch up.
        self._opened_client()
        if self._options.rate_limiter is not None:
            self._options.rate_limiter.acquire(input_tokens + self._spec.max_output_tokens)
        deadline = Deadline(self._total_timeout_s)
        retries = 0
        shows_parts = streaming
        while True:
            shown = False
            attempt = self._attempt(call, input_tokens, deadline, streaming=streaming)
            try:
                with closing(attempt) as parts:
                    for part in parts:
                        if shows_parts and not streaming and isinstance(part, Reply):
                            yield part.text
                        shown = True
                        yield part
                return
            except _FailedAttemptError as failed:
                if failed.failure.rejected_parameter is not None and not shown:
                    self._do_without(failed.failure.rejected_parameter)
                    continue
                delay_s = None if shown else self._delay_s(failed.failure, retries, deadline)
                if delay_s is None:
                    raise failed.failure.error from failed.__cause__
                streaming = streaming and not failed.failure.wordless
            time.sleep(delay_s)
            retries += 1

    def _attempt(
        self, call: _Call, input_tokens: int, deadline: Deadline, *, streaming: bool
    ) -> Generator[str | Reply, None, None]:
        parameters = self._parameters(call, streaming=streaming)
        messages = call.messages
        if SYSTEM_ROLE in self._rejected:
            messages = without_system(messages)
        attempt = Attempt(
            endpoint=self._spec.endpoint,
            model_name=self._spec.model_name,
            input_tokens=input_tokens,
            total_timeout_s=self._total_timeout_s,
            parameters=frozenset(parameters) | {m.role for m in messages if m.role == SYSTEM_ROLE},
        )
        request = Request(
            messages=messages,
            parameters=parameters,
            connect_timeout_s=self._options.connect_timeout_s,
            read_timeout_s=deadline.total_s if self._spec.local else self._options.read_timeout_s,
        )
        with self._reserve(input_tokens) as reservation:
            try:
                with closing(self._parts(request, deadline, streaming=streaming)) as parts:
                    for part in parts:
                        if isinstance(part, RawReply):
                            yield self._judge(part, call, attempt, reservation)
                        else:
                            yield part
            except DatelineError as error:
                raise _FailedAttemptError(Failure(error, wordless=True)) from error
            except Exception as error:
                failure = failures.explain(error, attempt, deadline_passed=deadline.passed)
                if reservation is not None and not failure.may_be_billed:
                    reservation.release()
                raise _FailedAttemptError(failure) from error

    def _parts(
        self, request: Request, deadline: Deadline, *, streaming: bool
    ) -> Generator[str | RawReply, None, None]:
        if streaming:
            yield from self._opened_client().stream(request, deadline)
        else:
            yield self._opened_client().complete(request, deadline)

    def _parameters(self, call: _Call, *, streaming: bool) -> dict[str, Any]:
        sent: dict[str, Any] = {}
        if not self._spec.reasoning:
            sent["temperature"] = self._options.temperature
            if self._options.seed is not None:
                sent["seed"] = self._options.seed + call.repeat
        names: list[TokensParameter] = ["max_tokens", "max_completion_tokens"]
        if self._spec.endpoint.is_openai:
            names.reverse()
        name = next((n for n in names if n not in self._rejected), names[0])
        sent[name] = self._spec.max_output_tokens
        if streaming:
            sent["stream_options"] = {"include_usage": True}
        if call.schema is not None:
            sent["response_format"] = response_format(call.schema)
        return {key: value for key, value in sent.items() if key not in self._rejected}

    def _do_without(self, parameter: str) -> None:
        self._rejected.add(parameter)
        logger.info("%s takes no %s: asked without it", self.name, parameter)

    def _delay_s(self, failure: Failure, retries: int, deadline: Deadline) -> float | None:
        """Seconds until the next attempt; None when there is to be none."""
        again = isinstance(failure.error, RetryableModelError)
        if not again or retries >= self._options.max_retries:
            return None
        delay_s = backoff_s(retries)
        if failure.retry_after_s is not None:
            # Jitter on top: callers that were told the same time would come back together.
            delay_s = failure.retry_after_s + delay_s / 2
        return delay_s if delay_s < deadline.remaining_s else None

    def _reserve(self, input_tokens: int) -> Any:
        budget, price = self._options.budget, self.price
        if budget is None:
            return nullcontext()
        output_tokens = self._spec.max_output_tokens
        cost_usd = price.highest_cost_usd(input_tokens, output_tokens) if price else 0.0
        return budget.reserve(input_tokens + output_tokens, cost_usd)

    def _judge(
        self, raw: RawReply, call: _Call, attempt: Attempt, reservation: Reservation | None
    ) -> Reply:
        usage = raw.usage or self._counted(raw.text, call)
        cost_usd = self._cost_usd(usage)
        if reservation is not None:
            reservation.settle(usage.tokens, cost_usd or 0.0)
        truncated = raw.finish_reason == "length"
        if raw.finish_reason == "content_filter":
            raise failures.filtered(attempt)
        if not raw.text.strip() and raw.refusal:
            raise failures.refused(attempt, raw.refusal)
        if not raw.text.strip():
            raise failures.empty(attempt, truncated=truncated)
        data = self._data(raw.text, call)
        reply = Reply(raw.text, truncated, usage, cost_usd, data=data)
        if self._options.cache is not None:
            paid = {"payer": payer(), "cost_usd": cost_usd}
            self._options.cache.put(call.key, reply.to_json() | paid)
        return reply

    def _stored(self, call: _Call) -> Reply | None:
        value = self._options.cache.get(call.key) if self._options.cache is not None else None
        if value is None:
            return None
        text, usage = value["text"], TokenUsage(**value["usage"])
        own = payer() is not None and value.get("payer") == payer()
        cost_usd = value["cost_usd"] if own else 0.0
        if own and self._options.budget is not None:
            self._options.budget.charge(usage.tokens, cost_usd or 0.0)
        return Reply(
            text=text,
            truncated=value["truncated"],
            usage=usage,
            cost_usd=cost_usd,
            cached=not own,
            data=self._data(text, call),
        )

    def _data(self, text: str, call: _Call) -> Any:
        """The JSON of a reply; None where none was asked for, or it may be something else."""
        if call.schema is None:
            return None
        try:
            return parse_reply(text, call.schema, self.name)
        except ModelError:
            if call.lenient:
                return None
            raise

    def _counted(self, text: str, call: _Call) -> TokenUsage:
        model_name = self._spec.model_name
        return TokenUsage(
            input_tokens=window.plain_tokens(call.messages, model_name),
            output_tokens=count_tokens(text, model_name),
            source="counted",
        )

    def _cost_usd(self, usage: TokenUsage) -> float | None:
        if self.price is None:
            return None
        return self.price.cost_usd(
            usage.input_tokens,
            usage.output_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            cache_write_tokens=usage.cache_write_tokens,
        )

    def _opened_client(self) -> OpenAIClient:
        with self._client_lock:
            if self._client is None:
                # The prompt cache of llama.cpp changes how a prompt is split into batches, and with
                # it, in rare cases, the most likely word.
                extra_body = {"cache_prompt": False} if self._spec.local else {}
                self._client = OpenAIClient(self._spec.endpoint, self._spec.model_name, extra_body)
            return self._client


class _FailedAttemptError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.failure = failure
