"""Clock times in a sentence: "5:10 a.m.", "10.15pm", "noon", "five o'clock", "5 EDT"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HALF = r"(?P<half>[ap])\.?\s?m\b\.?"
_ZONE = r"[ECMP][SD]?T|GMT|BST|CET|UTC"
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS += ["eleven", "twelve"]
_PATTERN = re.compile(
    rf"(?<![\d.:,$€£])(?P<hour>[0-2]?\d)[.:](?P<minute>[0-5]\d)(?![\d%]|[.:]\d)(?:\s?{_HALF})?"
    rf"|(?<![\d.:,$€£])(?P<hour2>1?\d)\s?{_HALF.replace('half', 'half2')}"
    rf"|\b(?P<hour3>{'|'.join(_NUMBERS)}|1?\d)\s+o[’']clock\b"
    r"|\b(?P<named>noon|midday|midnight)\b"
    rf"|(?<![\d.:,$€£/-])\b(?P<hour4>1?\d)(?=\s(?-i:{_ZONE})\b)"
    rf"|(?<![\d.:,$€£/-])\b(?P<hour5>1?\d)(?=\s?(?:[-–]|to)\s?1?\d(?:[.:][0-5]\d)?\s?[ap]\.?\s?m\b)",
    re.IGNORECASE,
)
# Of the zones those that are no unit, as MT is, too: "21.40 GMT".
_BEHIND_TIME = re.compile(r"\s(?:[ECMP][SD]T|GMT|BST|CES?T|UTC)\b")
_BEFORE_TIME = re.compile(r"\b(?:at|by|since|until|from|before|after|about|around|to)\s+$")


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day, ``text[start:end]``; ``minutes`` after midnight.

    ``half_known`` is False when nothing tells which half of the day is meant.
    """

    start: int
    end: int
    minutes: int
    half_known: bool


def find_times(text: str) -> tuple[ClockTime, ...]:
    """Clock times of ``text`` in order."""
    found = (_clock_time(match, text) for match in _PATTERN.finditer(text))
    return tuple(time for time in found if time is not None)


def same_time(one: ClockTime, other: ClockTime) -> bool:
    """Whether two clock times may be one; the half of the day counts when both tell it."""
    if one.half_known and other.half_known:
        return one.minutes == other.minutes
    return one.minutes % 720 == other.minutes % 720


def _clock_time(match: re.Match[str], text: str) -> ClockTime | None:
    if named := match["named"]:
        minutes = 0 if named.lower() == "midnight" else 720
        return ClockTime(match.start(), match.end(), minutes, True)
    if word := match["hour3"]:
        hour = _NUMBERS.index(word.lower()) + 1 if word.isalpha() else int(word)
        return ClockTime(match.start(), match.end(), hour * 60, False)
    if bare := match["hour4"] or match["hour5"]:  # "5 EDT", the 5 of "5-7 a.m."
        hour = int(bare)
        return ClockTime(match.start(), match.end(), hour * 60, False) if 1 <= hour <= 12 else None
    half = (match["half"] or match["half2"] or "").lower()
    hour = int(match["hour"] or match["hour2"])
    minute = int(match["minute"] or 0)
    if hour > 23 or (half and hour > 12):
        return None
    if not half and "." in match.group():
        says_time = _BEFORE_TIME.search(text, 0, match.start())
        if not says_time and not _BEHIND_TIME.match(text, match.end()):
            return None  # "10.15" alone is a decimal
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return ClockTime(match.start(), match.end(), hour * 60 + minute, bool(half) or hour > 12)
