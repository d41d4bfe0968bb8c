"""What the words of a question are: closed classes, and forms of verbs.

Only closed classes are listed; nouns and verbs are told apart by form here, and by position in
``rag.answer.clauses``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.claims.units import PEOPLE
from rag.claims.words import STOP_WORDS, fold, is_common, is_irregular, stem, word_set

ASKING = word_set("who whom whose what which when where why how")
ADVERBS = word_set("when where why how")
BE = word_set("is are was were am isn't aren't wasn't weren't")
DO = word_set("do does did don't doesn't didn't")
HAVE = word_set("has have had hasn't haven't hadn't")
MODALS = word_set("can could will would should may might must shall won't can't couldn't")
AUXILIARIES = BE | DO | HAVE | MODALS
DETERMINERS = word_set("the a an this that these those any some no all each every both")
POSSESSIVES = word_set("his her its their my our your")
NOMINATIVES = word_set("he she it they we i you there")
PLACED = word_set("in at near on inside outside from to around across")
TIMED = word_set("in on during since until before after at by")
CIRCUMSTANCES = word_set("in at near on inside outside during after before since until under")
PREPOSITIONS = PLACED | TIMED | CIRCUMSTANCES | word_set(
    "with for against between among over about within through into onto off towards of"
)  # fmt: skip
DAY_WORDS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may",
    "june july august september october november december today yesterday tomorrow tonight",
    "weekend week month year morning afternoon evening night spring summer autumn winter",
)
DAY_MARKS = word_set("last next yesterday today tonight tomorrow earlier later ago")
# Takes no "-ed", and the stems' table of irregular verbs has no "bear".
_PARTICIPLES = word_set("born")
PLURALS = word_set("people men women children police troops staff crew personnel forces")

# What a silent "e" cannot have stood after, so that "-ed" is all that was added: "drowned".
_PLAIN_PAST = re.compile(r"(?:[aeiou]{2}|[^aeiou])[bdfhkmnptwxy]ed$")


class Word(NamedTuple):
    """``text[start:end]`` of the question; ``lower`` is folded."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def mark(self) -> bool:
        """Whether it is a punctuation mark."""
        return not self.text[0].isalnum()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and self.text != "I"

    @property
    def open(self) -> bool:
        """Whether it is a word with a meaning of its own."""
        return not self.mark and (self.lower not in STOP_WORDS or self.text[0].isdigit())


_WORD = re.compile(r"[^\W_]+(?:[-'’.,](?=[^\W_])[^\W_]+)*|[^\w\s]")


def words_of(text: str) -> tuple[Word, ...]:
    """Words and marks of ``text``; hyphens and apostrophes stay inside their word."""
    return tuple(
        Word(m.start(), m.end(), m.group(), fold(m.group()) if m.group()[0].isalnum() else "")
        for m in _WORD.finditer(text)
    )


def is_past(word: Word) -> bool:
    """Whether a word has a form of the past: "opened", "sank", "born"."""
    lower = word.lower
    if word.capital or lower in PEOPLE or lower in PLURALS:
        return False
    base = stem(lower) if is_irregular(lower) else ""
    return (
        (lower.endswith("ed") and len(lower) > 4)
        or (bool(base) and base != lower and not lower.endswith(("s", "ing")))
        or lower in _PARTICIPLES
    )


def is_present(word: Word) -> bool:
    lower = word.lower
    return not word.capital and lower.endswith("s") and is_base(lower[:-1])


def is_base(lower: str) -> bool:
    """Whether a word may be a verb as after "did": news text uses its past too."""
    if is_irregular(lower):
        return stem(lower) in {lower, stem(lower + "s")}
    pasts = (lower + "ed", lower + "d", lower + lower[-1:] + "ed", lower[:-1] + "ied")
    return any(is_common(past) for past in pasts)


def base_of(word: Word) -> str | None:
    """The verb as it follows "did", of a form of the past; None when that is not clear."""
    lower = word.lower
    if not is_past(word):
        return None
    if is_irregular(lower):
        return stem(lower) if is_base(stem(lower)) else None
    candidates = [lower[:-1], lower[:-2], lower[:-3] + "y" if lower.endswith("ied") else ""]
    if lower[-3:-2] == lower[-4:-3]:
        candidates.append(lower[:-3])
    known = next((c for c in candidates if c and is_common(c) and is_base(c)), None)
    return known or (lower[:-2] if _PLAIN_PAST.search(lower) else None)


def counts_people(noun: str) -> bool:
    """Whether a noun, of one or of many, is said of people."""
    head = noun.rsplit(maxsplit=1)[-1].lower()
    return head in PEOPLE or head in PLURALS or head.removesuffix("s") in PEOPLE
