"""Text → tokens, stems, and how much a word says.

Stems are those of the Snowball English stemmer. How common a word is comes from
``common_words.txt``, made by ``scripts/common_words.py``.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

Kind = Literal["word", "number", "symbol", "punct"]


class Token(NamedTuple):
    """``text[start:end]``; ``lower`` is folded: case, accents, curly quotes, possessive 's."""

    start: int
    end: int
    text: str
    lower: str
    kind: Kind


_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]\w*(?:[’'](?=\w)\w+)*")
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,:]\d+)*)"
    rf"|(?P<word>{_WORD.pattern})"
    r"|(?P<symbol>[$€£¥₹%°])"
    r"|(?P<punct>[^\w\s]|_)"
)


_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), word)
    for pattern, word in (
        (r"(?:lost|losing|lose) (?:their|his|her|its) li(?:fe|ves)|passed away", "died"),
        (r"claim(?:s|ed|ing)? (?:the |their |his |her )?li(?:fe|ves)", "killed"),
        (r"(?:took|taken|take|taking) part", "participated"),
        (r"(?:set|sets|setting) free|let (?:go|out|loose)|walked free|broke out", "freed"),
        (r"(?:set|setting) (?:fire to|ablaze|alight)|on fire|went up in flames", "burned"),
        (r"carr(?:y|ied|ying) out", "conducted"),
        (r"g[oe]t(?:s|ting)? out(?= of (?:[\w’'-]+ ){0,3}(?:jail|prison)\b)", "escaped"),
        (r"unaccounted for", "missing"),
        (r"gave birth", "birth"),
        (r"(?:stepped|stepping|steps?) down", "resigned"),
        (r"took over", "seized"),
    )
)
_ANY_PHRASE = re.compile("|".join(p.pattern for p, _ in _PHRASES), re.IGNORECASE)


def word_set(*lines: str) -> frozenset[str]:
    """The words of ``lines``: how the word lists of this package are written."""
    return frozenset(word for line in lines for word in line.split())


def tokens(text: str) -> tuple[Token, ...]:
    """Words, numbers, symbols and punctuation marks of ``text``; a hyphen separates words."""
    return _tokens(text)


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        surface = match.group()
        lower = fold(surface) if kind == "word" else surface
        found.append(Token(match.start(), match.end(), surface, lower, kind))  # type: ignore[arg-type]
    return _with_phrases(text, found)


def _with_phrases(text: str, found: list[Token]) -> tuple[Token, ...]:
    """``found`` with each set phrase as one word ("lost their lives" is "died")."""
    if not _ANY_PHRASE.search(text):
        return tuple(found)
    for pattern, word in _PHRASES:
        for match in pattern.finditer(text):
            start, end = match.span()
            inside = [t for t in found if start <= t.start and t.end <= end]
            if inside:
                at = found.index(inside[0])
                found[at : at + len(inside)] = [Token(start, end, match.group(), word, "word")]
    return tuple(found)


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """``word`` in lower case without accents, dots, or a possessive ending."""
    return fold_line(word).removesuffix("'s")


def fold_line(line: str) -> str:
    """``line`` with its words folded, so that a folded word of it is found in it."""
    lower = line.lower().replace("’", "'").replace(".", "")
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace(".", "")


def next_word(sequence: Sequence[Token], at: int) -> str:
    """The folded word at ``sequence[at]``, over a hyphen; "" when there is none."""
    if at < len(sequence) and sequence[at].text in "-‐‑":
        at += 1
    return sequence[at].lower if at < len(sequence) and sequence[at].kind == "word" else ""


def folded_text(text: str) -> str:
    """``text`` as its folded words and numbers, so that marks and case do not matter."""
    return " ".join(t.lower for t in tokens(text) if t.kind in {"word", "number"})


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Snowball stem of a folded word."""
    irregular = _IRREGULAR.get(word)
    return irregular or str(_stemmers().english.stemWord(_british_to_american(word)))


def is_common(word: str) -> bool:
    """Whether news text writes a folded word in lower case, so that it is no name."""
    return word in _ranks() or word in STOP_WORDS


def is_irregular(word: str) -> bool:
    """Whether a folded word is a listed form of an irregular verb or noun."""
    return word in _IRREGULAR


def weight(word: str) -> float:
    """How much a folded word says, from 0.4 for the most common to 1.0 for a rare one."""
    rank = _ranks().get(word)
    if rank is None or rank > 2500:
        return 1.0
    return 0.4 if rank < 300 else 0.7


def content_stems(text: str) -> dict[str, str]:
    """Stem → one folded word of ``text`` that has it, stop words and numbers left out."""
    # Places do not matter here, so that no tokens are made: this is asked of every sentence found.
    if _ANY_PHRASE.search(text):
        for pattern, phrase in _PHRASES:
            text = pattern.sub(phrase, text)
    words = (fold(word) for word in _WORD.findall(text))
    return {stem(word): word for word in words if word not in STOP_WORDS}


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    listed = resources.files("rag.claims").joinpath("common_words.txt").read_text("utf-8")
    return {word: rank for rank, word in enumerate(listed.split())}


class _Stemmers(threading.local):
    """A stemmer for each thread: it keeps the word that it is at work on in itself."""

    def __init__(self) -> None:
        import snowballstemmer

        self.english: Any = snowballstemmer.stemmer("english")


@lru_cache(maxsize=1)
def _stemmers() -> _Stemmers:
    return _Stemmers()


_BRITISH = (
    (re.compile(r"(?<=\w{3})ise(d|s|r|rs)?$"), r"ize\1"),
    (re.compile(r"(?<=\w{3})is(ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=\w{2})our(s|ed|ing|er|ers|ite|able)?$"), r"or\1"),
    (re.compile(r"(?<=\w{3})lled$"), "led"),
    (re.compile(r"(?<=\w{3})lling$"), "ling"),
    (re.compile(r"(?<=\w{3})ller(s?)$"), r"ler\1"),
    (re.compile(r"(?<=\w{2})tre(s?)$"), r"ter\1"),
    (re.compile(r"^defence"), "defense"),
    (re.compile(r"^programme"), "program"),
)


_BRITISH_HINT = re.compile(r"is(?:e|ing|ation)|our|ll(?:ed|ing|er)|tre|^defence|^programme")


def _british_to_american(word: str) -> str:
    if len(word) > 5 and _BRITISH_HINT.search(word):
        for pattern, american in _BRITISH:
            changed = pattern.sub(american, word)
            if changed != word:
                return changed
    return word


def _table(text: str) -> dict[str, str]:
    return {form: line.split()[0] for line in text.strip().splitlines() for form in line.split()}


# Forms that the stemmer does not bring together: the first of each line stands for all.
_IRREGULAR = _table("""
man men
woman women
child children
person persons people
die died dies dying
dead
said say says saying
tell told tells telling
go went gone goes going
come came comes coming
take took taken takes taking
give gave given gives giving
make made makes making
hold held holds holding
find found finds finding
lose lost loses losing
win won wins winning
shoot shot shoots shooting shootings
fight fought fights fighting
fall fell fallen falls falling
rise rose risen rises rising
begin began begun begins beginning
break broke broken breaks breaking
build built builds
buy bought buys buying
sell sold sells selling
send sent sends sending
spend spent spends spending
lead led leads leading
leave left leaves leaving
meet met meets
pay paid pays paying payment payments
seek sought seeks seeking
speak spoke spoken speaks speaking
stand stood stands standing
steal stole stolen steals stealing
strike struck strikes striking
teach taught teaches
think thought thinks
write wrote written writes writing
wound wounded wounds wounding
see saw seen sees seeing
show showed shown shows showing
shrink shrank shrunk shrinks
sink sank sunk sinks sinking
drive drove driven drives driving
flee fled flees fleeing
fly flew flown flies flying
freeze froze frozen freezes
grow grew grown grows growing growth
keep kept keeps keeping
know knew known knows knowing
bring brought brings bringing
catch caught catches
choose chose chosen chooses choosing
draw drew drawn draws drawing
feed fed feeds feeding
feel felt feels feeling
forget forgot forgotten
hide hid hidden hides hiding
lay laid lays laying
mean meant means
ride rode ridden rides
run ran runs running
sit sat sits sitting
sleep slept sleeps
swear swore sworn
swim swam swum
tear tore torn tears
throw threw thrown throws
wear wore worn
blow blew blown blows
burn burnt burned burns burning
deny denies denied denying denial denials
accuse accuses accused accusing accusation accusations
""")

STOP_WORDS = word_set(
    "a an the this that these those such same other another each every either neither both",
    "all any some no not nor never none i me my mine we us our ours you your yours he him his",
    "she her hers it its they them their theirs who whom whose which what when where why how",
    "there here one ones himself herself itself themselves myself ourselves oneself am is are",
    "was were be been being isn't aren't wasn't weren't do does did done doing don't doesn't",
    "didn't have has had having haven't hasn't hadn't can could can't cannot couldn't will",
    "would won't wouldn't shall should shouldn't may might must mustn't ought need and or but",
    "so if then than as at by for from in into of off on onto out over to under up upon with",
    "within without about above across after against along among amid around before behind",
    "below beneath beside besides between beyond down during except inside near outside per",
    "since through throughout till toward towards until via while whilst whereas because",
    "although though unless whether also too very just only even still yet already again once",
    "ever more most less least much many few several own else well now however meanwhile",
    "therefore thus hence i'm i've he's she's it's that's there's they're we're you're who's",
    "let's s t re ve ll d mr mrs ms dr",
)
