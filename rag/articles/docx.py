"""Word documents (.docx) → their paragraphs in reading order, opened by python-docx.

The tree is walked here: python-docx leaves out what stands in tracked insertions, content controls,
text boxes and notes, and a draft often has its newest sentences in them. What is struck out or
hidden is no text of the document.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from rag.errors import printable

# Both are checked before anything is unpacked. Pictures stay as they are in memory; a tree of XML
# takes several times the size of its text.
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_XML_BYTES = 32 * 2**20
MAX_PARTS = 20_000
_ENCRYPTED_SEARCH_BYTES = 32 * 2**20

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _ROW, _CELL = f"{_WORD}p", f"{_WORD}tr", f"{_WORD}tc"
_RUN, _TEXT, _NOTE_TYPE = f"{_WORD}r", f"{_WORD}t", f"{_WORD}type"
# Deleted or moved away by a tracked change; the older picture of a text box that is there twice.
_NOT_THERE = frozenset(
    {
        f"{_WORD}del",
        f"{_WORD}moveFrom",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_PROPERTIES = f"{_WORD}rPr"
_UNSEEN = (f"{_WORD}strike", f"{_WORD}dstrike", f"{_WORD}vanish")
_OFF = ("0", "false", "off")
_SIGNS = {
    f"{_WORD}tab": " ",
    f"{_WORD}ptab": " ",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}noBreakHyphen": "-",
}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"')


class UnreadableDocxError(ValueError):
    """The document gives no text; the message says why, and the way out."""


def read_docx(stream: BinaryIO) -> str:
    """Paragraphs, headings, list items, table cells and notes of a .docx, a blank line between.

    Tracked changes are read as if accepted. Short cells of a table row stand on one line. Notes
    come last; headers, footers and comments are no part of the text.

    Raises:
        UnreadableDocxError: not a .docx, damaged, protected by a password, too large when
            unpacked, or without text.
    """
    _require_docx(stream)
    try:
        _require_size(stream)
        paragraphs = list(_paragraphs_of(stream))
    except UnreadableDocxError:
        raise
    except Exception as error:
        raise UnreadableDocxError(
            f"damaged .docx ({printable(str(error)) or type(error).__name__}); "
            "open it in a word processor and save it anew"
        ) from error
    text = "\n\n".join(filter(None, (paragraph.strip() for paragraph in paragraphs)))
    if not any(c.isalnum() for c in text):
        raise UnreadableDocxError(
            "no text in the document; if its pages are pictures, type the text out"
        )
    return text


def _require_docx(stream: BinaryIO) -> None:
    """A .docx is a zip; Word wraps one with a password, and its old .doc, into another format."""
    head = stream.read(_ENCRYPTED_SEARCH_BYTES)
    stream.seek(0)
    if not head:
        raise UnreadableDocxError("the document is empty")
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise UnreadableDocxError("protected by a password; save it without one")
        raise UnreadableDocxError("an old .doc inside, not a .docx; save it as .docx")
    if not head.startswith(b"PK"):
        raise UnreadableDocxError(
            "not a .docx, whatever its name says; save it as .docx, .txt or .md"
        )


def _require_size(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as package:
        parts = package.infolist()
    stream.seek(0)
    xml_bytes = sum(p.file_size for p in parts if p.filename.lower().endswith((".xml", ".rels")))
    unpacked_bytes = sum(p.file_size for p in parts)
    if xml_bytes > MAX_XML_BYTES or unpacked_bytes > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        raise UnreadableDocxError(
            f"unpacks to {len(parts):,} parts of {unpacked_bytes / 2**20:,.0f} MB, of them "
            f"{xml_bytes / 2**20:,.0f} MB of text, more than a text has; save its text as .txt"
        )


def _paragraphs_of(stream: BinaryIO) -> Iterator[str]:
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.parser import parse_xml

    try:
        document = Document(stream)
    except ValueError as error:
        if "is not a Word file" not in str(error):
            raise
        raise UnreadableDocxError(
            "not a Word document, whatever its name says; save it as .docx, .txt or .md"
        ) from error
    yield from _blocks(document.element.body)
    notes = {RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES}
    for relation in document.part.rels.values():
        if relation.reltype in notes and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                if note.get(_NOTE_TYPE) is None:  # those with one are the lines above the notes
                    yield from _blocks(note)


def _blocks(parent: Any) -> Iterator[str]:
    """The paragraphs under an element, however deep, each once."""
    for child in parent:
        if child.tag == _PARAGRAPH:
            yield _own_text(child)
            # A text box hangs on a paragraph and has paragraphs of its own.
            yield from _blocks(child)
        elif child.tag == _ROW:
            yield from _row(child)
        elif child.tag not in _NOT_THERE:
            yield from _blocks(child)


def _row(row: Any) -> Iterator[str]:
    """Cells that are parts of one statement ("Killed", "14") on one line, others by themselves."""
    cells = (list(filter(str.strip, _blocks(cell))) for cell in _cells(row))
    written = [cell for cell in cells if cell]
    if all(len(cell) == 1 and not cell[0].rstrip().endswith(_SENTENCE_ENDS) for cell in written):
        yield " | ".join(cell[0].strip() for cell in written)
    else:
        yield from (paragraph for cell in written for paragraph in cell)


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, not those of a table inside one of them."""
    for child in row:
        if child.tag == _CELL:
            yield child
        elif child.tag not in _NOT_THERE:
            yield from _cells(child)


def _own_text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(parent: Any) -> Iterator[str]:
    """Text under an element, less that of paragraphs inside it."""
    if parent.tag == _RUN and _is_unseen(parent):
        return
    for child in parent:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _SIGNS and parent.tag == _RUN:  # a "tab" elsewhere is a tab stop
            yield _SIGNS[child.tag]
        elif child.tag != _PARAGRAPH and child.tag not in _NOT_THERE:
            yield from _pieces(child)


def _is_unseen(run: Any) -> bool:
    """Struck out or hidden by its own format."""
    properties = run.find(_PROPERTIES)
    marks = () if properties is None else [properties.find(name) for name in _UNSEEN]
    return any(mark is not None and mark.get(f"{_WORD}val") not in _OFF for mark in marks)
