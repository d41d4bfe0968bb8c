"""What a question wants side by side: a figure, a time, a name, yes or no, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from rag.agreement.kinds import COUNTED_KINDS, NAMED_KINDS, answer_kind
from rag.claims.numerals import NUMBER_WORDS
from rag.claims.reading import read_sentence
from rag.claims.units import IRREGULAR_PLURALS
from rag.claims.words import STOP_WORDS, content_stems, stem

# "Who was the …", "who is behind …", "which team …": one name alone is right.
_ASKS_FOR_ONE = re.compile(
    r"\bwho(?:['’]s| is| was)\s+(?:the|behind|\w+['’]s)\b"
    r"|\b(?:which|what) (?P<noun>(?:\w+ ?){1,3})",
    re.IGNORECASE,
)
# What is so today may be otherwise tomorrow; what happened stays so.
_OF_THE_PRESENT = re.compile(
    r"\b(?:is|are|does|do|can|will|(?:what|who|where|when|how)['’]s)\b(?!.*\b(?:was|were|did)\b)",
    re.IGNORECASE,
)
_PERFECT = re.compile(r"^\W*(?:has|have)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:what|which) time\b|\bwhat hour\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """A question, as far as it tells how two answers to it compare.

    Attributes:
        kind: of ``rag.agreement.kinds.answer_kind``.
        stems: content stems of its words.
        single: it asks for one name.
        changing: it asks how things stand, which another day may change.
        clock: it asks for a time of day.
        last_day: ISO day on which the latest date in it ends ("2020-12-31" of 2020), or None.
    """

    text: str
    kind: str
    stems: frozenset[str]
    single: bool
    changing: bool
    clock: bool
    last_day: str | None

    @property
    def asks_figure(self) -> bool:
        return self.kind in COUNTED_KINDS

    @property
    def asks_time(self) -> bool:
        return self.kind == "date" or self.clock

    @property
    def asks_name(self) -> bool:
        return self.kind in NAMED_KINDS

    @property
    def open_ended(self) -> bool:
        """Why, how, what happened: words answer, and more of them than a name has."""
        return self.kind in {"reason", "manner"} or (
            self.kind == "thing" and bool(re.search(r"\bwhat happen", self.text, re.IGNORECASE))
        )


@lru_cache(maxsize=1024)
def read_sought(question: str) -> Sought:
    """``question`` read once; it may be several sentences, of which the kind is that of all."""
    kind = answer_kind(question)
    one = _ASKS_FOR_ONE.search(question)
    days = [d.last for d in read_sentence(question).dates if d.last is not None]
    return Sought(
        question,
        kind,
        frozenset(content_stems(question)),
        single=one is not None and not _is_of_several(one["noun"]) and kind in NAMED_KINDS,
        changing=bool(_OF_THE_PRESENT.search(question))
        or (kind == "yes_no" and bool(_PERFECT.search(question))),
        clock=bool(_CLOCK.search(question)),
        last_day=max(days).isoformat() if days else None,
    )


def _is_of_several(noun: str | None) -> bool:
    """Whether "two players" or "countries" is asked for; a verb in s is taken for one, too."""
    words = takewhile(lambda word: word not in STOP_WORDS, (noun or "").lower().split())
    return any(
        word in NUMBER_WORDS
        or word in IRREGULAR_PLURALS
        or (word.endswith("s") and not word.endswith("ss") and stem(word) != word)
        for word in words
    )
