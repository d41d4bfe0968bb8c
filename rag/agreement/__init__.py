"""How reports relate: the values that sentences give in answer to one question, side by side."""

from rag.agreement.agreement import agreement
from rag.agreement.sentence import AnsweringSentence

__all__ = ["AnsweringSentence", "agreement"]
