"""Article text → sentences, with character offsets.

A quote that Dateline shows is a sentence, so a wrong split shows. The rules are those of English
news text: a full stop ends a sentence or belongs to an abbreviation, an initial, a number or a
list mark, and the word after it tells which. Words are data, below; the rules are in
``_ends_sentence``. Other languages have their own marks, abbreviations and ordinals
(``rag.languages``), and no cased-letter tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.languages import Language, guessed_language, language

MAX_SENTENCE_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, heading or list item: ``text[start:end]``.

    Attributes:
        start, end: offsets in characters; no white space at either end.
        paragraph: number of its paragraph in the text, from 0.
    """

    start: int
    end: int
    paragraph: int


def split_sentences(text: str, code: str | None = None) -> list[Sentence]:
    """Sentences of ``text`` in order; they do not overlap, and between them is only white space.

    A blank line always ends a sentence, so a heading is one of its own. A sentence of more than
    ``MAX_SENTENCE_CHARACTERS`` comes in pieces, cut where it hurts least. Time is linear.

    Args:
        code: ISO 639-1 code of the language; None to tell it from the text.
    """
    rules = _rules(language(code) or guessed_language(text))
    sentences: list[Sentence] = []
    for number, (first, last) in enumerate(_paragraphs(text)):
        for start, end in _paragraph_sentences(text, first, last, rules):
            pieces = cut_span(text, start, end, MAX_SENTENCE_CHARACTERS)
            sentences.extend(Sentence(*piece, paragraph=number) for piece in pieces)
    return sentences


def cut_span(text: str, start: int, end: int, max_characters: int) -> Iterator[tuple[int, int]]:
    """``text[start:end]`` in pieces of at most ``max_characters``, less the white space between.

    Cut after the last ``;`` or ``:`` of the second half of what fits, else after a comma, else at
    white space, else (no white space at all) between two characters that do not combine.
    """
    while end - start > max_characters:
        cut = _best_cut(text, start, start + max_characters)
        yield start, _stripped_end(text, start, cut)
        start = cut
        while text[start].isspace():
            start += 1
    yield start, end


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Stands before a name or a figure, so never at a sentence's end.
_NEVER_LAST = _words(
    "Mr Mrs Ms Mx Messrs Mme Mlle Dr Prof Rev Fr Msgr Hon Gov Lt.Gov Sen Rep Reps Sens Govs Drs",
    "Gen Lt Col Capt Cpt Cmdr Cdr Maj Sgt Cpl Pvt Pfc Adm Brig Ens Supt Insp Det Supt Const Asst",
    "Assoc Amb Atty Sheikh Pres Treas Ald Mgr Hr Herr Ven Mt Ft",
    "vs v e.g i.e cf viz ca approx incl esp def",
)
# May stand at a sentence's end; inside one, a name or title often follows. What tells is whether
# the next word is one that opens sentences.
_MAY_BE_LAST = _words(
    "Inc Corp Co Cos Ltd Bros Llc Plc Pty Jr Sr Esq St Ste So Ave Blvd Rd Hwy Pkwy Sq Dept Univ",
    "Assn Natl Intl Govt Mfg Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass",
    "Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo Ont Que al Ph.d",
)
# An abbreviation only when a figure follows: "No. 4", "Feb. 9", "p. 12".
_BEFORE_FIGURE = _words(
    "No Nos Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Art Arts Sec Secs Ch Chap Fig Figs",
    "Eq Pt P Pp Para Vol Vols Op Ver Est C Approx Ext Rs Flt Rm Res",
)
# Before a month or, in German, before a noun a figure with a full stop is an ordinal.
_ORDINAL = re.compile(r"\d{1,2}|[IVX]{1,6}")
_MONTHS = _words(
    "January February March April May June July August September October November December"
)
_CLOCK = _words("a.m p.m am pm")
_AFTER_CLOCK = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri",
    "Sat Sun January February March April May June July August September October November",
    "December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec ET EST EDT CT CST CDT MT MST MDT PT",
    "PST PDT GMT UTC UT BST CET CEST IST PKT AEST AEDT Eastern Central Mountain Pacific Greenwich",
    "Local",
)
_NAMES_WITH_MARK = _words("Yahoo Jeopardy Yum Wham Oklahoma Airplane Joomla Chips Ahoy Panic")
# Words that open sentences and are no names: function words, and the plural nouns and adverbs that
# most often follow a full stop in news text.
_OPENERS = _words(
    "The A An This That These Those Such Some Many Most Much More Several Few Both All Each Every",
    "Any None Neither Either Another Other Others One Two Three I He She It We You They There Here",
    "His Her Its Our Your Their My Who What When Where Why How Which Whether While If Unless Until",
    "Although Though Because Since As After Before During Despite Like Unlike With Without Within",
    "For From To Of In On At By About Among Between Over Under Through Following According And But",
    "Or Nor So Yet Still Then Now Also However Instead Meanwhile Even Only Just Not Nobody Nothing",
    "Perhaps Maybe Later Earlier Currently Sometimes Additionally Rather Once Soon Already Again",
    "Almost Nearly Today Tonight Yesterday Yes No Is Are Was Were Do Does Did Can Could Will Would",
    "Should Has Have Had Let Police Officials Authorities Residents Experts Prosecutors Officers",
    "Investigators Researchers Critics Analysts Witnesses Dozens Hundreds Thousands People",
    "Everyone It’s It's He’s He's She’s She's We’re We're They’re They're That’s",
    "That's There’s There's I’m I'm I’ve I've Don’t Don't You’re You're What’s Here’s",
)
# "Group A." ends like any word; "John A." does not.
_BEFORE_LETTER = _words(
    "Group Type Plan Class Vitamin Hepatitis Grade Schedule Section Part Category Phase Pool Tier",
    "Option Level Series Block Exhibit Terminal Gate War Appendix Row",
)
_SITE_ENDINGS = _words("Com Org Net Edu Gov Io Ai Co Uk Tv Js")
_SAID = (
    "said|says|asked|asks|wrote|writes|added|adds|told|replied|shouted|cried|yelled|tweeted|posted"
    "|wondered|exclaimed|recalled|joked|quipped|continued|declared|demanded|screamed|responded"
)
_OPENING_QUOTE = {"”": "“", "’": "‘", '"': '"', "'": "'", "»": "«"}

# Marks that end a sentence wherever they stand, white space behind them or none.
_WIDE_MARKS = "。！？｡።፧။។"
_BULLETS = "•▪●◦■►"
# Everything that may end a sentence or open a list item. It begins with a character class, which
# lets the regular expression engine skip ahead, and it cannot fail half-way, so time is linear.
_CANDIDATE = re.compile(rf"[.!?…؟۔।॥{_WIDE_MARKS}{_BULLETS}][.!?…؟۔।॥{_WIDE_MARKS}]*+")
_CLOSING = re.compile(r"[\"'”’»)\]}*]*+(?:“(?=\s))?(?:\[\d{1,3}\])*+")
_WIDE_CLOSING = re.compile(r"[」』”’）】》\"]*+")
# Scraping loses the space between sentences: a lower-case word, a mark, a capitalised word.
_TIGHT = re.compile(r"(?<=[a-z][a-z])[.!?][”’\"]?(?=[“\"]?[A-Z][a-z])")
_NEXT_WORD = re.compile(
    r"(?P<gap>\s*)(?P<open>[\"'“‘«„(\[{¿¡*]*)(?:(?P<word>\w+(?:[’']\w+)?)(?P<dot>\.)?)?"
)
_WORD_OPENING = "\"'“‘«„([{<*"
_ATTRIBUTION = re.compile(rf"\s+(?:(?:the\s)?[A-Z][\w.’'-]{{0,30}},?\s){{1,4}}(?:{_SAID})\b")
_LIST_MARK = re.compile(r"\d{1,2}|[A-Za-z]|[ivxIVX]{1,4}")
_LIST_ITEM = re.compile(r"\n\s*(?:[-*•–]|\d{1,2}[.)])\s")
_DASH_BEFORE_CAPITAL = re.compile(r"[–—-]+\s*[A-Z]")
_ELLIPSIS = re.compile(r"\.{2,}|…")
_INNER_CAPITAL = re.compile(r"[a-z]{1,2}[A-Z]|al-[A-Z]")
_ADDRESS = re.compile(r"https?://|www\.|pic\.twitter\.com")
_ROMAN = re.compile(r"[IVX]{2,}|V|X")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The words of ``_ends_sentence`` in one language."""

    openers: frozenset[str]
    never_last: frozenset[str]
    noun_ordinals: bool


_ENGLISH = _Rules(_OPENERS, _NEVER_LAST, noun_ordinals=False)


@cache
def _rules(known: Language | None) -> _Rules:
    if known is None or known.code == "en" or not known.words:
        return _ENGLISH
    # English names and titles stand in the news of any language.
    return _Rules(
        known.openers,
        _NEVER_LAST | known.never_last,
        known.ordinal == "nouns",
    )


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans between blank lines that hold more than white space, stripped."""
    at = 0
    for gap in re.finditer(r"\n\s*\n", text):
        yield from _stripped(text, at, gap.start())
        at = gap.end()
    yield from _stripped(text, at, len(text))


def _paragraph_sentences(
    text: str, first: int, last: int, rules: _Rules
) -> Iterator[tuple[int, int]]:
    start = first
    for candidate in _CANDIDATE.finditer(text, first, last):
        end = _sentence_end(text, start, last, candidate, rules)
        if end is not None:
            yield from _stripped(text, start, end)
            start = end
            while start < last and text[start].isspace():
                start += 1
    yield from _stripped(text, start, last)


def _sentence_end(
    text: str, start: int, last: int, candidate: re.Match[str], rules: _Rules
) -> int | None:
    """End of the sentence from ``start``, closing quotes included, if ``candidate`` ends it."""
    at, end = candidate.span()
    mark = candidate[0]
    if end == last:
        return None
    if mark[0] in _BULLETS:
        return at if text[at - 1 : at].isspace() and text[end].isspace() else None
    if mark[-1] in _WIDE_MARKS:
        closing = _WIDE_CLOSING.match(text, end)
        return closing.end() if closing else end
    if not text[end].isspace():
        if (tight := _TIGHT.match(text, at)) and not _is_one_token(text, start, tight):
            end = tight.end()
            if text[end - 1] == '"' and text.count('"', max(start, at - 1000), at) % 2 == 0:
                end -= 1  # it opens the next sentence
        else:
            closing = _CLOSING.match(text, end)
            end = closing.end() if closing else end
            if end < last and not text[end].isspace():
                return None
    close = text[at + len(mark) : end]
    return end if _ends_sentence(text, start, candidate, close, rules) else None


def _is_one_token(text: str, start: int, tight: re.Match[str]) -> bool:
    """``end.The`` is two sentences, ``Ann.Lee@example.org`` and ``notes.Final.txt`` are not."""
    before = text[max(start, tight.start() - 60) : tight.start()].rsplit(maxsplit=1)[-1]
    after = text[tight.end() : tight.end() + 60].split(maxsplit=1)[0]
    return (
        bool(re.search(r"[@/\\_]|\.\w", before) or re.search(r"[@/\\_]|\.[A-Za-z]", after))
        or after.rstrip(".,;:!?”\"’'") in _SITE_ENDINGS
    )


def _ends_sentence(
    text: str, start: int, candidate: re.Match[str], close: str, rules: _Rules
) -> bool:
    """Whether the mark, which the closing quotes and brackets ``close`` follow, ends a sentence."""
    at, end, mark = candidate.start(), candidate.end() + len(close), candidate[0]
    if at - start <= 4 and _is_list_mark(text[start:at]):
        return False
    right = _NEXT_WORD.match(text, end)
    assert right is not None  # every part of the pattern is optional
    following = right["word"]
    words = text[max(start, at - 40) : at].rsplit(maxsplit=2)
    word = words[-1].lstrip(_WORD_OPENING) if words and not text[at - 1].isspace() else ""
    if (
        following
        and following[0].isupper()
        and mark == "."
        and not close
        and _is_plain(word, rules)
    ):
        return True  # the common case, decided early for speed
    if "\n" in right["gap"] and _LIST_ITEM.match(text, end):
        return True
    opener = following in rules.openers and not (right["dot"] and len(following) == 1)
    if mark == "." and word:
        noun = words[-2] if len(words) > 1 else ""
        if _ORDINAL.fullmatch(word) and following:
            if following in _MONTHS:
                return False
            if rules.noun_ordinals:
                return opener
        verdict = _abbreviation_ends(word, noun, following or "", opener, rules)
        if verdict is not None:
            return verdict
    if following is None:
        return _symbol_begins_sentence(text, mark, close, right)
    if following[0].islower() and not _INNER_CAPITAL.match(text, right.start("word")):
        if _ADDRESS.match(text, right.start("word")):
            return True
        return bool(right["open"]) and right["open"] != "(" and not close and len(word) > 4
    if "…" in mark or ".." in mark:
        return following != "I" or bool(right["open"]) or bool(close)
    if "!" in mark and word in _NAMES_WITH_MARK:
        return opener
    if mark[-1] in "!?" and close and _OPENING_QUOTE.get(close[-1], " ") in text[start : start + 2]:
        return not _ATTRIBUTION.match(text, end)
    return True


def _is_plain(word: str, rules: _Rules) -> bool:
    return len(word) > 4 and word.isalpha() and word.islower() and word not in rules.never_last


def _is_list_mark(text: str) -> bool:
    """Nothing yet, or a numeral or letter that numbers what follows: "1. The", "B. He"."""
    return not any(c.isalnum() for c in text) or bool(_LIST_MARK.fullmatch(text))


def _symbol_begins_sentence(text: str, mark: str, close: str, right: re.Match[str]) -> bool:
    """Whether a sentence begins where no word does: ``$5``, ``#news``, ``… and``, ``— Reuters``."""
    at = right.end()
    symbol = text[at : at + 1]
    if not symbol or symbol.isspace():  # a stray closing quote
        return not right["open"]
    is_full = "…" not in mark and ".." not in mark
    if ellipsis := _ELLIPSIS.match(text, at):
        ahead = _NEXT_WORD.match(text, ellipsis.end())
        return is_full and ahead is not None and not (ahead["word"] or "a")[0].islower()
    if symbol in "–—-":
        return is_full and not close and bool(_DASH_BEFORE_CAPITAL.match(text, at))
    return symbol not in ".,;:!?&/"


def _abbreviation_ends(
    word: str, noun: str, following: str, opener: bool, rules: _Rules
) -> bool | None:
    """Whether the full stop after ``word`` ends a sentence; None if ``word`` is no abbreviation.

    ``noun`` is the word before; ``following`` is the word after, empty when there is none.
    """
    tail = re.split(r"[-–—/:]", word)[-1]
    if not tail:
        return None
    shouted = len(tail) > 1 and tail.isupper() and "." not in tail
    if shouted and not following.isupper():  # "said the FT. But"; "MR. SMITH" is an abbreviation
        return None
    name = tail[0] + tail[1:].lower()
    if name in rules.never_last or tail.lower() in rules.never_last:
        return False
    is_figure = following[:1].isdigit() or bool(_ROMAN.fullmatch(following))
    if tail.rpartition(".")[2].capitalize() in _BEFORE_FIGURE and is_figure:
        return False
    if tail.lower() in _CLOCK:
        return following[:1].isupper() and following.rstrip("s") not in _AFTER_CLOCK
    is_initial = len(tail) == 1 and tail.isalpha() and tail.isascii()
    if is_initial and noun in _BEFORE_LETTER:
        return None
    is_acronym = "." in tail and all(len(part) <= 2 and part.isalpha() for part in tail.split("."))
    if is_initial or is_acronym or name in _MAY_BE_LAST:
        return opener
    return None


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    end = _stripped_end(text, start, end)
    if start < end:
        yield start, end


def _stripped_end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


_CUTS = (
    re.compile(r".*[;:—]\s", re.DOTALL),
    re.compile(r".*,\s", re.DOTALL),
    re.compile(r".*\s", re.DOTALL),
)


def _best_cut(text: str, start: int, limit: int) -> int:
    middle = (start + limit) // 2
    for pattern in _CUTS:
        if found := pattern.match(text, middle, limit):
            return found.end()
    cut = limit
    while cut > middle and _joins(text[cut - 1], text[cut]):
        cut -= 1
    return cut if cut > middle else limit


def _joins(left: str, right: str) -> bool:
    """Whether two characters belong to one: combining marks, emoji sequences, surrogate halves."""
    import unicodedata

    return (
        unicodedata.category(right) in {"Mn", "Mc", "Me"}
        or "\u200d" in (left, right)
        or "\U0001f3fb" <= right <= "\U0001f3ff"
        or ("\ud800" <= left <= "\udbff" and "\udc00" <= right <= "\udfff")
    )
