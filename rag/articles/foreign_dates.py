"""Dates with the months of other languages than English ("31 janvier 2026", "2026年1月31日")."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources

_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
_NAME = r"(?P<name>[^\s\d.,:;/()|–—]+)"
_SHORT = r"(?:[^\W\d]{1,4}\.?\s+)?"  # de, del, of, gada, m.
# Signs after a day: 31., 1er, 1º, 4-ra.
_ORDINAL = r"(?:\.|-?[^\W\d]{1,2}(?=[\s'’])|[ºª°])?"

# The order of the parts and what stands between them, as the long dates of CLDR have it.
_WRITTEN = (
    re.compile(rf"{_DAY}{_ORDINAL}[\s-]+(?:d['’]|{_SHORT}){_NAME}\.?[,،]?[\s-]+{_SHORT}{_YEAR}"),
    re.compile(rf"{_YEAR}[.,]?\s*{_SHORT}{_NAME}\.?\s+{_DAY}"),
    re.compile(rf"{_YEAR}[.,]?\s*{_SHORT}{_DAY}\.?\s+{_NAME}"),
    re.compile(rf"(?<![^\W\d]){_NAME}\s+{_DAY}\.?,?\s+{_SHORT}{_YEAR}"),
)
# Months that are counted: Chinese, Japanese and Korean, Vietnamese.
_COUNTED = (
    re.compile(
        r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[年년]\s*(?P<number>\d{1,2})\s*[月월]\s*"
        r"(?P<day>\d{1,2})\s*[日일号]"
    ),
    re.compile(
        rf"{_DAY}\s+tháng\s+(?P<number>\d{{1,2}})(?:,|\s+năm)?\s+{_YEAR}",
        re.IGNORECASE,
    ),
)


def find_foreign_dates(
    text: str, language: str | None = None
) -> Iterator[tuple[int, int, int, int, int]]:
    """Dates in ``text``: year, month, day, start and end of each.

    Args:
        language: of the text, where it is known: "listopad" is October in Croatian and November
            in Polish, and without a language it is no month.
    """
    if text.isascii() and not re.search(r"(?:19|20)\d\d", text):
        return
    text = _with_ascii_digits(text)
    for pattern in _COUNTED:
        for match in pattern.finditer(text):
            yield int(match["year"]), int(match["number"]), int(match["day"]), *match.span()
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            month = _month(match["name"], language)
            if month is not None:
                yield int(match["year"]), month, int(match["day"]), *match.span()


def is_weekday(word: str) -> bool:
    """Whether a word names a day of the week in some language."""
    return word.lower().strip(".") in _names("days")


def _month(name: str, language: str | None) -> int | None:
    by_number = _names("months").get(name.lower().strip("."), {})
    if len(by_number) > 1:
        code = language and language[:2]  # the months of "pt-BR" are those of "pt"
        by_number = {n: spoken for n, spoken in by_number.items() if code in spoken}
    return next(iter(by_number)) if len(by_number) == 1 else None


@cache
def _names(kind: str) -> dict[str, dict[int, set[str]]]:
    """Names → numbers that they stand for → languages in which they do."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    table = resources.files("rag.articles.phrases").joinpath("date_names.txt")
    for row in table.read_text(encoding="utf-8").splitlines():
        if row.startswith(f"{kind} "):
            _, number, language, *names = row.split()
            for name in names:
                found[name.replace("_", " ")][int(number)].add(language)
    return dict(found)


def _with_ascii_digits(text: str) -> str:
    """Digits of any script as 0 to 9; every character keeps its place."""
    if text.isascii():
        return text
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)
