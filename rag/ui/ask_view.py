"""The Ask view: a conversation whose every sentence has its quotes a click away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from rag.answer.follow_up import MAX_TURNS, Turn
from rag.dateline import Dateline, EngineChoice
from rag.errors import DatelineError, defect
from rag.filters import Filters, parse_filters
from rag.ui import transcript
from rag.ui.answers import Exchange, conversation
from rag.ui.examples import Examples
from rag.ui.markup import counted, notice, text
from rag.ui.welcome import stored_articles, welcome

MAX_QUESTION_CHARACTERS = 2000
MAX_EXCHANGES = 200
# Questions answered at one time; further ones wait in the queue.
CONCURRENT_ANSWERS = 8
STOPPED = "Stopped."
Exchanges = tuple[Exchange, ...]

# Runs in the page: buttons inside the chat reach Python through this block.
ON_LOAD = """
dateline.chatActions((data) => trigger('edit', data), (data) => trigger('retry', data));
"""


class AskView:
    """The components of the view, and what they do; each session has its own ``exchanges``."""

    def __init__(self, dateline: Dateline) -> None:
        self.dateline = dateline
        self.examples = Examples(dateline)
        # Keys of exchanges that were stopped: the page cannot cancel what it has only just sent.
        self.stopped: set[str] = set()
        self.exchanges = gr.State(())
        self.editing = gr.State(None)
        self.chat = gr.Chatbot(
            elem_id="dl-chat",
            label="Conversation",
            show_label=False,
            container=False,
            layout="panel",
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            allow_tags=False,
            placeholder=welcome([]),
            height="100%",
        )
        self.note = gr.HTML("", elem_id="dl-ask-note", apply_default_css=False)
        self.question = gr.Textbox(
            elem_id="dl-ask-box",
            label="Question",
            show_label=False,
            container=False,
            placeholder="Ask about the articles",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION_CHARACTERS,
            submit_btn="Ask",
            autofocus=True,
            html_attributes=gr.InputHTMLAttributes(autocapitalize="sentences"),
        )
        self._options()
        self.actions = gr.HTML("", js_on_load=ON_LOAD, elem_id="dl-chat-actions")
        self._wire()

    def _options(self) -> None:
        with gr.Row(elem_id="dl-ask-options"):
            with gr.Accordion("Filters and engine", open=False, elem_id="dl-filters"):
                with gr.Row():
                    self.since = gr.Textbox("", label="Published since", placeholder="2026-01-31")
                    self.until = gr.Textbox("", label="Published until", placeholder="2026-02-02")
                self.outlets = gr.Dropdown(
                    label="Outlets", choices=[], multiselect=True, value=[], filterable=True
                )
                self.engine = gr.Radio(
                    label="Answered by",
                    choices=engine_choices(self.dateline),
                    value="auto",
                    elem_id="dl-engine",
                )
                gr.HTML(engine_help(self.dateline), apply_default_css=False)
            self.new = gr.Button("New conversation", size="sm", elem_classes="dl-small")
            self.export = gr.DownloadButton(
                "Export", size="sm", elem_classes="dl-small", interactive=False
            )

    def _wire(self) -> None:
        options = [self.since, self.until, self.outlets, self.engine]
        private: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "hidden",
            "concurrency_limit": None,
        }
        asked = [self.question, self.exchanges, self.editing, self.chat, self.note]
        begun = [
            self.question.submit(
                self.begin, [self.question, self.exchanges, self.editing], asked, **private
            ),
            self.chat.example_select(self.begin_example, self.exchanges, asked, **private),
            self.actions.retry(self.begin_again, self.exchanges, asked, **private),
        ]
        shown = [self.exchanges, self.chat, self.note, self.export, self.question]
        answering = [
            event.success(
                self.answer,
                [self.exchanges, *options],
                shown,
                api_visibility="private",
                show_progress="hidden",
                concurrency_limit=CONCURRENT_ANSWERS,
                concurrency_id="answers",
            )
            for event in begun
        ]
        self.question.stop(
            self.stop,
            [self.exchanges],
            shown,
            cancels=answering,
            **private,
        )
        self.actions.edit(
            self.edit,
            [self.exchanges],
            [self.question, self.editing, self.note],
            **private,
        )
        self.new.click(
            self.start_anew,
            [self.exchanges],
            [*shown, self.editing],
            cancels=answering,
            **private,
        )

    def opened(self) -> tuple[Any, ...]:
        """The chat, and the outlets of all three views, as a page just opened shows them."""
        records = stored_articles(self.dateline)
        outlets = sorted({record.outlet for record in records if record.outlet})
        examples = [{"text": question} for question in self.examples.questions()]
        chat = gr.Chatbot(placeholder=welcome(records), examples=examples)
        return chat, *[gr.Dropdown(choices=outlets) for _ in range(3)]

    # --- steps of a question ---

    def begin(
        self, question: str | None, exchanges: Exchanges, editing: int | None
    ) -> tuple[Any, ...]:
        """Put the question into the conversation before anything is looked up."""
        asked = (question or "").strip()
        if not asked:
            raise gr.Error("Write a question first.", duration=4, print_exception=False)
        kept = exchanges[: MAX_EXCHANGES - 1] if editing is None else exchanges[:editing]
        return self._begun((*kept, Exchange(asked[:MAX_QUESTION_CHARACTERS])))

    def begin_example(self, exchanges: Exchanges, event: gr.SelectData) -> tuple[Any, ...]:
        return self.begin(str(event.value["text"]), exchanges, None)

    def begin_again(self, exchanges: Exchanges) -> tuple[Any, ...]:
        if not exchanges:
            raise gr.Error("There is no question to ask again.", duration=4, print_exception=False)
        return self._begun((*exchanges[:-1], Exchange(exchanges[-1].question)))

    def _begun(self, exchanges: Exchanges) -> tuple[Any, ...]:
        box = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        return box, exchanges, None, conversation(exchanges), ""

    def answer(
        self,
        exchanges: Exchanges,
        since: str,
        until: str,
        outlets: list[str],
        engine: EngineChoice,
    ) -> Iterator[tuple[Any, ...]]:
        """The answer to the last question, shown again with each sentence that is proved."""
        *before, current = exchanges
        note = ""
        if current.finished or current.key in self.stopped:  # before it had begun
            self.stopped.discard(current.key)
            return
        try:
            filters = filters_of(since, until, outlets)
            note = filter_note(self.dateline, filters)
            for answer in self.dateline.stream(
                current.question, engine=engine, filters=filters, history=turns(before)
            ):
                if current.key in self.stopped:
                    break
                current = replace(current, answer=answer)
                yield self._shown((*before, current), note)
        except DatelineError as error:
            current = replace(current, error=str(error))
        except Exception as error:  # noqa: BLE001 the conversation goes on after a defect
            current = replace(current, error=defect(error))
        if current.key in self.stopped:
            self.stopped.discard(current.key)
            return
        yield self._shown((*before, replace(current, finished=True)), note, done=True)

    def stop(self, exchanges: Exchanges) -> tuple[Any, ...]:
        *before, current = exchanges
        if not current.finished:
            self.stopped.add(current.key)
            current = replace(current, finished=True, error=STOPPED)
        return self._shown((*before, current), "", done=True)

    def edit(self, exchanges: Exchanges, event: gr.EventData) -> tuple[Any, ...]:
        """Put a question back into the box; asking it leaves out what came after."""
        number = int(event.number)
        if not 0 <= number < len(exchanges):
            raise gr.Error("That question is no longer there.", duration=4, print_exception=False)
        later = len(exchanges) - number - 1
        told = "Editing your question" + (
            f": {counted(later, 'later question')} will be left out." if later else "."
        )
        return gr.Textbox(value=exchanges[number].question), number, notice(told)

    def start_anew(self, left: Exchanges) -> tuple[Any, ...]:
        if left and not left[-1].finished:
            self.stopped.add(left[-1].key)
        exchanges, chat, note, export, box = self._shown((), "", done=True)
        return exchanges, chat, note, export, box, None

    def _shown(self, exchanges: Exchanges, note: str, *, done: bool = False) -> tuple[Any, ...]:
        """Values of exchanges, chat, note, export and box."""
        box = gr.Textbox(submit_btn="Ask", stop_btn=False) if done else gr.skip()
        export = exported(exchanges) if done else gr.skip()
        return exchanges, conversation(exchanges), note, export, box


def turns(exchanges: list[Exchange]) -> list[Turn]:
    """The conversation so far, for follow-ups; what failed is not part of it."""
    answered = [e.answer for e in exchanges if e.answer is not None and e.error is None]
    return [Turn(a.standalone_question or a.question, a.answer) for a in answered[-MAX_TURNS:]]


def exported(exchanges: Exchanges) -> Any:
    """The download button with the conversation as a file, off when there is none."""
    if not exchanges:
        return gr.DownloadButton(value=None, interactive=False)
    folder = Path(tempfile.mkdtemp(prefix="dateline-"))
    file = folder / "conversation.md"
    file.write_text(transcript.markdown(exchanges), "utf-8", errors="replace")
    return gr.DownloadButton(value=str(file), interactive=True)


def filters_of(since: str, until: str, outlets: list[str]) -> Filters:
    """
    Raises:
        UsageError: a date that is none, or a range that holds no day.
    """
    return parse_filters(since.strip() or None, until.strip() or None, outlets or ())


def filter_note(dateline: Dateline, filters: Filters) -> str:
    """What the filters leave out for want of a date or an outlet."""
    if not filters.active:
        return ""
    left_out = dateline.left_out(filters)
    parts = []
    if left_out.undated:
        parts.append(f"{counted(left_out.undated, 'article')} without a date")
    if left_out.no_outlet:
        parts.append(f"{counted(left_out.no_outlet, 'article')} without an outlet")
    said = f"; {' and '.join(parts)} left out" if parts else ""
    return notice(f"Filters are on{said}.")


def engine_choices(dateline: Dateline) -> list[tuple[str, str]]:
    if dateline.settings.model is None:
        return [("Exact quotes (extractive)", "auto")]
    return [(f"Model: {dateline.settings.model}", "auto"), ("Exact quotes only", "extractive")]


def engine_help(dateline: Dateline) -> str:
    if dateline.settings.model is not None:
        return (
            '<p class="dl-help">The model’s sentences are checked against the quotes before they '
            "are shown: what is not sure is marked “Check this”, what is not proved is taken out. "
            "What leaves this machine is your question, the passages found and those sentences.</p>"
        )
    return (
        '<p class="dl-help">Answers are exact quotes; nothing leaves this machine. A chat model '
        "would join the sources into sentences of its own, each checked against the quotes, and "
        "understand follow-ups better: set "
        f"<code>{text('DATELINE_MODEL=openai:NAME')}</code> with a key, or "
        f"<code>{text('DATELINE_MODEL=local:PATH.gguf')}</code> for one on this machine, and "
        "start again.</p>"
    )
