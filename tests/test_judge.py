"""The judge that is installed: its files, its form, and that it reads.

How well it reads is measured by ``bench/support.py``; here a floor under it, on the statements of
``evals/verify``, keeps a wrong file or a wrong premise from passing unseen.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from rag.errors import ConfigurationError
from rag.judge import JUDGE_FOLDER, Judge, default_judge, premise_of

ROOT = Path(__file__).parent.parent
STATEMENTS = ROOT / "evals" / "verify" / "statements.jsonl"
QUOTES = premise_of(
    [("Bridge opens", "2026-05-04", ["The bridge at Orle was opened by the mayor on Monday."])]
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return default_judge()


def test_the_files_are_those_that_model_json_names() -> None:
    description = json.loads((JUDGE_FOLDER / "model.json").read_text("utf-8"))
    for name, entry in description["files"].items():
        content = (JUDGE_FOLDER / entry.get("path", name)).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["size_bytes"]
    assert (JUDGE_FOLDER / "model.onnx").stat().st_size < 25_000_000
    assert "Apache License" in (JUDGE_FOLDER / "LICENSE").read_text("utf-8")


def test_a_premise_holds_title_day_and_sentences_of_each_article() -> None:
    assert premise_of(
        [("Toll  rises.", "2026-01-02T10:00", ["Nine died.", "Two are\nmissing."])]
    ) == ("Toll rises (2026-01-02). Nine died. Two are missing.")
    two = premise_of([("A", None, ["One."]), (None, "2026-01-02", ["Two."])])
    assert two == "A. One. | Two."


def test_opinions_come_in_order_and_do_not_hang_on_what_else_is_judged(judge: Judge) -> None:
    pairs = [
        (QUOTES, f"The mayor opened bridge number {n}." + " It is long." * n) for n in range(9)
    ]
    together = judge.opinions(pairs)
    for pair, opinion in zip(pairs, together, strict=True):
        (alone,) = judge.opinions([pair])
        assert alone == opinion


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "???", "x" * 100_000, "橋 " * 900])
def test_any_string_gets_probabilities_that_sum_to_1(judge: Judge, text: str) -> None:
    for pair in ((QUOTES, text), (text, "The bridge is open."), (text, text)):
        (opinion,) = judge.opinions([pair])
        total = opinion.supported + opinion.contradicted + opinion.not_said
        assert total == pytest.approx(1.0)
        assert all(
            0 <= start < end <= len(text) for start, end, _ in opinion.words if pair[1] is text
        )


def test_every_word_of_a_statement_has_a_probability(judge: Judge) -> None:
    statement = "On Monday the mayor's deputy opened it, 4.5 years late."
    (opinion,) = judge.opinions([(QUOTES, statement)])
    words = [statement[start:end] for start, end, _ in opinion.words]
    assert words == [
        "On",
        "Monday",
        "the",
        "mayor's",
        "deputy",
        "opened",
        "it",
        "4.5",
        "years",
        "late",
    ]
    assert all(0 <= probability <= 1 for *_, probability in opinion.words)


def test_what_is_said_scores_above_what_is_turned_round(judge: Judge) -> None:
    statements = [json.loads(line) for line in STATEMENTS.read_text("utf-8").splitlines()]
    pairs = [(premise_of([(None, None, row["quotes"])]), row["statement"]) for row in statements]
    shares = [opinion.supported for opinion in judge.opinions(pairs)]
    right = [s for s, row in zip(shares, statements, strict=True) if row["label"] == "supported"]
    wrong = [s for s, row in zip(shares, statements, strict=True) if row["label"] != "supported"]
    above = sum(a > b for a in right for b in wrong) / (len(right) * len(wrong))
    assert above >= FLOOR


FLOOR = 0.70


def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "judge"
    shutil.copytree(JUDGE_FOLDER, folder)
    shutil.copyfile(JUDGE_FOLDER.parent / "tokenizer.json", tmp_path / "tokenizer.json")
    with (folder / "model.onnx").open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(ConfigurationError, match=r"model\.onnx.*install Dateline again"):
        Judge(folder).opinions([(QUOTES, "The bridge is open.")])
