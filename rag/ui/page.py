"""The page: a header, a tab for each view, and the panel of sources beside them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.dateline import Dateline
from rag.ui import source_panel
from rag.ui.api import add_endpoints
from rag.ui.articles_view import ArticlesView
from rag.ui.ask_view import AskView
from rag.ui.batch_view import BatchView
from rag.ui.brief_view import BriefView
from rag.ui.check_view import CheckView
from rag.ui.markup import text
from rag.ui.welcome import holdings, stored_articles

TITLE = "Dateline"
EMPTY_PANEL = source_panel.frame("", "", "")


def build_page(dateline: Dateline) -> gr.Blocks:
    """All views over one collection."""
    with gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        fill_height=True,
        fill_width=True,
        delete_cache=(3600, 24 * 3600),
    ) as page:
        head = gr.HTML(header(dateline), elem_id="dl-header", apply_default_css=False)
        with gr.Row(elem_id="dl-body", equal_height=False):
            with (
                gr.Column(elem_id="dl-main", scale=3, min_width=0),
                gr.Tabs(elem_id="dl-tabs"),
            ):
                with gr.Tab("Ask", id="ask", elem_id="dl-ask"):
                    ask = AskView(dateline)
                with gr.Tab("Articles", id="articles", elem_classes="dl-view"):
                    articles = ArticlesView(dateline)
                with gr.Tab("Brief", id="brief", elem_classes="dl-view"):
                    brief = BriefView(dateline)
                with gr.Tab("Check", id="check", elem_classes="dl-view"):
                    CheckView(dateline)
                with gr.Tab("Batch", id="batch", elem_classes="dl-view"):
                    batch = BatchView(dateline)
            with gr.Column(elem_id="dl-aside", scale=2, min_width=0):
                panel = gr.HTML(
                    EMPTY_PANEL,
                    elem_id="dl-source-panel",
                    js_on_load=source_panel.ON_LOAD,
                    apply_default_css=False,
                )

        def open_source(event: gr.EventData) -> str:
            key = str(event.key)
            return source_panel.panel_value(dateline, key, source_panel.copies_of(dateline, key))

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        panel.open(open_source, None, panel, queue=False, **private)
        filters = [brief.outlets, batch.outlets]

        def holdings_changed(event: Any) -> None:
            event.then(lambda: header(dateline), None, head, **private)
            event.then(ask.opened, None, [ask.chat, ask.outlets, *filters], **private)

        articles.wire(holdings_changed)
        page.load(lambda: header(dateline), None, head, **private)
        page.load(ask.opened, None, [ask.chat, ask.outlets, *filters], **private)
        page.load(articles.listed, None, articles.list, **private)
        page.load(batch.opened, None, batch.chosen, **private)
        add_endpoints(dateline)
    return page


def header(dateline: Dateline) -> str:
    """Name, what the collection holds, which engine answers, and the switch for dark."""
    records = stored_articles(dateline)
    model = dateline.settings.model
    engine = f"Model: {model}" if model else "Exact quotes, offline"
    return (
        '<header class="dl-header"><h1>Dateline</h1>'
        f'<p class="dl-holds">{text(holdings(records) if records else "No articles yet")}</p>'
        f'<span class="dl-engine">{text(engine)}</span>'
        '<button type="button" class="dl-quiet dl-theme" aria-label="Light or dark">'
        '<span aria-hidden="true">◐</span></button></header>'
    )
