"""Files that come with Dateline: in the package when it is installed, at the root of a checkout."""

from __future__ import annotations

from pathlib import Path

from rag.errors import ConfigurationError, printable

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The folder or file ``name`` (such as ``prompts``) that belongs to this copy of Dateline.

    The package's own is looked at first: beside an installed package lie other packages' folders.

    Raises:
        ConfigurationError: this copy has none.
    """
    for folder in (_PACKAGE / "bundled", _PACKAGE.parent):
        is_own = folder.name == "bundled" or (folder / "pyproject.toml").is_file()
        if is_own and (folder / name).exists():
            return folder / name
    raise ConfigurationError(
        f"this installation of Dateline has no {printable(name)}: install it again"
    )
