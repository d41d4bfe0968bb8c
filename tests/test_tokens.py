"""Token counts need no network, and say which encoding they are in."""

from __future__ import annotations

import hashlib
import inspect
import socket
import time
from pathlib import Path

import pytest

from rag import tokens
from rag.tokens import OFFLINE_ENCODING, count_tokens, encoding_for


@pytest.fixture(autouse=True)
def no_network_and_an_empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("counting tokens opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    tokens._encoding_name.cache_clear()


@pytest.mark.parametrize(
    "model", [None, "gpt-4o-mini", "openai/gpt-5", "gpt-4", "qwen3-8b.gguf", ""]
)
def test_every_model_has_an_encoding_without_the_network(model: str | None) -> None:
    assert encoding_for(model).name == OFFLINE_ENCODING
    assert count_tokens("Five boats left the harbour.", model) == 6


def test_a_models_own_encoding_is_used_when_its_file_is_in_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url, _ = tokens._ENCODING_FILES["o200k_base"]
    file = tmp_path / hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    file.write_bytes(b"IQ== 0\n")
    sha256 = hashlib.sha256(b"IQ== 0\n").hexdigest()
    monkeypatch.setitem(tokens._ENCODING_FILES, "o200k_base", (url, sha256))
    assert tokens._encoding_name("gpt-4o") == "o200k_base"


def test_a_damaged_file_in_the_cache_is_not_fetched_again(tmp_path: Path) -> None:
    url, _ = tokens._ENCODING_FILES["o200k_base"]
    file = tmp_path / hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    file.write_bytes(b"half a file")
    assert encoding_for("gpt-4o").name == OFFLINE_ENCODING
    assert file.read_bytes() == b"half a file"


def test_the_cached_files_are_those_that_tiktoken_asks_for() -> None:
    from tiktoken_ext import openai_public

    source = inspect.getsource(openai_public.o200k_base)
    assert all(part in source for part in tokens._ENCODING_FILES["o200k_base"])
    assert "o200k_base()" in inspect.getsource(openai_public.o200k_harmony)


def test_special_tokens_and_broken_characters_in_an_article_are_plain_text() -> None:
    assert count_tokens("<|endoftext|>") > 1
    assert count_tokens("\ud83d\x00") > 0
    assert count_tokens("") == 0


def test_a_run_without_white_space_is_counted_in_linear_time() -> None:
    began = time.perf_counter()
    assert count_tokens("a" * 1_000_000) > 100_000
    assert time.perf_counter() - began < 5.0
