"""Which stored articles are meant: by filters, by id, by the folder that they came from."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rag.filters import Filters, name_key
from rag.index.collections import MEMBERSHIP, filled_collection


def filter_sql(db: sqlite3.Connection, filters: Filters) -> tuple[str, list[Any]]:
    """The condition on ``articles`` that the filters come to, and its values.

    Raises:
        UsageError: there is no such collection, or nothing is in it.
    """
    conditions, values = ["1"], list[Any]()
    if filters.collection is not None:
        conditions.append(MEMBERSHIP)
        values.append(name_key(filled_collection(db, filters.collection).name))
    if filters.since:
        conditions.append("published >= ?")
        values.append(filters.since.isoformat())
    if filters.until:
        conditions.append("published <= ?")
        values.append(filters.until.isoformat())
    if filters.outlets:
        keys = sorted(filters.outlet_keys)
        conditions.append(f"outlet_key IN ({','.join('?' for _ in keys)})")
        values += keys
    return " AND ".join(conditions), values


def articles_by_rule(
    db: sqlite3.Connection, filters: Filters, folders: Sequence[Path] = ()
) -> list[str]:
    """Ids of the articles that the filters let through and, if ``folders`` are given, whose file
    is one of these or below one.

    Raises:
        UsageError: see ``filter_sql``.
    """
    condition, values = filter_sql(db, filters)
    rows = db.execute(f"SELECT article_id, file_id FROM articles WHERE {condition}", values)
    files = set[int]().union(*(_files_below(db, folder) for folder in folders))
    return [article_id for article_id, file_id in rows if not folders or file_id in files]


def _files_below(db: sqlite3.Connection, folder: Path) -> set[int]:
    """By real path; an index that has come from another machine, by path as it was given there."""
    from rag.articles.files import storable  # brings in what searching does without

    real = _below(db, "key", storable(os.path.realpath(folder)))
    return real or _below(db, "path", storable(os.path.normpath(folder)))


def _below(db: sqlite3.Connection, column: str, folder: str) -> set[int]:
    start = folder.rstrip(os.sep) + os.sep
    rows: Iterable[tuple[int]] = db.execute(
        f"SELECT file_id FROM files WHERE {column} = ? OR substr({column}, 1, ?) = ?",
        (folder, len(start), start),
    )
    return {row[0] for row in rows}
