"""Each date and clock time of a statement must be in the evidence."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta

from rag.claims.checks.evidence import EvidenceSet, Finding
from rag.claims.clock import same_time
from rag.claims.dates import DateMention, date_follows, dates_conflict, is_day
from rag.claims.reading import Reading
from rag.claims.words import word_set

_REPORTING = word_set(
    "reported reports published wrote article story dated report according",
)
# A weekday without a date is one of the days around the report.
_NEAR = timedelta(days=7)


def check_dates(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first date of ``statement`` that no cited sentence states.

    The day of publication may be named when the statement speaks of the report itself.
    """
    known = [d for reading in evidence.readings for d in reading.dates]
    words = {t.lower for t in statement.tokens}
    of_report = bool(words & _REPORTING) or bool(words & evidence.outlets)
    years = [d for d in known if d.granularity == "year"]
    for stated in statement.dates:
        # "the election of 2024" is not proved by a day of that year beside "the election of 2023"
        comparable = years if years and stated.granularity == "year" else known
        if any(_follows(stated, other, evidence.published) for other in comparable):
            continue
        if of_report and any(is_day(stated, day) for day in evidence.published):
            continue
        against = any(dates_conflict(stated, other) for other in known)
        return Finding(
            "date", f"the date “{stated.text}” is not in the cited sentences", contradicts=against
        )
    return None


def _follows(stated: DateMention, other: DateMention, published: Set[date]) -> bool:
    """``date_follows``, and a bare weekday does not follow from the date of long ago that happens
    to fall on it ("a hearing on Wednesday" from "Tuesday's hearing on the attack of Jan. 6")."""
    if not date_follows(stated, other):
        return False
    is_bare = stated.weekday is not None and stated.day is None
    if not is_bare or other.weekday is not None or other.first is None or not published:
        return True
    return any(abs(other.first - day) <= _NEAR for day in published)


def check_times(statement: Reading, evidence: EvidenceSet) -> Finding | None:
    """The first clock time of ``statement`` that no cited sentence states."""
    known = [t for reading in evidence.readings for t in reading.times]
    for stated in statement.times:
        if not any(same_time(stated, other) for other in known):
            shown = statement.text[stated.start : stated.end]
            return Finding(
                "time", f"the time “{shown}” is not in the cited sentences", contradicts=bool(known)
            )
    return None
