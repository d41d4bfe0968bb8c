"""Options of ``dateline eval``. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Commands = argparse._SubParsersAction  # the type has no public name
AddCommand = Callable[..., argparse.ArgumentParser]

DEFAULT_RUN = Path("eval-run.json")
DEFAULT_REPORTS = Path("eval-gate")
INDEX_HELP = "keep indexes and replies of evaluations here (default: the user's cache folder)"


def add_eval(commands: Commands[argparse.ArgumentParser], add_command: AddCommand) -> None:
    """``eval run``, ``gate``, ``compare``, ``promote``, ``grade`` and ``verify``."""
    text = "evaluate answers on labelled questions, and gate a change of the prompt"
    group = commands.add_parser("eval", help=text, description=f"{text[0].upper()}{text[1:]}.")
    verbs = group.add_subparsers(dest="eval_command", metavar="VERB", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = add_command(verbs, name, text)
        command.set_defaults(command="eval")
        _set_help(command, "--index", INDEX_HELP)
        return command

    _add_run(add("run", "ask every labelled question and grade the answers"))
    gate = add("gate", "pass or block a candidate that is compared with the baseline")
    gate.epilog = (
        "Exit status: 0 pass, 3 block, 4 inconclusive, 1 an error, 2 usage or configuration."
    )
    _add_gate(gate)
    _add_compare(add("compare", "show two runs side by side"))
    _add_promote(add("promote", "make a run the baseline of its facts"))
    _add_grade(add("grade", "grade the answers of a run again"))
    look = add("verify", "measure a model's second look on labelled statements, or gate its prompt")
    look.epilog = (
        "Exit status: 0 done; 1 a look failed; 2 usage or configuration; with --prompt 0 pass, "
        "3 block, 4 inconclusive."
    )
    _add_verify(look)


def _add_run(command: argparse.ArgumentParser) -> None:
    _add_data(command)
    _add_subject(command)
    command.add_argument(
        "-o",
        dest="output",
        type=Path,
        metavar="RUN",
        default=DEFAULT_RUN,
        help=f"the run file to write (default {DEFAULT_RUN})",
    )
    command.add_argument("--resume", action="store_true", help="go on with an unfinished run")


def _add_gate(command: argparse.ArgumentParser) -> None:
    _add_data(command)
    _add_subject(command)
    command.add_argument(
        "--baseline", type=Path, metavar="RUN", help="a stored run (default: the promoted one)"
    )
    command.add_argument(
        "--candidate", type=Path, metavar="RUN", help="a stored run, in place of asking now"
    )
    command.add_argument(
        "-o",
        dest="output",
        type=Path,
        metavar="DIR",
        default=DEFAULT_REPORTS,
        help=f"folder for the reports and both runs (default {DEFAULT_REPORTS})",
    )


def _add_compare(command: argparse.ArgumentParser) -> None:
    _add_facts(command)
    command.add_argument("first", type=Path, metavar="A", help="a run file")
    command.add_argument("second", type=Path, metavar="B", help="a run file")


def _add_promote(command: argparse.ArgumentParser) -> None:
    _add_facts(command)
    command.add_argument("run", type=Path, metavar="RUN", help="the run file")


def _add_grade(command: argparse.ArgumentParser) -> None:
    _add_data(command)
    command.add_argument("run", type=Path, metavar="RUN", help="the run file, which is replaced")
    command.add_argument(
        "--advise",
        metavar="MODEL",
        help="have this chat model look at answers that the graders could not decide: its advice "
        "stands beside the grades and changes no verdict",
    )
    command.add_argument(
        "--max-cost", type=float, metavar="USD", help="make no model call that could cost more"
    )


def _add_verify(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--statements",
        type=Path,
        metavar="FILE",
        help="labelled statements, .jsonl (default: those that come with Dateline)",
    )
    _add_articles(command)
    command.add_argument(
        "--model",
        metavar="NAME",
        help="as DATELINE_VERIFY_MODEL, and before it; with none only the judge is measured",
    )
    command.add_argument(
        "--prompt",
        type=Path,
        metavar="FILE",
        help="a prompt named verify, to be gated against the one in use",
    )
    command.add_argument(
        "-o", dest="output", type=Path, metavar="OUT", help="write figures and rows here, as JSON"
    )
    command.add_argument("--jobs", type=int, metavar="N", help="statements looked at at once")
    _add_limits(command)
    command.set_defaults(verify="model")


def _add_facts(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--facts",
        type=Path,
        metavar="DIR",
        help="folder of labelled questions, .yaml (default: those that come with Dateline)",
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    _add_facts(command)
    _add_articles(command)


def _add_articles(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--articles",
        type=Path,
        metavar="DIR",
        help="folder of the articles that they are about (default: the samples)",
    )


def _add_subject(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--engine",
        choices=["auto", "extractive", "llm"],
        default="auto",
        help="auto: llm when --model or DATELINE_MODEL is given, else extractive",
    )
    command.add_argument("--model", metavar="NAME", help="as DATELINE_MODEL, and before it")
    command.add_argument(
        "--prompt", type=Path, metavar="FILE", help="a prompt that takes the place of its namesake"
    )
    command.add_argument(
        "--repeats",
        type=int,
        metavar="K",
        help="answers a question (default: 3 from a model that can vary, else 1)",
    )
    command.add_argument("--jobs", type=int, metavar="N", help="questions asked at once")
    command.add_argument(
        "--verify",
        choices=["auto", "checks", "model"],
        default="checks",
        help="as for `dateline ask`, but checks by default",
    )
    _add_limits(command)


def _add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--rate", type=float, metavar="N", help="make at most so many model calls a minute"
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


def _set_help(command: argparse.ArgumentParser, option: str, text: str) -> None:
    for action in command._actions:
        if option in action.option_strings:
            action.help = text
