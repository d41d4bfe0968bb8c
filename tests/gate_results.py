"""Gate results made by hand, for the tests of reports: small, but with all that can be in one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from evals.cases import Case, CaseSet, Fact
from evals.gate import decide
from evals.gate_result import GateResult
from evals.runs import (
    Grade,
    PromptText,
    Record,
    Run,
    RunHeader,
    Verdict,
    pairs_of,
    unscored_share,
)

HELD_OUT_ID, HELD_OUT_QUESTION = "held-out-7", "Which secret harbour was closed?"
HELD_OUT_ANSWER = "The secret harbour of Tessen was closed."
REPEATS = 3
# "r" right, "w" wrong, "u" unscored; the letters after the first three are further runs.
Letters = tuple[str, str]
VERDICTS: dict[str, Verdict] = {"r": "right", "w": "wrong", "u": "unscored"}


def case(name: str, question: str = "", *, critical: bool = False, held_out: bool = False) -> Case:
    return Case(
        id=name,
        question=question or f"What of {name}?",
        articles=(f"article-of-{name}",),
        answerable=True,
        critical=critical,
        held_out=held_out,
        facts=(Fact("fact", ("evidence",), accept=("it",)),),
        tags=("who", "figures" if critical else "plain"),
    )


def answer(text: str, error: str | None = None) -> dict[str, Any]:
    """The keys of the contract's JSON that reports read."""
    shown = [{"text": text, "citations": [1], "support": "supported", "why": None}]
    return {
        "answer": f"{text} [1]" if text else "",
        "abstained": False,
        "statements": shown if text else [],
        "citations": [],
        "usage": {"input_tokens": 100, "output_tokens": 10, "cost_usd": 0.001, "cached": False},
        "error": error,
        "seconds": 0.1,
    }


def prompt(text: str) -> PromptText:
    return PromptText("1", hashlib.sha256(text.encode()).hexdigest(), text)


def run_of(
    letters: Mapping[str, str], texts: Mapping[str, str], prompt_text: str, repeats: int = REPEATS
) -> Run:
    records = [
        Record(
            case_id=name,
            repeat=repeat,
            answer=answer("", "the model is lost") if one == "u" else answer(texts[name + one]),
            verdict=VERDICTS[one],
            why={"r": "", "w": "a fact is missing", "u": "no answer: the model is lost"}[one],
            grades={}
            if one == "u"
            else {"accepted": Grade(VERDICTS[one]), "recall": Grade(None, "", 0.5)},
        )
        for name, verdicts in letters.items()
        for repeat, one in enumerate(verdicts)
    ]
    header = RunHeader(
        engine="llm",
        model={"model": "some-model"},
        settings={},
        prompts={"answer": prompt(prompt_text)},
        facts_sha256="f" * 64,
        articles_sha256="a" * 64,
        graders="9" * 64,
        dateline_version="0.1.0",
        repeats=repeats,
        can_vary=True,
        seconds=12.0,
    )
    return Run(header, tuple(records))


def result_of(
    cases: Sequence[Case],
    letters: Mapping[str, Letters],
    texts: Mapping[str, str] | None = None,
    prompts: tuple[str, str] = ("Cite.\nKeep who said it.\n", "Cite.\n"),
    notes: tuple[str, ...] = (),
) -> GateResult:
    """A result of ``cases`` with those verdicts: case id → (baseline's, candidate's)."""
    said = {name + one: f"{name} is {one}." for name in letters for one in "rw"} | dict(texts or {})
    sides = [
        run_of({name: both[at] for name, both in letters.items()}, said, prompts[at])
        for at in (0, 1)
    ]
    case_set = CaseSet(tuple(cases), "f" * 64)
    pairs = pairs_of(sides[0], sides[1], case_set)
    decision = decide(pairs, max(unscored_share(side, case_set) for side in sides))
    return GateResult(decision, sides[0], sides[1], case_set, tuple(pairs), notes)


def mixed_result(
    question: str = "Who claimed it?", right: str = "The group did.", wrong: str = "Nobody did."
) -> GateResult:
    """A critical break, a fix, a flip by chance, an ungraded case, and held-out breaks of both."""
    cases = [
        case("claim-1", question, critical=True),
        case("count-2"),
        case("chance-3"),
        case("lost-4"),
        case("steady-5"),
        case(HELD_OUT_ID, HELD_OUT_QUESTION, critical=True, held_out=True),
    ]
    letters = {
        "claim-1": ("rrrrrrr", "wwwwwww"),
        "count-2": ("wwwwwww", "rrrrrrr"),
        "chance-3": ("rrwrrrr", "rwwrrrr"),
        "lost-4": ("rrr", "uuu"),
        "steady-5": ("rrr", "rrw"),
        HELD_OUT_ID: ("rrrrrrr", "wwwwwww"),
    }
    texts = {
        "claim-1r": right,
        "claim-1w": wrong,
        f"{HELD_OUT_ID}r": HELD_OUT_ANSWER,
        f"{HELD_OUT_ID}w": f"No: {HELD_OUT_ANSWER}",
    }
    return result_of(cases, letters, texts)
