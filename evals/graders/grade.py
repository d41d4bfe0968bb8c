"""What a grader finds: a verdict, or a share, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["right", "wrong", "unscored"]


@dataclass(frozen=True, slots=True)
class Grade:
    """What one grader found.

    Attributes:
        verdict: None when the grader has nothing to judge in this case.
        score: 0 to 1 where the grader measures a share (citation recall), else None.
    """

    verdict: Verdict | None
    why: str = ""
    score: float | None = None
