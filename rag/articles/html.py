"""HTML → article: the text through trafilatura, metadata only where the markup states it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.articles.blocks import BLOCKS, block_texts, parted
from rag.articles.bylines import read_byline, read_date_line
from rag.articles.dates import find_date, iso_date, publication_day
from rag.articles.labels import language_code
from rag.articles.lines import Line
from rag.articles.live import LiveDay, live_days, stated_live_days
from rag.articles.markup import apply_markup
from rag.articles.no_article import (
    drop_walls,
    is_list_of_links,
    shown_instead,
    why_no_article,
    without_wall,
)
from rag.articles.normal_form import normal_line, optional_line
from rag.articles.stated import Stated

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlogPosting|Posting$")
_META_FIELDS = {
    "title": (
        "og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title",
        "parsely-title",
    ),
    "outlet": (
        "og:site_name", "application-name", "dc.publisher", "citation_publisher", "publisher",
    ),
    "author": (
        "author", "article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author",
        "sailthru.author", "citation_author",
    ),
    "published": (
        "article:published_time", "og:published_time", "datepublished", "date", "pubdate",
        "publish-date", "publish_date", "dc.date", "dc.date.issued", "dcterms.created",
        "dcterms.date", "parsely-pub-date", "sailthru.date", "article.published",
        "citation_publication_date", "cxenseparse:recs:publishtime",
    ),
    "url": ("og:url", "twitter:url", "parsely-link"),
    "language": ("og:locale", "content-language", "dc.language", "language"),
}  # fmt: skip
_ISO_START = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[T ]|$)")
_URL = re.compile(r"https?://\S+$")
_CAPTIONS = (
    "//figcaption | //*[self::p or self::div or self::span][contains(concat(' ', "
    "translate(@class, '_-', '  '), ' '), ' caption ') or contains(@class, 'wp-caption-text')]"
)
_MASTHEAD_ELEMENTS = 12
_MAX_LABEL_WORDS = 3
_OUTSIDE = "ancestor::*[self::aside or self::footer or self::nav or self::figure or self::form]"
_STUB_WORDS = 200  # a text of more words that is "not free" was saved by a subscriber
_PARAGRAPH_LENGTH = 120  # characters; a longer element is the article's text


@dataclass(slots=True)
class HtmlPage:
    """What a page of HTML holds.

    Attributes:
        text: its main text, a paragraph a line; "" if there is none.
        captions: its pictures' captions, in order.
        cut: a wall stands where the article would go on.
        days: of a live page, its posts by day, in place of ``text``.
        no_article: what the page is instead of an article ("a consent page"), else None.
    """

    text: str = ""
    stated: Stated = field(default_factory=Stated)
    captions: list[str] = field(default_factory=list)
    cut: bool = False
    days: list[LiveDay] = field(default_factory=list)
    no_article: str | None = None


def read_html(data: str) -> HtmlPage:
    """Main text of a page, what its markup states, its captions, or why it is no article."""
    from lxml import etree  # type: ignore[import-untyped]
    from trafilatura import load_html

    try:
        tree = load_html(data)
    except (etree.LxmlError, ValueError):
        return HtmlPage()
    if tree is None:
        return HtmlPage()
    apply_markup(tree)
    has_wall = drop_walls(tree)
    page = HtmlPage(stated=read_metadata(tree), captions=_captions(tree))
    page.stated.fill(_from_masthead(tree))
    page.days = live_days(tree) or stated_live_days(_json_ld_articles(tree))
    if page.days:
        return page
    page.text = _main_text(tree)
    is_paid = any(_is_paid(article) for article in _json_ld_articles(tree))
    if is_paid or has_wall:
        page.text = without_wall(page.text)
    page.cut = has_wall or (is_paid and len(page.text.split()) <= _STUB_WORDS)
    page.no_article = _no_article(tree, page)
    return page


def _main_text(tree: Any) -> str:
    from lxml import etree
    from trafilatura import bare_extraction

    for caption in tree.xpath(_CAPTIONS):
        caption.drop_tree()
    blocks = block_texts(tree)
    try:
        document = bare_extraction(
            tree, include_comments=False, include_tables=True, with_metadata=False
        )
    except (etree.LxmlError, ValueError, RecursionError):  # what hostile trees make it raise
        document = None
    return parted(getattr(document, "text", None) or "", blocks)


def _no_article(tree: Any, page: HtmlPage) -> str | None:
    titles = [page.stated.title, *map(_text, tree.xpath("//head/title | //h1"))]
    is_dated = page.stated.published is not None or page.stated.author is not None
    paragraphs = [normal_line(line) for line in page.text.split("\n")]
    if not is_dated and is_list_of_links(tree, page.text):
        return "a list of links"
    return why_no_article(titles, paragraphs, is_dated) or shown_instead(tree, page.text)


def read_metadata(tree: Any) -> Stated:
    """What JSON-LD, meta elements and marked-up elements of a page (an lxml tree) state.

    The most explicit statement wins: JSON-LD of the article, then meta elements, then elements
    whose attributes name their role. Nothing is read from the URL or from a copyright year.
    """
    stated = Stated()
    for article in _json_ld_articles(tree):
        stated.fill(_from_json_ld(article))
    stated.fill(_from_meta(tree))
    stated.fill(_from_elements(tree))
    if stated.title and stated.outlet:
        stated.title = _without_site_name(stated.title, stated.outlet)
    return stated


def _json_ld_articles(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue  # broken JSON-LD is common; the page has its other statements
        yield from _articles_in(data)


def _articles_in(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data:
            yield from _articles_in(item, depth + 1)
    elif isinstance(data, dict):
        types = data.get("@type")
        names = types if isinstance(types, list) else [types]
        if any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in names):
            yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _articles_in(data.get(key), depth + 1)


def _from_json_ld(article: dict[str, Any]) -> Stated:
    page = article.get("mainEntityOfPage")
    page_id = page.get("@id") if isinstance(page, dict) else page
    return Stated(
        title=optional_line(article.get("headline")) or optional_line(article.get("name")),
        outlet=_names(article.get("publisher")),
        author=_names(article.get("author")) or _names(article.get("creator")),
        published=_date(article.get("datePublished")),
        url=_url(article.get("url")) or _url(page_id),
        language=_language(article.get("inLanguage")),
    )


def _is_paid(article: dict[str, Any]) -> bool:
    return str(article.get("isAccessibleForFree", "")).lower() == "false"


def _names(value: Any) -> str | None:
    """Names of a person, an organisation, or a list of them, joined by commas."""
    if isinstance(value, list):
        names = [name for item in value if (name := _names(item))]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        return _names(value.get("name"))
    name = optional_line(value)
    return None if name and _URL.match(name) else name


def _from_meta(tree: Any) -> Stated:
    contents: dict[str, str] = {}
    for element in tree.xpath("//meta[@content]"):
        content = normal_line(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name and content:
                contents.setdefault(name.strip().lower(), content)
    stated = Stated()
    for field_name, meta_names in _META_FIELDS.items():
        for meta_name in meta_names:
            value = contents.get(meta_name)
            if value is not None and (read := _read(field_name, value)) is not None:
                setattr(stated, field_name, read)
                break
    return stated


def _read(field_name: str, value: str) -> str | None:
    readers = {"published": _date, "url": _url, "language": _language, "author": _names}
    return readers.get(field_name, optional_line)(value)


def _from_elements(tree: Any) -> Stated:
    canonical = tree.xpath("//link[@rel='canonical']/@href")
    heading = _only_text(tree, "//h1[@itemprop='headline']") or _only_text(tree, "//h1")
    page_title = _only_text(tree, "//head/title")
    author = _only_text(
        tree,
        "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author' and not(*)]"
        " | //a[@rel='author'] | //*[contains(concat(' ', @class, ' '), ' byline ')]",
    )
    return Stated(
        title=heading or page_title,
        outlet=_site_name(page_title, heading),
        author=re.sub(r"^by:?\s+", "", author, flags=re.IGNORECASE) if author else None,
        published=_published_element(tree),
        url=_url(canonical[0]) if canonical else None,
        language=_language(next(iter(tree.xpath("/html/@lang")), None)),
    )


def _published_element(tree: Any) -> str | None:
    """A date that an element marks as that of publication; of plain <time>s the only date.

    A plain <time> counts where it stands in the article's masthead: what stands before it in its
    block says who, or that this is the day of publication, and nothing else.
    """
    marked = tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate]")
    for element in marked:
        date = _date(element.get("datetime") or element.get("content") or _text(element))
        if date:
            return date
    within = tree.xpath(
        f"(//article//time | //main//time | //header//time)[not({_OUTSIDE})]"
    ) or tree.xpath(f"//h1/following::time[not({_OUTSIDE})]")
    dates = {
        _date(element.get("datetime") or _text(element))
        for element in within
        if _is_masthead_time(element)
    } - {None}
    return dates.pop() if len(dates) == 1 else None


def _is_masthead_time(time: Any) -> bool:
    label = _label_of(time)
    if not label:
        return True
    line = Line(f"{label} 1 January 2001")  # the label decides, whatever form the time has
    found = read_date_line(line, order=None)
    if found is None or found.published is None:
        return False
    return not _is_of_something_else(line.text, found)


def _is_of_something_else(text: str, found: Stated) -> bool:
    """A word and a colon before the date ("Concert: 9 May 2026") make it a date of that."""
    date = find_date(text)
    return date is not None and not found.is_labelled and text[: date[1]].rstrip().endswith(":")


def _label_of(element: Any) -> str:
    """What stands before ``element`` in its row, else all of a few words right above it."""
    texts: list[str] = []
    while element is not None:
        previous = element.getprevious()
        while previous is not None and previous.tag not in BLOCKS:
            texts += [previous.tail or "", _text(previous) or ""]
            previous = previous.getprevious()
        parent = element.getparent()
        if previous is not None or parent is None or parent.tag in BLOCKS:
            texts.append((parent.text if previous is None and parent is not None else None) or "")
            break
        texts.append(parent.text or "")
        element = parent
    label = normal_line(" ".join(reversed(texts)))
    if label or element is None or (above := element.getprevious()) is None:
        return label
    text = _text(above) or ""
    return text if len(text.split()) <= _MAX_LABEL_WORDS else ""


def _from_masthead(tree: Any) -> Stated:
    """Byline and date line as the reader sees them, between headline and first paragraph."""
    stated = Stated()
    headings = tree.xpath("//h1")
    if len(headings) != 1:
        return stated
    elements = headings[0].xpath(
        f"following::*[self::p or self::div or self::span][not(*)][not({_OUTSIDE})]"
        f" | following::p[not({_OUTSIDE})]"
    )
    for element in elements[:_MASTHEAD_ELEMENTS]:
        text = _text(element)
        if text is None:
            continue
        if len(text) > _PARAGRAPH_LENGTH:
            break
        if element.tag == "span":
            text = f"{_label_of(element)} {text}".strip()
        line = Line(text)
        found = read_date_line(line, order=None) or read_byline(line)
        if found is not None and not _is_of_something_else(text, found):
            found.published = publication_day(found.published)
            stated.fill(found)
    stated.outlet = stated.outlet or stated.affiliation
    return stated


def _captions(tree: Any) -> list[str]:
    texts = [_text(element) for element in tree.xpath(_CAPTIONS)]
    return list(dict.fromkeys(text for text in texts if text))


def _only_text(tree: Any, xpath: str) -> str | None:
    """Text of the elements at ``xpath`` when they all say one thing; None in doubt."""
    texts = {text for element in tree.xpath(xpath) if (text := _text(element))}
    return texts.pop() if len(texts) == 1 else None


def _text(element: Any) -> str | None:
    return normal_line(" ".join(element.itertext())) or None


def _date(value: Any) -> str | None:
    text = optional_line(value)
    if text is None:
        return None
    iso = iso_date(match.group(1) if (match := _ISO_START.match(text)) else text)
    return publication_day(iso)


def _url(value: Any) -> str | None:
    text = optional_line(value)
    return text if text and _URL.match(text) else None


def _language(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    text = optional_line(value)
    return language_code(text) if text else None


def _site_name(page_title: str | None, heading: str | None) -> str | None:
    """What <title> has after the headline and a sign: "Headline | Daily Post"."""
    if not page_title or not heading or not page_title.startswith(heading):
        return None
    match = re.fullmatch(r"\s+[|–—·-]\s+([^|–—·]{2,40})", page_title[len(heading) :])
    return match.group(1).strip() if match else None


def _without_site_name(title: str, outlet: str) -> str:
    match = re.match(rf"^(.+?)\s+[|–—·-]\s+{re.escape(outlet)}\s*$", title, re.IGNORECASE)
    return match.group(1) if match else title
