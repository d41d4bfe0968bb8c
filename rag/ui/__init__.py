"""The web page: a chat with its sources beside it, over ``rag.dateline.Dateline``."""

from __future__ import annotations

from rag.ui.server import ServerOptions, start

__all__ = ["ServerOptions", "start"]
