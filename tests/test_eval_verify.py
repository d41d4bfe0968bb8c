"""``dateline eval verify`` as a person uses it: own statements, scripted looks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from eval_world import TOWNS, boats_of, write_world

from evals.look_figures import figures
from evals.looking import Told
from evals.statements import LabelledStatement, load_statements
from rag.bundled import bundled
from rag.cli import main
from tests.openai_server import MODEL, Behaviour, Handler, OpenAIServer, answer, error
from tests.second_looks import by_prompt, perfect, statement_of, verdict

LOADED = f"openai:{MODEL}"
# Where the system message holds this, the scripted model finds everything supported.
SPOILED = "Be generous."


def rows() -> list[dict[str, Any]]:
    """Of each town a right statement and three wrong ones."""
    found = []
    for town in TOWNS:
        quote = (
            f"The council of {town} counted {boats_of(town)} boats in the harbour on Tuesday, the "
            "mayor said."
        )
        told = f"{boats_of(town)} boats were counted in the harbour of {town}"
        for statement, label, words, kind in (
            (f"{told}, the mayor said.", "supported", [], "supported"),
            (f"{told} at dawn, the mayor said.", "not_said", ["at dawn"], "addition"),
            (f"{told}, the mayor denied.", "contradicted", ["denied"], "negation"),
            (f"{told} for the first time.", "not_said", ["for the first time"], "addition"),
        ):
            found.append(
                {
                    "id": f"s{len(found):02}",
                    "source": f"{town.lower().replace(' ', '-')}.txt",
                    "quotes": [quote],
                    "statement": statement,
                    "label": label,
                    "unsupported": words,
                    "kind": kind,
                }
            )
    return found


def write_rows(rows: Sequence[dict[str, Any]]) -> None:
    Path("statements.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def looks(rows: Sequence[dict[str, Any]], fails: Sequence[str] = ()) -> Behaviour:
    """As labelled, unless the prompt is spoiled; about the statements of ``fails`` it breaks."""
    right = perfect({row["statement"]: (row["label"], row["unsupported"]) for row in rows})

    def behave(request: Handler) -> None:
        if statement_of(request) in fails:
            error(400, "out of order")(request)
        elif SPOILED in request.body["messages"][0]["content"]:
            verdict("supported")(request)
        else:
            right(request)

    return behave


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index is made once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def command(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.chdir(tmp_path)
    write_world(tmp_path)
    write_rows(rows())
    data = ["--statements", "statements.jsonl", "--articles", "articles", "--index", str(cache)]
    return lambda *arguments: main(["eval", "verify", *data, *arguments])


def written(file: str = "out.json") -> dict[str, Any]:
    return dict(json.loads(Path(file).read_text("utf-8")))


def prompt(name: str, words: str) -> str:
    text = (bundled("prompts") / "verify.md").read_text("utf-8")
    Path(name).write_text(text.replace("# system\n", f"# system\n{words}\n"), "utf-8")
    return name


# --- measured ---


def test_without_a_model_the_judge_alone_is_measured_and_that_is_said(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--json", "-o", "out.json") == 0
    output = capsys.readouterr()
    assert "only the judge of the package was measured" in output.err
    assert json.loads(output.out) == written()
    assert list(written()["figures"]) == ["judge"]
    assert written()["made_by"]["model"] is None
    assert written()["usage"] is None
    assert len(written()["rows"]) == 12


def test_a_perfect_model_is_measured_as_one_beside_the_judge(
    command: Callable[..., int], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    openai_server.otherwise = looks(rows())
    assert command("--model", LOADED, "--no-cache", "-o", "out.json") == 0
    found = written()
    assert list(found["figures"]) == ["judge", "model", "together"]
    model = found["figures"]["model"]
    for share in ("accuracy", "balanced_accuracy", "three_way", "words_found", "words_f1"):
        assert model[share] == 1.0
    assert found["figures"]["together"]["balanced_accuracy"] == 1.0
    assert model["labels"]["not_said"] == {"right": 6, "wrong": 0, "failed": 0}
    assert model["kinds"]["negation"] == {"right": 3, "wrong": 0, "failed": 0}
    assert found["usage"]["input_tokens"] == 12 * 20
    assert len(openai_server.requests) == 12
    made_by = found["made_by"]
    assert made_by["model"]["model"] == LOADED
    assert made_by["prompts"]["model"]["name"] == "verify"
    for hashed in ("statements_sha256", "articles_sha256"):
        assert len(made_by[hashed]) == 64
    assert made_by["judge"] and made_by["dateline"] and made_by["seconds"] >= 0
    assert "balanced accuracy" in capsys.readouterr().out


def test_the_model_of_the_settings_is_asked_and_its_replies_are_kept(
    command: Callable[..., int], openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    openai_server.otherwise = looks(rows())
    monkeypatch.setenv("DATELINE_VERIFY_MODEL", LOADED)
    assert command("-o", "out.json") == 0
    assert command("-o", "out.json") == 0
    assert len(openai_server.requests) == 12
    assert written()["usage"]["cached"] == 12


def test_a_call_that_fails_is_a_row_with_an_error(
    command: Callable[..., int], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    openai_server.otherwise = looks(rows(), fails=[rows()[3]["statement"]])
    assert command("--model", LOADED, "--no-cache", "-o", "out.json") == 1
    assert "error: 1 of the model's looks failed" in capsys.readouterr().err
    found = written()
    failed = [row for row in found["rows"] if row["error"] is not None]
    assert [row["id"] for row in failed] == ["s03"]
    assert len(found["rows"]) == 12
    assert found["figures"]["model"]["failed"] == 1
    assert found["figures"]["model"]["right"] == 11
    assert found["figures"]["together"]["failed"] == 0


def test_a_reply_that_cannot_be_read_is_wrong_and_kept(
    command: Callable[..., int], openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = by_prompt(look=answer("I cannot tell."))
    assert command("--model", LOADED, "--no-cache", "-o", "out.json") == 0
    found = written()
    assert found["figures"]["model"]["unread"] == found["figures"]["model"]["wrong"] == 12
    assert {row["model"]["unread"] for row in found["rows"]} == {"I cannot tell."}


def test_a_budget_leaves_rows_with_its_error(
    command: Callable[..., int], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    openai_server.otherwise = looks(rows())
    options = ["--model", LOADED, "--no-cache", "--jobs", "1", "--max-tokens", "1000"]
    assert command(*options, "-o", "out.json") == 1
    assert "--max-tokens" in capsys.readouterr().err
    errors = [row["error"] for row in written()["rows"]]
    assert len(errors) == 12
    assert 0 < sum(error is None for error in errors) == len(openai_server.requests) < 12


# --- gated ---


def test_a_prompt_that_lets_more_through_is_blocked_and_what_flipped_is_asked_again(
    command: Callable[..., int], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    openai_server.otherwise = looks(rows())
    spoiled = prompt("spoiled.md", SPOILED)
    assert command("--model", LOADED, "--no-cache", "--prompt", spoiled, "-o", "out.json") == 3
    assert "BLOCK: " in capsys.readouterr().out
    # Twelve on each side, and the nine wrong statements four times more.
    assert len(openai_server.requests) == 2 * (12 + 4 * 9)
    found = written()
    assert found["decision"]["outcome"] == "block"
    assert len(found["decision"]["confirmed_breaks"]) == 9
    hashes = {name: made["sha256"] for name, made in found["made_by"]["prompts"].items()}
    assert hashes["model"] != hashes["candidate"]
    assert len(found["rows"][1]["candidate"]["again"]) == 4


def test_a_prompt_that_changes_nothing_passes(
    command: Callable[..., int], openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = looks(rows())
    same = prompt("same.md", "Be brief.")
    assert command("--model", LOADED, "--no-cache", "--prompt", same, "-o", "out.json") == 0
    assert written()["decision"]["outcome"] == "pass"
    assert len(openai_server.requests) == 24


def test_looks_that_fail_are_no_pass(
    command: Callable[..., int], openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = looks(rows(), fails=[rows()[0]["statement"]])
    same = prompt("same.md", "Be brief.")
    assert command("--model", LOADED, "--no-cache", "--prompt", same, "-o", "out.json") == 4
    assert len(written()["rows"]) == 12


# --- refused ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--jobs", "0"], "--jobs 0"),
        (["--prompt", "verify.md"], "--prompt needs a model"),
        (["--model", "gpt"], "names no chat model"),
        (["--model", LOADED, "--prompt", "answer.md"], "its name is answer"),
        (["--model", LOADED, "--prompt", "nowhere.md"], "cannot be read"),
        (["--model", LOADED, "--max-cost", "1"], "price"),
        (["--max-cost", "-1"], "--max-cost"),
        (["-o", "articles"], "cannot be written"),
        (["--statements", "nowhere.jsonl"], "cannot be read"),
    ],
)
def test_options_that_cannot_be_are_one_clear_line(
    command: Callable[..., int],
    openai_server: OpenAIServer,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    prompt("verify.md", "")
    Path("answer.md").write_bytes((bundled("prompts") / "answer.md").read_bytes())
    assert command(*arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert openai_server.requests == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": "true"}, "statements.jsonl:1: label"),
        ({"quotes": []}, "statements.jsonl:1: quotes"),
        ({"note": "x"}, "statements.jsonl:1: unknown field note"),
        ({"label": "not_said", "unsupported": ["geese"]}, "does not stand in the statement"),
        ({"unsupported": ["boats"]}, "statements.jsonl:1: a supported statement"),
        ({"source": "atlantis.txt"}, "atlantis.txt, which there is not"),
        ({"quotes": ["It sank."]}, "does not stand in quernmouth.txt"),
        ({"id": "s01"}, "statements.jsonl:2: a statement s01 stands before"),
    ],
)
def test_a_mistake_in_the_statements_is_named_before_anything_is_asked(
    command: Callable[..., int],
    openai_server: OpenAIServer,
    capsys: pytest.CaptureFixture[str],
    fields: dict[str, Any],
    said: str,
) -> None:
    first, *others = rows()
    write_rows([first | fields, *others])
    assert command("--model", LOADED) == 2
    assert said in capsys.readouterr().err
    assert openai_server.requests == []


# --- counted ---


def test_the_statements_that_come_with_dateline_are_labelled_evenly() -> None:
    found = load_statements(bundled("evals/verify/statements.jsonl"))
    assert Counter(row.label for row in found.statements) == {
        "supported": 120,
        "contradicted": 60,
        "not_said": 60,
    }


def test_shares_are_of_what_was_scored() -> None:
    statements = [
        LabelledStatement("a", "x", ("q",), "Nine boats sank.", "supported", (), "supported"),
        LabelledStatement(
            "b", "x", ("q",), "Ten boats sank.", "contradicted", ("Ten", "sank"), "number"
        ),
        LabelledStatement("c", "x", ("q",), "All sank at dawn.", "not_said", ("dawn",), "addition"),
    ]
    told = {
        "a": Told("supported"),
        "b": Told("not_said", ("ten boats",)),
        "c": Told(None, error="no reply"),
    }
    found = figures(statements, told)
    assert (found.right, found.wrong, found.failed) == (2, 0, 1)
    assert (found.accuracy, found.balanced_accuracy, found.three_way) == (1.0, 1.0, 0.5)
    # Of "Ten" and "sank" one is named, beside one word that is not labelled.
    assert (found.words_found, found.words_f1) == (0.5, 0.5)
