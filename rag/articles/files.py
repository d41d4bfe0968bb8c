"""Paths that a person gives → the files in them that may hold articles."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import ArticleError

FORMATS = (
    ".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf",
    ".docx", ".rtf", ".eml", ".mbox", ".mhtml", ".mht", ".epub", ".rss", ".atom", ".xml", ".csv",
    ".warc", ".warc.gz", ".zip", ".json", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz",
)  # fmt: skip
NO_ENDING = "no ending"
_ENDING = re.compile(r"\.[a-z0-9_-]{1,12}")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file found on disk.

    Attributes:
        path: as given, joined with the way to it for a file in a folder; what the user sees.
        key: the real path (symlinks followed), which tells whether two paths are one file; an
            identity to store and compare, not a path to open.
    """

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that nobody named itself, of a kind that holds no articles.

    Attributes:
        path: as shown.
        ending: lower case with its dot, or ``NO_ENDING``.
    """

    path: str
    ending: str


@dataclass(slots=True)
class FoundFiles:
    """What lies under the paths that a person gave.

    Attributes:
        files: those that may hold articles, sorted within each path, each once.
        errors: what is named itself and cannot be used, and what in a folder cannot be read.
        passed_over: how many files in folders were left aside, by ending.
    """

    files: list[SourceFile] = field(default_factory=list)
    errors: list[ArticleError] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def ending_of(name: str) -> str:
    """The ending of a file's name, lower case, with its dot; ``NO_ENDING`` if it has none."""
    ending = Path(name).suffix.lower()
    return ending if _ENDING.fullmatch(ending) else NO_ENDING


def is_hidden(name: str) -> bool:
    """Whether the last part of a path is hidden, or the lock that Word puts beside a document."""
    return name.rpartition("/")[2].startswith((".", "~$"))


def file_format(path: Path) -> str | None:
    """The longest known extension that ``path`` ends in, lower case; None if there is none."""
    name = path.name.lower()
    known = [extension for extension in FORMATS if name.endswith(extension)]
    return max(known, key=len) if known else None


def look_for_files(paths: Iterable[Path]) -> FoundFiles:
    """Files under ``paths`` that may hold articles, and what else lies there.

    Folders are searched to any depth, files before folders. Hidden entries in them are not looked
    at; unknown extensions are counted, and so are .csv and .xml files of other things.
    """
    found = FoundFiles()
    known: dict[str, SourceFile] = {}
    for path in paths:
        for item in _files_of(Path(path)):
            if isinstance(item, ArticleError):
                found.errors.append(item)
            elif isinstance(item, PassedOver):
                found.passed_over[item.ending] += 1
            else:
                known.setdefault(item.key, item)
    found.files = list(known.values())
    return found


def find_files(paths: Iterable[Path]) -> tuple[list[SourceFile], list[ArticleError]]:
    """Files and errors of ``look_for_files``, for who does not report on the rest."""
    found = look_for_files(paths)
    return found.files, found.errors


def file_sha256(path: str | Path) -> str:
    """Hex digest of a file's bytes, read in pieces.

    Raises:
        OSError: the file cannot be read.
    """
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_failure(error: OSError) -> str:
    """The reason of a failed read in words, without the path that the message already has."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return f"cannot be read: {error.strerror or error}"


def _files_of(path: Path) -> Iterator[SourceFile | ArticleError | PassedOver]:
    try:
        if path.is_dir():
            yield from _files_in_folder(path)
            return
        refusal = _why_not_a_file(path)
    except (OSError, ValueError) as error:
        refusal = read_failure(error) if isinstance(error, OSError) else f"not a path: {error}"
    if refusal is None and file_format(path) is None:
        refusal = f"unknown format; Dateline reads {' '.join(FORMATS)}"
    if refusal is not None:
        yield ArticleError(str(path), refusal)
    else:
        yield _source_file(path)


def _why_not_a_file(path: Path) -> str | None:
    """Why ``path`` cannot be opened as an ordinary file; None if it can be tried."""
    if path.is_symlink() and not path.exists():
        return f"broken symlink (it points to {str(path.readlink())!r})"
    if not path.exists():
        return "no such file or folder"
    if not path.is_file():
        return "not an ordinary file"
    return None


def _files_in_folder(top: Path) -> Iterator[SourceFile | ArticleError | PassedOver]:
    """Depth first in name order; every real folder once, whatever symlinks lead to it."""
    waiting = [top]
    visited: set[str] = set()
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(folder)
        if real in visited:
            if folder.is_symlink() and _leads_upwards(folder, real):
                yield ArticleError(str(folder), "folder loop: it points to a folder above itself")
            continue
        visited.add(real)
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208 - names are sorted, not paths
        except OSError as error:
            yield ArticleError(str(folder), read_failure(error))
            continue
        folders_within: list[Path] = []
        for name in names:
            path = folder / name
            if is_hidden(name):
                continue
            if _is_folder(path):
                folders_within.append(path)
            else:
                yield _file_in_folder(path)
        waiting.extend(reversed(folders_within))


def _leads_upwards(link: Path, target: str) -> bool:
    parent = os.path.realpath(link.parent)
    return parent == target or parent.startswith(target.rstrip(os.sep) + os.sep)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a link into a place that may not be entered: reported as a file below
        return False


def _file_in_folder(path: Path) -> SourceFile | ArticleError | PassedOver:
    """A file of another kind is passed over: nobody named it."""
    try:
        if path.is_symlink() and not path.exists():
            return ArticleError(str(path), _why_not_a_file(path) or "broken symlink")
        extension = file_format(path)
        if extension is None:
            return PassedOver(str(path), ending_of(path.name))
        refusal = _why_not_a_file(path)
        holds_articles = _OFTEN_OF_OTHER_THINGS.get(extension)
        if refusal is None and holds_articles is not None and not holds_articles(path):
            return PassedOver(str(path), extension)
    except OSError as error:
        refusal = read_failure(error)
    return ArticleError(str(path), refusal) if refusal else _source_file(path)


def _holds_rows_of_articles(path: Path) -> bool:
    from rag.articles.csv_rows import has_articles

    return has_articles(path)


def _holds_feed(path: Path) -> bool:
    from rag.articles.feeds import holds_feed

    return holds_feed(path)


_OFTEN_OF_OTHER_THINGS: dict[str, Callable[[Path], bool]] = {
    ".csv": _holds_rows_of_articles,
    ".xml": _holds_feed,
}


def _source_file(path: Path) -> SourceFile:
    return SourceFile(path, storable(os.path.realpath(path)))


def storable(path: str) -> str:
    """``path`` as text that any database takes: bytes that are not UTF-8 are shown as escapes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
