"""An Answer → what the chat shows: sentences with chips, the badge of agreement, what was left out.

One line of HTML without blank lines, so that the Markdown reader of the chat takes it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

from rag.answer.answer import Agreement, Answer, Value
from rag.answer.head import head_lines
from rag.answer.told import marked_answer, shown_statements
from rag.ui.citations import by_number, chips, described, quote_key
from rag.ui.head import head_html
from rag.ui.markup import attribute, counted, day, source_name, text
from rag.ui.statements import checks_html, look_failures_html, removed_html, statements_html

SHOWN_NEAREST = 3
NEAREST_CHARACTERS = 260


def relation(agreement: Agreement) -> str:
    """The word of the badge; a single origin agrees with nobody."""
    if agreement.relation == "same":
        return "agree" if agreement.origins > 1 else "no other report"
    return "compatible" if agreement.relation == "compatible" else "reports differ"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a conversation and what came of it; ``error`` when it failed.

    ``key`` tells this asking from every other one.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    finished: bool = False
    key: str = field(default_factory=lambda: uuid4().hex, compare=False)


def conversation(exchanges: Sequence[Exchange]) -> list[dict[str, str]]:
    """The messages of the chat."""
    messages: list[dict[str, str]] = []
    spent = spent_line([e.answer for e in exchanges if e.answer is not None])
    for number, exchange in enumerate(exchanges):
        messages.append({"role": "user", "content": question_html(exchange.question, number)})
        last = number == len(exchanges) - 1
        reply = reply_html(exchange, number, spent if last else None)
        messages.append({"role": "assistant", "content": reply})
    return messages


def question_html(question: str, number: int) -> str:
    return (
        f'<div class="dl-question"><span class="dl-asked">{text(question)}</span>'
        f'<button type="button" class="dl-quiet dl-edit" value="{number}">Edit'
        '<span class="dl-hidden"> this question</span></button></div>'
    )


def reply_html(exchange: Exchange, number: int, spent: str | None) -> str:
    """The whole reply to one question, as far as it has come; ``spent`` is given with the last."""
    parts: list[str] = []
    answer = exchange.answer
    if answer is not None:
        parts += [head_html(answer), statements_html(answer), look_failures_html(answer)]
        parts += [agreement_html(answer), nearest_html(answer), removed_html(answer)]
        parts += [checks_html(answer)] if exchange.finished else []
    if exchange.error is not None:
        parts.append(f'<p class="dl-notice dl-error" role="alert">{text(exchange.error)}</p>')
    if not exchange.finished:
        parts.append('<p class="dl-busy" role="status">Reading the articles …</p>')
    else:
        parts.append(actions_html(exchange, number, spent))
    return f'<div class="dl-answer">{"".join(parts)}</div>'


def agreement_html(answer: Answer) -> str:
    """The badge, and under it who says what."""
    agreement = answer.agreement
    if agreement is None or answer.abstained:
        return ""
    citations = by_number(answer)
    rows = "".join(value_html(value, citations) for value in agreement.values)
    return (
        f'<details class="dl-agreement dl-{agreement.relation}">'
        f'<summary>{badge_html(agreement)}</summary><div class="dl-table"><table>'
        '<caption class="dl-hidden">Who says what</caption><thead><tr><th scope="col">Value</th>'
        '<th scope="col">Said by</th><th scope="col">Date</th><th scope="col">Reported in</th></tr>'
        "</thead>"
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def badge_html(agreement: Agreement) -> str:
    counts = (
        counted(agreement.articles, "article"),
        counted(agreement.origins, "origin"),
        counted(agreement.speakers, "speaker"),
    )
    return (
        f'<span class="dl-badge">{text(", ".join(counts))} '
        f"<b>{text(relation(agreement))}</b></span>"
        '<span class="dl-more">Who says what</span>'
    )


def value_html(value: Value, citations: Mapping[int, Mapping[str, Any]]) -> str:
    where = dict.fromkeys(described(citations[n]) for n in value.citations if n in citations)
    said_by = f"{value.said_by or 'not named'}{', who denies it' if value.denied else ''}"
    return (
        f'<tr><th scope="row">{text(value.words)}</th><td>{text(said_by)}</td>'
        f"<td>{text(day(value.date))}</td>"
        f"<td>{text('; '.join(where))} {chips(value.citations, citations)}</td></tr>"
    )


def nearest_html(answer: Answer) -> str:
    """The nearest passages of an answer that refuses; a click opens them like a citation."""
    if not answer.abstained or not answer.nearest:
        return ""
    items = []
    for passage in answer.nearest[:SHOWN_NEAREST]:
        name = source_name(passage.outlet, passage.source)
        where = ", ".join(part for part in (name, day(passage.published)) if part)
        shown = passage.text
        if len(shown) > NEAREST_CHARACTERS:
            shown = shown[:NEAREST_CHARACTERS].rsplit(" ", 1)[0] + " …"
        why = f"<b>{text(passage.why)}</b>" if passage.why else ""
        key = quote_key(passage.article_id, passage.start, passage.end, "")
        items.append(
            f'<li><button type="button" class="dl-near" value="{attribute(key)}">'
            f'<span class="dl-where">{text(where)}</span>{why}{text(shown)}</button></li>'
        )
    return (
        '<div class="dl-nearest"><p class="dl-label">Perhaps here</p>'
        f"<ul>{''.join(items)}</ul></div>"
    )


def actions_html(exchange: Exchange, number: int, spent: str | None) -> str:
    parts: list[str] = []
    if exchange.answer is not None and not exchange.error:
        copied = attribute(plain_text(exchange.answer))
        parts.append(
            f'<button type="button" class="dl-quiet dl-copy" value="{copied}">'
            "Copy with citations</button>"
        )
    if spent is not None:
        parts.append(
            f'<button type="button" class="dl-quiet dl-retry" value="{number}">Ask again</button>'
        )
    cost = " · ".join(part for part in (cost_line(exchange.answer), spent) if part)
    parts.append(f'<span class="dl-cost">{text(cost)}</span>')
    return f'<div class="dl-actions">{"".join(parts)}</div>'


def cost_line(answer: Answer | None) -> str:
    """Which engine answered, how long it took, and what it cost."""
    if answer is None:
        return ""
    seconds = f"{answer.seconds:.1f} s" if answer.seconds >= 0.1 else f"{answer.seconds:.2f} s"
    if answer.model is None:
        return f"extractive · {seconds}"
    usage = answer.usage
    tokens = counted(usage.input_tokens + usage.output_tokens, "token")
    cost = "" if usage.cost_usd is None else f" · ${usage.cost_usd:.4f}"
    return f"{answer.model} · {tokens}{cost}{' · cached' if usage.cached else ''} · {seconds}"


def spent_line(answers: Sequence[Answer]) -> str:
    """What a conversation of several answers by a model has cost so far; "" for any other."""
    usages = [answer.usage for answer in answers if answer.model is not None]
    if len(usages) < 2:
        return ""
    tokens = counted(sum(u.input_tokens + u.output_tokens for u in usages), "token")
    costs = [usage.cost_usd for usage in usages]
    known = [cost for cost in costs if cost is not None]
    cost = f", ${sum(known):.4f}" if len(known) == len(costs) else ""
    return f"so far {tokens}{cost}"


def plain_text(answer: Answer) -> str:
    """An answer to paste elsewhere: in short; its sentences with numbers, and what is to be checked
    in them; then the quotes they rest on."""
    lines = [*head_lines(answer), marked_answer(answer.answer, answer.statements)]
    shown = {n for s in shown_statements(answer) for n in s.citations}
    for citation in answer.citations:
        if citation.n in shown:
            where = described(asdict(citation))
            title = f", “{citation.title}”" if citation.title else ""
            lines.append(f"[{citation.n}] {where}{title}: “{citation.quote}”")
            if citation.url:
                lines.append(f"    {citation.url}")
    return "\n".join(lines)
