"""Who says what a span says: a name, or a noun phrase that can speak; else nobody."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.agreement.values import SpanValue
from rag.claims.names import ORGANISED, TITLES, find_names
from rag.claims.numerals import NUMBER_WORDS
from rag.claims.said_by import Speaker, attribution_at, speaker_of
from rag.claims.speakers import Attribution
from rag.claims.units import PEOPLE
from rag.claims.words import STOP_WORDS, Token, folded_text, stem, tokens, word_set

# A noun made from what somebody does or is: "investigator", "economist", "spokesman".
_AGENT = re.compile(r"(?:[eo]r|ist|ian|man|men|woman|women|person|ee|ant|ent|ive|al|ster)s?$")
_SPEAKING_BODIES = ORGANISED | word_set(
    "government administration office house parliament congress senate board team family union",
    "embassy hospital centre center bureau foundation watchdog regulator airline firm panel",
    "company side military jury media staff crew service commissioner authorities officials",
    "kremlin troops police prosecution defence defense campaign charity network",
)
_SPEAKING_DOCUMENTS = word_set(
    "report statement study survey filing document memo letter lawsuit complaint indictment",
    "affidavit transcript record data figures newspaper magazine website agency poll review",
    "paper audit inquiry investigation analysis order ruling tweet post release",
)
_HEADS = frozenset(
    stem(word) for word in PEOPLE | TITLES | _SPEAKING_BODIES | _SPEAKING_DOCUMENTS
) - {stem("other")}
# "Coastguard", "cameraman", "newspaper": the last part of a compound says what it is.
_COMPOUND_ENDS = tuple(sorted(head for head in _HEADS if len(head) >= 5))
_OPENS_COMPLEMENT = word_set(
    "of in for from at on with who that which to by close familiar involved working speaking",
    "near inside about",
)
# When and on what occasion somebody spoke is not who spoke.
_CIRCUMSTANCE = re.compile(
    r"\s+(?:on|during|after|before|at the|in (?:an?|his|her|its|their|the wake))\s.*$"
)
_NOT_FIRST = word_set("to of by in on at for with from as not being than more less about")


def said_by(value: SpanValue) -> Speaker | None:
    """Who says ``value`` in its sentence; None when nobody is named who can speak.

    The outlet of the article is no speaker of it.
    """
    attribution = attribution_at(value.reading.text, value.reading.attributions, value.start)
    if attribution is None or _is_answer(attribution, value.start):
        return None
    speaker = speaker_of(attribution)
    if speaker is None:
        return None
    outlet = _bare(value.sentence.outlet or "")
    shown = _CIRCUMSTANCE.split(speaker.shown, maxsplit=1)[0]
    if not can_speak(shown) or (outlet and _bare(shown) == outlet):
        return None
    return replace(speaker, shown=shown)


def can_speak(phrase: str) -> bool:
    """Whether a phrase is a name, or a noun phrase whose head is a person, body or document."""
    words = tokens(phrase)
    if not words or any(t.kind in {"symbol", "number"} for t in words):
        return False
    if any(t.text in ',;:!?"“”()' for t in words):
        return False
    lower = [t.lower for t in words if t.kind == "word"]
    if not lower or lower[0] in _NOT_FIRST or lower[-1] in STOP_WORDS or "to" in lower:
        return False
    if set(lower) & {"than", "more", "less", "was", "were", "is", "are"}:
        return False
    head = _head(words)
    if head is None:
        return False
    names = [n for n in find_names(phrase, frozenset({lower[0]})) if n.start <= head.start < n.end]
    if names:
        return bool(names[0].parts) and not set(names[0].parts) <= NUMBER_WORDS
    root = stem(head.lower)
    if root in _HEADS or any(root.endswith(end) for end in _COMPOUND_ENDS):
        return True
    return head.text.islower() and bool(_AGENT.search(head.lower)) and head.lower not in STOP_WORDS


def _bare(name: str) -> str:
    return folded_text(name).removeprefix("the ")


def _head(words: tuple[Token, ...]) -> Token | None:
    """The last word before what a noun phrase is "of" or "who"."""
    before: list[Token] = []
    for token in words:
        if token.kind != "word":
            continue
        if before and token.lower in _OPENS_COMPLEMENT:
            break
        before.append(token)
    content = [t for t in before if t.lower not in STOP_WORDS]
    return content[-1] if content else None


def _is_answer(attribution: Attribution, start: int) -> bool:
    """Whether the speaker stands where the answer does: who said it is then what is asked."""
    return attribution.start <= start < attribution.end
