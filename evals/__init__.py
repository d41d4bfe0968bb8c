"""Evaluation: labelled questions, graders, runs, and the gate that a prompt change must pass."""
