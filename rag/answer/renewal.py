"""A question asked anew: of part of those it counted, or with one thing of it exchanged."""

from __future__ import annotations

from rag.answer.clauses import (
    Clause,
    Phrase,
    is_time,
    noun_phrases,
    read_clause,
    subject_end,
)
from rag.answer.word_forms import (
    BE,
    PREPOSITIONS,
    counts_people,
    words_of,
)
from rag.claims.words import word_set

_OF_WHOM = word_set("them those these whom")


def of_them(clause: Clause, last: Clause) -> str | None:
    """ "How many of them were women?" with those whom the question before counted; None when it
    is no such question, or they cannot be named."""
    words = clause.words
    lower = [word.lower for word in words[:4]]
    if lower[:1] != ["how"] or lower[2:3] != ["of"] or len(words) < 5 or lower[3] not in _OF_WHOM:
        return None
    counted = _counted(last)
    return (
        counted
        and f"{clause.span(0, 3)[:1].upper()}{clause.span(0, 3)[1:]} {counted} {clause.span(4)}?"
    )


def _counted(last: Clause) -> str | None:
    """Those whom a question counts: "the people killed in the fire", "the ships that sank"."""
    if not last.noun or last.inverted or last.asking not in {"how", "which", "what"}:
        return None
    link = "who" if counts_people(last.noun) else "that"
    if last.auxiliary is None:
        return f"the {last.noun} {link} {last.span(last.opening)}"
    if last.words[last.auxiliary].lower in BE:
        return f"the {last.noun} {last.span(last.auxiliary + 1)}"
    return f"the {last.noun} {link} {last.span(last.auxiliary)}"


def exchanged(given: str, before: str) -> str | None:
    """The question before with ``given`` in the place of the one phrase of its sort.

    Args:
        given: a phrase: "in Kent", "the mayor", "women".
    """
    last = read_clause(before)
    words = words_of(given.strip(" ?!."))
    if last is None or not words:
        return None
    phrase = given[words[0].start : words[-1].end]
    if words[0].lower in PREPOSITIONS:
        return _exchanged_circumstance(phrase, last)
    if any(word.lower in PREPOSITIONS - {"of"} for word in words):
        return None
    return _exchanged_phrase(phrase, last)


def _exchanged_circumstance(given: str, last: Clause) -> str | None:
    words = words_of(given)
    named = any(word.capital or word.text[0].isdigit() for word in words[1:])
    if not named and not is_time(given):
        return None
    timed = is_time(given)
    there = [
        p
        for p in _circumstantial(last)
        if (is_time(p.text) if timed else p.kind != "person" and _names_place(p))
    ]
    if not there:
        return f"{last.text} {given}?"
    if len(there) > 1:
        return None
    old = there[0]
    return _replaced(last, old.start - 1, old.end, given)


def _circumstantial(last: Clause) -> list[Phrase]:
    found = [p for p in noun_phrases(last) if p.before and p.before not in {"of", "by", "with"}]
    for at, word in enumerate(last.words[:-1]):
        year = last.words[at + 1]
        if word.lower in PREPOSITIONS and year.text[0].isdigit():
            found.append(Phrase(at + 1, at + 2, year.text, word.lower, "name"))
    return found


def _names_place(phrase: Phrase) -> bool:
    return (
        not is_time(phrase.text)
        and phrase.before in {"in", "at", "near", "on", "outside"}
        and (phrase.text[0].isupper())
    )


def _exchanged_phrase(given: str, last: Clause) -> str | None:
    words = words_of(given)
    probe = read_clause(f"who met {given}")
    new = noun_phrases(probe)[-1:] if probe is not None else ()
    if not new:
        bare = len(words) == 1 and words[0].lower.endswith(("s", "en"))
        if bare and last.noun and last.words[0].lower == "how":
            place = next(i for i, w in enumerate(last.words) if last.noun.startswith(w.text))
            return _replaced(last, place, last.opening, given)
        return None
    kinds = {"person", "name"} if new[0].kind in {"person", "name"} else {new[0].kind}
    old = [p for p in noun_phrases(last) if p.end > last.opening and p.kind in kinds]
    if new[0].kind == "person":
        old = [p for p in old if not p.place]
    if len(old) != 1 or not old[0].sure:
        return None
    start = old[0].start
    ends_subject = last.inverted and last.auxiliary is not None and start == last.auxiliary + 1
    end = subject_end(last) if ends_subject else old[0].end
    return None if end is None else _replaced(last, start, end, given)


def _replaced(last: Clause, start: int, end: int, given: str) -> str:
    rest = last.span(end)
    return " ".join(part for part in (last.span(0, start), given, rest) if part) + "?"
