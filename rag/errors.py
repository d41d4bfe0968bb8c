"""Every error that Dateline raises on purpose.

    DatelineError                 one line: what happened, to which input, what to do next
    ├── UsageError                the call is wrong: exit status 2
    │   └── ConfigurationError    a setting or installed file is wrong: exit status 2
    ├── ArticleError              one article or file cannot be used; the rest go on
    ├── IndexStoreError           the index cannot be read or written
    │   ├── IndexLockedError      another process is writing: try again when it is done
    │   ├── IndexVersionError     made by a newer Dateline, or with another embedder
    │   └── UnknownArticleError   no article of that id
    ├── OutputError               a file of results cannot be written; what was there stays
    ├── ModelError                a chat or embedding model did not answer
    │   ├── RetryableModelError   the same call may go through later
    │   └── ContextTooLongError   the prompt is over the model's window: send fewer passages
    └── BudgetError               the next model call could cost more than is allowed: stop here

Classes encode what the caller can do; the message is for the person. Front ends print
``str(error)`` and nothing else.
"""

from __future__ import annotations


class DatelineError(Exception):
    """Base of all errors that are the input's, the machine's or the configuration's doing."""

    exit_status = 1


class UsageError(DatelineError):
    """A command or function was called in a way that cannot work."""

    exit_status = 2


class ConfigurationError(UsageError):
    """A setting, an environment variable or an installed file is missing or wrong."""


class ArticleError(DatelineError):
    """One file or row holds no usable article.

    Attributes:
        path: the file as given, with ``:line`` for a row of a file.
        reason: why, in words for the person who gave the file.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{printable(path)}: {reason}")
        self.path = path
        self.reason = reason


class IndexStoreError(DatelineError):
    """The index on disk cannot be read or written."""


class IndexLockedError(IndexStoreError):
    """Another process is writing to the index."""


class IndexVersionError(IndexStoreError):
    """The index was made by a newer Dateline or with another embedder."""


class UnknownArticleError(IndexStoreError):
    """The index holds no article of that id."""


class OutputError(DatelineError):
    """A file of results cannot be written: disk full, no permission. What was done is kept."""


class ModelError(DatelineError):
    """A chat or embedding model did not give a usable answer; asking again will not help."""


class RetryableModelError(ModelError):
    """A model did not answer for a passing reason (rate limit, lost connection, time-out)."""


class ContextTooLongError(ModelError):
    """The prompt does not fit the model's window.

    Attributes:
        retry_tokens: input tokens, as the model's ``count_tokens`` counts them, to fit a smaller
            prompt into before asking once more.
    """

    def __init__(self, message: str, retry_tokens: int) -> None:
        super().__init__(message)
        self.retry_tokens = retry_tokens


class BudgetError(DatelineError):
    """A model call was not made because it could go over the budget; no later one fits either."""


def defect(error: Exception) -> str:
    """The line for an error that nobody foresaw, where it must not end everything else."""
    return f"unexpected {type(error).__name__}: {error}; a defect of Dateline"


def is_shown(character: str) -> bool:
    """Whether a terminal may get it: a printable one, or a joiner, which is spelling in Persian,
    in Indic scripts and in emoji and does nothing else."""
    return character.isprintable() or character in "\u200c\u200d"


def printable(text: str, limit: int = 200) -> str:
    """One line of ``text`` that is safe to print: control characters escaped, length bounded."""
    shown = "".join(c if is_shown(c) else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
