"""Named endpoints: the contract's JSON for ``gradio_client`` and, as tools, for MCP clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import gradio as gr

from rag.cli.printing import search_row
from rag.dateline import Dateline
from rag.errors import DatelineError
from rag.filters import Filters, parse_filters

MAX_PASSAGES = 100
Made = TypeVar("Made")


class Endpoints:
    """The functions of the endpoints; their docstrings are what clients are told of them."""

    def __init__(self, dateline: Dateline) -> None:
        self._dateline = dateline

    def ask(
        self,
        question: str,
        engine: Literal["auto", "extractive", "llm"] = "auto",
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the collected news articles; every sentence rests on exact quotes,
        and the answer says so when the articles do not tell. "short" is the answer in a few words,
        several when reports differ; "parts" has that for each half of a question that asks two
        things; "refusal" says why there is none. A statement whose support is
        "uncertain" stands in the answer unmarked: check it against its quotes, or tell the reader
        that it is to be checked; one that is "unsupported" was taken out.

        Args:
            question: the question, in words.
            engine: "extractive" for exact quotes alone, "llm" for the chat model, else "auto".
            since: only articles published since that day, such as 2026-01-31.
            until: only articles published until that day.
            outlets: only articles of these outlets.
        """
        filters = made(lambda: filters_of(since, until, outlets))
        return made(lambda: self._dateline.ask(question, engine=engine, filters=filters).to_json())

    def search(
        self,
        query: str,
        k: int = 10,
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
    ) -> dict[str, Any]:
        """Find the passages of the collected news articles that fit a query, best first.

        Args:
            query: words to look for.
            k: how many passages, 1 to 100.
            since: only articles published since that day, such as 2026-01-31.
            until: only articles published until that day.
            outlets: only articles of these outlets.
        """
        if not 1 <= k <= MAX_PASSAGES:
            raise gr.Error(f"k is {k}, not between 1 and {MAX_PASSAGES}")
        filters = made(lambda: filters_of(since, until, outlets))
        return made(lambda: search_row(query, self._dateline.search(query, k=k, filters=filters)))

    def summarize(
        self,
        about: str = "",
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
    ) -> dict[str, Any]:
        """Write a brief of the collected news articles: what happened, when, the figures, who said
        what, where the reports differ, what is not known.

        Args:
            about: a topic; empty for all events.
            since: only articles published since that day, such as 2026-01-31.
            until: only articles published until that day.
            outlets: only articles of these outlets.
        """
        filters = made(lambda: filters_of(since, until, outlets))
        return made(
            lambda: self._dateline.summarize(about.strip() or None, filters=filters).to_json()
        )

    def check(self, draft: str) -> list[dict[str, Any]]:
        """Check each sentence of a draft against the collected news articles: supported,
        contradicted or unsupported (not found), with the quotes.

        Args:
            draft: the text to check.
        """
        return made(lambda: list(self._dateline.check_text(draft)))


def add_endpoints(dateline: Dateline) -> None:
    """Put ``ask``, ``search``, ``summarize`` and ``check`` on the page that is being built."""
    endpoints = Endpoints(dateline)
    for endpoint in (endpoints.ask, endpoints.search, endpoints.summarize, endpoints.check):
        gr.api(endpoint, api_name=endpoint.__name__, concurrency_limit=4)


def filters_of(since: str, until: str, outlets: list[str] | None) -> Filters:
    return parse_filters(since.strip() or None, until.strip() or None, outlets or ())


def made(make: Callable[[], Made]) -> Made:
    """What ``make`` gives; its error as one that reaches the client in one line."""
    try:
        return make()
    except DatelineError as error:
        raise gr.Error(str(error), print_exception=False) from error
