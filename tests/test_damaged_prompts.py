"""The prompts damaged on purpose are ten real ones, and their making notices a changed prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import damaged_prompts
from evals.cases import load_cases
from rag.errors import ConfigurationError
from rag.prompts import load_prompt

FACTS = Path(__file__).parent.parent / "evals" / "facts"


def test_each_damaged_prompt_is_a_prompt_and_none_is_the_sound_one(tmp_path: Path) -> None:
    files = damaged_prompts.write_damaged(tmp_path)
    prompts = [load_prompt(file) for file in (damaged_prompts.PROMPT, *files.values())]
    assert len(files) == 10
    assert len({prompt.sha256 for prompt in prompts}) == 11
    assert {prompt.name for prompt in prompts} == {"answer"}


def test_a_damage_that_does_not_fit_the_prompt_any_more_is_an_error() -> None:
    text = damaged_prompts.PROMPT.read_text("utf-8").replace("Keep who said it", "Keep speakers")
    with pytest.raises(ConfigurationError, match="attribution-dropped does not fit"):
        damaged_prompts.damaged(text, "attribution-dropped")


def test_the_cases_asked_are_shown_ones_of_every_kind() -> None:
    chosen = damaged_prompts.choose_cases(load_cases(FACTS).cases, 12).cases
    assert len(chosen) == 12 and not any(case.held_out for case in chosen)
    assert sum(case.critical for case in chosen) >= 2
    assert sum(not case.answerable for case in chosen) >= 2
    assert len({case.cluster for case in chosen}) >= 10
