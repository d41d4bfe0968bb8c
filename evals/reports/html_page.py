"""The report as one HTML page that opens anywhere and asks nothing of any server.

Every text goes through Jinja's escaping, and the page's own policy lets no script run and nothing
be loaded, so an answer or article that holds markup shows as what it is.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from . import wording
from .charts import case_chart, interval_chart, tag_chart
from .content import GateReport, Side

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent
_CASE_CHART_HEIGHT, _TAG_CHART_WIDTH = 150.0, 120.0


def to_html(report: GateReport) -> str:
    """A whole page, style and plots within."""
    return _template().render(
        report=report,
        verdict=wording.VERDICTS[report.outcome],
        spread=interval_chart(report.figures),
        marks=case_chart(report.cases, _CASE_CHART_HEIGHT),
        tags=[(row, tag_chart(row, _TAG_CHART_WIDTH)) for row in report.tags],
        sides=side_rows(report.baseline, report.candidate),
    )


def side_rows(baseline: Side, candidate: Side) -> list[tuple[str, str, str]]:
    """What made the runs and what came of them, (name, baseline, candidate) a row."""
    rows = [_side_texts(side) for side in (baseline, candidate)]
    return [(name, text, rows[1][name]) for name, text in rows[0].items()]


def line_class(line: str) -> str:
    """The style of a line of a unified diff."""
    if line.startswith(("---", "+++", "@@")):
        return "place"
    return {"-": "gone", "+": "came"}.get(line[:1], "same")


def _side_texts(side: Side) -> dict[str, str]:
    prompts = ", ".join(f"{one['name']} {one['version']}" for one in side.prompts)
    return {
        "engine": side.engine,
        "model": side.model or "none",
        "prompts": prompts or "none",
        "Dateline": side.dateline_version,
        "answers a case": str(side.repeats),
        "answered right": f"{wording.percent(side.pass_rate)} ({side.right} of {side.graded})",
        "not graded": str(side.planned - side.graded),
        "false answers": str(side.false_answers),
        "false refusals": str(side.false_refusals),
        "cases that went either way": wording.percent(side.flake_rate),
        "tokens in, out": f"{side.input_tokens:,}, {side.output_tokens:,}",
        "cost": wording.cost(side.cost_usd),
        "seconds": "not kept" if side.seconds is None else f"{side.seconds:.1f}",
        "started": side.started or "not kept",
    }


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined
    )
    # The style is a file of this folder; nothing else goes in unescaped.
    environment.globals["style"] = Markup((_HERE / "page.css").read_text("utf-8"))
    for name in ("points", "interval", "percent", "detectable", "runs", "weight"):
        environment.globals[name] = getattr(wording, name)
    environment.globals["line_class"] = line_class
    return environment.get_template("page.html.jinja")
