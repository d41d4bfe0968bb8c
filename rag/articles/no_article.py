"""Pages that are no articles: consent walls, bot checks, error pages, sign-up pages, players.

Decided by form: a page of few sentences, most of which speak to its reader about the page itself,
without a date; a status for a title; a player, pictures or links with hardly a sentence beside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rag.articles.normal_form import normal_line
from rag.articles.phrases import pattern_file, table_file

_NAMES = {
    "consent": "a consent page",
    "bot": "a bot check",
    "account": "a sign-up or subscription page",
    "error": "an error page",
}
_ADDRESS = re.compile(rf"\b(?:{pattern_file('site_address')})\b")
_ADDRESS_START = re.compile(rf"(?:{pattern_file('site_address')})\b", re.IGNORECASE)
_ROWS = table_file("site_matter")
_MATTER = {
    kind: re.compile(
        r"\b(?:" + "|".join(row for name, row in _ROWS if name == kind) + r")\b", re.IGNORECASE
    )
    for kind in _NAMES
}
_STATUS = re.compile(pattern_file("status_titles"), re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…。])[\"”’)]*\s+")
_QUOTED = re.compile(r"[“„«»”\"]")
_MAX_PAGE_WORDS = 300
_MAX_ERROR_WORDS = 120
_MAX_SERVICE_WORDS = 12  # "Enable JavaScript and cookies to continue": speaks without a pronoun
_MAX_BESIDE_PLAYER_WORDS = 40
_LEAST_PICTURES, _LEAST_LINKS = 4, 10
_LINK_SHARE = 0.6
_WALL = "//*[self::div or self::section or self::aside or self::form or self::p][{}]"
_WALL_CLASS = re.compile(r"pay-?wall|reg-?wall|subscri|abonn|piano-|meter", re.IGNORECASE)
_MAX_WALL_WORDS = 90


def why_no_article(
    titles: Iterable[str | None], paragraphs: Sequence[str], is_dated: bool
) -> str | None:
    """What the page is instead of an article ("a consent page"); None where it may be one.

    Args:
        titles: of the window, the headline.
        paragraphs: the text cut out of the page.
        is_dated: the page states when it was published or by whom it was written.
    """
    names = {normal_line(title) for title in titles if title}
    sentences = [
        sentence
        for paragraph in paragraphs
        if paragraph not in names
        for sentence in _SENTENCE_END.split(paragraph)
        if sentence.strip()
    ]
    word_count = sum(len(sentence.split()) for sentence in sentences)
    if word_count > _MAX_PAGE_WORDS or not sentences:
        return None
    is_status = any(_STATUS.fullmatch(name) for name in names)
    if is_status and not is_dated and word_count <= _MAX_ERROR_WORDS:
        return _NAMES["error"]
    kinds = Counter(kind for sentence in sentences if (kind := _speaks_of(sentence)))
    if sum(kinds.values()) < (0.8 if is_dated else 0.5) * len(sentences):
        return None
    return _NAMES[kinds.most_common(1)[0][0]]


def _speaks_of(sentence: str) -> str | None:
    """What ``sentence`` says to the reader of the page; None when it tells something else."""
    if _QUOTED.search(sentence):
        return None
    matters = {kind: len(matter.findall(sentence)) for kind, matter in _MATTER.items()}
    kind = max(matters, key=lambda name: matters[name])
    if not matters[kind]:
        return None
    speaks = _ADDRESS.search(sentence) or _ADDRESS_START.match(sentence)
    return kind if speaks or len(sentence.split()) <= _MAX_SERVICE_WORDS else None


def drop_walls(tree: Any) -> bool:
    """Take out what asks for a subscription in place of the article's rest; whether any was there.

    The class alone does not tell: sites also call the paid text so. Its sentences have to speak
    of subscriptions.
    """
    found = False
    for element in tree.xpath(_WALL.format("@class or @id")):
        if not _WALL_CLASS.search(f"{element.get('class', '')} {element.get('id', '')}"):
            continue
        texts = [normal_line(text) for text in element.itertext() if text.strip()]
        sentences = [one for text in texts for one in _SENTENCE_END.split(text) if one]
        speaking = sum(_MATTER["account"].search(one) is not None for one in sentences)
        word_count = sum(len(one.split()) for one in sentences)
        if sentences and word_count <= _MAX_WALL_WORDS and 2 * speaking >= len(sentences):
            element.clear(keep_tail=True)
            found = True
    return found


def without_wall(text: str) -> str:
    """``text`` (a paragraph a line) without the offers of subscriptions that end it."""
    lines = text.split("\n")
    while lines and _offers(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _offers(paragraph: str) -> bool:
    sentences = [one for one in _SENTENCE_END.split(paragraph) if one.strip()]
    return all(_speaks_of(one) == "account" for one in sentences)


def shown_instead(tree: Any, text: str) -> str | None:
    """What ``tree`` (lxml) shows in place of an article beside ``text``, its main text."""
    if len(text.split()) > _MAX_BESIDE_PLAYER_WORDS:
        return None
    kinds = tree.xpath("//meta[@property='og:type']/@content")
    if tree.xpath("//video | //iframe[contains(@src, 'player') or contains(@src, '/embed/')]") or (
        any(kind.startswith("video") for kind in kinds)
    ):
        return "a video page"
    if len(tree.xpath("//figure | //*[contains(@class, 'gallery')]//img")) >= _LEAST_PICTURES:
        return "a picture gallery"
    return None


def is_list_of_links(tree: Any, text: str) -> bool:
    """Most lines of ``text``, cut out of ``tree`` (lxml), are links to other pages."""
    links = {normal_line(" ".join(link.itertext())) for link in tree.xpath("//a[@href]")}
    lines = [normal_line(line.removeprefix("- ")) for line in text.split("\n") if line.strip()]
    linked = sum(line in links for line in lines)
    return linked >= _LEAST_LINKS and linked > _LINK_SHARE * len(lines)
