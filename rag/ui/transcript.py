"""A conversation as a Markdown file to keep."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict

from rag.answer.answer import REFUSAL, Answer, Citation, QuestionPart, Statement
from rag.answer.head import (
    Telling,
    answer_span,
    answer_spans,
    part_tellings,
    readings,
    short_answers,
    side_by_side,
    way_out,
)
from rag.answer.told import (
    look_failures,
    marked_text,
    pieces,
    reason,
    shown_statements,
    state,
)
from rag.ui.answers import Exchange, relation
from rag.ui.citations import by_number, described
from rag.ui.markup import day

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_LINE_START = re.compile(r"^(\s*\d*)([-+>.)])", re.MULTILINE)


def markdown(exchanges: Sequence[Exchange]) -> str:
    """Questions, answers, quotes and where reports differ, as Markdown."""
    blocks = ["# Conversation"]
    for exchange in exchanges:
        blocks.append(f"## {plain(exchange.question)}")
        if exchange.error is not None:
            blocks.append(f"Error: {plain(exchange.error)}")
        elif exchange.answer is not None:
            blocks += answer_blocks(exchange.answer)
    return "\n\n".join(blocks) + "\n"


def answer_blocks(answer: Answer) -> list[str]:
    blocks = [f"{way.capitalize()}: {plain(question)}" for way, question in readings(answer)]
    blocks += [part_block(part, answer.id) for part in answer.parts]
    tellings = short_answers(answer) + side_by_side(answer)
    blocks += [telling_block(telling, answer.id) for telling in tellings]
    shown = shown_statements(answer)
    if answer.abstained or not shown:
        way = f" {way_out(answer)}" if answer.abstained else ""
        blocks.append(plain(answer.answer + way))
        shown = []
    blocks += [statement_block(statement, answer) for statement in shown]
    blocks += [plain(failure[:1].upper() + failure[1:]) for failure in look_failures(answer)]
    if answer.agreement is not None and not answer.abstained:
        blocks.append(agreement_table(answer))
    numbers_shown = {n for statement in shown for n in statement.citations}
    notes = [note(c, answer.id) for c in answer.citations if c.n in numbers_shown]
    return [*blocks, "\n".join(notes)] if notes else blocks


def note(citation: Citation, answer_id: str) -> str:
    """The footnote of a citation, the words that answer strong in its quote."""
    c = citation
    span = answer_span(asdict(c))
    quote = strong(c.quote, [] if span is None else [span])
    return (
        f"[^{answer_id}-{c.n}]: {plain(described(asdict(c)))}: “{quote}”"
        + (f" {plain(c.title)}." if c.title else "")
        + (f" {plain(c.url)}" if c.url else "")
    )


def part_block(part: QuestionPart, answer_id: str) -> str:
    told = "; ".join(telling_block(telling, answer_id) for telling in part_tellings(part))
    return f"{plain(part.question)} {told or REFUSAL}"


def telling_block(telling: Telling, answer_id: str) -> str:
    """A short answer with who says so, the date and its footnotes."""
    about = ", ".join(part for part in (telling.by, day(telling.date)) if part)
    said = f" ({plain(about)})" if about else ""
    return f"**{plain(telling.text)}**{said}{footnotes(telling.citations, answer_id)}"


def footnotes(numbers: Sequence[int], answer_id: str) -> str:
    return "".join(f"[^{answer_id}-{n}]" for n in numbers)


def statement_block(statement: Statement, answer: Answer) -> str:
    """A sentence with its footnotes, the words that answer strong in it; one to check says so, and
    its ‹words› that no quote says."""
    sentence = strong(marked_text(statement), answer_spans(statement, by_number(answer)))
    block = sentence + footnotes(statement.citations, answer.id)
    if state(statement) == "check this":
        block += f" (**check this**, {plain(reason(statement))})"
    return block


def agreement_table(answer: Answer) -> str:
    agreement = answer.agreement
    assert agreement is not None
    lines = [
        f"Articles: {agreement.articles}, origins: {agreement.origins}, speakers: "
        f"{agreement.speakers}; {relation(agreement)}.",
        "",
        "| value | said by | date | citations |",
        "|---|---|---|---|",
    ]
    for value in agreement.values:
        said_by = f"{value.said_by or 'not named'}{', who denies it' if value.denied else ''}"
        lines.append(
            f"| {plain(value.words)} | {plain(said_by)} | {plain(day(value.date))} | "
            f"{footnotes(value.citations, answer.id)} |"
        )
    return "\n".join(lines)


def strong(value: str, spans: Sequence[Sequence[int]]) -> str:
    """``value`` as Markdown text on one line, the words of ``spans`` strong."""
    parts = []
    for piece, is_strong in pieces(value, spans):
        words = unsigned(piece)
        left = " " if piece[:1].isspace() else ""
        right = " " if piece[-1:].isspace() and words else ""
        parts.append(f"{left}{'**' if is_strong else ''}{words}{'**' if is_strong else ''}{right}")
    return _LINE_START.sub(r"\1\\\2", "".join(parts))


def plain(value: str) -> str:
    """``value`` as Markdown text on one line: none of its signs means anything."""
    return _LINE_START.sub(r"\1\\\2", unsigned(value))


def unsigned(value: str) -> str:
    """``value`` on one line without signs that mean something anywhere in a line."""
    return _SIGNS.sub(r"\\\1", " ".join(value.split()))
