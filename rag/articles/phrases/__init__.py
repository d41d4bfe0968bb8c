"""Phrases that news sites print around their articles, one a line in files beside this one.

``*.txt`` with plain phrases are in lower case, without signs at their ends (``menu``,
``controls``, ``filler_latin``, what other languages than English write before a date,
``published_labels`` and ``updated_labels``, and the words that say little about an article,
``function_words`` and ``common_words``). ``date_names`` is made by ``scripts/make_date_names.py``.
The others hold one regular expression a line, matched from the
start of a line of the page without regard to case (``site_sentences``) or against all of it
(``link_headings``, ``comment_headings``, ``status_titles``), or as words of a sentence
(``site_address``: words that speak to a reader). In a table a key stands before the rest of the
row: ``site_matter`` (what a page that is no article is about, and the words for it, in the
languages of the web's larger part) and ``outlet_hosts`` (the name that a host is known by).
"""

from __future__ import annotations

from importlib import resources


def phrase_file(name: str) -> frozenset[str]:
    """The phrases of ``name``.txt."""
    return frozenset(_rows(name))


def pattern_file(name: str) -> str:
    """The regular expressions of ``name``.txt as one, any of which may match."""
    return "|".join(f"(?:{row})" for row in _rows(name))


def table_file(name: str) -> list[tuple[str, str]]:
    """The rows of ``name``.txt, each a key and what stands behind the first space."""
    pairs = (row.split(" ", 1) for row in _rows(name))
    return [(key, value) for key, value in pairs]


def _rows(name: str) -> list[str]:
    text = resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return [row for row in text.split("\n") if row]
