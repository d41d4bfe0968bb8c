"""An Answer → what a person reads on a terminal: the short answer, then the sentences, then what
they rest on.

The words that answer are bold in their quote on a terminal, and unmarked in a file: a quote with
signs in it can no longer be searched for, and ‹marks› stand for words that no quote says.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rag.answer.answer import REFUSAL, Answer, Citation, Statement
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
    checked_by,
    look_failures,
    marked_text,
    reason,
    removed_statements,
    shown_statements,
    state,
    stood_in,
)
from rag.cli.printing import bold, counted, described, filled, indented, safe, shown

_RELATIONS = {
    "same": "the reports agree",
    "compatible": "the reports are compatible",
    "conflict": "the reports differ",
}
_WIDEST_VALUE = 44


def print_answers(answers: Iterator[Answer]) -> None:
    """A growing answer: its head as soon as it is there, each sentence when it is proved, and at
    the end what it rests on."""
    printed = 0
    headed = False
    answer: Answer | None = None
    for answer in answers:
        if printed == 0:
            print_question(answer)
        headed = headed or print_head(answer)
        statements = shown_statements(answer)
        for statement in statements[printed:]:
            print_statement(statement, answer)
        printed = max(printed, len(statements), 1)
    if answer is not None:
        print_grounds(answer)


def print_question(answer: Answer) -> None:
    print(f"Q: {shown(answer.question, limit=2000)}")
    for way, question in readings(answer):
        print(f"   {way}: {shown(question, limit=2000)}")
    print()


def print_head(answer: Answer) -> bool:
    """The short answers, the values side by side, or each part with its own; whether there are
    any."""
    tellings, values = short_answers(answer), side_by_side(answer)
    for part in answer.parts:
        print(filled(part.question, "  ", "  "))
        print_tellings(part_tellings(part), "    ")
        if part.abstained:
            print(f"    {REFUSAL}")
    print_tellings(tellings, "  ")
    if values:
        conflict = answer.agreement is not None and answer.agreement.relation == "conflict"
        print("  The reports differ:" if conflict else "  The reports give:")
        print_tellings(values, "    ")
    has_head = bool(tellings or values or answer.parts)
    if has_head:
        print(flush=True)
    return has_head


def print_tellings(tellings: Sequence[Telling], indent: str) -> None:
    """A line each: the words, who says so and the date in a column of their own, citations."""
    abouts = [" · ".join(part for part in (t.by, t.date) if part) for t in tellings]
    widest = min(_WIDEST_VALUE, max((len(t.text) for t in tellings), default=0))
    for telling, about in zip(tellings, abouts, strict=True):
        numbers = "".join(f"[{n}]" for n in telling.citations)
        if len(telling.text) > widest or not any(abouts):
            line = f"{telling.text} {numbers}"
            print(filled(line, indent, indent, [(0, len(telling.text))]))
            if about:
                print(filled(about, f"{indent}  ", f"{indent}  "))
        else:
            space = " " * (widest - len(telling.text))
            print(f"{indent}{bold(safe(telling.text))}{space}  {safe(about)} {numbers}")


def print_statement(statement: Statement, answer: Answer) -> None:
    """A sentence of the answer; one to check has a "?" before it and the reason under it."""
    numbers = "".join(f"[{n}]" for n in statement.citations)
    to_check = state(statement) == "check this"
    first = "? " if to_check else "  "
    spans = answer_spans(statement, {c.n: asdict(c) for c in answer.citations})
    print(filled(f"{marked_text(statement)} {numbers}", first, "    ", spans), flush=True)
    if to_check:
        print(filled(f"check this, {reason(statement)}", "    ", "    "), flush=True)


def print_grounds(answer: Answer) -> None:
    """What an answer rests on: its quotes, who agrees, who checked it, what was taken out and
    why."""
    if answer.abstained:
        print(filled(f"{answer.answer} {way_out(answer)}", "  ", "  "))
        if answer.nearest:
            print("\nPerhaps here:")
            print_nearest(answer)
    elif stood_in(answer):
        print("\nNothing that the model wrote could be proved; these are quotes chosen without it.")
    print()
    numbers = {n for s in shown_statements(answer) for n in s.citations}
    for citation in answer.citations:
        if citation.n in numbers:
            print(citation_line(citation, with_quote=answer.engine == "llm"))
    if answer.agreement is not None:
        print()
        print_agreement(answer)
    print_proof(answer)


def print_proof(answer: Answer) -> None:
    """How the sentences of a model were checked, and which were taken out for what reason."""
    statements = shown_statements(answer)
    if answer.engine == "llm" and statements:
        checks = "; ".join(checked_by(statement) for statement in statements)
        print()
        print(filled(f"Checked by (how likely the quotes support it): {checks}", "", "    "))
    for failure in look_failures(answer):
        print(filled(f"note: {failure}", "", "    "))
    removed = removed_statements(answer)
    if removed:
        print("\nTaken out, not proved by the articles (‹words› that no quote says):")
        for statement in removed:
            print(filled(f"{marked_text(statement)} ({reason(statement)})", "  ", "    "))
            print(filled(f"checked by {checked_by(statement)}", "    ", "    "))


def print_nearest(answer: Answer) -> None:
    """The passages that come nearest, each after what it says instead, where that is known."""
    for passage in answer.nearest[:3]:
        print(f"  {described(passage.outlet, passage.published, passage.title)}")
        if passage.why:
            print(filled(passage.why, "    ", "    ", [(0, len(passage.why))]))
        print(indented(textwrap.shorten(passage.text, 240, placeholder=" …")))


def print_agreement(answer: Answer) -> None:
    """How many agree, and the values, unless they stand side by side at the head already."""
    agreement = answer.agreement
    if agreement is None:
        return
    alone = agreement.relation == "same" and agreement.origins <= 1
    relation = "no other report tells" if alone else _RELATIONS[agreement.relation]
    print(
        f"{counted(agreement.articles, 'article')}, {counted(agreement.origins, 'origin')}, "
        f"{counted(agreement.speakers, 'speaker')}: {relation}"
    )
    if side_by_side(answer):
        return
    for value in agreement.values:
        said = f", says {value.said_by}" if value.said_by else ""
        print(f"  {shown(value.words)}{shown(said)} {''.join(f'[{n}]' for n in value.citations)}")


def citation_line(citation: Citation, *, with_quote: bool) -> str:
    """Where a quote stands; the quote too, unless the answer itself consists of quotes."""
    where = described(citation.outlet, citation.published, citation.title)
    place = f"{shown(citation.article_id)}:{citation.start}-{citation.end}"
    line = filled(f"[{citation.n}] {where} ({place})", "", "    ")
    if not with_quote:
        return line
    span = answer_span(asdict(citation))
    strong = [] if span is None else [(span[0] + 1, span[1] + 1)]  # after the “
    return line + "\n" + filled(f"“{citation.quote}”", "    ", "    ", strong)
