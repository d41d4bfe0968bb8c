"""What the reader reads of an article: the same form in training and in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Tokens of each part that count: a question keeps its beginning, what stands before the sentence
# its end.
MOST_QUESTION = 40
MOST_TITLE = 16
MOST_BEFORE = 24
MOST_SENTENCE = 80
MAX_TOKENS = MOST_QUESTION + MOST_TITLE + MOST_BEFORE + MOST_SENTENCE + 3


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence of an article with what helps to understand it.

    Attributes:
        title: of the article.
        before: the sentence before it, or "".
    """

    text: str
    before: str = ""
    title: str | None = None

    @property
    def lead(self) -> tuple[str, str]:
        """The title with a full stop, and the sentence before, each on one line."""
        title = " ".join((self.title or "").split()).rstrip(". ")
        return f"{title}." if title else "", " ".join(self.before.split())


def join_ids(
    question: Sequence[int],
    title: Sequence[int],
    before: Sequence[int],
    sentence: Sequence[int],
    *,
    first: int,
    separator: int,
) -> tuple[list[int], int, int]:
    """The ids of one input, where its second part begins, and where its sentence does.

    [CLS] question [SEP] title, sentence before, sentence [SEP].

    Args:
        first, separator: ids of [CLS] and [SEP].
    """
    head = [first, *question[:MOST_QUESTION], separator]
    lead = [*title[:MOST_TITLE], *(before[-MOST_BEFORE:] if before else ())]
    ids = [*head, *lead, *sentence[:MOST_SENTENCE], separator]
    return ids, len(head), len(head) + len(lead)
