"""OpenAI's embedding models, and servers that speak the same protocol, through langchain-openai.

The openai package's own variables say where: ``OPENAI_API_KEY``, ``OPENAI_BASE_URL``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag.errors import (
    ConfigurationError,
    DatelineError,
    ModelError,
    RetryableModelError,
)
from rag.models.endpoint import Endpoint, endpoint_from_environment
from rag.tokens import encoding_for

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import openai
    from langchain_core.embeddings import Embeddings

# https://platform.openai.com/docs/guides/embeddings
_DIMENSIONS = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}
# The API's limits: 8,192 tokens a text, 2,048 texts and 300,000 tokens a request.
_MAX_TEXT_TOKENS = 8191
_MAX_REQUEST_TEXTS = 256
_MAX_REQUEST_TOKENS = 280_000

_TIMEOUT_S = 60.0
_RETRIES = 4
# tiktoken's time grows faster than the length of a run without white space.
_ENCODED_CHARACTERS = 4096


class OpenAIEmbedder:
    """An embedding model behind OpenAI's API. Connects at the first ``embed``; thread-safe.

    Args:
        model: its name there, such as ``text-embedding-3-small``.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._connection: tuple[Endpoint, Any] | None = None

    @property
    def name(self) -> str:
        return self._model

    @property
    def fingerprint(self) -> str:
        return f"openai:{self._model}"

    @cached_property
    def dimension(self) -> int:
        """Known for OpenAI's models, else asked for by embedding one word."""
        return _DIMENSIONS.get(self._model) or int(self._request(["dimension"]).shape[1])

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Embeddings of ``texts``: (n, dimension) float32, rows of length 1, in the order given.

        A text that is longer than the model takes is cut; one without any character but white
        space is sent as a full stop, since the API refuses empty ones.

        Raises:
            ConfigurationError: no key, a wrong key, or no such model at this address.
            RetryableModelError: rate limit, time-out, lost connection, an error of the server.
            ModelError: the request was refused, or the answer is not one of this protocol.
        """
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), np.float32)
        sendable = [self._sendable(text) for text in texts]
        return np.concatenate([self._request(batch) for batch in _requests(sendable)])

    def as_langchain(self) -> Embeddings:
        """The same model as LangChain ``Embeddings``, with the same limits and errors."""
        from rag.embeddings.langchain import EmbedderEmbeddings

        return EmbedderEmbeddings(self)

    def _sendable(self, text: str) -> str:
        # JSON holds no lone surrogates, and some servers refuse NUL characters.
        text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
        if not text.strip():
            return "."
        if len(text.encode()) <= _MAX_TEXT_TOKENS:  # a token has at least one byte
            return text
        encoding = encoding_for(self._model)
        tokens: list[int] = []
        for start in range(0, len(text), _ENCODED_CHARACTERS):
            tokens += encoding.encode_ordinary(text[start : start + _ENCODED_CHARACTERS])
            if len(tokens) > _MAX_TEXT_TOKENS:
                return encoding.decode(tokens[:_MAX_TEXT_TOKENS], errors="ignore")
        return text

    def _request(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """One request to the API → (n, dimension) float32, rows of length 1."""
        import numpy as np
        import openai

        endpoint, client = self._connect()
        try:
            vectors = np.array(client.embed_documents(texts, chunk_size=len(texts)), np.float32)
        except openai.OpenAIError as error:
            raise translate(error, self._model, endpoint) from error
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise _not_embeddings(endpoint) from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise _not_embeddings(endpoint)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise _not_embeddings(endpoint)
        unit: npt.NDArray[np.float32] = vectors / lengths
        return unit

    def _connect(self) -> tuple[Endpoint, Any]:
        with self._lock:
            if self._connection is None:
                from langchain_openai import OpenAIEmbeddings
                from pydantic import SecretStr

                endpoint = endpoint_from_environment()
                client = OpenAIEmbeddings(
                    model=self._model,
                    base_url=endpoint.base_url,
                    api_key=SecretStr(endpoint.key),
                    # Its own check would fetch tiktoken's files; _sendable does the same.
                    check_embedding_ctx_length=False,
                    max_retries=_RETRIES,
                    timeout=_TIMEOUT_S,
                )
                self._connection = endpoint, client
            return self._connection


def translate(error: openai.OpenAIError, model: str, endpoint: Endpoint) -> DatelineError:
    """An exception of the openai package as one of ours, by what the caller can do about it."""
    import openai

    where = endpoint.label
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ConfigurationError(
                f"{where} refused the key for {model} ({error.status_code}): check OPENAI_API_KEY"
            )
        case openai.NotFoundError():
            return ConfigurationError(
                f"{where} has no embedding model {model!r}: check DATELINE_EMBEDDINGS and "
                "OPENAI_BASE_URL, which often ends in /v1"
            )
        case openai.RateLimitError(code="insufficient_quota"):
            return ModelError(f"the quota at {where} is used up: look at the account's billing")
        case openai.APIStatusError(status_code=429):
            return RetryableModelError(f"{where} is over its rate limit (429); try again later")
        case openai.APIStatusError(status_code=status) if status in {408, 409} or status >= 500:
            return RetryableModelError(f"{where} failed ({status}); try again later")
        case openai.APIStatusError():
            said = endpoint.redact(error.message)
            return ModelError(f"{where} refused the texts ({error.status_code}): {said}")
        case openai.APITimeoutError():
            return RetryableModelError(f"{where} did not answer in {_TIMEOUT_S:g} s; try again")
        case openai.APIConnectionError():
            return RetryableModelError(
                f"cannot reach {where}: check the network and OPENAI_BASE_URL, and that the "
                "server runs"
            )
    return _not_embeddings(endpoint)


def _not_embeddings(endpoint: Endpoint) -> ModelError:
    return ModelError(
        f"the answer from {endpoint.label} is not one that an embedding service gives: check "
        "OPENAI_BASE_URL and DATELINE_EMBEDDINGS"
    )


def _requests(texts: Sequence[str]) -> Iterator[list[str]]:
    """``texts`` in runs that one request may hold, counting a byte as a token where that does."""
    batch: list[str] = []
    tokens = 0
    for text in texts:
        bound = min(len(text.encode()), _MAX_TEXT_TOKENS)
        if batch and (len(batch) == _MAX_REQUEST_TEXTS or tokens + bound > _MAX_REQUEST_TOKENS):
            yield batch
            batch, tokens = [], 0
        batch.append(text)
        tokens += bound
    yield batch
