"""``dateline eval verify``: measure a model's second look, gate its prompt, print."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.bundled import bundled, load_evals
from rag.cli.printing import print_json
from rag.cli.progress import counter, ingest_progress
from rag.dateline import Dateline
from rag.errors import ConfigurationError, UsageError, printable
from rag.prompts import Prompt, load_prompt

if TYPE_CHECKING:
    from evals.gate import Decision
    from evals.look_figures import Counts, Figures
    from evals.verifying import Measurement

NO_MODEL = (
    "no model is named (--model, DATELINE_VERIFY_MODEL or DATELINE_MODEL): only the judge of the "
    "package was measured"
)
_COLUMNS = {
    "judge": "judge here",
    "model": "model",
    "together": "together",
    "candidate": "candidate",
    "together_candidate": "with judge",
}
_LABELS = {
    "supported": "supported, kept",
    "contradicted": "contradicted, taken out",
    "not_said": "not said, taken out",
}
_SHARES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "three_way": "with the very label",
    "words_found": "unsupported words found",
    "words_f1": "their token F1",
}


def measured(dateline: Dateline, arguments: argparse.Namespace, cache: Path) -> Measurement:
    """The statements judged, and looked at by the model if there is one."""
    file = arguments.statements or bundled("evals/verify/statements.jsonl")
    statements = load_evals("statements").load_statements(file)
    folder = arguments.articles or bundled("examples/articles")
    with ingest_progress() as progress:
        articles = load_evals("articles").prepare_articles(
            folder, dateline.settings, cache, progress
        )
    settings = dateline.settings
    if arguments.model is not None:
        settings = replace(settings, model=arguments.model, verify_model=None)
    verifying = load_evals("verifying").Verifying(
        settings=settings,
        limits=replace(dateline.limits, cache_folder=cache),
        statements=statements,
        articles=articles,
        candidate=None if arguments.prompt is None else candidate(arguments.prompt),
        jobs=arguments.jobs,
    )
    with ExitStack() as bars:
        found: Measurement = verifying.measure(
            lambda side, total: bars.enter_context(counter(side, "statements", total))
        )
    return found


def candidate(file: Path) -> Prompt:
    """The prompt under test.

    Raises:
        ConfigurationError: it is wrong, or not one for the second look.
    """
    prompt = load_prompt(file)
    if prompt.name != "verify":
        raise ConfigurationError(
            f"{printable(str(file))}: its name is {prompt.name}; `eval verify` measures the prompt "
            "named verify, `eval gate` the others"
        )
    return prompt


def check_output(file: Path | None) -> None:
    """Refuse a file that cannot be written before anything is paid for.

    Raises:
        UsageError
    """
    if file is None:
        return
    try:
        if file.is_dir():
            raise IsADirectoryError(0, "is a folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        _unfinished(file).touch()
        _unfinished(file).unlink()
    except OSError as error:
        raise _not_written(file, error) from error


def write(file: Path, value: dict[str, Any]) -> None:
    """``value`` as JSON; the file appears whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    try:
        _unfinished(file).write_text(text, "utf-8", errors="replace")
        _unfinished(file).replace(file)
    except OSError as error:
        raise _not_written(file, error) from error


def _unfinished(file: Path) -> Path:
    return file.with_name(file.name + ".writing")


def _not_written(file: Path, error: OSError) -> UsageError:
    return UsageError(f"{printable(str(file))}: cannot be written: {error.strerror or error}")


# --- what is printed ---


def print_measurement(found: Measurement) -> None:
    figures = found.figures
    model = found.made_by["model"]
    by = "the judge alone" if model is None else printable(model["model"])
    print(f"{by}, {len(found.statements)} labelled statements; judge {found.made_by['judge']}")
    for name, prompt in found.made_by["prompts"].items():
        title = "prompt" if name == "model" else name
        print(f"{title}: {prompt['name']} version {prompt['version']}, {prompt['sha256'][:12]}")
    print_table(figures)
    taken = found.usage
    if taken is not None:
        cost = "cost unknown" if taken["cost_usd"] is None else f"${taken['cost_usd']:.4f}"
        print(
            f"\n{taken['calls']} replies, {taken['cached']} of them from the cache: "
            f"{taken['input_tokens']} + {taken['output_tokens']} tokens, {cost}, "
            f"{found.made_by['look_seconds']} s"
        )
    if found.decision is not None:
        print_decision(found.decision)


def print_table(figures: dict[str, Figures]) -> None:
    """A column for each checker, a row for each share, label and kind of error."""
    columns = list(figures)
    print("\n" + " " * 26 + "".join(f"{_COLUMNS[name]:>12}" for name in columns))
    of = figures[columns[0]]
    for label in (name for name in _LABELS if name in of.labels):
        _print_row(_LABELS[label], [_told(figures[c].labels[label]) for c in columns])
    for share, title in _SHARES.items():
        _print_row(title, [_percent(getattr(figures[c], share)) for c in columns])
    for count, title in (("unread", "replies not readable"), ("failed", "calls that failed")):
        _print_row(title, [str(getattr(figures[c], count)) for c in columns])
    print("\ntaken out, by kind of error")
    for kind in (name for name in of.kinds if name not in of.labels):
        _print_row(kind.replace("_", " "), [_told(figures[c].kinds[kind]) for c in columns])


def print_decision(decision: Decision) -> None:
    low, high = decision.interval
    print(f"\n{decision.outcome.upper()}: {'; '.join(decision.why)}")
    print(
        f"{decision.cases} statements, difference {decision.difference:+.1%} "
        f"(95 %: {low:+.1%} to {high:+.1%}), p = {decision.p:.4f}"
    )
    for title, ids in (
        ("broke, confirmed", decision.confirmed_breaks),
        ("mended, confirmed", decision.confirmed_fixes),
    ):
        if ids:
            print(f"{title}: {', '.join(ids)}")


def show(found: Measurement, arguments: argparse.Namespace) -> None:
    """Write OUT, and print as wanted."""
    value = found.to_json()
    if arguments.output is not None:
        write(arguments.output, value)
    if arguments.json:
        print_json(value)
        return
    print_measurement(found)
    if arguments.output is not None:
        print(f"written to {printable(str(arguments.output))}")


def _print_row(title: str, cells: list[str]) -> None:
    print(f"{title:26}" + "".join(f"{cell:>12}" for cell in cells))


def _told(counts: Counts) -> str:
    """ "57 of 60"; what failed is in neither."""
    return f"{counts.right} of {counts.right + counts.wrong}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
