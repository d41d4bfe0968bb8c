"""A model's answer → statements with the numbers of the sentences that they cite.

Pure functions of the text and of the numbers that were shown to the model: a number resolves to a
sentence or is counted as invalid, so a quote cannot be invented.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag.sentences import split_sentences

MAX_RANGE = 50

_NUMBER = r"(?:\^|#|S|s|Sentence\s|sentence\s|Source\s|source\s)?\s*\d{1,4}\^?(?:†[^\]】］]{0,40})?"
_MARKER = re.compile(
    rf"[\[【［]\s*(?P<body>{_NUMBER}(?:\s*(?:[-–—‑,;，、]|and|to)\s*{_NUMBER})*)\s*[,;]?\s*[\]】］]"
)
# In round brackets only where a sentence or line ends, as an age or a year may stand elsewhere.
_NUMBERS = r"\d{1,3}(?:\s*(?:[-–,;]|and)\s*\d{1,3})*"
_ROUND = re.compile(
    rf"(?<=[.!?\s”\"’)])\((?P<inside>{_NUMBERS})\)"
    rf"(?=(?:\s*\({_NUMBERS}\))*(?:[.!?]+[”\"’]?(?:\s|$)|[ \t]*(?:\n|$)))"
    rf"|(?<=[.!?”\"’]\s)\((?P<behind>{_NUMBERS})\)(?=\s+[“\"]?[A-Z])"
)
_SUPERSCRIPT = re.compile(rf"<sup>\s*\[?(?P<body>{_NUMBERS})\]?\s*</sup>", re.IGNORECASE)
_OPEN_MARKER = re.compile(
    r"[\[【［][^\]】］\n]{0,60}$|\([\d,;\s–-]{0,30}$|<sup>[^<\n]{0,30}$", re.IGNORECASE
)
_PART = re.compile(r"\d{1,4}|[-–—‑]|to(?=\s)")
_ITEM = re.compile(r"(?m)^[ \t]*(?:[-*•–]|\d{1,2}[.)]|#{1,6})[ \t]+")
_BOLD = re.compile(r"\*\*|__")


@dataclass(frozen=True, slots=True)
class RawStatement:
    """One sentence of an answer, its markers taken out.

    Attributes:
        text: the sentence, white space made plain.
        cited: numbers of its markers in order of first mention, known or not.
    """

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """A sentence with the numbers that resolve, and those that do not.

    Both are empty when it cites nothing, which is not the same as citing what does not exist.
    """

    text: str
    citations: tuple[int, ...]
    invalid: tuple[int, ...]

    @property
    def cites_nothing(self) -> bool:
        return not self.citations and not self.invalid


def resolve(statement: RawStatement, known: Collection[int]) -> CitedStatement:
    """``statement`` with its numbers divided into those in ``known`` and the rest."""
    return CitedStatement(
        statement.text,
        tuple(n for n in statement.cited if n in known),
        tuple(n for n in statement.cited if n not in known),
    )


def parse_answer(text: str, known: Collection[int]) -> tuple[CitedStatement, ...]:
    """Statements of a whole answer; ``known`` are the numbers of the sentences shown."""
    return tuple(resolve(statement, known) for statement in split_statements(text))


def split_statements(text: str) -> list[RawStatement]:
    """Sentences of ``text`` with the markers that stand in or right after each.

    Markers: ``[3]``, ``[1, 2]``, ``[1][2]``, ``[1-3]``, ``[^3^]``, ``<sup>3</sup>``, full-width
    brackets, and ``(3)`` at a sentence's end; before or after the full stop. One at the start of a
    line belongs to the sentence behind it.
    """
    return [statement for statement, _ in _statements(text)]


_MAY_END = re.compile(r"[^\w\s,;()'’-][^\w]*\s.*\w|\n", re.DOTALL)


class StatementStream:
    """Statements of an answer that arrives in pieces.

    A statement comes out once, when it is whole with its trailing markers: as soon as the first
    word of the next one has arrived.
    """

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, text: str) -> list[RawStatement]:
        """Add a piece of the answer; the statements that it completes."""
        self._buffer += text
        settled = self._buffer.rfind(" ") + 1, self._buffer.rfind("\n") + 1
        prefix = self._buffer[: max(settled)]
        if opened := _OPEN_MARKER.search(prefix):
            prefix = prefix[: opened.start()]
        if not _MAY_END.search(prefix):  # pieces are many, and mostly in the midst of a sentence
            return []
        found = _statements(prefix)
        if len(found) < 2:
            return []
        whole = found[:-1]
        self._buffer = self._buffer[whole[-1][1] :]
        return [statement for statement, _ in whole]

    def close(self) -> list[RawStatement]:
        """The statements that are left when the answer has ended."""
        rest, self._buffer = self._buffer, ""
        return split_statements(rest)


def _statements(text: str) -> list[tuple[RawStatement, int]]:
    """Statements, each with the offset in ``text`` up to which it was read."""
    plain, origin, markers = _without_markers(text)
    spans = [(s.start, s.end) for s in split_sentences(plain) if _has_word(plain[s.start : s.end])]
    cited: list[list[int]] = [[] for _ in spans]
    ends = [origin[end - 1] + 1 for _, end in spans]
    for at, stop, numbers in markers:
        index = _owner(plain, spans, at)
        if index is not None:
            cited[index] += [n for n in numbers if n not in cited[index]]
            ends[index] = max(ends[index], stop)
    return [
        (RawStatement(" ".join(plain[start:end].split()), tuple(numbers)), stop)
        for (start, end), numbers, stop in zip(spans, cited, ends, strict=True)
    ]


def _has_word(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _owner(plain: str, spans: list[tuple[int, int]], at: int) -> int | None:
    """Index of the sentence that a marker at offset ``at`` of ``plain`` belongs to."""
    line = plain.rfind("\n", 0, at) + 1
    if not _has_word(plain[line:at]):
        following = [i for i, (start, _) in enumerate(spans) if start >= line]
        same_line = [i for i in following if "\n" not in plain[at : spans[i][0]].strip(" ")]
        if same_line:
            return same_line[0]
    before = [i for i, (start, _) in enumerate(spans) if start < at]
    return before[-1] if before else (0 if spans else None)


def _without_markers(text: str) -> tuple[str, list[int], list[tuple[int, int, list[int]]]]:
    """``text`` without markers, list marks and bold; a line break becomes a blank line.

    Returns:
        The plain text; for each of its characters the offset in ``text``; the markers as
        (offset in the plain text, end in ``text``, numbers).
    """
    plain: list[str] = []
    origin: list[int] = []
    markers: list[tuple[int, int, list[int]]] = []

    def add(piece: str, at: int) -> None:
        plain.extend(piece)
        origin.extend([at] * len(piece))

    skipped = {m.start(): m.end() for m in _ITEM.finditer(text)}
    skipped |= {m.start(): m.end() for m in _BOLD.finditer(text)}
    found = {m.start(): (m.end(), m["body"]) for m in _MARKER.finditer(text)}
    found |= {m.start(): (m.end(), m["body"]) for m in _SUPERSCRIPT.finditer(text)}
    found |= {m.start(): (m.end(), m["inside"] or m["behind"]) for m in _ROUND.finditer(text)}
    breaks = [m.start() for m in re.finditer("\n", text)]
    special = sorted({*skipped, *found, *breaks, len(text)})
    at = 0
    for start in special:
        if start < at:
            continue
        plain.extend(text[at:start])
        origin.extend(range(at, start))
        at = start
        if marker := found.get(at):
            while plain and plain[-1] in " \t":
                plain.pop()
                origin.pop()
            at, body = marker
            markers.append((len(plain), at, _numbers(body)))
            if at < len(text) and text[at].isalnum():
                add(" ", at - 1)
        elif at in skipped:
            at = skipped[at]
        elif at < len(text):
            add("\n\n", at)
            at += 1
    return "".join(plain), origin, markers


def _numbers(body: str) -> list[int]:
    """Numbers of a marker in order, ranges filled in; too wide a range gives its ends alone."""
    numbers: list[int] = []
    ranged = False
    for part in _PART.findall(re.sub(r"†[^,;\]】］]*", "", body)):
        if not part.isdigit():
            ranged = bool(numbers)
            continue
        number = int(part)
        if ranged and numbers[-1] < number <= numbers[-1] + MAX_RANGE:
            numbers.extend(range(numbers[-1] + 1, number))
        numbers.append(number)
        ranged = False
    return list(dict.fromkeys(numbers))
