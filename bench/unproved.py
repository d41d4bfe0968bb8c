"""What gets through: a chat model's answers, and whether their figures and names are in the quotes.

    python bench/unproved.py INDEX [--model local] [--questions 200] [--passages 4]

Asks the questions of ``examples/questions.txt`` (the index holds ``examples/articles``) or, with
``--questions N``, the first N of ``newsqa-dev`` (the index holds its articles). A statement
counts as a violation when a figure or capitalised word of it stands neither in its quotes nor in
title, outlet or date of their articles. That test is a plain one of its own, not the checks that
the answer went through; aliases that the checks allow show up here and are listed to be read. A
statement that is a quote must hold it word for word.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bench.newsqa import ROOT, bench_questions
from bench.recorded import record
from rag.answer.answer import Answer
from rag.answer.citations import RawStatement
from rag.answer.proof import Proven, StatementProver
from rag.claims.words import folded_text
from rag.dateline import Dateline, Limits
from rag.errors import DatelineError
from rag.settings import load_settings

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def violations(answer: Answer) -> list[str]:
    """Figures and names of shown statements that their quotes do not hold."""
    found = []
    for statement in answer.statements:
        if statement.support == "unsupported":
            continue
        cited = [c for c in answer.citations if c.n in statement.citations]
        if statement.support == "quoted":
            said = folded_text(statement.text)
            if not any(folded_text(citation.quote) in said for citation in cited):
                found.append(f"quote: {statement.text}")
            continue
        known = " ".join(
            f"{c.quote} {c.title or ''} {c.outlet or ''} {c.published or ''}" for c in cited
        )
        words = {word.casefold() for word in _WORD.findall(known)}
        figures = set(_FIGURE.findall(known))
        names = [w for w in _WORD.findall(statement.text)[1:] if w[0].isupper()]
        missing = [w for w in names if w.casefold() not in words]
        missing += [f for f in _FIGURE.findall(statement.text) if f not in figures]
        found += [f"{word}: {statement.text}" for word in missing]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--model", default="local")
    parser.add_argument("--questions", type=int, default=0)
    parser.add_argument("--passages", type=int, default=4)
    parser.add_argument("--cache", action="store_true", help="use replies of an earlier run again")
    parser.add_argument("--minutes", type=float, default=60, help="stop after so long")
    arguments = parser.parse_args()
    if arguments.questions:
        asked = [question.text for question in bench_questions()[: arguments.questions]]
    else:
        asked = (ROOT / "examples" / "questions.txt").read_text("utf-8").splitlines()
    settings = replace(
        load_settings({}),
        index=arguments.index,
        model=arguments.model,
        passages=arguments.passages,
        max_output_tokens=128,
    )
    counts: Counter[str] = Counter()
    count_recited(counts)
    listed: list[str] = []
    started_s = time.perf_counter()
    with Dateline(settings, Limits(cache=arguments.cache)) as dateline:
        for question in asked:
            if time.perf_counter() - started_s > arguments.minutes * 60:
                break
            try:
                answer = dateline.ask(question)
            except DatelineError as error:
                counts[f"error: {type(error).__name__}"] += 1
                continue
            count(answer, counts)
            listed += violations(answer)
            print(counts["questions"], dict(counts), flush=True)
    report = {
        "model": arguments.model,
        "passages": arguments.passages,
        "seconds": round(time.perf_counter() - started_s, 1),
        "counts": dict(counts),
        "violations": len(listed),
    }
    name = "unproved-newsqa" if arguments.questions else "unproved-samples"
    record(name, report, packages=("langchain-core", "openai", "xllamacpp"))
    print(json.dumps(report, indent=2))
    print("\n".join(listed))


def count_recited(counts: Counter[str]) -> None:
    """Have the chain count, in ``counts``, statements that other sentences proved than they cited;
    an Answer does not tell them from the rest."""
    prove = StatementProver.prove

    def counting(self: StatementProver, raw: RawStatement) -> Proven:
        proven = prove(self, raw)
        counts["statements re-cited"] += proven.recited
        return proven

    StatementProver.prove = counting  # type: ignore[method-assign]


def count(answer: Answer, counts: Counter[str]) -> None:
    counts["questions"] += 1
    counts["refused"] += answer.abstained
    counts["extractive stood in"] += answer.engine == "extractive"
    counts["invalid citations"] += answer.invalid_citations
    for statement in answer.statements:
        counts[f"statements {statement.support}"] += 1
        if statement.support != "unsupported" and not statement.citations:
            counts["shown without a citation"] += 1


if __name__ == "__main__":
    main()
