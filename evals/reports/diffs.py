"""What changed between two texts: answers by word and by sentence, prompts by line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..runs import PromptText

Words = tuple[tuple[str, str], ...]
# Longer answers are shown whole on both sides: difflib compares each word with each other one.
_MOST_COMPARISONS = 250_000


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
    """Two answers in the contract's JSON, word by word and as a unified diff of sentences."""
    before, after = _sentences(baseline), _sentences(candidate)
    lines = tuple(difflib.unified_diff(before, after, lineterm="", n=100))[2:]
    return _diff_words(" ".join(before), " ".join(after)), lines


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


def _diff_words(before: str, after: str) -> Words:
    old, new = (re.findall(r"\S+|\s+", text) for text in (before, after))
    if len(old) * len(new) > _MOST_COMPARISONS:
        return (("delete", before), ("insert", after))
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    found: list[tuple[str, str]] = []
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            found.append(("equal", "".join(old[old_start:old_end])))
            continue
        # A replacement is shown as what went and what came.
        found += [("delete", "".join(old[old_start:old_end]))] if old_end > old_start else []
        found += [("insert", "".join(new[new_start:new_end]))] if new_end > new_start else []
    return tuple(found)
