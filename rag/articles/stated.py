"""What a page states about its article."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Stated:
    """Metadata as stated; None and empty where nothing is.

    Attributes:
        published: ISO 8601 date.
        affiliation: the outlet that a byline gives for its author: the outlet of the article
            unless the page states another one.
        is_labelled: a word such as "Published" stands before the date.
    """

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    affiliation: str | None = None
    credits: list[str] = field(default_factory=list)
    is_labelled: bool = False

    def fill(self, other: Stated) -> None:
        """Take from ``other`` what is not stated here."""
        for name in ("title", "outlet", "author", "published", "url", "language", "affiliation"):
            if getattr(self, name) is None:
                setattr(self, name, getattr(other, name))
        self.credits.extend(name for name in other.credits if name not in self.credits)
