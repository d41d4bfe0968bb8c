"""Every way in which a model call fails, in Dateline's errors.

Foreign exceptions (openai, its HTTP client, LangChain) end here. The message says what happened at
which address and what to do; a server's own words are shown where they help, without keys.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.errors import (
    ConfigurationError,
    ContextTooLongError,
    DatelineError,
    ModelError,
    RetryableModelError,
)
from rag.models.backoff import retry_after_s
from rag.models.endpoint import Endpoint

# How OpenAI, Azure, llama.cpp, vLLM, LM Studio and gateways say that a prompt is too long.
_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|maximum context|exceed_context|too many (?:input )?tokens"
    r"|prompt is too long|request too large|reduce the length|input tokens exceed",
    re.IGNORECASE,
)
_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit", re.IGNORECASE)
_FILTER = re.compile(r"content_filter|content_policy|content management policy", re.IGNORECASE)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecognized|unknown (?:parameter|argument|field)"
    r"|extra (?:inputs|fields)|not permitted|not allowed",
    re.IGNORECASE,
)
# How chat templates without a system role say so: Gemma's and Mistral's, as vLLM, SGLang, llama.cpp
# and gateways pass it on.
_NO_SYSTEM = re.compile(
    r"system['\"`]?\s(?:role|message|prompt|instruction)s?\b.{0,40}\b(?:not|un)\s?(?:be\s)?"
    r"(?:support|allow|permit|enabled)"
    r"|(?:un|not\s)support\w*\s.{0,30}\bsystem\s(?:role|message|prompt)"
    r"|roles\smust\salternate|only\suser\s(?:and|,)\s?(?:assistant|model)",
    re.IGNORECASE,
)
# The name by which an attempt lists that it sends a message of the system.
SYSTEM_ROLE = "system"
_TOKEN_COUNTS = (
    re.compile(r"(?:limit|length is|size \(|limit of|context window of)\D{0,20}?(\d[\d,]*)", re.I),
    re.compile(r"(?:requested|resulted in|request \(|you requested|used)\D{0,20}?(\d[\d,]*)", re.I),
)
# What the client libraries raise when they read a reply of the wrong shape.
_SHAPE_ERRORS = (ValueError, LookupError, TypeError, AttributeError)
# Without figures from the server, half of the prompt is tried.
UNKNOWN_SHRINK = 0.5
SAFE_SHRINK = 0.9


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt.

    Attributes:
        error: what to raise if it is not tried again; retryable errors may be.
        retry_after_s: how long the server asks to wait.
        may_be_billed: the server may have done the work.
        wordless: a stream may have ended so because its words (a refusal, an error with the status
            of success) are only in a whole reply; the next attempt asks for one.
        rejected_parameter: an optional parameter that this server does not know; the attempt may
            be made without it.
    """

    error: DatelineError
    retry_after_s: float | None = None
    may_be_billed: bool = False
    rejected_parameter: str | None = None
    wordless: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried: to whom, with what, for how long."""

    endpoint: Endpoint
    model_name: str
    input_tokens: int
    total_timeout_s: float
    parameters: frozenset[str]


class CutStreamError(Exception):
    """A stream ended before the model had finished."""


class UnusableReplyError(Exception):
    """A reply came that is not one of the documented shape."""


def explain(error: Exception, attempt: Attempt, *, deadline_passed: bool) -> Failure:
    """The failure that a foreign exception stands for."""
    import openai

    where = attempt.endpoint.label
    if deadline_passed:
        return Failure(too_slow(attempt), may_be_billed=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, attempt)
    if isinstance(error, openai.APITimeoutError):
        message = f"{where} did not answer in time; try again, or allow it more time"
        return Failure(RetryableModelError(message), may_be_billed=True)
    if isinstance(error, openai.LengthFinishReasonError):
        return Failure(_no_room(attempt), may_be_billed=True)
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return Failure(filtered(attempt), may_be_billed=True)
    if isinstance(error, openai.APIConnectionError):
        return _of_connection(error, attempt)
    if isinstance(error, CutStreamError) or _is_http_error(error):
        message = f"the answer from {where} was cut off before its end; try again"
        return Failure(RetryableModelError(message), may_be_billed=True, wordless=True)
    if isinstance(error, openai.APIError) and not isinstance(
        error, openai.APIResponseValidationError
    ):
        return _of_body(error, attempt)
    if isinstance(error, ValueError) and error.args and isinstance(error.args[0], Mapping):
        return _of_reply(error.args[0], attempt)
    if isinstance(error, (openai.OpenAIError, UnusableReplyError, *_SHAPE_ERRORS)):
        return Failure(_unusable(error, attempt), may_be_billed=True, wordless=True)
    raise error


def too_slow(attempt: Attempt) -> RetryableModelError:
    return RetryableModelError(
        f"{attempt.endpoint.label} gave no whole answer within {attempt.total_timeout_s:g} s; "
        "try again, or allow it more time"
    )


def filtered(attempt: Attempt) -> ModelError:
    return ModelError(
        f"the content filter of {attempt.endpoint.label} stopped the answer; ask in other words, "
        "or use another model"
    )


def refused(attempt: Attempt, words: str) -> ModelError:
    """The error for a reply in which the model refuses, in its own ``words``."""
    said = attempt.endpoint.redact(words)
    return ModelError(f"{attempt.model_name} refuses to answer: {said}")


def empty(attempt: Attempt, *, truncated: bool) -> ModelError:
    """The error for a reply without text."""
    if truncated:
        return _no_room(attempt)
    return RetryableModelError(f"{attempt.model_name} answered with no text; try again")


def _no_room(attempt: Attempt) -> ModelError:
    return ModelError(
        f"{attempt.model_name} used up its output tokens before it had finished; allow it more"
    )


def _of_status(error: Any, attempt: Attempt) -> Failure:
    status = error.status_code
    where = attempt.endpoint.label
    words = f"{_code(error)} {error.message}"
    said = attempt.endpoint.redact(str(error.message))
    wait_s = retry_after_s(error.response.headers)
    if status in {400, 413, 422, 429, 500} and _TOO_LONG.search(words):
        return Failure(_too_long(words, attempt))
    if status in {400, 422, 500} and SYSTEM_ROLE in attempt.parameters and _NO_SYSTEM.search(words):
        refused_role = ModelError(f"{where} refused the request: {said}")
        return Failure(refused_role, rejected_parameter=SYSTEM_ROLE)
    if status in {400, 422} and _UNSUPPORTED.search(words):
        name = _rejected(error, words, attempt)
        return Failure(ModelError(f"{where} refused the request: {said}"), rejected_parameter=name)
    if status in {400, 403} and _FILTER.search(words):
        return Failure(filtered(attempt))
    if status == 401:
        message = f"{where} refused the key (401): check OPENAI_API_KEY"
        return Failure(ConfigurationError(message))
    if status == 403:
        message = (
            f"{where} does not let this key use {attempt.model_name} (403): check the key's rights"
        )
        return Failure(ConfigurationError(message))
    if status == 404:
        return Failure(_not_found(words, attempt))
    if (status == 429 and _QUOTA.search(words)) or status == 402:
        message = f"the quota at {where} is used up: look at the account's billing, or wait for it"
        return Failure(ModelError(message))
    if status == 429:
        message = f"{where} is over its rate limit (429); try again later, or with fewer jobs"
        return Failure(RetryableModelError(message), retry_after_s=wait_s)
    if status in {408, 409} or status >= 500:
        message = f"{where} failed ({status}); try again later"
        return Failure(RetryableModelError(message), retry_after_s=wait_s)
    return Failure(ModelError(f"{where} refused the request ({status}): {said}"))


def _of_connection(error: Exception, attempt: Attempt) -> Failure:
    where = attempt.endpoint.label
    causes = list(_causes(error))
    kinds = {type(cause).__name__ for cause in causes}
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        message = f"the certificate of {where} is not valid; check the address and the clock"
        return Failure(ConfigurationError(message))
    if kinds & {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}:
        return Failure(ConfigurationError(f"{where} is no address: check OPENAI_BASE_URL"))
    if kinds & {"ConnectError", "ConnectTimeout", "ProxyError"}:
        message = (
            f"cannot reach {where}: check the network and OPENAI_BASE_URL, and that the server runs"
        )
        return Failure(RetryableModelError(message))
    message = f"the connection to {where} was lost before the answer was whole; try again"
    return Failure(RetryableModelError(message), may_be_billed=True)


def _of_body(error: Any, attempt: Attempt) -> Failure:
    """An error that a server sent in the middle of a stream."""
    words = f"{_code(error)} {error.message}"
    if _TOO_LONG.search(words):
        return Failure(_too_long(words, attempt))
    if _FILTER.search(words):
        return Failure(filtered(attempt), may_be_billed=True)
    said = attempt.endpoint.redact(str(error.message))
    message = f"{attempt.endpoint.label} broke off its answer: {said}"
    return Failure(RetryableModelError(message), may_be_billed=True)


def _of_reply(body: Mapping[str, Any], attempt: Attempt) -> Failure:
    """An error that a gateway sent with the status of success, as OpenRouter does."""
    said = str(body.get("message") or body)
    words = f"{body.get('code', '')} {body.get('type', '')} {said}"
    if SYSTEM_ROLE in attempt.parameters and _NO_SYSTEM.search(words):
        return Failure(ModelError(said), rejected_parameter=SYSTEM_ROLE)
    if _TOO_LONG.search(words):
        return Failure(_too_long(words, attempt))
    if _FILTER.search(words):
        return Failure(filtered(attempt), may_be_billed=True)
    message = f"{attempt.endpoint.label} answered with an error: {attempt.endpoint.redact(said)}"
    code = str(body.get("code") or "")
    if code.isdigit() and 400 <= int(code) < 500 and int(code) not in {408, 409, 429}:
        return Failure(ModelError(message))
    return Failure(RetryableModelError(f"{message}; try again later"), may_be_billed=True)


def _not_found(words: str, attempt: Attempt) -> ConfigurationError:
    where = attempt.endpoint.label
    if "model" in words.lower() or attempt.model_name in words or "deployment" in words.lower():
        return ConfigurationError(
            f"{where} has no model {attempt.model_name!r}: check the name in DATELINE_MODEL"
        )
    return ConfigurationError(
        f"there is no chat service at {where} (404): check OPENAI_BASE_URL, which often ends in /v1"
    )


def _too_long(words: str, attempt: Attempt) -> ContextTooLongError:
    limit_tokens, sent_tokens = (_number(pattern.search(words)) for pattern in _TOKEN_COUNTS)
    shrink = UNKNOWN_SHRINK
    if limit_tokens and sent_tokens and limit_tokens < sent_tokens:
        shrink = SAFE_SHRINK * limit_tokens / sent_tokens
    return ContextTooLongError(
        f"the prompt is too long for {attempt.model_name} at {attempt.endpoint.label}: answer from "
        "fewer passages, or set the model's window",
        retry_tokens=int(attempt.input_tokens * shrink),
    )


def _unusable(error: Exception, attempt: Attempt) -> DatelineError:
    where = attempt.endpoint.label
    if re.search("<html|<!doctype", str(error), re.IGNORECASE):
        return ConfigurationError(
            f"{where} answers with a web page: check OPENAI_BASE_URL, which often ends in /v1"
        )
    return RetryableModelError(
        f"the answer from {where} is not one that an OpenAI-compatible server gives; try again, or "
        "check OPENAI_BASE_URL"
    )


def _rejected(error: Any, words: str, attempt: Attempt) -> str | None:
    named = [error.param] if error.param in attempt.parameters else []
    named += [name for name in sorted(attempt.parameters) if re.search(rf"\b{name}\b", words)]
    return named[0] if named else None


def _code(error: Any) -> str:
    body = error.body if isinstance(error.body, Mapping) else {}
    return f"{error.code or ''} {error.type or ''} {body.get('type', '')}"


def _number(match: re.Match[str] | None) -> int | None:
    return int(match[1].replace(",", "")) if match else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_http_error(error: Exception) -> bool:
    # openai 2 is built on httpx, openai 3 on httpx2.
    return any(base.__module__.startswith("httpx") for base in type(error).__mro__)
