"""The files beside the output of a batch, and the right to write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.batch.output import output_failures
from rag.errors import OutputError, printable


@dataclass(frozen=True, slots=True)
class BatchPaths:
    """
    Attributes:
        journal: finished rows; stays as long as rows are missing or failed.
        manifest: what makes the output, how far it is, and counts.
        lock: there while a process works on the output.
    """

    output: Path
    journal: Path
    manifest: Path
    lock: Path

    @classmethod
    def beside(cls, output: Path) -> BatchPaths:
        return cls(
            output,
            output.with_name(output.name + ".partial"),
            output.with_name(output.name + ".manifest.json"),
            output.with_name(output.name + ".lock"),
        )


@contextmanager
def locked(paths: BatchPaths) -> Iterator[None]:
    """Keep other processes (and threads) from the output.

    Raises:
        OutputError: one of them has it, or the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    # filelock notices when the file that it has locked is no longer the one of that name, so that
    # the file can be taken away at the end.
    lock = FileLock(paths.lock, timeout=0, is_singleton=False, thread_local=False)
    with output_failures(paths.output):
        try:
            lock.acquire()
        except Timeout:  # which is an OSError too
            raise OutputError(
                f"{printable(str(paths.output))}: another batch is writing it; wait for its end, "
                "or name another output"
            ) from None
    try:
        yield
    finally:
        paths.lock.unlink(missing_ok=True)
        lock.release()
