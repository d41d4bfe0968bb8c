"""A run of the evaluation as a file: what made it, and every answer with its verdict.

JSON with sorted keys, a record for each answer in the order of case and repeat, a line for each
statement and citation, so that two runs can be read in a diff. The baseline holds no times.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from rag.errors import ConfigurationError, UsageError, printable

from .cases import CaseSet
from .gate import Pair, Tally
from .graders.grade import Grade, Verdict

FORMAT = 1
# A model's advice stands under this name beside the grades; see ``advice``.
ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Record:
    """One answer to one case.

    Attributes:
        repeat: from 0; from ``RunHeader.repeats`` on it is a further run of a case that flipped.
        answer: the contract's JSON of an Answer, its sources relative to the articles' folder.
        grades: what each grader found, by its name; those with nothing to judge are not there.
    """

    case_id: str
    repeat: int
    answer: dict[str, Any]
    verdict: Verdict
    why: str
    grades: dict[str, Grade] = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        """Why there is no answer; None when there is one."""
        error: str | None = self.answer["error"]
        return error

    @property
    def text(self) -> str:
        return str(self.answer["answer"])


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt file whole, so that the baseline can be run again."""

    version: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """Everything that made a run.

    Attributes:
        model: as ``ChatModel.record`` has it: model, identity, parameters, context_tokens; None for
            extractive answers, which know no prompts either.
        settings: what else goes into an answer: passages, verify, embeddings.
        graders: hash of the graders' source.
        repeats: planned answers a case.
        can_vary: whether asking again can give another answer.
        started: ISO 8601, UTC; None in a baseline, as is ``seconds``.
        cost_usd: None when the price is not known.
    """

    engine: Literal["extractive", "llm"]
    model: dict[str, Any] | None
    settings: dict[str, Any]
    prompts: dict[str, PromptText]
    facts_sha256: str
    articles_sha256: str
    graders: str
    dateline_version: str
    repeats: int
    can_vary: bool
    started: str | None = None
    seconds: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    @property
    def model_name(self) -> str | None:
        return None if self.model is None else str(self.model["model"])

    def differences(self, other: RunHeader) -> list[str]:
        """What must be the same for two runs to be compared and is not, a line each.

        Prompts may differ, and so may the version of Dateline: these are what a gate judges.
        """
        names = {
            "engine": (self.engine, other.engine),
            "model": (self._model_part("model"), other._model_part("model")),
            "address or file of the model": (
                self._model_part("identity"),
                other._model_part("identity"),
            ),
            "parameters": (self._parameters, other._parameters),
            "settings": (self.settings, other.settings),
            "facts": (self.facts_sha256[:12], other.facts_sha256[:12]),
            "articles": (self.articles_sha256[:12], other.articles_sha256[:12]),
            "graders": (self.graders[:12], other.graders[:12]),
        }
        return [
            f"{name}: {_short(one)} and {_short(two)}"
            for name, (one, two) in names.items()
            if one != two
        ]

    def _model_part(self, name: str) -> Any:
        return None if self.model is None else self.model.get(name)

    @property
    def _parameters(self) -> dict[str, Any]:
        model = self.model or {}
        return {
            **model.get("parameters", {}),
            **{name: model[name] for name in ("context_tokens",) if name in model},
        }


@dataclass(frozen=True, slots=True)
class Run:
    """A header and its records, sorted by case and repeat."""

    header: RunHeader
    records: tuple[Record, ...]

    def of_case(self, case_id: str) -> tuple[Record, ...]:
        """The records of a case in the order of repeats, further runs last."""
        return tuple(record for record in self.records if record.case_id == case_id)

    def with_records(self, records: Iterable[Record]) -> Run:
        """This run with ``records`` put in, in place of those of the same case and repeat."""
        merged = {(r.case_id, r.repeat): r for r in (*self.records, *records)}
        return replace(self, records=tuple(merged[key] for key in sorted(merged)))

    def with_usage(self) -> Run:
        """This run with the tokens and the cost of its records in the header."""
        usages = [record.answer["usage"] for record in self.records]
        costs = [usage["cost_usd"] for usage in usages]
        header = replace(
            self.header,
            input_tokens=sum(usage["input_tokens"] for usage in usages),
            output_tokens=sum(usage["output_tokens"] for usage in usages),
            cost_usd=None if None in costs else sum(costs),
        )
        return replace(self, header=header)

    def without_times(self) -> Run:
        """What goes into git: nothing that differs each time the same run is made."""
        records = [
            replace(record, answer=record.answer | {"seconds": 0.0, "nearest": []})
            for record in self.records
        ]
        return Run(replace(self.header, started=None, seconds=None), tuple(records))


def write_run(file: Path, run: Run) -> None:
    """Write ``run``; the file appears whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    value = {
        "format": FORMAT,
        "header": asdict(run.header),
        "records": [asdict(record) for record in run.records],
    }
    text = _laid_out(value) + "\n"
    unfinished = file.with_name(file.name + ".writing")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, "utf-8", errors="replace")
        unfinished.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{printable(str(file))}: cannot be written: {reason}") from error


def read_run(file: Path) -> Run:
    """The run of a file.

    Raises:
        ConfigurationError: it cannot be read, or is no run file of this format.
    """
    try:
        value = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{printable(str(file))}: cannot be read: {error}") from error
    try:
        if value["format"] != FORMAT:
            raise ValueError(f"its format is {value['format']}, this Dateline reads {FORMAT}")
        return Run(_header(value["header"]), _records(value["records"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"{printable(str(file))}: is no run of `dateline eval run`: {error}"
        ) from error


def pairs_of(baseline: Run, candidate: Run, cases: CaseSet) -> list[Pair]:
    """Each case on both sides; first runs apart from further runs of what flipped."""
    first = [_tallies(run, further=False) for run in (baseline, candidate)]
    more = [_tallies(run, further=True) for run in (baseline, candidate)]
    nothing = Tally(0, 0)
    repeatable = not (baseline.header.can_vary or candidate.header.can_vary)
    pairs = []
    for case in cases.cases:
        again = tuple(side.get(case.id, nothing) for side in more)
        pairs.append(
            Pair(
                case_id=case.id,
                cluster=case.cluster,
                critical=case.critical,
                baseline=first[0].get(case.id, nothing),
                candidate=first[1].get(case.id, nothing),
                again=(again[0], again[1]) if any(tally.scored for tally in again) else None,
                repeatable=repeatable,
            )
        )
    return pairs


def unscored_share(run: Run, cases: CaseSet) -> float:
    """Of all planned answers to ``cases``, the share that is missing or could not be graded."""
    planned = len(cases.cases) * run.header.repeats
    scored = sum(tally.scored for tally in _tallies(run, further=False).values())
    return (planned - scored) / planned if planned else 0.0


def _tallies(run: Run, *, further: bool) -> dict[str, Tally]:
    sums: dict[str, Tally] = defaultdict(lambda: Tally(0, 0))
    for record in run.records:
        if (record.repeat >= run.header.repeats) == further and record.verdict != "unscored":
            sums[record.case_id] += Tally(int(record.verdict == "right"), 1)
    return dict(sums)


def _header(value: Mapping[str, Any]) -> RunHeader:
    prompts = {name: PromptText(**prompt) for name, prompt in value["prompts"].items()}
    header = RunHeader(**{**value, "prompts": prompts})
    if header.repeats < 1:
        raise ValueError(f"repeats is {header.repeats}")
    return header


def _records(values: Sequence[Mapping[str, Any]]) -> tuple[Record, ...]:
    records = {}
    for value in values:
        grades = {name: Grade(**grade) for name, grade in value["grades"].items()}
        record = Record(**{**value, "grades": grades})
        if record.verdict not in ("right", "wrong", "unscored"):
            raise ValueError(f"verdict {record.verdict} of {record.case_id}")
        if not {"answer", "error", "citations"} <= set(record.answer):
            raise ValueError(f"the answer to {record.case_id} is not whole")
        if (record.case_id, record.repeat) in records:
            raise ValueError(f"{record.case_id} repeat {record.repeat} is there twice")
        records[record.case_id, record.repeat] = record
    return tuple(records[key] for key in sorted(records))


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with sorted keys, an object on one line where it holds no other objects: a citation or a
    statement is a line of a diff."""
    items = list(value.values()) if isinstance(value, dict) else value
    is_leaf = not isinstance(value, dict | list) or not any(map(_holds_objects, items))
    if is_leaf and (not isinstance(value, dict) or indent):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    inner = indent + " "
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key)}: {_laid_out(value[key], inner)}" for key in sorted(value)
        ]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    parts = [inner + _laid_out(item, inner) for item in value]
    return "[\n" + ",\n".join(parts) + f"\n{indent}]"


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_objects, value)))


def _short(value: Any) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value, sort_keys=True), 120)
