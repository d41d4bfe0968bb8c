"""Who is meant by the "he" or "the group" that a quote begins with.

Only certain cases are named: the sentence before has one candidate of the fitting kind, and it is
its subject or the one who speaks. In all other cases the reader is shown the sentence before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.claims.names import ORGANISED, Name, country_of, find_names
from rag.claims.speakers import find_attributions
from rag.sentences import split_sentences

Referent = Literal["person", "group", "unclear"]

# A quote with the sentence before it is not made longer than this.
MAX_QUOTE_CHARACTERS = 600
_PERSON_NOUNS = (
    "minister|president|premier|chancellor|governor|mayor|senator|secretary|spokesman|spokeswoman"
    "|spokesperson|official|man|woman|actor|actress|singer|star|player|author|director|judge|lawyer"
    "|officer|commander|leader|chief|prince|princess|king|queen|politician|suspect|teenager|mother"
    "|father|captain|professor|head|chairman|chairwoman|candidate|lawmaker|artist|coach"
)
_GROUP_NOUNS = (
    "group|company|party|organisation|organization|agency|firm|team|club|movement|airline|retailer"
    "|charity|outfit|militia|network"
)
_UNCLEAR = r"it|they|this|these|those|such|that|both|neither|the (?:two|former|latter)"
_BEGINS = re.compile(
    r"^[“\"‘'(\[]?(?:(?:but|and|however|meanwhile|instead|also|later|earlier|still|then|yet|so),?\s+)?"
    rf"(?:(?P<person>he|she|(?:his|her)\b|the (?:\d+-year-old |former )?(?:{_PERSON_NOUNS}))"
    rf"|(?P<group>the (?:{_GROUP_NOUNS}))"
    rf"|(?P<unclear>{_UNCLEAR}|its|their))\b(?!\s+of\b)",
    re.IGNORECASE,
)
_SPOKEN_BY = re.compile(
    r"[”\"]\s*(?:(?P<verb>said|added|says|told \w+)\s+)?(?P<who>he|she|they)\b"
    r"(?:\s+(?:said|added|says|told|wrote|asked))?",
    re.IGNORECASE,
)
_GROUP_WORDS = ORGANISED | {"taliban"}
_WITH_SHORT_FORM = re.compile(r"\s*\([A-Z][A-Za-z.&-]{1,9}\)")


@dataclass(frozen=True, slots=True)
class Context:
    """What a quote needs in front of it.

    Attributes:
        start: where the quote begins in the article's text, moved back when the sentence before
            is shown too.
        meant: the name to show in brackets, None when none is needed or none is certain.
    """

    start: int
    meant: str | None = None


def context_of(text: str, start: int, end: int) -> Context:
    """What the sentence ``text[start:end]`` of an article needs to be understood alone."""
    referent = begins_with(text[start:end])
    if referent is None:
        return Context(start)
    before = _sentence_before(text, start)
    if before is None:
        return Context(start)
    if referent != "unclear":
        meant = _certain_name(text[before[0] : before[1]], referent)
        # Nobody speaks of himself by name: who is named in the sentence is not its "he".
        if meant is not None and meant.split()[-1] not in text[start:end]:
            return Context(start, _full_name(text[: before[1]], meant, referent))
    if end - before[0] <= MAX_QUOTE_CHARACTERS:
        return Context(before[0])
    return Context(start)


def begins_with(sentence: str) -> Referent | None:
    """What kind of thing the first words of ``sentence`` point back to, None if they do not."""
    match = _BEGINS.match(sentence)
    if match is None:
        return "person" if _SPOKEN_BY.search(sentence) else None
    return "person" if match["person"] else "group" if match["group"] else "unclear"


def _sentence_before(text: str, start: int) -> tuple[int, int] | None:
    """The sentence that ends before ``start`` in the same or the previous paragraph."""
    begin = text.rfind("\n\n", 0, max(0, start - 1))
    begin = text.rfind("\n\n", 0, begin) if begin > 0 and not text[begin:start].strip() else begin
    begin = max(0, begin)
    sentences = split_sentences(text[begin:start])
    if not sentences:
        return None
    last = sentences[-1]
    if text[begin + last.end - 1] not in ".!?”\"’'":
        return None  # a heading
    return begin + last.start, begin + last.end


def _certain_name(before: str, referent: Referent) -> str | None:
    # A short form in brackets is no second name.
    names = [name for name in find_names(before) if name.certain and before[name.start - 1] != "("]
    people = [name for name in names if _may_be_person(name)]
    groups = [name for name in names if _is_group(name, before)]
    candidates = groups if referent == "group" else [n for n in people if n not in groups]
    if len({name.parts for name in candidates}) != 1:
        return None
    name = candidates[0]
    if not _leads(before, name):
        return None
    if referent == "group":
        short = _WITH_SHORT_FORM.match(before, name.end)
        return name.text + (short.group().rstrip() if short else "")
    return name.text


def _may_be_person(name: Name) -> bool:
    return not any(country_of(part) for part in name.parts)


def _is_group(name: Name, text: str) -> bool:
    words = name.text.split()
    return (
        words[-1].lower() in _GROUP_WORDS
        or (len(words) == 1 and len(name.text) > 1 and name.text.isupper())
        or (len(words) > 1 and bool(_WITH_SHORT_FORM.match(text, name.end)))
    )


def _leads(before: str, name: Name) -> bool:
    """Whether ``name`` is the speaker of the sentence, the only one, or opens it."""
    attributions = find_attributions(before)
    if attributions:
        return all(a.start <= name.start and name.end <= a.end + 1 for a in attributions)
    opening = before[: name.start].strip().lower()
    return opening in {"", "the", "a", "an", "“", '"'} or (
        len(opening.split()) <= 3 and opening.startswith(("the ", "a ", "an ", "on ", "in "))
    )


def _full_name(text: str, name: str, referent: Referent) -> str | None:
    """``name`` as the article gives it in full, when it does so in one way."""
    if referent != "person" or len(name.split()) > 1:
        return name
    surname = name.lower()
    longer = {
        other.text
        for other in find_names_in(text)
        if len(other.parts) > 1 and other.parts[-1] == surname
    }
    by_length = sorted(longer, key=len)
    if not by_length:
        return name
    same = all(shorter in by_length[-1] for shorter in by_length)
    return by_length[-1] if same else name


def find_names_in(text: str) -> list[Name]:
    """Names of every sentence of ``text``."""
    return [
        name
        for sentence in split_sentences(text)
        for name in find_names(text[sentence.start : sentence.end])
    ]
