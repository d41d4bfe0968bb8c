"""Whether evidence says what a statement says: one check a file, each a pure function.

A check takes the statement's ``Reading`` and the ``EvidenceSet`` and gives the first ``Finding``
against the statement, or None.
"""

from rag.claims.checks.dates import check_dates, check_times
from rag.claims.checks.evidence import Evidence, EvidenceSet, Finding, gather
from rag.claims.checks.identity import check_identity
from rag.claims.checks.names import check_names, is_said
from rag.claims.checks.numbers import check_numbers
from rag.claims.checks.polarity import check_polarity
from rag.claims.checks.roles import check_roles
from rag.claims.checks.speakers import check_speakers
from rag.claims.checks.wording import check_opposites, check_substitution, coverage, uncovered

__all__ = [
    "Evidence",
    "EvidenceSet",
    "Finding",
    "check_dates",
    "check_identity",
    "check_names",
    "check_numbers",
    "check_opposites",
    "check_polarity",
    "check_roles",
    "check_speakers",
    "check_substitution",
    "check_times",
    "coverage",
    "gather",
    "is_said",
    "uncovered",
]
