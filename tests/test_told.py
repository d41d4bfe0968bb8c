"""What a reader is told of each statement of a model: in the terminal, in a copy, in an export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.answer import Statement, answer_text
from rag.answer.told import checked_by, look_failures, percent, pieces, reason, state
from rag.cli.answer_report import print_answers
from rag.ui.answers import Exchange, plain_text
from rag.ui.transcript import markdown
from tests.proved_answers import (
    ALONE,
    DENIED,
    JUDGED,
    LOOKED_AT,
    QUOTED,
    REMOVED,
    TO_CHECK,
    answer_of,
)


@pytest.mark.parametrize(
    ("statement", "told", "by"),
    [
        (QUOTED, "proved", "a quote"),
        (JUDGED, "proved", "this machine’s judge, 93 %"),
        (LOOKED_AT, "proved", "the chat model’s second look (judge: 41 %)"),
        (ALONE, "proved", "this machine’s judge, 88 %"),
        (TO_CHECK, "check this", "this machine’s judge, 62 %"),
        (REMOVED, "taken out", "this machine’s judge, 5 %"),
        (DENIED, "taken out", "the chat model’s second look (judge: 31 %)"),
    ],
)
def test_each_statement_has_one_of_three_states_and_who_checked_it(
    statement: Statement, told: str, by: str
) -> None:
    assert (state(statement), checked_by(statement)) == (told, by)


def test_what_is_marked_or_taken_out_always_has_a_reason() -> None:
    assert reason(TO_CHECK) == "62 % likely supported: the quotes do not say “admitted”"
    assert reason(REMOVED) == "the quotes say 14 workers, not 41"
    unexplained = replace(TO_CHECK, why=None)
    assert reason(unexplained) == "62 % likely supported: the quotes do not say this"


def test_only_a_quote_is_called_sure() -> None:
    assert [percent(p) for p in (1.0, 0.998, 0.934, 0.0)] == ["100 %", "99 %", "93 %", "0 %"]


@pytest.mark.parametrize(
    ("spans", "cut"),
    [
        ([], [("Ships sank.", False)]),
        ([(5, 5), (-3, 0)], [("Ships sank.", False)]),
        ([(0, 5)], [("Ships", True), (" sank.", False)]),
        ([(6, 10), (0, 5)], [("Ships", True), (" ", False), ("sank", True), (".", False)]),
        ([(0, 8), (6, 10)], [("Ships sa", True), ("nk", True), (".", False)]),
        ([(-3, 2), (9, 99), (50, 60)], [("Sh", True), ("ips san", False), ("k.", True)]),
    ],
)  # fmt: skip
def test_marks_lie_within_the_sentence_whatever_the_spans(
    spans: list[tuple[int, int]], cut: list[tuple[str, bool]]
) -> None:
    assert pieces("Ships sank.", spans) == cut


def test_why_a_second_look_failed_is_said_once() -> None:
    again = replace(ALONE, text="The bolts of the crane were worn.")
    failures = look_failures(answer_of([ALONE, again, JUDGED, TO_CHECK, REMOVED]))
    assert failures == [ALONE.why]


def printed(capsys: pytest.CaptureFixture[str], *statements: Statement) -> str:
    growing = [answer_of(statements[:n]) for n in range(1, len(statements) + 1)]
    print_answers(iter(growing))
    return capsys.readouterr().out


def test_in_the_terminal_a_proved_sentence_is_plain_and_one_to_check_is_marked_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = printed(capsys, QUOTED, TO_CHECK, JUDGED)
    assert "\n  A crane injured 14 workers. [1]\n" in shown
    assert (
        "\n? The company ‹admitted› that the bolts were worn. [2]\n"
        "    check this, 62 % likely supported: the quotes do not say “admitted”\n"
        "  Fourteen workers were hurt. [1]\n"
    ) in shown
    assert shown.count("check this") == 1
    checked = " ".join(shown.partition("Checked by")[2].split())
    assert checked.endswith("a quote; this machine’s judge, 62 %; this machine’s judge, 93 %")


def test_in_the_terminal_what_was_taken_out_follows_the_answer_with_words_and_reason_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = printed(capsys, JUDGED, REMOVED, DENIED)
    answer, _, removed = shown.partition("Taken out, not proved by the articles")
    assert "41" not in answer and "Nobody" not in answer
    assert "  A crane injured ‹41› workers. (the quotes say 14 workers, not 41)\n" in removed
    assert "  ‹Nobody› was hurt. (the quotes say otherwise: not “Nobody”)\n" in removed
    assert "    checked by the chat model’s second look (judge: 31 %)\n" in removed


def test_in_the_terminal_a_failed_second_look_has_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert f"\nnote: {ALONE.why}\n" in printed(capsys, JUDGED, ALONE)


def test_in_the_terminal_an_answer_of_quotes_says_nothing_of_checks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_answers(iter([replace(answer_of([QUOTED]), engine="extractive", model=None)]))
    shown = capsys.readouterr().out
    assert "Checked by" not in shown and "Taken out" not in shown


def test_control_signs_of_a_model_do_nothing_in_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "The \x1b[31mcompany admitted it."
    hostile = replace(TO_CHECK, text=text, why="not \x1b[2Jsaid", unsupported_spans=((4, 12),))
    removed = replace(hostile, support="unsupported", text="So \x1b[31mthey say.")
    assert "\x1b" not in printed(capsys, hostile, removed)


def test_a_copy_carries_the_mark_and_leaves_a_proved_answer_as_it_is() -> None:
    copied = plain_text(answer_of([JUDGED, TO_CHECK, REMOVED]))
    assert copied.split("\n")[0] == (
        "Fourteen workers were hurt. [1] The company admitted that the bolts were worn. [2] "
        "(check this, 62 % likely supported: the quotes do not say “admitted”)"
    )
    assert plain_text(answer_of([JUDGED, REMOVED])).split("\n")[0] == answer_text((JUDGED,))


def test_an_export_carries_the_mark_the_words_and_the_failed_look() -> None:
    answer = answer_of([JUDGED, TO_CHECK, ALONE, replace(TO_CHECK, text="*So* they <say>.",
                        unsupported_spans=((0, 4),), why="not “*So*”"), REMOVED])  # fmt: skip
    exported = markdown([Exchange("What happened?", answer, finished=True)])
    assert "\n\nFourteen workers were hurt.[^x-1]\n\n" in exported
    assert (
        "The company ‹admitted› that the bolts were worn.[^x-2] (**check this**, "
        "62 % likely supported: the quotes do not say “admitted”)"
    ) in exported
    assert "Checked on this machine alone: openai:m did not answer within 30 s" in exported
    assert r"‹\*So\*› they \<say\>." in exported and r"not “\*So\*”" in exported
    assert "41" not in exported
