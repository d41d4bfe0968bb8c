"""Scripts that put no spaces between words: where their words are, roughly.

A dictionary for each language would tell better; for counting how long a text is, and for finding
it again, pieces of a fixed length do.
"""

from __future__ import annotations

import re
from itertools import pairwise

_IDEOGRAPHS = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Thai, Lao, Myanmar, Khmer: letters and the signs that combine with them.
_SYLLABIC = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
_IDEOGRAPH_RUN = re.compile(f"[{_IDEOGRAPHS}]+")
RUN = re.compile(f"[{_IDEOGRAPHS}]+|[{_SYLLABIC}]+")
# Characters of a word on average.
_IDEOGRAPHS_A_WORD = 2
_SYLLABIC_A_WORD = 4
# A sign that combines stays with its letter.
_CLUSTER = re.compile(
    r".[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
    r"\u17b4-\u17d3\u3099\u309a]*",
    re.DOTALL,
)


def words_of(run: str) -> list[str]:
    """``run`` in as many pieces as it has words on average."""
    width = _IDEOGRAPHS_A_WORD if _IDEOGRAPH_RUN.match(run) else _SYLLABIC_A_WORD
    return [run[at : at + width] for at in range(0, len(run), width)]


def bigrams(run: str) -> list[str]:
    """Every two characters of ``run`` that stand together; one character by itself."""
    clusters = _CLUSTER.findall(run)
    return [a + b for a, b in pairwise(clusters)] or clusters
