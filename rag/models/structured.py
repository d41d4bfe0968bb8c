"""JSON replies, checked against the schema that was asked for."""

from __future__ import annotations

import json
import re
from typing import Any

from rag.errors import ModelError
from rag.models.messages import JsonSchema

# A server that cannot be held to a schema still gives JSON, often between fences.
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)


def parse_reply(text: str, schema: JsonSchema, model_name: str) -> Any:
    """The JSON value of a reply.

    Raises:
        ModelError: it is not JSON, or not of the schema.
    """
    import jsonschema  # type: ignore[import-untyped]

    fenced = _FENCED.match(text)
    try:
        value = json.loads(fenced[1] if fenced else text)
        jsonschema.validate(value, schema)
    except (ValueError, RecursionError, jsonschema.ValidationError) as error:
        raise ModelError(
            f"{model_name} did not answer in the JSON that was asked for; another model may"
        ) from error
    return value
