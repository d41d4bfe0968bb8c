"""Numerals → values: "31", "1,200", "thirty-one", "2.1 billion", "half a million", "dozens"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rag.claims.notation import ENGLISH, Notation, values_of
from rag.claims.units import CURRENCY_SIGNS, IRREGULAR_PLURALS, LABELS
from rag.claims.words import STOP_WORDS, Token, fold
from rag.languages import scale_words


def _numbered(*lines: str, start: int) -> dict[str, int]:
    words = [word for line in lines for word in line.split()]
    return {word: value for value, word in enumerate(words, start)}


_ONES = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "sixteen seventeen eighteen nineteen",
    start=0,
)
_TENS = {
    word: tens * 10
    for word, tens in _numbered(
        "twenty thirty forty fifty sixty seventy eighty ninety", start=2
    ).items()
}
_SCALES = {
    "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7, "dozen": 12,
    "bn": 1e9, "mn": 1e6, "tn": 1e12, "tr": 1e12, "trn": 1e12, "mln": 1e6, "bln": 1e9,
}  # fmt: skip
_GLUED_SCALES = {"m": 1e6, "k": 1e3, "b": 1e9, "t": 1e12}
_MONEY_SCALES = {"m": 1e6, "mm": 1e6}  # millions after a currency sign, else metres, millimetres
_FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5,
    "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
}  # fmt: skip
_ORDINALS = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth",
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    start=1,
)
_VAGUE = {
    "dozens": (24.0, 99.0), "scores": (40.0, 199.0), "tens": (20.0, 99.0),
    "hundreds": (200.0, 999.0), "thousands": (2e3, 99_999.0), "millions": (2e6, 999e6),
    "billions": (2e9, 999e9),
}  # fmt: skip
_A_FEW = (2.0, 12.0)
_FIRST_GROUP = re.compile(r"[1-9]\d{0,2}")
_GROUP = re.compile(r"\d{3}(?:[.,]\d+)?")


class Numeral(NamedTuple):
    """Value of ``tokens[first:last]``; ``low`` and ``high`` differ for "dozens", and where the
    notation leaves a doubt, which ``doubtful`` says, are what it may be."""

    first: int
    last: int
    low: float
    high: float
    form: str  # "cardinal", "ordinal", "fraction", "vague"
    doubtful: bool = False


def read_numeral(tokens: Sequence[Token], at: int, notation: Notation = ENGLISH) -> Numeral | None:
    """The longest numeral that begins at ``tokens[at]``."""
    token = tokens[at]
    if token.kind == "number":
        return _digits(tokens, at, notation)
    if token.kind != "word":
        return None
    return _vague(tokens, at) or _fraction(tokens, at) or _ordinal(tokens, at) or _words(tokens, at)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) and tokens[at].kind == "word" else ""


def _digits(tokens: Sequence[Token], at: int, notation: Notation) -> Numeral | None:
    last = _last_group(tokens, at) if notation.spaces else at + 1
    values = sorted(values_of("".join(t.text for t in tokens[at:last]), notation))
    if not values:
        return None
    doubtful = len(values) > 1
    if _has_bare_point(tokens, at) and tokens[at].text.isdigit():
        values = [float(f".{tokens[at].text}")]
    following = _word(tokens, last)
    glued = last < len(tokens) and tokens[last].start == tokens[last - 1].end
    if glued and following in {"st", "nd", "rd", "th"}:
        return Numeral(at, last + 1, *_twice(values[0]), "ordinal")
    if (scale := _letter_scale(tokens, at, last, glued=glued)) is not None:
        low, high = values[0] * scale, values[-1] * scale
        return Numeral(at, last + 1, low, high, "cardinal", doubtful)
    last = _hyphen(tokens, last)
    factor = 1.0
    while (scale := _scale(_word(tokens, last), notation)) is not None:
        factor, last = factor * scale, last + 1
    if last and not _word(tokens, last - 1) and tokens[last - 1].kind == "punct":
        last -= 1
    return Numeral(at, last, values[0] * factor, values[-1] * factor, "cardinal", doubtful)


def _last_group(tokens: Sequence[Token], at: int) -> int:
    """Behind the last group of digits of "12 500" that begins at ``tokens[at]``."""
    last = at + 1
    if not _FIRST_GROUP.fullmatch(tokens[at].text) or (at and tokens[at - 1].lower in LABELS):
        return last
    while (
        last < len(tokens)
        and tokens[last].start - tokens[last - 1].end == 1
        and tokens[last - 1].text.isdigit()
        and _GROUP.fullmatch(tokens[last].text)
    ):
        last += 1
    return last


def _letter_scale(tokens: Sequence[Token], at: int, last: int, *, glued: bool) -> float | None:
    """By what the letters behind a figure multiply it: "$75mm", "€38 m", "3.4k"."""
    letters = _word(tokens, last)
    if at and tokens[at - 1].lower.rstrip(".") in CURRENCY_SIGNS and letters in _MONEY_SCALES:
        return _MONEY_SCALES[letters]
    if not glued or letters not in _GLUED_SCALES:
        return None
    if letters == "m" and _is_one_thing(_word(tokens, last + 1)):
        return None  # "a 212m tower"
    return _GLUED_SCALES[letters]


def _is_one_thing(word: str) -> bool:
    is_many = word.endswith("s") or word in IRREGULAR_PLURALS
    return bool(word) and word not in STOP_WORDS and word not in _SCALES and not is_many


def _scale(word: str, notation: Notation) -> float | None:
    return _SCALES.get(word) or _foreign_scales(notation.code).get(word)


@cache
def _foreign_scales(code: str) -> dict[str, float]:
    return {fold(word): scale for word, scale in scale_words(code).items()}


def _has_bare_point(tokens: Sequence[Token], at: int) -> bool:
    """Whether a point stands before the figures, and nothing before it: ".500"."""
    if not at or tokens[at - 1].text != "." or tokens[at - 1].end != tokens[at].start:
        return False
    return at > 1 and tokens[at - 2].end < tokens[at - 1].start


def _twice(value: float) -> tuple[float, float]:
    return value, value


def _hyphen(tokens: Sequence[Token], at: int) -> int:
    """``at``, or one further over a hyphen that joins two words of one numeral, or over the mark
    of what an editor put in: "5 [million euros]"."""
    if at + 1 < len(tokens) and tokens[at].text in "-‐‑[" and _word(tokens, at + 1) in NUMBER_WORDS:
        return at + 1
    return at


def _vague(tokens: Sequence[Token], at: int) -> Numeral | None:
    word = _word(tokens, at)
    if word == "a" and _word(tokens, at + 1) == "few":
        return Numeral(at, at + 2, *_A_FEW, "vague")
    if word not in _VAGUE or (word == "scores" and _word(tokens, at + 1) != "of"):
        return None
    low, high = _VAGUE[word]
    scale = {"thousands": 1e3, "millions": 1e6, "billions": 1e9}.get(_word(tokens, at + 2))
    if _word(tokens, at + 1) == "of" and scale and word in {"tens", "hundreds"}:
        return Numeral(at, at + 3, low * scale, high * scale, "vague")
    return None if word == "tens" else Numeral(at, at + 1, low, high, "vague")


def _fraction(tokens: Sequence[Token], at: int) -> Numeral | None:
    """ "half", "a third of", "two-thirds", "half a million"."""
    word, last = _word(tokens, at), at + 1
    top = 1.0
    if word in _ONES or word == "a":
        top = float(_ONES.get(word, 1))
        if last < len(tokens) and tokens[last].text in "-‐‑":
            last += 1
        word, last = _word(tokens, last), last + 1
        if word not in _FRACTIONS or word in {"half", "halves"}:
            return None
        if top == 1 and not word.endswith("s") and _word(tokens, last) != "of":
            return None
    elif word != "half":
        return None
    joined = last if _hyphen(tokens, last) == last else last + 1
    if word == "half" and joined > last and (scale := _SCALES.get(_word(tokens, joined))):
        return Numeral(at, joined + 1, scale / 2, scale / 2, "cardinal")  # "half-million"
    if word == "half" and _word(tokens, last) == "a":
        scale = _SCALES.get(_word(tokens, last + 1))
        if scale:
            return Numeral(at, last + 2, scale / 2, scale / 2, "cardinal")
    if word == "half" and (
        _word(tokens, at - 1) in {"first", "second", "other", "final"}
        or (last < len(tokens) and tokens[last].text == "-")
    ):
        return None
    value = top / _FRACTIONS[word]
    return Numeral(at, last, value, value, "fraction")


def _ordinal(tokens: Sequence[Token], at: int) -> Numeral | None:
    word = _word(tokens, at)
    if len(word) == 2 and word[0] == "q" and word[1] in "1234":
        return Numeral(at, at + 1, *_twice(float(word[1])), "ordinal")  # "Q2"
    if word in _ORDINALS:
        return Numeral(at, at + 1, *_twice(float(_ORDINALS[word])), "ordinal")
    if word in _TENS and at + 2 < len(tokens) and tokens[at + 1].text == "-":
        unit = _ORDINALS.get(_word(tokens, at + 2))
        if unit and unit < 10:
            return Numeral(at, at + 3, *_twice(float(_TENS[word] + unit)), "ordinal")
    return None


def _words(tokens: Sequence[Token], at: int) -> Numeral | None:
    """A cardinal in words: "two hundred and fourteen", "a dozen", "one and a half million"."""
    word, last = _word(tokens, at), at
    if word in {"a", "an"}:
        if _word(tokens, at + 1) not in _SCALES:
            return None
        last, word = at + 1, _word(tokens, at + 1)
        total, current = 0.0, 1.0
    elif word in _ONES or word in _TENS:
        total, current = 0.0, 0.0
    else:
        return None
    room = 1000.0  # what may still be added lies below this
    while True:
        if word in _TENS and room > 90:
            current, room = current + _TENS[word], 10
        elif word in _ONES and (room > 19 or (room == 10 and 0 < _ONES[word] < 10)):
            current, room = current + _ONES[word], 1
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                current, room = current * 100, 100
            else:
                total, current, room = total + current * scale, 0.0, 1000 if scale > 1000 else 100
                if scale == 1000:
                    room = 1000
        else:
            break
        last += 1
        ahead, word = _ahead(tokens, last, room)
        if not word:
            break
        if word == "half":
            scale = _SCALES.get(_word(tokens, ahead + 1), 1.0)
            value = (total + current + 0.5) * scale
            return Numeral(at, ahead + (2 if scale > 1 else 1), value, value, "cardinal")
        last = ahead
    value = total + current
    return Numeral(at, last, value, value, "cardinal")


def _ahead(tokens: Sequence[Token], at: int, room: float) -> tuple[int, str]:
    """Index and text of the next word of the numeral, "" when it ends before ``at``."""
    word = _word(tokens, at)
    if word in NUMBER_WORDS:
        return at, word
    if at < len(tokens) and tokens[at].text in "-‐‑" and _word(tokens, at + 1) in NUMBER_WORDS:
        return at + 1, _word(tokens, at + 1)
    if word == "and":
        if _word(tokens, at + 1) == "a" and _word(tokens, at + 2) == "half":
            return at + 2, "half"
        if (
            room >= 100
            and _word(tokens, at - 1) in _SCALES
            and _word(tokens, at + 1) in (_ONES.keys() | _TENS.keys())
        ):
            return at + 1, _word(tokens, at + 1)
    return at, ""


NUMBER_WORDS = frozenset(_ONES) | frozenset(_TENS) | frozenset(_SCALES)
