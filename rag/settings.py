"""The one settings model: environment variables ``DATELINE_*``, else ``dateline.toml``.

The table in the README is made from ``SETTINGS`` and tested against it. A plain dataclass is used
because a settings library costs more time to import than ``dateline --help`` may take.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from rag.errors import ConfigurationError

SETTINGS_FILE = "dateline.toml"
PREFIX = "DATELINE_"
# Read by the tests and the measurements, not by Dateline itself.
OUTSIDE_SETTINGS = frozenset({"DATELINE_SHARED", "DATELINE_FP32_MODEL"})


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is read: its default, its meaning, and a parser that refuses bad values."""

    default: Any
    meaning: str
    parse: Callable[[str], Any]


Verify = Literal["auto", "checks", "model"]


@dataclass(frozen=True, slots=True)
class Login:
    """Who may use the web page; the password is never printed."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Values in force. Field names are the setting names without ``DATELINE_``, lower-case."""

    index: Path
    embeddings: str
    model: str | None
    verify: Verify
    verify_model: str | None
    strict: bool
    passages: int
    context_tokens: int | None
    max_output_tokens: int
    timeout_s: int | None
    prompts: Path | None
    users: tuple[Login, ...]
    upload_mb: int
    threads: int | None = None


def text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value.strip()


def path(value: str) -> Path:
    if "\0" in value:
        raise ValueError("holds a NUL character")
    return Path(text(value)).expanduser()


def one_of(*words: str) -> Callable[[str], str]:
    """A parser that takes one of ``words``."""

    def parse(value: str) -> str:
        if value.strip().lower() not in words:
            raise ValueError(f"is not one of {', '.join(words)}")
        return value.strip().lower()

    return parse


def yes_or_no(value: str) -> bool:
    """True for yes, true, on, 1; False for no, false, off, 0 and an empty value."""
    word = value.strip().lower()
    if word in {"yes", "true", "on", "1"}:
        return True
    if word in {"no", "false", "off", "0", ""}:
        return False
    raise ValueError("is neither yes nor no")


def optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser that takes an empty value for "not set"."""
    return lambda value: parse(value) if value.strip() else None


def number_between(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers that refuses what lies outside ``low`` to ``high``."""

    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            raise ValueError("is not a whole number") from None
        if not low <= number <= high:
            raise ValueError(f"is not between {low} and {high}")
        return number

    return parse


def logins(value: str) -> tuple[Login, ...]:
    """Pairs ``user:password``, by commas, or in the lines of the file that ``value`` names."""
    given = value.strip()
    if given and ":" not in given:
        try:
            lines = Path(given).expanduser().read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise ValueError("is neither user:password nor a file that can be read") from None
        pairs = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    else:
        pairs = [pair.strip() for pair in given.split(",") if pair.strip()]
    found = {}
    for pair in pairs:
        user, _, password = pair.partition(":")
        if not user or not password:
            raise ValueError("holds an entry that is not user:password")
        found[user] = Login(user, password)
    return tuple(found.values())


SETTINGS: dict[str, Setting] = {
    "index": Setting(
        Path(".dateline"), "the folder of the index; `--index` on a command goes before it", path
    ),
    "embeddings": Setting(
        "local",
        "`local` (the model in the package) or `openai:NAME`, such as "
        "`openai:text-embedding-3-small`",
        text,
    ),
    "model": Setting(
        None,
        "the chat model: `openai:NAME`, `local:PATH.gguf` or `local`; unset: extractive answers",
        optional(text),
    ),
    "verify": Setting(
        "auto",
        "who checks what a model wrote: `checks` (this machine), `model` (it also takes a second "
        "look at each statement), `auto`: model for `openai:` models, checks for `local:`",
        one_of("auto", "checks", "model"),
    ),
    "verify_model": Setting(
        None,
        "the chat model of the second look, named as `DATELINE_MODEL`; unset: the one that wrote",
        optional(text),
    ),
    "strict": Setting(
        False,
        "`yes`: a statement that is likely but not sure is taken out, in place of marked",
        yes_or_no,
    ),
    "passages": Setting(
        10, "how many passages a question is answered from, 1 to 100", number_between(1, 100)
    ),
    "context_tokens": Setting(
        None,
        "the chat model's window, for a model whose window Dateline does not know (else 8192)",
        optional(number_between(256, 10_000_000)),
    ),
    "max_output_tokens": Setting(
        512, "most tokens of a model's answer", number_between(16, 100_000)
    ),
    "timeout_s": Setting(
        None,
        "most seconds for a model call with its retries (unset: 120, a local model 600)",
        optional(number_between(1, 86_400)),
    ),
    "prompts": Setting(
        None, "a folder of prompt files to use in place of those of the package", optional(path)
    ),
    "users": Setting(
        (),
        "who may use the web page: `user:password,user:password`, or a file of such lines; unset: "
        "nobody has to log in",
        logins,
    ),
    "upload_mb": Setting(
        64, "largest file that the web page takes, in MB, 1 to 4096", number_between(1, 4096)
    ),
    "threads": Setting(
        None,
        "texts that each of the small models (embedder, reader, judge) reads side by side, one "
        "core each; unset: all cores that the process may use",
        optional(number_between(1, 1024)),
    ),
}


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Settings in force: the environment first, then ``dateline.toml`` in ``folder`` (default: the
    current one), then the defaults.

    Raises:
        ConfigurationError: an unknown name or a refused value, with its place and the way out.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {name: setting.default for name, setting in SETTINGS.items()}
    file = (folder or Path()) / SETTINGS_FILE
    for name, value in read_file(file).items():
        values[name] = parse_value(name, str(value), f"{file}: {name}")
    for variable, value in environ.items():
        if variable.startswith(PREFIX) and variable not in OUTSIDE_SETTINGS:
            name = variable.removeprefix(PREFIX).lower()
            values[name] = parse_value(name, value, variable)
    return Settings(**values)


def read_file(file: Path) -> dict[str, Any]:
    """The flat table of ``dateline.toml``; empty when there is no such file."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}. Mend or remove it.") from error


def parse_value(name: str, value: str, place: str) -> Any:
    """One value by the parser of its setting; ``place`` names it in the error."""
    if name not in SETTINGS:
        near = difflib.get_close_matches(name, SETTINGS, n=1)
        hint = f" Did you mean {near[0]}?" if near else f" Known are: {', '.join(SETTINGS)}."
        raise ConfigurationError(f"{place}: there is no such setting.{hint}")
    try:
        return SETTINGS[name].parse(value)
    except ValueError as error:
        raise ConfigurationError(f"{place} {error}: {SETTINGS[name].meaning}.") from None


def settings_table() -> str:
    """The settings as a Markdown table, for the README."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name in (entry.name for entry in fields(Settings)):
        setting = SETTINGS[name]
        default = _shown(setting.default)
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {setting.meaning} |")
    return "\n".join(rows)


def _shown(default: Any) -> str:
    if default in (None, ()):
        return ""
    return "`no`" if default is False else f"`{default}`"
