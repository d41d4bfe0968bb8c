"""Servers that take or give what OpenAI's do not."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable

import pytest
from openai_server import (
    MESSAGES,
    PROPER,
    OpenAIServer,
    body,
    cache,
    complete,
    model,
    no_system_role,
    only_loopback,
    openai_server,
    parts,
    refusal,
    stream,
)

from rag.errors import ModelError, RetryableModelError
from rag.models import ChatModel, Message, Reply
from rag.models.messages import without_system

__all__ = ["cache", "model", "only_loopback", "openai_server"]
pytestmark = pytest.mark.usefixtures("only_loopback")
both_ways = pytest.mark.parametrize("ask", [complete, stream])
Ask = Callable[[ChatModel], Reply]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("The system role is not supported by this template", 400),
        ("Jinja Exception: roles must alternate user/assistant/user/assistant/...", 500),
        ("Only user and assistant roles are supported!", 400),
        ("System messages are not allowed for this model", 422),
    ],
)  # fmt: skip
@both_ways
def test_a_template_without_a_system_role_gets_its_text_from_the_user(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask, words: str, status: int
) -> None:
    openai_server.otherwise = no_system_role(words, status)
    assert ask(model).text == PROPER
    (turn,) = openai_server.requests[-1].body["messages"]
    assert turn["role"] == "user"
    assert turn["content"] == "\n\n".join(message.content for message in MESSAGES)
    ask(model.repeated(1))
    assert len(openai_server.requests) == 3  # it is not tried again with one


def test_the_system_text_goes_to_the_head_of_the_first_turn_of_the_user() -> None:
    user, reply = Message("user", "And then?"), Message("assistant", "It rose.")
    told = Message("system", "Be brief.")
    assert without_system([told, user, reply, user]) == (
        Message("user", "Be brief.\n\nAnd then?"), reply, user
    )  # fmt: skip
    assert without_system([told, reply]) == (Message("user", "Be brief."), reply)
    assert without_system([user]) == (user,)


@both_ways
def test_the_words_of_an_error_with_the_status_of_success_are_shown(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask
) -> None:
    passing = json.dumps({"error": {"message": "no worker is free", "code": 503}}).encode()
    openai_server.will(body(passing))
    assert ask(model).text == PROPER
    lasting = json.dumps({"error": {"message": "this account is closed", "code": 403}}).encode()
    openai_server.otherwise = body(lasting)
    with pytest.raises(ModelError, match="this account is closed"):
        ask(model.repeated(1))
    openai_server.otherwise = body(passing)
    with pytest.raises(RetryableModelError, match="no worker is free"):
        ask(model.repeated(2))


@both_ways
def test_the_words_of_a_refusal_are_shown(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask
) -> None:
    openai_server.otherwise = refusal("I cannot speak about rivers.")
    with pytest.raises(ModelError, match=r"I cannot speak about rivers\."):
        ask(model)


@both_ways
def test_an_answer_in_parts_is_one_text_and_no_warning(
    model: ChatModel, openai_server: OpenAIServer, ask: Ask
) -> None:
    openai_server.otherwise = parts("The river ", "rose. [1]")
    with warnings.catch_warnings(record=True) as caught:
        assert ask(model).text == PROPER
    assert not caught
