"""Rows of ``dateline check`` for tests of what is made of them."""

from __future__ import annotations

from typing import Any


def quote(text: str, outlet: str | None = "Harbour Lantern") -> dict[str, Any]:
    return {
        "n": 1,
        "article_id": "pier-1",
        "source": "pier.txt",
        "title": "Crane fall closes pier",
        "outlet": outlet,
        "published": "2026-03-04",
        "url": None,
        "quote": text,
        "start": 10,
        "end": 10 + len(text),
        "text_sha256": "0" * 64,
    }


def row(number: int, claim: str, support: str, probability: float, **more: Any) -> dict[str, Any]:
    """One checked claim; a supported one is certain unless ``more`` says otherwise."""
    return {
        "id": str(number),
        "claim": claim,
        "support": support,
        "score": probability,
        "probability": probability,
        "certain": support == "supported",
        "checked_by": "judge",
        "unsupported_spans": [],
        "why": None,
        "citations": [],
        "nearest": None,
        **more,
    }


FOURTEEN = "On Tuesday a crane fell and injured 14 workers, the company said."

# In the order of a draft: one of each kind, the problems last.
ROWS = (
    row(1, "A crane fell on Tuesday.", "supported", 0.97, citations=[quote(FOURTEEN)]),
    row(
        2,
        "The company admitted that a crane fell.",
        "supported",
        0.614,
        certain=False,
        why="the quotes do not say “admitted”",
        unsupported_spans=[[12, 20]],
        citations=[quote(FOURTEEN)],
    ),
    row(
        3,
        "Monks built the pier.",
        "unsupported",
        0.03,
        why="the quotes do not say “Monks built”",
        unsupported_spans=[[0, 11]],
        nearest=quote("The pier is closed."),
    ),
    row(
        4,
        "It injured 15 workers.",
        "contradicted",
        0.02,
        why="the quotes say 14 workers, not 15",
        unsupported_spans=[[11, 13]],
        citations=[quote(FOURTEEN)],
    ),
)

FAILED = {
    "id": "5", "claim": "", "support": "unsupported", "score": 0.0,
    "why": "line 5: not JSON", "citations": [], "error": "line 5: not JSON",
}  # fmt: skip
