"""Origin groups kept in the catalog: who is whose copy, as articles come and go.

``origin_shingles`` finds the articles that may be copies of a new one, ``origin_pairs`` holds
those that are. A group is what hangs together by such pairs, and is named by its oldest article.
Each pair depends on its two articles alone, so the groups do not depend on the order in which
articles came. Functions here take the connection of an open ``Catalog.transaction``.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache

from rag.origins.decision import days_between, is_copy
from rag.origins.likeness import Profile, likeness, profile
from rag.origins.words import sketch

# Raise it when other articles are called copies: all are then grouped anew at the next write.
VERSION = 1
# Runs of words that two articles' sketches must share before the articles are compared. One that
# many articles have ("said in a statement") counts less, as this number over theirs.
_MIN_SHARED = 3.0
_COMMON_FROM = 8
# Bounds on the work for an article that is one of very many copies: it is tied to some of them.
_MAX_HOLDERS = 64
_MAX_COMPARED = 24


def settle(db: sqlite3.Connection) -> None:
    """Find the origin of every article that has none yet.

    When another version of this package grouped the articles, all are grouped anew.
    """
    row = db.execute("SELECT value FROM meta WHERE name = 'origins'").fetchone()
    if row is None or row[0] != VERSION:
        db.execute("DELETE FROM origin_shingles")
        db.execute("DELETE FROM origin_pairs")
        db.execute("UPDATE articles SET origin = NULL")
        db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('origins', ?)", (VERSION,))
    rowids = [
        row[0]
        for row in db.execute(
            "SELECT article_rowid FROM articles WHERE origin IS NULL ORDER BY article_rowid"
        )
    ]
    comparer = _Comparer(db)
    for rowid in rowids:
        comparer.tie(rowid)
    _name_groups(db, rowids)


def forget(db: sqlite3.Connection, rowid: int) -> None:
    """Take an article that is about to be deleted out of its group; ``settle`` regroups the
    others."""
    others = _tied_to(db, rowid)
    db.execute("DELETE FROM origin_pairs WHERE one = ?1 OR other = ?1", (rowid,))
    row = db.execute(
        "SELECT text FROM articles JOIN texts USING (text_sha256) WHERE article_rowid = ?",
        (rowid,),
    ).fetchone()
    db.executemany(
        "DELETE FROM origin_shingles WHERE shingle = ? AND article_rowid = ?",
        [(shingle, rowid) for shingle in sketch(row[0])],
    )
    _name_groups(db, others)


class _Comparer:
    """Ties articles to their copies; profiles of texts just compared are kept a while."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._profile = lru_cache(maxsize=64)(self._read_profile)

    def tie(self, rowid: int) -> None:
        """Find the copies of one article among those tied before it."""
        db = self._db
        text, published = db.execute(
            "SELECT text, published FROM articles JOIN texts USING (text_sha256) "
            "WHERE article_rowid = ?",
            (rowid,),
        ).fetchone()
        shingles = sketch(text)
        for other in self._candidates(rowid, shingles):
            if self._is_copy(rowid, published, other):
                db.execute("INSERT OR IGNORE INTO origin_pairs VALUES (?, ?)", (other, rowid))
        db.executemany(
            "INSERT OR IGNORE INTO origin_shingles VALUES (?, ?)",
            [(shingle, rowid) for shingle in shingles],
        )

    def _candidates(self, rowid: int, shingles: list[int]) -> list[int]:
        shared: dict[int, float] = {}
        for shingle in shingles:
            holders = self._db.execute(
                "SELECT article_rowid FROM origin_shingles WHERE shingle = ? LIMIT ?",
                (shingle, _MAX_HOLDERS),
            ).fetchall()
            weight = min(1.0, _COMMON_FROM / max(1, len(holders)))
            for (other,) in holders:
                shared[other] = shared.get(other, 0.0) + weight
        needed = min(_MIN_SHARED, len(shingles) / 16)  # a brief has few runs
        likely = sorted((-count, other) for other, count in shared.items() if count >= needed)
        return [other for _, other in likely[:_MAX_COMPARED]]

    def _is_copy(self, rowid: int, published: str | None, other: int) -> bool:
        (other_published,) = self._db.execute(
            "SELECT published FROM articles WHERE article_rowid = ?", (other,)
        ).fetchone()
        one, two = self._profile(rowid), self._profile(other)
        words = min(one.words, two.words)
        return is_copy(likeness(one, two), words, days_between(published, other_published))

    def _read_profile(self, rowid: int) -> Profile:
        (text,) = self._db.execute(
            "SELECT text FROM articles JOIN texts USING (text_sha256) WHERE article_rowid = ?",
            (rowid,),
        ).fetchone()
        return profile(text)


def _name_groups(db: sqlite3.Connection, rowids: list[int]) -> None:
    """Name anew the groups of these articles."""
    seen: set[int] = set()
    for rowid in rowids:
        if rowid in seen:
            continue
        group = _group_of(db, rowid)
        seen |= group
        members = [
            db.execute(
                "SELECT published IS NULL, published, article_id FROM articles "
                "WHERE article_rowid = ?",
                (member,),
            ).fetchone()
            for member in group
        ]
        origin = min(members, key=lambda m: (m[0], m[1] or "", m[2]))[2]
        db.executemany(
            "UPDATE articles SET origin = ?1 WHERE article_rowid = ?2 AND origin IS NOT ?1",
            [(origin, member) for member in group],
        )


def _group_of(db: sqlite3.Connection, rowid: int) -> set[int]:
    group, waiting = {rowid}, [rowid]
    while waiting:
        for other in _tied_to(db, waiting.pop()):
            if other not in group:
                group.add(other)
                waiting.append(other)
    return group


def _tied_to(db: sqlite3.Connection, rowid: int) -> list[int]:
    rows = db.execute(
        "SELECT other FROM origin_pairs WHERE one = ?1 "
        "UNION SELECT one FROM origin_pairs WHERE other = ?1",
        (rowid,),
    )
    return [row[0] for row in rows]
