"""A chat model's cache, budget, window and LangChain form, against a server like OpenAI's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from openai_server import (
    MESSAGES,
    MODEL,
    PROPER,
    OpenAIServer,
    answer,
    cache,
    complete,
    cut,
    error,
    model,
    only_loopback,
    openai_server,
    stored,
    stream,
)
from responses_api import responds

from rag.errors import (
    BudgetError,
    ConfigurationError,
    ContextTooLongError,
    ModelError,
    RetryableModelError,
)
from rag.models import (
    Budget,
    ChatModel,
    Message,
    ModelOptions,
    Price,
    Reply,
    ResponseCache,
    fit,
    open_chat_model,
)

__all__ = ["cache", "model", "only_loopback", "openai_server"]
pytestmark = pytest.mark.usefixtures("only_loopback")

VERDICT = {
    "type": "object",
    "properties": {"verdict": {"enum": ["yes", "no"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}


def test_json_of_the_schema_is_parsed_and_other_json_is_an_error(
    model: ChatModel, openai_server: OpenAIServer, cache: ResponseCache
) -> None:
    openai_server.will(answer('{"verdict": "maybe"}'), answer('```json\n{"verdict": "no"}\n```'))
    with pytest.raises(ModelError, match="JSON"):
        model.complete(MESSAGES, schema=VERDICT)
    assert stored(cache) == 0
    assert model.complete(MESSAGES, schema=VERDICT).data == {"verdict": "no"}
    sent = openai_server.requests[0].body["response_format"]
    assert sent["json_schema"]["schema"] == VERDICT
    assert model.complete(MESSAGES, schema=VERDICT).cached


def test_a_reply_is_paid_for_once_and_anything_new_is_asked_afresh(
    model: ChatModel, openai_server: OpenAIServer
) -> None:
    assert not complete(model).cached
    again = stream(model)
    assert again.cached
    assert again.cost_usd == 0
    assert len(openai_server.requests) == 1
    other_article = [MESSAGES[0], Message("user", "[1] The river fell.\nWhat did the river do?")]
    assert not model.complete(other_article).cached
    assert not model.complete(MESSAGES, prompt_sha256="another prompt").cached
    assert not model.complete(MESSAGES, repeat=1).cached
    assert [request.body["seed"] for request in openai_server.requests] == [0, 0, 0, 1]


def test_without_a_cache_the_model_is_asked_each_time(openai_server: OpenAIServer) -> None:
    opened = open_chat_model(f"openai:{MODEL}")
    complete(opened)
    complete(opened)
    assert len(openai_server.requests) == 2


def test_a_prompt_over_the_window_is_fitted_smaller_and_asked_once_more(
    model: ChatModel, openai_server: OpenAIServer
) -> None:
    openai_server.context_words = 100
    passages = [f"[{n}] " + "The river rose again. " * 5 for n in range(10)]

    def render(kept: object) -> list[Message]:
        return [Message("user", "\n".join(kept))]  # type: ignore[arg-type]

    first = fit(passages, render, model)
    assert first.dropped == 0
    with pytest.raises(ContextTooLongError) as raised:
        model.complete(first.messages)
    second = fit(passages, render, model, limit_tokens=raised.value.retry_tokens)
    assert 0 < len(second.passages) < 10
    assert second.passages == tuple(passages[: len(second.passages)])
    assert model.complete(second.messages).text == PROPER


def test_a_budget_stops_before_the_call(openai_server: OpenAIServer) -> None:
    budget = Budget(max_cost_usd=0.002)
    options = ModelOptions(
        budget=budget, price=Price(input_usd=1.0, output_usd=2.0), max_output_tokens=400
    )
    opened = open_chat_model(f"openai:{MODEL}", options=options)
    reply = complete(opened)
    assert reply.cost_usd == pytest.approx((20 * 1 + 5 * 2) / 1e6)
    assert budget.spent_usd == pytest.approx(reply.cost_usd)
    spender = replace(options, max_output_tokens=1000)
    with pytest.raises(BudgetError, match="--max-cost"):
        complete(open_chat_model(f"openai:{MODEL}", options=spender))
    assert len(openai_server.requests) == 1
    assert budget.spent_usd == pytest.approx(reply.cost_usd)


def test_a_refused_call_costs_nothing_and_a_lost_one_its_worst_case(
    openai_server: OpenAIServer,
) -> None:
    budget = Budget(max_tokens=10_000)
    options = ModelOptions(budget=budget, max_retries=0)
    opened = open_chat_model(f"openai:{MODEL}", options=options)
    openai_server.will(error(500, "no"), cut(PROPER, 2))
    with pytest.raises(RetryableModelError):
        complete(opened)
    assert budget.spent_tokens == 0
    with pytest.raises(RetryableModelError):
        complete(opened)
    assert budget.spent_tokens > 512


def test_a_cost_limit_needs_a_known_price(openai_server: OpenAIServer) -> None:
    options = ModelOptions(budget=Budget(max_cost_usd=1.0))
    with pytest.raises(ConfigurationError, match="price"):
        open_chat_model(f"openai:{MODEL}", options=options)


def test_the_runnable_composes_in_all_forms(model: ChatModel, openai_server: OpenAIServer) -> None:
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate

    chain = ChatPromptTemplate.from_template("What did the {thing} do?")
    chain = chain | model.as_runnable() | StrOutputParser()
    river, wind = {"thing": "river"}, {"thing": "wind"}
    assert chain.invoke(river) == PROPER
    openai_server.default_text = "The wind fell. [2]"
    assert chain.batch([river, wind]) == [PROPER, "The wind fell. [2]"]
    assert "".join(chain.stream({"thing": "rain"})) == "The wind fell. [2]"

    async def in_async_forms() -> tuple[str, list[str], str]:
        streamed = [part async for part in chain.astream({"thing": "snow"})]
        return await chain.ainvoke(river), await chain.abatch([wind]), "".join(streamed)

    expected = (PROPER, ["The wind fell. [2]"], "The wind fell. [2]")
    assert asyncio.run(in_async_forms()) == expected


def test_the_runnable_says_what_a_reply_cost_and_raises_our_errors(
    model: ChatModel, openai_server: OpenAIServer
) -> None:
    runnable = model.as_runnable()
    message = runnable.bind(repeat=2).invoke("Hello?")
    assert message.usage_metadata["input_tokens"] == 20
    assert message.response_metadata["cached"] is False
    assert openai_server.requests[0].body["seed"] == 2
    openai_server.will(error(401, "no"))
    with pytest.raises(ConfigurationError):
        runnable.invoke("Hello again?")


@pytest.mark.parametrize("ask", [complete, stream])
def test_a_model_of_the_responses_api_is_asked_there(
    openai_server: OpenAIServer, ask: Callable[[ChatModel], Reply]
) -> None:
    openai_server.models = {"gpt-5.6-sol"}
    opened = open_chat_model("openai:gpt-5.6-sol", options=ModelOptions(max_retries=0))
    openai_server.will(responds(PROPER), responds("The river", "incomplete"))
    reply = ask(opened)
    assert (reply.text, reply.truncated) == (PROPER, False)
    assert reply.usage.cached_input_tokens == 4
    assert ask(opened).truncated
    assert {request.path for request in openai_server.requests} == {"/v1/responses"}
    assert "temperature" not in openai_server.requests[0].body


def test_a_cut_stream_of_the_responses_api_is_an_error(openai_server: OpenAIServer) -> None:
    openai_server.models = {"gpt-5.6-sol"}
    opened = open_chat_model("openai:gpt-5.6-sol", options=ModelOptions(max_retries=0))
    openai_server.will(responds(PROPER, whole=False))
    with pytest.raises(RetryableModelError, match="cut off"):
        stream(opened)


def test_a_server_that_reports_no_tokens_in_streams_is_asked_without_them(
    model: ChatModel, openai_server: OpenAIServer
) -> None:
    openai_server.will(error(400, "Unsupported parameter: stream_options"))
    assert stream(model).usage.source == "counted"
    assert "stream_options" in openai_server.requests[0].body
    assert "stream_options" not in openai_server.requests[1].body
