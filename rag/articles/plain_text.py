"""Plain text of a page → the article on it: each step takes away, or reads, one thing.

lines → pages (copies of the article in one file) → kinds of lines → paragraphs → copies merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.articles import page as steps
from rag.articles.broken_sentences import joined
from rag.articles.copies import merged_paragraphs, sentence_key, split_pages, without_repeats
from rag.articles.credit_lines import text_credits
from rag.articles.dates import DateOrder, numeric_date_order
from rag.articles.labels import read_labels
from rag.articles.lines import Line, page_lines
from rag.articles.page import Page
from rag.articles.stated import Stated


@dataclass(slots=True)
class CleanText:
    """An article's text with what its page states.

    Attributes:
        text: paragraphs separated by a blank line; "" when the page holds no article.
    """

    text: str
    captions: tuple[str, ...] = ()
    stated: Stated = field(default_factory=Stated)


def clean_text(raw: str, title: str | None = None, is_page: bool = True) -> CleanText:
    """The article in ``raw`` and nothing of the page around it.

    Args:
        raw: decoded text of a file or a row.
        title: the headline when markup states it; its repetitions in the text are left out.
        is_page: ``raw`` is a whole page as scraped. False for text that an extractor has
            already cut out of its page: then no line is left out for its place alone.
    """
    stated = Stated(title=title)
    lines = joined(read_labels(page_lines(raw), stated))
    order = numeric_date_order(line.text for line in lines)
    pages = [_clean_page(copy, stated.title, order, is_page) for copy in split_pages(lines)]
    for page in pages:
        stated.fill(page.stated)
    stated.outlet = stated.outlet or stated.affiliation
    paragraphs = _article_paragraphs(pages, stated.title)
    for paragraph in (*paragraphs[:2], *paragraphs[-1:]):
        stated.fill(Stated(credits=text_credits(paragraph)))
    if not any(Line(paragraph).is_prose for paragraph in paragraphs):
        paragraphs = []
    captions = dict.fromkeys(caption for page in pages for caption in steps.caption_texts(page))
    return CleanText("\n\n".join(paragraphs), tuple(captions), stated)


def _clean_page(
    lines: Sequence[Line], title: str | None, order: DateOrder | None, is_page: bool
) -> Page:
    page = Page(lines, Stated(title=title))
    steps.mark_menus_and_sections(page)
    steps.peel_site_speech(page)
    steps.read_masthead(page, order)
    if is_page or title is not None:
        steps.mark_title(page)
    steps.read_outlet_lines(page)
    steps.mark_biographies(page)
    if is_page:
        steps.mark_captions(page)
        steps.mark_edges(page)
    return page


def _article_paragraphs(pages: Sequence[Page], title: str | None) -> list[str]:
    """Paragraphs of all copies, merged, without the headline and what is said twice."""
    copies = [paragraphs for page in pages if (paragraphs := steps.paragraphs_of(page))]
    if not copies:
        return []
    title_key = sentence_key(title) if title else None
    merged = [p for p in merged_paragraphs(copies) if sentence_key(p) != title_key]
    return without_repeats(merged)
