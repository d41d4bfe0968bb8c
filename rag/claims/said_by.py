"""Who says what stands at a place in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.names import Name, country_of, find_names
from rag.claims.speakers import Attribution
from rag.claims.words import STOP_WORDS, stem, tokens, word_set

_PRONOUNS = word_set("he she they it we i who both others one")
_BULLETS = " \t►▶•*–—-"
_CLOSING = re.compile(r"[,”\"—–]\s*(?:an? |the )?$|(?<=[”\",])\s*\w*\s*$")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a value: ``shown`` for the reader, ``key`` equal for one and the same."""

    shown: str
    key: str


def attribution_at(text: str, found: Sequence[Attribution], at: int) -> Attribution | None:
    """The attribution that what stands at offset ``at`` of ``text`` falls under.

    The last one before it; else the first behind it that closes the sentence or quote it stands
    in ("…, the army said"), not one inside ("35 more than her owner says were on the ship").
    """
    before = [a for a in found if min(a.start, a.verb_start) <= at]
    if before:
        return before[-1]
    after = [a for a in found if a not in before]
    closing = [a for a in after if _CLOSING.search(text, at, min(a.start, a.verb_start))]
    return closing[0] if closing else None


def speaker_of(attribution: Attribution) -> Speaker | None:
    """The speaker of an attribution; None for a pronoun."""
    words = [t for t in tokens(attribution.speaker) if t.kind == "word"]
    content = [t.lower for t in words if t.lower not in STOP_WORDS]
    if not content or (len(words) == 1 and words[0].lower in _PRONOUNS):
        return None
    if attribution.speaker.endswith(("’s", "'s")):
        return None  # "Islamabad’s repeated claims": no speaker of this sentence
    names = [n for n in find_names(attribution.speaker) if n.certain]
    people = [n for n in names if (len(n.parts) >= 2 or n.titles) and not _is_country(n)]
    shown = attribution.speaker.split(",")[0].strip(_BULLETS)
    owns = people and attribution.speaker[people[0].end :].startswith(("’", "'"))
    if len(names) == 1 and names[0].text == shown and not owns:
        return Speaker(shown, names[0].parts[-1])
    if people and not attribution.speaker[: people[0].start].strip(_BULLETS) and not owns:
        return Speaker(people[0].text, people[0].parts[-1])
    if people and "," in attribution.speaker and people[0].start > attribution.speaker.find(","):
        return Speaker(people[0].text, people[0].parts[-1])
    organisation = next((n for n in names if len(n.parts) >= 3 and n.text in shown), None)
    if organisation is not None:
        return Speaker(shown, " ".join(organisation.parts))
    key = " ".join(sorted(stem(t.lower) for t in tokens(shown) if t.kind == "word"
                          and t.lower not in STOP_WORDS))  # fmt: skip
    return Speaker(shown, key)


def _is_country(name: Name) -> bool:
    return country_of("_".join(name.parts)) is not None
