"""Names of outlets as people use them: "www.cnn.com" is CNN."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from rag.articles.phrases import table_file

_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


def outlet_of(stated: str | None, url: str | None) -> str | None:
    """The outlet as stated, a host in its place as the name it is known by; else that of ``url``.

    A host that is not in the table stays as stated, and a URL of one says no outlet.
    """
    if stated is not None:
        return _known_name(stated) or stated if _HOST.fullmatch(stated) else stated
    return _known_name(_host(url)) if url else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "https://[broken"
        return ""


def _known_name(host: str) -> str | None:
    """The name of ``host`` or of the domain it belongs to: "edition.cnn.com" → CNN."""
    labels = host.lower().split(".")
    for start in range(len(labels) - 1):
        name = _names().get(".".join(labels[start:]))
        if name is not None:
            return name
    return None


@cache
def _names() -> dict[str, str]:
    return dict(table_file("outlet_hosts"))
