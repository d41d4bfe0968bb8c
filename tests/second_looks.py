"""Scripted second looks: a model that verifies by labels, and statements that cite their quotes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answer.answer import REFUSAL
from rag.answer.citations import RawStatement
from rag.answer.evidence import FoundSentence
from rag.answer.proof import Proven, StatementProver
from rag.articles.files import find_files
from rag.articles.load import load_articles
from rag.bundled import bundled
from rag.errors import ArticleError
from rag.evidence import Prover
from rag.evidence.second_look import SecondLook
from rag.prompts import Prompt
from rag.quoting import harmless
from rag.retrieval import FoundPassage
from tests.openai_server import Behaviour, Handler, answer

# Statement → (verdict, unsupported words).
Labels = Mapping[str, tuple[str, Sequence[str]]]


def by_prompt(
    *,
    write: Behaviour | None = None,
    look: Behaviour | None = None,
    mend: Behaviour | None = None,
) -> Behaviour:
    """Each prompt to the behaviour that is meant for it; a mending is refused unless it is told."""

    def behave(request: Handler) -> None:
        kind = prompt_kind(request.body["messages"][-1]["content"])
        chosen = {"write": write, "look": look, "mend": mend or answer(REFUSAL)}[kind]
        assert chosen is not None, f"nobody is to {kind}"
        chosen(request)

    return behave


def prompt_kind(message: str) -> str:
    """What the last user message asks for, by its lines."""
    if "\nWhat is wrong: " in message:
        return "mend"
    return "look" if "\nStatement: " in message else "write"


def statement_of(request: Handler) -> str:
    return str(request.body["messages"][-1]["content"]).rpartition("\nStatement: ")[2].strip()


def verdict(name: str, *unsupported: str) -> Behaviour:
    return answer(json.dumps({"verdict": name, "unsupported": list(unsupported)}))


def perfect(labels: Labels) -> Behaviour:
    """Looks as labelled; a statement without a label is not said."""
    known = {harmless(statement): label for statement, label in labels.items()}

    def behave(request: Handler) -> None:
        name, words = known.get(statement_of(request), ("not_said", ()))
        verdict(name, *words)(request)

    return by_prompt(look=behave)


@dataclass(frozen=True)
class Quoted:
    """A statement, the article that it is about, and the quotes of it that it cites."""

    statement: str
    text: str
    quotes: Sequence[str]
    title: str | None = None
    outlet: str | None = None
    published: str | None = None


class Texts:
    """What a ``StatementProver`` needs of an index."""

    def __init__(self, cases: Iterable[Quoted]) -> None:
        self._texts = {_sha256(case.text): case.text for case in cases}

    def text(self, sha256: str) -> str:
        return self._texts[sha256]


def labelled() -> list[dict[str, Any]]:
    """The statements that come with Dateline."""
    file = bundled("evals/verify/statements.jsonl")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def quoted_statements(rows: list[dict[str, Any]], folder: Path) -> list[Quoted]:
    """With the texts of the articles of ``folder``."""
    files, _ = find_files([folder])
    articles = {}
    for file in files:
        for article in load_articles(file):
            assert not isinstance(article, ArticleError)
            articles[article.source.removeprefix(f"{folder}/")] = article
    found = []
    for row in rows:
        article = articles[str(row["source"])]
        found.append(
            Quoted(row["statement"], article.text, row["quotes"], article.title,
                   article.outlet, article.published)
        )  # fmt: skip
    return found


def proven(case: Quoted, texts: Texts, prover: Prover, look: SecondLook, mend: Prompt) -> Proven:
    """The statement, citing exactly its quotes, after all checks."""
    sentences = {n: _sentence(case, n, quote) for n, quote in enumerate(case.quotes, start=1)}
    statements = StatementProver(texts, sentences, prover, look, mend)  # type: ignore[arg-type]
    return statements.prove(RawStatement(case.statement, tuple(sentences)))


def _sentence(case: Quoted, n: int, quote: str) -> FoundSentence:
    start = case.text.index(quote)
    end = start + len(quote)
    passage = FoundPassage(
        passage_id=n,
        article_id="article",
        source="article.txt",
        title=case.title,
        outlet=case.outlet,
        published=case.published,
        url=None,
        origin="article",
        text_sha256=_sha256(case.text),
        text=quote,
        start=start,
        end=end,
        sentences=((start, end),),
        score=1.0,
        similarity=1.0,
    )
    return FoundSentence(n, quote, start, end, passage)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
