"""Where in a JSON value the articles are, whatever an API wraps around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.articles.row_fields import MAX_NESTING, FoundText, find_text

_MAX_DEPTH = 12
_LOOKED_AT = 50  # items of a list that show what it is a list of
_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Group:
    """A list of objects, or one object, with text.

    Attributes:
        items: of a list all items; ``around`` are the objects that the group lies in.
        is_summary: no item has more than a summary.
    """

    items: Sequence[Any]
    around: tuple[Mapping[str, Any], ...]
    is_list: bool
    is_summary: bool


def article_objects(data: Any) -> list[FoundText | str]:
    """The articles in ``data``, or what an item in a list of them is instead, in order.

    Lists of objects with full text go before an object that has one, full texts before summaries,
    and an object's text before what it lists ("related"). Empty when nowhere a text lies.
    """
    groups = list(_groups(data, (), 0))
    for is_list, is_summary in ((True, False), (False, False), (True, True), (False, True)):
        chosen = [g for g in groups if (g.is_list, g.is_summary) == (is_list, is_summary)]
        if chosen:
            chosen = chosen[:1] if is_summary else chosen
            return [_found(item, group) for group in chosen for item in group.items]
    return []


def shape_of(data: Any) -> str:
    """What a JSON value without articles is, in words: its kind and the names in it."""
    if isinstance(data, Mapping):
        names = ", ".join(str(name)[:40] for name in list(data)[:_NAMES_SHOWN])
        return f"an object with {names}" if names else "an empty object"
    if isinstance(data, list):
        inner = next((item for item in data if isinstance(item, Mapping)), None)
        if not data:
            return "an empty list"
        return f"a list of {len(data)}: {shape_of(data[0] if inner is None else inner)}"
    kinds = {str: "a text", type(None): "null", bool: "true or false"}
    return kinds.get(type(data), "a number")


def _groups(data: Any, around: tuple[Mapping[str, Any], ...], depth: int) -> Iterator[_Group]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, Mapping):
        found = find_text(data, levels=0)  # the walk comes to the objects that it holds
        if found is not None and not found.is_summary:
            yield _Group([data], around, is_list=False, is_summary=False)
            return
        for value in data.values():
            yield from _groups(value, (data, *around), depth + 1)
        if found is not None:
            yield _Group([data], around, is_list=False, is_summary=True)
    elif isinstance(data, list):
        found_in = [find_text(item) for item in data[:_LOOKED_AT] if isinstance(item, Mapping)]
        known = [found for found in found_in if found is not None]
        has_full = any(not found.is_summary for found in known)
        if known:
            yield _Group(data, around, is_list=True, is_summary=not has_full)
        if not has_full:
            for item in data:
                yield from _groups(item, around, depth + 1)


def _found(item: Any, group: _Group) -> FoundText | str:
    if not isinstance(item, Mapping):
        return f"expected an object with a field 'text', found {shape_of(item)}"
    found = find_text(item, levels=MAX_NESTING if group.is_list else 0)
    if found is None:
        return f"no text: {shape_of(item)}"
    if group.is_list:
        return found  # what stands around a list is said of none of its articles
    return FoundText(found.text, (*found.holders, *group.around), found.is_summary)
