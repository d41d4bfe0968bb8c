"""A misspelled word is read as the index's own; one that is spelled right stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_index import HashEmbedder, ingest_into, row, story, write_rows

from rag.answer.asking import mend_spelling
from rag.index import Index

TEXTS = [
    "The group claimed responsibility for the raids in Quernmouth. Officials in Balvoristan, "
    "where the government sits, denied an evacuation of the hospital at Thorley.",
    "Governor Ilda Rensch of Quernmouth said the commission would publish its findings. The "
    "government of Balvoristan answered that the electricity had failed at Thorley.",
    "Casing for the pipeline was stored in Quernmouth, said Rensch. Karvel and Karven are two "
    "villages of which the paper knows little.",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("spelling")
    rows = [
        row("Calder", text=f"{text}\n\n{story('Calder')}", title=f"Report {n}")
        for n, text in enumerate(TEXTS)
    ]
    ingest_into(folder / "index", write_rows(folder / "a.jsonl", rows))
    with Index.open(folder / "index", embedder=HashEmbedder()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("responsability Balvorsitan", "responsibility Balvoristan"),
        ("What did the goverment say?", "What did the government say?"),
        ("Who is the govenor of Quernmuoth?", "Who is the governor of Quernmouth?"),
        ("Who claimed responsebillity?", "Who claimed responsibility?"),
        ("What happened in balvorystaan?", "What happened in Balvoristan?"),
        ("Why was the hosptial closed?", "Why was the hospital closed?"),
        ("When did the electrisity fail?", "When did the electricity fail?"),
        ("Who is Ilda Rennsch?", "Who is Ilda Rensch?"),
        ("What is the Goverment’s view?", "What is the Government’s view?"),
        ("Was Xhorley evacuated?", "Was Thorley evacuated?"),
        ("Who heads the comission?", "Who heads the commission?"),
        ("evacuaton of Thorlley", "evacuation of Thorley"),
    ],
)
def test_a_misspelled_word_is_read_as_the_index_spells_it(
    index: Index, question: str, read_as: str
) -> None:
    assert mend_spelling(question, index) == read_as


@pytest.mark.parametrize(
    "question",
    [
        "Who claimed responsibility in Balvoristan?",
        "Was there a casino in Quernmouth?",  # one letter from "casing", and a word itself
        "Which volcano erupted?",
        "Who governs Karvex?",  # as near to one village as to the other
        "Did Rense say so?",  # two edits, in a word too short for two
        "How many were hurt in 20255?",
        "What is the temperature in Kathmandu?",
        "Who is Bo Orn?",
        "xylophones and zebras",
        "Wer übernahm die Verantwortung für Anschläge gestern während Feiertagen tatsächlich?",
        "",
        "?!",
    ],
)
def test_a_word_that_is_right_or_has_no_clear_other_stays(index: Index, question: str) -> None:
    assert mend_spelling(question, index) is None


def test_a_mended_question_needs_no_mending(index: Index) -> None:
    mended = mend_spelling("responsability for the evacuaton in Quernmuoth", index)
    assert mended is not None
    assert mend_spelling(mended, index) is None
