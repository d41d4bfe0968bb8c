"""``--meta``: a CSV that says, by file name, what the articles' text does not state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.articles.article import Article
from rag.articles.dates import iso_date
from rag.articles.files import read_failure
from rag.articles.normal_form import optional_line
from rag.errors import UsageError
from rag.tables import Table, TableError, read_table

_MAX_CELL_CHARACTERS = 1_000_000
COLUMNS = ("file", "title", "outlet", "author", "date", "url", "language")


@dataclass(frozen=True, slots=True)
class Meta:
    """Rows of a ``--meta`` CSV by file name (the last part of the path, as written)."""

    by_file: dict[str, dict[str, str]] = field(default_factory=dict)

    def complete(self, article: Article, path: Path) -> Article:
        """``article`` with its unknown fields filled in; what its text states stays."""
        row = self.by_file.get(path.name) or self.by_file.get(str(path))
        if not row:
            return article
        return replace(
            article,
            title=article.title or row.get("title"),
            outlet=article.outlet or row.get("outlet"),
            author=article.author or row.get("author"),
            published=article.published or row.get("date"),
            url=article.url or row.get("url"),
            language=article.language or row.get("language"),
        )


def load_meta(path: Path) -> Meta:
    """Read a CSV with a column ``file`` and any of title, outlet, author, date, url, language.

    Raises:
        UsageError: the file cannot be read, has no column ``file``, or a date in it is not a
            plain date; the message names the line.
    """
    try:
        with path.open("rb") as handle:
            return _meta_of(path, read_table(handle, _MAX_CELL_CHARACTERS))
    except OSError as error:
        raise UsageError(f"--meta {path}: {read_failure(error)}") from error
    except TableError as error:
        raise UsageError(f"--meta {path}: {error}") from error


def _meta_of(path: Path, table: Table) -> Meta:
    names = {name: _column(name) for name in table.names}
    if "file" not in names.values():
        raise UsageError(f"--meta {path}: no column 'file'; the columns are {', '.join(COLUMNS)}")
    if len(set(names.values()) & set(COLUMNS)) < 2:  # other columns may stand beside them
        raise UsageError(f"--meta {path}: nothing beside 'file'; it reads {', '.join(COLUMNS)}")
    by_file: dict[str, dict[str, str]] = {}
    for row in table.rows:
        if row.error:
            raise UsageError(f"--meta {path}, {row.error}")
        values = {
            names[name]: value for name, cell in row.cells.items() if (value := optional_line(cell))
        }
        name = values.pop("file", None)
        if name is None:
            continue
        if "date" in values:
            published = iso_date(values["date"])
            if published is None:
                raise UsageError(
                    f"--meta {path}, line {row.line}: date {values['date']!r} is not a "
                    "plain date; write it as YYYY-MM-DD"
                )
            values["date"] = published
        by_file[name] = values
    return Meta(by_file)


def _column(name: str) -> str:
    lowered = name.lower()
    return "date" if lowered == "published" else lowered
