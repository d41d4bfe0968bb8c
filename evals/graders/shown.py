"""A stored answer as graders read it: what is shown, sentence by sentence, without furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..labels import Case, Fact
from ..reader import folded, split_sentences, split_statements

Texts = Mapping[str, str]

# How an answer says that the articles do not tell: part of the contract of its JSON, which names
# the other refusals in a field of its own.
REFUSAL = "The articles do not tell."
_CLOSING_PARENTHESIS = re.compile(r"\s*\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)[\s.]*$")


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """One shown statement: its words alone, and the numbers that it cites."""

    text: str
    citations: tuple[int, ...]

    @property
    def folded(self) -> str:
        return folded(self.text)


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What an answer shows.

    Attributes:
        refused: it says that the articles do not tell.
        citations: the contract's citations by number.
        relation: of its agreement; None when it shows none.
    """

    refused: bool
    sentences: tuple[ShownSentence, ...]
    citations: Mapping[int, Mapping[str, Any]]
    relation: str | None


def read_answer(answer: Mapping[str, Any]) -> ReadAnswer:
    """The contract's JSON of an Answer, read for grading.

    ``answer`` is what people see: where the statements are not those of its text, the text counts.
    """
    citations = {citation["n"]: citation for citation in answer["citations"]}
    text = answer["answer"].strip()
    refused = text == REFUSAL or answer.get("refusal") is not None
    sentences = () if refused else tuple(_sentences(answer, citations))
    agreement = answer["agreement"]
    return ReadAnswer(refused, sentences, citations, agreement and agreement["relation"])


def _sentences(
    answer: Mapping[str, Any], citations: Mapping[int, Mapping[str, Any]]
) -> Iterator[ShownSentence]:
    shown = [s for s in answer["statements"] if s["support"] != "unsupported"]
    if _words("".join(_with_markers(s) for s in shown)) != _words(answer["answer"]):
        for text, cited in split_statements(answer["answer"]):
            yield ShownSentence(text, cited)
        return
    for statement in shown:
        numbers = tuple(statement["citations"])
        resolved = [citations[n] for n in numbers if n in citations]
        yield ShownSentence(without_furniture(statement["text"], resolved), numbers)


def _with_markers(statement: Mapping[str, Any]) -> str:
    return str(statement["text"]) + "".join(f"[{n}]" for n in statement["citations"])


def _words(text: str) -> str:
    return "".join(text.split())


def without_furniture(text: str, cited: Sequence[Mapping[str, Any]]) -> str:
    """``text`` without a closing "(Harbour Post, 1 Feb 2026; also …)": its dates and outlets are
    no part of what the answer says."""
    closing = _CLOSING_PARENTHESIS.search(text)
    if closing is None:
        return text
    inside = closing["inside"]
    for citation in cited:
        names = (citation["outlet"], citation["title"], citation["source"].rsplit("/", 1)[-1])
        if any(name and inside.startswith(name) for name in names):
            return text[: closing.start()]
    return text


def evidence_sentences(case: Case, fact: Fact, texts: Texts) -> tuple[str, ...]:
    """The whole sentences of the case's articles in which the evidence for ``fact`` stands."""
    return tuple(
        text[first:last]
        for article_id in case.articles
        if (text := texts.get(article_id)) is not None
        for start, end in evidence_places(fact, text)
        for first, last in [_sentence_bounds(text, start, end)]
    )


def evidence_places(fact: Fact, text: str) -> list[tuple[int, int]]:
    """Offsets of the labelled evidence for ``fact`` in an article's text."""
    return [
        (match.start(), match.end())
        for quote in fact.evidence
        for match in re.finditer(re.escape(quote), text)
    ]


def _sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    touched = [s for s in split_sentences(text) if s[0] < end and start < s[1]]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)
