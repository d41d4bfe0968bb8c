"""What each file format gives, and that metadata is read where it is stated and nowhere else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from articles_fixtures import HEADLINE, STORY, page, pdf_bytes, read, read_one

from rag.articles import Article, file_sha256, find_files, load_articles, load_meta
from rag.errors import UsageError

BODY = "\n\n".join(STORY)
PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)


def html(head: str = "", masthead: str = "", lang: str = "") -> str:
    return (
        f"<!doctype html><html{lang}><head>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{HEADLINE}</h1>{masthead}{PARAGRAPHS}"
        "<figure><img src='b.jpg'><figcaption>The bridge. Photo: Ana Roth</figcaption></figure>"
        "</article><section class='comments'><p>I told them so in 1998 and again.</p></section>"
        "<footer>© 2024 The Altmark Gazette</footer></body></html>"
    )


def test_html_gives_the_article_with_its_captions_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(html(), encoding="utf-8")
    article = read_one(path)
    assert article.text == BODY
    assert article.title == HEADLINE
    assert article.captions == ("The bridge. Photo: Ana Roth",)


def test_html_states_metadata_in_json_ld_or_meta_elements(tmp_path: Path) -> None:
    ld = {
        "@graph": [
            {
                "@type": "NewsArticle",
                "headline": HEADLINE,
                "datePublished": "2026-02-01T22:10:00+01:00",
                "author": [{"name": "Jo Kern"}, {"name": "Ada Voss"}],
                "publisher": {"name": "The Altmark Gazette"},
                "inLanguage": "en-GB",
                "url": "https://gazette.example/bridge",
            }
        ]
    }
    meta = (
        f"<meta property='og:title' content='{HEADLINE} | The Altmark Gazette'>"
        "<meta property='og:site_name' content='The Altmark Gazette'>"
        "<meta property='article:published_time' content='2026-02-01'>"
        "<meta name='author' content='Jo Kern, Ada Voss'>"
        "<meta property='og:url' content='https://gazette.example/bridge'>"
        "<meta property='og:locale' content='en_GB'>"
    )
    for head in (f"<script type='application/ld+json'>{json.dumps(ld)}</script>", meta):
        path = tmp_path / "a.html"
        path.write_text(html(head), encoding="utf-8")
        article = read_one(path)
        assert (article.title, article.outlet) == (HEADLINE, "The Altmark Gazette")
        assert (article.author, article.published) == ("Jo Kern, Ada Voss", "2026-02-01")
        assert (article.url, article.language) == ("https://gazette.example/bridge", "en")


def test_html_states_metadata_in_its_visible_masthead(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        html(
            f"<title>{HEADLINE} | The Altmark Gazette</title>",
            "<p class='by'>By Jo Kern</p><div>Published: 1 February 2026, 5:04 pm</div>",
            " lang='en'",
        )
    )
    article = read_one(path)
    assert (article.outlet, article.author) == ("The Altmark Gazette", "Jo Kern")
    assert (article.published, article.language) == ("2026-02-01", "en")
    assert article.text == BODY


def test_html_without_statements_has_no_metadata(tmp_path: Path) -> None:
    path = tmp_path / "gazette.example-2025-03-04-bridge.html"
    path.write_text(html())  # a copyright year and a file name are no statements
    article = read_one(path)
    assert article.published is None
    assert (article.outlet, article.author, article.url, article.language) == (None,) * 4


def test_html_named_txt_is_read_as_html(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(html(), encoding="utf-8")
    assert read_one(path).text == BODY


def test_markdown_gives_words_without_its_signs(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: From the front matter\ndate: 2026-02-01\nauthor: Jo Kern\nlang: en\n---\n"
        f"# {HEADLINE}\n\n{STORY[0]}\n\n## A *second* part\n\n> {STORY[1]}\n\n"
        "- **first** item with a [link](https://gazette.example/a_(b))\n\n![alt](x.png)\n\n"
        f"{STORY[2]}\n\n{STORY[3]}\n"
    )
    article = read_one(path)
    assert (article.title, article.published) == ("From the front matter", "2026-02-01")
    assert (article.author, article.language) == ("Jo Kern", "en")
    assert "A second part" in article.text.split("\n\n")
    assert "first item with a link" in article.text.split("\n\n")
    assert STORY[1] in article.text.split("\n\n")
    assert not set("#*[]!>") & set(article.text)


def test_pdf_lines_become_paragraphs_without_headers_and_numbers(tmp_path: Path) -> None:
    header = "ALTMARK GAZETTE | Monday, 2 February 2026"
    first = [
        header,
        "The bridge over the Senn at Altmark will stay closed until spring, the city said",
        "on Monday. Engineers found cracks in two of its nine piers, and nobody is to be al-",
        "lowed on it. Shopkeepers in the old town fear for their trade, and the chamber of",
        "7",
    ]
    second = [header, "commerce asked for a ferry.", "The bridge was built in 1961.", "8"]
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes(first, second))
    article = read_one(path)
    assert "nobody is to be allowed on it. Shopkeepers" in article.text
    assert "the chamber of commerce asked for a ferry." in article.text
    assert "GAZETTE" not in article.text
    assert article.published == "2026-02-02"


@pytest.mark.parametrize("suffix", ["json", "jsonl", "jsonl.gz", "ndjson"])
def test_rows_of_all_kinds_are_read(tmp_path: Path, suffix: str) -> None:
    rows = [
        {
            "title": HEADLINE, "author": "Jo Kern", "hostname": "gazette.example",
            "sitename": "The Altmark Gazette", "date": "2026-02-01", "language": "en",
            "url": "https://gazette.example/1", "raw_text": "unused", "text": "\n".join(STORY),
        },
        {
            "headline": HEADLINE, "byline": "By Ada Voss", "publisher": {"name": "Senn Report"},
            "published_at": "2026-02-02T08:00:00Z", "body": "\n\n".join(STORY),
        },
        {"content": BODY, "hostname": "gazette.example", "source": "https://gazette.example/3"},
    ]  # fmt: skip
    path = tmp_path / f"rows.{suffix}"
    if suffix == "json":
        path.write_text(json.dumps({"articles": rows}))
    else:
        data = "\n".join(json.dumps(row) for row in rows).encode()
        path.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    first, second, third = read(path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(third, Article)
    assert first.text == second.text == third.text == BODY
    assert (first.source, first.outlet) == ("https://gazette.example/1", "The Altmark Gazette")
    assert (first.published, first.language, first.author) == ("2026-02-01", "en", "Jo Kern")
    assert (second.source, second.outlet) == (f"{path}:2", "Senn Report")
    assert (second.published, second.title) == ("2026-02-02", HEADLINE)
    assert (third.outlet, third.url) == ("gazette.example", "https://gazette.example/3")


def test_meta_fills_what_the_text_does_not_state_and_overrides_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(page(HEADLINE, "By Jo Kern", *STORY))
    table = tmp_path / "meta.csv"
    table.write_text(
        "file,outlet,date,url,author\n"
        "a.txt,The Altmark Gazette,1 Feb 2026,https://g.example,No One\n"
    )
    (file,), _ = find_files([tmp_path / "a.txt"])
    (article,) = load_articles(file, load_meta(table))
    assert isinstance(article, Article)
    assert (article.outlet, article.published) == ("The Altmark Gazette", "2026-02-01")
    assert (article.url, article.author) == ("https://g.example", "Jo Kern")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("name,outlet\na.txt,X\n", "no column 'file'"),
        ("file,date\na.txt,03/04/2026\n", "line 2"),
        ("file,colour\na.txt,red\n", "nothing beside"),
    ],
)
def test_a_wrong_meta_table_is_refused_with_the_place(
    tmp_path: Path, content: str, word: str
) -> None:
    table = tmp_path / "meta.csv"
    table.write_text(content)
    with pytest.raises(UsageError, match=word):
        load_meta(table)


def test_folders_are_searched_in_order_without_hidden_files_and_each_file_once(
    tmp_path: Path,
) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "sub/c.MD", "sub/.git/d.txt", "notes.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "again.txt").symlink_to(tmp_path / "b.txt")
    files, errors = find_files([tmp_path, tmp_path / "a.txt"])
    assert not errors
    assert [str(file.path.relative_to(tmp_path)) for file in files] == [
        "a.txt", "again.txt", "sub/c.MD",
    ]  # fmt: skip
    assert file_sha256(tmp_path / "a.txt") == file_sha256(tmp_path / "a.txt")
    assert file_sha256(tmp_path / "a.txt") != file_sha256(tmp_path / "b.txt")
