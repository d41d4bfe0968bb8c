"""Texts that are only the beginning of an article, and the marks that say so."""

from __future__ import annotations

import re

# "… [+2841 chars]" of NewsAPI, "[…]" of feeds: a note in brackets that characters are left out.
_LEFT_OUT = re.compile(
    r"\s*(?:[\[(]\s*\+?\s*[\d.,]+\s*(?:chars?|characters|words)\s*[\])]|[\[(]\s*(?:…|\.{3})\s*[\])])\s*$",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"(?:…|\.{3})[\s\"'”’»]*$")
# A cell of Excel holds no more characters; what is longer ends there.
MAX_CELL_CHARACTERS = 32_767


def without_cut_mark(text: str) -> tuple[str, bool]:
    """``text`` without a note at its end that more was left out, and whether it is cut.

    For texts that a program handed out (rows, entries of feeds): there three dots at the end are
    the mark of an excerpt.
    """
    rest = _LEFT_OUT.sub("", text.rstrip())
    return rest, rest != text.rstrip() or _ENDS_OPEN.search(rest[-8:]) is not None
