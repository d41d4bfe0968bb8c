"""A conversation as a Markdown file to keep."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict

from rag.answer.answer import Answer, Statement
from rag.answer.told import look_failures, marked_text, reason, shown_statements, state
from rag.ui.answers import Exchange, relation
from rag.ui.citations import described

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_LINE_START = re.compile(r"^(\s*)([-+>]|\d+[.)])", re.MULTILINE)


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
    blocks = []
    if answer.standalone_question != answer.question:
        blocks.append(f"Understood as: {plain(answer.standalone_question)}")
    shown = shown_statements(answer)
    if answer.abstained or not shown:
        blocks.append(plain(answer.answer))
        shown = []
    blocks += [statement_block(statement, answer.id) for statement in shown]
    blocks += [plain(failure[:1].upper() + failure[1:]) for failure in look_failures(answer)]
    if answer.agreement is not None and not answer.abstained:
        blocks.append(agreement_table(answer))
    numbers_shown = {n for statement in shown for n in statement.citations}
    notes = [
        f"[^{answer.id}-{c.n}]: {plain(described(asdict(c)))}: “{plain(c.quote)}”"
        + (f" {plain(c.title)}." if c.title else "")
        + (f" {plain(c.url)}" if c.url else "")
        for c in answer.citations
        if c.n in numbers_shown
    ]
    return [*blocks, "\n".join(notes)] if notes else blocks


def statement_block(statement: Statement, answer_id: str) -> str:
    """A sentence with its footnotes; one to check says so, and its ‹words› that no quote says."""
    numbers = "".join(f"[^{answer_id}-{n}]" for n in statement.citations)
    block = plain(marked_text(statement)) + numbers
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
        "| value | said by | citations |",
        "|---|---|---|",
    ]
    for value in agreement.values:
        numbers = "".join(f"[^{answer.id}-{n}]" for n in value.citations)
        lines.append(
            f"| {plain(value.words)} | {plain(value.said_by or 'not named')} | {numbers} |"
        )
    return "\n".join(lines)


def plain(value: str) -> str:
    """``value`` as Markdown text on one line: none of its signs means anything."""
    escaped = _SIGNS.sub(r"\\\1", " ".join(value.split()))
    return _LINE_START.sub(r"\1\\\2", escaped)
