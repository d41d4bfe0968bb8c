"""The ``dateline`` command: parses, calls ``rag``, prints; no work of its own.

Exit status: 0 done; 1 an error, or done in part; 2 usage or configuration; ``check`` also 3, when
something is contradicted.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from rag.cli.parser import build_parser
from rag.errors import DatelineError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A path may hold bytes that are not UTF-8; printing them must not fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # LangChain would send traces of each question to a server when a variable says so.
    os.environ.update(LANGSMITH_TRACING="false", LANGCHAIN_TRACING_V2="false")
    arguments = build_parser().parse_args(argv)
    try:
        return run_command(arguments)
    except KeyboardInterrupt as interrupt:
        print(f"error: {interrupt or 'interrupted; what was done is kept'}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone. Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except DatelineError as error:
        if arguments.debug:
            traceback.print_exc()
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except Exception as error:
        if arguments.debug:
            raise
        print(
            f"error: unexpected {type(error).__name__}: {error}; this is a defect of Dateline, "
            "--debug shows where",
            file=sys.stderr,
        )
        return 1


def run_command(arguments: argparse.Namespace) -> int:
    """Import what the command needs, not before it is known which, and run it."""
    if arguments.command == "doctor":
        from rag.cli.doctor_command import doctor

        return doctor(arguments)
    from rag.cli import commands

    return commands.run(arguments)
