"""Names in cited sentences: of the kind asked for, in the place of the answer, one or several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.stated import MOST_TOLD, CitedSentence, Fact, all_stems, share_told, speaker_in
from rag.claims.aliases import AliasTable
from rag.claims.facts import Asked, asked_names
from rag.claims.names import (
    ORGANISED,
    TITLES,
    Name,
    country_of,
    country_of_capital,
    find_names,
    same_organisation,
    same_person,
    similar_spelling,
)
from rag.claims.reading import Reading
from rag.claims.synonyms import any_same, same_meaning
from rag.claims.words import STOP_WORDS, is_common, is_verb_like, stem, word_set

_NAMED_SO = re.compile(
    r"(?:\b(?:call(?:ed|s|ing)?|nam(?:ed|es?|ing)|dubbed|titled|known as|codenamed|code-named"
    r"|nicknamed|gave the name)\s+(?:it\s+|the\s+)?[“\"‘']?|[“\"‘'])$",
    re.IGNORECASE,
)
_LOCATIVE = re.compile(
    r"\b(?:in|at|near|on|off|from|to|into|outside|around|across|over|through|of|between|toward"
    r"|towards|reached|entered|left|hit|struck)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ORGANISED = ORGANISED | word_set(
    "lines taliban chemical airlines airways motors hospital school list inc corp ltd"
)
# Questions that one name answers and no other: who leads, owns, won, or did it.
_EXCLUSIVE = frozenset(
    stem(w)
    for w in word_set(
        "claimed responsibility behind carried owns owner owned heads head headed leads led leader",
        "won win winner winning mayor minister president chief director captain master governor",
        "chairman chairwoman secretary king queen pope coach founded founder wrote author directed",
        "killed shot stabbed murdered succeeded appointed elected capsized born discovered",
    )
)
_OFFICES = frozenset(
    stem(w)
    for w in word_set(
        "mayor minister president chief director captain master governor chairman chairwoman king",
        "queen pope coach secretary spokesman spokeswoman spokesperson leader head judge",
    )
)
_NOT_IN_OFFICE = re.compile(
    r"\b(?P<role>nominee|candidate|former|ex|then|deputy|vice|hopeful|challenger)\b[\w\s’'-]*$",
    re.IGNORECASE,
)
_ROLE_CHARACTERS = 40
_GENERIC_OFFICES = frozenset(stem(w) for w in ("head", "leader", "chief"))
_AWAY = word_set("with against to from in on at for near after before")
_NEAR_WORDS = 10
_INITIALS_FROM = 3
# Share of the words of the question that one of the sentences with the name must say.
_LEAST_TOLD = 0.3


def fits_kind(reading: Reading, name: Name, kind: str, question: Asked) -> bool:
    """Whether a name can be of the kind asked for: a place stands after "in" or the like, a person
    is no organisation and no country, an organisation is no person."""
    words = [w for w in name.text.lower().split() if w.isalpha()]
    whole = "_".join(name.parts)  # Sofia is a capital, Sofia Marek is not
    is_country = (country_of(whole) or country_of_capital(whole)) is not None
    is_organisation = bool(words) and words[-1] in _ORGANISED
    before = reading.text[: name.start]
    if kind == "title":
        return bool(_NAMED_SO.search(before))
    if kind == "place":
        return (
            not is_country
            and not is_organisation
            and not name.titles
            and bool(_LOCATIVE.search(before))
        )
    if kind == "country":
        return is_country
    if kind == "group":
        return not name.titles and not _is_adjective(name)
    if kind == "person":
        # "Who claimed responsibility?" is answered by a group; a place or a country seldom.
        holds_office = bool(question.stems & _OFFICES)
        is_word = not is_organisation and all(is_common(part) for part in name.parts)
        return (
            not is_country
            and not is_word  # "Grand Slam" is nobody
            and not _is_place_here(reading, name)
            and not _describes(reading, name)
            and not (
                holds_office
                and (
                    is_organisation
                    or _is_elsewhere(name, question)
                    or _holds_other_office(name, question)
                    or _holds_it_not(reading, name, question)
                )
            )
        )
    return not _is_adjective(name)


def _is_elsewhere(name: Name, question: Asked) -> bool:
    """Whether "Turkish President …" is the answer to a question on another country’s."""
    own = {country_of(part) for part in name.parts} - {None}
    asked_of = {country_of(p) for n in question.reading.names for p in n.parts} - {None}
    return bool(own and asked_of) and not own & asked_of


def _holds_other_office(name: Name, question: Asked) -> bool:
    """Whether "Chairman …" is the answer to a question on a governor."""
    own = {stem(title) for title in name.titles} & _OFFICES - _GENERIC_OFFICES
    asked_of = question.stems & _OFFICES - _GENERIC_OFFICES
    return bool(own and asked_of) and not own & asked_of


def _holds_it_not(reading: Reading, name: Name, question: Asked) -> bool:
    """Whether a name is of one who wants the office or had it: "former governor", "nominee"."""
    at = name.start + len(name.text) - len(proper_name(name))
    found = _NOT_IN_OFFICE.search(reading.text, max(0, at - _ROLE_CHARACTERS), at)
    return found is not None and found["role"].lower() not in question.words


def _describes(reading: Reading, name: Name) -> bool:
    """Whether one capitalised word says what follows is: "Democratic nominee"."""
    if len(name.parts) != 1 or name.titles:
        return False
    following = next((t for t in reading.tokens if t.start >= name.end), None)
    return (
        following is not None
        and following.kind == "word"
        and following.text.islower()
        and following.lower not in STOP_WORDS
        and not following.lower.endswith("ly")
        and not is_verb_like(following)
    )


def _is_adjective(name: Name) -> bool:
    """ "Pakistani": what something is, not who."""
    return len(name.parts) == 1 and country_of(name.parts[0]) not in {None, name.parts[0]}


def _is_place_here(reading: Reading, name: Name) -> bool:
    """Whether a name stands as a place in its sentence: "in Quetta", a dateline in capitals."""
    before = reading.text[: name.start]
    locative = re.search(r"\b(?:in|at|near|off|from|to|into|across)\s+(?:the\s+)?$", before)
    dateline = name.start == 0 and name.text.isupper() and "—" in reading.text[:80]
    return bool(locative) or dateline


def stands_with(reading: Reading, name: str, question: Asked) -> bool:
    """Whether a name stands by the deed or office asked for, as the one who did or holds it: before
    it, or close behind and not after "with" or "to"."""
    start = reading.text.find(name)
    words = [t for t in reading.tokens if t.kind == "word"]
    at = next((i for i, t in enumerate(words) if t.start >= start), 0)
    named = {part for n in question.reading.names for part in n.parts}
    wanted = [s for s, word in question.reading.stems.items() if word not in named]
    places = [i for i, t in enumerate(words) if any(same_meaning(stem(t.lower), s) for s in wanted)]
    before = words[at - 1].lower if at else ""
    if before in _AWAY:
        return False
    if any(0 <= place - at <= _NEAR_WORDS for place in places):
        return True
    holds_office = bool(question.stems & _OFFICES)
    return any(
        0 < at - place <= (_NEAR_WORDS if holds_office else 1)
        or "by" in {t.lower for t in words[place:at]}
        for place in places
        if 0 < at - place <= _NEAR_WORDS
    )


def proper_name(name: Name) -> str:
    """ "Chief Minister of Balochistan Sarfraz Bugti" as "Sarfraz Bugti"; other names whole."""
    words = name.text.split()
    titled = [i for i, w in enumerate(words) if w.lower().strip(".,") in TITLES]
    if not name.titles or not titled or titled[-1] + 1 >= len(words):
        head, of, _ = name.text.partition(" of ")
        organised = head.split()[-1].lower() in _ORGANISED
        return head if of and len(head.split()) > 1 and not organised and not titled else name.text
    rest = words[titled[-1] + 1 :]
    if rest[0].lower() == "of" and len(rest) > 3:
        rest = rest[2:]
    if "of" in rest[2:]:
        rest = rest[: rest.index("of", 2)]  # "President Ann Roth of Corvane"
    return " ".join(rest)


def proper_part(name: Name) -> tuple[str, ...]:
    """The folded words of ``proper_name``."""
    return next((n.parts for n in find_names(proper_name(name))), name.parts)


def same_name(one: tuple[str, ...], other: tuple[str, ...], aliases: AliasTable) -> bool:
    """Whether two names stand for one: an alias of the articles, a spelling, a surname."""
    left, right = aliases.aliases(one), aliases.aliases(other)
    if left & right or same_person(one, other):
        return True
    if any(same_organisation(a, b) for a in left for b in right):
        return True
    if is_short_form(one, other) or _two_spellings(one, other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 2 and len(long) > len(short) and same_person(short, long[-len(short) :]):
        return long[-1] not in _ORGANISED
    return len(short) == 1 and one[-1] == other[-1]


def _two_spellings(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """ "Volodymyr Zelensky", "Volodymyr Zelenskyy": a given name, a surname in two spellings."""
    return (
        len(one) >= 2 and len(other) >= 2 and one[0] == other[0]
        and similar_spelling(one[-1], other[-1])
    )  # fmt: skip


def is_short_form(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one name is the initials of the other: "bla" of "baloch liberation army"."""
    short, long = sorted((one, other), key=len)
    if len(short) != 1 or len(long) < _INITIALS_FROM:
        return False
    return short[0] == "".join(word[0] for word in long)


def tells_which(reading: Reading, question: Asked) -> bool:
    """Whether a sentence has the deed or the office that the question asks for ("won", "mayor")."""
    if question.stems & _OFFICES:
        return share_told(reading, question) == 1.0  # a defence minister is not the chief minister
    # "Won the election": it is the winning that must be told.
    asked_for = {
        s
        for s, word in question.reading.stems.items()
        if s in _EXCLUSIVE and not word.endswith(("ion", "ions"))
    }
    return not asked_for or any(any_same(s, all_stems(reading)) for s in asked_for)


def is_exclusive(question: Asked) -> bool:
    """Whether only one name can answer: "who won", not "who condemned"."""
    return any(s in _EXCLUSIVE for s in question.stems)


def says_the_predicate(reading: Reading, question: Asked, least: float = MOST_TOLD) -> bool:
    """Whether a sentence speaks of most of what the question asks, names aside."""
    return share_told(reading, question) >= least


def named(
    wanted: Asked,
    kind: str,
    sentences: Sequence[CitedSentence],
    readings: dict[int, Reading],
) -> list[Fact]:
    """Names that may be the answer: of its kind, and not said by the question."""
    return [
        Fact(
            sentence, readings[sentence.n], proper_name(name), None, None,
            speaker_in(sentence, readings[sentence.n], name.start), of=proper_part(name),
        )
        for sentence in sentences
        for name in asked_names(readings[sentence.n], wanted)
        if fits_kind(readings[sentence.n], name, kind, wanted)
    ]  # fmt: skip


def _answers(fact: Fact, kind: str, wanted: Asked) -> bool:
    return kind in {"place", "title"} or stands_with(fact.reading, fact.value, wanted)


def same_names(facts: Sequence[Fact], aliases: AliasTable) -> list[list[Fact]]:
    """``facts`` by the one they name, each sentence once."""
    groups: list[list[Fact]] = []
    for fact in facts:
        for group in groups:
            if any(_are_one(fact, other, aliases) for other in group):
                if all(other.sentence.n != fact.sentence.n for other in group):
                    group.append(fact)
                break
        else:
            groups.append([fact])
    return groups


def _are_one(one: Fact, other: Fact, aliases: AliasTable) -> bool:
    assert isinstance(one.of, tuple) and isinstance(other.of, tuple)
    return same_name(one.of, other.of, aliases)


def is_rival(group: Sequence[Fact], best: Sequence[Fact], wanted: Asked) -> bool:
    """Whether a name is another answer: no sentence has both, and each has one that says all that
    was asked; a prize of another class or another year is won by others."""
    with_best = {f.sentence.n for f in best}
    if any(f.sentence.n in with_best for f in group):
        return False
    return all(
        any(
            says_the_predicate(f.reading, wanted, 1.0) and stands_with(f.reading, f.value, wanted)
            for f in side
        )
        for side in (group, best)
    )


def may_answer(group: Sequence[Fact], kind: str, wanted: Asked) -> bool:
    """Whether a sentence with the name speaks of what was asked, and one says it of the name."""
    told = any(says_the_predicate(f.reading, wanted, _LEAST_TOLD) for f in group)
    return told and any(tells_which(f.reading, wanted) and _answers(f, kind, wanted) for f in group)
