"""What changed between two texts: answers by word and by sentence, prompts by line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..runs import PromptText

Words = tuple[tuple[str, str], ...]
# Longer sentences are shown whole on both sides: difflib compares each word with each other one.
_MOST_COMPARISONS = 250_000
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class PromptDiff:
    """A prompt file that differs: versions and hashes (None: it is not there), unified diff."""

    name: str
    baseline: tuple[str, str] | None
    candidate: tuple[str, str] | None
    lines: tuple[str, ...]


def diff_answers(
    baseline: Mapping[str, Any], candidate: Mapping[str, Any]
) -> tuple[Words, tuple[str, ...]]:
    """Two answers in the contract's JSON, word by word and as a unified diff of sentences.

    Words are compared within sentences that are alike; others went or came whole.
    """
    before, after = _sentences(baseline), _sentences(candidate)
    lines = tuple(difflib.unified_diff(before, after, lineterm="", n=100))[2:]
    words: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        old, new = before[old_start:old_end], after[new_start:new_end]
        if kind == "equal":
            words += [("equal", sentence + " ") for sentence in old]
        else:
            words += _diff_sentences(old, new)
    return tuple(words), lines


def diff_prompts(
    baseline: Mapping[str, PromptText], candidate: Mapping[str, PromptText]
) -> tuple[PromptDiff, ...]:
    """The prompt files that are not the same on both sides, by name."""
    found = []
    for name in sorted({*baseline, *candidate}):
        one, two = baseline.get(name), candidate.get(name)
        if one is not None and two is not None and one.sha256 == two.sha256:
            continue
        before, after = ("" if side is None else side.text for side in (one, two))
        lines = difflib.unified_diff(
            before.splitlines(), after.splitlines(), "baseline", "candidate", lineterm="", n=2
        )
        found.append(PromptDiff(name, _version(one), _version(two), tuple(lines)))
    return tuple(found)


def _version(prompt: PromptText | None) -> tuple[str, str] | None:
    return None if prompt is None else (prompt.version, prompt.sha256)


def _sentences(answer: Mapping[str, Any]) -> list[str]:
    """The shown statements with their markers, else the text as it is, a line each."""
    shown = [
        one["text"] + "".join(f" [{n}]" for n in one["citations"])
        for one in answer.get("statements") or ()
        if one["support"] != "unsupported"
    ]
    sentences = shown or [answer["answer"] or f"(no answer: {answer['error']})"]
    return [" ".join(sentence.split()) for sentence in sentences]


def _diff_sentences(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Each old sentence against the new ones in turn, so that both keep their order."""
    waiting = list(new)
    for sentence in old:
        alike = next((at for at, other in enumerate(waiting) if _are_alike(sentence, other)), None)
        if alike is None:
            yield "delete", sentence + " "
            continue
        yield from (("insert", other + " ") for other in waiting[:alike])
        yield from _diff_words(sentence + " ", waiting[alike] + " ")
        del waiting[: alike + 1]
    yield from (("insert", other + " ") for other in waiting)


def _are_alike(one: str, other: str) -> bool:
    old, new = one.split(), other.split()
    if len(old) * len(new) > _MOST_COMPARISONS:
        return False
    return difflib.SequenceMatcher(a=old, b=new, autojunk=False).ratio() >= _ALIKE


def _diff_words(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = (re.findall(r"\S+|\s+", text) for text in (before, after))
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield "equal", "".join(old[old_start:old_end])
            continue
        # A replacement is shown as what went and what came.
        if old_end > old_start:
            yield "delete", "".join(old[old_start:old_end])
        if new_end > new_start:
            yield "insert", "".join(new[new_start:new_end])
