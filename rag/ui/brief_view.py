"""The Brief view: one page on an event or on the whole collection, to read and to take along."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.dateline import Dateline
from rag.ui.ask_view import filters_of
from rag.ui.citations import chips
from rag.ui.markup import counted, day, notice, progress_bar, text
from rag.ui.work import Work

if TYPE_CHECKING:
    from rag.summary import Brief

POLL_S = 0.2
MAX_TOPIC_CHARACTERS = 300
LEAD = (
    '<div class="dl-lead"><h2>Brief</h2><p>One page on a topic, or on everything: what happened '
    "and when, the figures, who said what, where the reports differ, what is not known. Every line "
    "rests on exact quotes.</p></div>"
)
_MARKERS = re.compile(r"\s*(?:\[\d+\])+$")
Row = Mapping[str, Any]
Citations = Mapping[int, Mapping[str, Any]]


class BriefView:
    """The components of the view, and what they do."""

    def __init__(self, dateline: Dateline) -> None:
        self.dateline = dateline
        gr.HTML(LEAD, apply_default_css=False)
        self.topic = gr.Textbox(
            "",
            label="Topic",
            placeholder="Leave empty for every event",
            max_length=MAX_TOPIC_CHARACTERS,
            elem_id="dl-topic",
        )
        with gr.Row():
            self.since = gr.Textbox(
                "", label="Published since", placeholder="2026-01-31", elem_id="dl-brief-since"
            )
            self.until = gr.Textbox("", label="Published until", placeholder="2026-02-02")
            self.outlets = gr.Dropdown(label="Outlets", choices=[], multiselect=True, value=[])
        with gr.Row(elem_classes="dl-buttons"):
            self.write = gr.Button("Write the brief", variant="primary", elem_classes="dl-small")
            self.stop = gr.Button("Stop", elem_classes="dl-small")
        self.shown = gr.HTML("", elem_id="dl-brief", apply_default_css=False)
        with gr.Row(elem_classes="dl-buttons", visible=False) as self.downloads:
            self.files = [
                gr.DownloadButton(f"Download {kind}", size="sm", elem_classes="dl-small")
                for kind in ("Markdown", "HTML", "JSON")
            ]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        writing = self.write.click(
            self.write_brief,
            [self.topic, self.since, self.until, self.outlets],
            [self.shown, self.downloads, *self.files],
            concurrency_limit=2,
            **private,
        )
        self.topic.submit(
            self.write_brief,
            [self.topic, self.since, self.until, self.outlets],
            [self.shown, self.downloads, *self.files],
            concurrency_limit=2,
            **private,
        )
        self.stop.click(None, None, None, cancels=[writing], api_visibility="private")

    def write_brief(
        self, topic: str | None, since: str, until: str, outlets: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        """Progress, then the brief and the files of it."""
        work: Work[Brief] = Work(lambda work: self._write(work, topic, since, until, outlets))
        same = [gr.skip()] * 4
        while not work.wait(POLL_S):
            yield progress_bar(work.told or "Reading the articles", work.fraction), *same
        if work.result is None:
            yield notice(work.error, "error"), *same
            return
        files = [gr.DownloadButton(value=str(file)) for file in written(work.result)]
        yield brief_html(work.result.to_json()), gr.Row(visible=True), *files

    def _write(
        self, work: Work[Brief], topic: str | None, since: str, until: str, outlets: Sequence[str]
    ) -> Brief:
        def advance(stage: str, done: int, total: int) -> None:
            work.told = stage
            work.fraction = done / total if total else None

        filters = filters_of(since, until, list(outlets or ()))
        about = (topic or "").strip() or None
        return self.dateline.summarize(about, filters=filters, progress=advance)


def written(brief: Brief) -> list[Path]:
    """The brief as files to download: Markdown, HTML, JSON."""
    folder = Path(tempfile.mkdtemp(prefix="dateline-"))
    contents = {
        "brief.md": brief.to_markdown(),
        "brief.html": brief.to_html(),
        "brief.json": json.dumps(brief.to_json(), ensure_ascii=False, indent=2) + "\n",
    }
    for name, content in contents.items():
        (folder / name).write_text(content, "utf-8", errors="replace")
    return [folder / name for name in contents]


def brief_html(brief: Row) -> str:
    """A brief in the contract's JSON as the page shows it."""
    cited = {citation["n"]: citation for citation in brief["citations"]}
    sections = [
        section("What happened", paragraphs(brief["lead"], cited)),
        section("Timeline", timeline(brief["timeline"], cited)),
        section("Key figures", figures(brief["figures"], cited)),
        section("Who said what", said(brief["said"], cited)),
        section("Where the reports differ", differences(brief["differences"], cited)),
        section("What is not known", unknown(brief["unknown"], cited)),
        section("What was read", receipt(brief["receipt"])),
    ]
    notes = "".join(notice(note) for note in brief.get("notes", ()))
    return (
        f'<article class="dl-brief"><h2 class="dl-title">{text(brief["title"])}</h2>{notes}'
        f"{''.join(sections)}</article>"
    )


def section(heading: str, inside: str) -> str:
    return f"<section><h3>{heading}</h3>{inside}</section>" if inside else ""


def line(row: Row, cited: Citations) -> str:
    return f"{text(row['text'])}{chips(row['citations'], cited)}"


def paragraphs(rows: Sequence[Row], cited: Citations) -> str:
    return "".join(f'<p class="dl-statement">{line(row, cited)}</p>' for row in rows)


def timeline(rows: Sequence[Row], cited: Citations) -> str:
    items = "".join(
        f"<li><time>{text(day(row['date']) or 'undated')}</time><p>{line(row, cited)}</p></li>"
        for row in rows
    )
    return f'<ol class="dl-timeline">{items}</ol>' if items else ""


def figures(rows: Sequence[Row], cited: Citations) -> str:
    return values_table([(row["figure"], row["values"]) for row in rows], "Figure", cited)


def differences(rows: Sequence[Row], cited: Citations) -> str:
    return values_table([(row["about"], row["values"]) for row in rows], "About", cited)


def values_table(groups: Sequence[tuple[str, Sequence[Row]]], name: str, cited: Citations) -> str:
    """Values with who says each, grouped by what they are values of."""
    rows = []
    for heading, values in groups:
        for number, value in enumerate(values):
            first = (
                f'<th scope="rowgroup" rowspan="{len(values)}">{text(heading)}</th>'
                if number == 0
                else ""
            )
            words = " ".join(
                str(value[key]) for key in ("qualifier", "value", "unit") if value.get(key)
            )
            rows.append(
                f"<tr>{first}<td>{text(words)}</td><td>{text(value['said_by'] or 'not named')} "
                f"{chips(value['citations'], cited)}</td></tr>"
            )
    if not rows:
        return ""
    return (
        f'<div class="dl-table"><table><thead><tr><th scope="col">{name}</th>'
        f'<th scope="col">Value</th><th scope="col">Said by</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def said(rows: Sequence[Row], cited: Citations) -> str:
    items = "".join(
        f"<li><b>{text(row['speaker'])}</b> {text(row['verb'] or '')}: {line(row, cited)}</li>"
        for row in rows
    )
    return f'<ul class="dl-said">{items}</ul>' if items else ""


def unknown(rows: Sequence[str], cited: Citations) -> str:
    """Lines that end in their ``[n]`` markers, which become chips."""
    items = []
    for row in rows:
        words = _MARKERS.sub("", row)
        numbers = [int(n) for n in re.findall(r"\d+", row[len(words) :])]
        items.append(f"<li>{text(words)}{chips(numbers, cited)}</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""


def receipt(row: Row) -> str:
    told = (
        f"{counted(row['articles'], 'article')} read, {counted(row['copies'], 'copy', 'copies')} "
        f"skipped, {row['passages_used']} of {counted(row['passages'], 'passage')} used."
    )
    left_out = "".join(
        f"<li>{text(left['article_id'])}: {text(left['reason'])}</li>" for left in row["left_out"]
    )
    listed = (
        f'<details class="dl-removed"><summary>{counted(len(row["left_out"]), "article")} left out'
        f"</summary><ul>{left_out}</ul></details>"
        if left_out
        else ""
    )
    return f'<p class="dl-help">{text(told)}</p>{listed}'
