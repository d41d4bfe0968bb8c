"""What a passage shows of a question: the numbers that ranking weighs.

A question's candidates are described together, because most of it is relative: to the best score
of the question, to the passage's article, and to what the other candidates name.
"""

from __future__ import annotations

import calendar
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.index.records import StoredPassage
from rag.retrieval.matching import (
    Matches,
    adjacent_pairs,
    best_sentences,
    best_window,
    bm25,
    find_matches,
)
from rag.retrieval.question import STOP_WORDS, Question, folded, stem_of

_RANK_CONSTANT = 20.0

_NAMED = re.compile(r"[A-Z][^\W_]+|\d[\d.,]*\d|\d")
_NUMBER_WORDS_TEXT = """
    one two three four five six seven eight nine ten dozen dozens hundred hundreds thousand
    thousands million billion half
"""
_NUMBER_WORDS = frozenset(_NUMBER_WORDS_TEXT.split())
_DATE_WORDS = frozenset((*calendar.month_name[1:], *calendar.day_name))
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that word search or vector search brought up.

    Attributes:
        words: its BM25 score over title and text, 0 if word search did not find it.
        similarity: cosine of its vector and the question's.
    """

    passage: StoredPassage
    words: float
    similarity: float


@dataclass(frozen=True, slots=True)
class _Told:
    """Names and numbers of a passage; ``named`` are the distinct ones that the
    question lacks, stop words at the beginning of a sentence aside."""

    named: frozenset[str]
    numbers: int
    dates: int

    @classmethod
    def by(cls, text: str, asked: frozenset[str]) -> _Told:
        found = _NAMED.findall(text)
        distinct = set(found)
        return cls(
            frozenset(word for word in distinct if stem_of(word.lower()) not in asked),
            sum(1 for word in found if word[0].isdigit()) + len(_NUMBER_WORDS & set(text.split())),
            sum(1 for word in distinct if word in _DATE_WORDS or _YEAR.fullmatch(word)),
        )


FEATURES = (
    "words",
    "words_share",
    "words_rank",
    "similarity",
    "similarity_gap",
    "similarity_rank",
    "bm25",
    "bm25_share",
    "coverage",
    "coverage_with_title",
    "title_coverage",
    "names_coverage",
    "numbers_coverage",
    "near_coverage",
    "sentence_coverage",
    "two_sentence_coverage",
    "adjacent_pairs",
    "article_words_share",
    "article_similarity_gap",
    "article_coverage",
    "article_candidates",
    "neighbour_words_share",
    "neighbour_similarity",
    "votes",
    "best_vote",
    "new_names",
    "new_numbers",
    "dates",
    "wanted_number",
    "wanted_person",
    "wanted_place",
    "wanted_date",
    "date_match",
    "days_old",
    "newness",
    "undated",
    "position",
    "lead",
    "characters",
    "sentences",
    "question_terms",
    "question_idf",
    "question_best_words",
    "question_best_similarity",
    "question_names",
)


def describe(question: Question, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """One row per candidate, one column per name in ``FEATURES``."""
    if not candidates:
        return np.zeros((0, len(FEATURES)), np.float32)
    texts = [folded(candidate.passage.text) for candidate in candidates]
    matches = [find_matches(question.terms, text) for text in texts]
    columns: dict[str, NDArray[np.float32] | list[float]] = {}
    columns |= _scores(candidates)
    columns |= _own_words(question, candidates, matches)
    columns |= _article(question, candidates, matches, columns)
    columns |= _answers(question, candidates, columns)
    columns |= _newness(candidates)
    columns |= _question(question, candidates, columns)
    return np.column_stack([np.asarray(columns[name], np.float32) for name in FEATURES])


def _scores(candidates: Sequence[Candidate]) -> dict[str, NDArray[np.float32] | list[float]]:
    words = np.array([candidate.words for candidate in candidates], np.float32)
    similarity = np.array([candidate.similarity for candidate in candidates], np.float32)
    return {
        "words": words,
        "words_share": words / max(float(words.max()), 1e-6),
        "words_rank": _by_rank(words) * (words > 0),
        "similarity": similarity,
        "similarity_gap": similarity - similarity.max(),
        "similarity_rank": _by_rank(similarity),
    }


def _by_rank(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    ranks = np.empty(len(scores), np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return np.asarray(_RANK_CONSTANT / (_RANK_CONSTANT + ranks), np.float32)


def _own_words(
    question: Question, candidates: Sequence[Candidate], matches: Sequence[Matches]
) -> dict[str, NDArray[np.float32] | list[float]]:
    terms = question.terms
    total = max(question.total_idf, 1e-6)
    names = max(sum(term.idf for term in terms if term.name), 1e-6)
    numbers = max(sum(term.idf for term in terms if term.number), 1e-6)
    titles = _title_terms(question, candidates)
    columns: dict[str, list[float]] = defaultdict(list)
    for candidate, matched in zip(candidates, matches, strict=True):
        passage = candidate.passage
        in_title = titles[passage.title]
        either = in_title | matched.counts.keys()
        covered = matched.coverage(terms)
        columns["bm25"].append(bm25(terms, matched, len(passage.text)))
        columns["coverage"].append(covered / total)
        columns["coverage_with_title"].append(sum(terms[at].idf for at in either) / total)
        columns["title_coverage"].append(sum(terms[at].idf for at in in_title) / total)
        columns["names_coverage"].append(
            sum(terms[at].idf for at in either if terms[at].name) / names
        )
        columns["numbers_coverage"].append(
            sum(terms[at].idf for at in matched.counts if terms[at].number) / numbers
        )
        columns["near_coverage"].append(best_window(terms, matched) / total)
        one, two = best_sentences(terms, matched, passage)
        columns["sentence_coverage"].append(one / total)
        columns["two_sentence_coverage"].append(two / total)
        columns["adjacent_pairs"].append(adjacent_pairs(terms, matched) / total)
    highest = max(*columns["bm25"], 1e-6)
    columns["bm25_share"] = [score / highest for score in columns["bm25"]]
    return dict(columns)


def _title_terms(question: Question, candidates: Sequence[Candidate]) -> dict[str | None, set[int]]:
    titles = {candidate.passage.title for candidate in candidates}
    return {
        title: set(find_matches(question.terms, folded(title or "")).counts) for title in titles
    }


def _article(
    question: Question,
    candidates: Sequence[Candidate],
    matches: Sequence[Matches],
    columns: dict[str, NDArray[np.float32] | list[float]],
) -> dict[str, NDArray[np.float32] | list[float]]:
    """What the other candidates of the same article add."""
    words = np.asarray(columns["words_share"], np.float32)
    gap = np.asarray(columns["similarity_gap"], np.float32)
    total = max(question.total_idf, 1e-6)
    rows: dict[str, list[int]] = defaultdict(list)
    place: dict[tuple[str, int], int] = {}
    for row, candidate in enumerate(candidates):
        rows[candidate.passage.article_id].append(row)
        place[candidate.passage.article_id, candidate.passage.ordinal] = row
    found: dict[str, list[float]] = {
        name: [0.0] * len(candidates)
        for name in FEATURES
        if name.startswith(("article_", "neighbour_"))
    }
    for article_id, own in rows.items():
        covered = set().union(*(matches[row].counts.keys() for row in own))
        coverage = sum(question.terms[at].idf for at in covered) / total
        for row in own:
            found["article_words_share"][row] = float(words[own].max())
            found["article_similarity_gap"][row] = float(gap[own].max())
            found["article_coverage"][row] = coverage
            found["article_candidates"][row] = math.log(len(own))
            ordinal = candidates[row].passage.ordinal
            beside = [
                place[article_id, near]
                for near in (ordinal - 1, ordinal + 1)
                if (article_id, near) in place
            ]
            if beside:
                found["neighbour_words_share"][row] = float(words[beside].max())
                found["neighbour_similarity"][row] = float(gap[beside].max()) + 1.0
    return dict(found)


def _answers(
    question: Question,
    candidates: Sequence[Candidate],
    columns: dict[str, NDArray[np.float32] | list[float]],
) -> dict[str, NDArray[np.float32] | list[float]]:
    """What the passage could answer with: names and numbers that the question does not hold.

    A name that many good candidates hold is a likely answer, so each votes for the names it holds.
    """
    asked = STOP_WORDS | {term.stem for term in question.terms}
    told = [_Told.by(candidate.passage.text, asked) for candidate in candidates]
    goodness = np.asarray(columns["words_share"]) + np.asarray(columns["similarity_gap"])
    weights = np.exp(6.0 * (goodness - goodness.max()))
    votes: defaultdict[str, float] = defaultdict(float)
    holders: Counter[str] = Counter()
    for weight, named in zip(weights.tolist(), (one.named for one in told), strict=True):
        for word in named:
            votes[word] += weight
        holders.update(named)
    # Words that most candidates hold ("The", the month) tell nothing apart.
    rarity = {word: math.log(len(candidates) / count + 0.5) for word, count in holders.items()}
    found: dict[str, list[float]] = defaultdict(list)
    total = float(weights.sum())
    for candidate, weight, one in zip(candidates, weights.tolist(), told, strict=True):
        others = [(votes[w] - weight) / total * max(rarity[w], 0.0) for w in one.named]
        names = math.log1p(sum(1 for word in one.named if not word[0].isdigit()))
        numbers, dates = math.log1p(one.numbers), math.log1p(one.dates)
        found["votes"].append(sum(others))
        found["best_vote"].append(max(others, default=0.0))
        found["new_names"].append(names)
        found["new_numbers"].append(numbers)
        found["dates"].append(dates)
        found["wanted_number"].append(question.wants_number * numbers)
        found["wanted_person"].append(question.wants_person * names)
        found["wanted_place"].append(question.wants_place * names)
        found["wanted_date"].append(question.wants_date * dates)
        found["date_match"].append(_datefind_matches(question, candidate.passage.published))
        found["position"].append(math.log1p(candidate.passage.ordinal))
        found["lead"].append(float(candidate.passage.ordinal == 0))
        found["characters"].append(len(candidate.passage.text) / 1000)
        found["sentences"].append(float(len(candidate.passage.sentences)))
    return dict(found)


def _datefind_matches(question: Question, published: str | None) -> float:
    """1 when the article came out in a month (or year) that the question names, up to two months
    after it 0.5, else 0."""
    if published is None:
        return 0.0
    year, month = int(published[:4]), int(published[5:7])
    best = 0.0
    for asked_year, asked_month in question.dates:
        late = (year - (asked_year or year)) * 12
        if asked_month:
            late += month - asked_month
        elif late:  # a year is over when the next begins
            late += month - 12
        best = max(best, 1.0 if late == 0 else 0.5 if 0 < late <= 2 else 0.0)
    return best


def _newness(
    candidates: Sequence[Candidate],
) -> dict[str, NDArray[np.float32] | list[float]]:
    """How new a passage's article is beside the others': most questions on the news are about
    what came last. An undated article stands in the middle."""
    days = np.array([_day_number(c.passage.published) for c in candidates])
    undated = np.isnan(days)
    dated = np.sort(days[~undated])
    if not len(dated):
        return {
            "days_old": np.zeros(len(days), np.float32),
            "newness": np.full(len(days), 0.5, np.float32),
            "undated": undated.astype(np.float32),
        }
    old = np.log1p(dated[-1] - days)
    newness = np.searchsorted(dated, days, side="right") / len(dated)
    return {
        "days_old": np.where(undated, old[~undated].mean(), old).astype(np.float32),
        "newness": np.where(undated, 0.5, newness).astype(np.float32),
        "undated": undated.astype(np.float32),
    }


def _day_number(published: str | None) -> float:
    """Of a date, or of the middle of a month or year that is all that is known; else NaN."""
    parts = [int(part) for part in published[:10].split("-")] if published else []
    if not parts:
        return math.nan
    year, month, day = (*parts, *(7, 15)[len(parts) - 1 :])
    return float(date(year, month, day).toordinal())


def _question(
    question: Question,
    candidates: Sequence[Candidate],
    columns: dict[str, NDArray[np.float32] | list[float]],
) -> dict[str, NDArray[np.float32] | list[float]]:
    ones = np.ones(len(candidates), np.float32)
    return {
        "question_terms": ones * len(question.terms),
        "question_idf": ones * question.total_idf,
        "question_best_words": ones * float(np.max(columns["words"])),
        "question_best_similarity": ones * float(np.max(columns["similarity"])),
        "question_names": ones * sum(term.name for term in question.terms),
    }
