"""Questions to begin with, drawn from the articles: each one is asked before it is offered."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator

from rag.dateline import Dateline
from rag.errors import DatelineError
from rag.sentences import split_sentences

OFFERED = 4
READ_ARTICLES = 40
READ_SENTENCES = 30
TRIED_QUESTIONS = 24

_COUNTED = re.compile(
    r"\b(?:\d[\d,]*|dozens of|hundreds of|thousands of) (?P<what>(?:[a-z]+ )?[a-z]+s|people) "
    r"(?:were|had been|have been) (?P<verb>killed|injured|wounded|arrested|freed|rescued|missing|"
    r"displaced|evacuated|detained|released|hurt|destroyed|flooded|closed)\b"
)
# A role before the name tells a person from an office or a company.
_PERSON_SPEAKS = re.compile(
    r"\b(?i:mayor|minister|president|governor|commander|captain|colonel|general|inspector|chief|"
    r"director|judge|doctor|professor|dr\.|mr\.|ms\.|mrs\.|spokes(?:man|woman|person)) "
    r"(?P<name>[A-Z][a-z]+ [A-Z][a-z]+) (?:said|told|rejected|denied|called|announced)\b"
)
_CLAIMED = re.compile(r"\b(?:claimed|took) responsibility for (?P<what>the [a-z ]{4,30}?)\b[,.;]")
_PLACE = re.compile(r"\b(?:in|of|at) (?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?)\b")
_NOT_PLACES = re.compile(
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"\w+day|Parliament"
)


class Examples:
    """Example questions of a collection, found once for each state of the index."""

    def __init__(self, dateline: Dateline) -> None:
        self._dateline = dateline
        self._finding = threading.Lock()
        self._found: tuple[str, list[str]] | None = None

    def questions(self) -> list[str]:
        """At most ``OFFERED`` questions that the articles answer; none without articles."""
        with self._finding:
            try:
                state = self._dateline.index().fingerprint
                if self._found is None or self._found[0] != state:
                    self._found = (state, self._find())
            except DatelineError:
                return []
            return self._found[1]

    def _find(self) -> list[str]:
        chosen: list[str] = []
        about: set[str] = set()
        for place, question in _candidates(self._dateline):
            if place in about:
                continue
            answer = self._dateline.ask(question, engine="extractive")
            if not answer.abstained and answer.citations:
                chosen.append(question)
                about.add(place)
            if len(chosen) == OFFERED:
                break
        return chosen


def _candidates(dateline: Dateline) -> Iterator[tuple[str, str]]:
    """Questions with what they are about, one of each article in turn, newest articles first."""
    records = sorted(dateline.articles(), key=lambda r: r.published or "", reverse=True)
    firsts = {record.origin or record.article_id: record for record in reversed(records)}
    newest = sorted(firsts.values(), key=lambda r: r.published or "", reverse=True)
    queues = []
    for record in newest[:READ_ARTICLES]:
        found = list(dict.fromkeys(_questions_of(dateline.article(record.article_id).text)))
        if found:
            queues.append(found)
    tried = 0
    while queues and tried < TRIED_QUESTIONS:
        for queue in list(queues):
            yield queue.pop(0)
            tried += 1
            if not queue:
                queues.remove(queue)


def _questions_of(article_text: str) -> Iterator[tuple[str, str]]:
    place = _place_of(article_text)
    where = f" in {place}" if place else ""
    sentences = [article_text[s.start : s.end] for s in split_sentences(article_text)]
    for sentence in sentences[:READ_SENTENCES]:
        for match in _CLAIMED.finditer(sentence):
            yield place, f"Who claimed responsibility for {match['what']}{where}?"
        for match in _COUNTED.finditer(sentence):
            yield place, f"How many {match['what']} were {match['verb']}{where}?"
        for match in _PERSON_SPEAKS.finditer(sentence):
            yield place, f"What did {match['name']} say?"


def _place_of(article_text: str) -> str:
    names = Counter(
        match["name"]
        for match in _PLACE.finditer(article_text)
        if not _NOT_PLACES.match(match["name"])
    )
    return names.most_common(1)[0][0] if names else ""
