"""Collections in the catalog: named sets of article ids.

Functions here take a connection inside a view or, those that change something, inside a
transaction of the ``Catalog``.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Any

from rag.errors import UnknownArticleError, UsageError, printable
from rag.filters import name_key
from rag.index.records import Collection, CollectionChange

LONGEST_NAME = 80
_MOST_NAMED = 10

# The articles of the collection with a key, as a condition on a table with ``article_id``.
MEMBERSHIP = (
    "article_id IN (SELECT article_id FROM collection_articles "
    "JOIN collections USING (collection_id) WHERE name_key = ?)"
)


def stored_collections(db: sqlite3.Connection) -> list[Collection]:
    """Every collection, by name."""
    rows = db.execute(
        "SELECT name, count(article_id) FROM collections "
        "LEFT JOIN collection_articles USING (collection_id) "
        "GROUP BY collection_id ORDER BY name_key"
    )
    return [Collection(*row) for row in rows]


def find_collection(db: sqlite3.Connection, name: str) -> Collection:
    """The collection of that name, letter case and spacing aside.

    Raises:
        UsageError: there is none; the message names those that there are.
    """
    stored = stored_collections(db)
    for collection in stored:
        if name_key(collection.name) == name_key(name):
            return collection
    named = ", ".join(printable(c.name, LONGEST_NAME) for c in stored[:_MOST_NAMED])
    more = f" and {len(stored) - _MOST_NAMED} more" if len(stored) > _MOST_NAMED else ""
    raise UsageError(
        f"no collection {printable(name, LONGEST_NAME)!r}; "
        + (f"there are: {named}{more}" if stored else "`dateline collections add` makes one")
    )


def filled_collection(db: sqlite3.Connection, name: str) -> Collection:
    """The same, for who wants articles of it.

    Raises:
        UsageError: there is none, or nothing is in it.
    """
    collection = find_collection(db, name)
    if not collection.articles:
        raise UsageError(
            f"the collection {collection.name!r} is empty; `dateline collections add` puts "
            "articles into it"
        )
    return collection


def collection_state(db: sqlite3.Connection, name: str) -> dict[str, Any]:
    """Names what the collection holds now, for records of what made an answer: another hash,
    other articles.

    Raises:
        UsageError: there is none, or nothing is in it.
    """
    collection = filled_collection(db, name)
    digest = hashlib.sha256("\n".join(sorted(_members(db, collection))).encode())
    return {
        "name": collection.name,
        "articles": collection.articles,
        "sha256": digest.hexdigest(),
    }


def add_articles(db: sqlite3.Connection, name: str, article_ids: Sequence[str]) -> CollectionChange:
    """Put stored articles into the collection, which is made when there is none of that name.

    Raises:
        UsageError: not a name that can be given.
    """
    name = _given_name(name)
    key = name_key(name)
    db.execute("INSERT OR IGNORE INTO collections (name, name_key) VALUES (?, ?)", (name, key))
    before = find_collection(db, name)
    db.executemany(
        "INSERT OR IGNORE INTO collection_articles "
        "SELECT collection_id, ? FROM collections WHERE name_key = ?",
        [(article_id, key) for article_id in article_ids],
    )
    after = _changed(db, name)
    added = after.articles - before.articles
    return CollectionChange(after, added=added, known=len(set(article_ids)) - added)


def take_out_articles(
    db: sqlite3.Connection, name: str, article_ids: Sequence[str]
) -> CollectionChange:
    """Take articles out of the collection; all or none.

    Raises:
        UsageError: there is no such collection.
        UnknownArticleError: one of the articles is not in it.
    """
    collection = find_collection(db, name)
    wanted, members = dict.fromkeys(article_ids), _members(db, collection)
    for article_id in wanted:
        if article_id not in members:
            raise UnknownArticleError(
                f"no article {printable(article_id, 80)!r} in the collection {collection.name!r}"
            )
    db.executemany(
        "DELETE FROM collection_articles WHERE article_id = ? AND collection_id = "
        "(SELECT collection_id FROM collections WHERE name_key = ?)",
        [(article_id, name_key(name)) for article_id in wanted],
    )
    return CollectionChange(_changed(db, name), removed=len(wanted))


def delete_collection(db: sqlite3.Connection, name: str) -> Collection:
    """Forget the collection, and none of its articles; what it was.

    Raises:
        UsageError: there is no such collection.
    """
    collection = find_collection(db, name)
    key = (name_key(collection.name),)
    db.execute(
        "DELETE FROM collection_articles WHERE collection_id = "
        "(SELECT collection_id FROM collections WHERE name_key = ?)",
        key,
    )
    db.execute("DELETE FROM collections WHERE name_key = ?", key)
    _note_change(db)
    return collection


def _members(db: sqlite3.Connection, collection: Collection) -> set[str]:
    rows = db.execute(
        "SELECT article_id FROM collection_articles JOIN collections USING (collection_id) "
        "WHERE name_key = ?",
        (name_key(collection.name),),
    )
    return {row[0] for row in rows}


def _changed(db: sqlite3.Connection, name: str) -> Collection:
    _note_change(db)
    return find_collection(db, name)


def _note_change(db: sqlite3.Connection) -> None:
    """Tell readers that what they may have kept of collections is out of date."""
    db.execute(
        "INSERT INTO meta (name, value) VALUES ('collections_generation', 1) "
        "ON CONFLICT (name) DO UPDATE SET value = value + 1"
    )


def _given_name(name: str) -> str:
    """
    Raises:
        UsageError: empty, too long, or with characters that cannot be shown.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"{printable(name, LONGEST_NAME)!r} is not a name for a collection: give 1 to "
            f"{LONGEST_NAME} characters that can be shown"
        )
    return name
