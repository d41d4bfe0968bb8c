"""Labelled questions: YAML files in, checked cases out; a mistake names its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rag.errors import ConfigurationError, printable

from .labels import Case, Fact

QUALIFIERS = ("at least", "more than", "about", "up to", "fewer than", "nearly")


@dataclass(frozen=True, slots=True)
class CaseSet:
    """All cases of a folder, in the order of its files, and the hash of those files."""

    cases: tuple[Case, ...]
    sha256: str

    def __getitem__(self, case_id: str) -> Case:
        return next(case for case in self.cases if case.id == case_id)


def load_cases(folder: Path) -> CaseSet:
    """The cases of every ``*.yaml`` in ``folder``.

    Raises:
        ConfigurationError: there is none, or one is wrong; with file and line.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConfigurationError(f"{printable(str(folder))}: no .yaml file with facts there")
    digest = hashlib.sha256()
    cases: dict[str, Case] = {}
    for file in files:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{printable(str(file))}: cannot be read: {error}") from error
        digest.update(f"{file.name}\n{text}\n".encode())
        for case, node in _read_file(file, text):
            if case.id in cases:
                raise _wrong(file, node, f"a case {case.id} stands before this one")
            cases[case.id] = case
    return CaseSet(tuple(cases.values()), digest.hexdigest())


def _read_file(file: Path, text: str) -> list[tuple[Case, yaml.Node]]:
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{printable(str(file))}:{line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{printable(str(file))}:1: not YAML: {error}") from error
    if not isinstance(root, yaml.SequenceNode):
        raise ConfigurationError(f"{printable(str(file))}:1: a facts file holds a list of cases")
    reader = _Reader(file)
    return [(reader.case(node), node) for node in root.value]


@dataclass(frozen=True, slots=True)
class _Reader:
    """YAML nodes of one file → cases; every check knows the node, so that it can say the line."""

    file: Path
    loader: type[yaml.SafeLoader] = field(default=yaml.SafeLoader)

    def case(self, node: yaml.Node) -> Case:
        values = self._mapping(node, "a case", CASE_FIELDS, ("id", "question", "articles"))
        read = {name: CASE_FIELDS[name](self, value) for name, value in values.items()}
        if "answerable" not in read:
            raise _wrong(self.file, node, "a case needs answerable: true or false")
        case = Case(**read)
        if case.answerable != bool(case.facts):
            need = "needs facts" if case.answerable else "has no facts"
            state = "true" if case.answerable else "false"
            raise _wrong(self.file, values.get("facts", node), f"answerable: {state} {need}")
        known = {fact.id for fact in case.facts}
        if len(known) < len(case.facts):
            raise _wrong(self.file, values["facts"], "two facts of the case have one id")
        for fact_id, _ in case.forbid:
            if fact_id not in known:
                raise _wrong(self.file, values["forbid"], f"there is no fact {fact_id} to forbid")
        return case

    def facts(self, node: yaml.Node) -> tuple[Fact, ...]:
        return tuple(self._fact(item) for item in self._items(node))

    def _fact(self, node: yaml.Node) -> Fact:
        values = self._mapping(node, "a fact", FACT_FIELDS, ("id", "evidence"))
        fact = Fact(**{name: FACT_FIELDS[name](self, value) for name, value in values.items()})
        if bool(fact.accept) == (fact.number is not None):
            raise _wrong(self.file, node, f"fact {fact.id} needs either accept or number")
        if fact.number is not None and not {"unit", "tolerance"} <= set(values):
            raise _wrong(self.file, node, f"fact {fact.id}: a number needs its unit and tolerance")
        return fact

    def history(self, node: yaml.Node) -> tuple[tuple[str, str], ...]:
        turns = []
        for item in self._items(node):
            fields = {"question": _Reader.text, "answer": _Reader.text}
            turn = self._mapping(item, "a turn", fields, ("question", "answer"))
            turns.append((self.text(turn["question"]), self.text(turn["answer"])))
        return tuple(turns)

    def forbid(self, node: yaml.Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
        rules = []
        for item in self._items(node):
            if not isinstance(item, yaml.MappingNode):
                raise _wrong(self.file, item, "forbid holds entries of the form fact: [claims]")
            rules += [(self.text(key), self.texts(value)) for key, value in item.value]
        return tuple(rules)

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise _wrong(self.file, node, "text is wanted here")
        return str(node.value)

    def texts(self, node: yaml.Node) -> tuple[str, ...]:
        found = tuple(self.text(item) for item in self._items(node))
        if not found:
            raise _wrong(self.file, node, "the list is empty")
        return found

    def truth(self, node: yaml.Node) -> bool:
        value = self._scalar(node)
        if not isinstance(value, bool):
            raise _wrong(self.file, node, "true or false is wanted here")
        return value

    def number(self, node: yaml.Node) -> float:
        value = self._scalar(node)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(self.file, node, "a number in digits is wanted here")
        return value

    def relation(self, node: yaml.Node) -> str:
        return self._one_of(node, ("same", "compatible", "conflict"))

    def qualifier(self, node: yaml.Node) -> str:
        return self._one_of(node, QUALIFIERS)

    def _one_of(self, node: yaml.Node, allowed: tuple[str, ...]) -> str:
        value = self.text(node)
        if value not in allowed:
            raise _wrong(self.file, node, f"{value} is none of {', '.join(allowed)}")
        return value

    def _scalar(self, node: yaml.Node) -> Any:
        loader = self.loader("")
        try:
            return loader.construct_document(node)
        finally:
            loader.dispose()

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise _wrong(self.file, node, "a list is wanted here")
        return list(node.value)

    def _mapping(
        self, node: yaml.Node, what: str, known: Mapping[str, Any], needed: tuple[str, ...]
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise _wrong(self.file, node, f"{what} has fields: name: value")
        values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in known:
                names = ", ".join(known)
                raise _wrong(self.file, key, f"{what} has no field {key.value}; known: {names}")
            if key.value in values:
                raise _wrong(self.file, key, f"{key.value} is given twice")
            values[key.value] = value
        for name in needed:
            if name not in values:
                raise _wrong(self.file, node, f"{what} needs {name}")
        return values


Field = Callable[[_Reader, yaml.Node], Any]
CASE_FIELDS: dict[str, Field] = {
    "id": _Reader.text,
    "question": _Reader.text,
    "history": _Reader.history,
    "articles": _Reader.texts,
    "answerable": _Reader.truth,
    "critical": _Reader.truth,
    "held_out": _Reader.truth,
    "facts": _Reader.facts,
    "forbid": _Reader.forbid,
    "relation": _Reader.relation,
    "tags": _Reader.texts,
}
FACT_FIELDS: dict[str, Field] = {
    "id": _Reader.text,
    "accept": _Reader.texts,
    "number": _Reader.number,
    "tolerance": _Reader.number,
    "unit": _Reader.text,
    "qualifier": _Reader.qualifier,
    "said_by": _Reader.texts,
    "evidence": _Reader.texts,
}


def _wrong(file: Path, node: yaml.Node, reason: str) -> ConfigurationError:
    return ConfigurationError(f"{printable(str(file))}:{node.start_mark.line + 1}: {reason}")
