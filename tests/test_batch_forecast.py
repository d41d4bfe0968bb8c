"""What a batch with a model says before it starts: calls, and what they may cost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.batch.forecast import forecast
from rag.cli import main
from rag.dateline import Dateline, Limits
from rag.filters import Filters
from rag.models import ModelOptions, open_chat_model
from rag.models.prices import Price
from rag.settings import load_settings
from tests.openai_server import MODEL, OpenAIServer, answer, error
from tests.second_looks import by_prompt, verdict

PIER = """Crane fall closes Quernmouth pier

Harbour Lantern
Published: 4 March 2026

On Tuesday a crane fell on the east pier of Quernmouth and injured 14 workers, the port company\
 said.

Mayor Ilda Rensch said three of the workers remained in hospital.
"""
QUESTIONS = "How many workers were injured?\nWhere did the crane fall?\nWho is the mayor?\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast")
    (folder / "pier.txt").write_text(PIER)
    with Dateline(replace(load_settings({}, folder), index=folder / "index")) as dateline:
        dateline.ingest([folder / "pier.txt"])
    return folder / "index"


@pytest.fixture
def batch(
    index: Path, tmp_path: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., int]]:
    monkeypatch.setenv("DATELINE_MODEL", f"openai:{MODEL}")
    openai_server.otherwise = by_prompt(
        write=answer("Three of the workers remained in hospital, Mayor Ilda Rensch said [1-2]."),
        look=verdict("supported"),
    )
    questions, output = tmp_path / "questions.txt", tmp_path / "out.jsonl"
    questions.write_text(QUESTIONS)
    data = [str(questions), "-o", str(output), "--index", str(index), "--no-cache"]
    yield lambda *arguments: main(["batch", *data, *arguments])


def said(output: str) -> list[str]:
    return [line for line in output.splitlines() if "model call" in line]


def test_calls_are_said_in_one_line_before_the_first(
    batch: Callable[..., int], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch("--json") == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["rows"] == 3
    assert said(output.err) == [
        "note: about 12 model calls: 3 questions × (1 answer + 3 looks), at most 30 if every "
        "sentence is mended; the price is not known"
    ]
    assert len(openai_server.requests) == 6


def test_without_looks_a_question_is_one_call(
    batch: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch("--verify", "checks") == 0
    (line,) = said(capsys.readouterr().err)
    assert line == "note: about 3 model calls for 3 questions; the price is not known"


def test_on_resume_only_what_is_left_is_counted(
    batch: Callable[..., int], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    openai_server.will(error(400, "out of order"))
    assert batch("--verify", "checks") == 1
    capsys.readouterr()
    assert batch("--verify", "checks", "--resume") == 0
    (line,) = said(capsys.readouterr().err)
    assert line.startswith("note: about 1 model call for 1 question;")


def test_without_a_model_nothing_is_said(
    batch: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch("--engine", "extractive", "--verify", "checks") == 0
    assert said(capsys.readouterr().err) == []


@pytest.mark.parametrize("verify", ["checks", "model"])
def test_where_the_price_is_known_what_is_spent_lies_in_the_range(
    index: Path, openai_server: OpenAIServer, verify: str
) -> None:
    settings = replace(load_settings({}, index), index=index, model=f"openai:{MODEL}")
    with Dateline(settings, Limits(verify=verify, cache=False)) as dateline:  # type: ignore[arg-type]
        options = ModelOptions(price=Price(input_usd=100.0, output_usd=1000.0))
        dateline._model = open_chat_model(f"openai:{MODEL}", options=options)
        found = forecast(dateline, 1000, "Who is the mayor?", Filters())
    assert found.lowest_usd is not None
    assert found.highest_usd is not None
    assert 0 < found.lowest_usd < found.highest_usd
    low, high = map(float, re.findall(r"\$([\d.]+)", found.line))
    assert (low, high) == (round(found.lowest_usd, 2), round(found.highest_usd, 2))
    assert openai_server.requests == []
