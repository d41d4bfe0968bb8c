"""One process of ``WorkerProcesses``: rows on stdin, answers without a model on stdout, as lines of
JSON, until stdin ends, as it also does when the process that started this one is no more.

    python -m rag.batch.worker FILTERS

The settings come in the environment, the filters as the JSON of ``Filters.to_json``.
"""

from __future__ import annotations

import json
import os
import sys

from rag.batch.output import json_line
from rag.batch.service import answer_row
from rag.dateline import Dateline
from rag.filters import parse_filters
from rag.questions import QuestionRow
from rag.settings import load_settings


def main() -> None:
    given = json.loads(sys.argv[1])
    filters = parse_filters(given["since"], given["until"], given["outlets"])
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with Dateline(load_settings()) as dateline:
        for line in sys.stdin.buffer:
            row = QuestionRow(**json.loads(line))
            answers.write(json_line(answer_row(dateline, row, "extractive", filters)))


if __name__ == "__main__":
    main()
