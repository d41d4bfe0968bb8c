"""Many questions, one Answer a row, in input order, resumable after any stop."""

from rag.batch.output import write_rows
from rag.batch.run import BatchInterrupted, BatchReport, run_batch

__all__ = ["BatchInterrupted", "BatchReport", "run_batch", "write_rows"]
