"""Mark-up that changes what a page says, done before its text is cut out.

What is struck out or not shown is taken away, marks of notes are no digits of the number before
them, and the rows of a table carry the heads of its columns.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from rag.articles.normal_form import normal_line

_STYLE = (
    "translate(translate(@style, ' ', ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', "
    "'abcdefghijklmnopqrstuvwxyz')"
)
_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
_STRUCK = (
    f"//del | //s | //strike | //*[contains({_STYLE}, 'line-through')]"
    f" | //*[{_CLASS.format('line-through')} or {_CLASS.format('strikethrough')}]"
)
# The three names under which style sheets keep text for screen readers alone.
_UNSEEN_CLASSES = ("visually-hidden", "sr-only", "screen-reader-text")
_HIDDEN = (
    "//*[@hidden and not(@hidden='until-found')] | //template | //dialog[not(@open)]"
    f" | //*[contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]"
    " | //*[self::p or self::li or self::blockquote][@aria-hidden='true']"
    + "".join(f" | //*[{_CLASS.format(name)}]" for name in _UNSEEN_CLASSES)
)
# A page whose script shows it when it has loaded hides all of itself at first.
_WHOLE = "descendant-or-self::*[self::body or self::main or self::article or self::h1]"
_NOTE_MARK = re.compile(
    r"[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,4})(?:\s?[,–-]\s?\d{1,3})*[\])]?|[*†‡§¶]{1,3}"
)
_NOTE_DIGITS = re.compile(r"\d{1,3}(?:\s?[,–-]\s?\d{1,3})*")
# A unit of length or one letter ("300 m", "per km", "x") is what a power stands on.
_POWER_BASE = re.compile(r"(?:^|[^A-Za-zÀ-ÿ])(?:[A-Za-z]|[cdkmµn]m|ft|mi|yd|in|mc)$")
_TEN = re.compile(r"(?:^|[^\d.,])10$")
_NOTE_SIGNS = re.compile(r"[*†‡§¶]{1,3}")
_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_MAX_HEADS = 12


def apply_markup(tree: Any) -> None:
    """Change ``tree`` (lxml) in place so that its text says what the page shows."""
    for element in tree.xpath(_STRUCK):
        _drop(element)
    for element in tree.xpath(_HIDDEN):
        if not element.xpath(_WHOLE):
            _drop(element)
    for element in tree.xpath("//sup | //a[starts-with(@href, '#')]"):
        _set_raised(element)
    for table in tree.xpath("//table[not(.//table) and not(ancestor::table)]"):
        _write_rows_with_heads(table)


def _drop(element: Any) -> None:
    """Take ``element`` out and leave what stands behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    tail = element.tail or ""
    text = (before.tail if before is not None else parent.text) or ""
    if re.match(r"[\s,.;:!?)”]", tail) and text.endswith((" ", "\n")):
        text = text.rstrip()
        if tail.startswith(","):
            text = text.removesuffix(",")  # an apposition was struck out
    element.tail = None
    parent.remove(element)
    if before is not None:
        before.tail = text + tail
    else:
        parent.text = text + tail


def _set_raised(element: Any) -> None:
    """Take out the mark of a note; write a power as one ("300 m²")."""
    mark = normal_line("".join(element.itertext()))
    before, tail = _text_before(element), element.tail or ""
    if not before.strip() or not mark:
        return
    links = element.xpath("descendant-or-self::a[contains(@href, '#')]")
    if element.tag == "a" and element.xpath("ancestor::sup"):
        return
    if links and _NOTE_MARK.fullmatch(mark):
        _drop(element)
    elif element.tag == "a" or tail.startswith(("/", "⁄")):
        return
    elif re.fullmatch(r"[-−]?\d{1,2}", mark) and _is_power(before, mark):
        element.text, element[:] = mark.translate(_RAISED), []
        element.drop_tag()
    elif re.match(r"\w", tail):
        return  # the number of an isotope stands before its letters
    elif _NOTE_DIGITS.fullmatch(mark.strip("[]()")) or _NOTE_SIGNS.fullmatch(mark):
        _drop(element)


def _is_power(before: str, mark: str) -> bool:
    if _TEN.search(before) and mark != "1":
        return True  # 10⁵ may be ten with note 5: raised, it is no digit of the number either way
    return mark in ("2", "3", "-1", "−1", "-2", "−2") and _POWER_BASE.search(before) is not None


def _text_before(element: Any) -> str:
    """The text that stands right before ``element`` in its paragraph."""
    previous = element.getprevious()
    if previous is not None:
        return previous.tail or "".join(previous.itertext())
    parent = element.getparent()
    if parent is None:
        return ""
    if parent.text or parent.tag in ("p", "li", "td", "th", "div"):
        return parent.text or ""
    return _text_before(parent)


def _write_rows_with_heads(table: Any) -> None:
    """Rows as "Green List: Votes 121,077; Seats 32." below the row of heads.

    Only where each cell has its head: the first row is one of heads, and no cell spans several.
    """
    rows = [row.xpath("./th | ./td") for row in table.xpath(".//tr")]
    if len(rows) < 2 or table.xpath(".//*[@colspan > 1 or @rowspan > 1]"):
        return
    heads = [_cell(cell) for cell in rows[0]]
    has_heads = bool(table.xpath("./thead//tr")) or all(cell.tag == "th" for cell in rows[0])
    is_regular = all(len(row) == len(heads) for row in rows)
    if not has_heads or not is_regular or not 2 <= len(heads) <= _MAX_HEADS or not any(heads):
        return
    lines = ["| " + " | ".join(heads) + " |"]
    for row in rows[1:]:
        first, *values = (_cell(cell) for cell in row)
        named = [
            f"{head} {value}" if head else value
            for head, value in zip(heads[1:], values, strict=True)
            if value
        ]
        if named:
            lines.append(f"{first}: {'; '.join(named)}." if first else f"{'; '.join(named)}.")
    caption = table.find("caption")
    paragraphs = [] if caption is None else [copy(caption)]
    for element in list(table):
        table.remove(element)
    table.tag, table.text = "div", None
    for line in lines:
        paragraph = table.makeelement("p")
        paragraph.text = line
        paragraphs.append(paragraph)
    for paragraph in paragraphs:
        paragraph.tag, paragraph.tail = "p", None
        table.append(paragraph)


def _cell(cell: Any) -> str:
    return normal_line(" ".join(cell.itertext()))
