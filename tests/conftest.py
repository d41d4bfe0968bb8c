"""Shared by all tests: no network, settings of its own, the given articles if they are there."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
LOOPBACK = ("127.", "localhost", "::1")

pytest_plugins = ["tests.openai_server", "tests.ui_browser"]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and not str(host).startswith(LOOPBACK):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person who runs the tests do not reach them."""
    for name in os.environ:
        if name.startswith(("DATELINE_", "OPENAI_")) and name != "DATELINE_SHARED":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sample_articles() -> Path:
    return REPOSITORY / "examples" / "articles"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of given data, which is not part of the repository."""
    folder = Path(os.environ.get("DATELINE_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"SKIPPED: the given data is not at {folder}; name it by DATELINE_SHARED")
    return folder
