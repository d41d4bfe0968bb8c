"""What kind of thing a question asks for, by the words that it asks with."""

from __future__ import annotations

import re
from typing import Literal

AnswerKind = Literal[
    "person", "group", "number", "money", "percent", "duration", "date", "place", "country",
    "title", "reason", "manner", "yes_no", "thing",
]  # fmt: skip
# Kinds whose answer is a name, and kinds whose answer is a figure.
NAMED_KINDS = frozenset({"person", "group", "place", "country", "title"})
COUNTED_KINDS = frozenset({"number", "money", "percent", "duration"})


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
