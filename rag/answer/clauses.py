"""The grammar of one question: how it opens, what it is about, and where it places things.

Only closed classes of words are listed (asking words, auxiliaries, determiners, prepositions,
pronouns); nouns and verbs are told apart by form and position, and where these do not decide,
the functions say so (None), so that their callers leave the question alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answer.word_forms import (
    ADVERBS,
    ASKING,
    AUXILIARIES,
    BE,
    CIRCUMSTANCES,
    DAY_MARKS,
    DAY_WORDS,
    DETERMINERS,
    DO,
    MODALS,
    NOMINATIVES,
    PLACED,
    PLURALS,
    POSSESSIVES,
    PREPOSITIONS,
    Word,
    is_base,
    is_past,
    is_present,
    words_of,
)
from rag.claims.names import ORGANISED, TITLES, country_of
from rag.claims.units import PEOPLE
from rag.claims.words import STOP_WORDS, fold

Kind = Literal["person", "thing", "name", "many"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase with a determiner or a name: words ``start`` to ``end`` of its clause.

    Attributes:
        before: the preposition that it hangs on, or "".
        kind: what its own words tell; "name" where they do not.
        sure: whether it is known where it ends.
    """

    start: int
    end: int
    text: str
    before: str
    kind: Kind
    sure: bool = True

    @property
    def place(self) -> bool:
        """Whether it is a name that something is in or at."""
        return self.before in PLACED and self.kind == "name" and not is_time(self.text)


@dataclass(frozen=True, slots=True)
class Clause:
    """One question that opens with an asking word or an auxiliary.

    Attributes:
        opening: number of words of the asking phrase ("in which year", "how many people"); 0 for
            one that opens with its auxiliary.
        asking: its asking word in lower case, or "".
        noun: the words asked for ("people"), or "".
        auxiliary: place of the auxiliary that follows the asking phrase, or None.
        inverted: whether the subject follows the auxiliary.
    """

    text: str
    words: tuple[Word, ...]
    opening: int
    asking: str
    noun: str
    auxiliary: int | None
    inverted: bool

    def span(self, start: int, end: int | None = None) -> str:
        """The words from ``start`` to before ``end`` as they are written."""
        chosen = self.words[start:end]
        return self.text[chosen[0].start : chosen[-1].end] if chosen else ""

    @property
    def counts(self) -> bool:
        """Whether it asks how many or how much."""
        at = 1 if self.words[0].lower in PREPOSITIONS else 0
        return [w.lower for w in self.words[at : at + 2]] in (["how", "many"], ["how", "much"])

    @property
    def names_itself(self) -> bool:
        """Whether it asks who or what something is: what it names and its answer are one."""
        return (
            self.asking in {"who", "what"}
            and not self.noun
            and not self.inverted
            and self.auxiliary is not None
            and self.words[self.auxiliary].lower in BE
            and _starts_phrase(self.words, self.auxiliary + 1)
        )

    @property
    def has_verb(self) -> bool:
        """Whether a verb follows its asking phrase where one has to."""
        if self.auxiliary is not None:
            return True
        rest = self.words[self.opening :]
        if not self.counts and self.words[0].lower in ASKING:
            return bool(rest) and self.asking in {"who", "what", "which", "whose"}
        # "How many boxes in Kent had broken seals?", but no verb of a clause that follows.
        inner = next((at for at, word in enumerate(rest) if word.lower in ASKING), len(rest))
        own = rest[:inner]
        return any(w.lower in AUXILIARIES or is_past(w) or is_present(w) for w in own)

    @property
    def bare(self) -> bool:
        """Whether nothing follows the asking phrase: "where?", "by whom?"."""
        return bool(self.opening) and self.opening == len(self.words)


def read_clause(text: str) -> Clause | None:
    """``text`` as one question; None when it does not open like one."""
    text = " ".join(text.split()).rstrip(" ?!.,;")
    words = words_of(text)
    if not words:
        return None
    if words[0].lower in AUXILIARIES:
        return Clause(text, words, 0, "", "", 0, True)
    at = asking_at(words, 0)
    if at is None:
        return None
    opening, noun = _asking_phrase(words, at)
    asking = words[at].lower
    auxiliary = opening if opening < len(words) and words[opening].lower in AUXILIARIES else None
    many = asking == "how" and at + 1 < len(words) and words[at + 1].lower in {"many", "much"}
    adverb = asking in ADVERBS and not many
    follows = (
        words[auxiliary + 1].lower if auxiliary is not None and opening + 1 < len(words) else ""
    )
    inverted = auxiliary is not None and (
        adverb
        or at > 0
        or words[auxiliary].lower in DO
        or follows in NOMINATIVES
        or (asking not in {"who", "what"} and _starts_phrase(words, auxiliary + 1))
    )
    noun_text = text[words[at].start : words[opening - 1].end] if noun else ""
    counted = noun_text.split(" ", noun)[-1] if noun_text else ""
    return Clause(text, words, opening, asking, counted, auxiliary, inverted)


def asking_at(words: Sequence[Word], at: int) -> int | None:
    """The place of the asking word that opens at ``at``, over a preposition ("by whom")."""
    if at < len(words) and words[at].lower in ASKING:
        return at
    two = words[at : at + 2]
    if len(two) == 2 and two[0].lower in PREPOSITIONS and two[1].lower in ASKING:
        return at + 1
    return None


def _asking_phrase(words: Sequence[Word], at: int) -> tuple[int, int]:
    """Where the asking phrase ends, and how many words come before the noun in it (0: none)."""
    asking, last = words[at].lower, at + 1
    following = words[last].lower if last < len(words) else ""
    if asking == "how" and following in {"many", "much"}:
        end = _noun_end(words, last + 1)
        return end, 2 if end > last + 1 else 0
    measure = last < len(words) and (words[last].open or following in {"often", "far"})
    if asking == "how" and measure:
        return last + 1, 0
    if asking in {"which", "what", "whose"}:
        end = _noun_end(words, last)
        return end, 1 if end > last else 0
    return last, 0


def _noun_end(words: Sequence[Word], at: int) -> int:
    """Where the nouns from ``at`` end, before a verb in the past or, failing that, the present."""
    end = _run_end(words, at)
    if end < len(words) and words[end].lower == "of" and end > at:
        return _phrase_end(words, at)[0]
    for form in (is_past, is_present):
        for place in range(at + 1, end):
            if form(words[place]):
                return place
    if at < end and end == at + 1 and words[at - 1].lower == "many" and is_past(words[at]):
        return at
    if at < end and words[at - 1].lower in {"what", "which"} and is_past(words[at]):
        return at
    return end


def _run_end(words: Sequence[Word], at: int) -> int:
    while at < len(words) and words[at].open:
        at += 1
    return at


def _starts_phrase(words: Sequence[Word], at: int) -> bool:
    if at >= len(words):
        return False
    word = words[at]
    return word.lower in DETERMINERS | POSSESSIVES | NOMINATIVES or word.capital


def subject_end(clause: Clause) -> int | None:
    """Where the subject after the auxiliary ends; None when that is not clear."""
    assert clause.auxiliary is not None
    words, start = clause.words, clause.auxiliary + 1
    if start < len(words) and words[start].lower in NOMINATIVES:
        return start + 1
    end, sure = _phrase_end(words, start, words[clause.auxiliary].lower)
    return end if sure and end > start else None


def _phrase_end(words: Sequence[Word], start: int, auxiliary: str = "") -> tuple[int, bool]:
    """Where the noun phrase at ``start`` ends, and whether that is sure.

    Args:
        auxiliary: the auxiliary before it, which tells what form of verb follows.
    """
    at = start
    while at < len(words) and words[at].lower in DETERMINERS | POSSESSIVES:
        at += 1
    end = _run_end(words, at)
    if end == at:
        return at, False
    sure = True
    if end < len(words) and words[end].lower == "of":
        after, sure = _phrase_end(words, end + 1, auxiliary)
        return after, sure
    run = range(at + 1, end)
    if auxiliary in DO | MODALS:
        return _before_base(words, at, end)
    marks = [place for place in run if words[place].lower in DAY_MARKS]
    if marks:
        end = marks[0]
    pasts = [place for place in range(at + 1, end) if is_past(words[place])]
    if pasts:
        # "the newly opened bridge": what follows the participle may be the noun.
        sure = pasts[0] == end - 1 or not auxiliary or words[pasts[0] + 1].lower.endswith("ly")
        end = pasts[0]
    elif auxiliary and end - at > 1 and words[at].capital and not words[end - 1].capital:
        first = next(place for place in range(at, end) if not words[place].capital)
        end = end if words[first - 1].text.endswith(("'s", "’s")) else first
    elif auxiliary and end < len(words) and words[end].lower in PLACED:
        # "the bridge at Perth closed": the place belongs to the subject if a participle follows.
        after, _ = _phrase_end(words, end + 1, auxiliary)
        if after < len(words) and is_past(words[after]):
            end = after
        else:
            sure = end - at == 1
    elif auxiliary and end - at > 1 and not all(w.capital for w in words[at:end]):
        sure = False
    return end, sure


def _before_base(words: Sequence[Word], at: int, end: int) -> tuple[int, bool]:
    """Where the subject in ``words[at:end]`` ends when a verb in its base form follows in it."""
    verbs = [
        place
        for place in range(at + 1, end)
        if not words[place].capital and is_base(words[place].lower)
    ]
    names = [place for place in range(at, end) if words[place].capital]
    after_name = [place for place in verbs if names and place > names[-1]]
    if after_name and after_name[0] == names[-1] + 1:
        return after_name[0], True
    if names and names[0] > at and verbs:
        verbs = [place for place in verbs if place < names[0]]
        return (verbs[-1], len(verbs) == 1) if verbs else (end, False)
    if verbs and verbs[-1] == end - 1:
        return verbs[-1], True
    if len(verbs) == 1:
        return verbs[0], True
    # A verb that news text does not use: the last word, if the run is the subject and no more.
    return end - 1, end - at > 1 and end == len(words) and not verbs


def noun_phrases(clause: Clause) -> tuple[Phrase, ...]:
    """Its noun phrases with a determiner or a name, in order; also the noun asked for."""
    words = clause.words
    found: list[Phrase] = []
    if clause.noun and clause.asking != "whose":
        kind = _kind(clause.noun.split()[-1], capital=False)
        found.append(Phrase(0, clause.opening, f"the {clause.noun}", "", kind))
    at = clause.opening
    while at < len(words):
        word = words[at]
        determined = word.lower in DETERMINERS and at + 1 < len(words) and words[at + 1].open
        if not determined and not (word.capital and word.lower not in STOP_WORDS):
            at += 1
            continue
        subject = clause.inverted and clause.auxiliary is not None and at == clause.auxiliary + 1
        auxiliary = words[at - 1].lower if subject else ""
        end, sure = _phrase_end(words, at, auxiliary)
        if not subject and not determined:
            end = min(end, _name_end(words, at, clause.inverted))
        end = max(end, at + 1)
        found.append(_phrase(clause, at, end, sure))
        at = end
    return tuple(found)


def _name_end(words: Sequence[Word], at: int, inverted: bool) -> int:
    """Where a name ends, with the common noun that may close it ("Dunmore market") or that it
    owns ("Lee's lead")."""
    end = at
    while end < len(words) and words[end].capital:
        end += 1
    owns = words[end - 1].text.endswith(("'s", "’s"))
    if owns or (at > 0 and words[at - 1].lower in PREPOSITIONS):
        while end < len(words) and words[end].open and words[end].lower not in DAY_MARKS:
            end += 1
        last = words[end - 1]
        # "the recount in Kent cost": the verb of a subject that ends with the place.
        if inverted and not last.capital and (is_past(last) or is_base(last.lower)):
            end -= not owns
    return end


def _phrase(clause: Clause, start: int, end: int, sure: bool) -> Phrase:
    words = clause.words
    text = clause.span(start, end)
    if words[start].lower in {"a", "an"}:
        text = "the " + clause.span(start + 1, end)
    elif words[start].lower in DETERMINERS - {"the"}:
        sure = False
    of = next((at for at in range(start, end) if words[at].lower == "of"), end)
    nouns = [w for w in words[start:of] if w.open]
    common = [w for w in nouns if not w.capital]
    head = common[-1] if common else nouns[-1] if nouns else words[start]
    before = words[start - 1].lower if start and words[start - 1].lower in PREPOSITIONS else ""
    kind = _kind(head.lower, capital=not common)
    titled = any(w.lower in TITLES | PEOPLE for w in nouns)
    if kind == "name" and words[start].lower == "the":
        kind = "thing"  # no person is called "the Ilse Maren"
    if kind in {"name", "thing"} and titled and nouns[-1].capital:
        kind = "person"
    return Phrase(start, end, text, before, kind, sure)


def _kind(head: str, *, capital: bool) -> Kind:
    if capital:
        return "thing" if head in ORGANISED else "name"
    if head in PLURALS or (head.endswith("s") and not head.endswith("ss")):
        return "many"
    return "person" if head in PEOPLE | TITLES else "thing"


def is_time(text: str) -> bool:
    """Whether a phrase dates something: it has a day, a month, a year, or a word for one."""
    return any(w.lower in DAY_WORDS or w.text[:4].isdigit() for w in words_of(text))


def is_place_name(phrase: Phrase) -> bool:
    return phrase.place or country_of(fold(phrase.text)) is not None


def circumstances(clause: Clause) -> str:
    """The phrases at its end that place what it asks about: "in the fire at Dunmore market"."""
    words = clause.words
    start = len(words)
    for at in range(len(words) - 1, clause.opening, -1):
        word = words[at]
        if word.lower in CIRCUMSTANCES and at + 1 < len(words) and _named_or_known(words, at + 1):
            start = at
        elif is_past(word) or not (word.open or word.lower in DETERMINERS | {"of"} | PREPOSITIONS):
            break
    return clause.span(start)


def finite_verb(clause: Clause) -> Word | None:
    """The verb right after an asking phrase that is its subject: "built" of "who built it"."""
    at = clause.opening
    follows = clause.words[at] if not clause.inverted and at < len(clause.words) else None
    return follows if follows is not None and follows.lower not in AUXILIARIES else None


def _named_or_known(words: Sequence[Word], at: int) -> bool:
    return words[at].lower == "the" or words[at].capital or words[at].text[0].isdigit()
