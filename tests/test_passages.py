"""Passages: exact spans, within limits, whole sentences, packed evenly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.passages import retrieval_text, split_passages
from rag.sentences import split_sentences
from rag.tokens import count_tokens

SENTENCE = "The council of Brannoc met for the third time that week to weigh the harbour plan."

_ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=400),
    st.lists(
        st.sampled_from(
            [
                *("Dr. Ode ", "no. ", "It rained. ", "\n\n", "\n", "“Go!” ", "…", " ", "U.S. "),
                *("\ud83d", "\x00", "👩‍👩‍👧 ", "a" * 700, "他来了。", "word " * 150),
                *("e\u0301" * 400, "• item "),
            ]
        ),
        max_size=30,
    ).map("".join),
)


def passage_texts(text: str, **limits: int) -> list[str]:
    return [text[p.start : p.end] for p in split_passages(text, **limits)]


@settings(max_examples=150, deadline=None)
@given(_ANY_TEXT)
def test_passages_hold_all_but_white_space_in_order_and_within_the_limit(text: str) -> None:
    at = 0
    for passage in split_passages(text):
        assert text[at : passage.start].strip() == ""
        assert passage.start < passage.end <= passage.start + 1000
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        for (_, end), (start, _) in zip(passage.sentences, passage.sentences[1:], strict=False):
            assert end <= start
            assert text[end:start].strip() == ""
        at = passage.end
    assert text[at:].strip() == ""


@settings(max_examples=60, deadline=None)
@given(_ANY_TEXT, st.integers(20, 300), st.integers(8, 100))
def test_smaller_limits_hold_too(text: str, max_characters: int, max_tokens: int) -> None:
    for shown in passage_texts(text, max_characters=max_characters, max_tokens=max_tokens):
        assert len(shown) <= max_characters
        assert count_tokens(shown) <= max_tokens


def test_a_passage_is_made_of_whole_sentences() -> None:
    text = "\n\n".join([" ".join([SENTENCE] * 4)] * 9)
    sentences = [(s.start, s.end) for s in split_sentences(text)]
    assert [span for p in split_passages(text) for span in p.sentences] == sentences


def test_the_last_passage_is_not_a_crumb() -> None:
    text = " ".join([SENTENCE] * 12 + ["It ended."])
    lengths = [len(shown) for shown in passage_texts(text)]
    assert len(lengths) == 2
    assert min(lengths) > 400


def test_passages_break_between_paragraphs_where_they_can() -> None:
    paragraph = " ".join([SENTENCE] * 3)
    pair = f"{paragraph}\n\n{paragraph}"
    shown = passage_texts("\n\n".join([paragraph] * 5), max_characters=600)
    assert sorted(shown) == sorted([pair, pair, paragraph])


def test_a_subheading_goes_with_what_follows_it() -> None:
    before, after = " ".join([SENTENCE] * 4), " ".join([SENTENCE] * 6)
    text = f"{before}\n\nWhat happens next\n\n{after}"
    assert passage_texts(text, max_characters=600) == [before, f"What happens next\n\n{after}"]


def test_a_sentence_longer_than_a_passage_is_cut_at_its_clauses() -> None:
    clause = "the list of those who came went on and on; "
    shown = passage_texts("So " + clause * 40 + "and ended.")
    assert len(shown) >= 2
    assert all(len(one) <= 1000 for one in shown)
    assert all(one.endswith((";", ".")) for one in shown)


def test_text_rich_in_tokens_is_cut_by_tokens() -> None:
    text = "ይህ አጭር ዓረፍተ ነገር ነው " * 60
    shown = passage_texts(text)
    assert len(shown) > 2
    assert all(count_tokens(one) <= 256 for one in shown)


def test_no_text_no_passages() -> None:
    assert split_passages("") == split_passages(" \n\n\t") == []


@pytest.mark.parametrize("text", ["x" * 100_000, "?! " * 30_000, "." * 100_000, "\n" * 100_000])
def test_texts_that_are_no_prose_take_no_longer_than_prose(text: str) -> None:
    import time

    began = time.perf_counter()
    split_passages(text)
    assert time.perf_counter() - began < 3.0


def test_the_title_is_carried_with_the_passage() -> None:
    assert retrieval_text("Harbour plan", "It passed.") == "Harbour plan\nIt passed."
    assert retrieval_text(None, "It passed.") == "It passed."


def test_a_long_title_never_drowns_the_passage() -> None:
    assert len(retrieval_text("word " * 500, "It passed.")) < 250


def test_a_list_longer_than_a_passage_is_packed_full() -> None:
    items = "\n\n".join(f"• Date: August {day}, a day of rain" for day in range(1, 61))
    lengths = [len(shown) for shown in passage_texts(items)]
    assert len(lengths) == 3
    assert min(lengths) > 600
