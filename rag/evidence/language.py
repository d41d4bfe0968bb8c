"""Whether a text is in English, the one language that the models here read."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.claims.words import STOP_WORDS

# In English news every second or third word is one of the words that carry no content; in other
# languages few are spelled like one of them (German "in", "an", "was"; Spanish "no", "a").
_MIN_SHARE = 0.25
_LATIN = re.compile(r"[a-z]+")
_LETTER = re.compile(r"[^\W\d_]+")
# With fewer words than this the share says nothing: a heading, a name.
_MIN_WORDS = 12
_READ_CHARACTERS = 2_000


@lru_cache(maxsize=1024)
def is_english(text: str) -> bool:
    """Whether the models can read ``text``, by the words it is made of.

    One of too few words counts as English unless it is in another script.
    """
    head = text[:_READ_CHARACTERS].lower()
    words = _LETTER.findall(head)
    latin = [word for word in words if _LATIN.fullmatch(word)]
    if len(latin) * 2 < len(words):
        return False
    if len(words) < _MIN_WORDS:
        return True
    return sum(word in STOP_WORDS for word in words) >= _MIN_SHARE * len(words)
