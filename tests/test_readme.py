"""What the README says of commands, options and settings is what the code does."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

from bench.figures import MARKS, table
from rag.cli.parser import build_parser

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def subcommands() -> dict[str, argparse.ArgumentParser]:
    return verbs_of(build_parser())


def verbs_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The subcommands of a command; none for most."""
    found = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return {name: choice for action in found for name, choice in action.choices.items()}


def options_of(words: list[str]) -> set[str]:
    """The options of the command that these words call, such as ``eval run``."""
    parser = subcommands()[words[0]]
    if len(words) > 1:
        parser = verbs_of(parser).get(words[1], parser)
    return set(parser._option_string_actions)


def code_spans() -> list[str]:
    spans = re.findall(r"`([^`\n]+)`", README)
    blocks = re.findall(r"```\w*\n(.*?)```", README, flags=re.DOTALL)
    return spans + [
        line.partition("#")[0].strip() for block in blocks for line in block.split("\n")
    ]


def test_every_command_is_in_the_readme() -> None:
    missing = [
        name
        for name in subcommands()
        if f"dateline {name}" not in README and f"`{name} " not in README
    ]
    assert missing == []


def test_every_command_line_of_the_readme_is_one_that_the_parser_knows() -> None:
    known = subcommands()
    lines = [span for span in code_spans() if span.startswith("dateline ")]
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line.replace("\\|", "|"))
        assert words[1] in known or words[1].startswith("-"), line
        for option in re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", line):
            assert option in options_of(words[1:]), f"{option} in {line}"


def test_every_option_of_the_readme_exists() -> None:
    known = {
        option
        for name, parser in subcommands().items()
        for words in ([name], *([name, verb] for verb in verbs_of(parser)))
        for option in options_of(words)
    }
    for span in code_spans():
        if span.startswith("--"):
            assert span.split()[0] in known, span


def test_the_figures_of_the_readme_are_those_of_the_results() -> None:
    shown = MARKS.search(README)
    assert shown is not None
    assert shown[0] == f"{shown[1]}{table()}{shown[2]}", "run: python bench/figures.py --write"
