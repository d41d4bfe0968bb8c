"""The web server: what it lets in and out, and who may use it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import ipaddress
import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from rag.dateline import Dateline
from rag.errors import ConfigurationError, UsageError

LOOPBACK = "127.0.0.1"
FIRST_PORT = 7860
# The page may load from this server and nowhere else, whatever an article or a model writes.
# Gradio compiles its templates in the page, hence unsafe-eval; no element carries a script.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the page is served.

    Attributes:
        host: address to listen on; loopback, unless others are to reach it.
        port: None for the first free one from ``FIRST_PORT``.
        mcp: serve the endpoints as tools for MCP clients too, under ``/gradio_api/mcp``.
        share: open Gradio's public tunnel to this page.
    """

    host: str = LOOPBACK
    port: int | None = None
    mcp: bool = False
    share: bool = False


class SecurityHeaders:
    """ASGI middleware that adds ``HEADERS`` to every response."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def start(dateline: Dateline, options: ServerOptions | None = None) -> Any:
    """Serve the page in a thread; the Gradio app, with ``local_url`` and ``close``.

    Raises:
        ConfigurationError: the port is taken, or MCP is asked for and not installed.
        UsageError: the page would be open to everybody on the internet, or MCP clients would have
            to log in, which they cannot.
    """
    options = options or ServerOptions()
    if options.share and not dateline.settings.users:
        raise UsageError("--share needs DATELINE_USERS: everybody with the link could use the page")
    if options.mcp and dateline.settings.users:
        raise UsageError("--mcp does not go with DATELINE_USERS: MCP clients cannot log in")
    prepare_gradio(mcp=options.mcp)
    from rag.ui.page import build_page

    page = build_page(dateline)
    try:
        launch(page, dateline, options)
    except OSError as error:
        where = f"{options.host}:{options.port or FIRST_PORT}"
        raise ConfigurationError(f"cannot listen on {where}: {error}") from error
    return page


def launch(page: Any, dateline: Dateline, options: ServerOptions) -> None:
    """
    Raises:
        OSError: the port is taken.
    """
    from starlette.middleware import Middleware

    from rag.ui.theme import page_theme

    # Gradio prints where its MCP server is; what scripts read is what we print.
    with redirect_stdout(sys.stderr):
        page.launch(
            server_name=options.host,
            server_port=options.port,
            share=options.share,
            mcp_server=options.mcp,
            auth=[(login.user, login.password) for login in dateline.settings.users] or None,
            theme=page_theme(),
            css=packaged("page.css"),
            head=f"<script>{packaged('page.js')}</script>",
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            quiet=True,
            inbrowser=False,
            prevent_thread_lock=True,
            max_file_size=f"{dateline.settings.upload_mb}mb",
            app_kwargs={
                "middleware": [Middleware(SecurityHeaders)],
                "docs_url": None,
                "redoc_url": None,
                "openapi_url": None,
            },
        )


def prepare_gradio(*, mcp: bool) -> None:
    """Import gradio without what it would do besides.

    It asks a server for new versions and counts starts unless told not to. It imports the whole of
    ``mcp`` whether it is used or not: without MCP it is told that there is none. And for editors it
    parses the source of each of its components to write stubs beside it, into the installed
    package: it leaves that when it finds no source. The last two are half of its import time.

    Raises:
        ConfigurationError: MCP is asked for and not installed.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if mcp and importlib.util.find_spec("mcp") is None:
        raise ConfigurationError("--mcp needs the package mcp: pip install 'dateline[mcp]'")
    if "gradio" in sys.modules:
        return
    find_source = inspect.getfile

    def find_no_component(wanted: Any) -> str:
        if isinstance(wanted, type) and wanted.__module__.startswith("gradio."):
            raise OSError(f"no stubs are written for {wanted}")
        return find_source(wanted)

    hidden = {} if mcp else {"mcp": None}
    sys.modules.update(hidden)  # type: ignore[arg-type]
    inspect.getfile = find_no_component  # type: ignore[assignment]
    try:
        importlib.import_module("gradio")
    finally:
        inspect.getfile = find_source
        for name in hidden:
            del sys.modules[name]


def packaged(name: str) -> str:
    """The text of a file of this package."""
    return (files("rag.ui") / name).read_text("utf-8")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
