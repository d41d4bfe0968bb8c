"""The command line as a person or a script uses it: real processes, real index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = "import sys; from rag.cli import main; sys.exit(main())"
CITATION_KEYS = [
    "n",
    "article_id",
    "source",
    "title",
    "outlet",
    "published",
    "url",
    "quote",
    "start",
    "end",
    "text_sha256",
    "answer_start",
    "answer_end",
]
ANSWER_KEYS = [
    "id",
    "question",
    "standalone_question",
    "answer",
    "abstained",
    "statements",
    "citations",
    "invalid_citations",
    "nearest",
    "agreement",
    "engine",
    "model",
    "prompt",
    "usage",
    "seconds",
    "error",
    "short",
    "parts",
    "refusal",
    "read_as",
]


class Cli:
    """Runs ``dateline`` against one index, from a folder that is not the checkout."""

    def __init__(self, index: Path, folder: Path) -> None:
        self.index = index
        self.folder = folder

    def __call__(self, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", RUN, *map(str, arguments), "--index", str(self.index)],
            cwd=self.folder,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def json(self, *arguments: str | Path) -> object:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory, sample_articles: Path) -> Cli:
    folder = tmp_path_factory.mktemp("cli")
    cli = Cli(folder / "index", folder)
    done = cli("ingest", sample_articles)
    assert done.returncode == 0, done.stderr
    return cli


def test_help_is_instant() -> None:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", RUN, "--help"], capture_output=True, check=True)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) <= 0.3


def test_ingest_reports_what_it_did_and_the_second_time_that_nothing_changed(
    cli: Cli, sample_articles: Path
) -> None:
    report = cli.json("ingest", sample_articles)
    assert list(report) == [
        "added", "updated", "unchanged", "removed", "refused", "passed_over", "cut", "split",
        "undated", "without_outlet", "articles", "passages", "seconds",
    ]  # fmt: skip
    assert report["added"] == 0
    assert report["unchanged"] == report["articles"] == 32


def test_an_answer_has_the_contracts_keys_and_every_quote_stands_in_the_article(cli: Cli) -> None:
    answer = cli.json("ask", "Who claimed responsibility for the attacks in Balochistan?")
    assert list(answer) == ANSWER_KEYS
    assert not answer["abstained"]
    assert answer["engine"] == "extractive"
    assert len({citation["article_id"] for citation in answer["citations"]}) >= 2
    for citation in answer["citations"]:
        assert list(citation) == CITATION_KEYS
        article = cli.json("show", citation["article_id"])
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert article["text_sha256"] == citation["text_sha256"]


def test_what_the_articles_do_not_tell_is_refused(cli: Cli) -> None:
    answer = cli.json("ask", "What was the temperature in Quetta on Sunday?")
    assert answer["abstained"]
    assert answer["statements"] == []
    assert answer["nearest"]


def test_search_prints_the_contracts_rows(cli: Cli) -> None:
    found = cli.json("search", "ferry bow door seal", "-k", "3")
    assert found["query"] == "ferry bow door seal"
    assert len(found["passages"]) == 3
    assert list(found["passages"][0]) == [
        "article_id", "source", "title", "outlet", "published", "text", "start", "end", "score",
    ]  # fmt: skip
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)


def test_search_from_a_file_gives_a_row_a_question(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(
        '{"id": "a", "question": "ferry"}\n{"id": "b", "question": ""}\n'
    )
    out = tmp_path / "out.jsonl"
    done = cli("search", "--from", tmp_path / "q.jsonl", "-o", out)
    assert done.returncode == 1
    assert done.stderr.strip() == "error: question b: the question is empty"
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[0]["passages"]
    assert rows[1]["error"] == "the question is empty"


def test_a_filter_says_how_many_articles_it_cannot_judge(cli: Cli) -> None:
    done = cli("search", "ferry", "--since", "2025-01-01", "--json")
    assert "articles without a date are left out" in done.stderr
    assert all(p["published"] >= "2025-01-01" for p in json.loads(done.stdout)["passages"])


def test_batch_answers_a_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("id,question\nx,Who claimed responsibility?\ny,\n")
    out = tmp_path / "a.jsonl"
    done = cli("batch", tmp_path / "q.csv", "-o", out)
    assert done.returncode == 1
    assert "error: 1 of 2 rows have `error` set" in done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["id"], row["error"]) for row in rows] == [
        ("x", None),
        ("y", "the question is empty"),
    ]
    assert list(rows[1]) == ANSWER_KEYS


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        (["ask", " "], "the question is empty", 2),
        (["search", "ferry", "-k", "0"], "-k 0 is not between", 2),
        (["search"], "either a QUERY or --from", 2),
        (["search", "ferry", "--since", "yesterday"], "is not a date", 2),
        (["show", "no-such-article"], "no-such-article", 1),
        (["ask", "Why?", "--engine", "llm"], "DATELINE_MODEL", 2),
    ],
)
def test_bad_input_gets_one_line_and_its_status(
    cli: Cli, arguments: list[str], said: str, status: int
) -> None:
    done = cli(*arguments)
    (line,) = done.stderr.strip().split("\n")
    assert line.startswith("error: ")
    assert said in line
    assert done.returncode == status


def test_questions_of_syntax_signs_and_of_endless_length_are_answered_or_refused(cli: Cli) -> None:
    for question in ['"(ferry AND -bow:* ~2 ^5 [a TO b] \\', "ferry " * 16_000 + "?"]:
        answer = cli.json("ask", question)
        assert answer["error"] is None


def test_no_index_is_said_with_the_way_out(tmp_path: Path) -> None:
    done = Cli(tmp_path / "none", tmp_path)("ask", "Why?")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "dateline ingest" in done.stderr


def test_a_key_that_happens_to_be_there_sends_nothing_but_is_hinted_at(cli: Cli) -> None:
    done = cli("ask", "Who owns Orrin Chemical?", OPENAI_API_KEY="sk-not-used")
    assert done.returncode == 0
    assert "DATELINE_MODEL" in done.stderr
    assert "sk-not-used" not in done.stdout + done.stderr


def test_remove_takes_an_article_out_and_the_next_ingest_brings_it_back(
    cli: Cli, sample_articles: Path
) -> None:
    identifier = cli.json("articles")[0]["article_id"]
    assert cli.json("remove", identifier) == {"removed": [identifier]}
    assert identifier not in {a["article_id"] for a in cli.json("articles")}
    assert cli.json("ingest", sample_articles)["added"] == 1
    assert identifier in {a["article_id"] for a in cli.json("articles")}


def test_ingest_py_is_dateline_ingest(tmp_path: Path) -> None:
    script = Path(__file__).parent.parent / "ingest.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path / "missing.txt", "--index", tmp_path / "index"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert "missing.txt" in done.stderr
