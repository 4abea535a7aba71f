"""What ``check`` has found, told to people and to programs."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from litellm_monitoring.infra.settings.loading.stack import printable
from litellm_monitoring.signals.catalogue.metrics import switches
from litellm_monitoring.tools.check.diagnosis.customised import other_buckets
from litellm_monitoring.tools.check.diagnosis.proxy import SERIES_CAP, Proxy
from litellm_monitoring.tools.check.evidence.finding import Finding, Status
from litellm_monitoring.tools.check.evidence.rules import RuleFinding, RuleStatus
from litellm_monitoring.tools.terminal import plain_table

_STYLES: Mapping[Status | RuleStatus, str] = {
    Status.DATA: "green",
    Status.PARTIAL: "yellow",
    Status.EMPTY: "yellow",
    Status.WRONG: "red",
    RuleStatus.CAN_FIRE: "green",
    RuleStatus.RECORDS: "green",
    RuleStatus.CANNOT_FIRE: "yellow",
    RuleStatus.CANNOT_RECORD: "yellow",
    RuleStatus.NOT_EVALUATED: "red",
}

_ALERTS, _RECORDING = "Alerts", "Recording rules"


class Row(NamedTuple):
    """What there is to explain of one query or rule."""

    status: Status | RuleStatus
    name: str
    explanation: str


@dataclass(frozen=True)
class Section:
    """A dashboard's queries, or the rules of one kind; ``of`` is what its rows are called."""

    title: str
    count: str
    of: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Report:
    """The findings on one stack's dashboards and rules, and on the LiteLLM that they are about.
    ``unknown`` is what cannot be told of rules, and ``latency_buckets`` are those of the settings.
    """

    stack: str
    source: str
    proxy: Proxy
    unscraped: Sequence[str]
    findings: Sequence[Finding]
    rules: Sequence[RuleFinding] = ()
    unknown: Sequence[str] = ()
    latency_buckets: Sequence[float] | None = None

    @property
    def is_all_well(self) -> bool:
        """Whether no query is empty, wrong or short of a label, and every rule does something."""
        return all(finding.status is Status.DATA for finding in self.findings) and all(
            finding.status.is_good for finding in self.rules
        )

    @property
    def summary(self) -> str:
        """One line: how many queries and rules there are of each status."""
        kinds: Sequence[tuple[str, str, Sequence[Status | RuleStatus]]] = (
            ("query", "queries", [each.status for each in self.findings]),
            ("alert", "alerts", [each.status for each in self.rules if not each.rule.records]),
            (
                "recording rule",
                "recording rules",
                [each.status for each in self.rules if each.rule.records],
            ),
        )
        parts = [_counted(*kind) for kind in kinds if kind[2]]
        if not parts:
            return f"0 queries of stack {self.stack}: nothing to check"
        (what, first), *rest = parts
        return "; ".join(
            [f"{what} of stack {self.stack}: {first}", *(f"{what}: {each}" for what, each in rest)]
        )

    @property
    def other_buckets(self) -> str | None:
        """What to do where the proxy's latency buckets are not those of the settings."""
        return other_buckets(self.proxy.latency_buckets, self.latency_buckets)

    @property
    def facts(self) -> list[str]:
        """What is known of the LiteLLM, a line each."""
        lines = []
        if self.proxy.is_seen:
            lines.append(f"LiteLLM {self.proxy.version}, seen through {self.source}")
            on = [switches()[name] for name in sorted(self.proxy.switches - {"always"})]
            lines.append(f"Enabled: {', '.join(on) or 'nothing that can be seen'}")
        else:
            lines.append(f"No LiteLLM found through {self.source}")
        if self.proxy.filter:
            lines.append(f"Excludes metrics: {self.proxy.filter}")
        if self.proxy.several_workers:
            lines.append(
                "Several workers: what has not happened yet cannot be distinguished from what is "
                "disabled"
            )
        if self.proxy.redis_fails:
            lines.append("Redis fails: LiteLLM's calls to it failed, or it no longer calls it")
        if self.proxy.added_labels:
            lines.append(f"Additional labels: {', '.join(sorted(self.proxy.added_labels))}")
        if self.proxy.capped:
            lines.append(
                f"{SERIES_CAP} is reached: of {', '.join(self.proxy.capped)} what came later is "
                f'counted together, all its labels "other"'
            )
        if others := self.other_buckets:
            lines.append(others)
        lines += [f"Not scraped: {reason}" for reason in self.unscraped]
        lines += self.unknown
        return [printable(line) for line in lines]


def as_terminal(report: Report) -> RenderableType:
    """For a person at a terminal: of each dashboard and of the rules, what is not simply well."""
    parts: list[RenderableType] = [Text(line) for line in report.facts]
    for section in _sections(report):
        parts += [Text(), Text(printable(section.title), "bold"), Text(section.count)]
        table = plain_table("", section.of, "")
        for row in section.rows:
            table.add_row(
                Text(row.status, _STYLES[row.status]),
                Text(printable(row.name)),
                Text(printable(row.explanation)),
            )
        parts += [table] if table.rows else []
    return Group(*parts, Text(), Text(printable(report.summary)))


def as_markdown(report: Report) -> str:
    """The same for a comment."""
    lines = [f"- {escaped(line)}" for line in report.facts]
    for section in _sections(report):
        lines += ["", f"### {escaped(section.title)}", "", section.count]
        rows = [
            f"| {' | '.join((row.status, escaped(row.name), escaped(row.explanation)))} |"
            for row in section.rows
        ]
        lines += ["", f"| | {section.of} | |", "| --- | --- | --- |", *rows] if rows else []
    return "\n".join([*lines, "", escaped(report.summary)]) + "\n"


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
                "addedLabels": sorted(report.proxy.added_labels),
                "capped": list(report.proxy.capped),
                "latencyBuckets": list(report.proxy.latency_buckets),
                "otherLatencyBuckets": report.other_buckets is not None,
            },
            "unscraped": list(report.unscraped),
            "queries": [_query_entry(finding) for finding in report.findings],
            "rules": [_rule_entry(finding) for finding in report.rules],
            "unknown": list(report.unknown),
            "summary": report.summary,
        },
        indent=2,
        ensure_ascii=False,
    )


def _query_entry(finding: Finding) -> dict[str, object]:
    return {
        "dashboard": finding.query.dashboard,
        "panel": finding.query.panel,
        "ref": finding.query.ref,
        "expression": finding.query.expression,
        "status": finding.status,
        "cause": finding.cause,
        "explanation": finding.explanation,
    }


def _rule_entry(finding: RuleFinding) -> dict[str, object]:
    return {
        "kind": "recording" if finding.rule.records else "alert",
        "group": finding.rule.group,
        "name": finding.rule.name,
        "expression": finding.rule.expression,
        "status": finding.status,
        "cause": finding.cause,
        "explanation": finding.explanation,
    }


def _sections(report: Report) -> Iterator[Section]:
    for dashboard, found in groupby(report.findings, lambda finding: finding.query.dashboard):
        findings = list(found)
        rows = [
            Row(finding.status, _panel(finding), finding.explanation)
            for finding in findings
            if finding.status is not Status.DATA
        ]
        count = f"{len(findings) - len(rows)} of {len(findings)} with data"
        yield Section(dashboard, count, "panel", rows)
    for title, of, good, records in (
        (_ALERTS, "alert", RuleStatus.CAN_FIRE, False),
        (_RECORDING, "rule", RuleStatus.RECORDS, True),
    ):
        rules = [each for each in report.rules if each.rule.records == records]
        rows = [
            Row(each.status, each.rule.name, each.explanation)
            for each in rules
            if not each.status.is_good or each.explanation
        ]
        well = sum(each.status.is_good for each in rules)
        if rules:
            yield Section(title, f"{well} of {len(rules)} {good}", of, rows)


def _counted(one: str, several: str, statuses: Sequence[Status | RuleStatus]) -> tuple[str, str]:
    counted = Counter(statuses)
    counts = ", ".join(f"{counted[each]} {each}" for each in type(statuses[0]) if counted[each])
    return f"{len(statuses)} {one if len(statuses) == 1 else several}", counts


def _panel(finding: Finding) -> str:
    query = finding.query
    return query.panel if query.ref == "A" else f"{query.panel} ({query.ref})"


def escaped(text: str) -> str:
    """``text`` on one line, of which Markdown makes nothing."""
    for char in "\\`*_[]<>|":
        text = text.replace(char, f"\\{char}")
    return printable(text)
