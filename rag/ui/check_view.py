"""The view that checks a draft: each sentence with its quotes, what contradicts it, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from rag.dateline import Dateline
from rag.errors import DatelineError, defect
from rag.ui.citations import chips
from rag.ui.markup import counted, notice, progress_bar, text

MAX_DRAFT_CHARACTERS = 100_000
VERDICTS = {"supported": "Supported", "contradicted": "Contradicted", "unsupported": "Not found"}
LEAD = (
    '<div class="dl-lead"><h2>Check a draft</h2><p>Each sentence is looked up in the articles: '
    "what supports it, what contradicts it, or that nothing was found.</p></div>"
)


class CheckView:
    """The components of the view, and what they do."""

    def __init__(self, dateline: Dateline) -> None:
        self.dateline = dateline
        gr.HTML(LEAD, apply_default_css=False)
        self.draft = gr.Textbox(
            label="Draft",
            lines=7,
            max_lines=18,
            max_length=MAX_DRAFT_CHARACTERS,
            placeholder="Paste a text",
            elem_id="dl-draft",
        )
        with gr.Row(elem_classes="dl-buttons"):
            self.check = gr.Button("Check", variant="primary", elem_classes="dl-small")
            self.stop = gr.Button("Stop", elem_classes="dl-small")
        self.checked = gr.HTML("", elem_id="dl-checked", apply_default_css=False)
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        checking = self.check.click(
            self.check_draft, self.draft, self.checked, concurrency_limit=4, **private
        )
        self.stop.click(None, None, None, cancels=[checking], api_visibility="private")

    def check_draft(self, draft: str | None) -> Iterator[str]:
        """The sentences checked so far, each time that one more is."""
        rows: list[dict[str, Any]] = []
        try:
            for row in self.dateline.check_text(draft or ""):
                rows.append(row)
                told = f"{counted(len(rows), 'sentence')} checked"
                yield progress_bar(told, None) + rows_html(rows)
        except DatelineError as error:
            yield notice(error, "error") + rows_html(rows)
            return
        except Exception as error:  # noqa: BLE001 the page goes on after a defect
            yield notice(defect(error), "error") + rows_html(rows)
            return
        yield counts_html(rows) + rows_html(rows)


def counts_html(rows: Sequence[dict[str, Any]]) -> str:
    counts = Counter(row["support"] for row in rows)
    parts = [f"{counts[key]} {name.lower()}" for key, name in VERDICTS.items()]
    return notice(f"{counted(len(rows), 'sentence')}: {', '.join(parts)}.")


def rows_html(rows: Sequence[dict[str, Any]]) -> str:
    """The sentences in order, each with its verdict."""
    return f'<ol class="dl-claims">{"".join(row_html(row) for row in rows)}</ol>' if rows else ""


def row_html(row: dict[str, Any]) -> str:
    cited = {citation["n"]: citation for citation in row["citations"]}
    quotes = "".join(
        f"<li><q>{text(citation['quote'])}</q> {chips([n], cited)}</li>"
        for n, citation in cited.items()
    )
    why = f'<p class="dl-why">{text(row["why"])}</p>' if row["why"] else ""
    listed = f"<ul>{quotes}</ul>" if quotes else ""
    return (
        f'<li class="dl-claim dl-{row["support"]}"><span class="dl-verdict">'
        f"{VERDICTS[row['support']]}</span><p>{text(row['claim'])}</p>{why}{listed}</li>"
    )
