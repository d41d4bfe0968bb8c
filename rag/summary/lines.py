"""Sentences → lines of a brief: quoted exactly, with every report that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.evidence import Prover
from rag.summary.brief import Line
from rag.summary.centrality import Ranked, choose_central
from rag.summary.material import Citations, SourceSentence

MIN_WORDS = 6
MAX_WORDS = 48
_MAX_REPEATS = 3
_LEAD_WORDS = 10
# What stands first in a report is its news: as strong a sign as centrality.
_FIRST_BONUS = 0.8
_QUOTES = ("“", '"')
# Below this cosine a sentence does not say what another says; checking it would be in vain.
_MIN_SIMILARITY = 0.25
_POINTS_BACK = re.compile(
    r"(?:\w+|\w+ \w+) of (?:them|these|those|whom)\b|(?:the )?(?:others?|former|latter)\b",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"Getty Images|/(?:AP|AFP|Reuters)\b|\b(?:AFP|Reuters|AP) Photo")
_ENDS = (".", "!", "”", '"', "’", "'")


def stands_alone(sentence: SourceSentence) -> bool:
    """Whether a sentence can be a line: whole, of fair length, no question, no dangling "he"."""
    text = sentence.text
    words = len(text.split())
    if not MIN_WORDS <= words <= MAX_WORDS or not text.endswith(_ENDS):
        return False
    if "?" in text[-3:] or text[:1].islower() or _POINTS_BACK.match(text) or _CREDIT.search(text):
        return False
    return sentence.context.start == sentence.start


def quoted_text(sentence: SourceSentence) -> str:
    """``[who] “quote”``: the exact sentence, and who is meant by the "he" it begins with."""
    meant = sentence.context.meant
    quote = sentence.article.text[sentence.context.start : sentence.end]
    return (f"[{meant}] " if meant else "") + f"“{quote}”"


def repeats_of(sentence: SourceSentence, ranked: Ranked) -> list[SourceSentence]:
    """Sentences of other origins that say all that ``sentence`` says, as answers are proved."""
    if sentence not in ranked.sentences:
        return []
    row = ranked.sentences.index(sentence)
    near = [int(at) for at in ranked.similarity[row].argsort()[::-1][:12]]
    others = [
        ranked.sentences[at]
        for at in near
        if ranked.similarity[row, at] >= _MIN_SIMILARITY
        and ranked.sentences[at].origin != sentence.origin
    ]
    verdicts = Prover().verdicts(sentence.text, [(other.evidence,) for other in others])
    found: dict[str, SourceSentence] = {}
    for other, verdict in zip(others, verdicts, strict=True):
        if verdict.certain:
            found.setdefault(other.origin, other)
    return list(found.values())[:_MAX_REPEATS]


def cite_all(sentence: SourceSentence, ranked: Ranked, citations: Citations) -> tuple[int, ...]:
    """Numbers of the sentence's own citation and of those that say the same."""
    cited = [citations.cite(s) for s in (sentence, *repeats_of(sentence, ranked))]
    return tuple(dict.fromkeys(cited))


def lead_lines(
    ranked: Ranked, citations: Citations, count: int, passed_over: Iterable[int]
) -> tuple[tuple[Line, ...], frozenset[int]]:
    """The most central sentences, and their ordinals; those ``passed_over`` are not among them."""
    skip = set(passed_over)
    rows = [
        row
        for row, sentence in enumerate(ranked.sentences)
        if sentence.ordinal not in skip
        and stands_alone(sentence)
        and len(sentence.text.split()) >= _LEAD_WORDS
    ]
    first = {
        row: _FIRST_BONUS / (1 + ranked.sentences[row].position)
        for row in rows
        if not ranked.sentences[row].text.startswith(_QUOTES)
    }
    central = choose_central(ranked, rows, count, preferred=first)
    chosen = [ranked.sentences[row] for row in central]
    lines = tuple(Line(quoted_text(s), cite_all(s, ranked, citations)) for s in chosen)
    return lines, frozenset(s.ordinal for s in chosen)
