"""What ``dateline check`` prints, in which order, and its exit status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.checked import problems_first, state, totals
from rag.cli import main
from rag.dateline import Dateline
from tests.check_rows import FAILED, ROWS, quote, row

REPORT = """\
CONTRADICTED
   4. It injured ‹15› workers.
      the quotes say 14 workers, not 15
      > “On Tuesday a crane fell and injured 14 workers, the company said.” (Harbour Lantern ·
        2026-03-04 · Crane fall closes pier)

NOT FOUND
   3. ‹Monks built› the pier.
      the quotes do not say “Monks built”
      nearest: “The pier is closed.” (Harbour Lantern · 2026-03-04 · Crane fall closes pier)

CHECK THIS
   2. The company ‹admitted› that a crane fell.
      61 % likely supported: the quotes do not say “admitted”
      > “On Tuesday a crane fell and injured 14 workers, the company said.” (Harbour Lantern ·
        2026-03-04 · Crane fall closes pier)

SUPPORTED
   1. A crane fell on Tuesday.
      > “On Tuesday a crane fell and injured 14 workers, the company said.” (Harbour Lantern ·
        2026-03-04 · Crane fall closes pier)

4 sentences: 1 contradicted, 1 not found, 1 to check, 1 supported
"""

Check = Callable[..., int]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Check:
    """Runs ``dateline check`` on rows that stand for what the articles say."""

    def run(rows: tuple[dict[str, Any], ...], *options: str, file: str = "draft.md") -> int:
        monkeypatch.setattr(Dateline, "check", lambda *_, **__: iter(rows))
        return main(["check", str(tmp_path / file), "--index", str(tmp_path / "i"), *options])

    return run


def test_problems_are_printed_first_with_reason_quote_and_marked_words(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    check(ROWS)
    assert capsys.readouterr().out == REPORT


def test_rows_of_one_kind_stay_in_the_order_of_the_draft() -> None:
    rows = [
        row(n, f"Claim {n}.", support, 0.5)
        for n, support in enumerate(
            ["supported", "contradicted", "unsupported", "contradicted", "supported"], start=1
        )
    ]
    assert [number for number, _ in problems_first(rows)] == [2, 4, 3, 1, 5]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (ROWS[:3], 0),
        (ROWS, 3),
        ((*ROWS[:3], FAILED), 1),
        ((*ROWS, FAILED), 1),
    ],
)
def test_the_exit_status_tells_of_failures_before_contradictions(
    check: Check, rows: tuple[dict[str, Any], ...], status: int
) -> None:
    assert check(rows) == status
    assert check(rows, "--json") == status


def test_a_usage_error_goes_before_all(tmp_path: Path) -> None:
    assert main(["check", str(tmp_path / "draft.odt"), "--index", str(tmp_path / "i")]) == 2


def test_a_file_of_rows_keeps_the_order_of_the_draft(
    check: Check, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    assert check(ROWS, "-o", str(out), file="claims.jsonl") == 3
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == list(ROWS)
    printed = capsys.readouterr().out
    assert printed == "4 claims: 1 contradicted, 1 not found, 1 to check, 1 supported\n"


def test_json_is_the_rows_in_the_order_of_the_draft_and_nothing_else(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    check(ROWS, "--json")
    assert json.loads(capsys.readouterr().out) == list(ROWS)


def test_a_failed_row_is_printed_with_its_reason_and_counted_by_itself(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    check((ROWS[3], FAILED), file="claims.jsonl")
    printed = capsys.readouterr()
    assert "NOT CHECKED\n   5. line 5: not JSON\n" in printed.out
    assert printed.out.endswith(
        "2 claims: 1 contradicted, 0 not found, 0 to check, 1 not checked, 0 supported\n"
    )
    assert printed.err == "error: claim 5: line 5: not JSON\n"


def test_a_quote_of_the_text_given_with_a_claim_is_said_to_be_of_it(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    own = quote("Nine boats sank.", outlet=None) | {"article_id": None, "source": None}
    check((row(1, "Ten boats sank.", "contradicted", 0.1, citations=[own]),))
    assert "> “Nine boats sank.” (the text given with it)\n" in capsys.readouterr().out


def test_control_signs_of_a_draft_do_nothing_to_the_terminal(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    check((row(1, "Wind \x1b[31mrose.", "unsupported", 0.0, nearest=quote("\x1b]0;x\x07")),))
    assert "\x1b" not in capsys.readouterr().out


def test_states_and_totals_use_one_word_each() -> None:
    counts = Counter(state(r) for r in [*ROWS, ROWS[0], ROWS[3], ROWS[3]])
    assert totals(counts) == "7 sentences: 3 contradicted, 1 not found, 1 to check, 2 supported"
    alone = Counter([state(ROWS[0])])
    assert totals(alone) == "1 sentence: 0 contradicted, 0 not found, 0 to check, 1 supported"
