"""The openai client against a server that misbehaves: an answer, or the right error, in time."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable

import pytest
from openai_server import (
    KEY,
    MESSAGES,
    MODEL,
    PROPER,
    TIMEOUT_S,
    Behaviour,
    OpenAIServer,
    answer,
    body,
    cache,
    complete,
    cut,
    drip,
    error,
    hang_up,
    model,
    only_loopback,
    openai_server,
    silence,
    stored,
    stream,
    stream_error,
)

from rag.errors import (
    ConfigurationError,
    ContextTooLongError,
    DatelineError,
    ModelError,
    RetryableModelError,
)
from rag.models import ChatModel, ModelOptions, Reply, ResponseCache, open_chat_model
from rag.models.backoff import LONGEST_DELAY_S, backoff_s, retry_after_s

__all__ = ["cache", "model", "only_loopback", "openai_server"]
pytestmark = pytest.mark.usefixtures("only_loopback")

# What a loaded machine may add to a time-out.
SLACK_S = 2.0

Ask = Callable[[ChatModel], Reply]
both_ways = pytest.mark.parametrize("ask", [complete, stream])


@both_ways
def test_a_proper_answer_comes_whole_with_its_tokens(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask
) -> None:
    reply = ask(model)
    assert reply.text == PROPER
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (20, 5)
    assert reply.usage.source == "reported"
    assert not reply.truncated
    sent = openai_server.requests[0].body
    assert sent["temperature"] == 0
    assert sent["seed"] == 0
    assert sent["max_tokens"] == 512
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]


PASSING = {
    "rate limit": error(429, "Rate limit reached", "rate_limit_exceeded", {"Retry-After": "0"}),
    "server error": error(500, "The server had an error"),
    "overloaded": error(503, "Overloaded"),
    "hung up": hang_up,
    "malformed JSON": body(b'{"choices": [{"message"'),
    "JSON of another shape": body(b"[1, 2]"),
    "empty choices": body(b'{"id": "1", "object": "chat.completion", "model": "m", "choices": []}'),
    "null choices": body(b'{"choices": null}'),
    "no text": answer(""),
    "cut before the first word": cut(PROPER, 0),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
@both_ways
def test_passing_trouble_is_got_over(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask, trouble: Behaviour
) -> None:
    openai_server.will(trouble)
    assert ask(model).text == PROPER
    assert len(openai_server.requests) == 2


@pytest.mark.parametrize(
    "trouble", [PASSING[name] for name in ("rate limit", "malformed JSON", "empty choices")]
)
@both_ways
def test_trouble_that_stays_is_an_error_that_may_pass_later(
    model: ChatModel,
    openai_server: OpenAIServer,
    cache: ResponseCache,
    ask: Ask,
    trouble: Behaviour,
) -> None:
    openai_server.will(*[trouble] * 9)
    started_s = time.monotonic()
    with pytest.raises(RetryableModelError):
        ask(model)
    assert time.monotonic() - started_s < TIMEOUT_S + SLACK_S
    assert len(openai_server.requests) == 4
    assert stored(cache) == 0


FINAL = {
    "wrong key": (error(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"),
                  ConfigurationError, "OPENAI_API_KEY"),
    "no right": (error(403, "Country not supported"), ConfigurationError, "rights"),
    "unknown model": (error(404, "The model `x` does not exist", "model_not_found"),
                      ConfigurationError, "DATELINE_MODEL"),
    "no such path": (error(404, "Not Found"), ConfigurationError, "OPENAI_BASE_URL"),
    "too long, OpenAI": (
        error(400, "This model's maximum context length is 8192 tokens. However, your messages "
                   "resulted in 9000 tokens.", "context_length_exceeded"),
        ContextTooLongError, "fewer passages"),
    "too long, llama.cpp": (
        error(400, "request (9031 tokens) exceeds the available context size (8192 tokens)"),
        ContextTooLongError, "fewer passages"),
    "quota": (error(429, "You exceeded your current quota", "insufficient_quota"),
              ModelError, "quota"),
    "payment": (error(402, "Payment required"), ModelError, "billing"),
    "content filter": (error(400, "The response was filtered", "content_filter"),
                       ModelError, "filter"),
    "filtered answer": (answer("The", finish_reason="content_filter"), ModelError, "filter"),
    "bad request": (error(400, "messages: too many images"), ModelError, "too many images"),
    "no room": (answer("", finish_reason="length"), ModelError, "output tokens"),
    "wait too long": (error(429, "Rate limit", None, {"Retry-After": "3600"}),
                      RetryableModelError, "rate limit"),
}  # fmt: skip


@pytest.mark.parametrize("case", FINAL.values(), ids=FINAL.keys())
@both_ways
def test_final_trouble_is_one_clear_error_at_once(
    model: ChatModel,
    openai_server: OpenAIServer,
    cache: ResponseCache,
    ask: Ask,
    case: tuple[Behaviour, type[DatelineError], str],
) -> None:
    trouble, kind, words = case
    openai_server.will(trouble)
    with pytest.raises(kind, match=words) as raised:
        ask(model)
    assert type(raised.value) is kind
    message = str(raised.value)
    assert "\n" not in message
    assert KEY not in message
    assert len(openai_server.requests) == 1
    assert stored(cache) == 0


@both_ways
def test_a_web_page_in_place_of_an_answer_points_to_the_address(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask
) -> None:
    openai_server.will(*[body(b"<!doctype html><html>Log in</html>", "text/html")] * 9)
    with pytest.raises((ConfigurationError, RetryableModelError), match="OPENAI_BASE_URL"):
        ask(model)


@both_ways
def test_a_wrong_key_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer, ask: Ask
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-987654321")
    opened = open_chat_model(f"openai:{MODEL}")
    with pytest.raises(ConfigurationError) as raised:
        ask(opened)
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(opened.record)


@pytest.mark.parametrize("trouble", [silence(20), drip(every_s=0.2, seconds=20)])
@both_ways
def test_a_slow_server_is_given_up_at_the_time_out(
    openai_server: OpenAIServer, cache: ResponseCache, ask: Ask, trouble: Behaviour
) -> None:
    options = ModelOptions(total_timeout_s=1.5, read_timeout_s=1.0, cache=cache)
    opened = open_chat_model(f"openai:{MODEL}", options=options)
    opened._opened_client()
    openai_server.will(*[trouble] * 9)
    started_s = time.monotonic()
    with pytest.raises(RetryableModelError):
        ask(opened)
    assert 0.9 < time.monotonic() - started_s < 1.5 + SLACK_S
    assert stored(cache) == 0


@pytest.mark.parametrize(
    "trouble", [cut("The river rose by two metres.", 3), stream_error(3, "server overloaded")]
)
def test_a_cut_stream_is_an_error_and_never_a_short_answer(
    model: ChatModel, openai_server: OpenAIServer, cache: ResponseCache, trouble: Behaviour
) -> None:
    openai_server.will(trouble)
    parts = model.stream(MESSAGES)
    assert [next(parts), next(parts), next(parts)] == ["The ", "river ", "rose "]
    with pytest.raises(RetryableModelError):
        next(parts)
    with pytest.raises(RuntimeError):
        _ = parts.reply
    assert len(openai_server.requests) == 1
    assert stored(cache) == 0


def test_a_cut_body_is_asked_for_again(model: ChatModel, openai_server: OpenAIServer) -> None:
    openai_server.will(cut(PROPER, 3))
    assert complete(model).text == PROPER


def test_a_stream_that_is_closed_early_stores_nothing(
    model: ChatModel, openai_server: OpenAIServer, cache: ResponseCache
) -> None:
    parts = model.stream(MESSAGES)
    next(parts)
    parts.close()
    assert stored(cache) == 0
    assert stream(model).cached is False


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_wait_that_the_server_asks_for_is_kept(
    model: ChatModel, openai_server: OpenAIServer, form: str
) -> None:
    # A date has whole seconds, so two of them may be little more than one away.
    when = "1" if form == "seconds" else email.utils.formatdate(time.time() + 2, usegmt=True)
    openai_server.will(error(429, "Rate limit", None, {"Retry-After": when}))
    started_s = time.monotonic()
    assert complete(model).text == PROPER
    assert time.monotonic() - started_s >= 1.0


def test_delays_grow_to_a_bound_and_are_never_quite_the_same() -> None:
    assert 0.25 <= backoff_s(0) <= 0.5
    assert 1.0 <= backoff_s(2) <= 2.0
    assert all(backoff_s(attempt) <= LONGEST_DELAY_S for attempt in range(2000))
    assert len({backoff_s(3) for _ in range(20)}) > 1


def test_illegible_waits_are_passed_over() -> None:
    assert retry_after_s({"retry-after": "soon"}) is None
    assert retry_after_s({"retry-after": "-5"}) is None
    assert retry_after_s({"retry-after": "1e999"}) is None
    assert retry_after_s({}) is None
    assert retry_after_s({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after_s({"retry-after-ms": "1500"}) == 1.5


def test_an_address_where_nothing_listens_is_named(
    monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    opened = open_chat_model(f"openai:{MODEL}", options=ModelOptions(max_retries=1))
    with pytest.raises(RetryableModelError, match=r"cannot reach http://127\.0\.0\.1:9/v1"):
        complete(opened)


@pytest.mark.parametrize(
    ("parameter", "trouble"),
    [
        ("temperature", error(400, "Unsupported value: 'temperature' does not support 0",
                              "unsupported_value", param="temperature")),
        ("seed", error(422, "body.seed: Extra inputs are not permitted")),
        ("max_tokens", error(400, "Unsupported parameter: 'max_tokens' is not supported with this "
                                  "model. Use 'max_completion_tokens' instead.",
                             "unsupported_parameter", param="max_tokens")),
    ],
)  # fmt: skip
def test_a_parameter_that_the_server_does_not_know_is_left_out(
    model: ChatModel, openai_server: OpenAIServer, parameter: str, trouble: Behaviour
) -> None:
    openai_server.will(trouble)
    assert complete(model).text == PROPER
    assert parameter in openai_server.requests[0].body
    assert parameter not in openai_server.requests[1].body
    if parameter == "max_tokens":
        assert openai_server.requests[1].body["max_completion_tokens"] == 512


def test_tokens_are_counted_when_the_server_does_not_report_them(
    model: ChatModel, openai_server: OpenAIServer
) -> None:
    openai_server.will(answer("The river rose.", usage=None))
    usage = complete(model).usage
    assert usage.source == "counted"
    assert usage.output_tokens == 4
    assert 10 <= usage.input_tokens <= 25


def test_an_answer_that_met_its_limit_says_so(
    model: ChatModel, openai_server: OpenAIServer
) -> None:
    openai_server.will(answer("The river rose by", finish_reason="length"))
    assert complete(model).truncated
