"""Prompt files: front matter, then the messages; checked when they are loaded.

    ---
    name: answer
    version: 1
    description: Answer a question from numbered sentences.
    placeholders: sentences, question
    ---
    # system
    Answer only from the sentences.

    # user
    {sentences}

    Question: {question}

A placeholder is a lower-case word in braces; any other brace is text. Values are put in once and
never read as template. A mistake is a ``ConfigurationError`` that names the file and the line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.bundled import bundled
from rag.errors import ConfigurationError, UsageError, printable
from rag.models.messages import JsonSchema, Message, Role

if TYPE_CHECKING:
    from rag.answer.answer import PromptRecord

FENCE = "---"
KEYS = ("name", "version", "description", "placeholders")

# What the code that uses a prompt gives it, by the prompt's name: needed, and possible besides.
NEEDED = {
    "answer": frozenset({"sentences", "question"}),
    "brief_lead": frozenset({"notes"}),
    "brief_notes": frozenset({"sentences"}),
    "rewrite_question": frozenset({"history", "question"}),
    "verify": frozenset({"sentences", "statement"}),
    "mend": frozenset({"sentences", "statement", "reason"}),
}
POSSIBLE = {
    "answer": frozenset({"fence", "refusal"}),
    "brief_lead": frozenset({"fence", "topic"}),
    "brief_notes": frozenset({"fence", "topic"}),
    "rewrite_question": frozenset({"fence"}),
    "verify": frozenset({"fence"}),
    "mend": frozenset({"fence", "refusal"}),
}

# What `verify` answers with; a model that can be held to a schema is held to this one.
LOOK_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["supported", "contradicted", "not_said"]},
        "unsupported": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["verdict", "unsupported"],
    "additionalProperties": False,
}

_ROLES: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_HEADING = re.compile(r"# (system|user|assistant)\s*")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A loaded prompt file.

    ``sha256`` is of the file's text with Unix line ends, so that a checkout on Windows has the
    same. ``template`` holds the messages with their placeholders.
    """

    name: str
    version: str
    description: str
    placeholders: frozenset[str]
    sha256: str
    template: tuple[Message, ...]

    def render(self, **values: str) -> tuple[Message, ...]:
        """The messages with each placeholder replaced by its value.

        Raises:
            UsageError: a placeholder got no value.
        """
        missing = sorted(self.placeholders - set(values))
        if missing:
            raise UsageError(f"prompt {self.name}: no value for {', '.join(missing)}")

        def put_in(match: re.Match[str]) -> str:
            return values[match[1]]

        return tuple(
            Message(message.role, _PLACEHOLDER.sub(put_in, message.content))
            for message in self.template
        )

    @property
    def record(self) -> PromptRecord:
        """What an answer says of the prompt that made it."""
        from rag.answer.answer import PromptRecord

        return PromptRecord(name=self.name, version=self.version, sha256=self.sha256)


def load_prompt(path: Path) -> Prompt:
    """The prompt of a file.

    Raises:
        ConfigurationError: the file cannot be read, or its front matter, messages or placeholders
            are wrong; it names the file and the line.
    """
    try:
        text = path.read_text("utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{printable(str(path))}: cannot be read: {error}") from error
    lines = text.split("\n")
    front, body_line = _front_matter(lines, path)
    template = _messages(lines, body_line, path)
    declared = _declared(front["placeholders"], path)
    name = front["name"][0]
    declared_line = front["placeholders"][1]
    _check_uses(declared, declared_line, lines, body_line, path)
    _check_given(name, declared, declared_line, path)
    return Prompt(
        name=name,
        version=front["version"][0],
        description=front["description"][0],
        placeholders=declared,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        template=template,
    )


def load_prompts(folder: Path | None = None) -> dict[str, Prompt]:
    """All prompts of a folder by name; None for those that come with Dateline.

    Raises:
        ConfigurationError: one of them is wrong, or two have the same name.
    """
    folder = folder or bundled("prompts")
    prompts: dict[str, Prompt] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.md")):
        prompt = load_prompt(path)
        if prompt.name in prompts:
            raise _wrong(path, 2, f"{files[prompt.name].name} has the name {prompt.name} already")
        prompts[prompt.name], files[prompt.name] = prompt, path
    return prompts


def _front_matter(lines: list[str], path: Path) -> tuple[dict[str, tuple[str, int]], int]:
    """Values with their line numbers, and the index of the first line after it."""
    if lines[0].rstrip() != FENCE:
        raise _wrong(path, 1, f"a prompt begins with front matter: a line {FENCE}")
    values: dict[str, tuple[str, int]] = {}
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            _check_values(values, index + 1, path)
            return values, index + 1
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if not colon or key not in KEYS:
            known = ", ".join(KEYS)
            raise _wrong(path, index + 1, f"front matter has `key: value` lines with {known}")
        if key in values:
            raise _wrong(path, index + 1, f"{key} is given twice")
        values[key] = (value, index + 1)
    raise _wrong(path, len(lines), f"the front matter does not end: a line {FENCE} is missing")


def _check_values(values: Mapping[str, tuple[str, int]], end_line: int, path: Path) -> None:
    for key in KEYS:
        if key not in values:
            raise _wrong(path, end_line, f"the front matter has no {key}")
        if not values[key][0]:
            raise _wrong(path, values[key][1], f"{key} is empty")
    name, line = values["name"]
    if not _WORD.fullmatch(name):
        raise _wrong(path, line, "a name has lower-case letters, digits and _")
    version, line = values["version"]
    if not _VERSION.fullmatch(version):
        raise _wrong(path, line, "a version is a number, such as 2 or 2.1")


def _messages(lines: list[str], first: int, path: Path) -> tuple[Message, ...]:
    parts: list[tuple[Role, list[str], int]] = []
    for index, line in enumerate(lines[first:], start=first):
        heading = _HEADING.fullmatch(line)
        if heading:
            parts.append((_ROLES[heading[1]], [], index + 1))
        elif parts:
            parts[-1][1].append(line)
        elif line.strip():
            raise _wrong(path, index + 1, "text before the first `# system` or `# user` line")
    messages = tuple(Message(role, "\n".join(text).strip()) for role, text, _ in parts)
    if not messages or messages[-1].role != "user":
        raise _wrong(path, len(lines), "a prompt ends with a `# user` message")
    for message, (_, _, line_number) in zip(messages, parts, strict=True):
        if not message.content:
            raise _wrong(path, line_number, f"the {message.role} message is empty")
    return messages


def _declared(value: tuple[str, int], path: Path) -> frozenset[str]:
    text, line = value
    names = [name.strip() for name in text.strip("[]").split(",")]
    for name in names:
        if not _WORD.fullmatch(name):
            raise _wrong(path, line, f"placeholders are words with commas between, not {name!r}")
    if len(set(names)) < len(names):
        raise _wrong(path, line, "a placeholder is declared twice")
    return frozenset(names)


def _check_uses(
    declared: frozenset[str], declared_line: int, lines: list[str], first: int, path: Path
) -> None:
    used: set[str] = set()
    for index, line in enumerate(lines[first:], start=first):
        for found in _PLACEHOLDER.findall(line):
            if found not in declared:
                raise _wrong(path, index + 1, f"{{{found}}} is not among the declared placeholders")
            used.add(found)
    if unused := sorted(declared - used):
        raise _wrong(path, declared_line, f"{{{unused[0]}}} is declared but not used")


def _check_given(name: str, declared: frozenset[str], line: int, path: Path) -> None:
    if name not in NEEDED:
        return
    if missing := sorted(NEEDED[name] - declared):
        raise _wrong(path, line, f"the prompt {name} must use {{{missing[0]}}}")
    if unknown := sorted(declared - NEEDED[name] - POSSIBLE[name]):
        raise _wrong(path, line, f"nothing gives {{{unknown[0]}}} to the prompt {name}")


def _wrong(path: Path, line: int, reason: str) -> ConfigurationError:
    return ConfigurationError(f"{printable(str(path))}:{line}: {reason}")
