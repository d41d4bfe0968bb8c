"""The statements of an answer in the chat: proved ones plain, those to check marked with the
reason, those that were taken out folded. Each says what it says in words too, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.answer.answer import Answer, Statement
from rag.answer.head import answer_spans
from rag.answer.told import (
    NOT_PROVED,
    checked_by,
    look_failures,
    percent,
    reason,
    removed_statements,
    shown_statements,
    state,
    stood_in,
)
from rag.ui.citations import by_number, chips
from rag.ui.head import refusal_html
from rag.ui.markup import attribute, counted, marked, text


def statements_html(answer: Answer) -> str:
    """The answer's sentences, or its refusal."""
    if answer.abstained:
        return refusal_html(answer)
    citations = by_number(answer)
    note = (
        '<p class="dl-understood">Nothing that the model wrote could be proved; these are quotes '
        "chosen without it.</p>"
        if stood_in(answer)
        else ""
    )
    return note + "".join(statement_html(s, citations) for s in shown_statements(answer))


def statement_html(statement: Statement, citations: Mapping[int, Mapping[str, Any]]) -> str:
    numbers = chips(statement.citations, citations)
    if statement.support == "quoted":
        quote = marked(statement.text, answer_spans(statement, citations), "dl-told")
        return f'<p class="dl-statement dl-quoted">{quote}{numbers}</p>'
    checked = attribute(f"Checked by {checked_by(statement)}")
    if state(statement) == "proved":
        sentence = text(statement.text)
        return f'<p class="dl-statement dl-written" title="{checked}">{sentence}{numbers}</p>'
    sentence = marked(statement.text, statement.unsupported_spans, "dl-unsaid")
    likely = f"{percent(statement.probability)} likely supported"
    return (
        '<div class="dl-check-this"><p class="dl-state-line"><span class="dl-verdict">Check this'
        f'</span> <span class="dl-where">{text(likely)}</span></p>'
        f'<p class="dl-statement dl-written" title="{checked}">{sentence}{numbers}'
        f'</p><p class="dl-why">{text(capitalized(statement.why or NOT_PROVED))}</p></div>'
    )


def look_failures_html(answer: Answer) -> str:
    """That the chat model's second look failed, in the open."""
    failures = map(capitalized, look_failures(answer))
    return "".join(f'<p class="dl-understood">{text(failure)}</p>' for failure in failures)


def checks_html(answer: Answer) -> str:
    """Who checked each sentence that a model wrote, folded."""
    statements = shown_statements(answer)
    if answer.engine != "llm" or answer.abstained or not statements:
        return ""
    items = "".join(f"<li>{text(capitalized(checked_by(s)))}</li>" for s in statements)
    return (
        '<details class="dl-checks"><summary>How each sentence was checked</summary>'
        '<p class="dl-where">In the order of the answer, with how likely the quotes support it.</p>'
        f"<ol>{items}</ol></details>"
    )


def removed_html(answer: Answer) -> str:
    """Statements that the articles do not prove, folded, each with the reason."""
    removed = removed_statements(answer)
    if not removed:
        return ""
    items = "".join(map(removed_item, removed))
    return (
        f'<details class="dl-removed"><summary>{counted(len(removed), "sentence")} taken out, '
        f"not proved by the articles</summary><ul>{items}</ul></details>"
    )


def removed_item(statement: Statement) -> str:
    sentence = marked(statement.text, statement.unsupported_spans, "dl-unsaid")
    return (
        f'<li>{sentence}<span class="dl-why">{text(capitalized(reason(statement)))}</span>'
        f'<span class="dl-where">Checked by {text(checked_by(statement))}</span></li>'
    )


def capitalized(told: str) -> str:
    """``told`` as a line of its own."""
    return told[:1].upper() + told[1:]
