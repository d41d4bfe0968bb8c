"""Drafts and files of claims in, rows of what the articles say of each out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rag.answer.evidence import as_evidence, citation, number_sentences
from rag.articles.docx import UnreadableDocxError, read_docx
from rag.articles.markdown import read_markdown
from rag.check import SourceSentence, check_claims, draft_rows, unchecked
from rag.errors import UsageError, printable
from rag.filters import Filters
from rag.json_lines import json_rows, open_input

if TYPE_CHECKING:
    from rag.evidence import Prover
    from rag.evidence.second_look import SecondLook
    from rag.index import Index

DRAFT_SUFFIXES = (".docx", ".txt", ".md")
CLAIMS_SUFFIX = ".jsonl"
# A row may hold the whole document that its claim is checked against.
MAX_LINE_BYTES = 20_000_000
MAX_DRAFT_BYTES = 5_000_000
PASSAGES = 10
# What a row of claims may say of the document that it brings.
_OF_TEXT = ("text", "title", "date", "outlet")
NO_FILTERS = Filters()


def check_file(
    file: Path,
    open_index: Callable[[], Index],
    progress: Callable[[int], object] | None = None,
    prover: Prover | None = None,
    look: SecondLook | None = None,
    *,
    filters: Filters = NO_FILTERS,
) -> Iterator[dict[str, Any]]:
    """Rows for a draft (.docx, .txt, .md: one a sentence) or for claims (.jsonl: one a row), in
    order.

    A row of the input that holds no claim gives a row with ``error`` set.

    Args:
        open_index: called when a claim has no text of its own to be checked against.
        prover, look: see ``rag.check.check_claims``.
        filters: on the articles that such claims are checked against.

    Raises:
        UsageError: the file cannot be read, or its kind is not known; there is no such collection.
    """
    if file.suffix.lower() == CLAIMS_SUFFIX:
        rows = _claims(file)
    else:
        rows = iter(draft_rows(read_draft(file)))
    return _checked(rows, open_index, progress, prover, look, filters=filters)


def check_text(
    text: str,
    open_index: Callable[[], Index],
    progress: Callable[[int], object] | None = None,
    prover: Prover | None = None,
    look: SecondLook | None = None,
    *,
    filters: Filters = NO_FILTERS,
) -> Iterator[dict[str, Any]]:
    """Rows for a draft, one a sentence, in order.

    Raises:
        UsageError: the draft is empty, or longer than ``MAX_DRAFT_BYTES``; there is no such
            collection.
    """
    if len(text.encode("utf-8", "replace")) > MAX_DRAFT_BYTES:
        raise UsageError(f"the draft is longer than {MAX_DRAFT_BYTES:,} bytes")
    if not text.strip():
        raise UsageError("the draft is empty")
    return _checked(iter(draft_rows(text)), open_index, progress, prover, look, filters=filters)


def _checked(
    rows: Iterator[dict[str, Any]],
    open_index: Callable[[], Index],
    progress: Callable[[int], object] | None,
    prover: Prover | None,
    look: SecondLook | None,
    *,
    filters: Filters,
) -> Iterator[dict[str, Any]]:
    def search(claim: str) -> list[SourceSentence]:
        return index_sentences(open_index(), claim, filters)

    for row in rows:
        if "error" in row:
            error = row["error"]
            yield unchecked(row["id"], "", error).to_json() | {"error": error}
        else:
            yield from check_claims([row], search, prover, look)
        if progress is not None:
            progress(1)


def index_sentences(
    index: Index, claim: str, filters: Filters = NO_FILTERS
) -> list[SourceSentence]:
    """Sentences of the articles that may speak of ``claim``, those of the best passage first."""
    from rag.retrieval import search

    found = number_sentences(search(index, claim, k=PASSAGES, filters=filters))
    evidence = as_evidence(found.values(), index)
    return [SourceSentence(evidence[n], citation(n, found[n])) for n in found]


def read_draft(file: Path, name: str | None = None) -> str:
    """The plain text of a draft.

    Args:
        name: what to call the file in an error, when its path tells a person nothing.

    Raises:
        UsageError: it cannot be read, is empty, too long, or of another kind.
    """
    name = printable(name or str(file))
    suffix = file.suffix.lower()
    if suffix not in DRAFT_SUFFIXES:
        kinds = f"{', '.join(DRAFT_SUFFIXES[:-1])} or {DRAFT_SUFFIXES[-1]}"
        raise UsageError(f"{name}: a draft is {kinds}, claims are {CLAIMS_SUFFIX}; save it so")
    with open_input(file) as handle:
        text = _word_text(handle, name) if suffix == ".docx" else _plain_text(handle, name)
    if not text.strip():
        raise UsageError(f"{name}: the draft is empty")
    return read_markdown(text)[0] if suffix == ".md" else text


def _plain_text(handle: BinaryIO, name: str) -> str:
    data = handle.read(MAX_DRAFT_BYTES + 1)
    if len(data) > MAX_DRAFT_BYTES:
        raise UsageError(f"{name}: longer than {MAX_DRAFT_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not UTF-8 text") from None


def _word_text(handle: BinaryIO, name: str) -> str:
    try:
        text = read_docx(handle)
    except UnreadableDocxError as error:
        raise UsageError(f"{name}: {error}") from error
    if len(text.encode("utf-8", "replace")) > MAX_DRAFT_BYTES:
        raise UsageError(f"{name}: longer than {MAX_DRAFT_BYTES:,} bytes")
    return text


def _claims(file: Path) -> Iterator[dict[str, Any]]:
    with open_input(file) as handle:
        for position, (number, row, error) in enumerate(json_rows(handle, MAX_LINE_BYTES), 1):
            if row is None:
                yield {"id": str(position), "error": error}
                continue
            identifier = str(position) if row.get("id") is None else str(row["id"])
            claim, text = row.get("claim"), row.get("text")
            if not isinstance(claim, str) or not claim.strip():
                yield {"id": identifier, "error": f'line {number}: no text under "claim"'}
            elif text is not None and not isinstance(text, str):
                yield {"id": identifier, "error": f'line {number}: "text" is not text'}
            else:
                known = {name: row[name] for name in _OF_TEXT if isinstance(row.get(name), str)}
                yield {"id": identifier, "claim": claim} | known
