"""Rows for the reader: a question, a sentence with what stands before it, whether it answers."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.sentences import split_sentences
from training.sources import QUESTIONS, LabelledArticle, labelled_articles, rows

# Sets of the public data that are used, and how many of their questions.
PUBLIC_SETS = {
    "qadiscourse": 500, "squadshifts_new_wiki": 500, "squad2_devhalf": 1_000,
    "newsqa_val_para": 1_500,
}  # fmt: skip
# Sentences of a text that are read beside the one that answers.
_PUBLIC_OTHERS = 2
_NEWS_OTHERS = 2
# Of an article those who wrote the questions of our own saw this many sentences.
_SENTENCES_SHOWN = 32
_WORD = re.compile(r"[a-z0-9]{3,}")


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """One sentence as an answer to a question.

    Attributes:
        span: (start, end) in ``sentence`` of the words that answer; None where they are not known,
            or it does not answer.
        group: rows of one question.
    """

    question: str
    title: str
    before: str
    sentence: str
    answers: bool
    span: tuple[int, int] | None
    group: str


def training_rows(seed: int = 1) -> dict[str, list[list[ReaderRow]]]:
    """Rows by source ("public", "labelled", "own"), those of a question together."""
    rng = random.Random(seed)
    return {
        "public": list(public_rows(rng)),
        "labelled": [
            group
            for article in labelled_articles("train")
            for group in labelled_rows(article, rng, _NEWS_OTHERS)
        ],
        "own": list(own_rows(rng)),
    }


def labelled_rows(
    article: LabelledArticle, rng: random.Random, others: int | None
) -> Iterator[list[ReaderRow]]:
    """For each question of an article those of its sentences that answer, those that tempt, and
    ``others`` more, most of them sharing words with the question; None for all."""
    for at, question in enumerate(article.questions):
        right = {number - 1 for number in question["sentences"]}
        asked = _Asked(
            question["question"],
            frozenset(right),
            frozenset(number - 1 for number in question["near"]) - right,
            question["span"],
            f"{article.name}-{at}",
        )
        yield _group(asked, article.title, article.sentences, rng, others)


def own_rows(rng: random.Random) -> Iterator[list[ReaderRow]]:
    """The questions of ``questions.jsonl``, for as far as their articles are there."""
    articles = {row["url"]: row for row in rows("training/news-articles.jsonl.gz")}
    places_of: dict[str, list[tuple[int, int]]] = {}
    for at, line in enumerate(QUESTIONS.read_text("utf-8").splitlines()):
        row = json.loads(line)
        article = articles[row["url"]]
        text = article["text"]
        if row["url"] not in places_of:
            found = split_sentences(text)[:_SENTENCES_SHOWN]
            places_of[row["url"]] = [(s.start, s.end) for s in found]
        places = places_of[row["url"]]
        named = frozenset(n for n, place in enumerate(places) if list(place) in row["sentences"])
        told = row["answer"] is not None
        asked = _Asked(
            row["question"],
            named if told else frozenset(),
            frozenset() if told else named,
            text[slice(*row["answer"])] if told else None,
            f"own-{at}",
        )
        sentences = [text[start:end] for start, end in places]
        yield _group(asked, article["title"], sentences, rng, _NEWS_OTHERS)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, the sentences that answer and that tempt, by place, and the words that answer."""

    question: str
    right: frozenset[int]
    tempting: frozenset[int]
    span: str | None
    group: str


def _group(
    asked: _Asked,
    title: str,
    sentences: Sequence[str],
    rng: random.Random,
    others: int | None,
) -> list[ReaderRow]:
    rest = [n for n in range(len(sentences)) if n not in asked.right | asked.tempting]
    if others is not None:
        words = set(_WORD.findall(asked.question.lower()))

        def shared(n: int) -> float:
            return len(words & set(_WORD.findall(sentences[n].lower()))) + rng.random()

        rest.sort(key=shared, reverse=True)
        near, far = rest[: others - 1], rest[others - 1 :]
        rest = [*near, *(rng.sample(far, 1) if far else ())]
    found = []
    for n in sorted({*asked.right, *asked.tempting, *rest}):
        sentence = sentences[n]
        right = n in asked.right
        begin = sentence.find(asked.span) if asked.span is not None and right else -1
        place = (begin, begin + len(asked.span or "")) if begin >= 0 else None
        before = sentences[n - 1] if n else ""
        found.append(ReaderRow(asked.question, title, before, sentence, right, place, asked.group))
    return found


def public_rows(rng: random.Random) -> Iterator[list[ReaderRow]]:
    by_set: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows("training/reading/questions.jsonl.gz"):
        if row["set"] in PUBLIC_SETS and len(row["context"]) < 2_400:
            by_set[row["set"]].append(row)
    for name, found in by_set.items():
        rng.shuffle(found)
        for at, row in enumerate(found[: PUBLIC_SETS[name]]):
            group = _public_group(row, f"{name}-{at}", rng)
            if group:
                yield group


def _public_group(row: Mapping[str, Any], name: str, rng: random.Random) -> list[ReaderRow]:
    text = row["context"]
    places = [(s.start, s.end) for s in split_sentences(text)] or [(0, len(text))]
    spans = []
    if row["answer"] is not None:
        spans = [(row["start"], row["start"] + len(row["answer"]))]
        spans += [(start, start + len(words)) for words, start in row.get("also") or ()]
    right = {
        n: (start - begin, end - begin)
        for n, (begin, stop) in enumerate(places)
        for start, end in reversed(spans)
        if begin <= start and end <= stop
    }
    if spans and not right:
        return []
    rest = [n for n in range(len(places)) if n not in right]
    chosen = sorted([*list(right)[:1], *rng.sample(rest, min(len(rest), _PUBLIC_OTHERS))])
    return [
        ReaderRow(
            row["question"],
            "",
            text[slice(*places[n - 1])] if n else "",
            text[slice(*places[n])],
            n in right,
            right.get(n),
            name,
        )
        for n in chosen
    ]
