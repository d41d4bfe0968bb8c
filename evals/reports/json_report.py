"""The report as JSON, for programs."""

from __future__ import annotations

import json

from .content import GateReport


def to_json(report: GateReport) -> str:
    """Indented; shares are 0 to 1, hashes are SHA-256 in hex."""
    value = report.to_json()
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
