"""Sentences that may answer a question, and what each shows of it: the numbers that choice weighs.

A question's sentences are described together: what many of them name besides the question's own
words is likely to be its answer, so each votes for the names and figures that it holds.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from rag.answer.question import COUNTED_KINDS, NAMED_KINDS, AskedQuestion
from rag.answer.reading import Reading, new_figures, new_names, pairs_of, read_text
from rag.claims.names import country_of
from rag.claims.words import word_set
from rag.retrieval import FoundPassage

# A sentence of fewer words is a heading or a scrap more often than news.
SHORT_SENTENCE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of one found passage.

    Attributes:
        start, end: offsets in the article's text.
        before: the sentence before it in the passage, or "".
        rank: of its passage among those found, from 0.
    """

    passage: FoundPassage
    start: int
    end: int
    text: str
    before: str
    rank: int
    ordinal: int


_MONEY = re.compile(
    r"[$£€¥₹]\s?\d|\b(?:dollars?|pounds?|euros?|yuan|rupees?|rubles?|pence|cents?|yen)\b"
)
_PERCENT = re.compile(r"%|\bper ?cent\b|\bpercentage\b|\b(?:half|third|quarter|fifth)s?\b")
_DURATION = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|weekend|months?|years?|decades?|centur\w+)\b"
    r"|-(?:hour|day|week|month|year|minute)s?\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|\b(?:1[5-9]|20)\d\ds?\b|\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b"
    r"|\b(?:today|yesterday|tomorrow|tonight|noon|midnight|o['’]clock)\b"
    r"|\b(?:last|next|this) (?:week|month|year|night|spring|summer|autumn|fall|winter|decade)\b"
    r"|\b(?:ago|earlier this)\b",
)
_PLACE_BEFORE = word_set(
    "in at near from to outside inside around across off through into toward towards of"
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|caused?|causing|over|after|amid|since|reasons?|so that|blam\w+"
    r"|following|as a result|thanks to|in order to|to (?:avoid|prevent|protect|reduce|protest)"
    r"|in response|prompt\w*|citing|led to|trigger\w*|motiv\w+|aim\w*|concern\w*|fail\w+)\b",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"\b(?:by \w+ing|using|through|with|via|said|reject\w*|den(?:y|ied)|call\w*|accus\w*)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"‘][^“”\"‘’]{2,80}[”\"’]")
_DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|denied|denies|reject\w*|n['’]t)\b", re.IGNORECASE
)
_VERB_LIKE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|said|says|did|does|do)\b"
    r"|\w(?:ed|es)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^\W*(?:he|she|it|they|his|her|its|their|this|that|these|those|him|them|the (?:group|minister"
    r"|company|man|woman|president|official|agency|two|statement|report|move|decision))\b",
    re.IGNORECASE,
)

# What helps to find quiz answers but says nothing of a sentence (its length, its place in the
# article, the length of the question) is left out: people ask otherwise than quizzes do.
FEATURES = (
    "coverage", "coverage_with_title", "coverage_with_before", "coverage_in_passage",
    "names_coverage", "names_in_passage", "numbers_coverage", "heaviest_missing",
    "matter_coverage", "adjacent_pairs", "density",
    "title_coverage",
    "kind_present", "kind_near", "counted_near", "counted_present",
    "best_vote", "quoted", "denial",
    "passage_score", "passage_rank", "similarity", "similarity_gap",
    "short", "no_verb", "asks", "unfinished", "points_back", "speech", "repeats_title",
    "asks_name", "asks_figure", "asks_date",
)  # fmt: skip
_IN_ORDER = itemgetter(*FEATURES)


def candidates_of(passages: Sequence[FoundPassage]) -> list[Candidate]:
    """Every sentence of the passages, in their order; headings and scraps are none."""
    found = []
    for rank, passage in enumerate(passages):
        before = ""
        for ordinal, (start, end) in enumerate(passage.sentences):
            text = passage.text[start - passage.start : end - passage.start]
            if not _is_fragment(text):
                found.append(Candidate(passage, start, end, text, before, rank, ordinal))
            before = text
    return found


def _is_fragment(text: str) -> bool:
    finished = text.rstrip("”\"'’) ")[-1:] in {".", "!", "?", "…", "。"}
    return not finished and len(text.split()) < SHORT_SENTENCE_WORDS


def describe(question: AskedQuestion, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """One row per candidate, one column per name in ``FEATURES``."""
    if not candidates:
        return np.zeros((0, len(FEATURES)), np.float32)
    readings = [read_text(c.text) for c in candidates]
    passages: dict[int, frozenset[str]] = {}
    for c, reading in zip(candidates, readings, strict=True):
        passages[c.rank] = passages.get(c.rank, frozenset()) | reading.keys
    asked_keys = {key: term.weight for term in question.terms for key in term.keys}
    rows = [
        _own(question, asked_keys, c, reading, passages[c.rank])
        for c, reading in zip(candidates, readings, strict=True)
    ]
    _add_votes(question, candidates, readings, rows)
    _add_scores(candidates, rows)
    asked = {
        "asks_name": float(question.kind in NAMED_KINDS),
        "asks_figure": float(question.kind in COUNTED_KINDS),
        "asks_date": float(question.kind == "date"),
    }
    return np.array([_IN_ORDER(row | asked) for row in rows], np.float32)


def _own(
    question: AskedQuestion,
    asked: dict[str, float],
    candidate: Candidate,
    reading: Reading,
    passage: frozenset[str],
) -> dict[str, float]:
    """What a sentence shows by itself, with its title and its passage."""
    here = reading.keys
    title = read_text(candidate.passage.title or "").keys
    before = read_text(candidate.before).keys
    total = question.weight or 1.0
    covered = with_title = with_before = in_passage = in_title = missing = 0.0
    names = names_passage = names_total = numbers = numbers_total = 0.0
    matched = 0
    matter = matter_total = 0.0
    for term in question.terms:
        held = not term.keys.isdisjoint(here)
        titled = not term.keys.isdisjoint(title)
        covered += term.weight * held
        matched += held
        in_title += term.weight * titled
        with_title += term.weight * (held or titled)
        known = held or titled or not term.keys.isdisjoint(before)
        with_before += term.weight * known
        anywhere = known or not term.keys.isdisjoint(passage)
        in_passage += term.weight * anywhere
        if not anywhere:
            missing = max(missing, term.weight + 0.5 * (term.name or term.number))
        if term.name:
            names_total += 1
            names += held or titled
            names_passage += anywhere
        elif term.number:
            numbers_total += 1
            numbers += held
        else:
            matter_total += term.weight
            matter += term.weight * (held or (known and not titled))
    keys = [term.key for term in question.terms]
    together = pairs_of(reading.words, reading.weights) if matched > 1 else frozenset()
    pairs = sum(pair in together for pair in pairwise(keys))
    row = {
        "coverage": covered / total,
        "coverage_with_title": with_title / total,
        "coverage_with_before": with_before / total,
        "coverage_in_passage": in_passage / total,
        "title_coverage": in_title / total,
        "names_coverage": names / names_total if names_total else -1.0,
        "names_in_passage": names_passage / names_total if names_total else -1.0,
        "numbers_coverage": numbers / numbers_total if numbers_total else -1.0,
        "heaviest_missing": missing,
        "matter_coverage": matter / matter_total if matter_total else 1.0,
        "adjacent_pairs": pairs / max(1, len(keys) - 1),
        "density": covered / math.sqrt(len(reading.words) + 4.0),
    }
    row.update(_answer_signs(question, asked, candidate, reading))
    row.update(_form(candidate, reading, title))
    return row


def _answer_signs(
    question: AskedQuestion, asked: dict[str, float], candidate: Candidate, reading: Reading
) -> dict[str, float]:
    """Whether the sentence holds something of the kind asked for that the question does not."""
    names = new_names(question, reading)
    figures = new_figures(question, reading)
    found = _of_kind(question, candidate.text, reading, names, figures)
    places = [at for at, key in enumerate(reading.words) if key in asked]
    near = 0.0
    if found and places:
        near = max(
            sum(asked[reading.words[p]] / (1.0 + abs(p - at)) for p in places) for at in found
        )
    counted = [at for at, key in enumerate(reading.words) if key in question.counted]
    return {
        "kind_present": float(bool(found)),
        "kind_near": near,
        "counted_present": float(bool(counted)) if question.counted else -1.0,
        "counted_near": (
            max((1.0 / (1.0 + abs(c - at)) for c in counted for at in found), default=0.0)
            if question.counted
            else -1.0
        ),
        "quoted": float(bool(_QUOTED.search(candidate.text))),
        "denial": float(bool(_DENIAL.search(candidate.text))),
    }


def _of_kind(
    question: AskedQuestion,
    text: str,
    reading: Reading,
    names: dict[int, str],
    figures: dict[int, str],
) -> list[int]:
    """Positions of words that may be an answer of the kind asked for."""
    kind = question.kind
    if kind in {"person", "group"}:
        return [at for at, word in names.items() if country_of(word) is None]
    if kind == "country":
        return [at for at, word in names.items() if country_of(word) is not None]
    if kind == "place":
        return [
            at
            for at in names
            if (at > 0 and reading.words[at - 1] in _PLACE_BEFORE) or at - 1 in names
        ]
    if kind == "title":
        return list(names) or ([0] if _QUOTED.search(text) else [])
    if kind == "number":
        return list(figures)
    if kind == "yes_no":
        return [0]
    pattern = {
        "money": _MONEY, "percent": _PERCENT, "duration": _DURATION, "date": _DATE,
        "reason": _REASON, "manner": _MANNER,
    }.get(kind)  # fmt: skip
    if pattern is None:
        return list(names) + list(figures)
    if not pattern.search(text):
        return []
    if kind == "date":
        return list(figures) or [0]
    return list(figures) or ([0] if kind in {"reason", "manner", "percent", "duration"} else [])


def _form(candidate: Candidate, reading: Reading, title: frozenset[str]) -> dict[str, float]:
    text = candidate.text
    words = len(reading.words)
    content = {k for k, w in zip(reading.words, reading.weights, strict=True) if w}
    return {
        "short": float(words < SHORT_SENTENCE_WORDS),
        "no_verb": float(not _VERB_LIKE.search(text)),
        "asks": float(text.rstrip("”\"' ").endswith("?")),
        "unfinished": float(text.rstrip("”\"'’) ")[-1:] not in {".", "!", "?", "…"}),
        "points_back": float(bool(_POINTS_BACK.match(text))),
        "speech": float(text[:1] in '“"'),
        "repeats_title": len(content & title) / max(1, len(content)),
    }


def _add_votes(
    question: AskedQuestion,
    candidates: Sequence[Candidate],
    readings: Sequence[Reading],
    rows: list[dict[str, float]],
) -> None:
    """How much the sentences that hold the same new name or figure are about the question.

    What all sentences hold, good or bad, is the topic and no answer: a word's vote is the mean
    coverage of its sentences, more for each further article that has it.
    """
    held: list[set[str]] = []
    coverage: dict[str, list[float]] = defaultdict(list)
    articles: dict[str, set[str]] = defaultdict(set)
    for candidate, reading, row in zip(candidates, readings, rows, strict=True):
        new = new_names(question, reading) | new_figures(question, reading)
        held.append(set(new.values()))
        for word in held[-1]:
            coverage[word].append(row["coverage_with_before"] ** 2)
            articles[word].add(candidate.passage.article_id)
    votes = {
        word: sum(found) / (len(found) + 0.5) * math.log2(1 + len(articles[word]))
        for word, found in coverage.items()
    }
    for words, row in zip(held, rows, strict=True):
        row["best_vote"] = max((votes[word] for word in words), default=0.0)


def _add_scores(candidates: Sequence[Candidate], rows: list[dict[str, float]]) -> None:
    best_score = max(c.passage.score for c in candidates) or 1.0
    best_similarity = max(c.passage.similarity for c in candidates)
    for candidate, row in zip(candidates, rows, strict=True):
        passage = candidate.passage
        row["passage_score"] = passage.score / best_score
        row["passage_rank"] = float(candidate.rank)
        row["similarity"] = passage.similarity
        row["similarity_gap"] = passage.similarity - best_similarity
