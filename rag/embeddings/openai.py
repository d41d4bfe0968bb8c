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
    printable,
)
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
        self._client: Any = None

    @property
    def name(self) -> str:
        return self._model

    @property
    def fingerprint(self) -> str:
        return f"openai:{self._model}"

    @cached_property
    def dimension(self) -> int:
        """Known for OpenAI's models, else asked for by embedding one word."""
        return _DIMENSIONS.get(self._model) or self._request(["dimension"]).shape[1]

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

        try:
            answer = self._connect().embed_documents(texts, chunk_size=len(texts))
            vectors = np.array(answer, np.float32)
        except openai.OpenAIError as error:
            raise translate(error, self._model) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _not_embeddings(self._model, printable(str(error))) from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise _not_embeddings(self._model, f"shape {vectors.shape} for {len(texts)} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise _not_embeddings(self._model, "a vector without a direction")
        unit: npt.NDArray[np.float32] = vectors / lengths
        return unit

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                from langchain_openai import OpenAIEmbeddings

                # Its own length check would fetch tiktoken's files; _sendable does the same.
                self._client = OpenAIEmbeddings(
                    model=self._model,
                    check_embedding_ctx_length=False,
                    max_retries=_RETRIES,
                    timeout=_TIMEOUT_S,
                )
            return self._client


def translate(error: openai.OpenAIError, model: str) -> DatelineError:
    """An exception of the openai package as one of ours, by what the caller can do about it."""
    import openai

    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ConfigurationError(
                f"The embedding API refused the key for {model}: check OPENAI_API_KEY."
            )
        case openai.NotFoundError():
            return ConfigurationError(
                f"There is no embedding model {model} at this address: check DATELINE_EMBEDDINGS "
                "and OPENAI_BASE_URL."
            )
        case openai.RateLimitError() if error.code == "insufficient_quota":
            return ModelError(f"The account for {model} has no quota left: check its billing.")
        case openai.APITimeoutError():
            return RetryableModelError(
                f"The embedding model {model} did not answer within {_TIMEOUT_S:.0f} s: try again."
            )
        case openai.APIConnectionError():
            return RetryableModelError(
                f"The embedding API for {model} cannot be reached ({printable(str(error))}): "
                "check the network and OPENAI_BASE_URL."
            )
        case openai.APIStatusError() if error.status_code in (408, 409, 429):
            return RetryableModelError(f"The embedding API is limiting {model}: try again later.")
        case openai.APIStatusError() if error.status_code >= 500:
            return RetryableModelError(
                f"The embedding API failed with status {error.status_code}: try again later."
            )
        case openai.APIError():
            return ModelError(
                f"The embedding model {model} refused the texts: {printable(error.message)}"
            )
    return ConfigurationError(
        "The embedding API needs a key: set OPENAI_API_KEY (any word, where the server at "
        "OPENAI_BASE_URL asks for none)."
    )


def _not_embeddings(model: str, found: str) -> ModelError:
    return ModelError(
        f"The answer for {model} is not one of an embedding API ({found}): check OPENAI_BASE_URL."
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
