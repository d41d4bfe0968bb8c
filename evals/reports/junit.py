"""The report as JUnit XML, as CI servers show it (the schema of Jenkins' xunit plugin).

One test is the gate itself; then one a case. A case fails only where the gate blocks, so that a
CI server that counts failures agrees with the exit status.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from .content import Change, GateReport
from .wording import VERDICTS, runs, weight

# XML 1.0 has no place for these, escaped or not.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SUITE = "dateline eval gate"


def to_junit(report: GateReport) -> str:
    """A ``testsuites`` document; times are not told, since cases are not timed apart."""
    suite = ET.Element("testsuite", name=SUITE)
    _gate_test(suite, report)
    changes = {change.row.case_id: change for change in report.changes}
    ungraded = {row.case_id: row for row in report.ungraded}
    for row in report.cases:
        test = _test(suite, row.cluster, row.case_id)
        if row.difference is None:
            why = ungraded[row.case_id].why if row.case_id in ungraded else "no answer in the run"
            ET.SubElement(test, "skipped", message=_xml(why))
        elif row.case_id in changes:
            _changed(test, changes[row.case_id], report)
    for name in ("failure", "error", "skipped"):
        plural = "skipped" if name == "skipped" else f"{name}s"
        suite.set(plural, str(len(suite.findall(f"testcase/{name}"))))
    suite.set("tests", str(len(suite)))
    suite.set("time", f"{report.candidate.seconds or 0:.3f}")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _gate_test(suite: ET.Element, report: GateReport) -> None:
    test = _test(suite, SUITE, "verdict")
    text = "\n".join((VERDICTS[report.outcome], *report.why, *report.notes))
    if report.outcome == "pass":
        ET.SubElement(test, "system-out").text = _xml(text)
        return
    kind = "failure" if report.outcome == "block" else "error"
    message = _xml("; ".join(report.why))
    ET.SubElement(test, kind, message=message, type=report.outcome).text = _xml(text)


def _changed(test: ET.Element, change: Change, report: GateReport) -> None:
    row = change.row
    what = "broke" if row.flip < 0 else "was mended"
    message = f"{what}; {weight(change)}; baseline {runs(row, 0)}, candidate {runs(row, 1)}"
    text = "\n".join((row.question, change.candidate_why or change.baseline_why, *change.lines))
    if report.outcome == "block" and row.confirmed < 0:
        ET.SubElement(test, "failure", message=_xml(message), type="break").text = _xml(text)
    else:
        ET.SubElement(test, "system-out").text = _xml(f"{message}\n{text}")


def _test(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_xml(group), name=_xml(name), time="0")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
