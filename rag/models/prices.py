"""What a call costs, from ``prices.json``: USD per million tokens, with date and source."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PRICES_FILE = Path(__file__).with_name("prices.json")
TOKENS_PER_PRICE = 1_000_000
# OpenAI names a fixed version of a model by its date: gpt-6.1-sol-2026-09-29.
_SNAPSHOT = re.compile(r"-20\d\d-\d\d-\d\d$")


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens. A request over ``long_context_above_tokens`` input tokens pays
    ``long_input_factor`` and ``long_output_factor`` times as much, for all of its tokens."""

    input_usd: float
    output_usd: float
    cached_input_usd: float | None = None
    cache_write_usd: float | None = None
    long_context_above_tokens: int | None = None
    long_input_factor: float = 1.0
    long_output_factor: float = 1.0

    def cost_usd(
        self,
        input_tokens: int,
        output_tokens: int,
        *,
        cached_input_tokens: int = 0,
        cache_write_tokens: int = 0,
    ) -> float:
        """Cost of one call. Cached and cache-writing tokens are part of ``input_tokens``."""
        cached_usd = self.input_usd if self.cached_input_usd is None else self.cached_input_usd
        write_usd = self.input_usd if self.cache_write_usd is None else self.cache_write_usd
        plain_tokens = max(0, input_tokens - cached_input_tokens - cache_write_tokens)
        input_usd = (
            plain_tokens * self.input_usd
            + cached_input_tokens * cached_usd
            + cache_write_tokens * write_usd
        )
        output_usd = output_tokens * self.output_usd
        above = self.long_context_above_tokens
        if above is not None and input_tokens > above:
            input_usd *= self.long_input_factor
            output_usd *= self.long_output_factor
        return (input_usd + output_usd) / TOKENS_PER_PRICE

    def highest_cost_usd(self, input_tokens: int, output_tokens: int) -> float:
        """The most that a call of at most so many tokens can cost: nothing comes from a cache."""
        written = input_tokens if (self.cache_write_usd or 0) > self.input_usd else 0
        return self.cost_usd(input_tokens, output_tokens, cache_write_tokens=written)


FREE = Price(input_usd=0.0, output_usd=0.0)


@dataclass(frozen=True, slots=True)
class KnownModel:
    """What ``prices.json`` says of a model; ``reasoning`` models think before they write: they
    take no temperature, and what they think counts as output."""

    price: Price
    context_tokens: int
    max_output_tokens: int
    reasoning: bool


def known_model(name: str) -> KnownModel | None:
    """The entry of an OpenAI model, a dated snapshot found under its plain name, or None."""
    models = _known_models()
    return models.get(name) or models.get(_SNAPSHOT.sub("", name))


@cache
def _known_models() -> dict[str, KnownModel]:
    data = json.loads(PRICES_FILE.read_text("utf-8"))
    return {name: _known(entry, data["long_context"]) for name, entry in data["models"].items()}


def _known(entry: dict[str, Any], long_context: dict[str, Any]) -> KnownModel:
    surcharge: dict[str, Any] = {}
    if entry.get("long_context"):
        surcharge = {
            "long_context_above_tokens": long_context["above_input_tokens"],
            "long_input_factor": long_context["input_factor"],
            "long_output_factor": long_context["output_factor"],
        }
    price = Price(
        input_usd=entry["input"],
        output_usd=entry["output"],
        cached_input_usd=entry.get("cached_input"),
        cache_write_usd=entry.get("cache_write"),
        **surcharge,
    )
    return KnownModel(
        price=price,
        context_tokens=entry["context_tokens"],
        max_output_tokens=entry["max_output_tokens"],
        reasoning=entry.get("reasoning", False),
    )
