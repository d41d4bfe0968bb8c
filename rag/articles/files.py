"""Paths that a person gives → the files in them that may hold articles."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ArticleError

FORMATS = (
    ".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf",
    ".json", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz",
)  # fmt: skip


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


def file_format(path: Path) -> str | None:
    """The longest known extension that ``path`` ends in, lower case; None if there is none."""
    name = path.name.lower()
    known = [extension for extension in FORMATS if name.endswith(extension)]
    return max(known, key=len) if known else None


def find_files(paths: Iterable[Path]) -> tuple[list[SourceFile], list[ArticleError]]:
    """Files under ``paths`` that may hold articles, sorted within each path, each file once.

    Folders are searched to any depth, files before folders; hidden entries and unknown
    extensions in them are passed over. What is named itself and cannot be used, and what in a
    folder cannot be read (no permission, broken symlink, folder loop), is in the second list.
    """
    files: dict[str, SourceFile] = {}
    errors: list[ArticleError] = []
    for path in paths:
        for found in _files_of(Path(path)):
            if isinstance(found, ArticleError):
                errors.append(found)
            else:
                files.setdefault(found.key, found)
    return list(files.values()), errors


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


def _files_of(path: Path) -> Iterator[SourceFile | ArticleError]:
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


def _files_in_folder(top: Path) -> Iterator[SourceFile | ArticleError]:
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
            if name.startswith("."):
                continue
            if _is_folder(path):
                folders_within.append(path)
            elif (found := _file_in_folder(path)) is not None:
                yield found
        waiting.extend(reversed(folders_within))


def _leads_upwards(link: Path, target: str) -> bool:
    parent = os.path.realpath(link.parent)
    return parent == target or parent.startswith(target.rstrip(os.sep) + os.sep)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a link into a place that may not be entered: reported as a file below
        return False


def _file_in_folder(path: Path) -> SourceFile | ArticleError | None:
    """None for what is passed over: a file of another kind, which nobody named."""
    try:
        if path.is_symlink() and not path.exists():
            return ArticleError(str(path), _why_not_a_file(path) or "broken symlink")
        if file_format(path) is None:
            return None
        refusal = _why_not_a_file(path)
    except OSError as error:
        refusal = read_failure(error)
    return ArticleError(str(path), refusal) if refusal else _source_file(path)


def _source_file(path: Path) -> SourceFile:
    return SourceFile(path, storable(os.path.realpath(path)))


def storable(path: str) -> str:
    """``path`` as text that any database takes: bytes that are not UTF-8 are shown as escapes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
