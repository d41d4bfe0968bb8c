"""A chat model's second look at statements: what it changes, what it costs, how it may fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Semaphore

import pytest

from rag.answer.answer import REFUSAL, Answer, Statement
from rag.answer.chain import AnswerChain
from rag.cli import main
from rag.dateline import Dateline, Limits
from rag.errors import ConfigurationError
from rag.evidence import Prover, second_look
from rag.evidence.second_look import SecondLook
from rag.models import ChatModel, ModelOptions, backoff, open_chat_model
from rag.models.budget import Budget
from rag.models.prices import Price
from rag.prompts import load_prompts
from rag.settings import load_settings
from tests.openai_server import (
    MODEL,
    Behaviour,
    Handler,
    OpenAIServer,
    answer,
    body,
    chunk,
    error,
    pieces,
    silence,
)
from tests.second_looks import (
    Texts,
    by_prompt,
    labelled,
    perfect,
    proven,
    quoted_statements,
    statement_of,
    verdict,
)

PIER = """Crane fall closes Quernmouth pier

Harbour Lantern
Published: 4 March 2026

On Tuesday a crane fell on the east pier of Quernmouth and injured 14 workers, the port company\
 said.

Mayor Ilda Rensch said three of the workers remained in hospital.

The Dockers' Union (DU) blamed worn bolts. The company denied that the bolts were worn.
"""
QUESTION = "What happened in Quernmouth?"
INJURED = "The port company said that a crane injured 14 workers on Tuesday."
HOSPITAL = "Three of the workers remained in hospital, Mayor Ilda Rensch said."
BOLTS = "Worn bolts were blamed by the Dockers' Union."
WRONG = "The port company said that a crane killed 14 workers on Tuesday."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("look")
    (folder / "pier.txt").write_text(PIER)
    with Dateline(replace(load_settings({}, folder), index=folder / "index")) as dateline:
        dateline.ingest([folder / "pier.txt"])
    return folder / "index"


@pytest.fixture
def opened(
    index: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Limits], Dateline]:
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 0.01)
    settings = replace(load_settings({}, index), index=index, model=f"openai:{MODEL}")
    return lambda limits: Dateline(settings, limits)


@pytest.fixture
def dateline(opened: Callable[[Limits], Dateline]) -> Iterator[Dateline]:
    with opened(Limits(verify="model", cache=False)) as dateline:
        yield dateline


def write(*statements: str) -> Behaviour:
    """An answer of these statements, each citing every sentence that was shown."""
    return answer(" ".join(f"{statement} [1-5]" for statement in statements))


def told_apart(request: Handler) -> None:
    """The look that a right and a wrong statement deserve."""
    is_wrong = "killed" in statement_of(request)
    verdict("contradicted" if is_wrong else "supported")(request)


def of(given: Answer, text: str) -> Statement:
    return next(statement for statement in given.statements if statement.text == text)


def test_words_that_the_model_names_are_marked_in_the_statement(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = by_prompt(
        write=write(INJURED, WRONG),
        look=lambda request: verdict(
            *(["contradicted", "killed", "aliens"] if "killed" in statement_of(request)
              else ["supported"])
        )(request),
    )  # fmt: skip
    given = dateline.ask(QUESTION)
    wrong = of(given, WRONG)
    assert (wrong.support, wrong.checked_by) == ("unsupported", "model")
    assert [WRONG[start:end] for start, end in wrong.unsupported_spans] == ["killed"]
    assert wrong.why == "the quotes say otherwise: not “killed”"
    right = of(given, INJURED)
    assert (right.support, right.checked_by, right.certain) == ("supported", "model", True)
    assert "killed" not in given.answer


def test_a_look_sees_every_sentence_that_the_statement_cites(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = by_prompt(write=write(INJURED), look=verdict("supported"))
    dateline.ask(QUESTION)
    looked = openai_server.requests[-1].body["messages"][-1]["content"]
    assert f"\nStatement: {INJURED}" in looked
    for sentence in ("injured 14 workers", "remained in hospital", "blamed worn bolts"):
        assert sentence in looked


# --- as a perfect model would ---


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_with_a_perfect_model_nearly_all_that_is_right_is_kept_and_all_that_is_wrong_is_out(
    model: ChatModel, openai_server: OpenAIServer, sample_articles: Path
) -> None:
    rows = labelled()
    openai_server.otherwise = perfect(
        {row["statement"]: (row["label"], row["unsupported"]) for row in rows}
    )
    prompts = load_prompts()
    look, prover = SecondLook(model, prompts["verify"]), Prover()
    cases = quoted_statements(rows, sample_articles)
    texts = Texts(cases)
    with ThreadPoolExecutor(4) as pool:
        held = list(
            pool.map(
                lambda case: proven(case, texts, prover, look, prompts["mend"]).verdict.holds, cases
            )
        )
    kept = [holds for holds, row in zip(held, rows, strict=True) if row["label"] == "supported"]
    let_in = [holds for holds, row in zip(held, rows, strict=True) if row["label"] != "supported"]
    assert len(kept) == len(let_in) == 120
    assert sum(kept) >= 0.97 * len(kept)
    assert sum(let_in) <= 0.03 * len(let_in)


# --- looks that fail ---

NO_SCHEMA = error(
    400, "'response_format' of type 'json_schema' is not supported", param="response_format"
)


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(answer("I would rather talk of the weather."), id="other words"),
        pytest.param(answer('{"verdict": "yes"}'), id="another format"),
        pytest.param(body(b"<html>come in</html>", "text/html"), id="a web page"),
        pytest.param(body(b'{"choices": '), id="malformed"),
        pytest.param(error(500, "out of order"), id="500"),
        pytest.param(error(404, f"The model `{MODEL}` does not exist"), id="404"),
        pytest.param(NO_SCHEMA, id="400"),
        pytest.param(silence(60), id="silence"),
    ],
)
def test_when_no_look_comes_about_the_answer_comes_and_says_who_checked_it(
    opened: Callable[[Limits], Dateline],
    openai_server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
    look: Behaviour,
) -> None:
    monkeypatch.setattr(second_look, "LOOK_TIMEOUT_S", 1.0)
    openai_server.otherwise = by_prompt(write=write(INJURED, HOSPITAL), look=look)
    with opened(Limits(verify="model", cache=False)) as dateline:
        dateline.chain()
        began_s = time.monotonic()
        given = dateline.ask(QUESTION)
        assert time.monotonic() - began_s < 20
    assert [s.text for s in given.statements] == [INJURED, HOSPITAL]
    for statement in given.statements:
        assert statement.checked_by == "judge"
        assert statement.support in {"supported", "uncertain"}
        assert "checked on this machine alone: " in str(statement.why)
        assert statement.text in given.answer


def test_a_model_in_plain_words_has_looked(dateline: Dateline, openai_server: OpenAIServer) -> None:
    openai_server.otherwise = by_prompt(
        write=write(INJURED, WRONG),
        look=lambda request: answer(
            "Not supported." if "killed" in statement_of(request) else "It is supported."
        )(request),
    )
    given = dateline.ask(QUESTION)
    assert [s.support for s in given.statements] == ["supported", "unsupported"]
    assert {s.checked_by for s in given.statements} == {"model"}


def test_a_server_that_takes_no_schema_is_asked_without_one(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    def look(request: Handler) -> None:
        (NO_SCHEMA if "response_format" in request.body else verdict("supported"))(request)

    openai_server.otherwise = by_prompt(write=write(INJURED, HOSPITAL), look=look)
    given = dateline.ask(QUESTION)
    assert {s.checked_by for s in given.statements} == {"model"}
    assert {s.support for s in given.statements} == {"supported"}


def test_a_model_that_gives_no_look_is_not_asked_to_mend(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = by_prompt(
        write=write("Is the pier open?"), look=error(500, "out of order")
    )
    given = dateline.ask(QUESTION)
    assert given.statements[0].support == "unsupported"
    asked = [r.body["messages"][-1]["content"] for r in openai_server.requests]
    assert not any("What is wrong" in message for message in asked)


# --- side by side, and what it costs ---


def test_looks_run_side_by_side_while_the_answer_is_still_being_written(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    # Each waits for the other, so that a slow machine only takes longer.
    looking, side_by_side, running = Event(), Event(), Semaphore(1)

    def look(request: Handler) -> None:
        looking.set()
        if not (is_first := running.acquire(blocking=False)):
            side_by_side.set()
        side_by_side.wait(10)
        if is_first:
            running.release()
        verdict("supported")(request)

    def writing(request: Handler) -> None:
        request.begin_events()
        text = " ".join(f"{statement} [1-5]" for statement in (INJURED, HOSPITAL, BOLTS, BOLTS))
        for piece in pieces(text):
            request.send_event(chunk({"content": piece}))
        if looking.wait(40):
            request.send_event(chunk({"content": " That is all [1]."}))
        request.send_event(chunk({}, "stop"))
        request.send_event("[DONE]")

    openai_server.otherwise = by_prompt(write=writing, look=look)
    given = dateline.ask(QUESTION)
    texts = [s.text for s in given.statements]
    assert texts == [INJURED, HOSPITAL, BOLTS, "That is all."]
    assert side_by_side.is_set()


def test_tokens_of_looks_and_mendings_are_those_of_the_answer(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = by_prompt(
        write=write(INJURED, WRONG),
        look=told_apart,
    )
    given = dateline.ask(QUESTION)
    # One answer, two looks, and one mending that is refused: 20 + 5 tokens each.
    assert len(openai_server.requests) == 4
    assert (given.usage.input_tokens, given.usage.output_tokens) == (80, 20)


def test_the_budget_holds_for_looks_and_the_answer_comes(
    opened: Callable[[Limits], Dateline], openai_server: OpenAIServer
) -> None:
    spent = {"prompt_tokens": 4990, "completion_tokens": 10, "total_tokens": 5000}
    openai_server.otherwise = by_prompt(
        write=answer(f"{INJURED} [1-5]", usage=spent), look=verdict("supported")
    )
    with opened(Limits(verify="model", cache=False, max_tokens=5100)) as dateline:
        given = dateline.ask(QUESTION)
        assert dateline.budget.spent_tokens == 5000
    assert len(openai_server.requests) == 1
    assert of(given, INJURED).checked_by == "judge"
    assert "--max-tokens" in str(of(given, INJURED).why)
    assert INJURED in given.answer


def test_what_looks_cost_is_in_the_answer_and_counts_against_the_budget(
    index: Path, openai_server: OpenAIServer, tmp_path: Path
) -> None:
    openai_server.otherwise = by_prompt(write=write(INJURED), look=verdict("supported"))
    budget = Budget(max_cost_usd=1.0)
    price = Price(input_usd=1.0, output_usd=10.0)
    options = ModelOptions(price=price, budget=budget)
    model, prompts = open_chat_model(f"openai:{MODEL}", options=options), load_prompts()
    with Dateline(replace(load_settings({}, index), index=index)) as dateline:
        look = SecondLook(model, prompts["verify"])
        given = AnswerChain(dateline.index(), model, prompts, look=look).invoke(QUESTION)
    assert of(given, INJURED).checked_by == "model"
    assert given.usage.cost_usd == pytest.approx(2 * (20 * 1.0 + 5 * 10.0) / 1e6)
    assert budget.spent_usd == pytest.approx(given.usage.cost_usd)


def test_looks_are_cached_with_the_answer(
    opened: Callable[[Limits], Dateline], openai_server: OpenAIServer, tmp_path: Path
) -> None:
    openai_server.otherwise = by_prompt(write=write(INJURED), look=verdict("supported"))
    with opened(Limits(verify="model", cache_folder=tmp_path)) as dateline:
        first, again = dateline.ask(QUESTION), dateline.ask(QUESTION)
    assert len(openai_server.requests) == 2
    assert (first.usage.cached, again.usage.cached) == (False, True)
    assert again.statements == first.statements


# --- mending ---


def test_a_failing_statement_is_given_back_once_and_shown_as_it_was_mended(
    dateline: Dateline, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = by_prompt(
        write=write(WRONG),
        look=told_apart,
        mend=answer(f"{INJURED} [1-5]"),
    )
    given = dateline.ask(QUESTION)
    assert [s.text for s in given.statements] == [INJURED]
    assert given.statements[0].checked_by == "model"
    assert given.usage.input_tokens == 4 * 20
    mending = openai_server.requests[2].body["messages"][-1]["content"]
    assert f"Sentence: {WRONG}" in mending
    assert "What is wrong: the quotes say otherwise" in mending


@pytest.mark.parametrize("mended", [f"{WRONG} [1]", "Nine workers were killed. [1]", REFUSAL])
def test_a_statement_that_fails_twice_leaves_the_answer(
    dateline: Dateline, openai_server: OpenAIServer, mended: str
) -> None:
    openai_server.otherwise = by_prompt(
        write=write(INJURED, WRONG),
        look=told_apart,
        mend=answer(mended),
    )
    given = dateline.ask(QUESTION)
    assert of(given, WRONG).support == "unsupported"
    assert "killed" not in given.answer
    mendings = [r for r in openai_server.requests if "What is wrong" in str(r.body["messages"])]
    assert len(mendings) == 1


# --- whether there is one ---


@pytest.mark.parametrize("command", ["ask", "batch", "check", "summarize"])
def test_to_verify_by_a_model_without_one_is_a_configuration_error(
    index: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.txt").write_text("What happened in Quernmouth?\n")
    arguments = {
        "ask": [QUESTION],
        "batch": [str(tmp_path / "in.txt"), "-o", str(tmp_path / "out.jsonl")],
        "check": [str(tmp_path / "in.txt")],
        "summarize": [],
    }[command]
    assert main([command, *arguments, "--verify", "model", "--index", str(index)]) == 2
    assert "--verify model needs a model" in capsys.readouterr().err


def test_auto_verifies_by_a_remote_model_and_not_by_a_local_one(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    by_model = {
        name: Dateline(replace(settings, model=name)).verify
        for name in ("openai:gpt-4.1-mini", "local:/models/some.gguf", "local", None)
    }
    assert by_model == {
        "openai:gpt-4.1-mini": "model",
        "local:/models/some.gguf": "checks",
        "local": "checks",
        None: "checks",
    }
    with pytest.raises(ConfigurationError, match="--verify model needs a model"):
        _ = Dateline(settings, Limits(verify="model")).verify
