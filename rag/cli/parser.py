"""Commands and options. Imports nothing heavy: ``dateline --help`` must be instant."""

from __future__ import annotations

import argparse
from pathlib import Path

from rag import __version__
from rag.cli.collections_command import add_collections
from rag.cli.doctor_command import add_doctor
from rag.cli.eval_parser import add_eval
from rag.cli.filter_options import add_filters
from rag.cli.summarize_command import add_summarize
from rag.cli.ui_command import add_ui

INDEX_HELP = "folder of the index (default: DATELINE_INDEX, else .dateline)"


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="dateline",
        description="Ask a stack of news articles; every sentence of an answer is an exact quote.",
        epilog="Exit status: 0 done, 1 an error or done in part, 2 usage or configuration; "
        "3 a check found something contradicted.",
    )
    parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add_ingest(commands)
    add_articles(commands)
    add_collections(commands, add_command)
    add_search(commands)
    add_ask(commands)
    add_batch(commands)
    add_check(commands)
    add_summarize(commands, add_command, add_engine)
    add_reindex(commands)
    add_doctor(commands, add_command)
    add_eval(commands, add_command)
    add_ui(commands, add_command)
    return parser


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    """A subcommand with the options that every command has."""
    command = commands.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        allow_abbrev=False,  # a command without --in would take it for --index
    )
    command.add_argument("--index", type=Path, metavar="DIR", help=INDEX_HELP)
    command.add_argument("--json", action="store_true", help="JSON on stdout and nothing else")
    command.add_argument("--debug", action="store_true", help="show where an error came from")
    return command


def add_ingest(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "ingest", "put articles into the index")
    command.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="files and folders: .txt .md .html .pdf .json .jsonl(.gz)",
    )
    command.add_argument(
        "--meta",
        type=Path,
        metavar="CSV",
        help="columns file, outlet, date, url, …: fills in what a text does not state",
    )
    command.add_argument(
        "--prune", action="store_true", help="remove articles whose files are no longer there"
    )


def add_articles(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add_filters(add_command(commands, "articles", "list the articles in the index"))
    show = add_command(commands, "show", "print one article as stored")
    show.add_argument("article_id", metavar="ID")
    remove = add_command(commands, "remove", "remove articles from the index")
    remove.add_argument("article_ids", metavar="ID", nargs="+")


def add_search(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "search", "find passages")
    command.add_argument("query", nargs="?", metavar="QUERY")
    command.add_argument("-k", type=int, default=10, help="how many passages (default 10)")
    command.add_argument(
        "--from",
        dest="questions",
        type=Path,
        metavar="QUESTIONS",
        help="search for each row of this .txt, .csv or .jsonl, into -o",
    )
    command.add_argument("-o", dest="output", type=Path, metavar="OUT", help="a .jsonl")
    command.add_argument(
        "--no-rerank",
        dest="rerank",
        action="store_false",
        help="faster: leave passages in the order of words and vectors, unread",
    )
    add_filters(command)


def add_engine(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--engine",
        choices=["auto", "extractive", "llm"],
        default="auto",
        help="auto: llm when DATELINE_MODEL is set, else extractive",
    )
    add_model_use(command)
    add_filters(command)


def add_model_use(command: argparse.ArgumentParser) -> None:
    """How a chat model may be used: the second look, caps, cache."""
    command.add_argument(
        "--verify",
        choices=["auto", "checks", "model"],
        help="model: the chat model takes a second look at each statement; checks: only this "
        "machine does; auto (the default): model for openai: models",
    )
    command.add_argument(
        "--max-cost", type=float, metavar="USD", help="make no model call that could cost more"
    )
    command.add_argument(
        "--max-tokens", type=int, metavar="N", help="make no model call that could use more tokens"
    )
    command.add_argument(
        "--no-cache", action="store_true", help="ask the model even what it was asked before"
    )


def add_ask(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "ask", "answer one question")
    command.add_argument("question", metavar="QUESTION")
    add_engine(command)


def add_batch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "batch", "answer a file of questions")
    command.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS",
        help=".txt (a line each), .csv or .jsonl (question, and if wanted id)",
    )
    command.add_argument(
        "-o", dest="output", type=Path, metavar="OUT", required=True, help="a .jsonl or .csv"
    )
    existing = command.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="go on with an unfinished run")
    existing.add_argument(
        "--force", action="store_true", help="begin anew, and replace an OUT that exists"
    )
    command.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="rows at once: calls to the model (default 1), or processes without one (default: "
        "the cores)",
    )
    command.add_argument(
        "--rate", type=float, metavar="N", help="make at most so many model calls a minute"
    )
    add_engine(command)


def add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "check", "check a draft or claims against the articles")
    command.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="a draft (.docx .txt .md), or .jsonl rows of claim, id and if wanted text",
    )
    command.add_argument("-o", dest="output", type=Path, metavar="OUT", help="a .jsonl")
    add_model_use(command)
    add_filters(command)


def add_reindex(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add_command(
        commands, "reindex", "make the search stores anew from the catalog, as after a new embedder"
    )
