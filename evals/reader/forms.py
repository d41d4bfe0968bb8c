"""Names and phrases: where one stands in a text, however its letters and marks are written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = re.compile(r"[’‘ʼ`´′]")
_QUOTES = re.compile(r"[“”„«»″]")
_DASHES = re.compile(r"[‐‑–—−]")
_HYPHEN_IN_WORD = re.compile(r"(?<=[^\W\d])-(?=[^\W\d])")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """``text`` with case, accents, the shape of quotes and dashes, and white space folded."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    plain = _DASHES.sub("-", _QUOTES.sub('"', _APOSTROPHES.sub("'", plain)))
    return _SPACES.sub(" ", _HYPHEN_IN_WORD.sub(" ", plain)).strip()


def places_of(form: str, folded_text: str) -> list[tuple[int, int]]:
    """Where ``form`` stands in a folded text as whole words; a number is not found in a longer one,
    nor in a share ("18" in "18%")."""
    return [match.span() for match in _form_pattern(form).finditer(folded_text)]


@lru_cache(maxsize=4096)
def _form_pattern(form: str) -> re.Pattern[str]:
    plain = folded(form)
    before = r"(?<![\w])(?<!\d[.,:])" if plain[:1].isdigit() else r"(?<!\w)"
    after = r"(?!\w)(?![.,:]\d)(?!\s?%)" if plain[-1:].isdigit() else r"(?!\w)"
    return re.compile(before + re.escape(plain) + after)
