"""How often the extractive answer holds the answer, and how fast it is, on news questions.

    dateline ingest --index /tmp/newsqa ../shared/bench/newsqa-dev-articles.jsonl.gz
    python bench/answering.py --index /tmp/newsqa

A question counts when its answer stands, by the rule of ``bench/newsqa.py``, in the cited quotes
of one of its at most three statements: the quotes that the statements' own text shows, not the
further citations of each. Beside it: the same without abstention, and the passages' own recall,
which is the ceiling. Odd and even questions are told apart: the even ones were looked at while
the answerer was made, the odd ones were not. Writes ``bench/results/answering.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsqa import NewsQuestion, bench_questions, holds  # noqa: E402
from recorded import record  # noqa: E402

from rag.answer.answer import Answer  # noqa: E402
from rag.answer.extractive import answer_extractively, choose_sentences  # noqa: E402
from rag.embeddings import open_embedder  # noqa: E402
from rag.index import Index  # noqa: E402
from rag.retrieval import read_passages, search  # noqa: E402
from rag.retrieval.reranking import RERANKED  # noqa: E402

STATEMENTS = 3
PASSAGES = 10


def shown_quotes(answer: Answer) -> str:
    """The quotes that stand in the statements' text, one of each statement."""
    by_number = {citation.n: citation.quote for citation in answer.citations}
    return "\n".join(by_number[statement.citations[0]] for statement in answer.statements)


def measure(index: Index, questions: Sequence[NewsQuestion]) -> list[dict[str, Any]]:
    rows = []
    for question in questions:
        began = time.perf_counter()
        answer = answer_extractively(index, question.text, k=PASSAGES, max_statements=STATEMENTS)
        seconds = time.perf_counter() - began
        for citation in answer.citations:
            text = index.text(citation.text_sha256)
            assert text[citation.start : citation.end] == citation.quote, citation
        passages = search(index, question.text, k=RERANKED, rerank=False)
        read = read_passages(index, question.text, passages)
        unabstained = choose_sentences(question.text, read, max_statements=STATEMENTS, refuse=False)
        rows.append(
            {
                "seconds": seconds,
                "abstained": answer.abstained,
                "statements": len(answer.statements),
                "right": holds(question.answers, shown_quotes(answer)),
                "right_first": holds(question.answers, shown_quotes(answer).split("\n")[0]),
                "right_in_short": any(holds(question.answers, s.text) for s in answer.short),
                "differ": answer.agreement is not None and answer.agreement.relation == "conflict",
                "right_without_abstention": any(
                    holds(question.answers, group[0].text) for group in unabstained
                ),
                "found": any(holds(question.answers, passage.text) for passage in passages),
            }
        )
    return rows


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    def share(key: str) -> float:
        return round(float(np.mean([row[key] for row in rows])), 3)

    answered = [row for row in rows if not row["abstained"]]
    return {
        "questions": len(rows),
        "right": share("right"),
        "right_in_first_statement": share("right_first"),
        "right_in_short": share("right_in_short"),
        "said_to_differ": share("differ"),
        "right_without_abstention": share("right_without_abstention"),
        "answer_in_found_passages": share("found"),
        "abstained": share("abstained"),
        "right_when_answered": round(float(np.mean([row["right"] for row in answered])), 3),
        "statements_when_answered": round(float(np.mean([r["statements"] for r in answered])), 2),
    }


def speed(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    seconds = np.array([row["seconds"] for row in rows])
    return {
        "questions_per_second": round(float(len(seconds) / seconds.sum()), 1),
        "median_ms": round(float(np.median(seconds)) * 1e3, 1),
        "p95_ms": round(float(np.percentile(seconds, 95)) * 1e3, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, help="of the bench articles")
    parser.add_argument("--even-only", action="store_true", help="leave the set-aside half alone")
    arguments = parser.parse_args()
    questions = bench_questions()
    if arguments.even_only:
        questions = questions[::2]
    with Index.open(arguments.index, embedder=open_embedder()) as index:
        measure(index, questions[:20])  # warm
        rows = measure(index, questions)
        counts = index.counts()
    content = {
        "index": {"articles": counts.articles, "passages": counts.passages},
        "speed": speed(rows),
        "all": summary(rows),
    }
    if not arguments.even_only:
        content["even"], content["odd"] = summary(rows[::2]), summary(rows[1::2])
        record("answering", content)
    print(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
