"""One process of ``WorkerProcesses``: settings and filters, then rows on stdin; answers without a
model on stdout. It ends when stdin does, also because the process that started it is no more.

Settings and filters are one pickle, rows and answers are lines of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import sys

from rag.batch.output import json_line
from rag.batch.service import answer_row
from rag.dateline import Dateline
from rag.questions import QuestionRow


def main() -> None:
    settings, filters = pickle.load(sys.stdin.buffer)
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Answering makes many objects and few cycles: looking for those as often as Python does by
    # itself takes an eighth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    with Dateline(settings) as dateline:
        for line in sys.stdin.buffer:
            row = QuestionRow(**json.loads(line))
            answers.write(json_line(answer_row(dateline, row, "extractive", filters)))


if __name__ == "__main__":
    main()
