"""Words that point back to an earlier question, and the phrase that each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.answer.clauses import (
    Clause,
    Phrase,
    is_place_name,
    is_time,
    noun_phrases,
)
from rag.answer.word_forms import (
    AUXILIARIES,
    BE,
    is_past,
    words_of,
)
from rag.claims.names import ORGANISED, find_names
from rag.claims.words import is_common, word_set

_PERSONAL = word_set("he she him her his hers")
_NEUTER = word_set("it its")
_PLURAL = word_set("they them their theirs")
_OWNING = word_set("his her its their")
_POINTING = _PERSONAL | _NEUTER | _PLURAL
# Without a noun after it ("that" before a clause aside), each stands for something said before.
_BARE = word_set("this these those")
_EXPLETIVE = re.compile(
    r"\bit (?:\w+ ){0,2}(?:that|to|for|whether|if)\b"
    r"|\b(?:time|day|date|how (?:far|hot|cold)) (?:is|was) it\b"
    r"|\b(?:is|was|be) it (?:rain|snow)ing\b",
    re.IGNORECASE,
)


def points_back(text: str, clause: Clause | None) -> bool:
    """Whether a pronoun of ``text`` stands for nothing in ``text`` itself.

    Args:
        clause: ``text`` as a question, None when it is none.
    """
    if clause is None:
        words = words_of(text)
        named = any(word.capital for word in words[1:])
        return not named and any(word.lower in _POINTING for word in words)
    return bool(_pointers(clause)) or _has_bare_demonstrative(clause)


def _pointers(clause: Clause) -> list[int]:
    """Places of the pronouns that nothing before them in the clause can be meant by."""
    phrases = noun_phrases(clause)
    found = []
    for at, word in enumerate(clause.words):
        if word.lower == "there":
            before = clause.words[at - 1].lower if at else ""
            after = clause.words[at + 1].lower if at + 1 < len(clause.words) else ""
            if before not in BE and after not in BE:
                found.append(at)
        elif word.lower in _POINTING:
            if word.lower == "it" and _EXPLETIVE.search(clause.text):
                continue
            within = _may_mean_own_clause(clause, at)
            if not (within and any(p.end <= at and _fits(word.lower, p) for p in phrases)):
                found.append(at)
    return found


def _may_mean_own_clause(clause: Clause, at: int) -> bool:
    """Whether the pronoun at ``at`` can stand for what its own question names: an owner's can, or
    the subject of a clause inside it; an object cannot ("the number beside it")."""
    lower = clause.words[at].lower
    following = clause.words[at + 1] if at + 1 < len(clause.words) else None
    subject = following is not None and (following.lower in AUXILIARIES or is_past(following))
    owner = lower in _OWNING and following is not None and following.open
    return owner or lower in {"he", "she", "they"} or subject


def _has_bare_demonstrative(clause: Clause) -> bool:
    """Whether "this", "those" or "that" stands alone, for something said before."""
    words = clause.words
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else None
        if word.lower in _BARE and not (following and following.open):
            return True
        if word.lower in {"that", "so"} and following is None:
            return True
        subject = clause.inverted or clause.names_itself or clause.opening == 1
        after_auxiliary = clause.auxiliary is not None and at == clause.auxiliary + 1
        if (
            word.lower == "that"
            and subject
            and after_auxiliary
            and following
            and not following.open
        ):
            return True
    return False


def with_antecedents(clause: Clause, last: Clause, told: str = "") -> str | None:
    """The clause with each pronoun replaced by the one phrase that it can stand for.

    Args:
        last: the question before, of which the phrases are.
        told: a short answer to it.

    Returns:
        None when for one of them there is no phrase, or more than one.
    """
    pointers = _pointers(clause)
    if not pointers or _has_bare_demonstrative(clause):
        return None
    pieces: list[str] = []
    at = 0
    named: str | None = None
    for place in pointers:
        word = clause.words[place]
        antecedent = _antecedent(word.lower, last, told)
        if antecedent is None or (named is not None and antecedent != named):
            return None
        owning = word.lower in _OWNING and (
            word.lower != "her" or (place + 1 < len(clause.words) and clause.words[place + 1].open)
        )
        pieces.append(clause.text[at : word.start])
        if named is not None and word.lower != "there":
            pieces.append(word.text)  # named once, it is known
        else:
            pieces.append(_possessive(antecedent) if owning else antecedent)
        named = antecedent
        at = word.end
    return "".join(pieces) + clause.text[at:]


def _antecedent(pronoun: str, last: Clause, told: str) -> str | None:
    phrases = noun_phrases(last)
    if pronoun == "there":
        places = [p for p in phrases if p.place]
        if len(places) != 1:
            return None
        before = places[0].before if places[0].before in {"in", "at", "near", "on"} else "in"
        return f"{before} {places[0].text}"
    fitting = [p for p in phrases if _fits(pronoun, p)]
    if any(not p.sure for p in fitting):
        return None
    names = {p.text for p in fitting}
    if pronoun in _PERSONAL:
        persons = {name for name in _persons(told) if name not in last.text}
        names = persons if last.names_itself and len(persons) == 1 else names | persons
    if pronoun in _NEUTER and last.asking in {"who", "which", "what"} and not last.inverted:
        told_names = {n.text for n in find_names(told) if n.certain and not is_time(n.text)}
        if any(name not in last.text for name in told_names):
            return None  # it may be what the answer names
    if len(names) > 1 and pronoun in _NEUTER:
        # Of a thing and a name, "it" is the thing: the name may be a person or a place.
        names = {p.text for p in fitting if p.kind == "thing"}
    return next(iter(names)) if len(names) == 1 else None


def _persons(told: str) -> Iterable[str]:
    """Names in a short answer that can be a person's."""
    for name in find_names(told):
        phrase = Phrase(0, 0, name.text, _before(told, name.start), "name")
        alone = len(name.parts) == 1 and is_common(name.parts[0])
        organised = name.parts[-1] in ORGANISED
        if not (alone or organised or is_time(name.text) or is_place_name(phrase)):
            yield name.text.split(" of ")[0]


def _before(text: str, at: int) -> str:
    words = words_of(text[:at])
    return words[-1].lower if words else ""


def _fits(pronoun: str, phrase: Phrase) -> bool:
    """Whether the pronoun can stand for the phrase, by number and by what it names."""
    if pronoun in _PLURAL:
        return phrase.kind == "many"
    if phrase.kind == "many" or is_place_name(phrase):
        return False
    return phrase.kind in {"name", "person" if pronoun in _PERSONAL else "thing"}


def _possessive(text: str) -> str:
    return f"{text}’" if text.endswith("s") and not text[0].isupper() else f"{text}’s"
