"""The five real articles in the shared folder: what must go, what must stay, in its order.

None of their sentences is here: they are known by hashes of their words, made by choosing the
article's lines in each file by hand.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from articles_fixtures import read_one

from rag.articles import Article
from rag.articles.copies import sentence_key, sentences_of

ROOT = Path(__file__).parent.parent
ARTICLES = Path(os.environ.get("DATELINE_SHARED", ROOT.parent / "shared")) / "articles"
# File → paragraphs, each the hashes of its sentences.
EXPECTED: dict[str, list[str]] = json.loads(
    (ROOT / "tests" / "data" / "articles_acceptance.json").read_text(encoding="utf-8")
)
JAGO, EXPLAINER, CART, CLASH, DESK = sorted(EXPECTED)

pytestmark = pytest.mark.skipif(
    not ARTICLES.is_dir(),
    reason=f"THE FIVE REAL ARTICLES ARE NOT HERE ({ARTICLES}): set DATELINE_SHARED",
)

MUST_GO: dict[str, list[str]] = {
    JAGO: ["Jago News Desk", "Published", "05:04", "AFP Photo", "shift an injured man", "Source:"],
    EXPLAINER: ["the story about", "With inputs", "bullet riddle", "File Image"],
    CART: [
        "cart", "Terms of use", "Lorem", "dolor", "amet", "adipisicing", "Sign up", "Published",
        "Do you agree", "2026",
    ],
    CLASH: [
        "Clash Report", "February 02", "Sources", "Related", "Traitors", "Türkiye", "Gaza",
        "World\n", "/2026", "Germany",
    ],
    DESK: [
        "News Desk", "timely", "Police officers inspect", "additional input", "Comments",
        "discussing",
    ],
}  # fmt: skip
STATED: dict[str, dict[str, Any]] = {
    JAGO: {"outlet": "Jago News", "published": "2026-02-01", "credits": ("AFP", "Al Jazeera")},
    EXPLAINER: {"title": None, "outlet": None, "published": None, "credits": ("agencies",)},
    CART: {"title": None, "outlet": None, "published": "2026-02-02", "credits": ()},
    CLASH: {"outlet": "Clash Report", "published": "2026-02-02", "credits": ()},
    DESK: {"outlet": None, "author": None, "published": None, "credits": ("Reuters",)},
}
CAPTION_PARTS: dict[str, list[str]] = {
    JAGO: ["shift an injured man"],
    EXPLAINER: ["bullet riddle door"],
    CART: [],
    CLASH: ["Chief Minister of Balochistan"],
    DESK: ["inspect the site"],
}


def hashes(paragraph: str) -> str:
    digests = [
        hashlib.sha256(sentence_key(sentence).encode()).hexdigest()[:12]
        for sentence in sentences_of(paragraph)
    ]
    return " ".join(digests)


@pytest.fixture(params=sorted(EXPECTED))
def acceptance(request: pytest.FixtureRequest) -> tuple[str, Article]:
    return request.param, read_one(ARTICLES / request.param)


def test_every_sentence_is_there_once_in_its_paragraph_and_order(
    acceptance: tuple[str, Article],
) -> None:
    name, article = acceptance
    assert [hashes(paragraph) for paragraph in article.text.split("\n\n")] == EXPECTED[name]


def test_nothing_of_the_page_around_the_article_stays(acceptance: tuple[str, Article]) -> None:
    name, article = acceptance
    assert [part for part in MUST_GO[name] if part in article.text + "\n"] == []


def test_captions_are_kept_apart(acceptance: tuple[str, Article]) -> None:
    name, article = acceptance
    parts = CAPTION_PARTS[name]
    assert len(article.captions) == len(parts)
    assert all(part in caption for part, caption in zip(parts, article.captions, strict=True))


def test_only_what_the_page_states_is_read(acceptance: tuple[str, Article]) -> None:
    name, article = acceptance
    assert {field: getattr(article, field) for field in STATED[name]} == STATED[name]
    assert article.url is None
    assert article.language is None


def test_the_headline_is_the_title_and_not_in_the_text(acceptance: tuple[str, Article]) -> None:
    name, article = acceptance
    if name in (JAGO, CLASH, DESK):
        first_line = (ARTICLES / name).read_text(encoding="utf-8").split("\n")[0]
        assert article.title == first_line
        assert first_line not in article.text


def test_what_a_link_broke_off_is_joined_and_taken_from_the_copy_that_has_it() -> None:
    text = read_one(ARTICLES / EXPLAINER).text
    assert text.count("Karachi-based Geo News.") == 1
    assert text.count("and has repeatedly targeted") == 1
    assert "Karachi-based Security" not in text
