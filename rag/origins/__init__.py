"""Which articles are copies of one story: near-duplicates, syndicated and edited ones."""

from rag.origins.groups import forget, settle

__all__ = ["forget", "settle"]
