"""The prompts of a run as whole texts, so that a run file can be run again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rag.bundled import bundled
from rag.errors import ConfigurationError, printable
from rag.prompts import load_prompt

from .runs import PromptText

# What a question is answered with; other prompts of the folder do not make the answer.
ANSWERING = ("answer", "rewrite_question", "verify", "mend")


def answering_prompts(
    folder: Path | None, replacement: Path | None = None
) -> dict[str, PromptText]:
    """The prompts of ``folder`` (None: those that come with Dateline) by name.

    Args:
        replacement: a prompt file that goes in the place of the one of its name.

    Raises:
        ConfigurationError: one is wrong or missing, or the replacement has another name.
    """
    found = {}
    for path in sorted((folder or bundled("prompts")).glob("*.md")):
        name, prompt = _read(path)
        found[name] = prompt
    missing = [name for name in ANSWERING if name not in found]
    if missing:
        raise ConfigurationError(f"{printable(str(folder))}: has no prompt named {missing[0]}")
    prompts = {name: found[name] for name in ANSWERING}
    if replacement is not None:
        name, prompt = _read(replacement)
        if name not in prompts:
            raise ConfigurationError(
                f"{printable(str(replacement))}: its name is {name}; a prompt under test is one of "
                f"{', '.join(ANSWERING)}"
            )
        prompts[name] = prompt
    return prompts


def write_prompts(prompts: Mapping[str, PromptText], folder: Path) -> None:
    """Each as the file that it was."""
    for name, prompt in prompts.items():
        (folder / f"{name}.md").write_bytes(prompt.text.encode("utf-8"))


def _read(path: Path) -> tuple[str, PromptText]:
    prompt = load_prompt(path)
    text = path.read_text("utf-8").removeprefix("\ufeff")
    return prompt.name, PromptText(prompt.version, prompt.sha256, text)
