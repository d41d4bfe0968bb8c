"""Markers in a model's answer resolve to the sentences shown, or are counted as invalid."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer.citations import RawStatement, StatementStream, parse_answer, split_statements


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ten died [3].", (3,)),
        ("Ten died.[3]", (3,)),
        ("Ten died. [3]", (3,)),
        ("Ten died [1, 2].", (1, 2)),
        ("Ten died [1][2].", (1, 2)),
        ("Ten died [1] [2].", (1, 2)),
        ("Ten died [1-3].", (1, 2, 3)),
        ("Ten died [1–3, 5].", (1, 2, 3, 5)),
        ("Ten died 【1】.", (1,)),
        ("Ten died【4†source】.", (4,)),
        ("Ten died ［1，2］.", (1, 2)),
        ("[2] Ten died.", (2,)),
        ("Ten [1] died [2].", (1, 2)),
        ("Ten died [2][1][2].", (2, 1)),
        ("- **Ten** died. [1]", (1,)),
        ("Ten died.", ()),
    ],
)
def test_every_usual_way_to_cite_is_read(text: str, cited: tuple[int, ...]) -> None:
    assert split_statements(text) == [RawStatement("Ten died.", cited)]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    first, second = split_statements("Ten died. [1] Two were hurt. [2]")
    assert first == RawStatement("Ten died.", (1,))
    assert second == RawStatement("Two were hurt.", (2,))


def test_a_marker_does_not_hide_the_end_of_a_sentence() -> None:
    texts = [s.text for s in split_statements("Ten died.[1]Two were hurt on Feb. 9.[2]")]
    assert texts == ["Ten died.", "Two were hurt on Feb. 9."]


def test_lines_of_a_list_are_statements_of_their_own() -> None:
    found = split_statements("Reports differ:\n- Ten died [1]\n- Twelve died [2]\n")
    assert [(s.text, s.cited) for s in found] == [
        ("Reports differ:", ()),
        ("Ten died", (1,)),
        ("Twelve died", (2,)),
    ]


def test_unknown_numbers_are_invalid_and_citing_nothing_is_something_else() -> None:
    wrong, silent = parse_answer("Ten died [9][1]. Two were hurt.", known={1, 2})
    assert (wrong.citations, wrong.invalid, wrong.cites_nothing) == ((1,), (9,), False)
    assert (silent.citations, silent.invalid, silent.cites_nothing) == ((), (), True)


def test_brackets_that_are_no_markers_stay_in_the_text() -> None:
    assert split_statements("He said [sic] it (1) [1].")[0].text == "He said [sic] it (1)."


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("The mill shut in May [^4^].", (4,)),
        ("The mill shut in May.[^4^][^7^]", (4, 7)),
        ("The mill shut in May [^4].", (4,)),
        ("The mill shut in May<sup>4</sup>.", (4,)),
        ("The mill shut in May.<sup>[4, 7]</sup>", (4, 7)),
        ("The mill shut in May (4).", (4,)),
        ("The mill shut in May. (4)", (4,)),
        ("The mill shut in May (4)(7).", (4, 7)),
        ("The mill shut in May (4, 7).", (4, 7)),
        ("The mill shut in May 【4】.", (4,)),
        ("The mill shut in May [4][7].", (4, 7)),
        ("The mill shut in May [4-6].", (4, 5, 6)),
    ],
)
def test_every_style_of_marker_is_read_and_taken_out(text: str, cited: tuple[int, ...]) -> None:
    assert split_statements(text) == [RawStatement("The mill shut in May.", cited)]


@pytest.mark.parametrize(
    "text",
    [
        "Their son (9) and daughter (12) were unhurt [2].",
        "The act (2021) was repealed [2].",
        "Area is given by f(2) here [2].",
        "The unit of E = mc<sup>x</sup> is joule [2].",
    ],
)
def test_numbers_in_brackets_within_a_sentence_are_its_own(text: str) -> None:
    assert split_statements(text) == [RawStatement(text.replace(" [2]", ""), (2,))]


def test_a_marker_in_round_brackets_belongs_to_the_sentence_before_it() -> None:
    found = split_statements("The mill shut in May. (4) It is for sale (7). Nobody bid.")
    assert [s.cited for s in found] == [(4,), (7,), ()]
    assert [s.text for s in found][1] == "It is for sale."


def test_a_range_too_wide_to_be_meant_cites_its_ends_alone() -> None:
    assert split_statements("Ten died [1-999].")[0].cited == (1, 999)


def test_a_streamed_statement_waits_for_its_trailing_marker() -> None:
    stream = StatementStream()
    assert stream.feed("Ten died.") == []
    assert stream.feed(" [") == []
    assert stream.feed("1] Two ") == [RawStatement("Ten died.", (1,))]
    assert stream.feed("were hurt [2].") == []
    assert stream.close() == [RawStatement("Two were hurt.", (2,))]


ANSWER = (
    "At least 14 people died on Feb. 9, 2024 [1][2]. The U.S. envoy, Dr. N. K. Osei, said so.[3] "
    "“Nobody came,” she said. [4]\n\n- Ten more were hurt [5-7]\n- The count is open 【8】.\n"
    "[9] Reports differ. Officials disagree [1, 3]. The mill shut (4). It is for sale. (7) Nobody "
    "bid<sup>2, 3</sup>. It rained [^5^]."
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=80))
def test_a_stream_gives_what_the_whole_answer_gives(sizes: list[int]) -> None:
    stream, found, at = StatementStream(), [], 0
    for size in sizes:
        found += stream.feed(ANSWER[at : at + size])
        at += size
    found += stream.feed(ANSWER[at:])
    found += stream.close()
    assert found == split_statements(ANSWER)


@given(st.text(alphabet="ab1.,[]【】()^-– \n", max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    stream = StatementStream()
    streamed = [s for c in text for s in stream.feed(c)] + stream.close()
    assert all(s.text for s in streamed + split_statements(text))
