"""Files that people send: kept under the index under names of ours, never where they ask.

A file's folder is named by its content, so the same file sent twice is one article, and two files
of one name are two.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from rag.articles.files import FORMATS, file_format, file_sha256
from rag.errors import ArticleError, printable

FOLDER = "uploads"
MAX_FILES = 2000
MAX_NAME_CHARACTERS = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def safe_name(name: str) -> str:
    """The end of ``name`` as a file name of plain letters that starts with none but a letter or
    digit; its extension is kept."""
    base = name.replace("\\", "/").rpartition("/")[2]
    extension = file_format(Path(base)) or Path(base).suffix.lower()
    stem = base[: len(base) - len(extension)] if extension else base
    plain = _UNSAFE.sub("-", stem).strip("-._")[:MAX_NAME_CHARACTERS] or "article"
    return plain + _UNSAFE.sub("", extension)


def keep_uploads(
    index: Path, sent: Sequence[Path], max_mb: int
) -> tuple[list[Path], list[ArticleError]]:
    """Move sent files to where they are read from; those of no use are refused and deleted.

    Args:
        sent: temporary files of the web server, which it has checked to be its own.
    """
    kept: list[Path] = []
    refused: list[ArticleError] = []
    for number, file in enumerate(sent):
        reason = _why_refused(file, number, max_mb)
        if reason is not None:
            refused.append(ArticleError(printable(file.name), reason))
            file.unlink(missing_ok=True)
            continue
        folder = index / FOLDER / file_sha256(file)[:16]
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / safe_name(file.name)
        shutil.move(file, target)
        kept.append(target)
    return list(dict.fromkeys(kept)), refused


def _why_refused(file: Path, number: int, max_mb: int) -> str | None:
    if number >= MAX_FILES:
        return f"more than {MAX_FILES:,} files at once"
    if file_format(file) is None:
        return f"unknown format; Dateline reads {' '.join(FORMATS)}"
    if file.stat().st_size > max_mb * 1_000_000:
        return f"larger than {max_mb} MB (DATELINE_UPLOAD_MB)"
    return None


def forget_upload(index: Path, source: str) -> None:
    """Delete the file of a removed article if it was sent here; other files are not ours."""
    folder = (index / FOLDER).resolve()
    file = Path(source).resolve()
    if folder in file.parents:
        file.unlink(missing_ok=True)
        if file.parent != folder and not any(file.parent.iterdir()):
            file.parent.rmdir()
