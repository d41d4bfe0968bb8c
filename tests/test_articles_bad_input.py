"""Each bad input is refused with its reason, and what stands beside it is read all the same."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from articles_fixtures import HEADLINE, STORY, page, pdf_bytes, read, read_one, reason_of

from rag.articles import Article, find_files, load_articles
from rag.errors import ArticleError

ROW = json.dumps({"title": HEADLINE, "text": "\n".join(STORY)})


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "a.html", "a.pdf", "a.json", "a.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"")
        assert "empty" in reason_of(path)
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n\n\t \n")
    assert "empty" in reason_of(blank)


def test_a_file_of_menus_only_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "menu.txt"
    path.write_text(
        page("Home", "World", "Sport", "Log in", "We use cookies to give you the best experience.")
        + page("Most read", "Ten hotels by the sea", "Comments", "© 2026 The Gazette")
    )
    assert reason_of(path) == "no article text found, only page furniture"


def test_html_without_an_article_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "menu.html"
    path.write_text(
        "<html><body><nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav></body></html>"
    )
    assert "article" in reason_of(path)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
        (b"%PDF-1.4\n" + bytes(200), "PDF"),
        (b"PK\x03\x04" + bytes(200), "ZIP"),
        (random.Random(1).randbytes(4000), "binary"),
        (bytes(4000), "binary"),
    ],
    ids=["png", "pdf", "zip", "noise", "zeros"],
)
def test_binary_data_named_txt_is_refused(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(data)
    assert word in reason_of(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_text_in_any_common_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(page(HEADLINE, *STORY).encode(encoding))
    assert "“We will not take a risk" in read_one(path).text


def test_cyrillic_text_in_its_old_encoding_is_read(tmp_path: Path) -> None:
    sentence = "Мост через реку останется закрытым до весны, сообщила мэрия города в понедельник. "
    path = tmp_path / "story.txt"
    path.write_bytes((sentence * 4 + "\n" + sentence).encode("cp1251"))
    assert "Мост через реку" in read_one(path).text


def test_mixed_encodings_are_decoded_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(
        page(STORY[1]).encode("utf-8") + "The café’s owner – a Dane – disagreed.\n".encode("cp1252")
    )
    text = read_one(path).text
    assert "“We will not take a risk" in text
    assert "The café’s owner – a Dane – disagreed." in text


def test_text_encoded_twice_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    twice = STORY[1].encode("utf-8").decode("cp1252", "replace").replace("\ufffd", "\x9d")
    path.write_text(page(twice, STORY[2]), encoding="utf-8")
    assert "“We will not take a risk with 14,000 cars a day,” said Vera" in read_one(path).text


def test_a_truncated_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.pdf"
    data = pdf_bytes(*[["The bridge stays closed."]] * 3)
    path.write_bytes(data[: len(data) // 2])
    assert "truncated" in reason_of(path)


def test_a_pdf_that_is_none_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.pdf"
    path.write_bytes(b"<html>not found</html>")
    assert "not a PDF" in reason_of(path)
    path.write_bytes(b"%PDF-1.4\nnothing that a parser could use\n%%EOF\n")
    assert "damaged PDF" in reason_of(path)


def test_a_pdf_of_pictures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_bytes([], []))
    assert "OCR" in reason_of(path)


def test_a_pdf_behind_a_password_is_refused_and_one_with_an_owner_only_is_read(
    tmp_path: Path,
) -> None:
    from pypdf import PdfReader, PdfWriter

    plain = tmp_path / "plain.pdf"
    plain.write_bytes(pdf_bytes(list(STORY)[2:]))
    for name, user_password in (("locked.pdf", "secret"), ("owned.pdf", "")):
        writer = PdfWriter(clone_from=PdfReader(plain))
        writer.encrypt(user_password, owner_password="owner", algorithm="RC4-128")
        writer.write(tmp_path / name)
    assert "password" in reason_of(tmp_path / "locked.pdf")
    assert "Shopkeepers in the old town" in read_one(tmp_path / "owned.pdf").text


def test_rows_before_the_end_of_a_truncated_gzip_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    rows = [
        json.dumps({"text": STORY[0] + " " + str(random.Random(n).random())}) for n in range(400)
    ]
    data = gzip.compress("\n".join(rows).encode())
    path.write_bytes(data[: len(data) // 2])
    *articles, last = read(path)
    assert len(articles) > 10
    assert all(isinstance(item, Article) for item in articles)
    assert isinstance(last, ArticleError)
    assert "truncated gzip" in last.reason


def test_a_file_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_text(ROW)
    assert "not gzip" in reason_of(path)


def test_an_invalid_line_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join([ROW, "{broken", "", '"a text"', '{"title": "no text"}', ROW]))
    items = read(path)
    errors = [item for item in items if isinstance(item, ArticleError)]
    assert [error.path for error in errors] == [f"{path}:{line}" for line in (2, 4, 5)]
    assert "invalid JSON" in errors[0].reason
    assert sum(isinstance(item, Article) for item in items) == 2


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_a_line_of_200_mb_is_refused_without_being_held(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows.{suffix}"
    with gzip.open(path, "wb", 1) if suffix.endswith("gz") else path.open("wb") as stream:
        stream.write(ROW.encode() + b"\n")
        for _ in range(200):
            stream.write(b"x" * 2**20)
        stream.write(b"\n" + ROW.encode() + b"\n")
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first, refused, last = read(path)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(refused, ArticleError)
    assert refused.path == f"{path}:2"
    assert grown_kib < 120 * 1024


def test_a_text_file_of_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    assert "too large" in reason_of(path)


def test_a_name_with_a_newline_is_read_and_printed_on_one_line(tmp_path: Path) -> None:
    good = tmp_path / "two\nlines.txt"
    good.write_text(page(HEADLINE, *STORY))
    assert read_one(good).source == str(good)
    bad = tmp_path / "bad\nname.txt"
    bad.write_text("")
    (error,) = read(bad)
    assert "\n" not in str(error)
    assert "bad\\nname.txt" in str(error)


def test_a_name_that_is_not_utf8_can_be_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text(page(HEADLINE, *STORY))
    (file,), _ = find_files([tmp_path])
    (article,) = load_articles(file)
    assert isinstance(article, Article)
    assert (article.source + file.key).encode("utf-8")


def test_a_broken_symlink_and_a_folder_loop_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(page(HEADLINE, *STORY))
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "up").symlink_to(tmp_path)
    files, errors = find_files([tmp_path])
    assert [file.path.name for file in files] == ["story.txt"]
    reasons = {Path(error.path).name: error.reason for error in errors}
    assert "broken symlink" in reasons["gone.txt"]
    assert "folder loop" in reasons["up"]


def test_a_path_that_is_not_there_and_a_format_that_is_not_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "story.xlsx").write_bytes(b"PK")
    assert reason_of(tmp_path / "missing.txt") == "no such file or folder"
    assert ".jsonl.gz" in reason_of(tmp_path / "story.xlsx")
    assert find_files([tmp_path]) == ([], [])


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from rag.articles import find_files, load_articles
if os.geteuid() == 0:  # root may read everything
    os.setegid(65534)
    os.seteuid(65534)
files, errors = find_files([Path(sys.argv[1])])
items = errors + [item for file in files for item in load_articles(file)]
for item in items:
    print(type(item).__name__, getattr(item, "reason", ""))
"""


def test_what_may_not_be_read_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    (tmp_path / "a.txt").write_text(page(HEADLINE, *STORY))
    (tmp_path / "secret.txt").write_text(page(HEADLINE, *STORY))
    (tmp_path / "secret.txt").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    done = subprocess.run(
        [sys.executable, "-c", READ_AS_NOBODY, str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    (tmp_path / "closed").chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        "Article ",
        "ArticleError no permission to read it",
        "ArticleError no permission to read it",
    ]
