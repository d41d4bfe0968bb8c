"""``dateline doctor``: the installation and the index, looked over and mended."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.doctor import Finding

AddCommand = Callable[[Any, str, str], argparse.ArgumentParser]


def add_doctor(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], add_command: AddCommand
) -> None:
    command = add_command(
        commands, "doctor", "look the installation and the index over, and mend what can be mended"
    )
    command.add_argument("--dry-run", action="store_true", help="look, and mend nothing")


def doctor(arguments: argparse.Namespace) -> int:
    """Not given settings, as the other commands are: that they cannot be read is a finding."""
    from rag.cli.printing import print_json

    findings: list[Finding] = []
    for finding in examined(arguments):
        findings.append(finding)
        if finding.state == "problem":
            print(f"error: {finding.check}: {finding.what} — {finding.way_out}", file=sys.stderr)
        elif not arguments.json:
            print(finding, flush=True)
    states = [finding.state for finding in findings]
    if arguments.json:
        print_json(
            {
                "findings": [finding.to_json() for finding in findings],
                "mended": states.count("mended"),
                "problems": states.count("problem"),
            }
        )
    return 1 if "problem" in states else 0


def examined(arguments: argparse.Namespace) -> Iterator[Finding]:
    from rag.doctor import examine_index, examine_installation, examine_settings
    from rag.embeddings import open_embedder

    yield from examine_installation()
    found, settings = examine_settings(arguments.index)
    yield from found
    if settings is not None:
        directory = arguments.index or settings.index
        name = settings.embeddings
        yield from examine_index(directory, lambda: open_embedder(name), mend=not arguments.dry_run)
