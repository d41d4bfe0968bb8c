"""Word documents for tests: made by python-docx, and broken by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def word_document(path: Path, *paragraphs: str, add: Callable[[Any], object] | None = None) -> Path:
    """A .docx of plain paragraphs; ``add`` puts more into the python-docx document."""
    from docx import Document

    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if add is not None:
        add(document)
    document.save(str(path))
    return path


def xml_paragraph(document: Any, inside: str) -> None:
    """A paragraph of Word's own XML, for what python-docx cannot write."""
    from docx.oxml.parser import parse_xml

    document.element.body.insert(
        len(document.element.body) - 1, parse_xml(f"<w:p {NAMESPACE}>{inside}</w:p>")
    )


def add_footnote(document: Any, text: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    notes = (
        f'<w:footnotes {NAMESPACE}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>line'
        '</w:t></w:r></w:p></w:footnote><w:footnote w:id="1"><w:p><w:r><w:t xml:space="preserve"> '
        f"{text}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def with_part(source: Path, name: str, content: bytes) -> bytes:
    """The bytes of a .docx in which one part is replaced or added."""
    made = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()
