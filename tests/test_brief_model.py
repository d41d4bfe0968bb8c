"""The opening of a brief by a chat model: map–reduce, every sentence proved, else quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.dateline import Dateline
from rag.errors import ConfigurationError
from rag.evidence import Prover, Thresholds
from rag.settings import load_settings
from rag.summary import writing
from tests.openai_server import MODEL, Handler, OpenAIServer, answer, error

ARTICLES = {
    "mail.txt": """Ferry sinks near Port Ames

Coast Mail, 3 May 2019

The ferry Alma sank near Port Ames on Friday morning. Nine people drowned, the harbour master said.
The ferry carried 40 passengers when it left Port Ames at dawn. Divers reached the wreck at noon.
""",
    "post.txt": """Alma lost off Port Ames

Island Post, 4 May 2019

Police counted eleven dead after the ferry Alma sank near Port Ames on Friday. The owner of the
ferry Alma, Carl Stone, said the hull had been checked in April. Two children were saved by a
fishing boat.
""",
}
TRUE = "Nine people drowned, the harbour master said. [{}]"
FALSE = "Ninety people drowned, the mayor of Port Ames said. [1]"


@pytest.fixture
def dateline(
    tmp_path: Path,
    openai_server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Dateline]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    monkeypatch.setenv("DATELINE_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("DATELINE_MODEL", f"openai:{MODEL}")
    with Dateline(load_settings()) as opened:
        opened.ingest([folder])
        yield opened


def prompt_of(request: Handler) -> str:
    return str((request.body.get("messages") or request.body["input"])[-1]["content"])


def number_of(prompt: str, words: str) -> str:
    found = re.search(rf"\[(\d+)\] [^\n]*{words}", prompt)
    assert found is not None, prompt
    return found[1]


def noting(request: Handler) -> None:
    """Notes that are right, and one that is not."""
    number = number_of(prompt_of(request), "Nine people drowned")
    answer(f"{TRUE.format(number)} {FALSE}")(request)


def joining(request: Handler) -> None:
    number = number_of(prompt_of(request), "Nine people drowned")
    answer(TRUE.format(number))(request)


def test_what_the_model_writes_is_the_opening_when_its_quotes_prove_it(
    dateline: Dateline,
    openai_server: OpenAIServer,
) -> None:
    openai_server.will(noting, joining)
    brief = dateline.summarize("ferry Alma", engine="auto")
    assert [line.text for line in brief.events[0].lead] == [
        "Nine people drowned, the harbour master said."
    ]
    (number,) = brief.events[0].lead[0].citations
    assert brief.citations[number - 1].quote == "Nine people drowned, the harbour master said."
    assert brief.engine == "llm"
    assert {prompt.name for prompt in brief.prompts} == {"brief_notes", "brief_lead"}
    assert brief.usage.input_tokens > 0


def test_a_sentence_that_no_quote_proves_leaves_and_it_is_said(
    dateline: Dateline,
    openai_server: OpenAIServer,
) -> None:
    openai_server.will(noting, joining)
    brief = dateline.summarize("ferry Alma")
    assert "Ninety" not in json.dumps(brief.to_json()) + brief.to_markdown() + brief.to_html()
    assert len(brief.notes) == 1
    assert brief.notes[0].endswith("not proved by the articles: 1 sentence.")


class Unsure(Dateline):
    """Calls nothing certain but a quote."""

    def prover(self) -> Prover:
        never = 1.01
        bounds = Thresholds(
            taken_out=0.0,
            balanced=0.0,
            sought_taken_out=0.0,
            sought_balanced=0.0,
            proved=never,
            contradicted=never,
            word=never,
        )
        return Prover(thresholds=bounds)


def test_a_brief_has_no_sentence_that_would_have_to_be_checked(
    dateline: Dateline,
    openai_server: OpenAIServer,
) -> None:
    def unsure(request: Handler) -> None:
        number = number_of(prompt_of(request), "Nine people drowned")
        answer(f"The harbour master said that nine had drowned [{number}].")(request)

    openai_server.otherwise = unsure
    with Unsure(dateline.settings) as doubting:
        brief = doubting.summarize("ferry Alma")
    assert "had drowned" not in json.dumps(brief.to_json()) + brief.to_markdown() + brief.to_html()
    assert any("not proved by the articles" in note for note in brief.notes)


def test_when_nothing_is_proved_quotes_stand_in_and_it_is_said(
    dateline: Dateline,
    openai_server: OpenAIServer,
) -> None:
    openai_server.default_text = FALSE
    brief = dateline.summarize("ferry Alma")
    assert brief.engine == "extractive"
    assert "quotes without it" in brief.notes[0]
    line = brief.events[0].lead[0]
    assert line.text == f"“{brief.citations[line.citations[0] - 1].quote}”"


def test_articles_beyond_the_window_are_read_in_parts(
    dateline: Dateline,
    openai_server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "SENTENCES_A_CALL", 2)
    openai_server.default_text = "The ferry Alma sank near Port Ames on Friday morning. [1]"
    seen: list[tuple[str, int, int]] = []
    dateline.summarize("ferry Alma", progress=lambda *step: seen.append(step))
    prompts = [
        (r.body.get("messages") or r.body["input"])[-1]["content"] for r in openai_server.requests
    ]
    for sentence in ("Divers reached the wreck", "Police counted eleven dead", "Two children"):
        assert sum(sentence in prompt for prompt in prompts) >= 1, sentence
    assert len(prompts) >= 3
    done = [step for step in seen if step[0] == "reading" and step[2] > 2]
    assert done[-1][1] == done[-1][2]


def test_without_the_model_no_call_is_made(
    dateline: Dateline,
    openai_server: OpenAIServer,
) -> None:
    brief = dateline.summarize("ferry Alma", engine="extractive")
    assert openai_server.requests == []
    assert brief.model is None


def test_a_model_that_fails_is_an_error_and_no_half_brief(
    dateline: Dateline,
    openai_server: OpenAIServer,
) -> None:
    openai_server.will(error(401, "Incorrect API key provided.", "invalid_api_key"))
    with pytest.raises(ConfigurationError):
        dateline.summarize("ferry Alma")
