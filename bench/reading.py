"""How often the offline answer is right on labelled news, and how often it refuses rightly.

    python bench/reading.py

Every question of the labelled articles kept aside, asked of an index that holds its article alone.
Right: the labelled words stand in the short answer (or it in them), or one of the first three
quotes is a labelled sentence. Writes ``bench/results/reading.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from labelled_questions import (  # noqa: E402
    first_quotes,
    gold_sentences,
    index_of,
    quoted_gold,
    short_holds,
    token_f1,
)
from recorded import record  # noqa: E402

from rag.answer.extractive import answer_extractively  # noqa: E402
from rag.embeddings import open_embedder  # noqa: E402
from training.sources import labelled_articles  # noqa: E402


def measure(part: Any, most: int | None = None) -> list[dict[str, Any]]:
    """One row a question of the articles of ``part``."""
    embedder = open_embedder()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for article in labelled_articles(part)[:most]:
            with index_of(article, Path(folder), embedder) as index:
                for question in article.questions:
                    answer = answer_extractively(index, question["question"])
                    gold = gold_sentences(article, question)
                    quotes = first_quotes(answer)
                    row = {"kind": question["kind"], "answerable": bool(gold)}
                    row["refused"] = answer.abstained
                    if gold:
                        row["short"] = short_holds(answer, question["span"])
                        row["right"] = row["short"] or quoted_gold(gold, quotes)
                        row["first_quote"] = quoted_gold(gold, quotes[:1])
                        given = answer.short[0].text if answer.short else ""
                        row["span_f1"] = token_f1(given, question["span"])
                    found.append(row)
    return found


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    told = [row for row in rows if row["answerable"]]
    untold = [row for row in rows if not row["answerable"]]
    answered = [row for row in told if not row["refused"]]
    by_kind: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in told:
        by_kind[row["kind"]].append(row)
    return {
        "answerable": len(told),
        "right": _share(told, "right"),
        "right_in_short": _share(told, "short"),
        "right_in_first_quote": _share(told, "first_quote"),
        "refused_though_told": _share(told, "refused"),
        "right_where_answered": _share(answered, "right"),
        "span_f1_where_answered": _share(answered, "span_f1"),
        "unanswerable": len(untold),
        "refused": _share(untold, "refused"),
        "by_kind": {
            kind: {"questions": len(found), "right": _share(found, "right")}
            for kind, found in sorted(by_kind.items(), key=lambda item: -len(item[1]))
        },
    }


def _share(rows: Sequence[dict[str, Any]], key: str) -> float:
    return round(sum(row[key] for row in rows) / max(1, len(rows)), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=("aside", "calibrate"), default="aside")
    parser.add_argument("--most", type=int, help="articles that are asked (default: all)")
    arguments = parser.parse_args()
    content = {"part": arguments.part, **summary(measure(arguments.part, arguments.most))}
    if arguments.part == "aside" and arguments.most is None:
        record("reading", content)
    print(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
