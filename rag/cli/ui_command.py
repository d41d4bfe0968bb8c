"""``dateline ui``: the web page."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.dateline import Dateline

AddCommand = Callable[..., argparse.ArgumentParser]
HOST = "127.0.0.1"


def add_ui(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], add_command: AddCommand
) -> None:
    """The options of the command."""
    command = add_command(commands, "ui", "open the chat page in a web server on this machine")
    command.add_argument(
        "--host", default=HOST, metavar="ADDRESS", help=f"address to listen on (default {HOST})"
    )
    command.add_argument(
        "--port", type=int, metavar="N", help="port (default: the first free one from 7860)"
    )
    command.add_argument(
        "--mcp", action="store_true", help="serve ask, search, summarize, check to MCP clients too"
    )
    command.add_argument(
        "--share", action="store_true", help="open a public link (needs DATELINE_USERS)"
    )


def ui(dateline: Dateline, arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from rag.ui import ServerOptions, start
    from rag.ui.server import is_loopback

    if arguments.port is not None and not 1 <= arguments.port <= 65_535:
        raise UsageError(f"--port {arguments.port} is not between 1 and 65535")
    if not is_loopback(arguments.host) and not dateline.settings.users:
        say(
            "note: everybody who can reach this address can read, add and remove articles; "
            "DATELINE_USERS asks for a login"
        )
    options = ServerOptions(arguments.host, arguments.port, arguments.mcp, arguments.share)
    page = start(dateline, options)
    print(f"Dateline is at {page.local_url}", flush=True)
    if page.share_url:
        print(f"and for everybody who has the link at {page.share_url}", flush=True)
    if arguments.mcp:
        print(f"MCP: {page.local_url}gradio_api/mcp/", flush=True)
    say("Ctrl-C ends it.")
    try:
        while page.is_running:
            time.sleep(0.2)
    except KeyboardInterrupt:
        say("ended; batches that were running go on when they are resumed")
    finally:
        page.close(verbose=False)
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
