"""Why a file is no article."""

from __future__ import annotations


class RefusedError(ValueError):
    """The file, or a part of it, holds no article; the message says why."""
