"""Mails, saved pages, books, web archives, zips: each gives its articles, bounded and refused
where it must be."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from articles_fixtures import HEADLINE, STORY, pdf_bytes, read, read_one, reason_of
from word_documents import word_document

from rag.articles import Article, PassedOver, archives
from rag.errors import ArticleError

BODY = "\n\n".join(STORY)
PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
PAGE = (
    f"<!doctype html><html><head><meta charset='utf-8'></head><body><article><h1>{HEADLINE}</h1>"
    f"<p>Published: 1 February 2026</p>{PARAGRAPHS}</article></body></html>"
)


def mail(subject: str = "Fwd: The ferry", text: str = "", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Desk <desk@sender.example>"
    message["Subject"] = subject
    message["Date"] = "Thu, 05 Feb 2026 23:50:00 -0500"
    if text:
        message.set_content(text, cte="quoted-printable")
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# --- mail ---


def test_a_mail_is_dated_by_its_header_and_titled_by_its_subject(tmp_path: Path) -> None:
    article = read_one(written(tmp_path / "a.eml", bytes(mail(text=BODY + "\n\n-- \nDesk, 4th"))))
    assert article.text == BODY
    assert (article.title, article.published) == ("The ferry", "2026-02-05")
    assert article.source == str(tmp_path / "a.eml")


def test_an_article_in_a_mail_keeps_its_own_date(tmp_path: Path) -> None:
    article = read_one(written(tmp_path / "a.eml", bytes(mail(html=PAGE))))
    assert (article.title, article.published) == (HEADLINE, "2026-02-01")
    assert article.text == BODY


def test_what_is_attached_is_read_under_its_own_date_and_the_rest_is_counted(
    tmp_path: Path,
) -> None:
    message = mail(text=BODY)
    message.add_attachment(PAGE, subtype="html", filename="page.html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../logo.png")
    inner = mail("Inner", text="The dam at Olven held, the council said on Friday evening.")
    message.add_attachment(inner)
    items = read(written(tmp_path / "a.eml", bytes(message)))
    articles = [item for item in items if isinstance(item, Article)]
    name = str(tmp_path / "a.eml")
    assert [(a.source.removeprefix(name), a.published) for a in articles[:2]] == [
        ("", "2026-02-05"),
        ("/page.html", "2026-02-01"),
    ]
    assert articles[2].title == "Inner"
    assert [i for i in items if isinstance(i, PassedOver)] == [
        PassedOver(f"{name}/logo.png", ".png")
    ]


def test_the_charset_of_a_mail_is_that_of_its_header(tmp_path: Path) -> None:
    text = "Powódź w Łężycy zalała dziś w nocy trzy domy, powiedziała burmistrz miasta."
    message = mail()
    message.set_content(text, charset="iso-8859-2")
    assert read_one(written(tmp_path / "a.eml", bytes(message))).text == text


def test_a_mailbox_gives_each_of_its_mails(tmp_path: Path) -> None:
    parts = [bytes(mail(f"Story {n}", text=STORY[n] + " And so it ended.")) for n in range(3)]
    box = b"".join(b"From desk@sender.example Thu Feb  5 2026\n" + p + b"\n\n" for p in parts)
    path = written(tmp_path / "a.mbox", box)
    articles = read(path)
    assert [getattr(a, "title", a) for a in articles] == ["Story 0", "Story 1", "Story 2"]
    assert [a.source for a in articles if isinstance(a, Article)] == [
        f"{path}#{n}" for n in (1, 2, 3)
    ]


def test_a_file_of_another_ending_than_its_content_is_read_by_its_content(tmp_path: Path) -> None:
    labelled = f"Title: {HEADLINE}\nDate: 1 February 2026\n\n{BODY}\n"
    for ending in (".eml", ".rtf", ".mhtml", ".rss", ".warc"):
        article = read_one(written(tmp_path / f"a{ending}", labelled))
        assert (article.text, article.title) == (BODY, HEADLINE), ending


def test_a_saved_page_is_read_with_the_place_it_was_saved_from(tmp_path: Path) -> None:
    page = EmailMessage()
    page["Snapshot-Content-Location"] = "https://gazette.example/bridge"
    page["Date"] = "Mon, 9 Mar 2026 10:00:00 +0000"
    page["MIME-Version"] = "1.0"
    page.set_content(PAGE, subtype="html", cte="quoted-printable")
    page.make_related()
    page.add_related(b"\x89PNG", maintype="image", subtype="png")
    article = read_one(written(tmp_path / "a.mhtml", bytes(page)))
    assert (article.text, article.url) == (BODY, "https://gazette.example/bridge")
    assert article.published == "2026-02-01"  # the day of saving is no day of publication


# --- books ---


def book(*chapters: str, encryption: str = "", date: str = "2026-02-03") -> bytes:
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:publisher>Altmark Gazette</dc:publisher>'
        f"<dc:date>{date}</dc:date><dc:language>en-GB</dc:language></metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="ops/book.opf"/></rootfiles></container>',
        )
        archive.writestr("ops/book.opf", package)
        for number, chapter in enumerate(chapters):
            archive.writestr(f"ops/text/c {number}.xhtml", chapter)
        if encryption:
            archive.writestr("META-INF/encryption.xml", encryption)
    return out.getvalue()


def test_a_book_gives_its_chapters_that_are_articles(tmp_path: Path) -> None:
    other = PAGE.replace("Altmark", "Corvan").replace("Published: 1 February 2026", "By Jo Kern")
    path = written(
        tmp_path / "a.epub", book("<html><body><h1>Cover</h1></body></html>", PAGE, other)
    )
    first, second = read(path)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert [first.source, second.source] == [f"{path}#1", f"{path}#2"]
    assert (first.outlet, first.published) == ("Altmark Gazette", "2026-02-01")
    assert (second.published, second.language) == ("2026-02-03", "en")


def test_a_book_of_one_article_is_that_article(tmp_path: Path) -> None:
    path = written(tmp_path / "a.epub", book(PAGE))
    assert read_one(path).source == str(path)


def test_a_book_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    locked = book(PAGE, encryption="<encryption><EncryptedKey/></encryption>")
    assert "DRM" in reason_of(written(tmp_path / "a.epub", locked))
    assert "not a zip" in reason_of(written(tmp_path / "b.epub", "no zip"))
    assert "no article" in reason_of(written(tmp_path / "c.epub", book("<html/>")))


# --- web archives ---


def warc(*pages: tuple[str, str, str, bytes]) -> bytes:
    """Records of (url, status, media type, body)."""
    out = b""
    for url, status, kind, body in pages:
        http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        out += (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Record-ID: <urn:x>"
            "\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        ).encode()
        out += http + b"\r\n\r\n"
    return out


@pytest.mark.parametrize("ending", [".warc", ".warc.gz"])
def test_a_web_archive_gives_the_pages_that_were_fetched(tmp_path: Path, ending: str) -> None:
    import gzip

    polish = PAGE.replace("city", "miasto ą").replace("<meta charset='utf-8'>", "")
    data = warc(
        ("https://g.example/a", "200 OK", "text/html; charset=utf-8", PAGE.encode()),
        ("https://g.example/logo", "200 OK", "image/png", b"\x89PNG"),
        ("https://g.example/gone", "404 Not Found", "text/html", PAGE.encode()),
        ("https://g.example/b", "200 OK", "text/html; charset=iso-8859-2",
         polish.encode("iso-8859-2", "replace")),
    )  # fmt: skip
    path = written(tmp_path / f"a{ending}", gzip.compress(data) if ending == ".warc.gz" else data)
    articles = read(path)
    assert [getattr(a, "url", a) for a in articles] == [
        "https://g.example/a",
        "https://g.example/b",
    ]
    assert isinstance(articles[1], Article) and "miasto ą" in articles[1].text


def test_a_web_archive_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    data = warc(("https://g.example/a", "200 OK", "text/html", PAGE.encode()))
    first, *rest = read(written(tmp_path / "a.warc", data + b"WARC/1.0\r\nbroken"))
    assert isinstance(first, Article)
    assert all(isinstance(item, ArticleError) for item in rest)


# --- zip ---


def zipped(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_gives_the_articles_of_every_format_in_it(tmp_path: Path) -> None:
    word = word_document(tmp_path / "w.docx", *STORY).read_bytes()
    path = written(
        tmp_path / "a.zip",
        zipped(
            {
                "feb/page.html": PAGE,
                "feb/story.txt": BODY,
                "feb/word.docx": word,
                "feb/p.pdf": pdf_bytes(
                    ["The ferry at Olven will not sail on Monday, the council said."] * 3
                ),
                "inner.zip": zipped({"mail.eml": bytes(mail(text=BODY))}),
                "notes.xlsx": b"PK",
                "__MACOSX/._page.html": b"\0",
                "feb/.DS_Store": b"\0",
            }
        ),
    )
    items = read(path)
    assert [i.source.removeprefix(str(path)) for i in items if isinstance(i, Article)] == [
        "/feb/page.html", "/feb/story.txt", "/feb/word.docx", "/feb/p.pdf", "/inner.zip/mail.eml",
    ]  # fmt: skip
    assert [i for i in items if not isinstance(i, Article)] == [
        PassedOver(f"{path}/notes.xlsx", ".xlsx")
    ]


def test_no_name_in_a_zip_leads_out_of_it(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    names = {"../out.txt": BODY, "/tmp/dateline-escape.txt": BODY, "a/../../b.txt": BODY}
    found = read(written(inside / "a.zip", zipped(dict(names))))
    assert len([item for item in found if isinstance(item, Article)]) == 3
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.zip", "in"]
    assert not Path("/tmp/dateline-escape.txt").exists()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    zeros = zipped({"a.txt": b"\0" * (64 << 20)})
    assert "times its size" in reason_of(written(tmp_path / "a.zip", zeros))
    nested = zipped({"a.txt": BODY})
    for _ in range(archives.MAX_DEPTH + 1):
        nested = zipped({"z.zip": nested})
    assert "deep" in reason_of(written(tmp_path / "b.zip", nested))


def test_the_bounds_hold_for_all_that_lies_in_a_file_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zipped({f"{n}.txt": BODY for n in range(3)})
    path = written(tmp_path / "a.zip", zipped({"a.zip": inner, "b.zip": inner}))
    monkeypatch.setattr(archives.Bounds.__init__, "__defaults__", (6, 1 << 20, 0))
    *articles, refused = read(path)
    assert len(articles) == 3
    assert isinstance(refused, ArticleError) and "unpack it" in refused.reason


def test_a_zip_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    good = bytearray(zipped({"a.txt": BODY, "b.txt": BODY}))
    flag = good.index(b"PK\x01\x02") + 8
    good[flag] |= 1  # the first file says that it is encrypted
    locked, fine = read(written(tmp_path / "a.zip", bytes(good)))
    assert isinstance(locked, ArticleError) and "password" in locked.reason
    assert isinstance(fine, Article)
    assert "not a zip" in reason_of(written(tmp_path / "b.zip", b"PK\x03\x04 torn"))
    (passed, refused) = read(written(tmp_path / "c.zip", zipped({"a.exe": b"MZ"})))
    assert isinstance(passed, PassedOver)
    assert isinstance(refused, ArticleError) and "no file in it" in refused.reason
