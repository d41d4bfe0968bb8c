"""Embeddings: a text has one vector, any string has one, and every failure is one of our errors."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.embeddings import OnnxEmbedder, open_embedder
from rag.embeddings import openai as openai_embeddings
from rag.embeddings.local import MODEL_FOLDER
from rag.errors import ConfigurationError, DatelineError, ModelError, RetryableModelError

FERRY = "The ferry to the northern islands was cancelled because of high waves."
SHIP = "Rough seas kept the boat in port, so nobody could reach the islands."
BUDGET = "Parliament approved next year's budget after a debate of nine hours."


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder()


# The local model


def test_the_model_files_are_those_that_model_json_names() -> None:
    description = json.loads((MODEL_FOLDER / "model.json").read_text("utf-8"))
    for name, file in description["files"].items():
        content = (MODEL_FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["size_bytes"]
    assert (
        sum(path.stat().st_size for path in MODEL_FOLDER.iterdir() if path.is_file()) < 25_000_000
    )
    assert "Apache License" in (MODEL_FOLDER / "LICENSE").read_text("utf-8")


def test_similarities_are_those_of_the_published_weights(embedder: OnnxEmbedder) -> None:
    ferry, ship, budget = embedder.embed([FERRY, SHIP, BUDGET])
    # From the fp32 weights, run by PyTorch and transformers.
    assert ferry @ ship == pytest.approx(0.5718, abs=0.02)
    assert ferry @ budget == pytest.approx(-0.0573, abs=0.02)
    assert ship @ budget == pytest.approx(-0.0942, abs=0.02)


def test_a_text_has_one_vector_whatever_it_is_embedded_with(embedder: OnnxEmbedder) -> None:
    texts = [FERRY, BUDGET * 5, SHIP, "", "Yes."] * 9
    together = embedder.embed(texts)
    for text, vector in zip(texts[:5], together, strict=False):
        assert np.array_equal(embedder.embed([text])[0], vector)


def test_vectors_come_in_the_order_of_the_texts_over_several_groups(
    embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.embeddings.local.GROUP_SIZE", 3)
    texts = [BUDGET * (n % 4 + 1) + str(n) for n in range(10)]
    vectors = embedder.embed(texts)
    assert [int(np.argmax(vectors @ embedder.embed([text])[0])) for text in texts] == list(
        range(10)
    )


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\0", "a\0b", "\ud800", "\udfff tail", "x" * 100_000, "word " * 20_000, "🕊" * 50],
)
def test_any_string_has_a_vector_of_length_1(embedder: OnnxEmbedder, text: str) -> None:
    vector = embedder.embed([text])[0]
    assert vector.shape == (embedder.dimension,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_is_read_up_to_the_models_limit_and_no_further(embedder: OnnxEmbedder) -> None:
    head = "harbour " * (embedder.max_tokens - 3)  # [CLS], one more word, [SEP]
    last = embedder.embed([head + "boat"])[0]
    assert not np.array_equal(last, embedder.embed([head + "budget"])[0])
    assert np.array_equal(last, embedder.embed([head + "boat budget"])[0])


def test_no_texts_give_no_vectors(embedder: OnnxEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_threads_can_share_an_embedder_that_is_not_loaded_yet() -> None:
    embedder = OnnxEmbedder()
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(embedder.embed([FERRY, BUDGET])))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(np.array_equal(vectors, found[0]) for vectors in found)


@pytest.mark.parametrize("damage", ["missing", "cut", "scrambled"])
@pytest.mark.parametrize("name", ["model.json", "model.onnx", "tokenizer.json"])
def test_a_missing_or_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    file = folder / name
    if damage == "missing":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    else:
        file.write_bytes(b"\x07" * file.stat().st_size)
    with pytest.raises(ConfigurationError, match=name):
        OnnxEmbedder(folder).embed([FERRY])


@pytest.mark.parametrize(
    # Both stay readable: a line feed, and an ONNX field with another producer's name.
    ("name", "more"),
    [("tokenizer.json", b"\n"), ("model.onnx", b"\x12\x01x")],
)
def test_a_readable_file_of_another_size_is_refused(tmp_path: Path, name: str, more: bytes) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    with (folder / name).open("ab") as file:
        file.write(more)
    with pytest.raises(ConfigurationError, match=name):
        OnnxEmbedder(folder).embed([FERRY])


def test_the_fingerprint_follows_the_model_file(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    text = (MODEL_FOLDER / "model.json").read_text("utf-8")
    digest = json.loads(text)["files"]["model.onnx"]["sha256"]
    (folder / "model.json").write_text(text.replace(digest, "f" * 64), "utf-8")
    assert embedder.fingerprint == f"all-MiniLM-L6-v2-int8-{digest[:12]}"
    assert OnnxEmbedder(folder).fingerprint == "all-MiniLM-L6-v2-int8-ffffffffffff"


def test_langchain_gets_the_same_vectors(embedder: OnnxEmbedder) -> None:
    from langchain_core.embeddings import Embeddings

    langchain = embedder.as_langchain()
    assert isinstance(langchain, Embeddings)
    vectors = embedder.embed([FERRY, BUDGET])
    assert langchain.embed_documents([FERRY, BUDGET]) == vectors.tolist()
    assert langchain.embed_query(FERRY) == vectors[0].tolist()


def test_opening_an_embedder_imports_nothing_heavy() -> None:
    code = (
        "import sys; from rag.embeddings import open_embedder; open_embedder('local').fingerprint; "
        "print({'numpy', 'onnxruntime', 'langchain_core', 'openai'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["", "lokal", "local:x", "openai", "openai:", "cohere:v3"])
def test_an_unknown_embedder_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"local.*openai:text-embedding-3-small"):
        open_embedder(name)


# OpenAI's API


class EmbeddingServer(ThreadingHTTPServer):
    """Answers like OpenAI's embedding service; ``replies`` are given first, in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), EmbeddingHandler)
        self.replies: list[tuple[int, bytes]] = []
        self.inputs: list[list[str]] = []

    def fail(self, status: int, code: str = "", times: int = 1) -> None:
        message = "no luck with key sk-test-0123456789"
        body = json.dumps({"error": {"message": message, "code": code, "type": "error"}})
        self.replies += [(status, body.encode())] * times


class EmbeddingHandler(BaseHTTPRequestHandler):
    server: EmbeddingServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.inputs.append(body["input"])
        replies = self.server.replies
        status, data = replies.pop(0) if replies else (200, embeddings_of(body))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read ``inputs``, not a log."""


def embeddings_of(body: dict[str, Any]) -> bytes:
    """Vectors of length 5 with 3 numbers, in base64 where that is asked for, as the API has it."""
    rows = []
    for index, text in enumerate(body["input"]):
        vector = np.array([3, 4 if len(text) % 2 else -4, 0], np.float32)
        encoded: Any = base64.b64encode(vector.tobytes()).decode()
        if body.get("encoding_format") != "base64":
            encoded = vector.tolist()
        rows.append({"object": "embedding", "index": index, "embedding": encoded})
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    answer = {"object": "list", "data": rows, "model": body["model"], "usage": usage}
    return json.dumps(answer).encode()


@contextmanager
def running(server: EmbeddingServer) -> Iterator[EmbeddingServer]:
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    with running(EmbeddingServer()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
        yield server


def test_openai_vectors_have_length_1_and_the_order_of_the_texts(server: EmbeddingServer) -> None:
    vectors = open_embedder("openai:some-model").embed(["odd", "even"])
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, [[0.6, 0.8, 0], [0.6, -0.8, 0]])


def test_openai_gets_texts_that_it_takes(server: EmbeddingServer) -> None:
    open_embedder("openai:some-model").embed(["", "a\0b", "\ud800x", "word " * 20_000])
    (sent,) = server.inputs
    assert sent[:3] == [".", "a b", "?x"]
    assert 8150 <= len(sent[3].split()) <= 8191


def test_openai_requests_stay_within_the_services_limits(server: EmbeddingServer) -> None:
    vectors = open_embedder("openai:some-model").embed(["short"] * 300 + ["word " * 2000] * 80)
    assert [len(sent) for sent in server.inputs] == [256, 78, 34, 12]
    assert vectors.shape == (380, 3)


def test_openai_dimension_is_known_or_asked_for(server: EmbeddingServer) -> None:
    assert open_embedder("openai:text-embedding-3-small").dimension == 1536
    assert server.inputs == []
    assert open_embedder("openai:some-model").dimension == 3
    assert open_embedder("openai:some-model").embed([]).shape == (0, 3)


def test_openai_as_langchain_gives_the_same(server: EmbeddingServer) -> None:
    langchain = open_embedder("openai:some-model").as_langchain()
    assert langchain.embed_query("odd") == pytest.approx([0.6, 0.8, 0])
    assert open_embedder("openai:some-model").fingerprint == "openai:some-model"


def test_openai_is_asked_again_after_a_passing_failure(server: EmbeddingServer) -> None:
    server.fail(429)
    server.fail(500)
    assert open_embedder("openai:some-model").embed(["odd"]).shape == (1, 3)
    assert len(server.inputs) == 3


@pytest.mark.parametrize(
    ("reply", "expected", "words"),
    [
        ((401, "invalid_api_key"), ConfigurationError, "OPENAI_API_KEY"),
        ((403, ""), ConfigurationError, "OPENAI_API_KEY"),
        ((404, "model_not_found"), ConfigurationError, "no embedding model 'some-model'"),
        ((400, ""), ModelError, "refused the texts"),
        ((429, "insufficient_quota"), ModelError, "quota"),
        ((429, ""), RetryableModelError, "rate limit"),
        ((503, ""), RetryableModelError, "failed"),
    ],
)
def test_each_refusal_of_openai_is_one_of_our_errors(
    server: EmbeddingServer,
    monkeypatch: pytest.MonkeyPatch,
    reply: tuple[int, str],
    expected: type[DatelineError],
    words: str,
) -> None:
    monkeypatch.setattr(openai_embeddings, "_RETRIES", 1)
    server.fail(*reply, times=2)
    with pytest.raises(DatelineError, match=words) as caught:
        open_embedder("openai:some-model").embed(["odd"])
    assert type(caught.value) is expected
    assert "sk-test" not in str(caught.value)


def two_rows_for_one(body: bytes) -> bytes:
    answer = json.loads(body)
    answer["data"] *= 2
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: b"<html>Welcome</html>",
        lambda body: b"{}",
        lambda body: b'{"data": []}',
        lambda body: b'{"data": [{"embedding": null}]}',
        lambda body: b'{"data": [{"embedding": [0, 0, 0]}]}',
        lambda body: b'{"data": [{"embedding": [NaN, 1, 1]}]}',
        two_rows_for_one,
    ],
)
def test_an_answer_without_the_vectors_is_a_model_error(
    server: EmbeddingServer, spoil: Callable[[bytes], bytes]
) -> None:
    proper = embeddings_of({"input": ["odd"], "model": "some-model"})
    server.replies = [(200, spoil(proper))]
    with pytest.raises(ModelError, match="not one that an embedding service gives"):
        open_embedder("openai:some-model").embed(["odd"])


def test_a_server_that_does_not_run_may_be_tried_again(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_embeddings, "_RETRIES", 0)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(RetryableModelError, match=r"cannot reach http://127\.0\.0\.1:9/v1"):
        open_embedder("openai:some-model").embed(["odd"])


def test_a_missing_key_is_said_before_anything_is_sent() -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        open_embedder("openai:text-embedding-3-small").embed(["odd"])
