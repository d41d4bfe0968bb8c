"""The options that limit a command to some of the articles. Imports nothing heavy."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.dateline import Dateline
    from rag.filters import Filters


def add_filters(command: argparse.ArgumentParser) -> None:
    """``--since``, ``--until``, ``--outlet`` and ``--in``."""
    command.add_argument("--since", metavar="DATE", help="only articles published since that day")
    command.add_argument("--until", metavar="DATE", help="only articles published until that day")
    command.add_argument(
        "--outlet", metavar="NAME", action="append", default=[], help="only this outlet; repeatable"
    )
    command.add_argument(
        "--in", dest="collection", metavar="NAME", help="only articles in this collection"
    )


def filters_of(arguments: argparse.Namespace) -> Filters:
    """
    Raises:
        UsageError: a date that is none, a range that holds no day, or an empty name.
    """
    from rag.filters import parse_filters

    return parse_filters(arguments.since, arguments.until, arguments.outlet, arguments.collection)


def say_left_out(dateline: Dateline, filters: Filters) -> None:
    """Say how many articles a filter passes over because it cannot judge them.

    Raises:
        UsageError: there is no such collection, or nothing is in it.
    """
    if not filters.active:
        return
    left_out = dateline.left_out(filters)
    if left_out.undated:
        print(f"note: {left_out.undated} articles without a date are left out", file=sys.stderr)
    if left_out.no_outlet:
        print(
            f"note: {left_out.no_outlet} articles without an outlet are left out", file=sys.stderr
        )
