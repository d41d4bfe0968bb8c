"""The question before it is searched: two in one are parted, a follow-up is made whole.

All by grammar, and only where it is safe: what cannot be decided is left as it is, or given back
as None. See ``rag.answer.clauses`` for how a question is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answer.clauses import (
    Clause,
    asking_at,
    circumstances,
    finite_verb,
    noun_phrases,
    read_clause,
)
from rag.answer.emptied import empty_filter_reason
from rag.answer.pointing import points_back, with_antecedents
from rag.answer.renewal import exchanged, of_them
from rag.answer.spelling import mend_spelling
from rag.answer.word_forms import (
    ADVERBS,
    ASKING,
    AUXILIARIES,
    BE,
    DETERMINERS,
    DO,
    HAVE,
    MODALS,
    NOMINATIVES,
    PREPOSITIONS,
    base_of,
    words_of,
)

if TYPE_CHECKING:
    from rag.answer.follow_up import Turn

MAX_PARTS = 3
_NEXT_QUESTION = re.compile(r"(?<=\?)\s+(?=\S)")
_LINKING = re.compile(r"^(?:(?:and|but|or|so|also|then)\b[\s,]*)+", re.IGNORECASE)
_ANOTHER = re.compile(r"^(?:what|how) about\s+", re.IGNORECASE)
_QUOTES = re.compile('["“”]')
# Answers longer than this name too many for a pronoun to point at one of them for sure.
_SHORT_ANSWER_WORDS = 14
_CITED = re.compile(r"\[\d+\]")
# A question of at most this many words without a name leans on what was asked before it.
_LEANING_WORDS = 7


def split_question(question: str) -> tuple[str, ...]:
    """The questions that ``question`` asks, at most ``MAX_PARTS``, each whole.

    Clauses are parted where an asking word or an auxiliary opens a new one. Verbs that share one
    subject ("How many people died and were injured?") stay one question: they share its asking
    phrase too, and passages that tell the one figure mostly tell the other. A part that leans on
    the one before is made whole by it; where that is not safe, or there are more parts, the
    question comes back alone and unchanged.
    """
    pieces = [
        part for piece in _NEXT_QUESTION.split(question.strip()) for part in _clauses_of(piece)
    ]
    if not 2 <= len(pieces) <= MAX_PARTS:
        return (question,)
    parts: list[str] = []
    for piece in pieces:
        asked = _LINKING.sub("", piece) if parts else piece
        whole = _completed(asked, parts[-1]) if parts else _sentence(piece)
        clause = None if whole is None else read_clause(whole)
        if whole is None or clause is None or not clause.has_verb:
            return (question,)
        parts.append(whole)
    return tuple(parts)


def resolve_follow_up(question: str, history: Sequence[Turn]) -> str | None:
    """``question`` as it can be understood without ``history``: itself when it stands alone, made
    whole by the last turn where a rule does so safely, else None."""
    if not history:
        return question
    *earlier, last = history
    linked = _LINKING.sub("", question.strip())
    another = _ANOTHER.match(linked)
    led = linked != question.strip() or another is not None
    asked = _ANOTHER.sub("", linked)
    clause = None if another else read_clause(asked)
    if not led and clause and not _leaves_out(clause) and not points_back(asked, clause):
        return question
    if clause is None and not led and not _is_fragment(asked):
        return None if points_back(asked, clause) else question
    before = resolve_follow_up(last.question, earlier)
    if before is None:
        return None
    *_, asked_before = split_question(before)
    if clause is None:
        return exchanged(asked, asked_before)
    if read_clause(asked_before) is None:  # keywords, a sentence
        whole = not clause.bare and not points_back(asked, clause) and _is_whole(clause)
        return _sentence(asked) if whole else None
    return _completed(asked, asked_before, told=_short(last.answer), led=led)


def _clauses_of(piece: str) -> list[str]:
    """``piece`` cut where a new question opens in it."""
    first = read_clause(_LINKING.sub("", piece))
    if first is None:
        return [piece]
    shared = _shared(first)
    if shared is not None:
        return shared
    text = first.text
    words = first.words
    cuts: list[tuple[int, int]] = []
    at = max(1, first.opening)
    while at < len(words):
        opener = at
        while opener < len(words) and (
            words[opener].text in {",", ";", "/"} or words[opener].lower in {"and", "also", "then"}
        ):
            opener += 1
        if opener == at:
            at += 1
            continue
        linked = any(
            words[n].lower == "and" or words[n].text in {";", "/"} for n in range(at, opener)
        )
        begin = cuts[-1][1] if cuts else 0
        if opener < len(words) and _opens(first, begin, at, opener, linked):
            cuts.append((at, opener))
        at = opener
    starts = [0, *(opener for _, opener in cuts)]
    ends = [*(at for at, _ in cuts), len(words)]
    return [text[words[s].start : words[e - 1].end] for s, e in zip(starts, ends, strict=True)]


def _shared(clause: Clause) -> list[str] | None:
    """ "When and where was he born" as two questions that share their clause."""
    words = clause.words
    if len(words) < 4 or words[1].lower != "and" or words[0].lower not in ASKING:
        return None
    one, other = words[0].lower, words[2].lower
    adverbs = one in ADVERBS and other in ADVERBS and words[3].lower in AUXILIARIES
    if not adverbs and {one, other} != {"who", "what"}:
        return None
    rest = clause.text[words[3].start :]
    return [f"{words[0].text} {rest}", f"{words[2].text} {rest}"]


def _opens(first: Clause, begin: int, end: int, opener: int, linked: bool) -> bool:
    """Whether a clause of its own opens at ``opener``, after ``words[begin:end]`` of ``first``.

    A comma alone may open a relative clause ("the mayor, who resigned"), and after an asking word
    inside the clause before, another one may go on with that ("say who did it and why").
    """
    words = first.words
    if len(_QUOTES.findall(first.text[: words[opener].start])) % 2:
        return False
    asking = asking_at(words, opener)
    begun = read_clause(first.text[words[begin].start :])
    before = words[begin + (begun.opening if begun else 0) : end]
    inside = any(word.lower in ASKING | {"whether", "if"} for word in before)
    if asking is None:
        return linked and _auxiliary_opens(first, opener)
    clause = read_clause(first.text[words[opener].start :])
    turned = clause is not None and clause.inverted
    if inside:
        return turned and linked
    return linked or turned or words[asking].lower in {"what", "why", "how"}


def _auxiliary_opens(first: Clause, at: int) -> bool:
    """Whether the auxiliary at ``at`` has its subject after it, so that it does not go on with the
    verbs before ("Who was fined and is the owner?")."""
    words = first.words
    if words[at].lower not in AUXILIARIES or at + 1 >= len(words):
        return False
    subject = words[at + 1]
    if subject.lower in NOMINATIVES - {"it", "you", "there"}:
        return True
    starts = subject.capital or subject.lower in DETERMINERS or subject.lower in NOMINATIVES
    if words[at].lower in MODALS | DO:
        return starts
    turned = first.opening == 0 or (
        first.inverted and (first.asking in ADVERBS or words[first.auxiliary or 0].lower in DO)
    )
    return starts and turned and words[at].lower in BE | HAVE


def _completed(asked: str, before: str, *, told: str = "", led: bool = False) -> str | None:
    """``asked`` made whole by the question ``before`` it; None where that is not safe.

    Args:
        told: a short answer to ``before``, in which a pronoun may find its person.
        led: a follow-up that opens with "and": it leans on ``before`` even where no word says so.
    """
    clause, last = read_clause(asked), read_clause(before)
    if clause is None or last is None:
        return None
    if clause.bare:
        return _asked_otherwise(clause, last)
    counted = of_them(clause, last)
    if counted is not None:
        return counted
    if points_back(clause.text, clause):
        text = with_antecedents(clause, last, told)
        return None if text is None else _with_counted(text, last)
    if _leaves_out(clause):
        return _filled(clause, last)
    if led and not _is_whole(clause):
        return None
    return _with_place(clause, last)


def _with_counted(text: str, last: Clause) -> str | None:
    """With the noun that the question before counts, where "how many" has none."""
    clause = read_clause(text)
    if clause is None or not clause.counts or clause.noun:
        return _sentence(text)
    if not (last.counts and last.noun):
        return None
    return _sentence(f"{clause.span(0, clause.opening)} {last.noun} {clause.span(clause.opening)}")


def _leaves_out(clause: Clause) -> bool:
    """Whether it says neither who nor what: "how many were injured?", "who died?"."""
    if clause.bare:
        return True
    words = clause.words
    return (
        not clause.inverted
        and clause.opening > 0
        and len(words) <= _LEANING_WORDS
        and not clause.noun.strip()
        and not noun_phrases(clause)
        and not circumstances(clause)
        and not any(word.text[0].isdigit() for word in words)
        and not any(word.lower in PREPOSITIONS | DETERMINERS for word in words[clause.opening :])
    )


def _filled(clause: Clause, last: Clause) -> str | None:
    """A question without a subject, with the noun and the circumstances of the one before."""
    where = circumstances(last)
    words = clause.words
    if not where:
        return None
    noun = last.noun if words[0].lower == "how" and clause.opening == 2 else ""
    if words[0].lower == "how" and not noun:
        return None
    start = clause.span(0, clause.opening)
    return _sentence(" ".join(p for p in (start, noun, clause.span(clause.opening), where) if p))


def _asked_otherwise(clause: Clause, last: Clause) -> str | None:
    """The question before with another asking phrase in its place: "where?"."""
    asking = clause.span(0)
    adverbial = clause.asking in ADVERBS and clause.opening == 1
    prepositional = clause.words[0].lower in PREPOSITIONS
    measure = clause.opening == 2 and clause.asking == "how" and clause.words[1].lower in {
        "long", "often"
    }  # fmt: skip
    if not (adverbial or prepositional or measure):
        return None
    words = last.words
    about = last.asking in ADVERBS and not last.counts
    if about or last.opening == 0 or words[0].lower in PREPOSITIONS:
        if last.auxiliary is None:
            return None
        rest = last.span(last.auxiliary)
        return _sentence(f"{asking} {rest[:1].lower()}{rest[1:]}")
    if last.inverted:
        return None  # what was asked for is a gap in it: "What did he say, and when?"
    subject = _stand_in(last)
    if subject is None:
        return None
    if last.auxiliary is not None:
        auxiliary = words[last.auxiliary].text
        rest = last.span(last.auxiliary + 1)
        if last.names_itself:
            return None  # nothing happens in it
        return _sentence(f"{asking} {auxiliary} {subject} {rest}")
    verb = finite_verb(last)
    base = base_of(verb) if verb is not None else None
    if base is None:
        return None
    return _sentence(f"{asking} did {subject} {base} {last.span(last.opening + 1)}")


def _stand_in(last: Clause) -> str | None:
    """What the asked-for subject is called in a question about something else of it."""
    if last.noun:
        return last.noun if last.asking == "how" else f"the {last.noun}"
    if last.asking == "how":
        return "people" if last.words[1].lower == "many" else None
    return {"who": "someone", "what": "something"}.get(last.asking)


def _is_whole(clause: Clause) -> bool:
    """Whether it names what it is about."""
    return any(w.capital or w.text[0].isdigit() for w in clause.words[max(clause.opening, 1) :])


def _with_place(clause: Clause, last: Clause) -> str:
    """With the place that the question before names at its end, if it names none itself."""
    if _is_whole(clause) or circumstances(clause):
        return _sentence(clause.text)
    places = [p for p in noun_phrases(last) if p.place and p.before in {"in", "at"}]
    if len(places) != 1:
        return _sentence(clause.text)
    return _sentence(f"{clause.text} {places[0].before} {places[0].text}")


def _is_fragment(asked: str) -> bool:
    """Whether it is a phrase alone, as "in Kent?" is."""
    words = words_of(asked)
    return bool(words) and words[0].lower in PREPOSITIONS and len(words) <= _LEANING_WORDS


def _short(answer: str) -> str:
    plain = _CITED.sub("", answer)
    return plain if len(plain.split()) <= _SHORT_ANSWER_WORDS else ""


def _sentence(text: str) -> str:
    """As a question: a capital first, one question mark last."""
    plain = " ".join(_LINKING.sub("", text).split()).rstrip(" ?.!,;")
    return f"{plain[:1].upper()}{plain[1:]}?"


__all__ = ["empty_filter_reason", "mend_spelling", "resolve_follow_up", "split_question"]
