"""Batches in processes of their own, against a model that quotes, to be killed and gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.openai_server import KEY, MODEL, Behaviour, Handler, OpenAIServer, answer

RUN = "import sys; from rag.cli import main; sys.exit(main())"
USAGE = {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500}
_NUMBERED = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_SECONDS = re.compile(rb'"seconds": [0-9.e-]+')
_QUESTION = re.compile(r"Question: (.+)\s*\Z")


def quoting(slowest_s: float = 0.04) -> Behaviour:
    """Two of the numbered sentences, the same for the same question, after a while of its own."""

    def behave(request: Handler) -> None:
        prompt = request.body["messages"][-1]["content"]
        numbered = _NUMBERED.findall(prompt)
        choice = hashlib.sha256(prompt.encode()).digest()
        request.server.stopping.wait(choice[0] / 255 * slowest_s)
        chosen = dict(numbered[byte % len(numbered)] for byte in choice[1:3])
        text = " ".join(f"{sentence} [{n}]" for n, sentence in chosen.items())
        answer(text, usage=USAGE)(request)

    return behave


def asked_by(server: OpenAIServer) -> Counter[str]:
    """How often each question was put to the model."""
    prompts = (request.body["messages"][-1]["content"] for request in list(server.requests))
    return Counter(_QUESTION.search(prompt).group(1) for prompt in prompts)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Batch:
    """One batch: its files, and how it is run."""

    index: Path
    questions: Path
    output: Path
    base_url: str
    jobs: int = 4

    def start(self, *options: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable, "-c", RUN, "batch", str(self.questions), "-o", str(self.output),
                "--index", str(self.index), "--jobs", str(self.jobs), *options,
            ],
            env={
                **os.environ,
                "DATELINE_MODEL": f"openai:{MODEL}",
                "OPENAI_BASE_URL": self.base_url,
                "OPENAI_API_KEY": KEY,
                "PYTHONPATH": os.pathsep.join(sys.path),
                **environ,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def run(self, *options: str, **environ: str) -> tuple[int, str]:
        """Exit status and what was said on stderr."""
        process = self.start(*options, **environ)
        _, said = process.communicate(timeout=600)
        return process.returncode, said

    @property
    def journal(self) -> Path:
        return self.output.with_name(self.output.name + ".partial")

    def stored(self) -> set[str]:
        """The questions whose row is in the journal, whole."""
        if not self.journal.exists():
            return set()
        lines = self.journal.read_bytes().split(b"\n")[1:-1]
        return {json.loads(line)["row"]["question"] for line in lines}

    def rows(self) -> bytes:
        """The output, times apart."""
        return _SECONDS.sub(b'"seconds": 0', self.output.read_bytes())
