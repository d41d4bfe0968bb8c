"""One question's way through a chat model, in LangChain Expression Language.

stand alone → retrieve → number the sentences → write → prove → assemble. Each step adds one thing;
the last three are generators, so that a sentence comes out as soon as it is proved, not before.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator, RunnableLambda

from rag.agreement import agreement, short_answers
from rag.answer.answer import REFUSAL, Answer, Citation, Statement, Usage, answer_text
from rag.answer.answering import answering_sentences, with_answers
from rag.answer.citations import RawStatement, StatementStream
from rag.answer.evidence import (
    FoundSentence,
    citation,
    near_passages,
    number_sentences,
)
from rag.answer.extractive import answer_extractively, thresholds
from rag.answer.follow_up import Turn, rewrite_follow_up
from rag.answer.proof import Proven, StatementProver
from rag.errors import ContextTooLongError
from rag.evidence import Prover
from rag.evidence.second_look import SecondLook, quoted
from rag.filters import Filters
from rag.index import Index
from rag.models import ChatModel, Message, Reply, fit
from rag.prompts import Prompt
from rag.quoting import harmless, quote_articles
from rag.retrieval import FoundPassage, search

# Statements that are looked at a second time side by side, while the answer is still being written.
_LOOKS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked: a question, the conversation before it, and which articles may be used."""

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Asked:
    """An inquiry whose question can be understood alone."""

    inquiry: Inquiry
    question: str
    replies: tuple[Reply, ...]
    started_s: float


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found for it, best first."""

    asked: Asked
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True, slots=True)
class Prompted:
    """The prompt, and the sentences in it by number.

    ``more`` are sentences of passages that the model's window did not hold; a statement may be
    proved by them too.
    """

    retrieved: Retrieved
    sentences: dict[int, FoundSentence]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A statement as the model wrote it; the last one of a reply comes with ``reply`` instead."""

    prompted: Prompted
    statement: RawStatement | None = None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement after the checks; the last one comes with the ``reply`` that they were in."""

    prompted: Prompted
    statement: Proven | None = None
    reply: Reply | None = None


class AnswerChain(Runnable[Inquiry | str, Answer]):
    """Question in, Answer out; composes with other LangChain runnables.

    ``stream`` gives the answer so far each time that a sentence has been proved, and last the whole
    one, as ``invoke`` returns it. The async forms run the same steps in threads.

    Attributes:
        steps: the chain of steps itself, for those who want to put one of their own between.
    """

    def __init__(
        self,
        index: Index,
        model: ChatModel,
        prompts: dict[str, Prompt],
        *,
        k: int = 10,
        prover: Prover | None = None,
        look: SecondLook | None = None,
    ) -> None:
        prover = prover or Prover()
        self.steps: Runnable[Inquiry, Answer] = (
            RunnableLambda(partial(stand_alone, model=model, prompt=prompts["rewrite_question"]))
            | RunnableLambda(partial(retrieve, index=index, k=k))
            | RunnableLambda(partial(number, model=model, prompt=prompts["answer"]))
            | RunnableGenerator(write_step(model, prompts["answer"]))
            | RunnableGenerator(prove_step(index, prover, look, prompts["mend"]))
            | RunnableGenerator(assemble_step(index, model, prompts["answer"], k))
        )

    def invoke(
        self, input: Inquiry | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        answer = None
        for answer in self.stream(input, config, **kwargs):  # noqa: B007 the last one is wanted
            continue
        assert answer is not None
        return answer

    def stream(
        self, input: Inquiry | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        inquiry = Inquiry(input) if isinstance(input, str) else input
        return self.steps.stream(inquiry, config)

    async def astream(
        self, input: Inquiry | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Answer]:
        answers = self.stream(input, config, **kwargs)
        while (answer := await asyncio.to_thread(next, answers, None)) is not None:
            yield answer


def stand_alone(inquiry: Inquiry, *, model: ChatModel, prompt: Prompt) -> Asked:
    """A follow-up is rewritten with the history; a first question stays as it is."""
    started_s = time.perf_counter()
    question = " ".join(inquiry.question.split())
    if not inquiry.history:
        return Asked(inquiry, question, (), started_s)
    rewritten, reply = rewrite_follow_up(question, inquiry.history, model, prompt)
    return Asked(inquiry, rewritten, (reply,), started_s)


def retrieve(asked: Asked, *, index: Index, k: int) -> Retrieved:
    # Not re-ranked: the model reads all of them, and would wait for it.
    found = search(index, asked.question, k=k, filters=asked.inquiry.filters, rerank=False)
    return Retrieved(asked, tuple(found))


def number(
    retrieved: Retrieved, *, model: ChatModel, prompt: Prompt, limit_tokens: int | None = None
) -> Prompted:
    """Number the sentences and fill the prompt with as many passages as the window holds."""
    if not retrieved.passages:
        return Prompted(retrieved, {}, ())

    def render(passages: Sequence[FoundPassage]) -> tuple[Message, ...]:
        return answer_messages(retrieved.asked.question, number_sentences(passages), prompt)

    fitted = fit(retrieved.passages, render, model, limit_tokens=limit_tokens)
    return Prompted(retrieved, number_sentences(fitted.passages), fitted.messages)


def answer_messages(
    question: str, sentences: dict[int, FoundSentence], prompt: Prompt
) -> tuple[Message, ...]:
    """The prompt's messages for these numbered sentences."""
    asked = harmless(question)
    block, fence = quote_articles(quoted([s.evidence for s in sentences.values()]), asked)
    values = {"sentences": block, "question": asked, "fence": fence, "refusal": REFUSAL}
    return prompt.render(**{name: values[name] for name in prompt.placeholders})


def write_step(model: ChatModel, prompt: Prompt) -> Any:
    """The step in which the model writes; statements come out as they become whole."""

    def write(inputs: Iterator[Prompted]) -> Iterator[Drafted]:
        for prompted in inputs:
            if not prompted.sentences:
                yield Drafted(prompted)
                continue
            try:
                yield from written(prompted, model, prompt)
            except ContextTooLongError as error:
                # The server counts otherwise than we do: once more, with fewer passages.
                smaller = number(
                    prompted.retrieved, model=model, prompt=prompt, limit_tokens=error.retry_tokens
                )
                yield from written(smaller, model, prompt)

    return write


def written(prompted: Prompted, model: ChatModel, prompt: Prompt) -> Iterator[Drafted]:
    stream = model.stream(prompted.messages, prompt_sha256=prompt.sha256)
    splitter = StatementStream()
    for piece in stream:
        for statement in splitter.feed(piece):
            yield Drafted(prompted, statement)
    rest = splitter.close()
    if stream.reply.truncated and rest:
        rest = rest[:-1]  # its last sentence may have lost its end
    for statement in rest:
        yield Drafted(prompted, statement)
    yield Drafted(prompted, reply=stream.reply)


def prove_step(index: Index, prover: Prover, look: SecondLook | None, mend: Prompt) -> Any:
    """The step in which each statement is proved by exact sentences, or marked unsupported."""

    def prove(inputs: Iterator[Drafted]) -> Iterator[Checked]:
        statements: StatementProver | None = None
        pool = ThreadPoolExecutor(_LOOKS_AT_ONCE, "look") if look is not None else None
        waiting: deque[tuple[Prompted, Future[Proven]]] = deque()
        try:
            for drafted in inputs:
                prompted = drafted.prompted
                if drafted.statement is None:
                    yield from _finished(waiting)
                    yield Checked(prompted, reply=drafted.reply)
                    continue
                if statements is None:
                    statements = StatementProver(index, prompted.sentences, prover, look, mend)
                if pool is None:
                    yield Checked(prompted, statements.prove(drafted.statement))
                    continue
                # In the caller's context, so that what a look costs is booked where it belongs.
                run = copy_context().run
                looked = pool.submit(run, statements.prove, drafted.statement)
                waiting.append((prompted, looked))
                while waiting and waiting[0][1].done():
                    yield from _finished(waiting, 1)
            yield from _finished(waiting)
        finally:
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)

    return prove


def _finished(
    waiting: deque[tuple[Prompted, Future[Proven]]], most: int | None = None
) -> Iterator[Checked]:
    """The first statements that wait, in order, each when it is done."""
    left = len(waiting) if most is None else most
    for _ in range(left):
        prompted, proven = waiting.popleft()
        yield Checked(prompted, proven.result())


def assemble_step(index: Index, model: ChatModel, prompt: Prompt, k: int) -> Any:
    """The step that builds the Answer, one snapshot for each sentence shown, then the whole."""

    def assemble(inputs: Iterator[Checked]) -> Iterator[Answer]:
        draft: AnswerDraft | None = None
        for checked in inputs:
            if draft is None:
                draft = AnswerDraft(checked.prompted, model, prompt)
            if draft.add(checked):
                yield draft.so_far()
        if draft is not None:
            yield draft.whole(index, k)

    return assemble


class AnswerDraft:
    """An answer while its statements come in."""

    def __init__(self, prompted: Prompted, model: ChatModel, prompt: Prompt) -> None:
        self.asked = prompted.retrieved.asked
        self.passages = prompted.retrieved.passages
        self.model = model
        self.prompt = prompt
        self.statements: list[Statement] = []
        self.cited: dict[tuple[str, int, int], Citation] = {}
        self.sentences: dict[int, FoundSentence] = {}
        self.invalid = 0
        self.refused = False
        self.replies = list(self.asked.replies)

    def add(self, checked: Checked) -> bool:
        """Take in one checked statement; whether it is shown."""
        if checked.reply is not None:
            self.replies.append(checked.reply)
        proven = checked.statement
        if proven is None:
            return False
        self.replies += proven.replies
        if proven.is_refusal:
            self.refused = True
            return False
        self.invalid += len(proven.invalid)
        if any(statement.text == proven.text for statement in self.statements):
            return False  # a weak model goes round in circles
        verdict = proven.verdict
        numbers = tuple(self._cite(sentence, verdict.holds) for sentence in proven.evidence)
        self.statements.append(
            Statement(
                proven.text,
                numbers,
                verdict.support,
                verdict.why,
                round(verdict.probability, 4),
                verdict.checked_by,
                verdict.unsupported,
                verdict.certain,
            )
        )
        return verdict.holds

    def so_far(self) -> Answer:
        """The answer as it stands: what has been proved is final, what is to come is not there."""
        statements = tuple(self.statements)
        return Answer(
            id=hashlib.sha256(self.asked.inquiry.question.encode("utf-8", "replace")).hexdigest()[
                :12
            ],
            question=self.asked.inquiry.question,
            standalone_question=self.asked.question,
            answer=answer_text(statements),
            abstained=False,
            statements=statements,
            citations=tuple(self.cited.values()),
            invalid_citations=self.invalid,
            engine="llm",
            model=self.model.name,
            prompt=self.prompt.record,
            usage=total_usage(self.replies),
            seconds=time.perf_counter() - self.asked.started_s,
        )

    def whole(self, index: Index, k: int) -> Answer:
        """The finished answer: with its agreement, or refused, or with the extractive one in its
        place when nothing that the model wrote could be proved."""
        answer = self.so_far()
        if any(statement.support != "unsupported" for statement in self.statements):
            question = self.asked.question
            answering = answering_sentences(
                index, question, self.sentences, least=thresholds().further
            )
            return replace(
                answer,
                citations=with_answers(answer.citations, answering),
                short=short_answers(question, answering),
                agreement=agreement(question, answering),
            )
        if self.statements and not self.refused:
            return self._stood_in(answer, index, k)
        return replace(
            answer,
            answer=REFUSAL,
            abstained=True,
            refusal="not_told",
            nearest=near_passages(self.passages),
        )

    def _stood_in(self, answer: Answer, index: Index, k: int) -> Answer:
        extractive = answer_extractively(
            index, self.asked.question, filters=self.asked.inquiry.filters, k=k
        )
        return replace(
            extractive,
            id=answer.id,
            question=answer.question,
            standalone_question=answer.standalone_question,
            statements=(*answer.statements, *extractive.statements),
            invalid_citations=answer.invalid_citations,
            model=answer.model,
            prompt=answer.prompt,
            usage=answer.usage,
            seconds=time.perf_counter() - self.asked.started_s,
        )

    def _cite(self, sentence: FoundSentence, shown: bool) -> int:
        passage = sentence.passage
        key = (passage.article_id, sentence.start, sentence.end)
        if key not in self.cited:
            self.cited[key] = citation(len(self.cited) + 1, sentence)
        n = self.cited[key].n
        if shown and n not in self.sentences:
            self.sentences[n] = sentence
        return n


def total_usage(replies: Sequence[Reply]) -> Usage:
    """Tokens and cost of all calls; the cost is None as soon as one of them is not known."""
    costs = [reply.cost_usd for reply in replies]
    return Usage(
        input_tokens=sum(reply.usage.input_tokens for reply in replies),
        output_tokens=sum(reply.usage.output_tokens for reply in replies),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
        cached=bool(replies) and all(reply.cached for reply in replies),
    )
