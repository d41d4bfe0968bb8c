"""An export, a page or a forwarded mail is read the same way in whatever file or field it comes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from articles_fixtures import read, read_one, reason_of
from word_documents import word_document

from rag.articles import Article, PassedOver

WELL = "The new well at Tessin gave 40 litres a minute on its first day, the parish said."
MARE = "A mare that had swum to the island of Ruhl was brought home by barge on Sunday."
LEDGER = "The parish of Tessin owes 3 banks more money than it takes in over 9 years."
EXPORT = [
    line
    for number, (outlet, day, title, body) in enumerate(
        [
            ("Tessin Herald", "November 3, 2025", "Well gives water", WELL),
            ("Ruhl Messenger", "November 9, 2025", "Mare home by barge", MARE),
        ],
        start=1,
    )
    for line in (
        f"{number} of 2 DOCUMENTS", outlet, day, title, "BYLINE: Ida Holm", "LENGTH: 16 words",
        body, "LOAD-DATE: November 12, 2025",
    )
]  # fmt: skip
FORWARDED = (
    "---------- Forwarded message ---------\nFrom: Press desk <p@tessin.example>\n"
    "Date: Mon, 3 Nov 2025 at 08:15\nSubject: Fwd: Well gives water\nTo: Desk <d@x.example>\n\n"
)


def a_mail(text: str, html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ida Holm <ida@x.example>"
    message["Subject"] = "This week"
    message["Date"] = "Wed, 12 Nov 2025 09:00:00 +0000"
    message["Message-ID"] = "<1@x.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def as_text(path: Path) -> Path:
    path.write_text("\n\n".join(EXPORT), encoding="utf-8")
    return path


def as_rtf(path: Path) -> Path:
    path.write_text(r"{\rtf1\ansi " + r"\par \par ".join(EXPORT) + "}", encoding="ascii")
    return path


def as_word(path: Path) -> Path:
    return word_document(path, *EXPORT)


def as_mail(path: Path) -> Path:
    path.write_bytes(bytes(a_mail("\n\n".join(EXPORT), "<p>Your documents are below.</p>")))
    return path


def as_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("found.txt", "\n\n".join(EXPORT))
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("found.txt", as_text),
        ("found.rtf", as_rtf),
        ("found.docx", as_word),
        ("found.eml", as_mail),
        ("found.zip", as_zip),
    ],
)
def test_an_export_is_split_in_whatever_it_comes(
    tmp_path: Path, name: str, write: Callable[[Path], Path]
) -> None:
    first, second = read(write(tmp_path / name))
    assert isinstance(first, Article) and isinstance(second, Article)
    assert (first.text, second.text) == (WELL, MARE)
    assert (first.outlet, first.published) == ("Tessin Herald", "2025-11-03")
    assert (second.outlet, second.published) == ("Ruhl Messenger", "2025-11-09")
    assert [one.source.rpartition("#")[2] for one in (first, second)] == ["1", "2"]


@pytest.mark.parametrize("html", ["", f"<div>{FORWARDED}{WELL}</div>"])
def test_a_mail_that_forwards_an_article_gives_the_day_and_title_of_that(
    tmp_path: Path, html: str
) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(a_mail(f"{FORWARDED}{WELL}", html)))
    article = read_one(path)
    assert (article.text, article.title, article.published) == (
        WELL,
        "Well gives water",
        "2025-11-03",
    )


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a.html"])
def test_a_mail_is_taken_apart_under_any_name(tmp_path: Path, name: str) -> None:
    message = a_mail(WELL)
    message.add_attachment(MARE.encode(), maintype="text", subtype="plain", filename="mare.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="mare.png")
    path = tmp_path / name
    path.write_bytes(bytes(message))
    body, attached, passed_over = read(path)
    assert isinstance(body, Article) and isinstance(attached, Article)
    assert (body.text, body.title, body.published) == (WELL, "This week", "2025-11-12")
    assert (attached.text, attached.source) == (MARE, f"{path}/mare.txt")
    assert passed_over == PassedOver(f"{path}/mare.png", ".png")


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a.html", "a.txt"])
def test_the_day_of_saving_a_page_is_no_day_of_publication(tmp_path: Path, name: str) -> None:
    page = EmailMessage()
    page["From"] = "<Saved by a browser>"
    page["Subject"] = "Well gives water"
    page["Date"] = "Wed, 12 Nov 2025 09:00:00 +0000"
    page["Snapshot-Content-Location"] = "https://tessin.example/well"
    html = f"<!doctype html><html><body><article><p>{WELL}</p><p>{MARE}</p></article></body></html>"
    page.set_content(html, subtype="html", cte="quoted-printable")
    page.make_related()
    page.add_related(b"\x89PNG", maintype="image", subtype="png")
    path = tmp_path / name
    path.write_bytes(bytes(page))
    article = read_one(path)
    assert article.text == f"{WELL}\n\n{MARE}"
    assert (article.url, article.published) == ("https://tessin.example/well", None)
    assert article.title == "Well gives water"


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("The well gives <s>90</s> 40 litres a minute.", "The well gives 40 litres a minute."),
        ("The well is 40<sup>1</sup> metres deep today.", "The well is 40 metres deep today."),
        ("It waters 300 m<sup>2</sup> of parish land.", "It waters 300 m² of parish land."),
        (
            f"{MARE}<span style='visibility: hidden'>It drowned on the way, too.</span>",
            MARE,
        ),
    ],
)
def test_mark_up_means_in_rows_what_it_means_on_pages(
    tmp_path: Path, marked: str, shown: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"text": f"<p>{WELL}</p><p>{marked}</p><p>{LEDGER}</p>"}))
    assert read_one(path).text == f"{WELL}\n\n{shown}\n\n{LEDGER}"


@pytest.mark.parametrize(
    "text",
    [
        "Before you read on, we and our 37 partners ask for your consent to the cookies we set. "
        "You can withdraw your consent at any time under the privacy settings of this site.",
        "<html><body><p>We use cookies on this site.</p>"
        "<p>Accept all cookies to continue to the page.</p></body></html>",
    ],
)
def test_a_row_that_is_a_consent_page_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": text}) + "\n")
    assert "a consent page, not an article" in reason_of(path)


def test_a_host_in_a_row_is_the_outlet_it_is_known_by(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": f"{WELL}\n\n{MARE}", "source": "www.cnn.com"}) + "\n")
    assert read_one(path).outlet == "CNN"
