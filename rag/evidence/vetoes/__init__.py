"""What no judge may overrule: a figure, date or name of a statement that its quotes do not hold.

Absence alone counts. Whether a figure that stands in the quotes is given to the right thing is the
judge's to say.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence.evidence import Evidence
from rag.evidence.vetoes.dates import date_vetoes
from rag.evidence.vetoes.names import name_vetoes
from rag.evidence.vetoes.numbers import number_vetoes
from rag.evidence.vetoes.veto import Veto, VetoKind

_VETOES = (number_vetoes, date_vetoes, name_vetoes)


def vetoes(statement: str, evidence: Sequence[Evidence]) -> tuple[Veto, ...]:
    """What of ``statement`` none of ``evidence`` has in any form, in the order of the statement."""
    found = (veto for part in _VETOES for veto in part(statement, evidence))
    return tuple(sorted(found, key=lambda veto: veto.span))


__all__ = ["Veto", "VetoKind", "vetoes"]
