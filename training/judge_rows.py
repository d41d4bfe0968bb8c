"""Rows for the judge: what the quotes say, a statement, the verdict, and its unsupported words."""

from __future__ import annotations

import difflib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.judge.premise import premise_of
from rag.sentences import split_sentences
from training.contrasts import contrasts
from training.sources import (
    STATEMENTS,
    LabelledArticle,
    free_articles,
    labelled_articles,
    rows,
)

SUPPORTED, CONTRADICTED, NOT_SAID = "s", "c", "n"
_LABELS = {"supported": SUPPORTED, "contradicted": CONTRADICTED, "not said": NOT_SAID}

# Sets of the public data that are used, and how many of their rows. The summaries with premises of
# hundreds of words cost more time than they teach.
PUBLIC_SETS = {
    "ling_in_loop": 52_309, "te_protocols": 39_868, "taxinli_mnli": 10_071, "cad_snli": 5_000,
    "fever_dev": 5_000, "rte123": 4_167, "glue_rte": 1_010, "fever_symmetric": 1_416,
    "foolmetwice": 2_548, "negnli": 4_494, "litepyramid_scu": 5_000, "conjnli": 623,
    "commitmentbank": 556, "healthver": 3_413, "falke": 577,
}  # fmt: skip
_MOST_PREMISE_WORDS = 120
# Two statements this alike differ in a place, and not in what they speak of.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class JudgeRow:
    """One statement against quotes.

    Attributes:
        label: s, c or n.
        ways: 2 where c and n are not told apart.
        unsupported: (start, end) in ``statement`` of the words that the quotes do not support, or
            None where they are not known.
        group: rows of one group say nearly the same of the same quotes, the first is supported.
        kind: the source, or the kind of error.
    """

    premise: str
    statement: str
    label: str
    ways: int = 3
    unsupported: tuple[tuple[int, int], ...] | None = None
    group: str = ""
    kind: str = ""


def training_rows(seed: int = 1) -> dict[str, list[JudgeRow]]:
    """Rows by source: "public", "contrasts", "labelled" and "own"."""
    rng = random.Random(seed)
    return {
        "public": list(public_rows(rng)),
        "contrasts": list(contrast_rows(rng)),
        "labelled": [r for a in labelled_articles("train") for r in labelled_rows(a)],
        "own": list(own_rows()),
    }


def labelled_rows(article: LabelledArticle) -> list[JudgeRow]:
    """The statements of an article, each against the sentences that it cites."""
    found = []
    for at, row in enumerate(article.statements):
        sentences = [article.sentences[n - 1] for n in row["cites"]]
        found.append(
            JudgeRow(
                premise_of([(article.title, article.date, sentences)]),
                row["text"],
                _LABELS[row["label"]],
                kind=row.get("error") or "supported",
                group=f"{article.name}-{at}",
            )
        )
    return with_words(found)


def own_rows() -> Iterator[JudgeRow]:
    """The statements of ``statements.jsonl``, for as far as their articles are there."""
    articles = {row["url"]: row for row in rows("training/news-articles.jsonl.gz")}
    by_article: defaultdict[str, list[JudgeRow]] = defaultdict(list)
    for at, line in enumerate(STATEMENTS.read_text("utf-8").splitlines()):
        row = json.loads(line)
        article = articles[row["url"]]
        sentences = [article["text"][start:end] for start, end in row["spans"]]
        by_article[row["url"]].append(
            JudgeRow(
                premise_of([(article["title"], article["date"], sentences)]),
                row["text"],
                row["label"],
                kind=row["kind"],
                group=f"own-{at}",
            )
        )
    for found in by_article.values():
        yield from with_words(found)


def contrast_rows(rng: random.Random, articles: int = 3_000, most: int = 2) -> Iterator[JudgeRow]:
    chosen = free_articles()
    rng.shuffle(chosen)
    for number, article in enumerate(chosen[:articles]):
        text = article["text"]
        sentences = [text[s.start : s.end] for s in split_sentences(text)][:30]
        for at, pair in enumerate(contrasts(sentences, rng, most)):
            titled = rng.random() < 0.7
            head = (article["title"], article["date"]) if titled else (None, None)
            premise = premise_of([(*head, [pair.premise])])
            group = f"contrast-{number}-{at}"
            yield JudgeRow(premise, pair.supported, SUPPORTED, 3, (), group, "contrast")
            words = changed_words(pair.supported, pair.wrong)
            yield JudgeRow(premise, pair.wrong, pair.label, 3, words, group, pair.phenomenon)


def public_rows(rng: random.Random) -> Iterator[JudgeRow]:
    by_set: defaultdict[str, list[JudgeRow]] = defaultdict(list)
    for row in rows("training/reading/entailment.jsonl.gz"):
        if row["set"] in PUBLIC_SETS and len(row["premise"].split()) <= _MOST_PREMISE_WORDS:
            by_set[row["set"]].append(
                JudgeRow(
                    row["premise"], row["statement"], row["label"], row["ways"], kind=row["set"]
                )
            )
    for name, found in by_set.items():
        by_premise: defaultdict[str, list[JudgeRow]] = defaultdict(list)
        for judge_row in found:
            by_premise[judge_row.premise].append(judge_row)
        groups = list(by_premise.values())
        rng.shuffle(groups)
        left = PUBLIC_SETS[name]
        for number, group in enumerate(groups):
            if left <= 0:
                break
            left -= len(group)
            named = [replace(r, group=f"{name}-{number}-{i}") for i, r in enumerate(group)]
            yield from with_words(named)


def with_words(found: Sequence[JudgeRow]) -> list[JudgeRow]:
    """``found``, statements on one article: each wrong one that is a supported one with a place
    changed gets that one's group and the words that differ; supported ones have no such words."""
    result = []
    supported = [row for row in found if row.label == SUPPORTED]
    for row in found:
        if row.label == SUPPORTED:
            result.append(replace(row, unsupported=()))
            continue
        nearest = max(supported, key=lambda s: _likeness(s.statement, row.statement), default=None)
        if nearest is None or _likeness(nearest.statement, row.statement) < _ALIKE:
            result.append(row)
            continue
        words = changed_words(nearest.statement, row.statement)
        result.append(replace(row, unsupported=words, group=nearest.group))
    return result


def changed_words(right: str, wrong: str) -> tuple[tuple[int, int], ...]:
    """Spans of the words of ``wrong`` that stand in place of others, or that were put in; where
    words were only left out, the words beside the gap."""
    before, after = _words(right), _words(wrong)
    spans = []
    matcher = difflib.SequenceMatcher(
        None,
        [w.group().lower() for w in before],
        [w.group().lower() for w in after],
        autojunk=False,
    )
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        words = after[start:end] or after[max(0, start - 1) : end + 1]
        spans += [word.span() for word in words]
    return tuple(dict.fromkeys(spans))


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(
        None, [w.group() for w in _words(one)], [w.group() for w in _words(other)], autojunk=False
    ).ratio()


def _words(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\w+(?:[.,]\d+)*|[^\w\s]", text))


def pairs(found: Iterable[JudgeRow]) -> Iterator[list[JudgeRow]]:
    """The rows by group: a group is read in one batch."""
    grouped: defaultdict[str, list[JudgeRow]] = defaultdict(list)
    for at, row in enumerate(found):
        grouped[row.group or str(at)].append(row)
    yield from grouped.values()
