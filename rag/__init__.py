"""Dateline: answers about a stack of news articles, every sentence an exact quote."""

__version__ = "0.1.0"
