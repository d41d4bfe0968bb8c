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
    "qamr": 7_000, "qasrl_gs": 1_500, "qaalign_qasrl": 1_000, "qadiscourse": 4_000,
    "squadshifts_reddit": 1_500, "squadshifts_new_wiki": 3_500, "tweetqa": 1_500,
    "squad2_devhalf": 6_076, "newsqa_val_para": 4_211, "qnli_dev_unanswerable": 1_500,
    "qed_nq": 1_355, "xquad_en": 1_187, "quoref_contrast": 400, "ester": 808,
}  # fmt: skip
# Sentences of a text that are read beside the one that answers.
_PUBLIC_OTHERS = 2
_NEWS_OTHERS = 4
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
        tempting = {number - 1 for number in question["near"]} - right
        yield _group(
            question["question"],
            article.title,
            article.sentences,
            right,
            tempting,
            question["span"],
            f"{article.name}-{at}",
            rng,
            others,
        )


def own_rows(rng: random.Random) -> Iterator[list[ReaderRow]]:
    """The questions of ``questions.jsonl``, for as far as their articles are there."""
    articles = {row["url"]: row for row in rows("training/news-articles.jsonl.gz")}
    sentences_of: dict[str, list[tuple[int, int]]] = {}
    for at, line in enumerate(QUESTIONS.read_text("utf-8").splitlines()):
        row = json.loads(line)
        article = articles[row["url"]]
        text = article["text"]
        if row["url"] not in sentences_of:
            sentences_of[row["url"]] = [(s.start, s.end) for s in split_sentences(text)]
        places = sentences_of[row["url"]]
        named = {places.index((start, end)) for start, end in row["sentences"]}
        span = None if row["answer"] is None else text[slice(*row["answer"])]
        yield _group(
            row["question"],
            article["title"],
            [text[start:end] for start, end in places],
            named if span is not None else set(),
            named if span is None else set(),
            span,
            f"own-{at}",
            rng,
            _NEWS_OTHERS,
        )


def _group(
    question: str,
    title: str,
    sentences: Sequence[str],
    right: set[int],
    tempting: set[int],
    span: str | None,
    name: str,
    rng: random.Random,
    others: int | None,
) -> list[ReaderRow]:
    rest = [n for n in range(len(sentences)) if n not in right | tempting]
    if others is not None:
        asked = set(_WORD.findall(question.lower()))

        def shared(n: int) -> float:
            return len(asked & set(_WORD.findall(sentences[n].lower()))) + rng.random()

        rest.sort(key=shared, reverse=True)
        near, far = rest[: others - 1], rest[others - 1 :]
        rest = [*near, *(rng.sample(far, 1) if far else ())]
    chosen = sorted({*right, *tempting, *rest})
    found = []
    for n in chosen:
        sentence = sentences[n]
        begin = sentence.find(span) if span is not None and n in right else -1
        place = (begin, begin + len(span)) if span is not None and begin >= 0 else None
        before = sentences[n - 1] if n else ""
        found.append(ReaderRow(question, title, before, sentence, n in right, place, name))
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
