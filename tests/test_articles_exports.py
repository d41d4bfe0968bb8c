"""Files of many articles are split at their marks, each part with its own outlet and date."""

from __future__ import annotations

from pathlib import Path

import pytest
from articles_fixtures import HEADLINE, STORY, page, pdf_bytes, read

from rag.articles import Article, clean_text
from rag.articles.exports import UnsplittableError, split_documents
from rag.errors import ArticleError
from rag.index.identity import article_id_for

DAM = "The dam at Lau held back 14 million cubic metres on Friday, its keeper said at noon."
SPILL = "Water will be let out over four nights so that the lower villages stay dry."
CHOIR = "A choir of 80 children sang at the opening of the concert hall in Senn on Sunday."
BAKER = "The bakers of Altmark want 12 percent more pay and stopped their ovens for a night."


def articles_of(path: Path) -> list[Article]:
    items = read(path)
    assert all(isinstance(item, Article) for item in items), items
    return [item for item in items if isinstance(item, Article)]


def facts(article: Article) -> tuple[str | None, ...]:
    return (article.title, article.outlet, article.author, article.published)


def old_nexis(number: int, outlet: str, date: str, title: str, *body: str) -> str:
    paragraphs = "\n\n".join(body)
    return (
        f"                     {number} of 2 DOCUMENTS\n\n\n{outlet}\n\n{date}\nLate Edition\n\n"
        f"{title}\n\nBYLINE: By Ada Voss\n\nSECTION: NEWS; Pg. 3\n\nLENGTH: 64 words\n\n"
        f"{paragraphs}\n\nLOAD-DATE: December 24, 2025\n\nLANGUAGE: ENGLISH\n\n"
        f"Copyright 2025 {outlet}\nAll Rights Reserved\n\n"
    )


def test_an_export_of_lexis_is_split_with_the_date_of_each_document(tmp_path: Path) -> None:
    path = tmp_path / "lexis.txt"
    path.write_text(
        old_nexis(1, "The Lau Courier (Lau)", "December 19, 2025 Friday", "Dam holds", DAM, SPILL)
        + old_nexis(2, "Senn Report", "December 22, 2025 Monday", "Children open hall", CHOIR)
    )
    first, second = articles_of(path)
    assert facts(first) == ("Dam holds", "The Lau Courier", "Ada Voss", "2025-12-19")
    assert facts(second) == ("Children open hall", "Senn Report", "Ada Voss", "2025-12-22")
    assert (first.text, second.text) == (f"{DAM}\n\n{SPILL}", CHOIR)
    assert (first.source, second.source) == (f"{path}#1", f"{path}#2")
    assert first.language == "en"


def new_nexis(title: str, outlet: str, date: str, body: str) -> str:
    return (
        f"{title}\n\n{outlet}\n\n{date}\n\nCopyright 2025 {outlet} All Rights Reserved\n\n"
        f"Section: NEWS; Pg. 3\n\nLength: 64 words\n\nByline: Jo Kern\n\nBody\n\n{body}\n\n"
        "Load-Date: December 30, 2025\n\nEnd of Document\n\n"
    )


def test_an_export_of_nexis_uni_has_its_headline_above_outlet_and_date(tmp_path: Path) -> None:
    path = tmp_path / "uni.txt"
    path.write_text(
        new_nexis("Ovens stay cold: bakers strike", "Altmark Gazette", "December 27, 2025", BAKER)
        + new_nexis("Dam holds at Lau", "The Lau Courier", "December 19, 2025 Friday", DAM)
    )
    first, second = articles_of(path)
    assert facts(first) == (
        "Ovens stay cold: bakers strike", "Altmark Gazette", "Jo Kern", "2025-12-27",
    )  # fmt: skip
    assert facts(second) == ("Dam holds at Lau", "The Lau Courier", "Jo Kern", "2025-12-19")
    assert (first.text, second.text) == (BAKER, DAM)


FACTIVA = f"""News
Dam holds back the winter flood

By Ada Voss
64 words
19 December 2025
18:04
The Lau Courier
LAUCOU
English
(c) 2025 The Lau Courier

{DAM}

{SPILL}

Document LAUCOU0020251219elcj0000b

Children open the hall

31 words
22 December 2025
Senn Report
SENREP
3
English
Copyright 2025. Senn Report.

{CHOIR}

Document SENREP0020251222elcm00001

Search Summary
Text   dam or hall
Results Found   2
"""


def test_an_export_of_factiva_is_split_at_its_document_numbers(tmp_path: Path) -> None:
    path = tmp_path / "Factiva-20251231.txt"
    path.write_text(FACTIVA)
    first, second = articles_of(path)
    assert facts(first) == (
        "Dam holds back the winter flood", "The Lau Courier", "Ada Voss", "2025-12-19",
    )  # fmt: skip
    assert facts(second) == ("Children open the hall", "Senn Report", None, "2025-12-22")
    assert (first.text, second.text) == (f"{DAM}\n\n{SPILL}", CHOIR)


def test_an_export_of_factiva_with_field_codes_is_read_by_them(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    path.write_text(
        "HD  Dam holds\nBY  By Ada Voss\nWC  64 words\nPD  19 December 2025\n"
        "SN  The Lau Courier\nSC  LAUCOU\nLA  English\nCY  (c) 2025\n"
        f"LP  {DAM}\n\nTD  {SPILL}\n\nCO  lauwat : Lau Water\n"
        "AN  Document LAUCOU0020251219elcj0000b\n\n"
        "HD  Ovens stay cold\nWC  20 words\nPD  27 December 2025\nSN  Altmark Gazette\n"
        f"LA  English\nLP  {BAKER}\n\nAN  Document ALTGAZ0020251227elcr00001\n"
    )
    first, second = articles_of(path)
    assert facts(first) == ("Dam holds", "The Lau Courier", "Ada Voss", "2025-12-19")
    assert first.text == f"{DAM}\n\n{SPILL}"
    assert facts(second)[1:] == ("Altmark Gazette", None, "2025-12-27")
    assert second.text == BAKER


RULE = "_" * 60


def proquest(number: int, title: str, outlet: str, date: str, text: str) -> str:
    return (
        f"{RULE}\n\nDocument {number} of 2\n\n{title}\n\nAuthor: Voss, Ada\n\n"
        f"Publication info: {outlet} ; Lau [Lau] {date}: 4.\n\nAbstract: What the piece says.\n\n"
        f"Full text: {text}\n\nSubject: Dams; Choirs\n\nTitle: {title}\n\n"
        f"Publication title: {outlet}; Lau\n\nPublication date: {date}\n\n"
        f"Language of publication: English\n\nProQuest document ID: 33445{number}\n\n"
        "Last updated: 2025-12-31\n\nDatabase: Newsstream\n\n"
    )


def test_an_export_of_proquest_gives_full_texts_and_no_day_of_export(tmp_path: Path) -> None:
    path = tmp_path / "ProQuestDocuments-2025-12-31.txt"
    path.write_text(
        f"{RULE}\nReport Information from ProQuest\n31 December 2025 09:14\n"
        + proquest(1, "Dam holds", "The Lau Courier", "Dec 19, 2025", f"{DAM}\n\n{SPILL}")
        + proquest(2, "Children open hall", "Senn Report", "Dec 22, 2025", CHOIR)
        + RULE
    )
    first, second = articles_of(path)
    assert facts(first) == ("Dam holds", "The Lau Courier", "Ada Voss", "2025-12-19")
    assert facts(second) == ("Children open hall", "Senn Report", "Ada Voss", "2025-12-22")
    assert (first.text, second.text) == (f"{DAM}\n\n{SPILL}", CHOIR)


def test_a_document_without_its_text_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "proquest.txt"
    path.write_text(
        proquest(1, "Dam holds", "The Lau Courier", "Dec 19, 2025", "Not available.")
        + proquest(2, "Children open hall", "Senn Report", "Dec 22, 2025", CHOIR)
    )
    refused, article = read(path)
    assert isinstance(refused, ArticleError)
    assert refused.path == f"{path}#1"
    assert "without its text" in refused.reason
    assert isinstance(article, Article)
    assert article.source == f"{path}#2"


REVIEW = f"""PRESS REVIEW, 31 December 2025

----------------------------------------

The Lau Courier, 19 December 2025
Dam at Lau holds back the water

{DAM}

{SPILL}

----------------------------------------

Source: Radio Senn
Date: 22 December 2025
Children sing at the opening of the hall

{CHOIR}
https://senn.example/hall

----------------------------------------

Altmark Gazette | 27 December 2025
Ovens of Altmark stay cold for a night

{BAKER}
"""


def test_a_press_review_is_split_at_its_rules(tmp_path: Path) -> None:
    path = tmp_path / "review.txt"
    path.write_text(REVIEW)
    first, second, third = articles_of(path)
    assert (first.outlet, first.published) == ("The Lau Courier", "2025-12-19")
    assert (second.outlet, second.published) == ("Radio Senn", "2025-12-22")
    assert second.url == "https://senn.example/hall"
    assert (third.outlet, third.published) == ("Altmark Gazette", "2025-12-27")
    assert [one.text for one in (first, second, third)] == [f"{DAM}\n\n{SPILL}", CHOIR, BAKER]
    assert first.title == "Dam at Lau holds back the water"


def test_a_digest_is_split_at_its_labels_and_says_nothing_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "digest.txt"
    path.write_text(
        "Your morning digest\n\nHere are today's two stories on water and music.\n\n"
        f"Dam at Lau holds the water\nSource: The Lau Courier\nDate: 19 December 2025\n\n{DAM}\n\n"
        f"{SPILL}\n\nTitle: Children open the hall\nOutlet: Senn Report\n"
        f"Published: 22 December 2025\n\n{CHOIR}\n"
    )
    first, second = articles_of(path)
    assert (first.outlet, first.published) == ("The Lau Courier", "2025-12-19")
    assert (second.outlet, second.published) == ("Senn Report", "2025-12-22")
    assert (first.text, second.text) == (f"{DAM}\n\n{SPILL}", CHOIR)
    assert first.title == "Dam at Lau holds the water"
    assert second.title == "Children open the hall"


def test_the_closing_words_of_a_digest_are_no_article(tmp_path: Path) -> None:
    path = tmp_path / "review.txt"
    rule = "=" * 30
    path.write_text(f"{REVIEW}\n{rule}\n\nTo unsubscribe from our newsletter, log in here.\n")
    assert [one.text for one in articles_of(path)] == [f"{DAM}\n\n{SPILL}", CHOIR, BAKER]


def test_what_cannot_be_split_safely_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "review.txt"
    path.write_text(REVIEW.replace("Altmark Gazette | 27 December 2025\n", ""))
    (refused,) = read(path)
    assert isinstance(refused, ArticleError)
    assert "part 3 of 3 does not begin with an outlet and a date" in refused.reason
    with pytest.raises(UnsplittableError, match="do not go up one by one"):
        split_documents(f"Document 1 of 3\n\n{DAM}\n\nDocument 3 of 3\n\n{CHOIR}\n")


def test_documents_of_an_unknown_form_are_split_at_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text(
        f"Document 1 of 2\n\nDam at Lau holds the water\nPublished: 19 December 2025\n\n{DAM}\n\n"
        f"{SPILL}\n\nDocument 2 of 2\n\nChildren open the hall\n\n{CHOIR}\n"
    )
    first, second = articles_of(path)
    assert (first.published, second.published) == ("2025-12-19", None)
    assert second.text == CHOIR


def test_a_pdf_of_documents_is_split_too(tmp_path: Path) -> None:
    path = tmp_path / "review.pdf"
    path.write_bytes(
        pdf_bytes(
            ["1 of 2 DOCUMENTS", "The Lau Courier", "December 19, 2025 Friday", "Dam holds",
             "BYLINE: Ada Voss", "LENGTH: 64 words", DAM[:60], DAM[60:],
             "LOAD-DATE: December 24, 2025"],
            ["2 of 2 DOCUMENTS", "Senn Report", "December 22, 2025 Monday", "Children open hall",
             "LENGTH: 31 words", CHOIR[:60], CHOIR[60:], "LOAD-DATE: December 24, 2025"],
        )
    )  # fmt: skip
    first, second = articles_of(path)
    assert facts(first) == ("Dam holds", "The Lau Courier", "Ada Voss", "2025-12-19")
    assert (second.outlet, second.published) == ("Senn Report", "2025-12-22")


@pytest.mark.parametrize(
    "raw",
    [
        page(HEADLINE, *STORY[:2], "* * * * *", *STORY[2:]),
        page(HEADLINE, STORY[0], "-----", "3 March 2026", *STORY[1:], "-----", "9 March 2026", DAM),
        page(HEADLINE, "The plan is document 4 of 12 that the city has published.", *STORY),
    ],
    ids=["stars", "timeline", "sentence"],
)
def test_one_article_is_not_split(raw: str) -> None:
    assert split_documents(raw) is None
    assert STORY[3] in clean_text(raw).text


def test_parts_have_readable_ids() -> None:
    path = Path("lexis 2025.txt")
    assert article_id_for(path, "#2", "key", lambda _: False) == "lexis-2025-2"


def test_an_export_that_gives_no_lengths_is_known_by_its_days_of_loading(tmp_path: Path) -> None:
    path = tmp_path / "uni.txt"
    whole = "".join(
        f"Document {number} of 2\n\n" + new_nexis(title, "Senn Report", date, body)
        for number, (title, date, body) in enumerate(
            [("Dam holds", "December 19, 2025", DAM), ("Hall opens", "December 22, 2025", CHOIR)], 1
        )
    )
    path.write_text(whole.replace("Length: 64 words\n\n", ""))
    first, second = articles_of(path)
    assert facts(first) == ("Dam holds", "Senn Report", "Jo Kern", "2025-12-19")
    assert facts(second) == ("Hall opens", "Senn Report", "Jo Kern", "2025-12-22")
    assert (first.text, second.text) == (DAM, CHOIR)
