"""Towns that count their boats: small articles and labelled questions for the tests of evals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from rag.answer.answer import REFUSAL
from tests.openai_server import Behaviour, Handler, answer

TOWNS = ["Quernmouth", "Tillingford", "Pelham Cross"]
# Where the system message holds this, the scripted model refuses to tell of the first towns.
SPOILED = "Never speak of boats."


def article(town: str, boats: int) -> str:
    return (
        f"Boats counted in {town}\n\nHarbour Lantern\nPublished: 4 March 2026\n\n"
        f"The council of {town} counted {boats} boats in the harbour on Tuesday, the mayor "
        "said.\n\n"
        f"The harbour of {town} is to be dredged in April, and its market will move to a new "
        "hall.\n"
    )


def boats_of(town: str) -> int:
    return 120 + TOWNS.index(town)


def evidence(town: str) -> str:
    return f"The council of {town} counted {boats_of(town)} boats in the harbour"


def case(number: int, town: str, **fields: object) -> dict[str, object]:
    return {
        "id": f"boats-{number:02}",
        "question": f"How many boats did the council of {town} count in the harbour?",
        "articles": [town.lower().replace(" ", "-")],
        "answerable": True,
        "facts": [
            {
                "id": "boats",
                "number": boats_of(town),
                "tolerance": 0,
                "unit": "boats",
                "evidence": [evidence(town)],
            }
        ],
        "tags": ["how-many"],
        **fields,
    }


def write_world(folder: Path, cases: Sequence[dict[str, object]] | None = None) -> Path:
    """``articles/`` and ``facts/boats.yaml`` in ``folder``: a question on each town."""
    (folder / "articles").mkdir()
    (folder / "facts").mkdir()
    for town in TOWNS:
        name = town.lower().replace(" ", "-")
        (folder / "articles" / f"{name}.txt").write_text(article(town, boats_of(town)), "utf-8")
    write_facts(folder, cases or [case(n, town) for n, town in enumerate(TOWNS)])
    return folder


def write_facts(folder: Path, cases: Sequence[dict[str, object]]) -> None:
    text = yaml.safe_dump(list(cases), allow_unicode=True, sort_keys=False)
    (folder / "facts" / "boats.yaml").write_text(text, "utf-8")


def reader(fails: Sequence[str] = (), tokens: int = 25) -> Behaviour:
    """A model that answers with the sentence on the asked town's boats, and refuses to when its
    prompt is spoiled.

    Args:
        fails: towns at whose questions the server breaks.
        tokens: what each call is said to have taken.
    """
    usage = {"prompt_tokens": tokens - 5, "completion_tokens": 5, "total_tokens": tokens}

    def behave(handler: Handler) -> None:
        messages = handler.body["messages"]
        asked = messages[-1]["content"].rpartition("Question:")[2]
        town = next(name for name in TOWNS if name in asked)
        if town in fails:
            handler.send_json({"error": {"message": "out of order", "code": "bad"}}, 400)
            return
        told = re.findall(
            rf"\[(\d+)\] (The council of {town} counted[^\n]*)", messages[-1]["content"]
        )
        spoiled = SPOILED in messages[0]["content"]
        text = f"{told[0][1]} [{told[0][0]}]" if told and not spoiled else REFUSAL
        answer(text, usage=usage)(handler)

    return behave
