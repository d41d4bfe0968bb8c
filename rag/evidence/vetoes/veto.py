"""What a veto is: something exact in a statement that none of the quotes has in any form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VetoKind = Literal["number", "date", "name"]


@dataclass(frozen=True, slots=True)
class Veto:
    """A figure, date or name of a statement that its quotes do not hold.

    Attributes:
        span: (start, end) of it in the statement.
        rival: the quotes hold something of its kind in its place; ``why`` then names it.
        doubtful: the quotes hold a figure or date that may be read as it, and as another; then they
            neither support nor contradict it.
        why: for a reader, beginning in lower case, without a full stop: "the quotes say Saturday,
            not Friday", or "112 is in none of the quotes".
    """

    kind: VetoKind
    span: tuple[int, int]
    why: str
    rival: bool = False
    doubtful: bool = False
