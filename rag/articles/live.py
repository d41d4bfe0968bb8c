"""Live pages: posts, each with a time of its own, as the texts of the days they were posted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rag.articles.blocks import block_texts
from rag.articles.lines import Line
from rag.articles.normal_form import normal_line

_MOMENT = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[T ](?P<clock>\d{2}:\d{2})")
_LEAST_POSTS = 3
_POST_SHARE = 0.6  # of the page's sentences: the page is its posts, they are no comments on it
_COMMENT = "ancestor-or-self::*[contains(@class, 'comment') or contains(@id, 'comment')]"
_MAX_HEADING_WORDS = 25


@dataclass(frozen=True, slots=True)
class LiveDay:
    """What was posted on one day.

    Attributes:
        published: ISO day, as the posts' times have it.
        text: posts in the page's order, a paragraph a line; each begins with its time.
    """

    published: str
    text: str


@dataclass(frozen=True, slots=True)
class _Post:
    element: Any
    day: str
    clock: str


def live_days(tree: Any) -> list[LiveDay]:
    """Days of a live page (an lxml tree) in the page's order; [] for any other page."""
    posts = _posts(tree)
    if len(posts) < _LEAST_POSTS:
        return []
    texts = [_post_lines(post) for post in posts]
    of_posts = sum(_prose_length(lines) for lines in texts)
    main = next(iter(tree.xpath("//main")), tree)
    if of_posts < _POST_SHARE * _prose_length(block_texts(main)):
        return []
    days: dict[str, list[str]] = {}
    for post, lines in zip(posts, texts, strict=True):
        days.setdefault(post.day, []).extend(lines)
    return [LiveDay(day, "\n".join(lines)) for day, lines in days.items()]


def stated_live_days(articles: Iterable[dict[str, Any]]) -> list[LiveDay]:
    """The same from JSON-LD: the updates of a LiveBlogPosting that carry their text."""
    days: dict[str, list[str]] = {}
    for article in articles:
        updates = article.get("liveBlogUpdate")
        for update in updates if isinstance(updates, list) else []:
            if not isinstance(update, dict):
                continue
            moment = _MOMENT.match(str(update.get("datePublished", "")))
            body = update.get("articleBody")
            if moment is None or not isinstance(body, str) or not body.strip():
                continue
            heading = normal_line(str(update.get("headline") or ""))
            label = f"{moment['clock']}: {heading}" if heading else f"Posted at {moment['clock']}"
            paragraphs = [line for line in map(normal_line, body.split("\n")) if line]
            days.setdefault(moment["day"], []).extend([label, *paragraphs])
    return [LiveDay(day, "\n".join(lines)) for day, lines in days.items()]


def _posts(tree: Any) -> list[_Post]:
    """The largest group of siblings that each have a time and a sentence, in order of time."""
    groups: dict[Any, list[_Post]] = {}
    for time in tree.xpath("//time[@datetime]"):
        moment = _MOMENT.match(time.get("datetime", "").strip())
        element = _post_around(time)
        if moment is None or element is None or element.xpath(_COMMENT):
            continue
        group = groups.setdefault(element.getparent(), [])
        if not group or group[-1].element is not element:  # a second time in a post is an update's
            group.append(_Post(element, moment["day"], f"{moment['day']} {moment['clock']}"))
    posts = max(groups.values(), key=len, default=[])
    clocks = [post.clock for post in posts]
    return posts if clocks in (sorted(clocks), sorted(clocks, reverse=True)) else []


def _post_around(time: Any) -> Any | None:
    """The nearest element around ``time`` that holds a paragraph and has such siblings."""
    for element in time.iterancestors():
        if element.tag in ("body", "main", "html"):
            return None
        siblings = element.xpath("../*[.//time[@datetime]]")
        if element.xpath(".//p") and len(siblings) >= _LEAST_POSTS:
            return element
    return None


def _post_lines(post: _Post) -> list[str]:
    """Its lines, the first with the time as the page shows it (else as the mark-up has it)."""
    shown = [normal_line("".join(time.itertext())) for time in post.element.xpath(".//time")]
    times = {text for text in shown if text}
    lines = [line for line in block_texts(post.element) if line not in times]
    lines = [_without(line, times) for line in lines]
    label = shown[0] if shown and shown[0] else post.clock[-5:]
    lines = [line for line in lines if line] or [""]
    if len(lines[0].split()) <= _MAX_HEADING_WORDS and not Line(lines[0]).is_prose:
        return [f"{label}: {lines[0]}", *lines[1:]]
    return [f"Posted at {label}", *lines]


def _without(line: str, times: set[str]) -> str:
    """``line`` without the post's time at its start."""
    start = next((time for time in times if line.startswith(time)), "")
    return line[len(start) :].strip(" –—|·")


def _prose_length(lines: Sequence[str]) -> int:
    return sum(len(line) for line in lines if line and Line(line).is_prose)
