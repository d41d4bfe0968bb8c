"""The judge: a small cross-encoder that says whether quotes support a statement.

>>> (opinion,) = Judge().opinions([("The bridge reopened on Monday.", "The bridge is open again.")])
>>> opinion.supported > 0.5
True
"""

from rag.judge.model import JUDGE_FOLDER, Judge, Opinion, default_judge
from rag.judge.premise import premise_of

__all__ = ["JUDGE_FOLDER", "Judge", "Opinion", "default_judge", "premise_of"]
