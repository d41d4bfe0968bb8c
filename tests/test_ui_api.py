"""The page as an API: named endpoints, MCP tools, login, and files that nobody may reach."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.cli.printing import search_row
from rag.dateline import Dateline
from rag.settings import Login
from tests.ui_browser import dateline_of, serving

QUESTION = "How many branches does Marrick Savings Bank have?"
DRAFT = "The army had counted 92 militants killed on Saturday. Nine elephants crossed the Rhine."


@pytest.fixture(scope="module")
def dateline(sample_index: Path) -> Dateline:
    return dateline_of(sample_index)


@pytest.fixture(scope="module")
def url(dateline: Dateline) -> Iterator[str]:
    with serving(dateline) as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Any:
    from gradio_client import Client

    return Client(url, verbose=False)


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_ask_gives_the_contracts_answer(client: Any, dateline: Dateline) -> None:
    given = client.predict(question=QUESTION, api_name="/ask")
    expected = as_json(dateline.ask(QUESTION).to_json())
    assert given | {"seconds": 0} == expected | {"seconds": 0}
    narrowed = client.predict(question=QUESTION, since="2026-02-02", api_name="/ask")
    assert all(c["published"] >= "2026-02-02" for c in narrowed["citations"])


def test_search_gives_the_contracts_passages(client: Any, dateline: Dateline) -> None:
    given = client.predict(query="bow door seal", k=3, api_name="/search")
    expected = as_json(search_row("bow door seal", dateline.search("bow door seal", k=3)))
    assert given == expected and len(given["passages"]) == 3


def test_summarize_and_check_give_the_contracts_rows(client: Any, dateline: Dateline) -> None:
    brief = client.predict(about="attacks in Balochistan", api_name="/summarize")
    expected = as_json(dateline.summarize("attacks in Balochistan").to_json())
    assert brief | {"seconds": 0} == expected | {"seconds": 0}
    rows = client.predict(draft=DRAFT, api_name="/check")
    assert rows == as_json(list(dateline.check_text(DRAFT)))


def test_an_error_reaches_the_client_in_one_line(client: Any) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError, match="the question is empty"):
        client.predict(question=" ", api_name="/ask")
    with pytest.raises(AppError, match="is not a date"):
        client.predict(question="Who?", since="soon", api_name="/ask")


def test_nothing_but_the_four_endpoints_is_offered(client: Any) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(endpoints) == {"/ask", "/search", "/summarize", "/check"}


def test_files_outside_are_not_served_and_every_answer_forbids_foreign_sources(
    url: str, sample_index: Path
) -> None:
    for path in ("/etc/passwd", str(sample_index / "catalog.sqlite"), str(Path(__file__))):
        assert httpx.get(f"{url}gradio_api/file={path}").status_code in {403, 404}
    policy = httpx.get(url).headers["content-security-policy"]
    assert "default-src 'self'" in policy and "script-src-attr 'none'" in policy
    assert "http" not in policy
    assert "fonts.googleapis" not in httpx.get(url).text


@pytest.mark.parametrize(("part", "many"), [("dl-files", True), ("dl-draft-file", False)])
def test_a_path_of_ones_own_choosing_is_not_taken_for_an_upload(
    url: str, tmp_path: Path, dateline: Dateline, part: str, many: bool
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret ledger of the port was found by the police on Monday. " * 20)
    config = httpx.get(f"{url}config").json()
    uploads = [c["id"] for c in config["components"] if c["props"].get("elem_id") == part]
    (handler,) = (
        d["id"]
        for d in config["dependencies"]
        if any(target[0] in uploads and target[1] == "upload" for target in d["targets"])
    )
    before = len(dateline.articles())
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}, "orig_name": "a.txt"}
    data: list[Any] = [[file], ""] if many else [file]
    session = part
    httpx.post(
        f"{url}gradio_api/queue/join",
        json={"data": data, "fn_index": handler, "session_hash": session},
    )
    told = httpx.get(
        f"{url}gradio_api/queue/data", params={"session_hash": session}, timeout=20
    ).text
    assert '"success":true' not in told.replace(" ", "")
    assert "ledger" not in told
    assert len(dateline.articles()) == before
    assert secret.exists()


def test_with_users_nothing_is_seen_without_the_password(sample_index: Path) -> None:
    from gradio_client import Client

    users = (Login("ann", "right-horse"), Login("bob", "battery"))
    with serving(dateline_of(sample_index, users=users)) as url:
        assert httpx.get(f"{url}config").status_code == 401
        assert httpx.get(f"{url}gradio_api/info").status_code == 401
        wrong = httpx.post(f"{url}login", data={"username": "ann", "password": "battery"})
        assert wrong.status_code == 400
        client = Client(url, auth=("ann", "right-horse"), verbose=False)
        assert client.predict(query="ferry", k=1, api_name="/search")["passages"]


@contextmanager
def command(index: Path, *options: str) -> Iterator[str]:
    """``python app.py`` in a process of its own; the address that it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATELINE_")}
    process = subprocess.Popen(
        [sys.executable, "app.py", "--index", str(index), *options],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parent.parent,
    )
    try:
        assert process.stdout is not None
        found = re.match(r"Dateline is at (http://127\.0\.0\.1:\d+/)", process.stdout.readline())
        assert found is not None
        yield found[1]
    finally:
        process.terminate()
        process.wait(10)


def test_an_mcp_client_finds_and_calls_the_tools_of_the_command(
    sample_index: Path, dateline: Dateline
) -> None:
    pytest.importorskip("mcp")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def call(url: str) -> tuple[list[str], Any]:
        async with (
            streamablehttp_client(f"{url}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            assert all(tool.description for tool in tools)
            result = await session.call_tool("ask", {"question": QUESTION})
            return [tool.name for tool in tools], result

    with command(sample_index, "--mcp") as url:
        names, result = asyncio.run(call(url))
    assert sorted(names) == ["ask", "check", "search", "summarize"]
    assert not result.isError
    assert dateline.ask(QUESTION).citations[0].quote in result.content[0].text.replace('\\"', '"')
