"""What a sentence claims: its numbers, dates, names, speakers and negations, read by rule.

``read_sentence`` reads one sentence; ``learn_aliases`` learns from an article who is who.
"""

from rag.claims.aliases import AliasTable, learn_aliases
from rag.claims.reading import Reading, read_sentence

__all__ = ["AliasTable", "Reading", "learn_aliases", "read_sentence"]
