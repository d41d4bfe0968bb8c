"""Where a chat model answers: address, key, and what may be said of them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from rag.errors import ConfigurationError, printable

OPENAI_BASE_URL = "https://api.openai.com/v1"
# Servers such as Ollama and vLLM ask for no key, but the client sends one.
NO_KEY = "no-key"
_KEY_LIKE = re.compile(r"\b(?:sk|key)-[\w*.-]{6,}|(?i:bearer)\s+\S+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server.

    Attributes:
        base_url: its address as the client calls it, such as ``https://api.openai.com/v1``.
        key: never shown; ``redact`` keeps it out of messages.
        label: how the server is named in messages and cache keys; no user, password or query.
    """

    base_url: str
    key: str = field(repr=False)
    label: str

    @property
    def host(self) -> str:
        return (urlsplit(self.base_url).hostname or "").lower()

    @property
    def is_openai(self) -> bool:
        """Whether OpenAI's own rules and prices hold there: OpenAI's, and Azure's copy of it."""
        return self.host == "api.openai.com" or self.host.endswith(
            (".api.openai.com", ".openai.azure.com", ".services.ai.azure.com")
        )

    @property
    def is_loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def redact(self, text: str) -> str:
        """One printable line of a server's message, without anything that looks like a key."""
        if len(self.key) > len(NO_KEY):
            text = text.replace(self.key, "…")
        return printable(" ".join(_KEY_LIKE.sub("…", text).split()), limit=300)


def endpoint_from_environment(environ: Mapping[str, str] | None = None) -> Endpoint:
    """The server that ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY`` name, as the openai package does.

    Raises:
        ConfigurationError: the address is none, or OpenAI's key is missing or cannot be one.
    """
    environ = os.environ if environ is None else environ
    base_url = environ.get("OPENAI_BASE_URL", "").strip() or OPENAI_BASE_URL
    key = environ.get("OPENAI_API_KEY", "").strip()
    endpoint = Endpoint(base_url=base_url, key=key or NO_KEY, label=_label(base_url))
    if not key and endpoint.is_openai:
        raise ConfigurationError(
            "OPENAI_API_KEY is not set; set it to your key, or OPENAI_BASE_URL to a server that "
            "needs none"
        )
    if not key.isascii() or any(c.isspace() or not c.isprintable() for c in key):
        raise ConfigurationError("OPENAI_API_KEY holds a character that no key has; copy it again")
    return endpoint


def _label(base_url: str) -> str:
    wrong = ConfigurationError(
        f"OPENAI_BASE_URL is no web address; it looks like {OPENAI_BASE_URL}"
    )
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if not host or parts.scheme not in {"http", "https"}:
        raise wrong
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
