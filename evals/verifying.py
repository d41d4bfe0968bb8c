"""A model's second look measured on labelled statements, beside the judge of the package.

statements → judged here → looked at by the model, with one prompt or with two → figures, rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import rag
from rag.dateline import Dateline, Limits
from rag.errors import UsageError
from rag.evidence import Proof
from rag.evidence.second_look import SecondLook
from rag.prompts import Prompt
from rag.settings import Settings

from .articles import PreparedArticles
from .asking import REMOTE_JOBS
from .gate import RERUNS, Decision
from .look_figures import Figures, figures, usage
from .look_gate import Announce, PromptGate, Side
from .looking import Evidences, Look, asked, judged, shown, told_by
from .statements import LabelledStatement, StatementSet, evidence_for

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured, and what made it.

    Attributes:
        made_by: model, prompts, hashes of the data, judge, version, start and seconds.
        looks: by the name of the prompt's side, "model" or "candidate"; empty without a model.
        decision: of the gate, where two prompts were compared.
    """

    made_by: dict[str, Any]
    statements: tuple[LabelledStatement, ...]
    evidence: Evidences
    proofs: dict[str, Proof]
    looks: dict[str, Side]
    decision: Decision | None = None

    @property
    def figures(self) -> dict[str, Figures]:
        """By checker: the judge here, then each prompt's look alone and what would be shown."""
        rows = self.statements
        found = {"judge": {s.id: told_by(self.proofs[s.id].verdict, s) for s in rows}}
        for name, side in self.looks.items():
            together = "together" if name == "model" else f"together_{name}"
            pairs = list(zip(rows, side.looks, strict=True))
            found[name] = {s.id: look.told for s, look in pairs}
            found[together] = {s.id: told_by(self._shown(s, look), s) for s, look in pairs}
        return {name: figures(rows, told) for name, told in found.items()}

    @property
    def errors(self) -> list[str]:
        """Why calls of the model gave no reply, one for each of them."""
        told = [look.told for side in self.looks.values() for look in side.all_looks]
        return [one.error for one in told if one.error is not None]

    @property
    def usage(self) -> dict[str, Any] | None:
        """Tokens and cost of all calls; None without a model."""
        looks = [look for side in self.looks.values() for look in side.all_looks]
        return usage(looks) if self.looks else None

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made_by": self.made_by,
            "usage": self.usage,
            "figures": {name: found.to_json() for name, found in self.figures.items()},
            "decision": None if self.decision is None else self.decision.to_json(),
            "rows": [self._row(at, row) for at, row in enumerate(self.statements)],
        }

    def _row(self, at: int, row: LabelledStatement) -> dict[str, Any]:
        verdict = self.proofs[row.id].verdict
        found: dict[str, Any] = {
            "id": row.id,
            "source": row.source,
            "statement": row.statement,
            "label": row.label,
            "kind": row.kind,
            "error": None,
            "judge": {
                "support": verdict.support,
                "probability": round(verdict.probability, 4),
                "contradicted": verdict.contradicted,
                "vetoed": verdict.vetoed,
                "words": list(told_by(verdict, row).words),
                "why": verdict.why,
            },
        }
        for name, side in self.looks.items():
            look = side.looks[at]
            further = side.again.get(row.id, [])
            found["error"] = found["error"] or look.told.error
            found[name] = {
                **look.to_json(),
                "shown": self._shown(row, look).support,
                "again": [again.to_json() for again in further],
            }
        return found

    def _shown(self, row: LabelledStatement, look: Look) -> Any:
        return shown(row, self.evidence[row.id], self.proofs[row.id], look)


@dataclass(frozen=True, slots=True)
class Verifying:
    """What is to be measured.

    Attributes:
        settings: ``verify_model``, else ``model``, is asked; with neither only the judge is.
        candidate: a prompt to be compared with the one in use.
        jobs: looks at once; None for as many as suit the model.
    """

    settings: Settings
    limits: Limits
    statements: StatementSet
    articles: PreparedArticles
    candidate: Prompt | None = None
    jobs: int | None = None

    @property
    def has_model(self) -> bool:
        return (self.settings.verify_model or self.settings.model) is not None

    def measure(self, announce: Announce) -> Measurement:
        """Judge, ask, and where there are two prompts, compare.

        Raises:
            UsageError: ``jobs`` is not possible, or a candidate comes without a model.
            ConfigurationError: the model, a prompt or the data cannot be used.
        """
        if self.jobs is not None and self.jobs < 1:
            raise UsageError(f"--jobs {self.jobs} is not above 0")
        if self.candidate is not None and not self.has_model:
            raise UsageError(
                "--prompt needs a model: name one by --model, DATELINE_VERIFY_MODEL or "
                "DATELINE_MODEL"
            )
        started, began_s = datetime.now(UTC), time.perf_counter()
        settings = replace(self.settings, index=self.articles.index)
        with Dateline(settings, replace(self.limits, verify="model")) as dateline:
            measured = self._measured(dateline, announce)
        measured.made_by["started"] = started.isoformat(timespec="seconds")
        measured.made_by["seconds"] = round(time.perf_counter() - began_s, 1)
        return measured

    def _measured(self, dateline: Dateline, announce: Announce) -> Measurement:
        rows = self.statements.statements
        evidence = evidence_for(self.statements, dateline, self.articles)
        sides = self._sides(dateline) if self.has_model else {}
        made_by = self._made_by(dateline, sides)
        proofs = judged(rows, evidence, dateline.prover(), announce("judged", len(rows)))
        began_s = time.perf_counter()
        decision = None
        if "candidate" in sides:
            model = sides["model"].look_of(0).model
            gate = PromptGate(rows, evidence, self._jobs(sides["model"]), model.can_vary)
            decision = gate.decide(sides["model"], sides["candidate"], announce)
        elif sides:
            side = sides["model"]
            side.looks = asked(
                [(row, 0) for row in rows],
                evidence,
                side.look_of,
                jobs=self._jobs(side),
                progress=announce("looked at", len(rows)),
            )
        made_by["look_seconds"] = round(time.perf_counter() - began_s, 1) if sides else None
        return Measurement(made_by, rows, evidence, proofs, sides, decision)

    def _sides(self, dateline: Dateline) -> dict[str, Side]:
        repeats = range(1 if self.candidate is None else 1 + RERUNS)
        in_use = [look for look in map(dateline.second_look, repeats) if look is not None]
        sides = {"model": Side(_by_repeat(in_use))}
        if self.candidate is not None:
            other = [SecondLook(look.model, self.candidate) for look in in_use]
            sides["candidate"] = Side(_by_repeat(other))
        return sides

    def _jobs(self, side: Side) -> int:
        is_local = side.look_of(0).model.name.startswith("local")
        return self.jobs or (1 if is_local else REMOTE_JOBS)

    def _made_by(self, dateline: Dateline, sides: dict[str, Side]) -> dict[str, Any]:
        prompts = {"model": dateline.prompts()["verify"], "candidate": self.candidate}
        return {
            "dateline": rag.__version__,
            "model": sides["model"].look_of(0).model.record if sides else None,
            "prompts": {name: _prompt_record(prompts[name]) for name in sides},
            "statements_sha256": self.statements.sha256,
            "articles_sha256": self.articles.sha256,
            "judge": dateline.prover().fingerprint,
            "strict": self.settings.strict,
        }


def _by_repeat(looks: Sequence[SecondLook]) -> Callable[[int], SecondLook]:
    return lambda repeat: looks[repeat]


def _prompt_record(prompt: Prompt | None) -> dict[str, str]:
    assert prompt is not None
    return {"name": prompt.name, "version": prompt.version, "sha256": prompt.sha256}
