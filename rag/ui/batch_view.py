"""The Batch view: a file of questions in, watched or left alone, a file of answers out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr

from rag.dateline import Dateline, EngineChoice
from rag.errors import DatelineError
from rag.ui.ask_view import engine_choices, filters_of
from rag.ui.batch_jobs import FORMATS, Batches, BatchStatus
from rag.ui.markup import counted, notice, progress_bar, text

REFRESH_S = 1.0
STATES = {
    "running": "Running",
    "stopping": "Stopping after the rows being answered",
    "done": "Done",
    "stopped": "Stopped",
    "failed": "Failed",
}
LEAD = (
    '<div class="dl-lead"><h2>Batch</h2><p>A file of questions (a column or field '
    f"<code>question</code>, or a line each; {text(', '.join(FORMATS))}) becomes a file of "
    "answers. It goes on when this page is closed; come back and find it by its name.</p></div>"
)


class BatchView:
    """The components of the view, and what they do."""

    def __init__(self, dateline: Dateline) -> None:
        self.batches = Batches(dateline)
        self._copies: dict[Path, Path] = {}
        gr.HTML(LEAD, apply_default_css=False)
        self.file = gr.File(
            label="Questions",
            show_label=False,
            file_count="single",
            height=130,
            elem_id="dl-questions",
        )
        with gr.Row():
            self.name = gr.Textbox("", label="Name", placeholder="monday", elem_id="dl-batch-name")
            self.output = gr.Radio(
                [("CSV, for a spreadsheet", "csv"), ("JSONL", "jsonl")],
                value="csv",
                label="Answers as",
            )
        with gr.Accordion("Filters and engine", open=False, elem_classes="dl-fold"):
            with gr.Row():
                self.since = gr.Textbox("", label="Published since", placeholder="2026-01-31")
                self.until = gr.Textbox("", label="Published until", placeholder="2026-02-02")
            self.outlets = gr.Dropdown(label="Outlets", choices=[], multiselect=True, value=[])
            self.engine = gr.Radio(
                label="Answered by", choices=engine_choices(dateline), value="auto"
            )
        with gr.Row(elem_classes="dl-buttons"):
            self.start = gr.Button("Start", variant="primary", elem_classes="dl-small")
        self.told = gr.HTML("", elem_id="dl-batch-told", apply_default_css=False)
        self.chosen = gr.Dropdown(
            label="Your batches", choices=[], value=None, elem_id="dl-batch-chosen"
        )
        self.status = gr.HTML("", elem_id="dl-batch-status", apply_default_css=False)
        with gr.Row(elem_classes="dl-buttons"):
            self.download = gr.DownloadButton(
                "Download answers",
                interactive=False,
                elem_classes="dl-small",
                elem_id="dl-batch-get",
            )
            self.stop = gr.Button("Stop", interactive=False, elem_classes="dl-small")
            self.resume = gr.Button("Go on", interactive=False, elem_classes="dl-small")
            self.delete = gr.Button("Delete", interactive=False, elem_classes="dl-small")
        self.timer = gr.Timer(REFRESH_S, active=False)
        self._wire()

    def _wire(self) -> None:
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        watched = [self.status, self.download, self.stop, self.resume, self.delete, self.timer]
        begun = self.start.click(
            self.begin,
            [self.file, self.name, self.output, self.since, self.until, self.outlets, self.engine],
            [self.told, self.chosen, self.file, self.name],
            **private,
        )
        begun.success(self.watch, self.chosen, watched, **private)
        self.chosen.change(self.watch, self.chosen, watched, **private)
        self.timer.tick(self.watch, self.chosen, watched, **private)
        self.stop.click(self.do_stop, self.chosen, watched, **private)
        self.resume.click(self.do_resume, self.chosen, watched, **private)
        self.delete.click(self.do_delete, self.chosen, [self.told, self.chosen], **private).then(
            self.watch, self.chosen, watched, **private
        )

    def opened(self, request: gr.Request) -> Any:
        """The list of batches as a page that has just been opened shows it."""
        names = self.batches.names(request.username)
        return gr.Dropdown(choices=names, value=names[0] if names else None)

    def begin(  # noqa: PLR0917 Gradio passes the inputs in their order
        self,
        sent: str | None,
        name: str,
        output: Any,
        since: str,
        until: str,
        outlets: Sequence[str],
        engine: EngineChoice,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        if not sent:
            return notice("Choose a file of questions first.", "error"), *[gr.skip()] * 3
        try:
            filters = filters_of(since, until, list(outlets or ()))
            started = self.batches.start(
                request.username,
                Path(sent),
                name=(name or "").strip(),
                output=output,
                engine=engine,
                filters=filters,
            )
        except DatelineError as error:
            return notice(error, "error"), *[gr.skip()] * 3
        names = self.batches.names(request.username)
        chosen = gr.Dropdown(choices=names, value=started)
        return notice(f"Started {started}."), chosen, None, ""

    def watch(self, name: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Values of status, the four buttons and the timer for the chosen batch."""
        if not name:
            off = gr.Button(interactive=False)
            return "", gr.DownloadButton(interactive=False), off, off, off, gr.Timer(active=False)
        try:
            status = self.batches.status(request.username, name)
        except DatelineError as error:
            off = gr.Button(interactive=False)
            told = notice(error, "error")
            return told, gr.DownloadButton(interactive=False), off, off, off, gr.Timer(active=False)
        running = status.state in ("running", "stopping")
        value = self._to_download(status.output) if status.output else None
        return (
            status_html(status),
            gr.DownloadButton(value=value, interactive=value is not None),
            gr.Button(interactive=status.state == "running"),
            gr.Button(interactive=status.state in ("stopped", "failed") or bool(status.told)),
            gr.Button(interactive=not running),
            gr.Timer(active=running),
        )

    def _to_download(self, output: Path) -> str:
        """A copy of the answers where the web server may serve files from; made once."""
        if output not in self._copies or not self._copies[output].exists():
            copy = Path(tempfile.mkdtemp(prefix="dateline-")) / output.name
            shutil.copyfile(output, copy)
            self._copies[output] = copy
        return str(self._copies[output])

    def do_stop(self, name: str | None, request: gr.Request) -> tuple[Any, ...]:
        if name:
            with suppress(DatelineError):  # one that is gone is told of by watch
                self.batches.stop(request.username, name)
        return self.watch(name, request)

    def do_resume(self, name: str | None, request: gr.Request) -> tuple[Any, ...]:
        if name:
            self._copies.clear()  # the answers are made anew
            with suppress(DatelineError):
                self.batches.resume(request.username, name)
        return self.watch(name, request)

    def do_delete(self, name: str | None, request: gr.Request) -> tuple[Any, Any]:
        told = ""
        if name:
            try:
                self._copies.clear()  # another batch may get the name
                self.batches.delete(request.username, name)
                told = notice(f"Deleted {name}.")
            except DatelineError as error:
                told = notice(error, "error")
        names = self.batches.names(request.username)
        return told, gr.Dropdown(choices=names, value=names[0] if names else None)


def status_html(status: BatchStatus) -> str:
    """How far a batch is, what it was asked for, and what went wrong."""
    order = status.order
    bounds = [
        f"since {order.since}" if order.since else "",
        f"until {order.until}" if order.until else "",
        ", ".join(order.outlets),
    ]
    asked = " · ".join(
        [
            counted(order.rows, "question"),
            order.engine if order.engine != "auto" else "",
            *bounds,
            f"begun {order.created.replace('T', ' ').removesuffix('+00:00')} UTC",
        ]
    )
    shown = " · ".join(part for part in asked.split(" · ") if part)
    told = (
        notice(status.told, "error" if status.state == "failed" else "note") if status.told else ""
    )
    if status.state in ("running", "stopping"):
        fraction = (status.done or 0) / max(1, order.rows)
        where = f"{status.done or 0:,} of {order.rows:,}"
        bar = progress_bar(f"{STATES[status.state]}, {where}", fraction, status.left_s)
    else:
        done = (
            "" if status.done is None or status.state == "done" else f", {status.done:,} answered"
        )
        bar = (
            f'<p class="dl-state dl-{status.state}" role="status">{STATES[status.state]}{done}</p>'
        )
    return f'{bar}<p class="dl-help">{text(shown)}</p>{told}'
