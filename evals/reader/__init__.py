"""The graders' own reader of sentences: numbers, names, negations.

It imports nothing of what is graded: a mistake in how Dateline reads a number is seen here, and not
made again. It knows less, and needs less: what labels and short answers say.
"""

from .forms import folded, places_of
from .negation import Negation, find_negations
from .nouns import is_plural
from .numbers import Number, find_numbers
from .sentences import split_sentences, split_statements
from .words import content_stems, listed_lines, listed_words, stem, words_of

__all__ = [
    "Negation",
    "Number",
    "content_stems",
    "find_negations",
    "find_numbers",
    "folded",
    "is_plural",
    "listed_lines",
    "listed_words",
    "places_of",
    "split_sentences",
    "split_statements",
    "stem",
    "words_of",
]
