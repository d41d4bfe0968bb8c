"""What the way of a second look loses: a model that is never wrong looks at labelled statements.

    python -m bench.second_look [--part train] [--limit N] [--jobs 4]

The statements of ``training/reading/labelled.jsonl.gz`` in the shared data folder, each citing its
own quotes, go through the prover of answers with a scripted server on loopback that looks as they
are labelled. What is right and yet not shown was lost by a veto, and what is wrong and shown was
let in by a rule of Dateline's own; a model's own mistakes come on top. Part "aside" is for reports
alone.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.recorded import record
from rag.answer.proof import Proven
from rag.evidence import Prover
from rag.evidence.second_look import SecondLook
from rag.models import ModelOptions, open_chat_model
from rag.prompts import load_prompts
from tests.openai_server import KEY, MODEL, running_server
from tests.second_looks import Quoted, Texts, perfect, proven
from training.sources import labelled_articles


@dataclass(frozen=True)
class Labelled:
    """A statement with its label and, where it is wrong, the kind of error."""

    case: Quoted
    label: str
    error: str


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--part", choices=["train", "calibrate", "aside"], default="train")
    parser.add_argument(
        "--limit", type=int, help="so many statements, and no record (default: all)"
    )
    parser.add_argument("--jobs", type=int, default=4, help="statements at once")
    arguments = parser.parse_args()
    statements = list(labelled(arguments.part))[: arguments.limit]
    figures = {"part": arguments.part, **measured(statements, arguments.jobs)}
    print(json.dumps(figures, indent=2))
    if arguments.limit is None:
        name = "second_look" if arguments.part == "train" else f"second_look-{arguments.part}"
        record(name, figures)


def labelled(part: Any) -> Iterator[Labelled]:
    """The statements of the articles of ``part``."""
    for article in labelled_articles(part):
        text = "\n\n".join(article.sentences)
        for row in article.statements:
            quotes = [article.sentences[n - 1] for n in row["cites"]]
            case = Quoted(row["text"], text, quotes, article.title, None, article.date or None)
            yield Labelled(case, row["label"].replace(" ", "_"), row["error"] or "supported")


def measured(statements: list[Labelled], jobs: int) -> dict[str, Any]:
    """Shares kept and taken out, by label and by kind of error."""
    labels = {one.case.statement: (one.label, ()) for one in statements}
    texts, prompts = Texts(one.case for one in statements), load_prompts()
    with running_server() as server:
        server.otherwise = perfect(labels)
        os.environ.update(OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY=KEY)
        model = open_chat_model(f"openai:{MODEL}", options=ModelOptions())
        look, prover = SecondLook(model, prompts["verify"]), Prover()
        began_s = time.perf_counter()
        with ThreadPoolExecutor(jobs) as pool:
            found = list(
                pool.map(lambda one: proven(one.case, texts, prover, look, prompts["mend"]),
                         statements)
            )  # fmt: skip
        seconds = time.perf_counter() - began_s
    return {
        "statements": len(statements),
        "judge": prover.fingerprint,
        **shares(statements, found),
        "statements_per_second": round(len(statements) / seconds, 1),
    }


def shares(statements: list[Labelled], found: list[Proven]) -> dict[str, Any]:
    told: Counter[tuple[bool, bool]] = Counter()
    by_error: dict[str, Counter[bool]] = {}
    checked: Counter[str] = Counter()
    for one, proof in zip(statements, found, strict=True):
        is_supported = one.label == "supported"
        is_right = proof.verdict.holds == is_supported
        told[is_supported, is_right] += 1
        by_error.setdefault(one.error, Counter())[is_right] += 1
        checked["veto" if proof.verdict.vetoed else proof.verdict.checked_by] += 1
    return {
        "supported_kept": _share(told[True, True], told[True, False]),
        "others_taken_out": _share(told[False, True], told[False, False]),
        "decided_by": dict(checked),
        "by_error": {
            error: _share(counts[True], counts[False]) for error, counts in sorted(by_error.items())
        },
    }


def _share(right: int, wrong: int) -> dict[str, Any]:
    return {"right": right, "of": right + wrong, "share": round(right / max(1, right + wrong), 4)}


if __name__ == "__main__":
    main()
