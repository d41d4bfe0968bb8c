"""What a model's reply to a second look is read as, in the form asked for and in others."""

from __future__ import annotations

import pytest

from rag.evidence.second_look import read_look
from rag.models import Reply, TokenUsage


def reply(text: str) -> Reply:
    return Reply(text, False, TokenUsage(1, 1), None)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Supported.", "supported"),
        ("The statement is supported by [1].", "supported"),
        ("Not said", "not_said"),
        ("not_said", "not_said"),
        ("It is not supported.", "not_said"),
        ("The statement isn't fully supported.", "not_said"),
        ("Unsupported.", "not_said"),
        ("Contradicted: the sentences say nine.", "contradicted"),
        ("It is not contradicted.", None),
        ("Neither supported nor contradicted.", None),
        ("I cannot tell.", None),
        ('{"verdict": "supported"}', "supported"),
        ('Here it is: {"verdict": "not said", "unsupported": ["killed"]} So be it.', "not_said"),
        ('{"verdict": "no"}', None),
        ('{"verdict": "not supported", "unsupported": []}', None),
        ('{"verdict": "supported", "unsupported": ["a', "supported"),
        ("[1, 2]", None),
    ],
)
def test_a_reply_in_another_form_is_read_by_its_sense_or_not_at_all(
    text: str, finding: str | None
) -> None:
    assert read_look(reply(text))[0] == finding
