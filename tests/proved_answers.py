"""Answers by a chat model, made by hand: a statement of each state, checked in each way."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.answer import Answer, Citation, Statement, answer_text

CITATIONS = tuple(
    Citation(n, f"a{n}", f"a{n}.txt", None, f"Outlet {n}", "2026-01-05", None, q, 0, len(q), "h")
    for n, q in enumerate(("A crane injured 14 workers.", "The company spoke of worn bolts."), 1)
)
QUOTED = Statement("A crane injured 14 workers.", (1,), "quoted")
JUDGED = Statement("Fourteen workers were hurt.", (1,), "supported", None, 0.934, "judge")
LOOKED_AT = Statement("Bolts had worn.", (2,), "supported", None, 0.41, "model")
ALONE = Statement(
    "The bolts were worn.",
    (2,),
    "supported",
    "checked on this machine alone: openai:m did not answer within 30 s",
    0.88,
    "judge",
)
TO_CHECK = Statement(
    "The company admitted that the bolts were worn.",
    (2,),
    "uncertain",
    "the quotes do not say “admitted”",
    0.62,
    "judge",
    ((12, 20),),
    certain=False,
)
REMOVED = Statement(
    "A crane injured 41 workers.",
    (1,),
    "unsupported",
    "the quotes say 14 workers, not 41",
    0.05,
    "judge",
    ((16, 18),),
    certain=False,
)
DENIED = Statement(
    "Nobody was hurt.",
    (1,),
    "unsupported",
    "the quotes say otherwise: not “Nobody”",
    0.31,
    "model",
    ((0, 6),),
    certain=False,
)
ALL = (QUOTED, JUDGED, TO_CHECK, LOOKED_AT, ALONE, REMOVED, DENIED)


def answer_of(statements: Sequence[Statement] = ALL) -> Answer:
    return Answer(
        id="x",
        question="What happened to the crane?",
        standalone_question="What happened to the crane?",
        answer=answer_text(tuple(statements)),
        abstained=False,
        statements=tuple(statements),
        citations=CITATIONS,
        engine="llm",
        model="openai:m",
    )
