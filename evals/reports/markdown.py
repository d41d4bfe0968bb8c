"""The report as Markdown, for a comment on a pull request (GitHub's flavour).

Text of articles, answers and questions stands in code only, so nothing in it is a link, a mention,
an image or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from .content import Change, GateReport, Side
from .wording import VERDICTS, cost, detectable, interval, percent, points, runs, weight

# By this line a workflow finds its own comment again.
MARKER = "<!-- dateline eval gate -->"
# GitHub refuses comments of more than 65,536 characters.
MOST_CHARACTERS = 60_000
MOST_CHANGES = 15
MOST_PROMPT_LINES = 120
_SIGNS = {"pass": "✅", "block": "⛔", "inconclusive": "❔"}


def to_markdown(report: GateReport) -> str:
    """The verdict first; details are folded."""
    blocks = [
        MARKER,
        f"## {_SIGNS[report.outcome]} Eval gate: {VERDICTS[report.outcome].lower()}",
        "\n".join(f"- {escape(reason)}" for reason in (*report.why, *report.notes)),
        _figures(report),
        *_changes("Broke", report.breaks),
        *_changes("Mended", report.fixes),
        *_ungraded(report),
        *_prompts(report),
        _tags(report),
        _made_by(report),
    ]
    return _joined([block for block in blocks if block])


def _joined(blocks: list[str]) -> str:
    """As many blocks as fit; what is left out is said."""
    kept, size = [], 0
    for block in blocks:
        size += len(block) + 2
        if size > MOST_CHARACTERS:
            kept.append("*The rest is too long for a comment; the other reports have it.*")
            break
        kept.append(block)
    return "\n\n".join(kept) + "\n"


def _figures(report: GateReport) -> str:
    figures, before, after = report.figures, report.baseline, report.candidate
    rows = [
        ("", "baseline", "candidate"),
        ("---", "---:", "---:"),
        ("answered right", percent(before.pass_rate), percent(after.pass_rate)),
        ("false answers", str(before.false_answers), str(after.false_answers)),
        ("false refusals", str(before.false_refusals), str(after.false_refusals)),
        ("went either way", percent(before.flake_rate), percent(after.flake_rate)),
        ("tokens in, out", _tokens(before), _tokens(after)),
        ("cost", cost(before.cost_usd), cost(after.cost_usd)),
    ]
    lines = [
        f"**{points(figures.difference)} points** (95 %: {interval(figures)}), "
        f"p = {figures.p:.3f}; these {figures.cases} cases on {figures.clusters} articles can "
        f"detect {detectable(figures)}.",
        f"Confirmed: {figures.confirmed_breaks} broke, {figures.confirmed_fixes} mended "
        f"({figures.breaks} and {figures.fixes} before further runs). Of the {figures.held_out} "
        f"held-out cases {figures.held_out_breaks} broke, {figures.held_out_fixes} mended. "
        f"{percent(figures.unscored)} of the answers could not be graded.",
    ]
    return "\n".join(lines) + "\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _tokens(side: Side) -> str:
    return f"{side.input_tokens:,}, {side.output_tokens:,}"


def _changes(title: str, changes: tuple[Change, ...]) -> Iterator[str]:
    if not changes:
        return
    yield f"### {title}: {len(changes)}"
    for change in changes[:MOST_CHANGES]:
        row = change.row
        why = change.candidate_why if row.flip < 0 else change.baseline_why
        summary = [
            f"<b>{escape(row.case_id)}</b> {weight(change)}: baseline {runs(row, 0)}, "
            f"candidate {runs(row, 1)}",
            html_code(row.question),
            f"{'Wrong' if row.flip < 0 else 'Was wrong'}: {html_code(why)}",
        ]
        if change.baseline_relation != change.candidate_relation:
            before, after = change.baseline_relation, change.candidate_relation
            summary.append(
                f"Reports shown as: {before or 'not compared'} → {after or 'not compared'}"
            )
        body = fenced(change.lines, "diff") if change.lines else "The same words."
        yield folded("<br>".join(summary), body, is_open=row.blocks)
    if len(changes) > MOST_CHANGES:
        yield f"*And {len(changes) - MOST_CHANGES} more, in the other reports.*"


def _ungraded(report: GateReport) -> Iterator[str]:
    if not report.ungraded:
        return
    rows = [
        f"- {code(row.case_id)}, {row.side}, answers: {row.answers}: {code(row.why)}"
        for row in report.ungraded[:MOST_CHANGES]
    ]
    yield folded(
        f"Cases with answers that could not be graded: {len(report.ungraded)}", "\n".join(rows)
    )


def _prompts(report: GateReport) -> Iterator[str]:
    for prompt in report.prompts:
        lines = prompt.lines[:MOST_PROMPT_LINES]
        yield folded(f"Prompt {html_code(prompt.name)} differs", fenced(lines, "diff"))


def _tags(report: GateReport) -> str:
    rows = [
        "| tag | cases | baseline | candidate | broke | mended |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {cell(row.tag)} | {row.cases} | {percent(row.baseline)} | {percent(row.candidate)} "
        f"| {row.breaks} | {row.fixes} |"
        for row in report.tags
    ]
    return folded("By tag, held-out cases left out", "\n".join(rows))


def _made_by(report: GateReport) -> str:
    lines = []
    for name, side in (("baseline", report.baseline), ("candidate", report.candidate)):
        prompts = ", ".join(
            f"{code(one['name'])} {code(one['version'])} {code(one['sha256'][:12])}"
            for one in side.prompts
        )
        model = code(side.model) if side.model else "extractive engine"
        lines.append(
            f"- {name}: {model}, Dateline {code(side.dateline_version)}, answers a case: "
            f"{side.repeats}" + (f", prompts {prompts}" if prompts else "")
        )
    lines += [f"- {name}: {code(digest[:12])}" for name, digest in report.hashes.items()]
    return folded("What made the runs", "\n".join(lines))


def folded(summary: str, body: str, *, is_open: bool = False) -> str:
    """A block that unfolds; ``summary`` is one line of HTML."""
    opened = " open" if is_open else ""
    return f"<details{opened}><summary>{summary}</summary>\n\n{body}\n\n</details>"


def html_code(text: str) -> str:
    """``text`` as code on one line of HTML."""
    return f"<code>{escape(' '.join(text.split()))}</code>"


def code(text: str) -> str:
    """``text`` as a span of code on one line, whatever signs it holds."""
    line = " ".join(text.split()) or " "
    ticks = "`" * (_longest_ticks([line]) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def cell(text: str) -> str:
    """``code`` in a table, where a bar would end the cell."""
    return code(text).replace("|", "\\|")


def fenced(lines: Iterable[str], language: str) -> str:
    """A block of code that no line in it can end."""
    body = [" ".join(line.splitlines()) for line in lines]
    fence = "`" * max(3, _longest_ticks(body) + 1)
    return "\n".join([f"{fence}{language}", *body, fence])


def _longest_ticks(lines: Iterable[str]) -> int:
    return max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
