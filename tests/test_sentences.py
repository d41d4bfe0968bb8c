"""Sentences: where they end, and that every offset is exact."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.sentences import MAX_SENTENCE_CHARACTERS, split_sentences

# Each line is a text; " | " marks where a sentence ends, and stands for the white space there.
ABBREVIATIONS = """
The court met on Feb. 9, 2024, in Brannoc. | It rose at noon.
U.S. Charge d'Affaires Natalie Orr condemned the raid. | She left.
He grew up in the U.S. | The war took him away.
He lives in the U.S. state of Ohio with U.S. Marines.
Dr. N. K. Osei of St. Brannoc spoke first. | Gov. Kay spoke last.
The army said Lt. Col. Ito and Maj. Gen. Ruiz died. | Sgt. Pao lived.
Bus No. 4 was late. | No. 7 was not. | Was it full? | No. | He lied.
Harrow Inc. said on Monday it would cut jobs. | Shares fell.
Apple Inc. Chief Executive Tim Cook spoke. | He sold Apple Inc. | It hurt.
The case of Lund vs. Orr opened. | Many came, e.g. Mr. Hall and Mrs. Bee.
Sen. Ann Lee, D-Conn., and Rep. Bo Day, R-Fla., voted no. | It failed.
Washington, D.C. Mayor Ida Ray left Washington, D.C. | She moved to L.A. with J. D. Vane.
She lives on Main St. in Troy. | He lives on Main St. | The road is long.
It opened in Jan. | The park closed in Sept. 2019. | See Vol. II for more.
He cited Art. 5, Sec. 3, p. 12 and Fig. 2 of H.Res. 503. | Pp. 3-4 were lost.
John F. Kennedy met Ms. Lee. | We have Plan B. | He has none. | Del Rey won Group A. | Qatar lost.
They sold fruit, bread, etc. | The shop closed. | The dean et al. agreed.
DOVER, Del. (AP) — The sun rose. | MR. SMITH WENT HOME. | So wrote the FT. | But nobody read it.
More:Gov. Kay said no. | The rebels — known as J.U.I. — denied it. | It blamed the B.L.A. | It left.
"""
TIMES_AND_FIGURES = """
The train left at 5 p.m. and came back at 7 a.m. on Monday. | It was full.
Shots were heard at 5 p.m. | Police came at 6 p.m. | Nobody was hurt.
At 9 a.m. Tuesday they met. | Talks ended at 3 p.m. ET. | It was late (about 11 p.m.). | All left.
Prices rose 3.5 percent to $1.2bn. | Rents fell 0.4%. | Democrats cheered. | It cost $3.14. | Pay.
The vote was 51-49. | 5 members abstained. | $3m was spent.
1. The first rule is silence. | 2. The second is patience.
"""
QUOTES = """
“We are going home.” | The crowd cheered. | “Why?” | “No,” she said.
“Are we going home?” she asked. | “We won’t.” he said.
“Who are you?” Mary Ann Smith asked. | He ran. | “Stop!” the officer shouted.
“We are tired. | We want to go home,” he said. | "We won." | "Did we?" Orr asked.
The film “Help!” opened. | Critics loved “Who’s There?” and “Mother!” most.
(He was wrong.) | She was right. | It rained.[1] | Then it snowed.[2][3]
“It was, in short, a mess.” — Ada Poe, director.
“Ann said, ‘Who’s that?’ | I said it was Bo.”
"""
OTHER_MARKS = """
He waited ... and waited. | Then he left… | Nobody saw him. | It hurt. | … I was ill.
What?! | You left him there?! | Yes. | Yahoo! said it would pay. | Jeopardy! host Alex Tee spoke.
See https://example.org/a.b/c?d=e.f for more. | The file notes.v2.txt is there. | Go to example.com.
Write to Ann.Lee@Example.org or open notes.Final.txt now. | He saw Dr.Smith there.
He works for the BBC. | Al-Arabiya reported it. | al-Shabab claimed it. | iPhone sales fell.
هل جاء؟ | نعم جاء. | वह आया। | मैं गया।
Bring: | • a coat | • a lamp
"""
LINES = [
    line
    for block in (ABBREVIATIONS, TIMES_AND_FIGURES, QUOTES, OTHER_MARKS)
    for line in block.strip().splitlines()
]

_PIECES = [
    *("Dr. Ode ", "no. ", "It rained. ", "\n\n", "\n", "“Go!” ", "…", " ", "U.S. ", "1. ", "p.m. "),
    *(
        "\ud83d",
        "\x00",
        "👩‍👩‍👧 ",
        "a" * 700,
        "他来了。",
        "word " * 250,
        "e\u0301" * 600,
        "• item ",
    ),
    *('end."We ', "end.The ", "[1]", ") ", "? ", "...", "؟ ", "http://a.b "),
]
ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=300),
    st.lists(st.sampled_from(_PIECES), max_size=25).map("".join),
)


def sentence_texts(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize("line", LINES)
def test_a_quote_ends_where_its_sentence_ends(line: str) -> None:
    sentences = line.split(" | ")
    assert sentence_texts(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ("It was worth the wait.", "With luck it lasts."),
        ("“It is over.”", "The crowd left."),
        ("They left.", "“We had to,” he said."),
        ('He wrote "it ended."', "But it did not."),
        ("It ended.", '"We won," he said.'),
        ("他来了。", "“我走了！”", "你呢？"),
    ],
)
def test_a_lost_space_between_sentences_does_not_join_them(sentences: tuple[str, ...]) -> None:
    assert sentence_texts("".join(sentences)) == list(sentences)


def test_a_heading_is_a_sentence_of_its_own_and_knows_its_paragraph() -> None:
    text = "What we know\n\nIt rained. It poured.\n\n \n\nThe end"
    assert sentence_texts(text) == ["What we know", "It rained.", "It poured.", "The end"]
    assert [s.paragraph for s in split_sentences(text)] == [0, 1, 1, 2]


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_only_white_space_lies_outside_sentences(text: str) -> None:
    at = paragraph = 0
    for sentence in split_sentences(text):
        shown = text[sentence.start : sentence.end]
        assert text[at : sentence.start].strip() == ""
        assert shown == shown.strip() != ""
        assert len(shown) <= MAX_SENTENCE_CHARACTERS
        assert sentence.paragraph >= paragraph
        at, paragraph = sentence.end, sentence.paragraph
    assert text[at:].strip() == ""


def test_a_sentence_without_end_is_cut_after_its_clauses() -> None:
    shown = sentence_texts("so it went on and on; " * 200)
    assert all(one.endswith(";") for one in shown)
    assert all(500 <= len(one) <= MAX_SENTENCE_CHARACTERS for one in shown[:-1])


def test_a_cut_never_parts_a_letter_from_its_accents() -> None:
    shown = sentence_texts("x" + "e\u0301" * 2000)
    assert len(shown) > 1
    assert all(one.startswith("e") for one in shown[1:])


@pytest.mark.parametrize(
    "text",
    [
        "It rained on Feb. 9 in the U.S. and “we ran.” " * 5_000,
        "." * 200_000,
        '".' * 100_000,
        'Mr."Ab' * 40_000,
        "? " * 100_000,
        ".\n" * 100_000,
        "a" * 300_000,
        "a. " * 80_000,
        ". " + " " * 300_000 + "x",
    ],
)
def test_time_grows_with_length_only(text: str) -> None:
    began = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - began < 4.0
