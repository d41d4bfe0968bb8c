"""How reports relate: the values that sentences give in answer to one question, side by side."""

from rag.agreement.agreement import agreement
from rag.agreement.relation import relate
from rag.agreement.sentence import AnsweringSentence
from rag.agreement.short import short_answers
from rag.agreement.sought import read_sought
from rag.agreement.values import read_value

__all__ = [
    "AnsweringSentence",
    "agreement",
    "read_sought",
    "read_value",
    "relate",
    "short_answers",
]
