"""The short answer first, in the terminal, in a copy and in an export."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import asdict, replace

import pytest

from rag.answer.answer import Answer
from rag.answer.head import (
    answer_span,
    answer_spans,
    head_lines,
    readings,
    short_answers,
    side_by_side,
    way_out,
)
from rag.cli.answer_report import print_answers
from rag.ui.answers import Exchange, plain_text
from rag.ui.transcript import markdown
from tests.told_answers import (
    CITATIONS,
    MENDED,
    QUESTION,
    STATEMENTS,
    because,
    differing,
    in_parts,
    mended,
    refused,
    told,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(*answers: Answer) -> str:
    """What a file gets."""
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        print_answers(iter(answers))
        return sys.stdout.getvalue()
    finally:
        sys.stdout = out


def on_terminal(monkeypatch: pytest.MonkeyPatch, answer: Answer, term: str = "xterm") -> str:
    terminal = Terminal()
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stdout", terminal)
    print_answers(iter([answer]))
    return terminal.getvalue()


def in_bold(text: str) -> list[str]:
    return re.findall("\x1b\\[1m(.*?)\x1b\\[0m", text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "31 people"),
        ({"answer_start": None, "answer_end": None}, None),
        ({"answer_start": 90, "answer_end": 103}, "The"),  # begins before the quote
        ({"answer_start": 156, "answer_end": 999}, "grandstand fell & its roof gave way."),
        ({"answer_start": 999, "answer_end": 1004}, None),
        ({"answer_start": 100, "answer_end": 191}, None),  # all but the full stop
    ],
)
def test_the_words_that_answer_are_told_within_their_quote(
    changes: dict[str, int | None], words: str | None
) -> None:
    citation = asdict(replace(CITATIONS[0], **changes))  # type: ignore[arg-type]
    span = answer_span(citation)
    assert (None if span is None else citation["quote"][slice(*span)]) == words


def test_a_citation_stored_before_there_were_such_words_has_none() -> None:
    stored = {k: v for k, v in asdict(CITATIONS[0]).items() if not k.startswith("answer_")}
    assert answer_span(stored) is None


def test_the_words_that_answer_are_found_in_a_quoted_sentence_and_in_no_written_one() -> None:
    quoted, citations = STATEMENTS[0], {c.n: asdict(c) for c in CITATIONS}
    (span,) = answer_spans(quoted, citations)
    assert quoted.text[slice(*span)] == "31 people"
    assert answer_spans(replace(quoted, support="supported"), citations) == []
    assert answer_spans(replace(quoted, text="“Another.”"), citations) == []
    assert answer_spans(replace(quoted, citations=(9,)), citations) == []


def test_values_stand_side_by_side_only_where_reports_do_not_say_the_same() -> None:
    assert [(t.text, t.by, t.date) for t in side_by_side(differing())] == [
        ("31 people", "said by the fire service", "2024-06-02"),
        ("28 people", "said by Ines Holt", "2024-06-03"),
    ]
    assert side_by_side(differing(denied=True))[1].by == "denied by Ines Holt"
    assert short_answers(differing()) == []
    assert side_by_side(told()) == []
    (short,) = short_answers(told())
    assert (short.text, short.by) == ("31 people", "said by the fire service")


def test_a_reading_is_told_once() -> None:
    assert readings(told()) == []
    assert readings(mended()) == [("asked for", MENDED)]
    follow_up = replace(told(), question="And how many?")
    assert readings(follow_up) == [("understood as", QUESTION)]
    both = replace(mended(), standalone_question=QUESTION)
    assert readings(both) == [("asked for", MENDED), ("understood as", QUESTION)]


def test_each_refusal_has_a_way_out_of_its_own() -> None:
    ways = [
        way_out(refused(kind, near=near))
        for kind, near in (("not_told", True), ("not_told", False), ("filter_empty", False),
                           ("ask_whole", False))
    ]  # fmt: skip
    assert len(set(ways)) == 4
    assert "filters" in ways[2] and "names" in ways[3]
    assert way_out(refused(None)) == ways[0]  # one stored before there were kinds


def test_in_the_terminal_the_short_answer_comes_before_the_quotes() -> None:
    lines = printed(told()).splitlines()
    assert lines[0] == f"Q: {QUESTION}"
    assert lines[2].split("  ")[-1] == "said by the fire service [1][2]"
    assert lines[2].startswith("  31 people")
    assert lines[4].startswith("  “The fire service said that 31 people")


def test_in_the_terminal_differing_values_stand_in_columns_with_who_and_when_once() -> None:
    shown = printed(differing())
    assert (
        "\n  The reports differ:\n"
        "    31 people  said by the fire service · 2024-06-02 [1]\n"
        "    28 people  said by Ines Holt · 2024-06-03 [2]\n\n"
    ) in shown
    assert shown.index("The reports differ") < shown.index("“The fire service")
    assert shown.endswith("2 articles, 2 origins, 2 speakers: the reports differ\n")
    assert "The reports give:" in printed(differing("compatible"))
    assert "    28 people  denied by Ines Holt" in printed(differing(denied=True))


def test_in_the_terminal_each_part_has_its_answer_or_that_nobody_tells() -> None:
    shown = printed(in_parts())
    assert (
        "\n  How many people were hurt when the grandstand fell?\n"
        "    31 people [1]\n    28 people [2]\n"
        "  Who had built the grandstand?\n"
        "    The articles do not tell.\n"
    ) in shown


def test_in_the_terminal_a_mended_question_is_shown() -> None:
    assert f"\n   asked for: {MENDED}\n" in printed(mended())
    assert "understood as" not in printed(mended())


def test_in_the_terminal_a_refusal_says_what_to_do_and_why_a_passage_is_shown() -> None:
    shown = printed(refused())
    assert "  The articles do not tell. Look at the passages below" in shown
    near = shown.partition("\nPerhaps here:\n")[2]
    assert near.index("not that it burnt") < near.index("was put up in 1961")
    assert near.count("not that it burnt") == 1
    empty = printed(refused("filter_empty", near=False))
    assert "outlets here: Millbrook Mail (4)." in empty and "Perhaps here" not in empty
    assert "wider filters" in " ".join(empty.split())


def test_on_a_terminal_the_words_that_answer_are_bold_and_in_a_file_nothing_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "\x1b" not in printed(differing())
    shown = on_terminal(monkeypatch, differing())
    assert in_bold(shown) == ["31 people", "28 people", "31", "people", "28"]
    plain = re.sub("\x1b\\[[01]m", "", shown)
    assert plain == printed(differing())
    assert "\x1b" not in on_terminal(monkeypatch, differing(), term="dumb")


def test_on_a_terminal_bold_keeps_to_its_words_over_the_end_of_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = on_terminal(monkeypatch, because())
    assert max(len(re.sub("\x1b\\[[01]m", "", line)) for line in shown.splitlines()) <= 96
    assert " ".join(in_bold(shown)).startswith(because().short[0].text)
    assert all(line.count("\x1b[1m") == line.count("\x1b[0m") for line in shown.splitlines())


def test_control_signs_in_the_head_do_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = differing()
    assert answer.agreement is not None
    evil = replace(answer.agreement.values[0], value="3\x1b[2J1", said_by="the \x1b]0;x\x07army")
    values = (evil, answer.agreement.values[1])
    hostile = replace(answer, agreement=replace(answer.agreement, values=values))
    signs = re.sub("\x1b\\[[01]m", "", on_terminal(monkeypatch, hostile))
    assert "\x1b" not in signs and "\x07" not in signs


def test_a_growing_answer_gets_its_head_once_as_soon_as_it_is_there() -> None:
    whole = told()
    first = replace(whole, short=(), agreement=None, statements=STATEMENTS[:1])
    late = printed(first, whole, whole)
    assert late.count("\n  31 people  ") == 1
    assert late.index("“The fire service") < late.index("\n  31 people  ") < late.index("“Mayor")
    early = printed(replace(whole, statements=STATEMENTS[:1]), whole)
    assert early == printed(whole)


def test_a_copy_begins_with_the_short_answer() -> None:
    assert plain_text(told()).splitlines()[0] == "31 people (said by the fire service) [1][2]"
    assert plain_text(differing()).splitlines()[:2] == [
        "31 people (said by the fire service, 2024-06-02) [1]",
        "28 people (said by Ines Holt, 2024-06-03) [2]",
    ]
    assert plain_text(in_parts()).splitlines()[:2] == [
        "How many people were hurt when the grandstand fell? 31 people [1]; 28 people [2]",
        "Who had built the grandstand? The articles do not tell.",
    ]
    assert plain_text(refused()) == "The articles do not tell."
    assert head_lines(refused()) == []


def exported(answer: Answer) -> str:
    return markdown([Exchange(answer.question, answer, finished=True)])


def test_an_export_begins_with_the_short_answer_and_has_the_words_strong_in_their_quotes() -> None:
    shown = exported(differing())
    first, second = "**31 people** (said by the fire service, 2 Jun 2024)[^x-1]", "**28 people** ("
    assert shown.index(first) < shown.index(second) < shown.index("“The fire service said")
    assert "said that **31 people** were hurt when the grandstand fell \\& its roof" in shown
    assert "“Mayor Ines Holt put the number of injured at **28**.” Stand falls, 2" in shown
    assert "| 31 people | the fire service | 2 Jun 2024 | [^x-1] |" in shown
    assert f"Asked for: {MENDED}" in exported(mended())
    assert "Who had built the grandstand? The articles do not tell." in exported(in_parts())
    assert "The articles do not tell. Look at the passages below" in exported(refused())


def test_a_number_that_begins_a_line_is_no_list_in_an_export() -> None:
    answer = replace(told(), question="12. Who? - he", standalone_question="12. Who? - he")
    assert "## 12\\. Who? - he" in exported(answer)
