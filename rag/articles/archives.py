"""Archives (.zip) and books (.epub), bounded in files, bytes and depth, through ``zipfile``.

No name in an archive is ever a path: members are copied to files under names of ours, or read into
memory, and their own names are only shown.
"""

from __future__ import annotations

import posixpath
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from rag.articles.dates import field_date
from rag.articles.labels import language_code
from rag.articles.normal_form import normal_line
from rag.articles.refused import RefusedError
from rag.articles.stated import Stated

MAX_FILES = 20_000
MAX_BYTES = 1 << 30
MAX_DEPTH = 3
MAX_PAGE_BYTES = 8 << 20
# No text shrinks to less; what does was made to fill the disk.
MAX_RATIO = 1000
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError)


@dataclass(slots=True)
class Bounds:
    """What may still be unpacked of one file that a person gave, whatever lies within what.

    Attributes:
        depth: how many archives and mails lie around the one being read.
    """

    files: int = MAX_FILES
    size_bytes: int = MAX_BYTES
    depth: int = 0

    def take(self, size_bytes: int, files: int = 1) -> None:
        """
        Raises:
            RefusedError: one of the bounds is passed.
        """
        self.files -= files
        self.size_bytes -= size_bytes
        if self.files < 0:
            raise RefusedError(
                f"more than {MAX_FILES:,} files in it; unpack it and give the folder"
            )
        if self.size_bytes < 0:
            raise RefusedError(
                f"unpacks to more than {MAX_BYTES >> 20:,} MB; unpack it and give the folder"
            )

    @contextmanager
    def within(self) -> Iterator[None]:
        """One level further in.

        Raises:
            RefusedError: too deep.
        """
        if self.depth >= MAX_DEPTH:
            raise RefusedError(f"files within files, more than {MAX_DEPTH} deep")
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, copied to ``path``; for one that cannot be, ``reason`` says why."""

    name: str
    path: Path | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of a book: its HTML and what the book states of it."""

    html: str
    stated: Stated


def member_names(path: Path, bounds: Bounds) -> list[str]:
    """Names of the files in an archive, less what no person put there; counted against ``bounds``.

    Raises:
        RefusedError: not a zip, damaged, or beyond the bounds.
    """
    with _opened(path) as archive:
        files = [info for info in archive.infolist() if _is_file(info)]
        unpacked = sum(info.file_size for info in files)
        packed = sum(info.compress_size for info in files)
        if unpacked > (1 << 20) and unpacked > MAX_RATIO * packed:
            raise RefusedError(f"unpacks to {unpacked / max(1, packed):,.0f} times its size")
        bounds.take(unpacked, len(files))
        return [info.filename for info in files]


def copy_member(path: Path, name: str, target: Path) -> Member:
    """Copy the file ``name`` out of an archive."""
    with _opened(path) as archive:
        info = archive.getinfo(name)
        if info.flag_bits & 1:
            return Member(name, None, "protected by a password; unpack it and give the folder")
        try:
            with archive.open(info) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        except _DAMAGE as error:
            return Member(name, None, f"damaged in the archive ({error})")
    return Member(name, target)


def read_epub(path: Path, bounds: Bounds) -> Iterator[Chapter]:
    """The pages of a book in reading order, less its table of contents.

    Raises:
        RefusedError: not an .epub, damaged, or protected by its seller.
    """
    with _opened(path) as archive:
        bounds.take(sum(info.file_size for info in archive.infolist()), len(archive.infolist()))
        names = set(archive.namelist())
        if "META-INF/encryption.xml" in names and b"EncryptedKey" in _read(
            archive, "META-INF/encryption.xml"
        ):
            raise RefusedError("protected by its seller (DRM)")
        container = _xml(_read(archive, "META-INF/container.xml"))
        roots = container.xpath("//*[local-name()='rootfile']/@full-path")
        if not roots:
            raise RefusedError("damaged .epub: it names no book")
        package = _xml(_read(archive, roots[0]))
        stated = _stated_by_book(package)
        for place in _pages_of(package, posixpath.dirname(roots[0])):
            if place in names:
                yield Chapter(_read(archive, place).decode("utf-8", "replace"), stated)


def _pages_of(package: Any, folder: str) -> Iterator[str]:
    items = {item.get("id"): item for item in package.xpath("//*[local-name()='item']")}
    for reference in package.xpath("//*[local-name()='itemref'][not(@linear='no')]"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        if "html" in (item.get("media-type") or ""):
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _stated_by_book(package: Any) -> Stated:
    def line(name: str) -> str | None:
        texts = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{name}']/text()")
        return normal_line(texts[0]) or None if texts else None

    language = line("language")
    date = line("date")
    return Stated(
        outlet=line("publisher"),
        author=line("creator"),
        published=field_date(date) if date else None,
        language=language_code(language) if language else None,
    )


def _xml(data: bytes) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        tree = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise RefusedError(f"damaged .epub ({str(error)[:100]})") from error
    if tree is None:
        raise RefusedError("damaged .epub: a part of it is empty")
    return tree


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as member:
            data = member.read(MAX_PAGE_BYTES + 1)
    except RuntimeError as error:  # a password
        raise RefusedError("protected by a password") from error
    except _DAMAGE as error:
        raise RefusedError(f"damaged .epub ({error})") from error
    if len(data) > MAX_PAGE_BYTES:
        raise RefusedError(f"a page of more than {MAX_PAGE_BYTES >> 20} MB in it")
    return data


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise RefusedError(f"not a zip, or a damaged one ({error})") from error
    with archive:
        yield archive


def _is_file(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    is_hidden = any(part.startswith(".") and part not in ("..", ".") for part in parts)
    return not (info.is_dir() or is_hidden or parts[0] == "__MACOSX")
