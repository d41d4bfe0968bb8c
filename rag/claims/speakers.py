"""Who says what a sentence reports: "the army said", "according to X", "“…,” said X"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.claims.names import find_names
from rag.claims.numerals import NUMBER_WORDS
from rag.claims.words import STOP_WORDS, Token, is_common, tokens, word_set

Stance = Literal["says", "claims", "denies", "accuses", "confirms"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A speaker and the verb of saying.

    Attributes:
        speaker: as the text has it ("Chief Minister Sarfraz Bugti", "the army", "She").
        start, end: of the speaker in the text.
        verb: as written ("said", "according to").
        verb_start: offset of the verb.
        stance: what kind of saying it is.
    """

    speaker: str
    start: int
    end: int
    verb: str
    verb_start: int
    stance: Stance


_STANCES: dict[Stance, frozenset[str]] = {
    "says": word_set(
        "said says say saying told tells tell added adds announced announces reported reports",
        "stated states explained explains noted notes wrote writes replied replies answered",
        "answers called calls described describes warned warns declared declares predicted",
        "predicts estimated estimates argued argues insisted insists suggested suggests",
        "recalled recalls testified tweeted posted remarked commented repeated reiterated",
        "stressed emphasised emphasized believes believe thinks counted counts put puts ruled",
        "concluded found promised promises pledged vowed vows urged urges demanded asked asks",
        "voiced spoke speaks revealed disclosed cautioned maintained maintains acknowledged",
        "mentioned observed responded expects lists listed gives gave",
    ),
    "claims": word_set(
        "claimed claims claim claiming alleged alleges allege asserted asserts",
    ),
    "denies": word_set(
        "denied denies deny denying rejected rejects reject rejecting dismissed dismisses",
        "dismiss disputed disputes dispute refuted refutes questioned contradicted",
    ),
    "accuses": word_set(
        "accused accuses accuse accusing blamed blames blame blaming",
    ),
    "confirms": word_set(
        "confirmed confirms confirm admitted admits admit conceded verified",
    ),
}
_STANCE_OF: dict[str, Stance] = {
    verb: stance for stance, verbs in _STANCES.items() for verb in verbs
}
# Verbs that have other uses: they count as saying only before "that", a quote or a reported clause.
_WEAK = word_set(
    "found put puts gives gave counts counted lists listed asked asks called calls spoke",
    "speaks described describes expects believes thinks believe ruled observed noted notes",
    "report reports claim claims states posted listed promised promises voiced reported",
    "estimates say tell told estimated",
)
_ALWAYS = word_set(
    "said says claimed denied accused alleged confirmed insisted argued announced",
)
_ADVERBS = word_set(
    "also later earlier then has had have again previously still repeatedly initially",
    "strongly publicly categorically further reportedly flatly firmly already once has",
)
_PASSIVE = word_set(
    "was were is are been being be",
)
_BREAK_BEFORE = word_set(
    "and but while whereas as after when because although though if than or",
)
_AUXILIARIES = word_set(
    "is are was were has had have will would could may did",
)
_DETERMINERS = word_set("the a an his her its their this that these those some any no our my")
_QUOTE_MARKS = frozenset('"“”«»')
_ACCORDING = re.compile(
    r"\b(?P<verb>according to|in the words of)\s+"
    r"(?P<speaker>[^.,;:“”\"()]+(?:,\s+(?:the|a|an|its|his|her)\s[^.,;:“”\"()]+)?)",
    re.IGNORECASE,
)
_COUNT_OF = re.compile(
    r"\bby\s+(?P<speaker>(?:the\s+)?(?:[\w-]+\s+){0,3}[\w-]+)[’']s?\s+(?:own\s+)?(?P<verb>count|tally|account|"
    r"estimate|figures|reckoning)\b",
    re.IGNORECASE,
)


def find_attributions(text: str) -> tuple[Attribution, ...]:
    """Attributions of ``text`` in order of their verbs."""
    sequence = tokens(text)
    found: list[Attribution] = []
    for pattern in (_ACCORDING, _COUNT_OF):
        for match in pattern.finditer(text):
            speaker = match["speaker"].rstrip()
            found.append(
                Attribution(
                    speaker,
                    match.start("speaker"),
                    match.start("speaker") + len(speaker),
                    match["verb"].lower(),
                    match.start("verb"),
                    "says",
                )
            )
    for index, token in enumerate(sequence):
        stance = _STANCE_OF.get(token.lower) if token.text.islower() else None
        if stance is None or (index and sequence[index - 1].lower in _DETERMINERS):
            continue
        attribution = _attribution(text, sequence, index, stance)
        if attribution is None and index and sequence[index - 1].lower == "and":
            attribution = _of_earlier_subject(text, token, stance, found)
        if attribution is not None:
            found.append(attribution)
    return tuple(sorted(found, key=lambda a: a.verb_start))


def _attribution(
    text: str, sequence: Sequence[Token], index: int, stance: Stance
) -> Attribution | None:
    reduced = index + 1 < len(sequence) and sequence[index + 1].lower == "by"
    if index and (reduced or sequence[index - 1].lower in _PASSIVE):
        return _passive(text, sequence, index, stance)
    span = _subject_before(sequence, index)
    if span is None and sequence[index].lower not in _WEAK:
        span = _subject_after(sequence, index)
    if span is None:
        return None
    verb = sequence[index]
    if verb.lower in _WEAK and not _reports(text, sequence, index, span):
        return None
    first, last = _without_noun_before_name(sequence, span)
    start, end = sequence[first].start, sequence[last - 1].end
    if text[end - 1] in "’'" or first == last:
        return None
    return Attribution(text[start:end], start, end, verb.text, verb.start, stance)


def _of_earlier_subject(
    text: str, verb: Token, stance: Stance, found: Sequence[Attribution]
) -> Attribution | None:
    """ "X refused to go and said …": the speaker is the subject that the sentence began with."""
    if found:
        last = found[-1]
        return Attribution(last.speaker, last.start, last.end, verb.text, verb.start, stance)
    names = [n for n in find_names(text) if n.certain]
    if not names or text[: names[0].start].strip('“" ').lower() not in {"", "the"}:
        return None
    subject = names[0]
    return Attribution(subject.text, subject.start, subject.end, verb.text, verb.start, stance)


def _without_noun_before_name(sequence: Sequence[Token], span: tuple[int, int]) -> tuple[int, int]:
    """ "an allegation New Delhi denied": the speaker is the name after the noun."""
    first, last = span
    words = sequence[first:last]
    if len(words) >= 3 and words[0].lower in {"a", "an", "the", "any"} and words[1].text.islower():
        capitals = [i for i, t in enumerate(words) if t.text[0].isupper()]
        rest = words[2:]
        if capitals == list(range(2, len(words))) and rest and words[1].lower not in _ROLES:
            return first + 2, last
    return span


def _reports(text: str, sequence: Sequence[Token], index: int, span: tuple[int, int]) -> bool:
    """Whether a verb of other uses reports speech here: a name or pronoun speaks, or "that"."""
    following = sequence[index + 1].lower if index + 1 < len(sequence) else ""
    if following == "for":
        return False
    if following in {"that", "how", "whether"} or following in _QUOTE_MARKS:
        return True
    if any(t.kind == "number" or t.lower in NUMBER_WORDS for t in sequence[index + 1 : index + 5]):
        return True
    first = sequence[span[0]]
    if span[1] <= index and any(t.text[0].isupper() for t in sequence[span[0] + 1 : span[1]]):
        return True
    return first.lower in {"he", "she", "they", "we", "i"} or (
        first.text[0].isupper() and not is_common(first.lower) and span[1] <= index
    ) or any(mark in text for mark in "“”\"")  # fmt: skip


def _passive(
    text: str, sequence: Sequence[Token], index: int, stance: Stance
) -> Attribution | None:
    """ "was claimed by the group", "blamed on X by Y", "denied by Z": after "by" is who says it."""
    for ahead in range(index + 1, min(index + 8, len(sequence))):
        token = sequence[ahead]
        if token.text in ".;!?":
            break
        if token.lower == "by":
            first = ahead + 1
            last = _phrase_end(sequence, first)
            if last > first:
                start, end = sequence[first].start, sequence[last - 1].end
                verb = sequence[index]
                return Attribution(text[start:end], start, end, verb.text, verb.start, stance)
    return None


def _subject_before(sequence: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Token range of the subject of the verb at ``index``, when it stands before it."""
    last = index
    while last and sequence[last - 1].lower in _ADVERBS:
        last -= 1
    if not last:
        return None
    closing = sequence[last - 1]
    if closing.text in _QUOTE_MARKS or closing.text in ".?!;:":
        return None
    if closing.text == ")":
        opening = last - 1
        while opening and sequence[opening].text != "(":
            opening -= 1
        first = _phrase_start(sequence, opening)
        return (first, last) if first < opening else None
    if closing.text == ",":
        return _before_apposition(sequence, last - 1)
    if closing.lower == "who":
        end = last - 1
        while end and sequence[end - 1].text == ",":
            end -= 1
        first = _phrase_start(sequence, end)
        return (first, end) if first < end else None
    first = _phrase_start(sequence, last)
    if first >= last or not _can_speak(sequence[first:last]):
        return None
    if first and sequence[first - 1].text == "," and first > 1:
        first = _joined_title(sequence, first)
    return first, last


def _before_apposition(sequence: Sequence[Token], comma: int) -> tuple[int, int] | None:
    """ "Sarfraz Bugti, the chief minister, said": back over the part between commas."""
    at = comma - 1
    while at >= 0 and not (
        sequence[at].text in ",;:!?"
        or sequence[at].text in _QUOTE_MARKS
        or (sequence[at].text == "." and not _ends_short_form(sequence, at))
    ):
        at -= 1
    if at <= 0 or sequence[at].text != "," or comma - at > 26:
        return None
    inner = sequence[at + 1]
    apposition = (
        inner.lower in STOP_WORDS | _ROLES
        or not inner.text[0].islower()
        or inner.lower.endswith(("ed", "en", "ing"))
    )
    if not apposition:
        return None
    first = _phrase_start(sequence, at)
    if not _is_speaker_phrase(sequence[first:at]) and inner.text[0].islower():
        return None
    if first >= at or not _can_speak(sequence[first:at]):
        return None
    return first, comma


def _opens_a_name(sequence: Sequence[Token], at: int) -> bool:
    """Whether the full stop at ``at`` is that of "Dr. Yusuf Lindahl"."""
    following = sequence[at + 1] if at + 1 < len(sequence) else None
    return _ends_short_form(sequence, at) and following is not None and following.text[0].isupper()


def _ends_short_form(sequence: Sequence[Token], at: int) -> bool:
    """Whether the full stop at ``at`` belongs to "Mr." or an initial."""
    before = sequence[at - 1] if at else None
    return before is not None and len(before.text) <= 4 and before.text[0].isupper()


def _is_speaker_phrase(words: Sequence[Token]) -> bool:
    """Whether words before a part between commas name a speaker: no number, a name or few."""
    if any(t.kind == "number" or t.lower in NUMBER_WORDS for t in words):
        return False
    return len(words) <= 4 or any(t.text[0].isupper() for t in words[1:])


_ROLES = word_set(
    "director chief minister spokesman spokeswoman spokesperson head chairman chairwoman",
    "president secretary general governor mayor lawyer analyst professor leader commander",
    "captain deputy aged senior former coordinator owner founder author expert speaking",
    "citing",
)


def _joined_title(sequence: Sequence[Token], first: int) -> int:
    """First token of "Its managing director, Lukas Werrin" before the name at ``first``."""
    if not sequence[first].text[0].isupper():
        return first
    start = _phrase_start(sequence, first - 1)
    words = [t.lower for t in sequence[start : first - 1]]
    if start < first - 1 and words[0] in {"its", "the", "his", "her", "their", "a", "an"}:
        return start
    if start < first - 1 and any(w in _ROLES for w in words):
        return start
    return first


def _phrase_start(sequence: Sequence[Token], last: int) -> int:
    """Index of the first token of the noun phrase that ends before ``last``."""
    first = last
    while first > 0 and last - first < 14:
        token = sequence[first - 1]
        if token.text in ",;:!?()—–" or token.text in _QUOTE_MARKS:
            break
        if token.text == "." and not (
            first >= 2
            and (len(sequence[first - 2].text) <= 4 and sequence[first - 2].text[0].isupper())
        ):
            break
        if token.lower in _BREAK_BEFORE and not _joins_nouns(sequence, first - 1, last):
            break
        if token.lower in {"that", "which", "where", "what"} or _is_finite(token):
            break
        first -= 1
    return first


def _joins_nouns(sequence: Sequence[Token], at: int, last: int) -> bool:
    """Whether "and" at ``at`` joins two parts of one subject ("interior and defence ministers")."""
    if sequence[at].lower != "and" or at == 0 or at + 1 >= last:
        return False
    if sequence[at - 1].text == ",":
        return False
    left, right = sequence[at - 1], sequence[at + 1]
    return (left.text[0].isupper() and right.text[0].isupper()) or last - at <= 3


def _is_finite(token: Token) -> bool:
    return token.lower in _ALWAYS or token.lower in _AUXILIARIES


def _can_speak(span: Sequence[Token]) -> bool:
    words = [t for t in span if t.kind == "word"]
    if not words:
        return False
    if len(words) == 1 and words[0].lower in STOP_WORDS:
        return words[0].lower in {"he", "she", "they", "we", "i", "it", "one", "both", "others"}
    return words[0].lower not in {"to", "of", "by", "in", "on", "at", "for", "with", "not", "being"}


def _subject_after(sequence: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Inverted: "…,” said Commander Pia Lindqvist of the coastguard"."""
    before = sequence[index - 1] if index else None
    if before is None or not (before.text == "," or before.text in _QUOTE_MARKS):
        return None
    first = index + 1
    last = _phrase_end(sequence, first)
    if last <= first or not _can_speak(sequence[first:last]):
        return None
    if last + 1 < len(sequence) and sequence[last].text == ",":
        name_end = last + 1
        while name_end < len(sequence) and (
            sequence[name_end].text[0].isupper()
            or sequence[name_end].text == "-"
            or (sequence[name_end].text == "." and _opens_a_name(sequence, name_end))
        ):
            name_end += 1
        if name_end > last + 1 and sequence[first].lower in STOP_WORDS:
            return first, name_end
    return first, last


def _phrase_end(sequence: Sequence[Token], first: int) -> int:
    last = first
    while last < len(sequence) and last - first < 14:
        token = sequence[last]
        if token.text in ",;:!?()—–" or token.text in _QUOTE_MARKS:
            break
        if token.text == "." and (
            last + 1 >= len(sequence)
            or not (len(sequence[last - 1].text) <= 4 and sequence[last - 1].text[0].isupper())
        ):
            break
        if token.lower in _BREAK_BEFORE - {"and"} or token.lower in {"on", "that", "during", "in"}:
            break
        if token.lower in STOP_WORDS and token.lower in _PASSIVE:
            break
        last += 1
    return last


__all__ = ["Attribution", "Stance", "find_attributions"]
