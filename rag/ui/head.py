"""The head of an answer in the chat: as what the question was read, then the answer in a few words,
values side by side where reports differ, or each part of the question with its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.answer.answer import REFUSAL, Answer, QuestionPart
from rag.answer.head import Telling, part_tellings, readings, short_answers, side_by_side, way_out
from rag.ui.citations import by_number, chips
from rag.ui.markup import day, text

# From here on a short answer is a sentence, and set smaller.
SENTENCE_CHARACTERS = 70
Citations = Mapping[int, Mapping[str, Any]]


def head_html(answer: Answer) -> str:
    citations = by_number(answer)
    parts = [reading_html(way, question) for way, question in readings(answer)]
    parts += [part_html(part, citations) for part in answer.parts]
    parts += [telling_html(telling, citations) for telling in short_answers(answer)]
    return "".join(parts) + side_by_side_html(answer, citations)


def reading_html(way: str, question: str) -> str:
    return f'<p class="dl-understood">{text(way.capitalize())}: {text(question)}</p>'


def part_html(part: QuestionPart, citations: Citations) -> str:
    told = "".join(telling_html(telling, citations) for telling in part_tellings(part))
    refused = f'<p class="dl-refusal">{text(REFUSAL)}</p>' if part.abstained else ""
    return (
        f'<div class="dl-part"><p class="dl-label">{text(part.question)}</p>{told}{refused}</div>'
    )


def telling_html(telling: Telling, citations: Citations) -> str:
    """The words, large, with their citations; under them who says so, and when."""
    size = " dl-sentence" if len(telling.text) > SENTENCE_CHARACTERS else ""
    about = " · ".join(part for part in (telling.by, day(telling.date)) if part)
    by = f'<p class="dl-where">{text(about)}</p>' if about else ""
    numbers = chips(telling.citations, citations)
    return f'<p class="dl-short{size}">{text(telling.text)}{numbers}</p>{by}'


def side_by_side_html(answer: Answer, citations: Citations) -> str:
    values = side_by_side(answer)
    if not values or answer.agreement is None:
        return ""
    items = "".join(f"<li>{telling_html(value, citations)}</li>" for value in values)
    told = "The reports differ" if answer.agreement.relation == "conflict" else "The reports give"
    return (
        f'<div class="dl-values dl-{answer.agreement.relation}">'
        f'<p class="dl-label">{told}</p><ul>{items}</ul></div>'
    )


def refusal_html(answer: Answer) -> str:
    """Why there is no answer, and what can be done."""
    return (
        f'<p class="dl-refusal">{text(answer.answer)}</p>'
        f'<p class="dl-understood">{text(way_out(answer))}</p>'
    )
