"""On whose behalf model calls are made: told from the outside, because calls are many steps below.

A batch that is killed may have paid for a reply that it had no time to write down. Asked again, the
row finds the reply in the response cache; since that row itself has paid for it, it counts as a
call with its cost, not as a gift of somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_payer: ContextVar[str | None] = ContextVar("payer", default=None)


@contextmanager
def paying_for(name: str) -> Iterator[None]:
    """Model calls inside are made for ``name``, which must be unique to one piece of work."""
    token = _payer.set(name)
    try:
        yield
    finally:
        _payer.reset(token)


def payer() -> str | None:
    """Who pays for a call that is made now; None when nobody was named."""
    return _payer.get()
