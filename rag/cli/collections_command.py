"""``dateline collections``: named sets of articles, listed, filled and emptied."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli.filter_options import add_filters, filters_of, say_left_out

if TYPE_CHECKING:
    from rag.dateline import Dateline
    from rag.index import Collection

Commands = argparse._SubParsersAction  # the type has no public name
AddCommand = Callable[..., argparse.ArgumentParser]


def add_collections(
    commands: Commands[argparse.ArgumentParser],
    add_command: AddCommand,
) -> None:
    """``collections list``, ``add`` and ``remove``."""
    text = "keep named sets of articles, to which --in limits other commands"
    group = commands.add_parser(
        "collections", help=text, description=f"{text[0].upper()}{text[1:]}."
    )
    verbs = group.add_subparsers(dest="collections_command", metavar="VERB", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = add_command(verbs, name, text)
        command.set_defaults(command="collections")
        return command

    add("list", "list the collections")
    into = add("add", "put articles into a collection, which is made when it is not there")
    _add_name_and_ids(into, "an article to add")
    into.add_argument(
        "--folder",
        type=Path,
        metavar="PATH",
        action="append",
        default=[],
        help="only articles whose file is this one or in this folder; repeatable",
    )
    add_filters(into)
    out_of = add("remove", "take articles out of a collection, or delete it; no article is lost")
    _add_name_and_ids(out_of, "an article to take out; without any, the collection is deleted")


def _add_name_and_ids(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("name", metavar="NAME", help="name of the collection")
    command.add_argument("article_ids", metavar="ID", nargs="*", help=text)


def collections(dateline: Dateline, arguments: argparse.Namespace) -> int:
    """One verb of ``dateline collections``."""
    VERBS[arguments.collections_command](dateline, arguments)
    return 0


def list_all(dateline: Dateline, arguments: argparse.Namespace) -> None:
    found = dateline.collections()
    if arguments.json:
        _print_json([{"name": c.name, "articles": c.articles} for c in found])
        return
    for collection in found:
        print(f"{_counted(collection):>14}  {collection.name}")
    if not found:
        print("no collections; `dateline collections add` makes one")


def add(dateline: Dateline, arguments: argparse.Namespace) -> None:
    filters = filters_of(arguments)
    change = dateline.add_to_collection(
        arguments.name, arguments.article_ids, filters=filters, folders=arguments.folder
    )
    say_left_out(dateline, filters)
    collection = change.collection
    if arguments.json:
        _print_json(
            {
                "name": collection.name,
                "added": change.added,
                "known": change.known,
                "articles": collection.articles,
            }
        )
    else:
        known = f" ({change.known} already in it)" if change.known else ""
        print(f"{change.added} added to {collection.name}{known}: {_counted(collection)}")


def remove(dateline: Dateline, arguments: argparse.Namespace) -> None:
    deleted = not arguments.article_ids
    if deleted:
        collection = dateline.delete_collection(arguments.name)
        removed, left = collection.articles, 0
    else:
        change = dateline.take_out_of_collection(arguments.name, arguments.article_ids)
        collection = change.collection
        removed, left = change.removed, collection.articles
    if arguments.json:
        _print_json(
            {"name": collection.name, "removed": removed, "articles": left, "deleted": deleted}
        )
    elif deleted:
        print(f"the collection {collection.name} is deleted; its articles stay in the index")
    else:
        print(f"{removed} taken out of {collection.name}: {_counted(collection)}")


def _counted(collection: Collection) -> str:
    return f"{collection.articles} article" + ("" if collection.articles == 1 else "s")


def _print_json(value: Any) -> None:
    from rag.cli.printing import print_json

    print_json(value)


VERBS: dict[str, Callable[[Dateline, argparse.Namespace], None]] = {
    "list": list_all,
    "add": add,
    "remove": remove,
}
