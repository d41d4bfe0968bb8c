"""What docs and workflow say of the gate is what the code does and what was measured."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from evals.reports.markdown import MARKER
from rag.cli.parser import build_parser

ROOT = Path(__file__).parent.parent
GATE_DOC = (ROOT / "docs" / "gate.md").read_text("utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "eval-gate.yml"
COLUMNS = ("harmless", "broken", "broken_not_critical", "softened")


def commands_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("dateline ")]


def steps() -> dict[str, Any]:
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    return {step.get("name", ""): step for step in jobs["gate"]["steps"]}


@pytest.mark.parametrize("name", ["gate.md", "bring-your-own-facts.md"])
def test_every_command_line_of_the_docs_can_be_parsed(name: str) -> None:
    lines = commands_of((ROOT / "docs" / name).read_text("utf-8"))
    assert len(lines) >= 3
    for line in lines:
        build_parser().parse_args(shlex.split(line)[1:])


def results(name: str) -> Any:
    return json.loads((ROOT / "bench" / "results" / f"{name}.json").read_text("utf-8"))


def table(name: str) -> list[list[str]]:
    """The rows below the head of the table that stands between the marks of that name."""
    text = GATE_DOC.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.strip().splitlines()]
    return rows[2:]


def test_the_table_of_the_docs_is_what_was_measured() -> None:
    measured = results("gate_power")
    rows = table("power")
    assert len(rows) == 6
    for name, *shares in rows:
        rule = name.strip("*")
        for scenario, share in zip(COLUMNS, shares, strict=True):
            blocked = measured["scenarios"][scenario]["blocked"]
            found = blocked.get(rule) or blocked[f"peer: {rule}"]
            assert share == f"{found['share']:.1%}".replace("%", " %"), (rule, scenario)


def test_the_measured_gate_missed_no_figure() -> None:
    measured = results("gate_power")
    assert measured["missed"] == [] and measured["simulations"] >= 2000


def test_the_tables_of_damages_are_what_was_measured() -> None:
    answers = results("damaged_answers")["damages"]
    assert len(table("answers")) == len(answers)
    for name, damaged, wrong, outcome, *shares in table("answers"):
        row = answers[name.replace(" ", "-")]
        assert (int(damaged), int(wrong), outcome) == (
            row["damaged"],
            row["graded_wrong"],
            row["outcome"],
        )
        assert shares == [f"{100 * share:.0f} %" for share in row["blocked_by_share"].values()]
    prompts = results("damaged_prompts")["prompts"]
    assert len(table("prompts")) == len(prompts) == 10
    for name, outcome, right, unchanged, _ in table("prompts"):
        row = prompts[name.partition(":")[0].replace(" ", "-")]
        assert (outcome, int(right), int(unchanged)) == (
            row["outcome"],
            row["right"],
            row["answers_unchanged"],
        )


def test_the_workflow_calls_commands_that_there_are() -> None:
    script = steps()["Gate"]["run"].replace("\\\n", " ").replace('"${limits[@]}"', "--model m")
    calls = re.findall(r"dateline (eval [^\n|;]*)", script)
    assert len(calls) == 3
    for call in calls:
        build_parser().parse_args(shlex.split(call))


def test_the_workflow_finds_its_own_comment_by_the_first_line_of_the_report() -> None:
    assert f'startswith("{MARKER}")' in steps()["Comment"]["run"]


@pytest.mark.parametrize("name", ["Gate", "Comment", "Verdict"])
def test_the_scripts_of_the_workflow_are_shell(name: str) -> None:
    script = re.sub(r"\$\{\{.*?\}\}", "x", steps()[name]["run"])
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(("status", "expected"), [("0", 0), ("3", 3), ("4", 4), ("", 1)])
def test_the_workflow_ends_with_the_status_of_the_gate(status: str, expected: int) -> None:
    script = steps()["Verdict"]["run"]
    done = subprocess.run(
        ["bash", "-e", "-c", script], env={"STATUS": status}, capture_output=True, check=False
    )
    assert done.returncode == expected
