"""Who says what a sentence reports, pronouns and roles resolved where they are certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.facts import Speaker, speaker_of
from rag.claims.speakers import Attribution
from rag.claims.words import STOP_WORDS, tokens, word_set
from rag.summary.material import SourceSentence

_PRONOUNS = word_set("he she")
_BACK_SENTENCES = 2
# A part of a speaker's name that says no more than where the speaker is from.
_ROLE_WORDS = word_set("minister president chief secretary spokesman spokeswoman spokesperson")


@dataclass(frozen=True, slots=True)
class Voice:
    """One who speaks: ``key`` is equal for one and the same within an event."""

    shown: str
    key: str
    verb: str
    stance: str
    is_pronoun: bool = False


class Voices:
    """The speakers of the sentences of one event."""

    def __init__(self, sentences: Sequence[SourceSentence]) -> None:
        self._of_article: dict[str, list[SourceSentence]] = {}
        for sentence in sentences:
            self._of_article.setdefault(sentence.article.article_id, []).append(sentence)

    def at(self, sentence: SourceSentence, offset: int) -> Voice | None:
        """Who says what stands at ``offset`` of a sentence; None when it does not tell."""
        chosen = _attribution_at(sentence.reading.attributions, offset)
        return None if chosen is None else self.of(sentence, chosen)

    def of(self, sentence: SourceSentence, attribution: Attribution) -> Voice | None:
        """The speaker of an attribution; None for a pronoun that nobody certain stands behind."""
        speaker = speaker_of(attribution)
        is_pronoun = speaker is None
        if speaker is None and attribution.speaker.strip().lower() in _PRONOUNS:
            speaker = self._person_before(sentence)
        if speaker is None:
            return None
        speaker = _by_role(sentence, speaker)
        return Voice(
            _trimmed(speaker.shown), speaker.key, attribution.verb, attribution.stance, is_pronoun
        )

    def _person_before(self, sentence: SourceSentence) -> Speaker | None:
        """The named person who speaks last in the sentences just before, when there is one."""
        before = self._of_article[sentence.article.article_id]
        first = max(0, sentence.position - _BACK_SENTENCES)
        for earlier in reversed(before[first : sentence.position]):
            found = [speaker_of(a) for a in earlier.reading.attributions]
            people = {s.key: s for s in found if s is not None and _is_person(s)}
            if len(people) == 1:
                return next(iter(people.values()))
            if people or any(n.certain and len(n.parts) > 1 for n in earlier.reading.names):
                return None  # it may be another one who is named there
        return None


def _attribution_at(found: Sequence[Attribution], offset: int) -> Attribution | None:
    before = [a for a in found if a.verb_start <= offset]
    return before[-1] if before else (found[0] if found else None)


def _is_person(speaker: Speaker) -> bool:
    return " " not in speaker.key and speaker.shown[:1].isupper()


def _by_role(sentence: SourceSentence, speaker: Speaker) -> Speaker:
    """ "The province’s chief minister" is the person of whom the article says so."""
    words = frozenset(
        t.lower
        for t in tokens(speaker.shown)
        if t.kind == "word" and t.lower not in STOP_WORDS and not t.text.endswith(("’s", "'s"))
    )
    if not words & _ROLE_WORDS or any(t.text[:1].isupper() for t in tokens(speaker.shown)[1:]):
        return speaker
    surnames = sentence.article.aliases.surname_of_role(words)
    if len(surnames) != 1:
        return speaker
    surname = next(iter(surnames))
    full = sentence.article.aliases.people.get(surname, frozenset())
    if len({name[0] for name in full}) > 1:
        return speaker
    return Speaker(speaker.shown, surname)


def _trimmed(shown: str) -> str:
    shown = shown.strip(" ,;:“”\"'")
    return shown[0].upper() + shown[1:] if shown else shown
