"""Statement + sentences → verdict: the one place where Dateline decides what is proved.

``Evidence`` are exact sentences, ``Prover`` holds a statement against them, ``Verdict`` and
``Proof`` say what came out. What is exact is vetoed (``vetoes``), what must be read is judged
(``rag.judge``), and a chat model may take a second look (``second_look``).
"""

from rag.evidence.evidence import Evidence
from rag.evidence.prover import MAX_CITATIONS, Prover
from rag.evidence.verdict import (
    CheckedBy,
    Proof,
    Span,
    Support,
    Thresholds,
    Verdict,
    default_thresholds,
)

__all__ = [
    "MAX_CITATIONS",
    "CheckedBy",
    "Evidence",
    "Proof",
    "Prover",
    "Span",
    "Support",
    "Thresholds",
    "Verdict",
    "default_thresholds",
]
