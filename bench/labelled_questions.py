"""Labelled questions to measure the reader on: each article alone in an index, asked its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newsqa import normal

from rag.answer.answer import Answer
from rag.embeddings import Embedder
from rag.index import Index, ingest
from training.sources import LabelledArticle


@contextmanager
def index_of(article: LabelledArticle, folder: Path, embedder: Embedder) -> Iterator[Index]:
    """An index that holds this article and nothing else; each sentence is a paragraph, so that it
    is found again as it was labelled."""
    page = {
        "title": article.title,
        "date": article.date,
        "url": article.url,
        "text": "\n\n".join(article.sentences),
    }
    file = folder / f"{article.name}.json"
    file.write_text(json.dumps(page), encoding="utf-8")
    with Index.open(folder / article.name, embedder=embedder, write=True, create=True) as index:
        ingest(index, [file])
        yield index


def gold_sentences(article: LabelledArticle, question: Mapping[str, Any]) -> list[str]:
    return [article.sentences[number - 1] for number in question["sentences"]]


def quoted_gold(gold: list[str], quotes: list[str]) -> bool:
    """Whether one of ``quotes`` holds one of the ``gold`` sentences, or most of it."""
    for quote in map(normal, quotes):
        for sentence in map(normal, gold):
            if sentence in quote or (quote in sentence and len(quote) > len(sentence) / 2):
                return True
    return False


def short_holds(answer: Answer, span: str) -> bool:
    """Whether the gold span stands in a short answer, or the short answer in it."""
    wanted = normal(span)
    for short in answer.short:
        given = normal(short.text)
        if given and wanted and (f" {wanted} " in f" {given} " or f" {given} " in f" {wanted} "):
            return True
    return False


def token_f1(given: str, wanted: str) -> float:
    """F1 of the words that two texts share, as SQuAD counts it (Rajpurkar et al. 2016)."""
    left, right = normal(given).split(), normal(wanted).split()
    rest = list(right)
    shared = 0
    for word in left:
        if word in rest:
            rest.remove(word)
            shared += 1
    return 2 * shared / (len(left) + len(right)) if shared else 0.0


def first_quotes(answer: Answer, count: int = 3) -> list[str]:
    """The quotes that the first statements show, one of each."""
    by_number = {citation.n: citation.quote for citation in answer.citations}
    return [by_number[statement.citations[0]] for statement in answer.statements[:count]]
