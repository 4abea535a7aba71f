"""What ``check`` has found, told to people and to programs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from infra.loading import printable
from signals.catalogue import switches
from tools.check.finding import Finding, Status
from tools.check.proxy import Proxy
from tools.terminal import plain_table

_STYLES = {
    Status.DATA: "green",
    Status.PARTIAL: "yellow",
    Status.EMPTY: "yellow",
    Status.WRONG: "red",
}


@dataclass(frozen=True)
class Report:
    """The findings on one stack's dashboards, and on the LiteLLM that they are about."""

    stack: str
    source: str
    proxy: Proxy
    unscraped: Sequence[str]
    findings: Sequence[Finding]

    @property
    def is_all_data(self) -> bool:
        """Whether no query is empty, wrong or short of a label."""
        return all(finding.status is Status.DATA for finding in self.findings)

    @property
    def summary(self) -> str:
        """One line: how many queries there are of each status."""
        counted = Counter(finding.status for finding in self.findings)
        counts = ", ".join(f"{counted[status]} {status}" for status in Status if counted[status])
        queries = "1 query" if len(self.findings) == 1 else f"{len(self.findings)} queries"
        return f"{queries} of stack {self.stack}: {counts or 'nothing to check'}"

    @property
    def facts(self) -> list[str]:
        """What is known of the LiteLLM, a line each."""
        lines = []
        if self.proxy.is_seen:
            lines.append(f"LiteLLM {self.proxy.version}, seen through {self.source}")
            on = [switches()[name] for name in sorted(self.proxy.switches - {"always"})]
            lines.append(f"Turned on: {', '.join(on) or 'nothing that can be seen'}")
        else:
            lines.append(f"No LiteLLM is seen through {self.source}")
        if self.proxy.filter:
            lines.append(f"Leaves metrics out: {self.proxy.filter}")
        if self.proxy.several_workers:
            lines.append(
                "Several workers: what has not happened yet cannot be told from what is off"
            )
        if self.proxy.redis_fails:
            lines.append("Redis fails: LiteLLM's requests to it failed, or are not tried any more")
        lines += [f"Not scraped: {reason}" for reason in self.unscraped]
        return [printable(line) for line in lines]


def as_terminal(report: Report) -> RenderableType:
    """For a person at a terminal: of each dashboard, what does not simply show data."""
    parts: list[RenderableType] = [Text(line) for line in report.facts]
    for dashboard, findings in _by_dashboard(report):
        parts += [Text(), Text(printable(dashboard), "bold"), Text(_with_data(findings))]
        table = plain_table("", "panel", "")
        for finding in _to_explain(findings):
            table.add_row(
                Text(finding.status, _STYLES[finding.status]),
                Text(printable(_panel(finding))),
                Text(printable(finding.explanation)),
            )
        parts += [table] if table.rows else []
    return Group(*parts, Text(), Text(printable(report.summary)))


def as_markdown(report: Report) -> str:
    """The same for a comment."""
    lines = [f"- {_escaped(line)}" for line in report.facts]
    for dashboard, findings in _by_dashboard(report):
        lines += ["", f"### {_escaped(dashboard)}", "", _with_data(findings)]
        rows = [
            f"| {' | '.join((each.status, _escaped(_panel(each)), _escaped(each.explanation)))} |"
            for each in _to_explain(findings)
        ]
        lines += ["", "| | panel | |", "| --- | --- | --- |", *rows] if rows else []
    return "\n".join([*lines, "", _escaped(report.summary)]) + "\n"


def as_json(report: Report) -> str:
    """For a program."""
    return json.dumps(
        {
            "stack": report.stack,
            "source": report.source,
            "litellm": {
                "isSeen": report.proxy.is_seen,
                "since": report.proxy.since,
                "before": report.proxy.before,
                "switches": sorted(report.proxy.switches),
                "filter": report.proxy.filter,
                "severalWorkers": report.proxy.several_workers,
                "redisFails": report.proxy.redis_fails,
            },
            "unscraped": list(report.unscraped),
            "queries": [
                {
                    "dashboard": finding.query.dashboard,
                    "panel": finding.query.panel,
                    "ref": finding.query.ref,
                    "expression": finding.query.expression,
                    "status": finding.status,
                    "cause": finding.cause,
                    "explanation": finding.explanation,
                }
                for finding in report.findings
            ],
            "summary": report.summary,
        },
        indent=2,
        ensure_ascii=False,
    )


def _by_dashboard(report: Report) -> Iterator[tuple[str, list[Finding]]]:
    for dashboard, findings in groupby(report.findings, lambda finding: finding.query.dashboard):
        yield dashboard, list(findings)


def _to_explain(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.status is not Status.DATA]


def _with_data(findings: Sequence[Finding]) -> str:
    count = len(findings) - len(_to_explain(findings))
    return f"{count} of {len(findings)} with data"


def _panel(finding: Finding) -> str:
    query = finding.query
    return query.panel if query.ref == "A" else f"{query.panel} ({query.ref})"


def _escaped(text: str) -> str:
    """``text`` on one line, of which Markdown makes nothing."""
    for char in "\\`*_[]<>|":
        text = text.replace(char, f"\\{char}")
    return printable(text)
