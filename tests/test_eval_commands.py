"""``dateline eval`` as a person uses it: own articles and facts, real index, scripted model."""

from __future__ import annotations

import _thread
import json
import threading
from pathlib import Path

import pytest
import yaml
from eval_world import SPOILED, TOWNS, case, evidence, reader, write_facts, write_world

from rag.answer.answer import REFUSAL
from rag.bundled import bundled
from rag.cli import main
from tests.openai_server import MODEL, Handler, OpenAIServer, answer

LOADED = f"openai:{MODEL}"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexes are made once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_world(tmp_path)


@pytest.fixture
def command(world: Path, cache: Path, tmp_path: Path):
    """Runs one verb on the small world; the response cache is the test's own."""

    def run(verb: str, *arguments: str) -> int:
        data = ["--facts", "facts"]
        if verb not in {"promote", "compare"}:
            data += ["--articles", "articles"]
        return main(["eval", verb, *arguments, *data, "--index", str(cache)])

    return run


def spoil(prompt: Path) -> Path:
    text = (bundled("prompts") / "answer.md").read_text("utf-8")
    prompt.write_text(text.replace("# system\n", f"# system\n{SPOILED}\n"), "utf-8")
    return prompt


def verdicts(file: str) -> list[str]:
    return [record["verdict"] for record in json.loads(Path(file).read_text())["records"]]


def test_a_run_is_promoted_and_gates_itself(command, capsys) -> None:
    assert command("run", "-o", "run.json") == 0
    assert verdicts("run.json") == ["right"] * len(TOWNS)
    assert command("promote", "run.json") == 0
    assert Path("baselines/extractive.json").is_file()
    assert command("gate", "-o", "out") == 0
    assert "PASS" in capsys.readouterr().out
    assert {"gate.json", "gate.md", "gate.xml", "gate.html"} <= {
        f.name for f in Path("out").iterdir()
    }
    assert command("gate", "--candidate", "run.json", "-o", "out") == 0
    assert command("compare", "run.json", "baselines/extractive.json") == 0


def test_a_run_names_no_folder_of_the_machine(command, tmp_path: Path) -> None:
    assert command("run", "-o", "run.json") == 0
    assert str(tmp_path) not in Path("run.json").read_text()
    sources = {c["source"] for r in json.loads(Path("run.json").read_text())["records"]
               for c in r["answer"]["citations"]}  # fmt: skip
    assert "quernmouth.txt" in sources


def test_without_a_baseline_the_gate_is_a_configuration_error(command, capsys) -> None:
    assert command("gate") == 2
    assert "promote" in capsys.readouterr().err
    assert command("run", "-o", "run.json") == 0
    assert command("gate", "--candidate", "run.json") == 2
    assert "promote" in capsys.readouterr().err


def test_a_baseline_of_the_other_engine_is_a_configuration_error(
    command, openai_server: OpenAIServer, capsys
) -> None:
    assert command("run", "-o", "run.json") == 0
    assert command("gate", "--model", LOADED, "--baseline", "run.json", "-o", "out") == 2
    assert "cannot be compared" in capsys.readouterr().err
    assert openai_server.requests == []


def test_labels_that_changed_since_the_baseline_are_a_configuration_error(
    command, world: Path, capsys
) -> None:
    assert command("run", "-o", "run.json") == 0
    assert command("promote", "run.json") == 0
    write_facts(world, [case(n, town, critical=True) for n, town in enumerate(TOWNS)])
    assert command("gate", "-o", "out") == 2
    assert "facts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"anserable": True}, "anserable"),
        ({"articles": ["atlantis"]}, "atlantis"),
        (
            {"facts": [{"id": "x", "accept": ["boats"], "evidence": ["They sank."]}]},
            "stands in none of its articles",
        ),
    ],
)
def test_a_mistake_in_a_facts_file_ends_the_gate_before_the_first_question(
    command, world: Path, capsys, fields: dict[str, object], said: str
) -> None:
    assert command("run", "-o", "run.json") == 0
    assert command("promote", "run.json") == 0
    write_facts(world, [case(0, TOWNS[0], **fields)])
    assert command("gate", "-o", "out") == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--prompt", "p.md"], ["--jobs", "0"], ["--repeats", "0"]])
def test_options_that_cannot_be_are_usage_errors(command, arguments: list[str]) -> None:
    assert command("run", *arguments) == 2


def test_a_prompt_that_breaks_answers_is_blocked_and_a_harmless_one_passes(
    command, openai_server: OpenAIServer, tmp_path: Path, capsys
) -> None:
    openai_server.otherwise = reader()
    assert command("run", "--model", LOADED, "-o", "run.json") == 0
    assert len(verdicts("run.json")) == 3 * len(TOWNS)
    assert command("promote", "run.json") == 0
    bad = str(spoil(tmp_path / "bad.md"))
    asked = len(openai_server.requests)
    assert command("gate", "--model", LOADED, "--prompt", bad, "-o", "out") == 3
    # Three times each for the candidate, and each flip four times more on both sides.
    assert len(openai_server.requests) - asked == (3 + 4 + 4) * len(TOWNS)
    stored = ["--baseline", "out/baseline.json", "--candidate", "out/candidate.json"]
    assert command("gate", *stored, "-o", "again") == 3
    good = tmp_path / "good.md"
    good.write_text((bundled("prompts") / "answer.md").read_text("utf-8") + "\nBe brief.\n")
    assert command("gate", "--model", LOADED, "--prompt", str(good), "-o", "out") == 0


def test_without_a_promoted_run_a_prompt_is_gated_against_the_packages_own(
    command, openai_server: OpenAIServer, tmp_path: Path, capsys
) -> None:
    openai_server.otherwise = reader()
    bad = str(spoil(tmp_path / "bad.md"))
    assert command("gate", "--model", LOADED, "--prompt", bad, "-o", "out") == 3
    assert "prompts that come with Dateline" in capsys.readouterr().out


def test_a_baseline_of_another_model_is_run_again(
    command, openai_server: OpenAIServer, capsys
) -> None:
    openai_server.otherwise = reader()
    openai_server.models = [MODEL, "other-model"]
    assert command("run", "--model", LOADED, "-o", "run.json", "--repeats", "1") == 0
    assert command("promote", "run.json") == 0
    options = ["--model", "openai:other-model", "--repeats", "1", "-o", "out"]
    assert command("gate", *options) == 0
    assert "run again" in capsys.readouterr().out
    assert json.loads(Path("out/baseline.json").read_text())["header"]["model"]["model"] == (
        "openai:other-model"
    )


def test_a_model_that_fails_on_a_third_of_the_calls_never_passes(
    command, openai_server: OpenAIServer, capsys
) -> None:
    openai_server.otherwise = reader()
    assert command("run", "--model", LOADED, "-o", "run.json", "--no-cache") == 0
    assert command("promote", "run.json") == 0
    openai_server.otherwise = reader(fails=TOWNS[:1])
    assert command("gate", "--model", LOADED, "--no-cache", "-o", "out") == 4
    assert "could not be graded" in capsys.readouterr().out
    assert command("run", "--model", LOADED, "-o", "half.json", "--no-cache") == 1
    assert verdicts("half.json").count("unscored") == 3
    assert command("promote", "half.json") == 2


def test_what_failed_is_asked_again_on_resume_and_nothing_else(
    command, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = reader(fails=TOWNS[:1])
    assert command("run", "--model", LOADED, "--no-cache", "-o", "run.json") == 1
    openai_server.otherwise = reader()
    asked = len(openai_server.requests)
    assert command("run", "--model", LOADED, "--no-cache", "-o", "run.json") == 2
    assert command("run", "--model", LOADED, "--no-cache", "-o", "run.json", "--resume") == 0
    assert len(openai_server.requests) - asked == 3
    assert verdicts("run.json") == ["right"] * 3 * len(TOWNS)
    assert command("run", "--model", LOADED, "--no-cache", "-o", "run.json", "--resume") == 0
    assert len(openai_server.requests) - asked == 3


def test_an_interrupted_gate_is_no_pass(command, openai_server: OpenAIServer) -> None:
    openai_server.otherwise = reader()
    assert command("run", "--model", LOADED, "-o", "run.json", "--no-cache") == 0
    assert command("promote", "run.json") == 0

    once = threading.Lock()

    def interrupt(handler: Handler) -> None:
        if once.acquire(blocking=False):
            _thread.interrupt_main()
        answer(REFUSAL)(handler)

    openai_server.otherwise = interrupt
    assert command("gate", "--model", LOADED, "--no-cache", "-o", "out") == 130
    assert not Path("out").exists()


def test_repeats_are_asked_afresh_and_each_is_remembered(
    command, openai_server: OpenAIServer
) -> None:
    openai_server.otherwise = reader()
    # Words of its own, so that no other test has filled the cache with these prompts.
    prompt = Path("own.md")
    prompt.write_text((bundled("prompts") / "answer.md").read_text("utf-8") + "\nRepeats.\n")
    options = ["--model", LOADED, "--prompt", str(prompt), "-o", "run.json"]
    assert command("run", *options) == 0
    assert len(openai_server.requests) == 3 * len(TOWNS)
    seeds = {request.body["seed"] for request in openai_server.requests}
    assert seeds == {0, 1, 2}
    assert command("run", *options) == 0
    assert len(openai_server.requests) == 3 * len(TOWNS)
    Path("facts/more.yaml").write_text(yaml.safe_dump([case(77, TOWNS[0], question=(
        f"And in {TOWNS[0]}, how many boats did the council count?"))]))  # fmt: skip
    assert command("run", *options) == 0
    assert len(openai_server.requests) == 3 * len(TOWNS) + 3


def test_a_model_gives_advice_on_undecided_answers_and_changes_no_verdict(
    command, world: Path, openai_server: OpenAIServer
) -> None:
    # "Boats in plenty" is stated by no answer, but its evidence is cited.
    plenty = {"id": "plenty", "accept": ["boats in plenty"], "evidence": [evidence(TOWNS[0])]}
    write_facts(world, [case(0, TOWNS[0], facts=[plenty]), case(1, TOWNS[1])])
    assert command("run", "-o", "run.json") == 0
    assert verdicts("run.json") == ["wrong", "right"]
    openai_server.otherwise = answer('{"verdict": "supported", "unsupported": []}')
    assert command("grade", "run.json", "--advise", LOADED) == 0
    assert verdicts("run.json") == ["wrong", "right"]
    grades = [record["grades"] for record in json.loads(Path("run.json").read_text())["records"]]
    assert grades[0]["advice"]["score"] == 1.0
    assert grades[0]["advice"]["verdict"] is None
    assert "plenty: yes (openai:small-model, prompt verify 2 " in grades[0]["advice"]["why"]
    assert "advice" not in grades[1]
    assert len(openai_server.requests) == 1
    assert command("grade", "run.json", "--advise", LOADED) == 0
    assert len(openai_server.requests) == 1


def test_both_sides_of_a_gate_share_one_budget(
    command, openai_server: OpenAIServer, tmp_path: Path, capsys
) -> None:
    openai_server.otherwise = reader(tokens=10_000)
    bad = str(spoil(tmp_path / "bad.md"))
    options = ["--model", LOADED, "--prompt", bad, "--no-cache", "--repeats", "1", "--jobs", "1"]
    # Room for the candidate's three calls; the first of the baseline's does not fit any more.
    assert command("gate", *options, "--max-tokens", "25000") == 1
    assert "budget" in capsys.readouterr().err
    assert len(openai_server.requests) == len(TOWNS) == 3
    assert not Path("out").exists()


def test_a_budget_ends_a_run_that_resume_goes_on_with(
    command, openai_server: OpenAIServer, capsys
) -> None:
    openai_server.otherwise = reader()
    options = ["--model", LOADED, "--no-cache", "-o", "run.json", "--jobs", "1"]
    assert command("run", *options, "--max-tokens", "1100") == 1
    assert "budget" in capsys.readouterr().err
    assert not Path("run.json").exists()
    assert command("run", *options, "--resume") == 0
    assert verdicts("run.json") == ["right"] * 3 * len(TOWNS)
