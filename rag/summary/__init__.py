"""Briefs: a page on an event, every line of which rests on exact quotes."""

from rag.summary.brief import Brief
from rag.summary.summarize import summarize

__all__ = ["Brief", "summarize"]
