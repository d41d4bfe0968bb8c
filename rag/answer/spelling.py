"""Words of a question that the index does not hold, read as the words of its own that were meant.

A word is misspelled when no form of it is in the index, nor in the vocabulary of the embedding
model, which knows the words of English and many names: a word that is spelled right and that no
article has must not become another.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

import numpy as np

from rag.claims.names import country_of
from rag.claims.words import fold, is_common
from rag.index import Index
from rag.index.lexicon import terms_of
from rag.onnx_runtime import MODELS_FOLDER

SHORTEST_LETTERS = 5
_ONE_EDIT_LETTERS = 7
_LONGEST_LETTERS = 30
# Beyond this many unknown words the question is not misspelled but in another language.
_MOST_MENDED = 4
_PREFIX_LETTERS = 2
_LOOKED_AT = 8
_PASSAGES = 5
# So many times as many passages as the next best candidate must hold the one chosen.
_CLEARLY = 2.0
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word as the index writes it, and how far it is from the one asked."""

    word: str
    stem: str
    edits: int
    other_first: bool
    passages: int

    @property
    def rank(self) -> tuple[int, bool]:
        return self.edits, self.other_first


def mend_spelling(question: str, index: Index) -> str | None:
    """``question`` with its misspelled words as the index spells them; None when none is mended.

    At most one edit for up to seven letters and two above, a change of two neighbours being one;
    two edits only beyond the first two letters. Of several words the nearest wins, then one with
    the same first letter, then the one in most passages, if it is in clearly more.

    Raises:
        IndexStoreError: the word index is damaged.
    """
    words = [match for match in _LETTERS.finditer(question) if _could_be_misspelled(match.group())]
    stems = {match.group(): _stem(match.group()) for match in words}
    held = index.document_frequencies(sorted(set(stems.values())))
    meant: dict[str, str | None] = {}
    unknown = [w for w in stems if not held[stems[w]] and not _is_spelled_right(w)]
    if len(unknown) <= _MOST_MENDED:
        meant |= {word: _meant(fold(word), index) for word in unknown}
    slipped = [w for w in stems if held[stems[w]] and not _is_word(w)][:_MOST_MENDED]
    meant |= {w: _slip(fold(w), stems[w], held[stems[w]], index) for w in slipped}
    mended = question
    for match in reversed(words):
        word = meant.get(match.group())
        if word is not None:
            word = _cased(word, match.group())
            mended = mended[: match.start()] + word + mended[match.end() :]
    return mended if mended != question else None


def _cased(word: str, asked: str) -> str:
    """A name as the index writes it, another word as the question does."""
    if asked[0].isupper():
        return word[:1].upper() + word[1:]
    return word.lower() if is_common(fold(word)) else word


def _could_be_misspelled(word: str) -> bool:
    folded = fold(word)
    return SHORTEST_LETTERS <= len(folded) <= _LONGEST_LETTERS and folded.isascii()


def _stem(word: str) -> str:
    return next(iter(terms_of(word)), word.lower())


def _is_spelled_right(word: str) -> bool:
    """Whether some form of the word is known as one of English, or as a country's."""
    return _is_word(word) or _stem(word) in _vocabulary()[1]


def _is_word(word: str) -> bool:
    folded = fold(word)
    return is_common(folded) or country_of(folded) is not None or folded in _vocabulary()[0]


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words among the pieces of the embedding model's tokenizer, and their stems."""
    file = MODELS_FOLDER / "tokenizer.json"
    pieces = json.loads(file.read_text("utf-8"))["model"]["vocab"]
    words = [p for p in pieces if len(p) >= SHORTEST_LETTERS - 1 and p.isascii() and p.isalpha()]
    return frozenset(words), frozenset(terms_of(" ".join(words)))


def _slip(word: str, stem: str, passages: int, index: Index) -> str | None:
    """The word that was meant by one with a slip in its ending: stemming cuts that off, so that
    its stem is held though no passage has the word. An ending of its own is no slip."""
    found = _written(word, [(stem, passages)], 1, index)
    if not found or found[0].edits == 0:
        return None
    return found[0].word if fold(found[0].word)[-2:] == word[-2:] else None


def _meant(word: str, index: Index) -> str | None:
    """The index's word that ``word`` most clearly stands for."""
    candidates = _one_edit_away(word, index)
    if not candidates and len(word) > _ONE_EDIT_LETTERS:
        candidates = _two_edits_away(word, index)
    if not candidates:
        return None
    nearest = min(candidate.rank for candidate in candidates)
    rivals = sorted(
        (c for c in candidates if c.rank == nearest), key=lambda c: (-c.passages, c.word)
    )
    best = rivals[0]
    others = [c for c in rivals if c.stem != best.stem]
    if others and best.passages < _CLEARLY * others[0].passages:
        return None
    return best.word


def _one_edit_away(word: str, index: Index) -> list[_Candidate]:
    stems: dict[str, None] = dict.fromkeys(terms_of(" ".join(sorted(_edited(word)))))
    held = index.document_frequencies(list(stems))
    found = sorted((stem for stem in stems if held[stem]), key=lambda stem: -held[stem])
    return _written(word, [(stem, held[stem]) for stem in found[:_LOOKED_AT]], 1, index)


def _edited(word: str) -> set[str]:
    """Every string one edit from ``word``: a letter more, less or other, two changed over."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    edited = {a + b[1:] for a, b in splits if b}
    edited |= {a + c + b[1:] for a, b in splits if b for c in ascii_lowercase}
    edited |= {a + c + b for a, b in splits for c in ascii_lowercase}
    edited |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    return edited - {word}


def _two_edits_away(word: str, index: Index) -> list[_Candidate]:
    """By stems that begin like ``word`` and are at most two edits from a beginning of it: stemming
    cuts words short, so that two words near each other may have stems that are not."""
    terms = [
        (term, count)
        for term, count in index.terms_with_prefix(word[:_PREFIX_LETTERS])
        if SHORTEST_LETTERS - 1 <= len(term) <= len(word) + 2 and term.isascii() and term.isalpha()
    ]
    terms = _of_like_letters(word, terms)
    if not terms:
        return []
    edits, cut = _edits_to_beginning(word, [term for term, _ in terms])
    near = np.flatnonzero(edits <= 2)
    ranked = sorted(near.tolist(), key=lambda row: (edits[row] + 0.25 * cut[row], -terms[row][1]))
    return _written(word, [terms[row] for row in ranked[:_LOOKED_AT]], 2, index)


def _of_like_letters(word: str, terms: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those with at most two letters that ``word`` has not; the others are more edits away."""
    letters, counted = frozenset(word), Counter(word)
    near = [found for found in terms if len(set(found[0]) - letters) <= 2]  # quick, and most go
    return [found for found in near if (Counter(found[0]) - counted).total() <= 2]


def _edits_to_beginning(
    word: str, terms: Sequence[str]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """For each term the edits to the beginning of ``word`` nearest to it, and how many letters of
    ``word`` that leaves: both (n,)."""
    longest = max(map(len, terms))
    letters = np.array(terms, f"U{longest}").view(np.uint32).reshape(len(terms), longest)
    rows = np.arange(len(terms))
    lengths = np.array([len(term) for term in terms])
    line = np.tile(np.arange(longest + 1), (len(terms), 1))
    before = line
    best, cut = line[rows, lengths].copy(), np.full(len(terms), len(word))
    for at, letter in enumerate(word, start=1):
        following = np.empty_like(line)
        following[:, 0] = at
        for column in range(1, longest + 1):
            other = letters[:, column - 1] != ord(letter)
            cost = np.minimum(line[:, column] + 1, following[:, column - 1] + 1)
            cost = np.minimum(cost, line[:, column - 1] + other)
            if at > 1 and column > 1:
                over = (letters[:, column - 2] == ord(letter)) & (
                    letters[:, column - 1] == ord(word[at - 2])
                )
                cost = np.where(over, np.minimum(cost, before[:, column - 2] + 1), cost)
            following[:, column] = cost
        before, line = line, following
        here = line[rows, lengths]
        nearer = here <= best
        best = np.where(nearer, here, best)
        cut = np.where(nearer, len(word) - at, cut)
    return best, cut


def _written(
    word: str, terms: Sequence[tuple[str, int]], limit: int, index: Index
) -> list[_Candidate]:
    """The words of these stems as passages write them, at most ``limit`` edits from ``word``."""
    found: list[_Candidate] = []
    for term, count in terms:
        forms: Counter[str] = Counter()
        for passage in index.passages(index.passages_with_term(term, _PASSAGES)):
            forms.update(_LETTERS.findall(f"{passage.title or ''}\n{passage.text}"))
        near = [
            (edits, -times, form)
            for form, times in forms.items()
            if abs(len(form) - len(word)) <= limit
            and (edits := _edits(word, fold(form))) <= limit
            and _stem(form) == term
        ]
        if near:
            edits, _, form = min(near)
            found.append(_Candidate(form, term, edits, fold(form)[0] != word[0], count))
    return found


def _edits(one: str, other: str) -> int:
    """Letters put in, left out, exchanged, or changed over with the next."""
    before: list[int] = []
    line = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        following = [i]
        for j, b in enumerate(other, start=1):
            cost = min(line[j] + 1, following[j - 1] + 1, line[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, line = line, following
    return line[-1]
