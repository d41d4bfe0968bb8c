"""One function a command: call ``rag``, print, return the exit status."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from rag.batch import write_rows
from rag.checked import State, state, totals
from rag.cli.answer_report import print_answers
from rag.cli.check_report import print_checks
from rag.cli.collections_command import collections
from rag.cli.filter_options import filters_of, say_left_out
from rag.cli.printing import (
    article_row,
    ingest_notes,
    print_article,
    print_articles,
    print_json,
    print_passages,
    search_row,
)
from rag.cli.progress import counter, ingest_progress, stages
from rag.cli.summarize_command import summarize
from rag.cli.ui_command import ui
from rag.dateline import Dateline, Limits
from rag.errors import ConfigurationError, DatelineError, IndexStoreError, UsageError, printable
from rag.filters import Filters
from rag.questions import QuestionRow, count_questions, read_questions
from rag.settings import load_settings

MAX_K = 1000
CONTRADICTED = 3  # exit status of a check that found a contradicted claim


def run(arguments: argparse.Namespace) -> int:
    """Run the command that was parsed."""
    settings = load_settings()
    if arguments.index is not None:
        settings = replace(settings, index=arguments.index)
    with Dateline(settings, limits_of(arguments)) as dateline:
        return COMMANDS[arguments.command](dateline, arguments)


def limits_of(arguments: argparse.Namespace) -> Limits:
    """How a model may be used, for the commands that use one."""
    if "verify" not in arguments:
        return Limits()
    for name in ("max_cost", "max_tokens", "rate"):
        value = getattr(arguments, name, None)
        if value is not None and not 0 < value < float("inf"):
            raise UsageError(f"--{name.replace('_', '-')} {value} is not above 0")
    return Limits(
        verify=arguments.verify,
        max_cost_usd=arguments.max_cost,
        max_tokens=arguments.max_tokens,
        calls_per_minute=getattr(arguments, "rate", None),
        cache=not arguments.no_cache,
    )


def say(line: str) -> None:
    """A note for the person; never mixed into what a script reads from stdout."""
    print(line, file=sys.stderr)


def say_errors(errors: Sequence[DatelineError]) -> int:
    """One line a cause, and the exit status that goes with them."""
    for error in errors:
        say(f"error: {error}")
    return 1 if errors else 0


def ingest(dateline: Dateline, arguments: argparse.Namespace) -> int:
    with ingest_progress() as progress:
        report = dateline.ingest(
            arguments.paths, meta=arguments.meta, prune=arguments.prune, progress=progress
        )
    for source in report.vanished:
        say(f"note: {printable(source)}: no longer there; --prune removes it from the index")
    if arguments.json:
        print_json(report.to_json())
    else:
        print(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
            f"{report.removed} removed, {len(report.refused)} refused in {report.seconds:.1f} s; "
            f"the index holds {report.articles} articles, {report.passages} passages"
        )
        for line in ingest_notes(report):
            print(line)
    errors: list[DatelineError] = [*report.refused]
    if not errors and not report.read:
        errors.append(UsageError("no article was read: nothing that Dateline reads lies there"))
    return say_errors(errors)


def articles(dateline: Dateline, arguments: argparse.Namespace) -> int:
    filters = filters_of(arguments)
    records = dateline.articles(filters)
    say_left_out(dateline, filters)
    if arguments.json:
        print_json([article_row(record) for record in records])
    else:
        print_articles(records)
    return 0


def show(dateline: Dateline, arguments: argparse.Namespace) -> int:
    article = dateline.article(arguments.article_id)
    if arguments.json:
        extra = {"text": article.text, "text_sha256": article.record.text_sha256}
        print_json(article_row(article.record) | extra)
    else:
        print_article(article)
    return 0


def remove(dateline: Dateline, arguments: argparse.Namespace) -> int:
    identifiers = list(dict.fromkeys(arguments.article_ids))
    dateline.remove(identifiers)
    if arguments.json:
        print_json({"removed": identifiers})
    else:
        print(f"removed {', '.join(identifiers)}")
    return 0


def search(dateline: Dateline, arguments: argparse.Namespace) -> int:
    check_search(arguments)
    filters = filters_of(arguments)
    say_left_out(dateline, filters)
    if arguments.questions is None:
        found = dateline.search(
            arguments.query, k=arguments.k, filters=filters, rerank=arguments.rerank
        )
        if arguments.json:
            print_json(search_row(arguments.query, found))
        else:
            print_passages(found)
        return 0
    failures: list[DatelineError] = []
    with counter("searched", "questions") as progress:
        rows = search_rows(dateline, arguments, filters, progress, failures)
        write_rows(arguments.output, rows)
    return say_errors(failures)


def check_search(arguments: argparse.Namespace) -> None:
    if (arguments.query is None) == (arguments.questions is None):
        raise UsageError("search takes either a QUERY or --from QUESTIONS")
    if (arguments.output is None) != (arguments.questions is None):
        raise UsageError("--from QUESTIONS and -o OUT go together")
    if not 1 <= arguments.k <= MAX_K:
        raise UsageError(f"-k {arguments.k} is not between 1 and {MAX_K}")


def search_rows(
    dateline: Dateline,
    arguments: argparse.Namespace,
    filters: Filters,
    progress: Callable[[int], object],
    failures: list[DatelineError],
) -> Iterator[dict[str, Any]]:
    """One row a question in input order; a question that fails is a row with ``error``."""
    for row in read_questions(arguments.questions):
        yield searched(dateline, row, arguments, filters, failures)
        progress(1)


def searched(
    dateline: Dateline,
    row: QuestionRow,
    arguments: argparse.Namespace,
    filters: Filters,
    failures: list[DatelineError],
) -> dict[str, Any]:
    try:
        if row.error is not None:
            raise UsageError(row.error)
        found = dateline.search(
            row.question, k=arguments.k, filters=filters, rerank=arguments.rerank
        )
    except (ConfigurationError, IndexStoreError):
        raise  # no other row could do better
    except DatelineError as error:
        failures.append(UsageError(f"question {row.id}: {error}"))
        return {"id": row.id, **search_row(row.question, []), "error": str(error)}
    return {"id": row.id, **search_row(row.question, found)}


def ask(dateline: Dateline, arguments: argparse.Namespace) -> int:
    filters = filters_of(arguments)
    for hint in dateline.hints(arguments.engine):
        say(f"hint: {hint}")
    answers = dateline.stream(arguments.question, engine=arguments.engine, filters=filters)
    if arguments.json:
        *_, answer = answers
        print_json(answer.to_json())
    else:
        print_answers(answers)
    say_left_out(dateline, filters)
    return 0


def batch(dateline: Dateline, arguments: argparse.Namespace) -> int:
    filters = filters_of(arguments)
    say_left_out(dateline, filters)
    for hint in dateline.hints(arguments.engine):
        say(f"hint: {hint}")
    with counter("answered", "questions", count_questions(arguments.questions)) as progress:
        report = dateline.batch(
            arguments.questions,
            arguments.output,
            engine=arguments.engine,
            filters=filters,
            resume=arguments.resume,
            force=arguments.force,
            jobs=arguments.jobs,
            progress=progress,
            announce=lambda line: say(f"note: {line}"),
        )
    if arguments.json:
        print_json(report.to_json())
    if report.stopped is not None:
        say(f"error: {report.stopped}")
        return 1
    if not arguments.json:
        say(
            f"{report.rows} rows in {printable(str(arguments.output))}: {report.asked} asked now, "
            f"{report.resumed} done before, {report.failed} failed"
        )
    if report.failed:
        say(f"error: {report.failed} of {report.rows} rows have `error` set; --resume tries again")
    return 1 if report.failed else 0


def check(dateline: Dateline, arguments: argparse.Namespace) -> int:
    filters = filters_of(arguments)
    say_left_out(dateline, filters)
    failures: list[DatelineError] = []
    states: Counter[State] = Counter()
    with counter("checked", "claims") as progress:
        checked = dateline.check(arguments.file, progress, filters=filters)
        rows = counting(noting_failures(checked, failures), states)
        if arguments.output is not None:
            write_rows(arguments.output, rows)
        elif arguments.json:
            print_json(list(rows))
        else:
            print_checks(list(rows))
    if not arguments.json:
        print_totals(states, arguments)
    return say_errors(failures) or (CONTRADICTED if states["contradicted"] else 0)


def counting(rows: Iterator[dict[str, Any]], states: Counter[State]) -> Iterator[dict[str, Any]]:
    """The rows as they are; what became of them is counted."""
    for row in rows:
        states[state(row)] += 1
        yield row


def print_totals(states: Counter[State], arguments: argparse.Namespace) -> None:
    """The last line of a report, and the only one when the rows go into a file."""
    if arguments.output is None and states:
        print()
    claims = arguments.file.suffix.lower() == ".jsonl"
    print(totals(states, "claim" if claims else "sentence"))


def noting_failures(
    rows: Iterator[dict[str, Any]], failures: list[DatelineError]
) -> Iterator[dict[str, Any]]:
    """The rows as they are; those that failed are remembered, to be said at the end."""
    for row in rows:
        if row.get("error") is not None:
            failures.append(UsageError(f"claim {printable(row['id'])}: {row['error']}"))
        yield row


def reindex(dateline: Dateline, arguments: argparse.Namespace) -> int:
    with stages("passages") as progress:
        repairs = dateline.reindex(progress)
    if arguments.json:
        print_json({"reindexed": True, "repairs": repairs})
    else:
        print("the word and vector indexes were made anew")
    return 0


def evaluate(dateline: Dateline, arguments: argparse.Namespace) -> int:
    from rag.cli.eval_commands import run_eval

    return run_eval(dateline, arguments)


COMMANDS: dict[str, Callable[[Dateline, argparse.Namespace], int]] = {
    "ingest": ingest,
    "articles": articles,
    "show": show,
    "remove": remove,
    "collections": collections,
    "search": search,
    "ask": ask,
    "batch": batch,
    "check": check,
    "summarize": summarize,
    "reindex": reindex,
    "ui": ui,
    "eval": evaluate,
}
