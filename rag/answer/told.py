"""What a reader is told of a statement: its state, how likely it holds, who checked it, and which
of its words no quote says. How that looks is the front end's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rag.answer.answer import Answer, Statement, answer_text

State = Literal["proved", "check this", "taken out"]

NOT_PROVED = "the quotes do not say this"


def state(statement: Statement) -> State:
    """ "proved" is shown plain, "check this" with a mark, "taken out" beside the answer."""
    if statement.support == "unsupported":
        return "taken out"
    return "check this" if statement.support == "uncertain" else "proved"


def shown_statements(answer: Answer) -> list[Statement]:
    """Those in the answer, in order."""
    return [s for s in answer.statements if state(s) != "taken out"]


def removed_statements(answer: Answer) -> list[Statement]:
    """Those that were taken out of it, in order."""
    return [s for s in answer.statements if state(s) == "taken out"]


def stood_in(answer: Answer) -> bool:
    """Whether quotes stand in for what a model wrote, none of which was proved."""
    return answer.engine == "extractive" and bool(removed_statements(answer))


def reason(statement: Statement) -> str:
    """Why it is marked, with how likely it is supported all the same; or why it was taken out."""
    why = statement.why or NOT_PROVED
    if state(statement) == "check this":
        return f"{percent(statement.probability)} likely supported: {why}"
    return why


def checked_by(statement: Statement) -> str:
    """Such as "this machine’s judge, 93 %"; the percentage is how likely it is supported."""
    if statement.checked_by == "quote":
        return "a quote"
    likely = percent(statement.probability)
    if statement.checked_by == "model":
        return f"the chat model’s second look (judge: {likely})"
    return f"this machine’s judge, {likely}"


def look_failures(answer: Answer) -> list[str]:
    """Why the chat model's second look at proved statements did not come about, each cause once:
    "checked on this machine alone: …"."""
    proved = (s for s in answer.statements if state(s) == "proved")
    return list(dict.fromkeys(s.why for s in proved if s.why))


def marked_answer(text: str, statements: Sequence[Statement]) -> str:
    """An answer's ``text`` for where only words are kept: what is to be checked in it says so."""
    if all(state(s) != "check this" for s in statements):
        return text
    return " ".join(
        answer_text((s,)) + (f" (check this, {reason(s)})" if state(s) == "check this" else "")
        for s in statements
        if state(s) != "taken out"
    )


def pieces(text: str, spans: Sequence[Sequence[int]]) -> list[tuple[str, bool]]:
    """``text`` cut up: each piece, and whether its words are among the unsupported ``spans``."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted((max(start, 0), min(end, len(text))) for start, end in spans):
        low = max(start, at)
        if low < end:
            cut += [(text[at:low], False), (text[low:end], True)]
            at = end
    cut.append((text[at:], False))
    return [(piece, marked) for piece, marked in cut if piece]


def marked_text(statement: Statement) -> str:
    """The statement with ‹marks› around its unsupported words, unless it is proved."""
    if state(statement) == "proved":
        return statement.text
    return in_marks(statement.text, statement.unsupported_spans)


def in_marks(text: str, spans: Sequence[Sequence[int]]) -> str:
    """``text`` with ‹marks› around the words of ``spans``."""
    return "".join(f"‹{piece}›" if marked else piece for piece, marked in pieces(text, spans))


def percent(probability: float) -> str:
    """Such as "87 %"; "100 %" is kept for what is a quote, word for word."""
    return f"{100 if probability >= 1 else min(99, round(probability * 100))} %"
