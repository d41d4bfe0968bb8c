"""The articles that the cases are asked about, in an index of their own.

The index is kept in a cache and named by all that makes it: the files, the embedder and Dateline's
own source. So it is made once, and never stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import rag
from rag.articles.files import file_sha256, find_files
from rag.errors import ConfigurationError, UsageError, printable
from rag.settings import Settings

from .cases import CaseSet

if TYPE_CHECKING:
    from rag.index import IngestProgress

# Written last: an index without it was interrupted, and is made anew.
_READY_FILE = "ready.json"
_KEPT_S = 14 * 86_400
Progress = Callable[["IngestProgress"], None]


@dataclass(frozen=True, slots=True)
class PreparedArticles:
    """Indexed articles.

    Attributes:
        index: folder of the index.
        sha256: of all files with their names.
        root: the folder as it was when they were indexed; sources are told relative to it.
        texts: article id → text as stored.
        refused: files that could not be used, a line each.
    """

    index: Path
    sha256: str
    root: str
    texts: Mapping[str, str]
    refused: tuple[str, ...]

    def with_relative_sources(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """An Answer's JSON whose sources name no folder of this machine."""
        parts = {
            name: [item | {"source": self.relative_source(item["source"])} for item in answer[name]]
            for name in ("citations", "nearest")
        }
        return {**answer, **parts}

    def relative_source(self, source: str) -> str:
        """``source`` without the folder of this machine; an address as it is."""
        path = PurePath(source)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else source


def default_cache() -> Path:
    """Where indexes and replies of evaluations are kept: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = (Path(base) if base else Path.home() / ".cache") / "dateline" / "evals"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        return folder
    return Path(tempfile.gettempdir()) / "dateline-evals"


def prepare_articles(
    folder: Path, settings: Settings, cache: Path, progress: Progress | None = None
) -> PreparedArticles:
    """The articles of ``folder``, indexed now or found in ``cache``.

    Raises:
        ConfigurationError: there are none.
        UsageError: the cache cannot be written.
    """
    from filelock import FileLock

    sha256 = articles_sha256(folder)
    key = hashlib.sha256(f"{sha256} {settings.embeddings} {source_sha256()}".encode()).hexdigest()
    index = cache / f"index-{key[:24]}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # A second run at the same time waits for the index rather than make it too.
        with FileLock(cache / f"{index.name}.lock"):
            _drop_old(cache, index)
            if not (index / _READY_FILE).is_file():
                _make(folder, settings, index, progress)
            ready = json.loads((index / _READY_FILE).read_text("utf-8"))
            os.utime(index)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{printable(str(cache))}: cannot be written: {reason}") from error
    texts = _texts(settings, index)
    return PreparedArticles(index, sha256, ready["root"], texts, tuple(ready["refused"]))


def articles_sha256(folder: Path) -> str:
    """Hash of the article files under ``folder``, each with its name.

    Raises:
        ConfigurationError: there are none, or one cannot be read.
    """
    files, errors = find_files([folder])
    if errors:
        raise ConfigurationError(str(errors[0]))
    if not files:
        raise ConfigurationError(f"{printable(str(folder))}: no articles there")
    digest = hashlib.sha256()
    for name, path in sorted((f.path.relative_to(folder).as_posix(), f.path) for f in files):
        digest.update(f"{name}\n{file_sha256(path)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def check_cases(cases: CaseSet, articles: PreparedArticles) -> None:
    """Labels are true to the articles.

    Raises:
        ConfigurationError: a case names an article that there is not, or evidence that stands in
            none of its articles.
    """
    for case in cases.cases:
        for article_id in case.articles:
            if article_id not in articles.texts:
                raise ConfigurationError(
                    f"case {case.id} names the article {printable(article_id)}, which there is "
                    "not; `dateline articles` lists ids"
                )
        texts = [articles.texts[article_id] for article_id in case.articles]
        for fact in case.facts:
            for quote in fact.evidence:
                if not any(quote in text for text in texts):
                    raise ConfigurationError(
                        f"case {case.id}, fact {fact.id}: the evidence “{printable(quote, 80)}” "
                        "stands in none of its articles, character for character"
                    )


def _make(folder: Path, settings: Settings, index: Path, progress: Progress | None) -> None:
    from rag.dateline import Dateline

    shutil.rmtree(index, ignore_errors=True)
    root = folder.resolve()
    with Dateline(replace(settings, index=index)) as dateline:
        report = dateline.ingest([root], progress=progress)
    if not report.articles:
        raise ConfigurationError(f"{printable(str(folder))}: no usable article there")
    ready = {"root": str(root), "refused": [str(error) for error in report.refused]}
    (index / _READY_FILE).write_text(json.dumps(ready), "utf-8")


def _texts(settings: Settings, index: Path) -> dict[str, str]:
    from rag.dateline import Dateline

    with Dateline(replace(settings, index=index)) as dateline:
        ids = [record.article_id for record in dateline.articles()]
        return {article_id: dateline.article(article_id).text for article_id in ids}


def _drop_old(cache: Path, current: Path) -> None:
    """Indexes that nobody has used for two weeks."""
    for folder in cache.glob("index-*"):
        with suppress(OSError):
            if folder != current and time.time() - folder.stat().st_mtime > _KEPT_S:
                shutil.rmtree(folder) if folder.is_dir() else folder.unlink()


def source_sha256() -> str:
    """Hash of the code and models that make an index and answer from it."""
    package = Path(rag.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        inside = file.relative_to(package)
        if inside.parts[0] in {"bundled", "cli", "ui"} or "__pycache__" in inside.parts:
            continue
        if file.is_file():
            digest.update(inside.as_posix().encode() + file_sha256(file).encode())
    return digest.hexdigest()
