"""An HTTP server that answers like OpenAI's, and misbehaves on order.

``server.will(...)`` queues behaviours, one for each request; with an empty queue it does as
``server.otherwise`` says, else it answers with ``server.default_text``. ``server.requests`` is
the history: headers, path and body of each request.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from rag.models import (
    ChatModel,
    Message,
    ModelOptions,
    Reply,
    ResponseCache,
    backoff,
    open_chat_model,
)

PATHS = ("/v1/chat/completions", "/v1/responses")
KEY = "sk-test-0123456789abcdef"
MODEL = "small-model"
PROPER = "The river rose. [1]"
MESSAGES = [Message("system", "Be brief."), Message("user", "What did the river do?")]
TIMEOUT_S = 4.0


class Handler(BaseHTTPRequestHandler):
    """One request; behaviours are functions of it."""

    server: OpenAIServer
    protocol_version = "HTTP/1.1"
    body: dict[str, Any]

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(SeenRequest(self.path, dict(self.headers), self.body))
        behaviours = self.server.behaviours
        default = self.server.otherwise or answer(self.server.default_text)
        behave = behaviours.popleft() if behaviours else default
        try:
            if not self.refused():
                behave(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has gone, as it should after its time-out

    def refused(self) -> bool:
        """What OpenAI's server checks by itself: path, key, model, length of the prompt."""
        if self.path not in PATHS:
            self.send_json({"detail": "Not Found"}, 404)
        elif self.headers.get("Authorization") != f"Bearer {KEY}":
            sent = self.headers.get("Authorization", "").removeprefix("Bearer ")
            error(401, f"Incorrect API key provided: {sent}.", "invalid_api_key")(self)
        elif self.body["model"] not in self.server.models:
            name = self.body["model"]
            error(404, f"The model `{name}` does not exist", "model_not_found")(self)
        elif (words := self.words()) > self.server.context_words:
            limit = self.server.context_words
            error(
                400,
                f"This model's maximum context length is {limit} tokens. However, your messages "
                f"resulted in {words} tokens.",
                "context_length_exceeded",
            )(self)
        else:
            return False
        return True

    def words(self) -> int:
        messages = self.body.get("messages") or self.body["input"]
        return sum(len(message["content"].split()) for message in messages)

    def send_json(
        self, body: Any, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_bytes(json.dumps(body).encode(), status, headers)

    def send_bytes(
        self,
        data: bytes,
        status: int = 200,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin_events(self) -> None:
        self.close_connection = True  # the end of the body is the end of the connection
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def send_event(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read ``requests``, not a log."""


Behaviour = Callable[[Handler], None]


@dataclass(frozen=True)
class SeenRequest:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class OpenAIServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: deque[Behaviour] = deque()
        self.requests: list[SeenRequest] = []
        self.default_text = PROPER
        self.otherwise: Behaviour | None = None
        self.models = {MODEL}
        self.context_words = 4096
        self.stopping = Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def will(self, *behaviours: Behaviour) -> None:
        self.behaviours.extend(behaviours)


@dataclass
class Choice:
    """How an answer is given: its text, why it ends, the pause before each word of a stream, and
    whether tokens are reported."""

    text: str
    finish_reason: str | None = "stop"
    every_s: float = 0.0
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}
    )


def answer(text: str, **how: Any) -> Behaviour:
    """A proper answer, streamed word by word when a stream was asked for."""
    choice = Choice(text, **how)

    def behave(request: Handler) -> None:
        if not request.body.get("stream"):
            message = {"role": "assistant", "content": choice.text}
            request.send_json(
                {
                    "id": "chatcmpl-1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": MODEL,
                    "choices": [
                        {"index": 0, "message": message, "finish_reason": choice.finish_reason}
                    ],
                    **({"usage": choice.usage} if choice.usage else {}),
                }
            )
            return
        request.begin_events()
        for piece in pieces(choice.text):
            if choice.every_s:
                time.sleep(choice.every_s)
            request.send_event(chunk({"content": piece}))
        request.send_event(chunk({}, choice.finish_reason))
        wants_usage = request.body.get("stream_options", {}).get("include_usage")
        if choice.usage and wants_usage:
            request.send_event({**chunk({}), "choices": [], "usage": choice.usage})
        request.send_event("[DONE]")

    return behave


def error(
    status: int,
    message: str,
    code: str | None = None,
    headers: dict[str, str] | None = None,
    param: str | None = None,
) -> Behaviour:
    """An error as OpenAI words it."""
    body = {"error": {"message": message, "type": "error", "code": code, "param": param}}
    return lambda request: request.send_json(body, status, headers)


def refusal(words: str) -> Behaviour:
    """No text, and the model's words in the field for refusals."""

    def behave(request: Handler) -> None:
        message = {"role": "assistant", "content": None, "refusal": words}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        if request.body.get("stream"):
            request.begin_events()
            request.send_event(chunk({"refusal": words}))
            request.send_event(chunk({}, "stop"))
            request.send_event("[DONE]")
        else:
            request.send_json({**chunk({}), "object": "chat.completion", "choices": [choice]})

    return behave


def no_system_role(message: str, status: int = 400) -> Behaviour:
    """Refuses a message of the system in the words of a chat template that has none."""

    def behave(request: Handler) -> None:
        if any(turn["role"] == "system" for turn in request.body["messages"]):
            error(status, message)(request)
        else:
            answer(PROPER)(request)

    return behave


def parts(*texts: str) -> Behaviour:
    """A whole answer whose content is a list of parts."""

    def behave(request: Handler) -> None:
        content = [{"type": "text", "text": text} for text in texts]
        if request.body.get("stream"):
            request.begin_events()
            request.send_event(chunk({"content": content}))
            request.send_event(chunk({}, "stop"))
            request.send_event("[DONE]")
            return
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        request.send_json({**chunk({}), "object": "chat.completion", "choices": [choice]})

    return behave


def body(data: bytes, content_type: str = "application/json") -> Behaviour:
    """A 200 with any body: malformed JSON, a web page."""
    return lambda request: request.send_bytes(data, content_type=content_type)


def silence(seconds: float) -> Behaviour:
    """No byte for so long, then an answer."""

    def behave(request: Handler) -> None:
        request.server.stopping.wait(seconds)
        answer("too late")(request)

    return behave


def drip(every_s: float, seconds: float) -> Behaviour:
    """A comment line now and then, which keeps a read time-out from passing, and no answer."""

    def behave(request: Handler) -> None:
        request.begin_events()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not request.server.stopping.wait(every_s):
            request.wfile.write(b": still thinking\n\n")

    return behave


def cut(text: str, words: int) -> Behaviour:
    """The connection ends after so many words of the answer (streamed) or half of the body."""

    def behave(request: Handler) -> None:
        request.close_connection = True
        if request.body.get("stream"):
            request.begin_events()
            for piece in pieces(text)[:words]:
                request.send_event(chunk({"content": piece}))
        else:
            request.send_response(200)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", "1000")
            request.end_headers()
            request.wfile.write(b'{"choices": [{"message": {"content": "The riv')
        request.wfile.flush()

    return behave


def hang_up(request: Handler) -> None:
    """Close the connection without a word."""
    request.close_connection = True
    request.connection.shutdown(socket.SHUT_RDWR)


def stream_error(words: int, message: str, code: str | None = None) -> Behaviour:
    """An error event in the middle of a stream."""

    def behave(request: Handler) -> None:
        request.begin_events()
        for piece in pieces("The river rose by two metres.")[:words]:
            request.send_event(chunk({"content": piece}))
        request.send_event({"error": {"message": message, "code": code}})

    return behave


def pieces(text: str) -> list[str]:
    words = text.split(" ")
    return [word + " " for word in words[:-1]] + words[-1:]


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


@contextmanager
def running_server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def openai_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    """A server of its own for a test, named in the openai package's variables."""
    with running_server() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield server


@pytest.fixture
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in {"127.0.0.1", "::1"}, f"a test called {address[0]}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def cache(tmp_path: Path) -> ResponseCache:
    return ResponseCache.in_folder(tmp_path)


@pytest.fixture
def model(
    openai_server: OpenAIServer, cache: ResponseCache, monkeypatch: pytest.MonkeyPatch
) -> ChatModel:
    """A model at the server, with a cache, short time-outs, and quick to try again."""
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 0.05)
    options = ModelOptions(
        total_timeout_s=TIMEOUT_S, read_timeout_s=1.0, connect_timeout_s=1.0, cache=cache
    )
    opened = open_chat_model(f"openai:{MODEL}", options=options)
    opened._opened_client()  # so that no test's time counts the imports
    return opened


def complete(model: ChatModel) -> Reply:
    return model.complete(MESSAGES)


def stream(model: ChatModel) -> Reply:
    """As ``complete``, by way of a stream."""
    parts = model.stream(MESSAGES)
    text = "".join(parts)
    assert text == parts.reply.text
    return parts.reply


def stored(cache: ResponseCache) -> int:
    """How many replies the cache holds."""
    if not cache.path.exists():
        return 0
    with closing(sqlite3.connect(cache.path)) as connection:
        count = connection.execute("SELECT COUNT(*) FROM replies").fetchone()
    return int(count[0])
