"""Drafts as Word documents: all of their text in reading order, or one line that says why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rag.articles.docx
from rag.cli import main
from rag.drafts import read_draft
from rag.errors import UsageError
from tests.word_documents import add_footnote, with_part, word_document, xml_paragraph

RUN = "<w:r><w:t>{}</w:t></w:r>"


def lines(path: Path) -> list[str]:
    return read_draft(path).split("\n\n")


def test_headings_lists_tables_and_paragraphs_come_in_reading_order(tmp_path: Path) -> None:
    def add(document: Any) -> None:
        document.add_heading("Ferry capsizes off Oslo", level=1)
        document.add_paragraph("At least 14 people died.")
        document.add_paragraph("Winds reached 52 knots", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Rescued", "163"
        table.cell(1, 0).text = "The owner denied it."
        table.cell(1, 1).text = "The coastguard did not."
        document.add_paragraph("A cook swam to the island.")

    assert lines(word_document(tmp_path / "d.docx", add=add)) == [
        "Ferry capsizes off Oslo",
        "At least 14 people died.",
        "Winds reached 52 knots",
        "Rescued | 163",
        "The owner denied it.",
        "The coastguard did not.",
        "A cook swam to the island.",
    ]


def test_merged_and_nested_cells_are_read_once(tmp_path: Path) -> None:
    def add(document: Any) -> None:
        table = document.add_table(rows=1, cols=3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "Two columns wide."
        inner = table.cell(0, 2).add_table(rows=1, cols=2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "Inside", "7"

    assert lines(word_document(tmp_path / "d.docx", add=add)) == ["Two columns wide.", "Inside | 7"]


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    def add(document: Any) -> None:
        xml_paragraph(
            document,
            RUN.format("At least ")
            + '<w:del w:id="1" w:author="a"><w:r><w:delText>14</w:delText></w:r></w:del>'
            + '<w:ins w:id="2" w:author="a"><w:r><w:t>15</w:t></w:r></w:ins>'
            + '<w:moveFrom w:id="3" w:author="a"><w:r><w:t> today</w:t></w:r></w:moveFrom>'
            + RUN.format(" people died."),
        )

    assert lines(word_document(tmp_path / "d.docx", add=add)) == ["At least 15 people died."]


def test_content_controls_links_breaks_and_notes_are_read(tmp_path: Path) -> None:
    def add(document: Any) -> None:
        xml_paragraph(
            document,
            '<w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>'
            + f"<w:sdt><w:sdtContent>{RUN.format('Winds reached')}</w:sdtContent></w:sdt>"
            + "<w:r><w:tab/></w:r>"
            + f"<w:hyperlink>{RUN.format('52')}<w:r><w:noBreakHyphen/></w:r></w:hyperlink>"
            + "<w:r><w:instrText>PAGE</w:instrText></w:r>"
            + RUN.format("knot speed"),
        )
        add_footnote(document, "The owner is Fjord Line.")

    path = word_document(tmp_path / "d.docx", add=add)
    assert lines(path) == ["Winds reached 52-knot speed", "The owner is Fjord Line."]


def test_a_text_box_is_read_once_and_after_the_paragraph_it_hangs_on(tmp_path: Path) -> None:
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent><w:p>{RUN.format('In the box.')}</w:p></w:txbxContent>"

    def add(document: Any) -> None:
        xml_paragraph(
            document,
            f'<w:r><mc:AlternateContent xmlns:mc="{compatibility}"><mc:Choice Requires="wps">{box}'
            f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
            + RUN.format("Beside it."),
        )

    assert lines(word_document(tmp_path / "d.docx", add=add)) == ["Beside it.", "In the box."]


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def truncated(good: Path) -> bytes:
    return good.read_bytes()[:-400]


def torn(good: Path) -> bytes:
    return with_part(good, "word/document.xml", b"<w:document>")


def spreadsheet(good: Path) -> bytes:
    from zipfile import ZipFile

    types = ZipFile(good).read("[Content_Types].xml").decode()
    kind = "wordprocessingml.document.main"
    return with_part(
        good, "[Content_Types].xml", types.replace(kind, "spreadsheetml.sheet.main").encode()
    )


def bomb(good: Path) -> bytes:
    return with_part(good, "word/bomb.xml", bytes(40 * 2**20))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda _: b"", "the document is empty"),
        (lambda _: b"Dear all, the draft.", "not a .docx, whatever its name says; save it as"),
        (lambda _: OLE, "an old .doc inside"),
        (lambda _: OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password; save"),
        (truncated, "damaged .docx (File is not a zip file); open it"),
        (torn, "damaged .docx ("),
        (spreadsheet, "not a Word document, whatever its name says"),
        (bomb, "more than a text has; save its text as .txt"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, broken: Callable[[Path], bytes], said: str
) -> None:
    good = word_document(tmp_path / "good.docx", "Winds rose.")
    path = tmp_path / "d.docx"
    path.write_bytes(broken(good))
    with pytest.raises(UsageError) as caught:
        read_draft(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and said in message and "\n" not in message


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = word_document(tmp_path / "d.docx", "Winds rose.")
    monkeypatch.setattr(rag.articles.docx, "MAX_UNPACKED_BYTES", 1000)
    monkeypatch.setattr("docx.Document", lambda _: pytest.fail("unpacked"))
    with pytest.raises(UsageError, match="unpacks to"):
        read_draft(draft)


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"d\.docx: no text in the document; "):
        read_draft(word_document(tmp_path / "d.docx", " ", "–"))


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("The ledger of the port.")
    good = word_document(tmp_path / "good.docx")
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = (
        f'<!DOCTYPE d [<!ENTITY f SYSTEM "{secret.as_uri()}">]><w:document {namespace}><w:body>'
        f"<w:p>{RUN.format('Winds rose. &f;')}</w:p></w:body></w:document>"
    )
    path = tmp_path / "d.docx"
    path.write_bytes(with_part(good, "word/document.xml", xml.encode()))
    assert "ledger" not in read_draft(path)


@pytest.mark.parametrize("name", ["d.doc", "d.odt", "d"])
def test_the_kinds_of_drafts_are_told_when_a_file_is_of_another(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UsageError, match=r"a draft is \.docx, \.txt or \.md, claims are \.jsonl"):
        read_draft(tmp_path / name)


def test_a_draft_that_cannot_be_read_ends_in_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.docx").write_bytes(b"PK not really")
    assert main(["check", str(tmp_path / "d.docx"), "--index", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'd.docx'}: damaged .docx (")
