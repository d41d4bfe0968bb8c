"""What an answer is: statements, the exact quotes they rest on, and where the reports differ.

``to_json`` of each type gives the contract's JSON, key for key.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from rag.evidence.verdict import CheckedBy, Span, Support

Relation = Literal["same", "compatible", "conflict"]
# Why there is no answer: the articles do not tell; no article passes the filters; the question
# leans on an earlier one in a way that cannot be resolved.
Refusal = Literal["not_told", "filter_empty", "ask_whole"]

REFUSAL = "The articles do not tell."
ASK_WHOLE = (
    "The question leans on an earlier one, and it is not clear to what it points: "
    "ask it as one whole question."
)


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote: ``text[start:end] == quote`` in the article text of that hash.

    ``start`` and ``end`` are character offsets in the text that ``dateline show`` prints;
    ``answer_start`` and ``answer_end`` those of the words in it that answer the question.
    """

    n: int
    article_id: str
    source: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    quote: str
    start: int
    end: int
    text_sha256: str
    answer_start: int | None = None
    answer_end: int | None = None


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The answer in a few words ("31 civilians", "7 July 2022"), and the citations that give it.

    At most twelve words; for why, how and what happened it may be a sentence.
    """

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One half of a question that asks two things."""

    question: str
    short: tuple[ShortAnswer, ...]
    abstained: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the numbers of its citations.

    Attributes:
        support: "quoted" when the sentence is itself a quote; "supported" when the quotes say it;
            "uncertain" when they may: it is in the answer, and front ends mark it; "unsupported"
            when it was taken out of the answer.
        why: for what reason it is marked or was taken out; or that a second look failed.
        probability: that the quotes support it, by the judge, 0 to 1.
        checked_by: a quote needs no check; else the judge, or the chat model's second look.
        unsupported_spans: (start, end) in ``text`` of the words that the quotes do not say.
        certain: quoted or supported.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    why: str | None = None
    probability: float = 1.0
    checked_by: CheckedBy = "quote"
    unsupported_spans: tuple[Span, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class NearPassage:
    """A passage shown when the articles do not tell; the shape of a search result.

    ``why`` is what the articles say instead, when the question takes something for granted that
    they deny.
    """

    article_id: str
    source: str
    title: str | None
    outlet: str | None
    published: str | None
    text: str
    start: int
    end: int
    score: float
    why: str | None = None


# "Dozens of people", where "two dozen people" takes no "of".
_INEXACT = frozenset({"dozens", "scores", "hundreds", "thousands", "millions", "billions"})
_STATES = frozenset({"dead", "wounded", "injured", "missing"})


@dataclass(frozen=True, slots=True)
class Value:
    """One answer value, who says so, and the citations that say it.

    Attributes:
        said_by: a name or a noun phrase that can speak; None when the sentence names nobody.
        date: the day on which it was so or was said, ISO, or None.
        denied: the citations deny it.
    """

    value: str
    unit: str | None
    qualifier: str | None
    said_by: str | None
    citations: tuple[int, ...]
    date: str | None = None
    denied: bool = False

    @property
    def number(self) -> str:
        """ "at least 145", "more than 30"; a name or date as it is."""
        return " ".join(part for part in (self.qualifier, self.value) if part)

    @property
    def words(self) -> str:
        """The value as it reads: "at least 145 militants", "dozens of others"."""
        if self.unit is None:
            return self.number
        counted = self.value.lower() in _INEXACT and self.unit not in _STATES
        link = " of " if counted else " "
        return f"{self.number}{link}{self.unit}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the cited articles relate: counts, and the values side by side.

    ``origins`` counts independent origins (copies of one story count once); ``speakers`` counts
    who says the values.
    """

    articles: int
    origins: int
    speakers: int
    relation: Relation
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of all model calls for one answer; ``cost_usd`` is None when the price is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class PromptRecord:
    """Which prompt file made an answer."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered, or refused, or failed (``error`` set).

    ``answer`` is the shown statements in order, each followed by its ``[n]`` markers, or
    a refusal's sentence; a row that failed has an empty one.

    Attributes:
        short: the answer in a few words, most widely told first; several when reports differ.
        parts: of a question that asks two things, else empty.
        refusal: why it abstained.
        read_as: the question as it was understood, when its spelling was mended.
    """

    id: str
    question: str
    standalone_question: str
    answer: str
    abstained: bool
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    invalid_citations: int = 0
    nearest: tuple[NearPassage, ...] = ()
    agreement: Agreement | None = None
    engine: Literal["extractive", "llm"] = "extractive"
    model: str | None = None
    prompt: PromptRecord | None = None
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    error: str | None = None
    short: tuple[ShortAnswer, ...] = ()
    parts: tuple[QuestionPart, ...] = ()
    refusal: Refusal | None = None
    read_as: str | None = None

    @classmethod
    def failed(cls, identifier: str, question: str, error: str) -> Answer:
        """The row of a question that could not be answered, with the reason."""
        return cls(identifier, question, question, answer="", abstained=False, error=error)

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON: tuples as lists, unknown fields null, no key missing."""
        return asdict(self)

    def with_id(self, identifier: str) -> Answer:
        return replace(self, id=identifier)


def answer_text(statements: tuple[Statement, ...]) -> str:
    """The shown statements in order, each followed by its ``[n]`` markers.

    Statements marked "unsupported" are left out. Without any shown statement: ``REFUSAL``.
    """
    shown = [
        s.text + (" " + "".join(f"[{n}]" for n in s.citations) if s.citations else "")
        for s in statements
        if s.support != "unsupported"
    ]
    return " ".join(shown) if shown else REFUSAL
