"""The Articles view: what the collection holds, more of it in, some of it out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.articles.files import FORMATS
from rag.dateline import Dateline
from rag.errors import ArticleError, DatelineError
from rag.ui.citations import quote_key
from rag.ui.markup import attribute, counted, day, notice, progress_bar, source_name, text
from rag.ui.uploads import forget_upload, keep_uploads
from rag.ui.welcome import stored_articles
from rag.ui.work import Work

if TYPE_CHECKING:
    from rag.index import ArticleRecord, IngestReport

SHOWN = 100
POLL_S = 0.25
SHOWN_REFUSALS = 50

# Runs in the page: the buttons of the list reach Python through it.
ON_LOAD = """
dateline.articleActions((data) => trigger('remove', data), (data) => trigger('more', data));
"""


class ArticlesView:
    """The components of the view, and what they do."""

    def __init__(self, dateline: Dateline) -> None:
        self.dateline = dateline
        # One ingest at a time: the others wait here, where they can be told so.
        self._writing = threading.Lock()
        gr.HTML(LEAD, apply_default_css=False)
        with gr.Row(elem_id="dl-upload"):
            self.files = gr.File(
                label="Article files",
                show_label=False,
                file_count="multiple",
                height=150,
                elem_id="dl-files",
                scale=3,
            )
            self.folder = gr.UploadButton(
                "Add a folder", file_count="directory", size="sm", elem_classes="dl-small"
            )
        self.told = gr.HTML("", elem_id="dl-articles-told", apply_default_css=False)
        self.filter = gr.Textbox(
            "",
            label="Filter by title, outlet, date or name",
            placeholder="Harbour Post",
            elem_id="dl-articles-filter",
        )
        self.shown = gr.State(SHOWN)
        self.list = gr.HTML(
            "", elem_id="dl-articles-list", js_on_load=ON_LOAD, apply_default_css=False
        )

    def wire(self, after_change: Callable[[Any], None]) -> None:
        """Connect the events; ``after_change`` adds what else follows a change of the articles."""
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        for upload, done in ((self.files, self.files), (self.folder, None)):
            outputs = [self.told, self.list, *([done] if done is not None else [])]
            added = upload.upload(
                self.add if done is not None else self.add_folder,
                [upload, self.filter],
                outputs,
                concurrency_limit=4,
                **private,
            )
            after_change(added)
        removed = self.list.remove(
            self.remove, [self.filter, self.shown], [self.told, self.list], **private
        )
        after_change(removed)
        self.filter.change(
            lambda wanted: (SHOWN, self.listed(wanted, SHOWN)),
            self.filter,
            [self.shown, self.list],
            trigger_mode="always_last",
            **private,
        )
        self.list.more(
            lambda wanted, shown: (shown + SHOWN, self.listed(wanted, shown + SHOWN)),
            [self.filter, self.shown],
            [self.shown, self.list],
            **private,
        )

    def listed(self, wanted: str | None = "", shown: int = SHOWN) -> str:
        """The list of articles that ``wanted`` leaves."""
        return list_html(stored_articles(self.dateline), wanted or "", shown)

    # --- changes ---

    def add(self, sent: list[str] | None, wanted: str) -> Iterator[tuple[Any, ...]]:
        """Take files in; the box is empty again when they are."""
        for told, listed in self._added(sent or []):
            yield told, listed, None

    def add_folder(self, sent: list[str] | None, wanted: str) -> Iterator[tuple[Any, ...]]:
        yield from self._added(sent or [])

    def _added(self, sent: Sequence[str]) -> Iterator[tuple[Any, Any]]:
        settings = self.dateline.settings
        work: Work[IngestReport] = Work(
            lambda work: self._ingest([Path(name) for name in sent], settings.upload_mb, work)
        )
        while not work.wait(POLL_S):
            yield progress_bar(work.told, work.fraction, work.left_s()), gr.skip()
        told = notice(work.error, "error") if work.error else report_html(work.result)
        yield told, self.listed()

    def _ingest(self, sent: list[Path], max_mb: int, work: Work[IngestReport]) -> IngestReport:
        from rag.index import IngestProgress

        work.told = "waiting for another upload"
        with self._writing:
            kept, refused = keep_uploads(self.dateline.settings.index, sent, max_mb)
            work.told = f"reading {counted(len(kept), 'file')}"

            def advance(state: IngestProgress) -> None:
                work.fraction = state.fraction
                work.told = f"{counted(state.articles, 'new article')} stored"

            report = self.dateline.ingest(kept, progress=advance)
        report.refused = [*refused, *(short(error) for error in report.refused)]
        return report

    def remove(self, wanted: str, shown: int, event: gr.EventData) -> tuple[str, str]:
        article_id = str(event.article)
        try:
            source = self.dateline.article(article_id).record.source
            with self._writing:
                self.dateline.remove([article_id])
            forget_upload(self.dateline.settings.index, source)
        except DatelineError as error:
            return notice(error, "error"), self.listed(wanted, shown)
        return notice(f"Removed {article_id}."), self.listed(wanted, shown)


LEAD = (
    '<div class="dl-lead"><h2>Articles</h2><p>Files are cleaned of the page around the article '
    f"and kept on this machine. Dateline reads {text(', '.join(FORMATS))}.</p></div>"
)


def short(error: ArticleError) -> ArticleError:
    """The refusal without the folder in which we keep what was sent."""
    return ArticleError(error.path.rpartition("/")[2], error.reason)


def report_html(report: IngestReport | None) -> str:
    """What an upload came to: counts, and the reason of each refusal."""
    if report is None:
        return ""
    parts = [f"{counted(report.added, 'article')} added"]
    parts += [f"{report.updated} updated"] if report.updated else []
    parts += [f"{report.unchanged} already there"] if report.unchanged else []
    parts += [f"{len(report.refused)} refused"] if report.refused else []
    told = notice(", ".join(parts) + f" in {report.seconds:.1f} s.")
    if not report.refused:
        return told
    rows = "".join(
        f"<li><b>{text(error.path)}</b> {text(error.reason)}</li>"
        for error in report.refused[:SHOWN_REFUSALS]
    )
    more = len(report.refused) - SHOWN_REFUSALS
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    return (
        f'{told}<div class="dl-refused" role="alert"><p class="dl-label">Refused</p>'
        f"<ul>{rows}{rest}</ul></div>"
    )


def list_html(records: Sequence[ArticleRecord], wanted: str, shown: int) -> str:
    """Articles as a list, newest first; each opens beside, and can be removed."""
    words = wanted.casefold().split()
    found = [r for r in records if all(word in searched(r) for word in words)]
    found.sort(key=lambda record: record.published or "", reverse=True)
    sizes = Counter(record.origin for record in records if record.origin)
    items = "".join(item_html(record, sizes) for record in found[:shown])
    if not records:
        return '<p class="dl-help">No articles yet.</p>'
    told = counted(len(found), "article") + (f" of {len(records):,}" if words else "")
    more = (
        '<button type="button" class="dl-quiet dl-more-articles" value="">Show more</button>'
        if len(found) > shown
        else ""
    )
    return f'<p class="dl-label" role="status">{told}</p><ul class="dl-articles">{items}</ul>{more}'


def searched(record: ArticleRecord) -> str:
    parts = (
        record.title,
        record.outlet,
        record.published,
        day(record.published),
        record.article_id,
    )
    return " ".join(part for part in parts if part).casefold()


def item_html(record: ArticleRecord, sizes: Counter[str]) -> str:
    title = record.title or source_name(record.outlet, record.source)
    parts = [record.outlet or source_name(None, record.source), day(record.published)]
    where = " · ".join(text(part) for part in parts if part)
    others = sizes[record.origin] - 1 if record.origin else 0
    copies = (
        f'<span class="dl-origin">same origin as {counted(others, "other")} '
        f"({text(record.origin)})</span>"
        if others
        else ""
    )
    key = attribute(quote_key(record.article_id, 0, 0, ""))
    return (
        f'<li><button type="button" class="dl-near dl-open" value="{key}">'
        f'<span class="dl-item-title">{text(title)}</span>'
        f'<span class="dl-where">{where}{copies}</span></button>'
        f'<button type="button" class="dl-quiet dl-remove" value="{attribute(record.article_id)}">'
        f'<span class="dl-remove-label">Remove</span><span class="dl-hidden"> {text(title)}</span>'
        "</button></li>"
    )
