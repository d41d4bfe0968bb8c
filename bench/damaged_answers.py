"""What the graders and the gate see when a damage reaches the reader.

    python bench/damaged_answers.py

``bench/damaged_prompts.py`` asks a real model, whose sentences the support checks repair before
the gate judges. Here the damage is done to the shown answers: a right answer to each labelled case
(made from its labels) is changed as a model would that obeys the damaged prompt to the letter. The
real graders grade it, and the real gate decides; once with every answer damaged that can be, and
with a share of them drawn at random, 100 times each.

Writes ``bench/results/damaged_answers.json``.
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests")]

from eval_answers import (  # noqa: E402
    CASES,
    gold_answer,
    refusal,
    reworded,
    shown_again,
    stored_texts,
)
from recorded import record  # noqa: E402

from evals.cases import Case  # noqa: E402
from evals.gate import Pair, Tally, decide  # noqa: E402
from evals.graders import grade_answer  # noqa: E402
from rag.sentences import split_sentences  # noqa: E402

Json = dict[str, Any]
Texts = Mapping[str, str]
# The damaged answer, or None where the damage has nothing to change.
Damage = Callable[[Case, Json, Texts], Json | None]
SHARES, DRAWS, SEED = (0.05, 0.10, 0.25), 100, 3
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w.,]*\d)")


def attribution_lost(case: Case, answer: Json, texts: Texts) -> Json | None:
    """No speaker that a label asks for is named."""
    forms = sorted({form for fact in case.facts for form in fact.said_by}, key=len, reverse=True)
    if not forms:
        return None
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.IGNORECASE)
    return reworded(answer, lambda text: pattern.sub("it", text))


def refusal_lost(case: Case, answer: Json, texts: Texts) -> Json | None:
    """Where the articles do not tell, the first sentence of the nearest one is the answer."""
    return None if case.answerable else _with_first_sentence(case, answer, texts)


def refusal_in_doubt(case: Case, answer: Json, texts: Texts) -> Json | None:
    """A refusal wherever reports differ or someone is quoted."""
    doubtful = case.relation == "conflict" or any(fact.said_by for fact in case.facts)
    return refusal(case) if case.answerable and doubtful else None


def citations_lost(case: Case, answer: Json, texts: Texts) -> Json | None:
    """Sentences without their numbers."""
    return _recited(answer, ()) if case.answerable else None


def citations_wrong(case: Case, answer: Json, texts: Texts) -> Json | None:
    """Every sentence cites the first sentence of the first article."""
    if not case.answerable:
        return None
    first = _with_first_sentence(case, answer, texts)
    changed = _recited(answer, (1,))
    return changed | {"citations": first["citations"]}


def figures_rounded(case: Case, answer: Json, texts: Texts) -> Json | None:
    """Numbers in digits, to one digit; what looks like a year stays."""
    changed = reworded(answer, lambda text: _NUMBER.sub(_rounded, text))
    return None if changed == answer else changed


def one_report_chosen(case: Case, answer: Json, texts: Texts) -> Json | None:
    """Where reports differ, only the first is told."""
    if case.relation != "conflict" or len(answer["statements"]) < 2:
        return None
    changed = copy.deepcopy(answer)
    del changed["statements"][1:]
    changed["agreement"] = None
    return shown_again(changed)


def invention_added(case: Case, answer: Json, texts: Texts) -> Json | None:
    """A sentence more that no article says, with a citation."""
    if not case.answerable:
        return None
    changed = copy.deepcopy(answer)
    invented = "It was the worst such event in twenty years."
    changed["statements"].append({"text": invented, "citations": [1], "support": "supported"})
    return shown_again(changed)


DAMAGES: dict[str, Damage] = {
    one.__name__.replace("_", "-"): one
    for one in (
        attribution_lost,
        refusal_lost,
        refusal_in_doubt,
        citations_lost,
        citations_wrong,
        figures_rounded,
        one_report_chosen,
        invention_added,
    )
}


def _rounded(match: re.Match[str]) -> str:
    value = float(match[0].replace(",", ""))
    if value < 10 or 1900 <= value <= 2100:
        return match[0]
    size = 10 ** (len(str(int(value))) - 1)
    return f"{int(round(value / size) * size):,}"


def _recited(answer: Json, numbers: Sequence[int]) -> Json:
    changed = copy.deepcopy(answer)
    for statement in changed["statements"]:
        statement["citations"] = list(numbers)
    return shown_again(changed)


def _with_first_sentence(case: Case, answer: Json, texts: Texts) -> Json:
    article_id = case.articles[0]
    first = split_sentences(texts[article_id])[0]
    quote = texts[article_id][first.start : first.end]
    citation = {
        "n": 1,
        "article_id": article_id,
        "source": f"{article_id}.txt",
        "title": None,
        "outlet": None,
        "published": None,
        "url": None,
        "quote": quote,
        "start": first.start,
        "end": first.end,
        "text_sha256": "0" * 64,
    }
    statement = {"text": quote, "citations": [1], "support": "supported", "why": None}
    changed = answer | {"statements": [statement], "citations": [citation], "abstained": False}
    return shown_again(changed)


def pair_of(case: Case, right: bool) -> Pair:
    once = Tally(1, 1)
    candidate = once if right else Tally(0, 1)
    return Pair(case.id, case.cluster, case.critical, once, candidate, repeatable=True)


def blocked_share(wrong: Mapping[str, bool], share: float, rng: np.random.Generator) -> float:
    """How often the gate blocks when ``share`` of the answers that can be damaged are."""
    names = list(wrong)
    count = max(1, round(share * len(names)))
    blocked = 0
    for _ in range(DRAWS):
        hit = {names[at] for at in rng.choice(len(names), count, replace=False)}
        pairs = [pair_of(case, case.id not in hit or not wrong[case.id]) for case in CASES.cases]
        blocked += decide(pairs).outcome == "block"
    return blocked / DRAWS


def measure(damage: Damage, texts: Texts, rng: np.random.Generator) -> dict[str, Any]:
    wrong: dict[str, bool] = {}
    for case in CASES.cases:
        changed = damage(case, gold_answer(case, texts), texts)
        if changed is not None:
            wrong[case.id] = grade_answer(case, changed, texts)[0] == "wrong"
    decision = decide([pair_of(case, not wrong.get(case.id)) for case in CASES.cases])
    return {
        "what": (damage.__doc__ or "").strip(),
        "damaged": len(wrong),
        "graded_wrong": sum(wrong.values()),
        "outcome": decision.outcome,
        "why": list(decision.why),
        "blocked_by_share": {f"{one:.0%}": blocked_share(wrong, one, rng) for one in SHARES},
    }


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    texts, rng = stored_texts(), np.random.default_rng(SEED)
    rows = {name: measure(damage, texts, rng) for name, damage in DAMAGES.items()}
    for name, row in rows.items():
        print(
            f"{name:20} {row['damaged']:4} damaged {row['graded_wrong']:4} graded wrong  "
            f"{row['outcome']:6} {row['blocked_by_share']}"
        )
    record("damaged_answers", {"cases": len(CASES.cases), "draws": DRAWS, "damages": rows})


if __name__ == "__main__":
    main()
