"""Answers made by hand that fill every field of the head: short, parts, refusal, read as, near."""

from __future__ import annotations

from dataclasses import replace

from rag.answer.answer import (
    REFUSAL,
    Agreement,
    Answer,
    Citation,
    NearPassage,
    QuestionPart,
    ShortAnswer,
    Statement,
    Value,
    answer_text,
)

QUESTION = "How many people were hurt when the grandstand at Millbrook fell?"
MENDED = "grandstand Millbrook hurt"
# (outlet, day, quote, the words that answer)
_REPORTS = (
    ("Millbrook Mail", "2024-06-02", "The fire service said that 31 people were hurt when the "
     "grandstand fell & its roof gave way.", "31 people"),
    ("Harbour Wire", "2024-06-03", "Mayor Ines Holt put the number of injured at 28.", "28"),
)  # fmt: skip


def citation(n: int, outlet: str, day: str, quote: str, words: str) -> Citation:
    """The quote stands at 100 n in its article."""
    begin = 100 * n
    at = begin + quote.index(words)
    return Citation(
        n, f"a{n}", f"a{n}.txt", f"Stand falls, {n}", outlet, day, f"https://news.example/{n}",
        quote, begin, begin + len(quote), "h", at, at + len(words),
    )  # fmt: skip


CITATIONS = tuple(citation(n, *report) for n, report in enumerate(_REPORTS, 1))
STATEMENTS = tuple(
    Statement(f"“{c.quote}” ({c.outlet}, {c.published})", (c.n,), "quoted") for c in CITATIONS
)
FIRST = Value("31", "people", None, "the fire service", (1,), "2024-06-02")
SECOND = Value("28", "people", None, "Ines Holt", (2,), "2024-06-03")


def base(**changes: object) -> Answer:
    answer = Answer("x", QUESTION, QUESTION, answer_text(STATEMENTS), abstained=False)
    return replace(answer, statements=STATEMENTS, citations=CITATIONS, **changes)  # type: ignore[arg-type]


def told() -> Answer:
    """One short answer, on which two articles agree."""
    return base(
        short=(ShortAnswer("31 people", (1, 2)),),
        agreement=Agreement(2, 2, 1, "same", (replace(FIRST, citations=(1, 2)),)),
    )


def differing(relation: str = "conflict", *, denied: bool = False) -> Answer:
    return base(
        short=(ShortAnswer("31 people", (1,)), ShortAnswer("28 people", (2,))),
        agreement=Agreement(2, 2, 2, relation, (FIRST, replace(SECOND, denied=denied))),  # type: ignore[arg-type]
    )


def because() -> Answer:
    """A short answer that is a sentence."""
    sentence = (
        "Its roof had rested since the spring on four props that were meant for a hut, "
        "and the rain of the week had washed the ground from under two of them."
    )
    return replace(
        told(),
        question="Why did the grandstand at Millbrook fall?",
        standalone_question="Why did the grandstand at Millbrook fall?",
        short=(ShortAnswer(sentence, (1,)),),
        agreement=None,
    )


def in_parts() -> Answer:
    """Two questions in one; nobody tells the second."""
    asked = "How many people were hurt when the grandstand fell, and who had built it?"
    return base(
        question=asked,
        standalone_question=asked,
        short=(ShortAnswer("31 people", (1,)),),
        parts=(
            QuestionPart(
                "How many people were hurt when the grandstand fell?",
                (ShortAnswer("31 people", (1,)), ShortAnswer("28 people", (2,))),
                abstained=False,
            ),
            QuestionPart("Who had built the grandstand?", (), abstained=True),
        ),
    )


NEAR = NearPassage(
    "a1", "a1.txt", "Stand falls, 1", "Millbrook Mail", "2024-06-02",
    "The grandstand was put up in 1961 and had held a thousand people.", 0, 64, 0.4,
    "The articles tell that the grandstand fell, not that it burnt.",
)  # fmt: skip


def refused(kind: str | None = "not_told", *, near: bool = True) -> Answer:
    sentence = {
        "filter_empty": "No article is from “Milbrook Male”; outlets here: Millbrook Mail (4).",
        "ask_whole": "This question leans on an earlier one, and it is not clear how.",
    }.get(kind or "", REFUSAL)
    nearest = (NEAR, replace(NEAR, why=None)) if near else ()
    answer = Answer("x", QUESTION, QUESTION, sentence, abstained=True)
    return replace(answer, refusal=kind, nearest=nearest)  # type: ignore[arg-type]


def mended() -> Answer:
    return replace(told(), question="granstand Milbrok hurt", standalone_question=MENDED,
                   read_as=MENDED)  # fmt: skip
