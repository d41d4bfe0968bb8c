"""Each sample article reads as ``data/sample_articles.yaml`` says, written by who wrote them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.articles import Article, find_files, load_articles

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "examples" / "articles"
EXPECTED: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests" / "data" / "sample_articles.yaml").read_text(encoding="utf-8")
)
STATED_FIELDS = ("title", "outlet", "author", "published", "url", "language")


def folded(text: str) -> str:
    return " ".join(text.split())


@cache
def read(name: str) -> list[Article]:
    files, errors = find_files([SAMPLES / name])
    assert not errors
    articles = [item for item in load_articles(files[0]) if isinstance(item, Article)]
    assert articles, f"{name} gives no article"
    return articles


def entry_name(entry: dict[str, Any]) -> str:
    return f"{entry['file']}:{entry['row']}" if "row" in entry else str(entry["file"])


@pytest.fixture(params=EXPECTED, ids=entry_name)
def sample(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Article]:
    entry = request.param
    return entry, read(entry["file"])[entry.get("row", 1) - 1]


def test_every_sentence_to_keep_stands_once(sample: tuple[dict[str, Any], Article]) -> None:
    entry, article = sample
    text = folded(article.text)
    counts = {sentence: text.count(folded(sentence)) for sentence in entry["keep"]}
    assert {sentence: n for sentence, n in counts.items() if n != 1} == {}


def test_nothing_of_the_page_stays(sample: tuple[dict[str, Any], Article]) -> None:
    entry, article = sample
    text = folded(article.text)
    assert [part for part in entry["drop"] if folded(part) in text] == []


def test_captions_are_apart_from_the_text(sample: tuple[dict[str, Any], Article]) -> None:
    entry, article = sample
    captions = [folded(caption) for caption in article.captions]
    for expected in entry["captions"]:
        assert any(folded(expected) in caption for caption in captions), captions
        assert folded(expected) not in folded(article.text)
    assert len(captions) == len(entry["captions"]), captions


def test_what_the_page_states_is_read_and_nothing_else(
    sample: tuple[dict[str, Any], Article],
) -> None:
    entry, article = sample
    for name in STATED_FIELDS:
        found = getattr(article, name)
        stated = entry[name]
        if name == "language" and stated:
            stated = stated[:2].lower()
            found = found and found[:2]  # the region stays where it writes figures otherwise
        allowed = [stated, None] if name in entry.get("may_be_null", ()) else [stated]
        assert found in allowed, f"{name}: {found!r}, stated {stated!r}"


def test_the_title_stands_in_the_text_once_at_most(
    sample: tuple[dict[str, Any], Article],
) -> None:
    entry, article = sample
    if entry["title"]:
        assert folded(article.text).count(folded(entry["title"])) <= 1


def test_paragraphs_are_in_normal_form(sample: tuple[dict[str, Any], Article]) -> None:
    paragraphs = sample[1].text.split("\n\n")
    assert all(p and p == folded(p) for p in paragraphs)
