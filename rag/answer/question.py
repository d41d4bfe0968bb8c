"""A question, read for its answer: what kind of thing it asks for, and what it already tells.

"How many prisoners were freed?" asks for a number that counts prisoners; a sentence that answers
it holds a number that the question does not. Rules over the question's words, no model.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

from rag.claims.synonyms import synonyms
from rag.claims.units import COMBATANTS, PEOPLE
from rag.claims.words import STOP_WORDS, fold, stem, word_set
from rag.sentences import split_sentences

AnswerKind = Literal[
    "person", "group", "number", "money", "percent", "duration", "date", "place", "country",
    "title", "reason", "manner", "yes_no", "thing",
]  # fmt: skip
# Kinds whose answer is a name, and kinds whose answer is a figure.
NAMED_KINDS = frozenset({"person", "group", "place", "country", "title"})
COUNTED_KINDS = frozenset({"number", "money", "percent", "duration"})

MAX_CHARACTERS = 4000
WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_](?:\.[^\W\d_])+\.?|[^\W_]+(?:['’][^\W_]+)*")
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|name the)\b", re.IGNORECASE
)

# Words that may stand before the noun asked for: "which large state-owned (bank)".
_NOUN = (
    r"(?:(?!(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|the|a|an|of|in)\b)"
    r"\w+[- ]){0,3}?"
)
_WHAT = r"\b(?:what|which)(?:['’]s|(?: (?:is|was|are|were))?(?: the| its| his| her| their)?)"
_RULES: tuple[tuple[AnswerKind, str], ...] = (
    ("money", r"\bhow much (?:money|did .* (?:cost|pay|spend|sell|earn|make|raise)|does .* cost"
              r"|is .* worth|will .* (?:cost|pay))"
              rf"|{_WHAT} {_NOUN}(?:price|cost|sum|fine|salary|budget|losses)\b"),
    ("percent", rf"{_WHAT} {_NOUN}(?:percent|percentage|share|proportion|rate)\b"
                r"|\bby how much\b|\bhow many percent"),
    ("duration", r"\bhow long\b(?! (?:is|was) the (?:bridge|wall|road|river|train|line))"),
    ("number", r"\bhow (?:many|much|old|far|often|high|tall|big|large|fast|deep|heavy|wide|hot|cold"
               r"|strong|long)\b"
               rf"|{_WHAT} {_NOUN}(?:number|amount|age|temperature|magnitude|distance|size"
               r"|speed|height|score|toll|total)\b"),
    ("date", r"\bwhen\b|\bsince when\b|\b(?:what|which) (?:day|date|month|year|time|century|decade"
             r"|weekday|season)\b|\bhow (?:soon|recently)\b"),
    ("country", rf"\b(?:what|which|whose) {_NOUN}(?:country|countries|nation|nations)\b"),
    ("place", rf"\bwhere\b|\b(?:what|which) {_NOUN}(?:city|cities|state|states|town|towns|place"
              r"|places|continent|region|island|province|district|districts|village|venue|location"
              r"|capital|county|area|areas|airport|port|river|ocean|sea|mountain|stadium)\b"),
    ("reason", r"\bwhy\b|\bwhat for\b|\bfor what (?:reason|purpose)\b"
               r"|\bwhat (?:was|is|were|are) the (?:cause|reason|purpose|motive|aim)s?\b"
               r"|\bwhat (?:caused|led to|prompted|triggered)\b"),
    ("group", rf"\b(?:what|which|who) {_NOUN}(?:company|companies|group|groups|party|parties|team"
              r"|teams|organisation|organization|agency|airline|bank|retailer|firm|brand|club|union"
              r"|band|army|platform|network|carmaker|league|university|supermarket|chain|outlet)\b"),
    ("title", r"\bwhat (?:is|was|are|were) .*\b(?:called|named|titled|dubbed|nicknamed)\b"
              r"|\bwhat .* (?:called|named|known as)\s*\?"
              rf"|{_WHAT} {_NOUN}(?:film|movie|book|song|album|show|series|game|novel"
              r"|title|name|word|phrase|slogan|magazine|newspaper|podcast|musical|play|codename)\b"),
    ("person", r"\b(?:who|whom|whose)\b"
               rf"|\b(?:what|which) {_NOUN}(?:person|man|woman|actor|actress|singer|star|player"
               r"|politician|president|minister|leader|senator|congressman|congresswoman|lawmaker"
               r"|figure|author|artist|musician|celebrity|billionaire|executive|official|judge|mp"
               r"|athlete|coach|driver|comedian|rapper|director|candidate|governor|mayor|king|queen"
               r"|prince|princess|chancellor|secretary|spokesman|spokeswoman|spokesperson)\b"),
    ("manner", r"\bhow\b"),
    ("thing", r"\b(?:what|which)\b"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(rule, re.IGNORECASE)) for kind, rule in _RULES)
_YES_NO = re.compile(
    r"^\W*(?:(?:and|but|so|then|also)\s+)?(?:is|are|was|were|am|do|does|did|has|have|had|can|could"
    r"|will|would|should|shall|may|might|must|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|don['’]t"
    r"|doesn['’]t|didn['’]t|hasn['’]t|haven['’]t|won['’]t|true or false)\b",
    re.IGNORECASE,
)
_TRUE_FALSE = re.compile(r"\btrue or false\b", re.IGNORECASE)
_COUNTED_NOUN = re.compile(
    r"\bhow (?:many|much)\s+(?:of\s+)?(?:the\s+|its\s+|their\s+)?((?:[^\W\d_]+[ -]?){1,4})",
    re.IGNORECASE,
)
_ASKED_NOUN = re.compile(r"\b(?:what|which|whose)\s+((?:[^\W\d_]+[ -]?){1,4})", re.IGNORECASE)
_VERBS_AFTER_NOUN = word_set(
    """is are was were be been do does did has have had can could will would should shall may might
    must in on at of from to for by with who that which and or as after before during between this
    last next"""
)


@dataclass(frozen=True, slots=True)
class Term:
    """One content word of a question.

    Attributes:
        key: see ``key_of``.
        keys: the sentences' words that it may match: itself, synonyms, what replies to it.
        weight: how much it says: 0.2 for the most common words, 1 for rare ones and names.
    """

    key: str
    keys: frozenset[str]
    weight: float
    name: bool
    number: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What a question asks for and what it tells.

    Attributes:
        kind: of the answer.
        terms: distinct content words in order, without the asking words.
        told: keys of all its words: what is no news in an answer.
        counted: keys of the noun asked for ("prisoners" of "how many prisoners", "country" of
            "which country"), which stands beside the answer or is what the answer is one of.
    """

    text: str
    kind: AnswerKind
    terms: tuple[Term, ...]
    told: frozenset[str]
    counted: frozenset[str]

    @property
    def counts_anyone(self) -> bool:
        """Whether it asks how many people, whoever they are."""
        return bool(self.counted & _anyone())

    @property
    def weight(self) -> float:
        return sum(term.weight for term in self.terms)


def read_question(text: str) -> AskedQuestion:
    """``text`` may be several sentences: the last that asks tells the kind, all tell the topic."""
    text = text[:MAX_CHARACTERS]
    asking = _asking_sentence(text)
    kind = answer_kind(asking)
    counted = _asked_noun(asking, kind)
    if counted & _anyone():
        counted |= frozenset(map(key_of, (*(PEOPLE - COMBATANTS), "dead")))
    terms: dict[str, Term] = {}
    told = set()
    after_break = True
    for match in WORD.finditer(text):
        word = match.group()
        name = word[0].isupper() and (not after_break or not word[1:].islower())
        after_break = text[match.end() : match.end() + 1] in {".", "?", "!", ":"}
        lower, key = fold(word), key_of(word)
        told.add(key)
        if (lower in STOP_WORDS and lower not in _SAYS_MUCH) or lower in _ASKING_WORDS:
            continue
        number = word[0].isdigit()
        known = terms.get(key)
        name = name or (known is not None and known.name)
        weight = 1.0 if name or number else word_weight(lower)
        terms[key] = Term(key, _matching(key, name or number, lower), weight, name, number)
    return AskedQuestion(text, kind, _idioms_joined(terms), frozenset(told), counted)


def answer_kind(question: str) -> AnswerKind:
    """The kind of answer that one sentence asks for; "thing" when nothing tells."""
    if _TRUE_FALSE.search(question) or (
        _YES_NO.search(question) and not re.search(r"\bor\b", question)
    ):
        return "yes_no"
    found = [
        (match.start(), match.end(), kind)
        for kind, pattern in _KIND_PATTERNS
        if (match := pattern.search(question))
    ]
    if not found:
        return "yes_no" if _YES_NO.search(question) else "thing"
    # "manner" and "thing" match what the finer rules match too, so those go first. Of the finer
    # ones the first and longest: what "which party leader" asks for is a leader.
    fine = [entry for entry in found if entry[2] not in {"manner", "thing"}]
    return min(fine or found, key=lambda entry: (entry[0], -entry[1]))[2]


# Stop words that carry a question: "Was India behind the attacks?"
_SAYS_MUCH = frozenset({"behind", "against"})
_ASKING_WORDS = word_set(
    """many much long old far often high tall last lasted name named called happened
    happen according true false"""
)


@lru_cache(maxsize=65_536)
def key_of(word: str) -> str:
    """What two words that mean one thing here share: stem, demonym, or a synonym of the news.

    A number keeps its digits, less the thousands separators.
    """
    if word[0].isdigit():
        return word.replace(",", "")
    lower = fold(word)
    key = stem(lower)
    if lower in _SHORT_FORMS:
        return _SHORT_FORMS[lower]
    return key if lower in _ranks() else _place_key(key)


@lru_cache(maxsize=1)
def _anyone() -> frozenset[str]:
    return frozenset(map(key_of, ("people", "person", "persons")))


@lru_cache(maxsize=65_536)
def word_weight(lower: str) -> float:
    """0.2 for the most common words of the news, 1 for those outside its common words."""
    rank = _ranks().get(lower)
    if rank is None:
        return 1.0
    return min(1.0, max(0.2, 0.2 + 0.8 * (math.log1p(rank) - 3.0) / (math.log(9000) - 3.0)))


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    listed = resources.files("rag.claims").joinpath("common_words.txt").read_text("utf-8")
    return {word: rank for rank, word in enumerate(listed.split())}


_DEMONYM_ENDINGS = ("ese", "ish", "ian", "an", "ey", "n", "i", "a", "y", "e", "s")


def _place_key(lower: str) -> str:
    """A name less the endings in which a country and its people differ: India, Indians."""
    stripped = True
    while stripped:
        stripped = False
        for ending in _DEMONYM_ENDINGS:
            if lower.endswith(ending) and len(lower) - len(ending) >= 4:
                lower, stripped = lower[: -len(ending)], True
                break
    return lower


def _asking_sentence(text: str) -> str:
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    asking = [s for s in sentences if s.endswith("?")] or [
        s for s in sentences if _ASKING.search(s)
    ]
    return asking[-1] if asking else text


def _asked_noun(question: str, kind: AnswerKind) -> frozenset[str]:
    pattern = _COUNTED_NOUN if kind in COUNTED_KINDS else _ASKED_NOUN
    match = pattern.search(question)
    if match is None:
        return frozenset()
    words = []
    for word in re.findall(r"[^\W\d_]+", match.group(1)):
        if word.lower() in _VERBS_AFTER_NOUN:
            break
        words.append(word)
    return frozenset().union(
        *(_matching(key_of(word), False) for word in words if word.lower() not in STOP_WORDS)
    )


def _matching(key: str, literal: bool, word: str = "") -> frozenset[str]:
    if literal:
        return frozenset({key})
    if key in _DEEDS and not word.endswith(("er", "ers")):
        return frozenset({key}) | synonyms(_DEEDS[key])
    return synonyms(key) | _replies().get(key, frozenset())


def _idioms_joined(terms: dict[str, Term]) -> tuple[Term, ...]:
    """The terms in order, those that say one thing together as one: whoever "said it was behind"
    an attack claimed responsibility for it, though the sentence holds neither word."""
    found = dict(terms)
    for verbs, noun, told_as in _IDIOMS:
        verb = next((key for key in verbs if key in found), None)
        if verb is None or noun not in found:
            continue
        keys = found[noun].keys | told_as
        weight = found.pop(verb).weight + found[noun].weight
        found[noun] = Term(noun, keys, weight, name=False, number=False)
    return tuple(found.values())


@lru_cache(maxsize=1)
def _replies() -> dict[str, frozenset[str]]:
    lines = [[stem(word) for word in line.split()] for line in _REPLY_LINES.splitlines()]
    return {words[0]: frozenset(words[1:]) for words in lines}


# A deed that has one stem with its doers, whose synonyms (militants, fighters) are not meant.
_DEEDS = {stem("attack"): stem("strike")}
# Verbs and a noun that are one thing, and what else it is told as.
_IDIOMS = (
    (
        (stem("claim"), stem("take"), stem("accept"), stem("assume")),
        stem("responsibility"),
        frozenset(map(stem, ("claimed", "behind", "carried", "perpetrated"))),
    ),
)
_SHORT_FORMS = {
    "us": "us", "usa": "us", "america": "us", "american": "us", "americans": "us",
    "uk": "uk", "britain": "uk", "british": "uk",
}  # fmt: skip
# What is asked about, and words that stand in its place in a report of it.
_REPLY_LINES = """
answer respond response reply react reaction reject deny dismiss condemn call
respond response reply react reaction reject deny dismiss condemn call answer
react reaction respond response reply reject deny condemn call
reply respond response react reject deny
reaction react respond response condemn reject
response respond react reply reject deny answer
responsibility responsible behind carried
responsible responsibility behind carried
behind responsible responsibility backed sponsored supported blamed accused
accusation accuse accused charge allegation alleged blamed
owner own owned owns
own owner
win victory won
victory win
cost price
price cost
buy acquire purchase takeover
acquire buy purchase takeover
resign quit
quit resign leave
vote elect election poll
elect vote election win
law legislation bill
railway train rail
train railway rail
""".strip()
