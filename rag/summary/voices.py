"""Who says what a sentence reports, pronouns and roles resolved where they are certain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.aliases import Key, merge
from rag.claims.names import (
    ORGANISED,
    Name,
    country_of,
    country_of_capital,
    find_names,
    same_organisation,
)
from rag.claims.said_by import attribution_at
from rag.claims.speakers import Attribution, Stance
from rag.claims.words import STOP_WORDS, stem, tokens, word_set
from rag.summary.material import SourceSentence

_PRONOUNS = word_set("he she it they who both others one")
_SPEAKING = word_set("we i")
_PERSON_PRONOUNS = word_set("he she")
_GROUP_NOUN = ["group"]
_BACK_SENTENCES = 2
_ROLE_WORDS = word_set("minister president chief secretary spokesman spokeswoman spokesperson")
_GROUP_ENDINGS = ORGANISED | word_set("list times post news")
# "responded" and the like tell of a deed, unless words follow.
_DEEDS = word_set("responded answered replied spoke called put gave found posted listed")
_WORDS_FOLLOW = re.compile(r"[“\"]|\b(?:that|how|whether)\b")

_CLAIMED_PRIZE = re.compile(
    r"claim\w*\s+(?:\w+\s+){0,3}(?:victory|nomination|title|lead|seat|win|crown|medal|prize|spot"
    r"|place|trophy|gold|silver|bronze)\b"
)
_MAX_WORDS = 14
_CLAUSE = re.compile(
    r"\b(?:that|which|who(?:m|ever)?|had|has|have|was|were|is|are|of \w+ing|does|did|knew|stood"
    r"|launched|prevented|thanked|sounded|revived|not)\b"
)
_NOT_FIRST = word_set("across instead whoever those strongly neither intelligence at by to of in")
_WHAT_IS_SAID = re.compile(
    r"^(?:an? |the )?(?:allegations?|accusations?|claims?|charges?)\s+(?=\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One who speaks: ``key`` is equal for one and the same within an event.

    ``is_named`` is False when the sentence has a pronoun, which the one before it explains; when
    none does, ``shown`` is empty.
    """

    shown: str
    key: str
    verb: str
    stance: Stance
    verb_start: int
    is_named: bool = True
    is_person: bool = False


class Voices:
    """The speakers of the sentences of one event."""

    def __init__(self, sentences: Sequence[SourceSentence]) -> None:
        self._of_article: dict[str, list[SourceSentence]] = {}
        for sentence in sentences:
            self._of_article.setdefault(sentence.article.article_id, []).append(sentence)
        tables = {s.article.article_id: s.article.aliases for s in sentences}
        self._aliases = merge(tuple(tables.values())) if tables else None
        self._groups: list[Key] = []
        countries = Counter(
            country
            for sentence in sentences
            for name in sentence.reading.names
            for part in name.parts
            if (country := country_of(part)) is not None
        )
        # "Pakistan’s military" is "the military" where most is of Pakistan.
        self._home = countries.most_common(1)[0][0] if countries else None

    def at(self, sentence: SourceSentence, offset: int) -> Voice | None:
        """Who says what stands at ``offset`` of a sentence; None when it does not tell."""
        found = [a for a in sentence.reading.attributions if _is_saying(sentence.text, a)]
        chosen = attribution_at(sentence.text, found, offset)
        return None if chosen is None else self.of(sentence, chosen)

    def all_of(self, sentence: SourceSentence) -> list[Voice]:
        """Everyone whose words a sentence reports."""
        found = [a for a in sentence.reading.attributions if _is_saying(sentence.text, a)]
        voices = [self.of(sentence, attribution) for attribution in found]
        return [voice for voice in voices if voice is not None]

    def of(self, sentence: SourceSentence, attribution: Attribution) -> Voice | None:
        """The speaker of an attribution; None for a pronoun that nobody certain stands behind."""
        phrase = _WHAT_IS_SAID.sub("", attribution.speaker.strip(" ,;:“”\"'"))
        words = [t.lower for t in tokens(phrase) if t.kind == "word"]
        content = [w for w in words if w not in STOP_WORDS]
        if phrase.lower() in _SPEAKING:
            return None  # in a quote; who is quoted is told outside it
        if len(content) <= 1 and (phrase.lower() in _PRONOUNS or content[:1] == _GROUP_NOUN):
            return self._meant(sentence, attribution, phrase)
        if not content:
            return None
        if not _can_be_speaker(phrase):
            return None
        shown, key, is_person = self._named(sentence, phrase)
        return _voice(shown[0].upper() + shown[1:], key, attribution, is_person=is_person)

    def _meant(
        self, sentence: SourceSentence, attribution: Attribution, phrase: str
    ) -> Voice | None:
        """Who stands behind "he", "it" or "the group", when it is certain."""
        is_person = phrase.lower() in _PERSON_PRONOUNS
        meant = sentence.context.meant
        if meant is not None:
            shown, key, _ = self._named(sentence, meant)
            return _voice(shown, key, attribution, is_named=False)
        before = self._speaker_before(sentence, is_person=is_person)
        if before is None:
            return _voice("", f"{phrase.lower()} {sentence.ordinal}", attribution, False)
        return _voice(before.shown, before.key, attribution, False)

    def _named(self, sentence: SourceSentence, phrase: str) -> tuple[str, str, bool]:
        """What to show of a speaker's phrase, its key, and whether it is a person."""
        country = _country(phrase)
        if country is not None:
            return phrase, f"country {country}", False
        names = [n for n in find_names(phrase) if n.certain]
        person = next((n for n in names if _is_person(n, phrase)), None)
        if person is not None:
            shown = _with_role(phrase, person)
            return shown, _surname(person), True
        head = phrase.split(",", maxsplit=1)[0].strip()
        words = [t.lower for t in tokens(head) if t.kind == "word" and t.lower not in STOP_WORDS]
        if role := self._by_role(sentence, frozenset(words)):
            return head, role, True
        if names and names[0].text in head and len(names[0].parts) >= 2:
            return head, self._group_key(names[0].text), False
        if len(words) == 1 and names:
            return head, self._group_key(head), False
        own = [w for w in words if country_of(w) not in {None, self._home}]
        own += [w for w in words if country_of(w) is None and country_of_capital(w) is None]
        return head, " ".join(sorted(stem(w) for w in own)), False

    def _group_key(self, name: str) -> str:
        """Equal for the names of one group: its full name, its short form, another spelling."""
        parts = next((n.parts for n in find_names(name)), (name.lower(),))
        same = self._aliases.aliases(parts) if self._aliases else frozenset({parts})
        for known in self._groups:
            if known in same or any(same_organisation(known, p) for p in same):
                return " ".join(known)
        longest = max(same, key=lambda p: (len(p), p))
        self._groups.append(longest)
        return " ".join(longest)

    def _by_role(self, sentence: SourceSentence, words: frozenset[str]) -> str | None:
        """ "The province’s chief minister" is the person of whom the article says so."""
        roles = frozenset(w for w in words if country_of(w) is None)
        if not roles & _ROLE_WORDS:
            return None
        for wanted in (roles, roles & (_ROLE_WORDS | {"prime", "foreign", "defence", "interior"})):
            surnames = sentence.article.aliases.surname_of_role(wanted)
            if len(surnames) == 1 and len(wanted) > 1:
                return next(iter(surnames))
        return None

    def _speaker_before(self, sentence: SourceSentence, *, is_person: bool) -> Voice | None:
        """The one who speaks in the sentence or two before, when it is one and of that kind."""
        before = self._of_article[sentence.article.article_id]
        first = max(0, sentence.position - (_BACK_SENTENCES if is_person else 1))
        for earlier in reversed(before[first : sentence.position]):
            spoken = {v.key: v for v in self.all_of(earlier) if v.is_person == is_person}
            if len(spoken) == 1:
                return next(iter(spoken.values()))
            if spoken or any(n.certain and len(n.parts) > 1 for n in earlier.reading.names):
                return None  # it may be another one who is named there
        return None


def _is_saying(text: str, attribution: Attribution) -> bool:
    if attribution.verb == "questioned" or text[attribution.verb_start - 1] in "-‐‑":
        return False  # by the police; "Taliban-ruled"
    if _CLAIMED_PRIZE.match(text, attribution.verb_start):
        return False
    if attribution.verb == "added":
        return _WORDS_FOLLOW.search(text) is not None
    if attribution.verb not in _DEEDS:
        return True
    return _WORDS_FOLLOW.search(text, attribution.verb_start) is not None


def _voice(
    shown: str,
    key: str,
    said: Attribution,
    is_named: bool = True,
    is_person: bool = False,
) -> Voice:
    return Voice(shown, key, said.verb, said.stance, said.verb_start, is_named, is_person)


def _can_be_speaker(phrase: str) -> bool:
    """Whether a phrase is the name of somebody, not a clause that was taken for one."""
    head = phrase.split(",", maxsplit=1)[0]
    words = head.split()
    if not words or len(words) > _MAX_WORDS or _CLAUSE.search(head):
        return False
    first = words[0].lower()
    return not first.endswith("ing") and first not in _NOT_FIRST


def _country(phrase: str) -> str | None:
    words = [t.lower for t in tokens(phrase) if t.kind == "word" and t.lower != "the"]
    if phrase.endswith(("’s", "'s")):
        return None
    return country_of("_".join(words)) or country_of_capital("_".join(words))


def _surname(person: Name) -> str:
    """The last word of the name proper: "Randhir Jaiswal of India" is Jaiswal."""
    proper = person.text.split(" of ")[0]
    own = next((n.parts for n in find_names(proper)), person.parts)
    return own[-1]


def _is_person(name: Name, phrase: str) -> bool:
    proper, of, _ = name.text.partition(" of ")
    owns = phrase[name.end :].startswith(("’", "'"))
    if not name.parts or (owns and not of):
        return False
    words = [t.lower for t in tokens(proper) if t.kind == "word"]
    if of and not name.titles and len(words) < 2:
        return False
    if words[-1] in _GROUP_ENDINGS or country_of(words[-1]) is not None:
        return False
    if country_of("_".join(words)) is not None:
        return False  # "a Sri Lankan television station"
    if name.parts == name.titles or (len(name.parts) == 1 and name.text.isupper()):
        return False
    alone = phrase.strip() == name.text
    return len(name.parts) >= 2 or bool(name.titles) or (alone and len(name.parts) == 1)


def _with_role(phrase: str, person: Name) -> str:
    """The person with the role that stands with the name, when it is short."""
    head = phrase[: person.end].strip()
    if person.start and "," not in head and len(head.split()) <= 8:
        return head
    return person.text


__all__ = ["Voice", "Voices"]
