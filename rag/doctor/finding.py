"""What a look at one thing brought to light."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "mended", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Attributes:
        check: what was looked at.
        what: how it is, in words for a person.
        way_out: of a problem, or None.
    """

    check: str
    state: State
    what: str
    way_out: str | None = None

    def __str__(self) -> str:
        way_out = f" — {self.way_out}" if self.way_out else ""
        return f"{self.state}: {self.check}: {self.what}{way_out}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def ok(check: str, what: str) -> Finding:
    return Finding(check, "ok", what)


def mended(check: str, what: str) -> Finding:
    return Finding(check, "mended", what)


def problem(check: str, what: str, way_out: str) -> Finding:
    return Finding(check, "problem", what, way_out)
