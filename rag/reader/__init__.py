"""Reads: does a sentence answer a question, and with which words."""

from rag.reader.model import Reader, Reading, default_reader
from rag.reader.passage import ReadSentence

__all__ = ["ReadSentence", "Reader", "Reading", "default_reader"]
