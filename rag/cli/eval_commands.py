"""``dateline eval``: call ``evals``, print, return the exit status."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.bundled import bundled, load_evals
from rag.cli import eval_verify
from rag.cli.printing import print_json
from rag.cli.progress import counter, ingest_progress
from rag.dateline import Dateline, Limits
from rag.errors import UsageError, printable

if TYPE_CHECKING:
    from evals.articles import PreparedArticles
    from evals.asking import Subject
    from evals.cases import CaseSet
    from evals.comparing import ChangedCase, Comparison, RunSummary
    from evals.gate_result import GateResult
    from evals.runs import Run


def run_eval(dateline: Dateline, arguments: argparse.Namespace) -> int:
    """One verb of ``dateline eval``."""
    return VERBS[arguments.eval_command](dateline, arguments)


def run(dateline: Dateline, arguments: argparse.Namespace) -> int:
    cases = load_facts(arguments)
    subject = subject_of(dateline, arguments)
    articles = prepare(dateline, arguments, cases)
    opened = load_evals("asking").Evaluation.opened(
        subject, cases, articles, repeats=arguments.repeats, jobs=arguments.jobs
    )
    with opened as evaluation, counter("asked", "questions") as progress:
        made = evaluation.run_into(arguments.output, resume=arguments.resume, progress=progress)
    summary = load_evals("comparing").summarize(made)
    if arguments.json:
        print_json({"run": str(arguments.output), **load_evals("comparing").as_row(summary)})
    else:
        print_summary(summary)
        print(f"written to {printable(str(arguments.output))}")
    return say_unscored(summary)


def gate(dateline: Dateline, arguments: argparse.Namespace) -> int:
    cases = load_facts(arguments)
    result = decide(dateline, arguments, cases)
    reports, folder = load_evals("reports"), arguments.output
    files = reports.write_reports(result, folder)
    load_evals("gating").write_runs(result, folder)
    if arguments.json:
        print((folder / "gate.json").read_text("utf-8").rstrip("\n"))
    else:
        print_gate(result)
        names = ", ".join(file.name for file in files)
        print(f"reports in {printable(str(folder))}: {names}")
    status: int = result.decision.exit_status
    return status


def decide(dateline: Dateline, arguments: argparse.Namespace, cases: CaseSet) -> GateResult:
    """The gate's result, of stored runs when a candidate is given, else of one that is asked."""
    runs, gating = load_evals("runs"), load_evals("gating")
    baseline = None if arguments.baseline is None else runs.read_run(arguments.baseline)
    if arguments.candidate is not None:
        candidate = runs.read_run(arguments.candidate)
        refuse_subject(arguments)
        if baseline is None:
            baseline = gating.promoted_run(facts_of(arguments), candidate.header.engine)
        articles = prepare(dateline, arguments, cases)
        stored: GateResult = gating.gate_stored(baseline, candidate, cases, articles)
        return stored
    subject = subject_of(dateline, arguments)
    engine = dateline_engine(dateline, arguments)
    if baseline is None:
        baseline = gating.promoted_run(facts_of(arguments), engine)
    live = gating.LiveGate(
        candidate=subject,
        stored=baseline,
        fallback=replace(subject, prompts=prompts_of(engine, None, None)),
        cases=cases,
        articles=prepare(dateline, arguments, cases),
        repeats=arguments.repeats,
        jobs=arguments.jobs,
    )
    with ExitStack() as bars:
        result: GateResult = live.decide(
            lambda side, total: bars.enter_context(counter(side, "questions", total))
        )
    return result


def compare(dateline: Dateline, arguments: argparse.Namespace) -> int:
    read = load_evals("runs").read_run
    cases = load_facts(arguments)
    first, second = read(arguments.first), read(arguments.second)
    found = load_evals("comparing").compare(first, second, cases)
    if arguments.json:
        print_json(found.to_json())
    else:
        print_comparison(found)
    return 0


def promote(dateline: Dateline, arguments: argparse.Namespace) -> int:
    cases = load_facts(arguments)
    file = load_evals("gating").promote(arguments.run, facts_of(arguments), cases)
    if arguments.json:
        print_json({"baseline": str(file)})
    else:
        print(f"{printable(str(arguments.run))} is now the baseline: {printable(str(file))}")
    return 0


def grade(dateline: Dateline, arguments: argparse.Namespace) -> int:
    runs = load_evals("runs")
    cases = load_facts(arguments)
    stored: Run = runs.read_run(arguments.run)
    articles = prepare(dateline, arguments, cases)
    graded: Run = load_evals("asking").graded_again(stored, cases, articles)
    if arguments.advise is not None:
        graded = advised(dateline, arguments, graded, cases, articles)
    runs.write_run(arguments.run, graded)
    summary = load_evals("comparing").summarize(graded)
    if arguments.json:
        print_json({"run": str(arguments.run), **load_evals("comparing").as_row(summary)})
    else:
        print_summary(summary)
    return say_unscored(summary)


def advised(
    dateline: Dateline,
    arguments: argparse.Namespace,
    graded: Run,
    cases: CaseSet,
    articles: PreparedArticles,
) -> Run:
    """``graded`` with the advice of ``--advise``."""
    limits = Limits(
        verify="model", max_cost_usd=arguments.max_cost, cache_folder=cache_of(arguments)
    )
    settings = replace(dateline.settings, model=arguments.advise, verify_model=None)
    with Dateline(settings, limits) as service, counter("advised", "answers") as progress:
        look = service.second_look()
        run: Run = load_evals("advice").advised(
            graded, cases, articles, service.prover(), look, progress=progress
        )
    return run


def verify(dateline: Dateline, arguments: argparse.Namespace) -> int:
    eval_verify.check_output(arguments.output)
    found = eval_verify.measured(dateline, arguments, cache_of(arguments))
    eval_verify.show(found, arguments)
    if not found.looks:
        say(f"note: {eval_verify.NO_MODEL}")
    for error, count in Counter(found.errors).most_common():
        say(f"error: {count} of the model's looks failed: {error}")
    if found.decision is not None:
        status: int = found.decision.exit_status
        return status
    return 1 if found.errors else 0


VERBS: dict[str, Callable[[Dateline, argparse.Namespace], int]] = {
    "run": run,
    "gate": gate,
    "compare": compare,
    "promote": promote,
    "grade": grade,
    "verify": verify,
}


# --- what is evaluated ---


def facts_of(arguments: argparse.Namespace) -> Path:
    folder: Path | None = arguments.facts
    return folder or bundled("evals/facts")


def load_facts(arguments: argparse.Namespace) -> CaseSet:
    cases: CaseSet = load_evals("cases").load_cases(facts_of(arguments))
    return cases


def prepare(dateline: Dateline, arguments: argparse.Namespace, cases: CaseSet) -> PreparedArticles:
    """The articles indexed, and the labels checked against them."""
    module = load_evals("articles")
    folder = arguments.articles or bundled("examples/articles")
    with ingest_progress() as progress:
        articles: PreparedArticles = module.prepare_articles(
            folder, dateline.settings, cache_of(arguments), progress
        )
    for line in articles.refused:
        say(f"note: {line}")
    module.check_cases(cases, articles)
    return articles


def subject_of(dateline: Dateline, arguments: argparse.Namespace) -> Subject:
    engine = dateline_engine(dateline, arguments)
    if engine == "extractive" and arguments.prompt is not None:
        raise UsageError("--prompt needs a model: extractive answers know no prompt")
    limits = replace(dateline.limits, cache_folder=cache_of(arguments))
    settings = replace(dateline.settings, model=arguments.model or dateline.settings.model)
    prompts = prompts_of(engine, settings.prompts, arguments.prompt)
    subject: Subject = load_evals("asking").Subject(engine, settings, limits, prompts)
    return subject


def dateline_engine(dateline: Dateline, arguments: argparse.Namespace) -> str:
    if arguments.model is None:
        return dateline.engine_for(arguments.engine)
    return "extractive" if arguments.engine == "extractive" else "llm"


def prompts_of(engine: str, folder: Path | None, replacement: Path | None) -> dict[str, Any]:
    """By name; none for extractive answers."""
    if engine == "extractive":
        return {}
    prompts: dict[str, Any] = load_evals("prompts").answering_prompts(folder, replacement)
    return prompts


def cache_of(arguments: argparse.Namespace) -> Path:
    folder: Path = arguments.index or load_evals("articles").default_cache()
    return folder


def refuse_subject(arguments: argparse.Namespace) -> None:
    """A stored candidate was made as it was made."""
    for name in ("model", "prompt", "repeats"):
        if getattr(arguments, name) is not None:
            raise UsageError(f"--{name} and --candidate RUN do not go together")


# --- what is printed ---


def say(line: str) -> None:
    print(line, file=sys.stderr)


def say_unscored(summary: RunSummary) -> int:
    if not summary.unscored:
        return 0
    say(
        f"error: {summary.unscored} of {summary.answers} answers failed and are not graded; "
        "--resume asks them again"
    )
    return 1


def print_summary(summary: RunSummary) -> None:
    made_by = summary.model or "extractive answers"
    seconds = "" if summary.seconds is None else f" in {summary.seconds:.1f} s"
    rate = load_evals("comparing").pass_rate(summary)
    share = "" if rate is None else f" ({rate:.1%})"
    print(
        f"{printable(made_by)}: {summary.right} of {summary.answers} answers right{share}, "
        f"{summary.wrong} wrong, {summary.unscored} not graded{seconds}"
    )
    wrong = ", ".join(f"{name} {count}" for name, count in sorted(summary.graders.items()))
    if wrong:
        print(f"wrong by: {wrong}")
    for name, share_of in sorted(summary.shares.items()):
        print(f"{name.replace('_', ' ')}: {share_of:.1%}")
    if summary.input_tokens:
        cost = "cost unknown" if summary.cost_usd is None else f"${summary.cost_usd:.4f}"
        print(f"{summary.input_tokens} + {summary.output_tokens} tokens, {cost}")


def print_gate(result: GateResult) -> None:
    decision = result.decision
    low, high = decision.interval
    print(f"{decision.outcome.upper()}: {'; '.join(decision.why)}")
    print(
        f"{decision.cases} cases, difference {decision.difference:+.1%} "
        f"(95 %: {low:+.1%} to {high:+.1%}), p = {decision.p:.4f}"
    )
    held_out = {case.id for case in result.cases.cases if case.held_out}
    for name, ids in (
        ("broke, confirmed", decision.confirmed_breaks),
        ("mended, confirmed", decision.confirmed_fixes),
    ):
        shown = [case_id for case_id in ids if case_id not in held_out]
        hidden = len(ids) - len(shown)
        if hidden:
            shown.append(f"{hidden} held out")
        if shown:
            print(f"{name}: {', '.join(shown)}")
    for note in result.notes:
        print(f"note: {note}")


def print_comparison(found: Comparison) -> None:
    for name, summary in (("A", found.first), ("B", found.second)):
        print(f"{name}: ", end="")
        print_summary(summary)
    for line in found.differences:
        print(f"differs: {line}")
    for title, changed in (("right in A, wrong in B", found.broke),
                           ("wrong in A, right in B", found.mended)):  # fmt: skip
        print_changed(title, changed)
    if any(found.held_out):
        print(f"of the held-out cases {found.held_out[0]} broke and {found.held_out[1]} mended")


def print_changed(title: str, changed: tuple[ChangedCase, ...]) -> None:
    if changed:
        print(f"\n{title}: {len(changed)}")
    for case in changed:
        print(f"  {case.case_id}  {printable(case.question)}\n    {printable(case.why)}")
