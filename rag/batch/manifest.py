"""What stands beside a batch's output: what makes it, how far it is, what it took."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from rag.batch.journal import Journal, check_same_run
from rag.batch.output import replace_file
from rag.errors import UsageError, printable

State = Literal["running", "stopped", "done"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a manifest says of the runs before.

    Attributes:
        seconds: that they took together.
    """

    state: State = "stopped"
    rows: int = 0
    failed: int = 0
    started: str | None = None
    seconds: float = 0.0
    runs: int = 0


class Manifest:
    """Written when a run begins, when it is stopped, and when the output is there.

    Args:
        header: ``{"questions", "made_by"}``, as in the journal.
    """

    def __init__(self, path: Path, header: Mapping[str, Any], jobs: int, earlier: Earlier) -> None:
        self.path = path
        self._header = header
        self._jobs = jobs
        self._earlier = earlier
        self._started = datetime.now(UTC)
        self._started_s = time.monotonic()

    def write(self, journal: Journal, state: State, stopped: str | None = None) -> None:
        """
        Raises:
            OutputError: it cannot be written.
        """
        earlier = self._earlier
        seconds = earlier.seconds + time.monotonic() - self._started_s
        value = {
            "state": state,
            "stopped": stopped,
            **self._header,
            "jobs": self._jobs,
            "rows": journal.counts(),
            "usage": asdict(journal.spent),
            "times": {
                "started": earlier.started or _moment(self._started),
                "ended": None if state == "running" else _moment(datetime.now(UTC)),
                "seconds": round(seconds, 3),
                "runs": earlier.runs + 1,
            },
        }
        text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        replace_file(self.path, lambda file: file.write(text.encode("utf-8", "replace")))


def read_manifest(path: Path, header: Mapping[str, Any]) -> Earlier:
    """The runs before; none when there is no manifest.

    Raises:
        UsageError: it cannot be read, or was made from something else than ``header`` says.
    """
    try:
        manifest = json.loads(path.read_text("utf-8"))
        rows, times = manifest["rows"], manifest["times"]
        earlier = Earlier(
            manifest["state"],
            int(rows["rows"]),
            int(rows["failed"]),
            times["started"],
            float(times["seconds"]),
            int(times["runs"]),
        )
    except FileNotFoundError:
        return Earlier()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{printable(str(path))}: cannot be read; delete it to start anew"
        ) from error
    check_same_run(path, manifest, header)
    return earlier


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
