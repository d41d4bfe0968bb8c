"""One service behind every front end: the command line, the chat UI, scripts and evals.

It opens the index, knows the settings, and hands each question to the engine that answers it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rag.errors import ConfigurationError, UsageError
from rag.filters import Filters
from rag.library import NO_FILTERS, Library
from rag.models.budget import Budget
from rag.prompts import load_prompts
from rag.settings import Settings, Verify

if TYPE_CHECKING:
    from rag.answer.answer import Answer
    from rag.answer.chain import AnswerChain
    from rag.answer.follow_up import Turn
    from rag.batch import BatchReport
    from rag.evidence import Prover
    from rag.evidence.second_look import SecondLook
    from rag.models import ChatModel
    from rag.prompts import Prompt
    from rag.retrieval import FoundPassage
    from rag.summary import Brief
    from rag.summary.brief import Progress

EngineChoice = Literal["auto", "extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How a model may be used.

    Attributes:
        verify: whether a model takes a second look at each statement; None for the setting.
        max_cost_usd, max_tokens: over all calls; the call that could go over is not made.
        calls_per_minute: of the model; None for as many as come.
        cache: whether answers that the model gave before are used again.
        cache_folder: where those are kept; None for the folder of the index.
    """

    verify: Verify | None = None
    max_cost_usd: float | None = None
    max_tokens: int | None = None
    calls_per_minute: float | None = None
    cache: bool = True
    cache_folder: Path | None = None


class Dateline(Library):
    """The stored articles (see ``Library``) and what can be asked of them.

    The index is opened at the first question and kept open; use it as a context manager. Threads
    may share one.
    """

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        super().__init__(settings)
        self.limits = limits or Limits()
        self.budget = Budget(self.limits.max_cost_usd, self.limits.max_tokens)
        self._model: ChatModel | None = None
        self._verifier: ChatModel | None = None
        self._chains: dict[int, AnswerChain] = {}

    # --- questions ---

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        filters: Filters = NO_FILTERS,
        rerank: bool = True,
    ) -> list[FoundPassage]:
        """The ``k`` best passages for ``query``, best first.

        Args:
            rerank: read what was found for the answer, and order it by that too.

        Raises:
            UsageError: the query is empty.
        """
        from rag.retrieval import search

        return search(self.index(), query, k=k, filters=filters, rerank=rerank)

    def ask(
        self,
        question: str,
        *,
        engine: EngineChoice = "auto",
        filters: Filters = NO_FILTERS,
        history: Sequence[Turn] = (),
        repeat: int = 0,
    ) -> Answer:
        """One question answered from the articles, or refused.

        Args:
            history: the conversation before; a follow-up is rewritten to stand alone.
            repeat: index of a repeated question that a model is to be asked afresh.

        Raises:
            UsageError: the question is empty.
            ConfigurationError: the engine needs a model and none is set, or it cannot be used.
            ModelError: the model did not answer.
        """
        *_, answer = self.stream(
            question, engine=engine, filters=filters, history=history, repeat=repeat
        )
        return answer

    def stream(
        self,
        question: str,
        *,
        engine: EngineChoice = "auto",
        filters: Filters = NO_FILTERS,
        history: Sequence[Turn] = (),
        repeat: int = 0,
    ) -> Iterator[Answer]:
        """The answer so far each time that a sentence has been proved, and last the whole one.

        Arguments as for ``ask``.
        """
        if not question.strip():
            raise UsageError("the question is empty")
        if self.engine_for(engine) == "llm":
            from rag.answer.chain import Inquiry

            yield from self.chain(repeat).stream(Inquiry(question, tuple(history), filters))
            return
        from rag.answer.offline import answer_offline

        yield answer_offline(self.index(), question, history, filters, self.settings.passages)

    def engine_for(self, choice: EngineChoice) -> Literal["extractive", "llm"]:
        """The engine that ``choice`` comes to with these settings.

        Raises:
            ConfigurationError: a model is needed, to answer or to verify, and none is set.
        """
        _ = self.verify  # `--verify model` without one is refused, whatever answers
        if choice == "extractive" or (choice == "auto" and self.settings.model is None):
            return "extractive"
        if self.settings.model is None:
            raise ConfigurationError(
                "--engine llm needs a model: set DATELINE_MODEL to openai:NAME, local:PATH.gguf "
                "or local"
            )
        return "llm"

    def chain(self, repeat: int = 0) -> AnswerChain:
        """The chain of the chat model, as a LangChain runnable; made once for each ``repeat``."""
        from rag.answer.chain import AnswerChain

        index, model = self.index(), self.model()
        look = self.second_look(repeat)
        with self._opening:
            if repeat not in self._chains:
                self._chains[repeat] = AnswerChain(
                    index,
                    model.repeated(repeat),
                    self.prompts(),
                    k=self.settings.passages,
                    prover=self.prover(),
                    look=look,
                )
            return self._chains[repeat]

    def model(self) -> ChatModel:
        """The chat model of the settings, opened once.

        Raises:
            ConfigurationError: none is set, or it cannot be used.
        """
        self.engine_for("llm")
        with self._opening:
            if self._model is None:
                assert self.settings.model is not None
                self._model = self._open_model(self.settings.model)
            return self._model

    def prompts(self) -> dict[str, Prompt]:
        """The prompts of the package, with those of the settings in place of their namesakes."""
        return {**load_prompts(), **load_prompts(self.settings.prompts)}

    def prover(self) -> Prover:
        """What proves statements, with the thresholds of the settings."""
        from rag.evidence import Prover

        return Prover(strict=self.settings.strict)

    @property
    def verify(self) -> Literal["checks", "model"]:
        """Whether a model takes a second look.

        Raises:
            ConfigurationError: it is to, and no model is set.
        """
        choice = self.limits.verify or self.settings.verify
        name = self.settings.verify_model or self.settings.model
        if choice == "model" and name is None:
            raise ConfigurationError(
                "--verify model needs a model: set DATELINE_MODEL or DATELINE_VERIFY_MODEL to "
                "openai:NAME, local:PATH.gguf or local"
            )
        if choice == "auto":
            return "model" if name is not None and name.startswith("openai:") else "checks"
        return choice

    def second_look(self, repeat: int = 0) -> SecondLook | None:
        """The model's second look at statements; None where the checks here are to do.

        Raises:
            ConfigurationError: as ``verify``, or the model cannot be used.
        """
        if self.verify == "checks":
            return None
        from rag.evidence.second_look import SecondLook

        return SecondLook(self._verifying_model().repeated(repeat), self.prompts()["verify"])

    def _verifying_model(self) -> ChatModel:
        name = self.settings.verify_model
        if name is None or name == self.settings.model:
            return self.model()
        with self._opening:
            if self._verifier is None:
                self._verifier = self._open_model(name)
            return self._verifier

    def check(
        self,
        file: Path,
        progress: Callable[[int], object] | None = None,
        *,
        filters: Filters = NO_FILTERS,
    ) -> Iterator[dict[str, Any]]:
        """The rows of a draft or of claims, checked against the articles; see ``rag.drafts``."""
        from rag.drafts import check_file

        look = self.second_look()
        return check_file(file, self.index, progress, self.prover(), look, filters=filters)

    def check_text(
        self,
        text: str,
        progress: Callable[[int], object] | None = None,
        *,
        filters: Filters = NO_FILTERS,
    ) -> Iterator[dict[str, Any]]:
        """The rows of a draft given as text, one a sentence; see ``rag.drafts``."""
        from rag.drafts import check_text

        look = self.second_look()
        return check_text(text, self.index, progress, self.prover(), look, filters=filters)

    def batch(
        self,
        questions: Path,
        output: Path,
        *,
        engine: EngineChoice = "auto",
        filters: Filters = NO_FILTERS,
        resume: bool = False,
        force: bool = False,
        jobs: int | None = None,
        stop: Callable[[], bool] | None = None,
        progress: Callable[[int], object] | None = None,
        announce: Callable[[str], object] | None = None,
    ) -> BatchReport:
        """Answer a file of questions; see ``rag.batch.service.batch``."""
        from rag.batch.service import batch

        return batch(
            self,
            questions,
            output,
            engine=engine,
            filters=filters,
            resume=resume,
            force=force,
            jobs=jobs,
            stop=stop,
            progress=progress,
            announce=announce,
        )

    def summarize(
        self,
        about: str | None = None,
        *,
        filters: Filters = NO_FILTERS,
        engine: EngineChoice = "auto",
        progress: Progress | None = None,
    ) -> Brief:
        """A page on one event or topic, or on the events of the whole index.

        Args:
            about: a topic in words; None for the whole index.
            progress: called with the stage, how much is done, and of how much.

        Raises:
            UsageError: the topic is empty, or no article is on it.
            ConfigurationError: the engine needs a model and none is set, or it cannot be used.
            ModelError: the model did not answer.
        """
        from rag.summary import summarize

        if self.engine_for(engine) == "extractive":
            return summarize(self.index(), about, filters=filters, progress=progress)
        from rag.summary.writing import Writer

        writer = Writer(
            self.model(),
            self.prompts(),
            prover=self.prover(),
            look=self.second_look(),
            progress=progress,
        )
        return summarize(self.index(), about, filters=filters, writer=writer, progress=progress)

    def hints(self, engine: EngineChoice) -> list[str]:
        """What the person could set to get more, a line each."""
        if engine == "auto" and self.settings.model is None and os.environ.get("OPENAI_API_KEY"):
            return [
                "OPENAI_API_KEY is set but nothing was sent anywhere: set "
                "DATELINE_MODEL=openai:NAME to have a model answer"
            ]
        return []

    # --- inside ---

    def _open_model(self, name: str) -> ChatModel:
        from rag.models import ModelOptions, RateLimiter, ResponseCache, open_chat_model

        settings, limits = self.settings, self.limits
        folder = limits.cache_folder or settings.index
        options = ModelOptions(
            max_output_tokens=settings.max_output_tokens,
            context_tokens=settings.context_tokens,
            total_timeout_s=settings.timeout_s,
            cache=ResponseCache.in_folder(folder) if limits.cache else None,
            budget=self.budget,
            rate_limiter=RateLimiter(limits.calls_per_minute),
        )
        return open_chat_model(name, options=options)
