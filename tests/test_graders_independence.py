"""Graders are independent of what they grade: what they import, and what their hash covers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import evals
from evals import graders
from evals.graders import graders_sha256, grading_files
from evals.graders.shown import REFUSAL
from rag.answer import answer as contract

EVALS = Path(evals.__file__).parent


def test_graders_know_a_refusal_by_the_words_of_the_contract() -> None:
    assert REFUSAL == contract.REFUSAL


def imports_of(file: Path) -> Iterator[str]:
    """Full names of the modules, and of what may be one, that a file of ``evals`` imports."""
    package = ["evals", *file.relative_to(EVALS).parent.parts]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def file_of(module: str) -> Path | None:
    if module.partition(".")[0] != "evals":
        return None
    path = EVALS.joinpath(*module.split(".")[1:])
    return next((f for f in (path / "__init__.py", path.with_suffix(".py")) if f.is_file()), None)


def reached() -> dict[Path, set[str]]:
    """Every file that is run when graders are imported, and what each imports."""
    found: dict[Path, set[str]] = {}
    waiting = list((EVALS / "graders").glob("*.py"))
    while waiting:
        file = waiting.pop()
        if file not in found:
            found[file] = set(imports_of(file))
            waiting += filter(None, map(file_of, found[file]))
    return found


def test_graders_import_nothing_of_what_they_grade() -> None:
    graded = {
        (file.name, module)
        for file, modules in reached().items()
        for module in modules
        if module.split(".")[0] == "rag"
    }
    assert graded == set()
    assert len(reached()) > 15
    assert any(name.startswith("rag") for name in imports_of(EVALS / "asking.py"))  # it would tell


def test_no_grader_loads_a_module_by_its_name() -> None:
    for file in reached():
        assert "import_module" not in file.read_text("utf-8"), file
        assert "__import__" not in file.read_text("utf-8"), file


def test_the_hash_of_the_graders_covers_what_they_use_and_nothing_else() -> None:
    code = {file for file in grading_files() if file.suffix == ".py"}
    assert code == {file for file in reached() if file != EVALS / "__init__.py"}
    assert set(grading_files()) - code == set((EVALS / "reader" / "lists").iterdir())


def test_the_hash_of_the_graders_changes_with_a_list_and_not_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = []
    for file in grading_files():
        copy = tmp_path / file.parent.name / file.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
        moved.append(copy)
    before = graders_sha256()

    monkeypatch.setattr(graders, "grading_files", lambda: list(reversed(moved)))
    graders_sha256.cache_clear()
    assert graders_sha256() == before

    listed = next(file for file in moved if file.name == "alike.txt")
    listed.write_text(listed.read_text("utf-8") + "goat goats\n", "utf-8")
    graders_sha256.cache_clear()
    try:
        assert graders_sha256() != before
    finally:
        graders_sha256.cache_clear()
