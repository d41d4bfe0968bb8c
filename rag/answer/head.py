"""What stands at the head of an answer: the question as it was read, the answer in a few words or
the values side by side, or why there is none and what to do then. How that looks is the front
end's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.answer.answer import REFUSAL, Answer, QuestionPart, ShortAnswer, Statement, Value
from rag.evidence.verdict import Span

_WAYS_OUT = {
    "not_told": "Ask in other words, or add articles that tell.",
    "filter_empty": "Ask again with wider filters, or without.",
    "ask_whole": "Ask again with the names, the place and the time in the question.",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """One short answer or value with who gives it.

    Attributes:
        date: the day on which it was so or was said, ISO, or None.
        denied: the citations deny it.
    """

    text: str
    said_by: tuple[str, ...]
    citations: tuple[int, ...]
    date: str | None = None
    denied: bool = False

    @property
    def by(self) -> str:
        """Such as "said by the army" or "denied by the mayor"; "" when nobody is named."""
        names = ", ".join(self.said_by)
        if self.denied:
            return f"denied by {names}" if names else "denied"
        return f"said by {names}" if names else ""


def readings(answer: Answer) -> list[tuple[str, str]]:
    """(in what way, question) for each reading that differs from the question as it was put."""
    read = []
    if answer.read_as not in (None, "", answer.question):
        read.append(("asked for", str(answer.read_as)))
    if answer.standalone_question not in ("", answer.question, answer.read_as):
        read.append(("understood as", answer.standalone_question))
    return read


def side_by_side(answer: Answer) -> list[Telling]:
    """The values of reports that do not say the same; none where there is but one value."""
    agreement = answer.agreement
    if answer.abstained or agreement is None or agreement.relation == "same":
        return []
    values = [
        Telling(v.words, (v.said_by,) if v.said_by else (), v.citations, v.date, v.denied)
        for v in agreement.values
    ]
    return values if len(values) > 1 else []


def short_answers(answer: Answer) -> list[Telling]:
    """The short answers of one question on which the reports do not differ; those of a question
    in parts stand with its parts."""
    if answer.abstained or answer.parts or side_by_side(answer):
        return []
    values = answer.agreement.values if answer.agreement else ()
    return [
        Telling(short.text, _speakers(short, values), short.citations) for short in answer.short
    ]


def _speakers(short: ShortAnswer, values: tuple[Value, ...]) -> tuple[str, ...]:
    said = (v.said_by for v in values if v.said_by and set(v.citations) & set(short.citations))
    return tuple(dict.fromkeys(said))


def part_tellings(part: QuestionPart) -> list[Telling]:
    """The short answers of a part; none when the articles do not tell it."""
    return [] if part.abstained else [Telling(s.text, (), s.citations) for s in part.short]


def way_out(answer: Answer) -> str:
    """What the person can do after a refusal."""
    if answer.refusal in (None, "not_told") and answer.nearest:
        return "Look at the passages below, or ask in other words."
    return _WAYS_OUT[answer.refusal or "not_told"]


def head_lines(answer: Answer) -> list[str]:
    """The head for where only words are kept: a line each short answer, value or part, with the
    ``[n]`` markers of its citations."""
    lines = [
        f"{part.question} {'; '.join(map(_line, part_tellings(part))) or REFUSAL}"
        for part in answer.parts
    ]
    return lines + [_line(telling) for telling in short_answers(answer) + side_by_side(answer)]


def _line(telling: Telling) -> str:
    about = ", ".join(part for part in (telling.by, telling.date) if part)
    numbers = "".join(f"[{n}]" for n in telling.citations)
    return " ".join(part for part in (telling.text, f"({about})" if about else "", numbers) if part)


def answer_span(citation: Mapping[str, Any]) -> Span | None:
    """Where in its quote the words stand that answer; None when they are the whole quote, or not
    known.

    Args:
        citation: the contract's JSON; stored ones may lack ``answer_start`` and ``answer_end``.
    """
    low, high = citation.get("answer_start"), citation.get("answer_end")
    if low is None or high is None:
        return None
    quote = citation["quote"]
    start, end = max(low - citation["start"], 0), min(high - citation["start"], len(quote))
    rest = quote[:start] + quote[end:]
    return (start, end) if start < end and any(map(str.isalnum, rest)) else None


def answer_spans(statement: Statement, citations: Mapping[int, Mapping[str, Any]]) -> list[Span]:
    """Where in a quoted statement the words stand that answer."""
    spans: list[Span] = []
    for citation in (citations[n] for n in statement.citations if n in citations):
        span, at = answer_span(citation), statement.text.find(citation["quote"])
        if statement.support == "quoted" and span is not None and at >= 0:
            spans.append((at + span[0], at + span[1]))
    return spans
