"""Files that come with Dateline: in the package when it is installed, at the root of a checkout."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

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


# The name that the evaluation is imported by: no `evals` of somebody else is in the way of it.
_EVALS = "dateline_evals"


def load_evals(module: str) -> ModuleType:
    """A module of the folder ``evals``, which is beside ``rag`` in a checkout and in it when
    installed.

    Raises:
        ConfigurationError: this copy has none.
    """
    if _EVALS not in sys.modules:
        folder = bundled("evals")
        spec = importlib.util.spec_from_file_location(
            _EVALS, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None
        assert spec.loader is not None
        package = importlib.util.module_from_spec(spec)
        sys.modules[_EVALS] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{_EVALS}.{module}")
