"""Where a benchmark's figures go: ``bench/results/NAME.json``, with what they were measured on."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
_PACKAGES = (
    "chromadb",
    "langchain-chroma",
    "langchain-text-splitters",
    "numpy",
    "onnxruntime",
    "tantivy",
)


def record(name: str, figures: dict[str, Any], packages: Sequence[str] = ()) -> None:
    """Write ``figures`` as ``bench/results/NAME.json`` and say so; ``packages`` are further ones
    whose versions matter."""
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "load_before": round(os.getloadavg()[1], 1),
            "system": platform.platform(),
        },
        "python": platform.python_version(),
        "versions": {
            package: importlib.metadata.version(package) for package in (*_PACKAGES, *packages)
        },
        **figures,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(f"written: {path}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
