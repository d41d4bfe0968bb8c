"""Behaviours of the test server for OpenAI's Responses API, which some models need."""

from __future__ import annotations

from typing import Any

from openai_server import Behaviour, Handler, pieces


def responds(text: str, status: str = "completed", *, whole: bool = True) -> Behaviour:
    """An answer of that API; with ``whole`` false, a stream ends before its last event."""

    def behave(request: Handler) -> None:
        if not request.body.get("stream"):
            request.send_json(response(text, status))
            return
        request.begin_events()
        begun = {**response("", "in_progress"), "output": [], "usage": None}
        request.send_event({"type": "response.created", "sequence_number": 0, "response": begun})
        for number, piece in enumerate(pieces(text), start=1):
            request.send_event(
                {
                    "type": "response.output_text.delta",
                    "sequence_number": number,
                    "item_id": "msg_1",
                    "output_index": 0,
                    "content_index": 0,
                    "delta": piece,
                    "logprobs": [],
                }
            )
        if whole:
            last = {"type": f"response.{status}", "sequence_number": 99}
            request.send_event({**last, "response": response(text, status)})

    return behave


def response(text: str, status: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": status}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt-5.6-sol",
        "status": status,
        "output": [{**message, "content": content}],
        "usage": {
            "input_tokens": 20,
            "output_tokens": 5,
            "total_tokens": 25,
            "input_tokens_details": {"cached_tokens": 4},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
