"""The reader that is installed: its files, its form, and that it reads.

How well it reads is measured by ``bench/reading.py``; here questions on sentences of our own keep a
wrong file or a wrong form of input from passing unseen.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ConfigurationError
from rag.reader import Reader, ReadSentence, default_reader
from rag.reader.model import READER_FOLDER, best_span
from rag.reader.passage import MAX_TOKENS, join_ids

SENTENCES = [
    ReadSentence("The ferry Ilse Maren sank off Dunholm on Tuesday night.", "", "Ferry sinks"),
    ReadSentence(
        "Coastguards pulled 31 passengers from the water.",
        "The ferry Ilse Maren sank off Dunholm on Tuesday night.",
        "Ferry sinks",
    ),
    ReadSentence(
        "The operator, Vessay Line, blamed a wrongly closed bow door.",
        "Coastguards pulled 31 passengers from the water.",
        "Ferry sinks",
    ),
    ReadSentence("Tickets for the summer go on sale in March.", "", "Ferry sinks"),
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return default_reader()


def test_the_files_are_those_that_model_json_names() -> None:
    description = json.loads((READER_FOLDER / "model.json").read_text("utf-8"))
    for name, entry in description["files"].items():
        content = (READER_FOLDER / entry.get("path", name)).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["size_bytes"]
    assert (READER_FOLDER / "model.onnx").stat().st_size < 25_000_000
    assert "Apache License" in (READER_FOLDER / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize(
    ("question", "best", "words"),
    [
        ("How many passengers were pulled from the water?", 1, "31"),
        ("Why did the boat sink, according to its operator?", 2, "bow door"),
        ("When do summer tickets go on sale?", 3, "March"),
        ("Where did the ferry Ilse Maren sink?", 0, "Dunholm"),
    ],
)
def test_the_sentence_that_answers_reads_best_and_its_words_are_found(
    reader: Reader, question: str, best: int, words: str
) -> None:
    readings = reader.read(question, SENTENCES)
    assert max(range(len(readings)), key=lambda n: readings[n].logit) == best
    found = readings[best]
    assert words in SENTENCES[best].text[found.start : found.end]
    assert found.probability > 0.3


def test_what_no_sentence_tells_reads_worse_than_what_one_does(reader: Reader) -> None:
    untold = reader.read("What was the name of the ship's captain?", SENTENCES)
    told = reader.read("How many passengers were pulled from the water?", SENTENCES)
    assert max(r.probability for r in untold) < max(r.probability for r in told)


def test_readings_come_in_order_and_do_not_hang_on_what_else_is_read(reader: Reader) -> None:
    together = reader.read("How many people were rescued?", SENTENCES * 3)
    for sentence, reading in zip(SENTENCES * 3, together, strict=True):
        (alone,) = reader.read("How many people were rescued?", [sentence])
        assert alone == reading


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "???", "x" * 100_000, "橋 " * 900])
def test_any_string_is_read_and_its_span_lies_within(reader: Reader, text: str) -> None:
    for question, sentence in ((text, "The ferry sank."), ("Who?", text), (text, text)):
        (reading,) = reader.read(question, [ReadSentence(sentence, text, text)])
        assert 0.0 <= reading.probability <= 1.0
        assert 0 <= reading.start <= reading.end <= len(sentence)


def test_a_sentence_without_a_word_answers_nothing(reader: Reader) -> None:
    (reading,) = reader.read("Who sank the ferry?", [ReadSentence(" ")])
    assert reading.probability == 0.0


def test_long_parts_are_cut_and_the_sentence_kept() -> None:
    ids, passage, begin = join_ids(
        list(range(1000, 1900)), [7] * 90, list(range(3000, 3200)), list(range(5000, 5200)),
        first=101, separator=102,
    )  # fmt: skip
    assert len(ids) == MAX_TOKENS
    assert ids[passage - 1] == 102
    assert ids[begin - 1] == 3199  # what stands right before the sentence is what is kept
    assert ids[begin] == 5000


def test_the_best_span_is_no_longer_than_it_may_be_and_runs_forward() -> None:
    logits = np.full((60, 2), -5.0)
    logits[50, 0] = logits[3, 1] = 9.0  # an end before the start
    logits[10, 0] = logits[59, 1] = 8.0  # too long
    first, last, share = best_span(logits)
    assert first <= last < first + 30
    assert 0.0 < share <= 1.0


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(READER_FOLDER, folder)
    shutil.copyfile(READER_FOLDER.parent / "tokenizer.json", tmp_path / "tokenizer.json")
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ConfigurationError, match=r"model\.onnx .* install Dateline again"):
        Reader(folder).read("Who?", [ReadSentence("He did.")])
