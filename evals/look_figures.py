"""What a checker of statements comes to on labelled ones: shares, by label and by kind of error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any

from .looking import Look, Told
from .statements import LabelledStatement

_WORD = re.compile(r"\w+(?:[.,'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the statements of one label or kind: those told right, told wrong, and not told."""

    right: int = 0
    wrong: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one checker tells the supported statements from the others.

    Attributes:
        failed: calls without a reply: neither right nor wrong.
        unread: replies that could not be read: they count as wrong.
        accuracy: share told right; None where nothing was scored.
        balanced_accuracy: mean of the share of the supported that were kept and of the others that
            were taken out.
        three_way: share given the very label: supported, contradicted or not said.
        words_found: of the words labelled unsupported, the share that it named.
        words_f1: token F1 of the words that it named, mean over the statements that have some.
    """

    statements: int
    failed: int
    unread: int
    right: int
    wrong: int
    accuracy: float | None
    balanced_accuracy: float | None
    three_way: float | None
    words_found: float | None
    words_f1: float | None
    labels: dict[str, Counts]
    kinds: dict[str, Counts]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(statements: Sequence[LabelledStatement], told: Mapping[str, Told]) -> Figures:
    """Of one checker; ``told`` has every statement's id."""
    scored = [s for s in statements if told[s.id].is_scored]
    right = [s for s in scored if told[s.id].is_right(s)]
    kept = [told[s.id].is_right(s) for s in scored if s.is_supported]
    out = [told[s.id].is_right(s) for s in scored if not s.is_supported]
    marked = [s for s in scored if _words(s.unsupported)]
    words = [_overlap(s, told[s.id]) for s in marked]
    labelled = sum(of for _, _, of in words)
    return Figures(
        statements=len(statements),
        failed=len(statements) - len(scored),
        unread=sum(told[s.id].unread is not None for s in scored),
        right=len(right),
        wrong=len(scored) - len(right),
        accuracy=_share(len(right), len(scored)),
        balanced_accuracy=round((mean(kept) + mean(out)) / 2, 4) if kept and out else None,
        three_way=_share(sum(told[s.id].finding == s.label for s in scored), len(scored)),
        words_found=_share(sum(common for common, _, _ in words), labelled),
        words_f1=round(mean(2 * c / (named + of) for c, named, of in words), 4) if words else None,
        labels=_counts(statements, told, "label"),
        kinds=_counts(statements, told, "kind"),
    )


def usage(looks: Sequence[Look]) -> dict[str, Any]:
    """Tokens and cost of all looks; the cost is None as soon as one of them is not known."""
    replies = [look.reply for look in looks if look.reply is not None]
    costs = [reply.cost_usd for reply in replies]
    return {
        "calls": len(replies),
        "cached": sum(reply.cached for reply in replies),
        "input_tokens": sum(reply.usage.input_tokens for reply in replies),
        "output_tokens": sum(reply.usage.output_tokens for reply in replies),
        "cost_usd": None if None in costs else sum(cost for cost in costs if cost is not None),
    }


def _counts(
    statements: Sequence[LabelledStatement], told: Mapping[str, Told], field: str
) -> dict[str, Counts]:
    states: dict[str, Counter[str]] = {}
    for statement in statements:
        one = told[statement.id]
        right = "right" if one.is_right(statement) else "wrong"
        counter = states.setdefault(getattr(statement, field), Counter())
        counter[right if one.is_scored else "failed"] += 1
    return {name: Counts(**states[name]) for name in sorted(states)}


def _overlap(statement: LabelledStatement, told: Told) -> tuple[int, int, int]:
    """Words named that are labelled unsupported, words named, words labelled."""
    labelled, named = _words(statement.unsupported), _words(told.words)
    return (labelled & named).total(), named.total(), labelled.total()


def _words(texts: Sequence[str]) -> Counter[str]:
    return Counter(word.lower() for text in texts for word in _WORD.findall(text))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
