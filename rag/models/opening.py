"""From a model's name in the settings to a chat model."""

from __future__ import annotations

from pathlib import Path

from rag.errors import ConfigurationError, printable
from rag.models.chat import ChatModel, ModelSpec
from rag.models.endpoint import Endpoint, endpoint_from_environment
from rag.models.local import find_bundled_gguf, open_local_server
from rag.models.options import DEFAULT_CONTEXT_TOKENS, ModelOptions
from rag.models.prices import FREE, known_model

NAMES = "`openai:NAME`, `local:PATH.gguf` or `local`"


def open_chat_model(name: str, *, options: ModelOptions | None = None) -> ChatModel:
    """The chat model of a name: ``openai:NAME``, ``local:PATH.gguf`` or ``local``.

    A local model is loaded now; an address is first called at the first question.

    Raises:
        ConfigurationError: an unknown kind of name, no key, no such file, a package that is not
            installed, or a cost limit for a model whose price is not known.
    """
    options = options or ModelOptions()
    kind, _, rest = name.strip().partition(":")
    if name.strip() == "local":
        spec = _local_spec(find_bundled_gguf(), options)
    elif kind == "local" and rest:
        spec = _local_spec(Path(rest), options)
    elif kind == "openai" and rest.strip():
        spec = _openai_spec(rest.strip(), endpoint_from_environment(), options)
    else:
        raise ConfigurationError(f"{printable(name)!r} names no chat model: it is {NAMES}")
    limits_cost = options.budget is not None and options.budget.max_cost_usd is not None
    if limits_cost and spec.price is None:
        raise ConfigurationError(
            f"the price of {spec.name} is not known, so --max-cost cannot be kept: "
            "use --max-tokens, or give its price"
        )
    return ChatModel(spec, options)


def _local_spec(path: Path, options: ModelOptions) -> ModelSpec:
    wanted_tokens = options.context_tokens or DEFAULT_CONTEXT_TOKENS
    server = open_local_server(path, wanted_tokens, options.threads)
    endpoint = Endpoint(server.base_url, server.key, label=f"the local model {server.path.name}")
    context_tokens = min(server.context_tokens, wanted_tokens)
    name = f"local:{server.path.name}"
    return ModelSpec(
        name=name,
        model_name=server.path.name,
        endpoint=endpoint,
        context_tokens=context_tokens,
        input_tokens_limit=_input_limit(name, context_tokens, options.max_output_tokens),
        max_output_tokens=options.max_output_tokens,
        reasoning=False,
        price=FREE,
        identity=server.fingerprint,
        local=True,
        count=server.count_tokens,
    )


def _openai_spec(model_name: str, endpoint: Endpoint, options: ModelOptions) -> ModelSpec:
    # A gateway puts the maker before the name: openai/gpt-6-luna.
    known = known_model(model_name.rpartition("/")[2])
    reasoning = known.reasoning if known is not None else False
    output_tokens = options.max_output_tokens + (options.reasoning_tokens if reasoning else 0)
    context_tokens = options.context_tokens or DEFAULT_CONTEXT_TOKENS
    reserved_tokens = output_tokens
    price = options.price
    if known is not None:
        context_tokens = options.context_tokens or known.context_tokens
        if reasoning and options.context_tokens is None:
            # Their window is input and most output side by side: 272,000 + 128,000 = 400,000.
            reserved_tokens = known.max_output_tokens
        if price is None and endpoint.is_openai:
            price = known.price
    name = f"openai:{model_name}"
    return ModelSpec(
        name=name,
        model_name=model_name,
        endpoint=endpoint,
        context_tokens=context_tokens,
        input_tokens_limit=_input_limit(name, context_tokens, reserved_tokens),
        max_output_tokens=output_tokens,
        reasoning=reasoning,
        price=price,
        identity=endpoint.label,
    )


def _input_limit(name: str, context_tokens: int, reserved_tokens: int) -> int:
    limit_tokens = context_tokens - reserved_tokens
    if limit_tokens <= 0:
        raise ConfigurationError(
            f"the window of {name} ({context_tokens} tokens) leaves no room for a prompt beside "
            f"an answer of {reserved_tokens} tokens"
        )
    return limit_tokens
