"""``dateline summarize``: a brief as Markdown, JSON or a page of HTML."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.filter_options import filters_of, say_left_out
from rag.errors import UsageError, printable

if TYPE_CHECKING:
    from rag.dateline import Dateline
    from rag.summary import Brief

AddCommand = Callable[..., argparse.ArgumentParser]


def add_summarize(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    add_command: AddCommand,
    add_engine: Callable[[argparse.ArgumentParser], None],
) -> None:
    """The options of the command."""
    command = add_command(commands, "summarize", "write a brief of an event, or of all events")
    command.add_argument("--about", metavar="TOPIC", help="only what is on this topic")
    command.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with the quotes marked in place"
    )
    command.add_argument(
        "-o", dest="output", type=Path, metavar="OUT", help="a .md or .json instead of stdout"
    )
    add_engine(command)


def summarize(dateline: Dateline, arguments: argparse.Namespace) -> int:
    """Write the brief where it was asked for."""
    from rag.cli.progress import stages

    filters = filters_of(arguments)
    check_files(arguments)
    for hint in dateline.hints(arguments.engine):
        say(f"hint: {hint}")
    with stages("steps") as progress:
        brief = dateline.summarize(
            arguments.about, filters=filters, engine=arguments.engine, progress=progress
        )
    if arguments.html is not None:
        write_text(arguments.html, brief.to_html())
        say(f"note: {printable(str(arguments.html))} written")
    as_json = arguments.json or (arguments.output and arguments.output.suffix.lower() == ".json")
    text = as_text(brief, as_json=bool(as_json))
    if arguments.output is None:
        print(text, end="")
    else:
        write_text(arguments.output, text)
    for note in brief.notes:
        say(f"note: {note}")
    say_left_out(dateline, filters)
    return 0


def check_files(arguments: argparse.Namespace) -> None:
    """
    Raises:
        UsageError: a file that cannot be written, said before the work is done.
    """
    from rag.batch.output import check_output

    if arguments.html is not None:
        check_output(arguments.html, frozenset({".html", ".htm"}))
    if arguments.output is not None:
        kinds = frozenset({".json"}) if arguments.json else frozenset({".md", ".json"})
        check_output(arguments.output, kinds)
        if arguments.output == arguments.html:
            raise UsageError("--html and -o name the same file")


def as_text(brief: Brief, *, as_json: bool) -> str:
    """The brief as JSON or Markdown."""
    if not as_json:
        return brief.to_markdown()
    # Lone surrogates (a path that is not UTF-8) cannot be encoded; escaped they can.
    text = json.dumps(brief.to_json(), ensure_ascii=False, indent=2)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(brief.to_json(), indent=2)
    return text + "\n"


def write_text(path: Path, text: str) -> None:
    """The whole text or nothing.

    Raises:
        OutputError: it cannot be written; what was there before stays.
    """
    from rag.batch.output import replace_file

    replace_file(path, lambda file: file.write(text.encode("utf-8", "replace")))


def say(line: str) -> None:
    print(line, file=sys.stderr)
