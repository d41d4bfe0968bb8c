"""How a chat model is asked, and what is shared by all of its calls."""

from __future__ import annotations

from dataclasses import dataclass

from rag.models.budget import Budget
from rag.models.cache import ResponseCache
from rag.models.prices import Price
from rag.models.rate_limit import RateLimiter

DEFAULT_CONTEXT_TOKENS = 8192
REMOTE_TOTAL_TIMEOUT_S = 120.0
# A local model on two cores reads some 100 tokens a second.
LOCAL_TOTAL_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """Parameters and limits of a chat model.

    Attributes:
        temperature: 0 for the most likely words. Not sent to models that reason, which refuse it.
        seed: makes sampling repeatable where the server can; ``repeat`` of a call is added to it.
            None sends none.
        max_output_tokens: most tokens of an answer.
        reasoning_tokens: room on top of it for models that think before they write.
        context_tokens: the model's window; None takes it from ``prices.json``, from a local
            model's file, else 8,192.
        connect_timeout_s, read_timeout_s: most seconds to connect, and between two parts of a
            streamed answer; a local model may take ``total_timeout_s`` for either.
        total_timeout_s: most seconds for a call with all of its retries; None is 120, or 600 for a
            local model.
        max_retries: further attempts after a rate limit, a server error, a lost connection or a
            time-out.
        price: used instead of ``prices.json``; for models that are not listed there.
        threads: CPU threads of a local model; None takes the CPUs this process may use, at most 8.
        cache: responses on disk; None asks the model each time (``--no-cache``).
        budget, rate_limiter: shared by all models and threads that are given the same ones.
    """

    temperature: float = 0.0
    seed: int | None = 0
    max_output_tokens: int = 512
    reasoning_tokens: int = 4096
    context_tokens: int | None = None
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    total_timeout_s: float | None = None
    max_retries: int = 3
    price: Price | None = None
    threads: int | None = None
    cache: ResponseCache | None = None
    budget: Budget | None = None
    rate_limiter: RateLimiter | None = None
