"""Progress with rate and time left on stderr: after two seconds, and only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from rag.index import IngestProgress

DELAY_S = 2


def bar(text: str, unit: str, total: int | None = None) -> tqdm[Any]:
    # disable=None: nothing at all is written when stderr is not a terminal.
    return tqdm(desc=text, unit=f" {unit}", total=total, delay=DELAY_S, disable=None, leave=False)


@contextmanager
def counter(text: str, unit: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
    """Progress of work; call it with how many more are done. ``total``: of how many, if known."""
    with bar(text, unit, total) as shown:
        yield shown.update


@contextmanager
def stages(unit: str) -> Iterator[Callable[[str, int, int], None]]:
    """Progress of work in stages; call it with the stage, how many are done, and of how many."""
    with bar("", unit) as shown:

        def advance(stage: str, done: int, total: int) -> None:
            if shown.disable:
                return  # a bar that is not shown has no description
            if stage != shown.desc.rstrip(": "):
                shown.reset(total)
                shown.set_description(stage)
            shown.total = total
            shown.update(done - shown.n)

        yield advance


@contextmanager
def ingest_progress() -> Iterator[Callable[[IngestProgress], None]]:
    """Progress of an ingest: the share of the input read, its rate and the time left."""
    with tqdm(
        desc="ingest",
        total=1.0,
        bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed}<{remaining}{postfix}",
        delay=DELAY_S,
        disable=None,
        leave=False,
    ) as shown:

        def advance(state: IngestProgress) -> None:
            elapsed_s = shown.format_dict["elapsed"] or 0.0
            rate = state.articles / elapsed_s if elapsed_s else 0.0
            shown.set_postfix_str(f"{state.articles} articles, {rate:.0f}/s", refresh=False)
            shown.update(state.fraction - shown.n)

        yield advance
