"""Rows of exports, tables and feeds: the article is found wherever it lies, dated however it is
written, and marked where it is only a beginning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from articles_fixtures import HEADLINE, STORY, read, read_one, reason_of

from rag.articles import Article, look_for_files
from rag.articles.dates import field_date, iso_date
from rag.articles.decoding import decode_text
from rag.errors import ArticleError

BODY = "\n\n".join(STORY)
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
URL = "https://gazette.example/bridge"


def saved(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def articles_of(path: Path) -> list[Article]:
    items = read(path)
    assert all(isinstance(item, Article) for item in items), items
    return [item for item in items if isinstance(item, Article)]


# --- where the article lies ---

SHAPES: dict[str, Any] = {
    "Guardian": {
        "response": {
            "status": "ok",
            "results": [
                {
                    "webTitle": HEADLINE,
                    "webPublicationDate": "2026-02-01T09:00:00Z",
                    "webUrl": URL,
                    "fields": {"body": HTML, "byline": "Jo Kern", "trailText": "A bridge."},
                }
            ],
        }
    },
    "Guardian, one item": {
        "response": {
            "content": {
                "webTitle": HEADLINE,
                "webPublicationDate": "2026-02-01T09:00:00Z",
                "webUrl": URL,
                "fields": {"bodyText": BODY, "byline": "Jo Kern"},
            }
        }
    },
    "Event Registry": {
        "articles": {
            "results": [
                {
                    "title": HEADLINE,
                    "body": BODY,
                    "dateTime": "2026-02-01T09:00:00Z",
                    "url": URL,
                    "lang": "eng",
                    "source": {"uri": "gazette.example", "title": "Altmark Gazette"},
                    "authors": [{"name": "Jo Kern", "type": "author"}],
                }
            ],
            "page": 1,
        }
    },
    "WordPress": [
        {
            "id": 3,
            "date": "2026-02-01T09:00:00",
            "link": URL,
            "title": {"rendered": HEADLINE.replace("Altmark", "<em>Altmark</em>")},
            "content": {"rendered": HTML, "protected": False},
            "excerpt": {"rendered": "<p>A bridge [&hellip;]</p>"},
        }
    ],
    "Elasticsearch": {
        "took": 3,
        "hits": {
            "total": {"value": 1},
            "hits": [
                {
                    "_id": "x",
                    "_source": {
                        "headline": HEADLINE,
                        "text": BODY,
                        "publish_date": {"$date": {"$numberLong": "1769936400000"}},
                        "url": URL,
                    },
                }
            ],
        },
    },
    "by id": {"a1": {"title": HEADLINE, "text": BODY, "date": "20260201", "url": URL}},
    "blocks": {
        "article": {
            "headline": HEADLINE,
            "published": "1769936400",
            "url": URL,
            "body": [{"type": "paragraph", "text": text} for text in STORY],
            "related": [{"title": "Other", "text": "Another story that is not this one at all."}],
        }
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_article_is_found_in_the_wrapper_of_an_api(tmp_path: Path, shape: str) -> None:
    article = read_one(saved(tmp_path / "a.json", SHAPES[shape]))
    assert (article.text, article.title) == (BODY, HEADLINE)
    assert (article.published, article.url, article.cut) == ("2026-02-01", URL, False)
    if shape == "Event Registry":
        assert (article.outlet, article.author) == ("Altmark Gazette", "Jo Kern")
        assert article.language == "en"


def test_a_list_of_articles_goes_before_what_stands_around_it(tmp_path: Path) -> None:
    feed = {
        "title": "Gazette",
        "description": "All the news of Altmark and of the towns along the river Senn, daily.",
        "items": [{"title": HEADLINE, "content_html": HTML, "url": URL}],
    }
    assert read_one(saved(tmp_path / "a.json", feed)).text == BODY


def test_what_holds_no_text_is_refused_with_what_was_found(tmp_path: Path) -> None:
    links = {"articles": [{"url": URL, "title": "x", "seendate": "20260201T000000Z"}] * 3}
    reason = reason_of(saved(tmp_path / "a.json", links))
    assert "no text" in reason and "articles" in reason
    assert "a number" in reason_of(saved(tmp_path / "b.json", 3))
    first, second = read(saved(tmp_path / "c.json", [{"text": BODY}, {"id": 4}]))
    assert isinstance(first, Article)
    assert isinstance(second, ArticleError) and second.reason.endswith("an object with id")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt"])
def test_json_lines_and_json_are_told_apart_by_content(tmp_path: Path, name: str) -> None:
    rows = [{"title": HEADLINE, "text": BODY, "n": n, "url": f"{URL}/{n}"} for n in range(2)]
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, rows)))
    assert len(articles_of(path)) == 2
    path.write_text(json.dumps({"articles": rows}, indent=1))
    assert len(articles_of(path)) == 2


# --- HTML in rows ---


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"<div>{HTML}</div><script>var a = '14,000';</script><style>p {{}}</style>", BODY),
        ("<br><br>".join(STORY), BODY),
        (
            f"{STORY[0]}<ul><li>Nine piers &amp; two cracks</li></ul>",
            f"{STORY[0]}\n\nNine piers & two cracks",
        ),
        (f"<p>{STORY[0].replace('will stay', '<del>will not stay</del> will stay')}</p>", STORY[0]),
    ],
)
def test_a_row_of_html_is_read_as_html(tmp_path: Path, raw: str, text: str) -> None:
    assert read_one(saved(tmp_path / "a.json", [{"text": raw, "title": HEADLINE}])).text == text


def test_signs_that_only_look_like_mark_up_stay(tmp_path: Path) -> None:
    text = f"{STORY[0]} The load was 3 < 5 and 7 > 6 tonnes, <said> the city."
    assert read_one(saved(tmp_path / "a.json", [{"text": text}])).text == text


# --- cut texts ---


@pytest.mark.parametrize(
    "mark", ["… [+2841 chars]", "... [+17 chars]", " [...]", " [&#8230;]", "…", " (1,204 words)"]
)
def test_a_mark_of_a_cut_is_no_text_and_the_article_is_known_as_cut(
    tmp_path: Path, mark: str
) -> None:
    raw = f"<p>{STORY[0]} It cost £3.2m, w{mark}</p>" if "&" in mark else f"{STORY[0]} Wel{mark}"
    article = read_one(saved(tmp_path / "a.json", {"articles": [{"content": raw}]}))
    assert article.cut
    assert "chars" not in article.text and "[" not in article.text and "words" not in article.text


def test_a_summary_is_read_where_there_is_no_text(tmp_path: Path) -> None:
    row = {"title": HEADLINE, "description": STORY[0], "content": None}
    article = read_one(saved(tmp_path / "a.json", {"articles": [row]}))
    assert (article.text, article.cut) == (STORY[0], True)


def test_whole_texts_are_not_cut(tmp_path: Path) -> None:
    for text in (BODY, f"“Well …” she said. {STORY[0]}", f"{STORY[0]} It has [12] piers."):
        assert not read_one(saved(tmp_path / "a.json", [{"text": text}])).cut


# --- dates ---


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (1769936400, "2026-02-01"),
        ("1769936400", "2026-02-01"),
        (1769936400123, "2026-02-01"),
        ("20260201", "2026-02-01"),
        ("20260201T090000Z", "2026-02-01"),
        ({"$date": "2026-02-01T09:00:00Z"}, "2026-02-01"),
        ("1 février 2026", "2026-02-01"),
        ("1er mars 2026", "2026-03-01"),
        ("1. März 2026", "2026-03-01"),
        ("14 de agosto de 2025", "2025-08-14"),
        ("14 sierpnia 2025", "2025-08-14"),
        ("14 августа 2025 г.", "2025-08-14"),
        ("2025年8月14日", "2025-08-14"),
        ("2025. augusztus 14.", "2025-08-14"),
        ("١٤ أغسطس ٢٠٢٥", "2025-08-14"),
        (0, None),
        (True, None),
        (12, None),
        ("20261399", None),
        ("4711", None),
        ({"date": "2026-02-01"}, None),
    ],
)
def test_a_field_of_dates_is_read_in_every_notation(value: object, day: str | None) -> None:
    assert field_date(value) == day


def test_a_month_of_two_meanings_is_read_in_its_language_only() -> None:
    assert iso_date("5 listopada 2025") is None
    assert iso_date("5 listopada 2025", language="pl") == "2025-11-05"
    assert iso_date("5 listopada 2025", language="hr") == "2025-10-05"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Publié le 1 février 2026 à 18h02", "2026-02-01"),
        ("1. Februar 2026, 18:02 Uhr", "2026-02-01"),
        ("domingo, 1 de febrero de 2026", "2026-02-01"),
        ("Mis à jour le 2 février 2026", None),
    ],
)
def test_a_date_line_of_another_language_is_no_text(
    tmp_path: Path, line: str, day: str | None
) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        f"<html><body><article><h1>{HEADLINE}</h1><p>{line}</p>{HTML}</article></body></html>",
        encoding="utf-8",
    )
    article = read_one(path)
    assert (article.published, article.text) == (day, BODY)


# --- charsets ---


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("iso-8859-2", "iso-8859-2", "Powódź w Łężycy, mówi Żaneta Świątek"),
        ("windows-1250", "cp1250", "Šárka Žižková z Říčan dál pracuje"),
        ("iso-8859-9", "cp1254", "Şule Işık’ın başkanı olduğu ilçe"),
        ("ISO-8859-15", "iso-8859-15", "Le cœur de Bœuil coûte 3 €"),
        ("iso-8859-2", "cp1250", "Bytes of Windows: Šárka Žižková"),
        ("windows-1253", "cp1253", "Η γέφυρα έκλεισε"),
    ],
)
def test_a_declared_charset_is_used_where_the_bytes_are_no_utf8(
    declared: str, encoding: str, text: str
) -> None:
    heads = (
        f'<html><head><meta charset="{declared}">',
        f"<meta http-equiv='Content-Type' content='text/html; charset={declared}'>",
        f'<?xml version="1.0" encoding="{declared}"?><rss>',
    )
    for head in heads:
        assert decode_text(f"{head}<p>{text}</p>".encode(encoding)).endswith(f"<p>{text}</p>")


def test_bytes_that_belie_the_declared_charset_are_read_as_what_they_are() -> None:
    head = '<meta charset="iso-8859-2">'
    assert decode_text(f"{head}Łężyca".encode()).endswith("Łężyca")
    mixed = f"{head}Łężyca, Říčany, Çamlıca, Bœuil ".encode() + b"caf\xe9"
    assert decode_text(mixed).endswith("Bœuil café")
    for nonsense in ("x-none", "hex", "utf-16", "punycode"):
        text = "Le café de la gare a été fermé dès le début de l'été, a déclaré le gérant."
        assert decode_text(text.encode("cp1252"), declared=nonsense) == text


# --- tables ---


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_table_gives_an_article_a_row(tmp_path: Path, sign: str, encoding: str) -> None:
    import csv
    import io

    out = io.StringIO()
    if sign == ";":
        out.write("sep=;\r\n")
    writer = csv.writer(out, delimiter=sign)
    writer.writerow(["Title", "Outlet", "Date", "URL", "Text", "Desk note"])
    writer.writerow([HEADLINE, "Altmark Gazette", "1 February 2026", URL, BODY, "x"])
    writer.writerow(["", "", "", "", "", ""])
    writer.writerow(["No text", "Altmark Gazette", "", "", "", ""])
    path = tmp_path / "a.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    article, refused = read(path)
    assert isinstance(article, Article) and isinstance(refused, ArticleError)
    assert (article.text, article.title, article.url) == (BODY, HEADLINE, URL)
    assert (article.outlet, article.published) == ("Altmark Gazette", "2026-02-01")
    assert "no text" in refused.reason


def test_a_cell_that_excel_cut_is_known_as_cut(tmp_path: Path) -> None:
    text = ("The council said on Monday that it would wait. " * 800)[:32_767]
    path = tmp_path / "a.csv"
    path.write_text(f'title,text\nx,"{text}"\n')
    assert read_one(path).cut


def test_a_table_of_other_things_is_passed_over_in_a_folder_and_refused_by_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "meta.csv").write_text("file,outlet,date\na.txt,Gazette,2026-02-01\n")
    (tmp_path / "sitemap.xml").write_text(
        "<urlset><url><loc>https://g.example</loc></url></urlset>"
    )
    (tmp_path / "b.xlsx").write_bytes(b"PK")
    (tmp_path / "README").write_text("x")
    (tmp_path / "~$w.docx").write_bytes(b"x")
    found = look_for_files([tmp_path])
    assert (found.files, found.errors) == ([], [])
    assert found.passed_over == {".csv": 1, ".xml": 1, ".xlsx": 1, "no ending": 1}
    assert "no column of texts" in reason_of(tmp_path / "meta.csv")
    assert "neither a feed nor a page" in reason_of(tmp_path / "sitemap.xml")


# --- feeds ---


def rss(items: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Altmark&nbsp;Gazette</title>'
        f"<language>en-gb</language>{items}</channel></rss>"
    )


def test_entries_with_full_text_are_articles_and_teasers_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    path.write_text(
        rss(
            f"<item><title>Bridge &amp;amp; river</title><link>{URL}</link><dc:creator>Jo Kern"
            "</dc:creator><pubDate>Sun, 01 Feb 2026 09:00:00 GMT</pubDate><description>Short."
            f"</description><content:encoded><![CDATA[{HTML}]]></content:encoded></item>"
            f"<item><title>B</title><link>{URL}/b</link><description>{STORY[0]}</description></item>"
            "<item><title>Only a title</title></item>"
        ),
        encoding="utf-8",
    )
    full, teaser, none = read(path)
    assert isinstance(full, Article) and isinstance(teaser, Article)
    assert (full.text, full.title, full.cut) == (BODY, "Bridge & river", False)
    assert (full.outlet, full.author) == ("Altmark Gazette", "Jo Kern")
    assert (full.published, full.url, full.language) == ("2026-02-01", URL, "en")
    assert (teaser.text, teaser.cut, teaser.published) == (STORY[0], True, None)
    assert isinstance(none, ArticleError) and "Only a title" in none.reason


def test_atom_and_rdf_are_feeds_too(tmp_path: Path) -> None:
    atom = tmp_path / "a.atom"
    atom.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Bote</title><entry><title>'
        f'{HEADLINE}</title><link rel="self" href="{URL}/self"/><link href="{URL}"/><published>'
        "2026-02-01T09:00:00Z</published><updated>2026-02-05T00:00:00Z</updated><author><name>Jo "
        'Kern</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"{HTML}</div></content></entry></feed>",
        encoding="utf-8",
    )
    rdf = tmp_path / "a.xml"
    rdf.write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel><title>Bote</title></channel><item><title>'
        f"{HEADLINE}</title><link>{URL}</link><description>{BODY}</description></item></rdf:RDF>",
        encoding="utf-8",
    )
    article = read_one(atom)
    assert (article.text, article.url, article.published) == (BODY, URL, "2026-02-01")
    assert (article.author, article.outlet, article.language) == ("Jo Kern", "Bote", "de")
    assert read_one(rdf).title == HEADLINE


def test_a_feed_loads_nothing_and_unfolds_no_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the Senn")
    doubling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 12}">' for n in range(1, 12))
    path = tmp_path / "a.rss"
    item = f"<item><title>x</title><description>{STORY[0]} &x; &e11;</description></item>"
    path.write_text(
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY e0 "ha">{doubling}]>'
        f"<rss><channel><title>t</title>{item}</channel></rss>"
    )
    for found in read(path):
        assert "secret" not in str(found)
        assert len(getattr(found, "text", "")) < 1000


# --- rich text ---


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"It \strike will not \strike0 will stay closed, the city said.",
         "It will stay closed, the city said."),
        (r"{\v Hidden. }Engineers found cracks, the city said.",
         "Engineers found cracks, the city said."),
        (r"Caf\'e9 \u1055 ?{\f1 \'f0\'e8} cost \u8364 ?14, {\field{\*\fldinst HYPERLINK "
         r'"https://x.example"}{\fldrslt the city}} said.', "Café При cost €14, the city said."),
    ],
)  # fmt: skip
def test_rich_text_gives_what_is_seen(tmp_path: Path, body: str, text: str) -> None:
    story = r"\par ".join(STORY).encode("cp1252", "replace").decode("cp1252")
    escaped = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in story)
    path = tmp_path / "a.rtf"
    path.write_bytes(
        (
            r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}{\f1\fcharset204 Arial;}}{\info{\title "
            rf"No text}}}}\pard {HEADLINE}\par {escaped}\par {body}\par}}"
        ).encode("ascii")
    )
    article = read_one(path)
    assert (article.title, article.text) == (HEADLINE, f"{BODY}\n\n{text}")
