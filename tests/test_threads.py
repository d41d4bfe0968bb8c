"""Threads that answer at once, as in a batch with a model, do not get into each other's way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.claims.words import stem

WORDS = ["explosions", "national", "happiness", "conditional", "rationalisation", "flooded"]


@pytest.fixture
def often_switched() -> Iterator[None]:
    """Threads take turns as often as can be, so that a race is seen at once."""
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval_s)


def test_a_word_has_one_stem_in_whatever_thread(often_switched: None) -> None:
    words = [f"{word}{'q' * n}ing" for n in range(300) for word in WORDS]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(stem, words))
    stem.cache_clear()
    assert at_once == [stem(word) for word in words]
