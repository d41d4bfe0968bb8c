"""Numbers that a script of ours has fitted, read from the .json file that it wrote."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, TypeVar

from rag.errors import ConfigurationError

_Fitted = TypeVar("_Fitted")


def read_fitted(package: str, file: str, key: str, made: type[_Fitted]) -> _Fitted:
    """What ``file`` of ``package`` holds under ``key``, as the fields of ``made``.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    try:
        text = resources.files(package).joinpath(file).read_text("utf-8")
        fields: dict[str, Any] = json.loads(text)[key]
        return made(**fields)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"the numbers in {file} cannot be used ({error}): install Dateline again"
        ) from error
