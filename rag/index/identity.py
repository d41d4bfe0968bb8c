"""Article ids: short, readable, stable names made from where an article came from."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LONGEST = 60
# Last parts of a URL's path that say nothing by themselves.
_TELLS_LITTLE = re.compile(r"[\d-]*|index|default|article|story|amp|.{1,5}")
_PAGE_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|shtml|cms|ece|amp)$")


def row_key_of(source: str, path: str) -> str:
    """What tells an article from the others of its file: "" for a file that is one article, its
    url, ``:line`` or ``#part``; independent of the way in which the file's path was given."""
    return source.removeprefix(path)


def article_id_for(path: Path, row_key: str, key: str, taken: Callable[[str], bool]) -> str:
    """The id of a new article.

    The slug of the file's name (of a row: of its url's end, or name and line; of a part: name and
    number). When another article has that already, hex digits of the hash of ``key``, which names
    file and row, are appended, so that the id depends on nothing but the articles stored before.
    """
    slug = slug_of(_readable_name(path, row_key)) or "article"
    if not taken(slug):
        return slug
    digest = hashlib.sha256(f"{key}\n{row_key}".encode("utf-8", "surrogatepass")).hexdigest()
    for length in range(6, len(digest) + 1):
        candidate = f"{slug}-{digest[:length]}"
        if not taken(candidate):
            return candidate
    raise AssertionError("one source has one row: its whole hash cannot be taken")


def slug_of(text: str) -> str:
    """``text`` in [a-z0-9-], at most 60 characters, cut between words where there are any."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= _LONGEST:
        return slug
    cut = slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
    return cut.strip("-")


def _readable_name(path: Path, row_key: str) -> str:
    from rag.articles import FORMATS  # brings in the readers of all formats: not for searching

    stem = path.name
    for extension in sorted(FORMATS, key=len, reverse=True):
        if stem.lower().endswith(extension):
            stem = stem[: -len(extension)]
            break
    if not row_key:
        return stem
    if row_key.startswith((":", "#")):
        return stem + row_key
    try:
        url_path = unquote(urlsplit(row_key).path)
    except ValueError:  # not a url after all
        url_path = row_key
    parts = [_PAGE_EXTENSION.sub("", part.lower()) for part in url_path.split("/") if part]
    for used in range(1, len(parts) + 1):
        if not _TELLS_LITTLE.fullmatch(parts[-used]):
            return "-".join(parts[-used:])
    return "-".join([stem, *parts])
