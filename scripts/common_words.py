"""Write ``rag/claims/common_words.txt``: words that English news writes in lower case.

    python scripts/common_words.py ARTICLES.jsonl.gz

``ARTICLES`` holds one JSON object a line with a ``text``. A capital at the start of a sentence
says nothing, so a reader of names has to know which words are no names; a word that stands in
lower case in at least half of its occurrences, and often enough, is one. The list is in order of
frequency, so that a line number tells how little a word says.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

MIN_COUNT = 40
MIN_LOWER_SHARE = 0.5
OUTPUT = Path(__file__).parent.parent / "rag" / "claims" / "common_words.txt"
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z][a-z]+(?![\w'’])")


def common_words(path: Path) -> list[str]:
    """Words of the articles in ``path`` that are no names, the most frequent first."""
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for word in _WORD.findall(json.loads(line)["text"]):
                (lower if word[0].islower() else capital)[word.lower()] += 1
    return [
        word
        for word, count in lower.most_common()
        if count >= MIN_COUNT and count / (count + capital[word]) >= MIN_LOWER_SHARE
    ]


if __name__ == "__main__":
    words = common_words(Path(sys.argv[1]))
    OUTPUT.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words written to {OUTPUT}")
