"""The chain of a chat model on real stores, with a server that says what the test wants."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.answer import REFUSAL, Answer, answer_text
from rag.answer.follow_up import Turn
from rag.dateline import Dateline, Limits
from rag.errors import BudgetError, ConfigurationError, ModelError
from rag.settings import load_settings
from tests.openai_server import MODEL, OpenAIServer, answer, cut, error

PIER = """Crane fall closes Quernmouth pier

Harbour Lantern
Published: 4 March 2026

On Tuesday a crane fell on the east pier of Quernmouth and injured 14 workers, the port company\
 said.

Mayor Ilda Rensch said three of the workers remained in hospital.

The Dockers' Union (DU) blamed worn bolts. The company denied that the bolts were worn.
"""
MARKET = """Fish market to move

Quernmouth Courier
Published: 6 March 2026

The fish market of Quernmouth will move to the old customs house in April, the council decided.

The council said the move would cost 2.4 million crowns.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain")
    (folder / "pier.txt").write_text(PIER)
    (folder / "market.txt").write_text(MARKET)
    settings = replace(load_settings({}, folder), index=folder / "index")
    with Dateline(settings) as dateline:
        report = dateline.ingest([folder / "pier.txt", folder / "market.txt"])
    assert report.added == 2
    return folder / "index"


@pytest.fixture
def dateline(index: Path, openai_server: OpenAIServer) -> Iterator[Dateline]:
    settings = replace(load_settings({}, index), index=index, model=f"openai:{MODEL}", timeout_s=5)
    with Dateline(settings, Limits(verify="checks", cache=False)) as dateline:
        yield dateline


def prompt_of(server: OpenAIServer) -> str:
    return "\n".join(m["content"] for m in server.requests[-1].body["messages"])


def number_of(dateline: Dateline, server: OpenAIServer, words: str) -> int:
    """The number that the prompt gives to the sentence with these words."""
    server.will(answer(REFUSAL))
    dateline.ask("What happened in Quernmouth?")
    (found,) = re.findall(rf"\[(\d+)\] [^\n]*{re.escape(words)}", prompt_of(server))
    return int(found)


def shown(given: Answer) -> list[str]:
    return [s.text for s in given.statements if s.support != "unsupported"]


def check_contract(given: Answer, dateline: Dateline) -> None:
    numbers = {citation.n for citation in given.citations}
    for citation in given.citations:
        text = dateline.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    for statement in given.statements:
        assert set(statement.citations) <= numbers
    if not given.abstained:
        assert given.answer == answer_text(given.statements)


def test_of_right_and_wrong_sentences_exactly_the_right_ones_are_shown(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    injured = number_of(dateline, openai_server, "injured 14 workers")
    hospital = number_of(dateline, openai_server, "remained in hospital")
    openai_server.will(
        answer(
            f"The port company said 14 workers were injured [{injured}]. "
            f"The port company said 41 workers were injured [{injured}]. "
            f"Mayor Ilda Rensch said three of the workers remained in hospital [{hospital}]. "
            f"Mayor Karl Ott said three of the workers remained in hospital [{hospital}]. "
            "The pier had been inspected by the navy [99]."
        )
    )
    given = dateline.ask("What happened in Quernmouth?")
    assert shown(given) == [
        "The port company said 14 workers were injured.",
        "Mayor Ilda Rensch said three of the workers remained in hospital.",
    ]
    removed = [s for s in given.statements if s.support == "unsupported"]
    assert len(removed) == 3
    assert all(s.why for s in removed)
    assert "41" in str(removed[0].why)
    assert given.invalid_citations == 1
    assert not given.abstained
    assert given.engine == "llm"
    assert given.prompt is not None
    assert given.usage.input_tokens == 20
    check_contract(given, dateline)


def test_a_statement_that_cites_the_wrong_sentence_is_cited_anew(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    market = number_of(dateline, openai_server, "customs house")
    openai_server.will(answer(f"The port company said a crane injured 14 workers [{market}]."))
    given = dateline.ask("What happened in Quernmouth?")
    assert "injured 14 workers" in given.citations[0].quote
    assert shown(given) == ["The port company said a crane injured 14 workers."]


def test_a_sentence_that_the_model_writes_again_and_again_is_shown_once(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    injured = number_of(dateline, openai_server, "injured 14 workers")
    said = f"The port company said 14 workers were injured [{injured}]. "
    openai_server.will(answer(said * 3))
    given = dateline.ask("What happened in Quernmouth?")
    assert [s.text for s in given.statements] == ["The port company said 14 workers were injured."]
    check_contract(given, dateline)


def test_when_nothing_can_be_proved_quotes_stand_in_and_it_is_said(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.will(answer("Pirates of the northern sea sank 77 ships [1]."))
    given = dateline.ask("How many workers were injured by the crane?")
    assert given.engine == "extractive"
    assert given.model == f"openai:{MODEL}"
    assert given.statements[0].support == "unsupported"
    assert {s.support for s in given.statements[1:]} == {"quoted"}
    assert "14 workers" in given.answer
    assert "77" not in given.answer
    check_contract(given, dateline)


def test_a_models_refusal_is_a_refusal(dateline: Dateline, openai_server: OpenAIServer) -> None:
    openai_server.will(answer(REFUSAL))
    given = dateline.ask("Who designed the crane?")
    assert given.abstained
    assert given.answer == REFUSAL
    assert given.statements == ()
    assert given.nearest


def test_sentences_are_streamed_when_they_are_proved_and_not_before(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    injured = number_of(dateline, openai_server, "injured 14 workers")
    openai_server.will(
        answer(
            f"The port company said 14 workers were injured [{injured}]. "
            f"Ninety-one were killed [{injured}]. The crane fell on Tuesday [{injured}]."
        )
    )
    texts = [a.answer for a in dateline.stream("What happened in Quernmouth?")]
    assert texts[0] == "The port company said 14 workers were injured. [1]"
    assert texts[1] == texts[0] + " The crane fell on Tuesday. [1]"
    assert not any("Ninety" in text for text in texts)


def test_a_follow_up_is_rewritten_to_stand_alone_and_shown(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.will(
        answer("How many of the workers injured in Quernmouth remained in hospital?"),
        answer("Mayor Ilda Rensch said three of the workers remained in hospital [1]."),
    )
    history = [Turn("How many workers were injured in Quernmouth?", "14 workers [1]")]
    given = dateline.ask("And how many of them remained in hospital?", history=history)
    assert given.question == "And how many of them remained in hospital?"
    assert given.standalone_question == (
        "How many of the workers injured in Quernmouth remained in hospital?"
    )
    assert given.usage.input_tokens == 40
    assert shown(given)


def test_a_rewriting_that_brings_in_a_stranger_is_not_used(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.will(answer("How many of the 90 sailors of Dover drowned?"), answer(REFUSAL))
    history = [Turn("How many workers were injured in Quernmouth?", "14 workers [1]")]
    given = dateline.ask("And how many of them were women?", history=history)
    assert "Dover" not in given.standalone_question
    assert given.standalone_question == (
        "How many of the workers injured in Quernmouth were women?"
    )


def test_the_chain_composes_and_has_all_forms_of_a_runnable(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.default_text = "The council said the move would cost 2.4 million crowns [1]."
    question = "What will the move of the fish market cost?"
    chain = dateline.chain()
    text = (chain | (lambda a: a.answer)).invoke(question)
    assert text.startswith("The council said the move would cost 2.4 million crowns.")
    assert [a.answer for a in chain.batch([question, question])] == [text, text]

    async def forms() -> list[str]:
        parts = [part async for part in chain.astream(question)]
        batch = await chain.abatch([question])
        return [(await chain.ainvoke(question)).answer, parts[-1].answer, batch[0].answer]

    assert asyncio.run(forms()) == [text, text, text]


def test_a_cut_stream_is_an_error_not_a_short_answer(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.will(cut("The port company said 14 workers were injured [1]. And", 9))
    with pytest.raises(ModelError):
        dateline.ask("What happened in Quernmouth?")


def test_a_prompt_over_the_servers_window_is_sent_once_more_and_smaller(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.will(
        error(
            400,
            "This model's maximum context length is 885 tokens. However, your messages resulted "
            "in 900 tokens.",
            "context_length_exceeded",
        ),
        answer(REFUSAL),
    )
    given = dateline.ask("What happened in Quernmouth?")
    assert given.abstained
    first, second = (r.body["messages"] for r in openai_server.requests)
    assert len(str(second)) < len(str(first))


def test_a_budget_stops_before_the_call_that_could_break_it(
    index: Path, openai_server: OpenAIServer
) -> None:
    settings = replace(load_settings({}, index), index=index, model=f"openai:{MODEL}")
    limits = Limits(max_tokens=50, cache=False)
    with Dateline(settings, limits) as dateline, pytest.raises(BudgetError):
        dateline.ask("Where did the crane fall?")
    assert openai_server.requests == []


def test_a_second_asking_is_answered_from_the_cache_until_an_article_changes(
    tmp_path: Path, openai_server: OpenAIServer
) -> None:
    (tmp_path / "pier.txt").write_text(PIER)
    settings = replace(
        load_settings({}, tmp_path), index=tmp_path / "index", model=f"openai:{MODEL}"
    )
    openai_server.default_text = "The port company said 14 workers were injured [1]."
    with Dateline(settings, Limits(verify="checks")) as dateline:
        dateline.ingest([tmp_path / "pier.txt"])
        first = dateline.ask("How many workers were injured?")
        again = dateline.ask("How many workers were injured?")
        assert (first.usage.cached, again.usage.cached) == (False, True)
        assert len(openai_server.requests) == 1
        (tmp_path / "pier.txt").write_text(PIER.replace("14 workers", "15 workers"))
        dateline.ingest([tmp_path / "pier.txt"])
        changed = dateline.ask("How many workers were injured?")
    assert len(openai_server.requests) == 2
    assert "14" not in changed.answer


def test_no_model_is_a_configuration_error_that_names_the_setting(index: Path) -> None:
    settings = replace(load_settings({}, index), index=index)
    with Dateline(settings) as dateline, pytest.raises(ConfigurationError, match="DATELINE_MODEL"):
        dateline.ask("Why?", engine="llm")
