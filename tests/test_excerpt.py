"""A few exact words around what matters in a sentence."""

from __future__ import annotations

import pytest

from rag.summary.excerpt import excerpt_around

TEXT = "The flood left dozens of farmers and harbour workers homeless, the mayor of Dunsel said."


@pytest.mark.parametrize(
    ("words", "excerpt"),
    [
        (8, "flood left dozens of farmers"),
        (14, "flood left dozens of farmers and harbour workers homeless"),
    ],
)
def test_an_excerpt_ends_before_a_pair_that_it_would_cut(words: int, excerpt: str) -> None:
    start = TEXT.index("dozens")
    assert excerpt_around(TEXT, start, start + len("dozens"), words) == excerpt
