"""From names and environment variables to models; what the window holds; what an import costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.errors import ConfigurationError, ContextTooLongError
from rag.models import Message, ModelOptions, fit, open_chat_model
from rag.models.endpoint import OPENAI_BASE_URL, endpoint_from_environment
from rag.models.local import BUNDLED_PACKAGE


@pytest.fixture(autouse=True)
def no_openai_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_importing_the_models_loads_neither_openai_nor_langchain() -> None:
    code = (
        "import sys, rag.models, rag.prompts, rag.quoting; print([m for m in sys.modules if "
        "m.partition('.')[0] in {'openai', 'langchain_core', 'langchain_openai', 'tiktoken', "
        "'xllamacpp', 'httpx', 'httpx2', 'pydantic', 'jsonschema'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["", "gpt-4.1", "openai:", "local:", "ollama:llama3", "openai"])
def test_a_name_of_no_known_kind_says_which_there_are(name: str) -> None:
    with pytest.raises(ConfigurationError, match="openai:NAME"):
        open_chat_model(name)


def test_openai_without_a_key_says_which_variable_to_set() -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY is not set"):
        open_chat_model("openai:gpt-4.1")


def test_a_server_of_ones_own_needs_no_key() -> None:
    endpoint = endpoint_from_environment({"OPENAI_BASE_URL": "http://localhost:11434/v1/"})
    assert endpoint.label == "http://localhost:11434/v1"
    assert endpoint.is_loopback
    assert not endpoint.is_openai


@pytest.mark.parametrize(
    ("base_url", "is_openai"),
    [
        (OPENAI_BASE_URL, True),
        ("https://eu.api.openai.com/v1", True),
        ("https://desk.openai.azure.com/openai/v1/", True),
        ("https://api.openai.com.example.org/v1", False),
        ("https://openrouter.ai/api/v1", False),
    ],
)
def test_openais_prices_hold_at_openais_addresses_only(
    monkeypatch: pytest.MonkeyPatch, base_url: str, is_openai: bool
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    assert (open_chat_model("openai:gpt-4.1").price is not None) is is_openai


@pytest.mark.parametrize("base_url", ["localhost:8000", "ftp://x/v1", "http://", "http://[::1/v1"])
def test_an_address_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL"):
        endpoint_from_environment({"OPENAI_BASE_URL": base_url})


def test_passwords_and_keys_stay_out_of_what_is_shown() -> None:
    endpoint = endpoint_from_environment(
        {"OPENAI_BASE_URL": "https://me:pass@host:8443/v1?t=1", "OPENAI_API_KEY": " abcdefghijk\n"}
    )
    assert endpoint.label == "https://host:8443/v1"
    assert endpoint.key == "abcdefghijk"
    assert "abcdefghijk" not in repr(endpoint)
    said = endpoint.redact("key abcdefghijk\nor sk-proj-12345678 or Bearer xyz is wrong")
    assert said == "key … or … or … is wrong"


@pytest.mark.parametrize("key", ["sk-абв", "sk-a b", "sk-a\nb"])
def test_a_key_with_a_character_that_no_key_has_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY") as raised:
        endpoint_from_environment({"OPENAI_API_KEY": key})
    assert key not in str(raised.value)


def test_models_that_reason_get_room_to_think_and_no_temperature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    options = ModelOptions(max_output_tokens=500, reasoning_tokens=1000)
    reasoning = open_chat_model("openai:gpt-5-mini", options=options)
    assert reasoning.parameters == {"reasoning": True, "max_output_tokens": 1500}
    assert reasoning.input_tokens_limit == 272_000
    plain = open_chat_model("openai:gpt-4.1-mini", options=options)
    assert plain.parameters == {"temperature": 0.0, "seed": 0, "max_output_tokens": 500}
    unknown = open_chat_model("openai:new-model", options=options)
    assert (unknown.context_tokens, unknown.input_tokens_limit) == (8192, 7692)


def test_a_window_with_no_room_for_a_prompt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with pytest.raises(ConfigurationError, match="window"):
        open_chat_model("openai:x", options=ModelOptions(context_tokens=512))


def test_a_missing_or_false_gguf_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.gguf: No such file"):
        open_chat_model(f"local:{tmp_path}/nowhere.gguf")
    text = tmp_path / "text.gguf"
    text.write_text("not a model")
    with pytest.raises(ConfigurationError, match="not a GGUF"):
        open_chat_model(f"local:{text}")


def test_without_the_bundled_model_the_way_to_get_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rag.models.local.BUNDLED_PACKAGE", BUNDLED_PACKAGE + "_absent")
    with pytest.raises(ConfigurationError, match="make local-model"):
        open_chat_model("local")


def render(passages: Sequence[str]) -> list[Message]:
    return [Message("system", "Answer."), Message("user", "\n".join([*passages, "Why?"]))]


@pytest.mark.parametrize("limit_tokens", range(150, 1000, 70))
def test_the_worst_passages_go_first_and_none_is_cut(
    monkeypatch: pytest.MonkeyPatch, limit_tokens: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    options = ModelOptions(context_tokens=limit_tokens + 100, max_output_tokens=100)
    model = open_chat_model("openai:new-model", options=options)
    passages = [f"Passage {n}. " + "The river rose again. " * 10 for n in range(30)]
    fitted = fit(passages, render, model)
    assert 0 < len(fitted.passages) < 30
    assert fitted.passages == tuple(passages[: len(fitted.passages)])
    assert fitted.dropped == 30 - len(fitted.passages)
    assert fitted.input_tokens <= model.input_tokens_limit == limit_tokens
    one_more = render(passages[: len(fitted.passages) + 1])
    assert model.count_tokens(one_more) > limit_tokens
    assert fit(passages[:1], render, model).dropped == 0
    assert fit([], render, model).passages == ()


def test_a_window_too_small_for_one_passage_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    options = ModelOptions(context_tokens=120, max_output_tokens=100)
    model = open_chat_model("openai:new-model", options=options)
    with pytest.raises(ContextTooLongError, match="too small"):
        fit(["The river rose again. " * 50], render, model)
