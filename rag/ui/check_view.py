"""The view that checks a draft: each sentence with its quotes, what contradicts it, or nothing;
problems first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rag.answer.told import percent
from rag.checked import State, problems_first, state, totals
from rag.dateline import Dateline
from rag.errors import DatelineError, UsageError, defect
from rag.ui.citations import chips, described
from rag.ui.markup import counted, marked, notice, progress_bar, text

MAX_DRAFT_CHARACTERS = 100_000
LEAD = (
    '<div class="dl-lead"><h2>Check a draft</h2><p>Each sentence is looked up in the articles. '
    "Contradicted: a sentence of theirs says otherwise. Not found: none speaks of it. Check this: "
    "they seem to support it; read the quote.</p></div>"
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
            placeholder="Paste a text, or open a file",
            elem_id="dl-draft",
        )
        with gr.Row(elem_classes="dl-buttons"):
            self.check = gr.Button("Check", variant="primary", elem_classes="dl-small")
            self.stop = gr.Button("Stop", elem_classes="dl-small")
            self.open = gr.UploadButton(
                "Open a file (.docx, .txt, .md)", elem_id="dl-draft-file", elem_classes="dl-small"
            )
        self.checked = gr.HTML("", elem_id="dl-checked", apply_default_css=False)
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        self.open.upload(self.open_draft, self.open, [self.draft, self.checked], **private)
        checking = self.check.click(
            self.check_draft, self.draft, self.checked, concurrency_limit=4, **private
        )
        self.stop.click(None, None, None, cancels=[checking], api_visibility="private")

    def open_draft(self, sent: str) -> tuple[Any, str]:
        """The text of a file, to be read over before it is checked; what was sent is deleted."""
        file = Path(sent)
        try:
            return draft_text(file), ""
        except DatelineError as error:
            return gr.skip(), notice(error, "error")
        finally:
            file.unlink(missing_ok=True)

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
        yield notice(f"{totals(Counter(map(state, rows)))}.") + rows_html(rows)


def draft_text(file: Path) -> str:
    """
    Raises:
        UsageError: the file cannot be read as a draft, or is longer than the page takes.
    """
    from rag.drafts import read_draft

    draft = read_draft(file, file.name)
    if len(draft) > MAX_DRAFT_CHARACTERS:
        raise UsageError(
            f"{file.name}: {len(draft):,} characters, more than {MAX_DRAFT_CHARACTERS:,}; check it "
            "in parts, or by the command dateline check"
        )
    return draft


def rows_html(rows: Sequence[dict[str, Any]]) -> str:
    """The sentences, problems first, each with its number in the draft."""
    items = "".join(row_html(number, row) for number, row in problems_first(rows))
    return f'<ol class="dl-claims">{items}</ol>' if rows else ""


def row_html(number: int, row: Mapping[str, Any]) -> str:
    kind = state(row)
    if kind == "not checked":
        return framed(number, kind, "", f'<p class="dl-why">{text(row["error"])}</p>')
    why = f'<p class="dl-why">{text(row["why"])}</p>' if row["why"] else ""
    quotes = [quote_html(citation) for citation in row["citations"]]
    if row["nearest"] is not None:
        quotes.append(quote_html({**row["nearest"], "n": 1}, "Nearest: "))
    listed = f"<ul>{''.join(quotes)}</ul>" if quotes else ""
    told = f" · {percent(row['probability'])} likely supported"
    return framed(number, kind, told, f"<p>{claim_html(row, kind)}</p>{why}{listed}")


def framed(number: int, kind: State, told: str, inside: str) -> str:
    return (
        f'<li value="{number}" class="dl-claim dl-{kind.replace(" ", "-")}">'
        f'<span class="dl-verdict">{kind.capitalize()}</span> '
        f'<span class="dl-where">sentence {number}{told}</span>{inside}</li>'
    )


def claim_html(row: Mapping[str, Any], kind: State) -> str:
    """The sentence; words that no quote supports are marked, unless it holds without doubt."""
    if kind == "supported":
        return text(row["claim"])
    return marked(row["claim"], row["unsupported_spans"], "dl-unsaid")


def quote_html(citation: Mapping[str, Any], before: str = "") -> str:
    chip = chips([citation["n"]], {citation["n"]: citation})
    where = f'<span class="dl-where">{text(described(citation))}</span>'
    return f"<li>{before}<q>{text(citation['quote'])}</q> {chip} {where}</li>"
