"""What ``check`` prints."""

import json
from dataclasses import replace

import pytest
from rich.console import Console

from litellm_monitoring.signals.serving.buckets import default_bounds
from litellm_monitoring.tools.check.diagnosis.proxy import Proxy
from litellm_monitoring.tools.check.evidence.finding import Cause, Finding, Status
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
from litellm_monitoring.tools.check.evidence.rules import RuleFinding, RuleQuery, RuleStatus
from litellm_monitoring.tools.check.report import Report, as_json, as_markdown, as_terminal
from tests.metrics_page import NEWEST

TIMES = TimeRange(0, 60, 15)
PROXY = Proxy(
    is_seen=True,
    needs_licence=False,
    since="1.90.7",
    before="1.92.2",
    switches=frozenset({"prometheus", "always"}),
    filter="litellm_settings.prometheus_metrics_config",
    several_workers=True,
    redis_fails=True,
)


def finding(panel: str, ref: str, status: Status, *why: object) -> Finding:
    return Finding(PanelQuery("Board | 1", panel, ref, "up", TIMES), status, *why)  # type: ignore[arg-type]


REPORT = Report(
    stack="dev",
    source="http://p:9090",
    proxy=PROXY,
    unscraped=["http://l:4000/metrics: connection refused"],
    findings=[
        finding("Requests", "A", Status.DATA),
        finding("By key\x1b[31m", "B", Status.PARTIAL, Cause.LABEL_EXCLUDED, "label k is left out"),
        finding("Spend", "A", Status.EMPTY, Cause.NOTHING_HAPPENED, "it requires *requests*"),
        finding("Wrong", "A", Status.WRONG, None, "parse error"),
    ],
)


def test_for_a_terminal() -> None:
    console = Console(width=120, record=True, force_terminal=False, soft_wrap=True)
    with console.capture() as captured:
        console.print(as_terminal(REPORT))
    assert [line.rstrip() for line in captured.get().splitlines()] == [
        "LiteLLM 1.90.7 or newer, older than 1.92.2, seen through http://p:9090",
        'Enabled: litellm_settings.callbacks: ["prometheus"]',
        "Excludes metrics: litellm_settings.prometheus_metrics_config",
        "Several workers: what has not happened yet cannot be distinguished from what is disabled",
        "Redis fails: LiteLLM's calls to it failed, or it no longer calls it",
        "Not scraped: http://l:4000/metrics: connection refused",
        "",
        "Board | 1",
        "1 of 4 with data",
        "         panel",
        "partial  By key\\u001b[31m (B)  label k is left out",
        "empty    Spend                 it requires *requests*",
        "wrong    Wrong                 parse error",
        "",
        "4 queries of stack dev: 1 data, 1 partial, 1 empty, 1 wrong",
    ]


def test_for_a_comment() -> None:
    assert as_markdown(REPORT).splitlines() == [
        "- LiteLLM 1.90.7 or newer, older than 1.92.2, seen through http://p:9090",
        '- Enabled: litellm\\_settings.callbacks: \\["prometheus"\\]',
        "- Excludes metrics: litellm\\_settings.prometheus\\_metrics\\_config",
        "- Several workers: what has not happened yet cannot be distinguished from what is "
        "disabled",
        "- Redis fails: LiteLLM's calls to it failed, or it no longer calls it",
        "- Not scraped: http://l:4000/metrics: connection refused",
        "",
        "### Board \\| 1",
        "",
        "1 of 4 with data",
        "",
        "| | panel | |",
        "| --- | --- | --- |",
        "| partial | By key\\u001b\\[31m (B) | label k is left out |",
        "| empty | Spend | it requires \\*requests\\* |",
        "| wrong | Wrong | parse error |",
        "",
        "4 queries of stack dev: 1 data, 1 partial, 1 empty, 1 wrong",
    ]


def test_where_all_is_data_there_is_nothing_to_explain() -> None:
    report = Report("dev", "http://p", PROXY, (), [finding("P", "A", Status.DATA)])
    assert as_markdown(report).splitlines()[-5:] == [
        "### Board \\| 1",
        "",
        "1 of 1 with data",
        "",
        "1 query of stack dev: 1 data",
    ]
    console = Console(width=120, record=True, force_terminal=False, soft_wrap=True)
    with console.capture() as captured:
        console.print(as_terminal(report))
    assert [line.rstrip() for line in captured.get().splitlines()[-4:]] == [
        "Board | 1",
        "1 of 1 with data",
        "",
        "1 query of stack dev: 1 data",
    ]


SETTING = "litellm_settings.prometheus_latency_buckets"


@pytest.mark.parametrize(
    ("seen", "stated", "fact"),
    [
        ((), None, None),
        ((), (1, 2), None),
        (default_bounds(), None, None),
        ((0.5, 60.0), (0.5, 60.0), None),
        (
            (0.5, 45.0, 60.0),
            (0.5, 60.0),
            "The latency buckets differ from litellm.latencyBuckets: set it to [0.5, 45, 60], which "
            f"the proxy has, or correct {SETTING}",
        ),
        (
            default_bounds()[:2],
            (0.005, 0.01, 0.025),
            "The latency buckets differ from litellm.latencyBuckets: set it to [0.005, 0.01], which "
            f"the proxy has, or correct {SETTING}",
        ),
        (
            (0.5, 45.0),
            None,
            f"The latency buckets differ from the defaults of LiteLLM {NEWEST}, by {SETTING} or a "
            "LiteLLM before 1.83.7: set litellm.latencyBuckets to [0.5, 45]",
        ),
    ],
)
def test_other_latency_buckets(
    seen: tuple[float, ...], stated: tuple[float, ...] | None, fact: str | None
) -> None:
    proxy = replace(PROXY, latency_buckets=seen)
    report = replace(REPORT, proxy=proxy, latency_buckets=stated)
    assert [line for line in report.facts if line not in REPORT.facts] == ([fact] if fact else [])
    found = json.loads(as_json(report))["litellm"]
    assert (found["latencyBuckets"], found["otherLatencyBuckets"]) == (list(seen), bool(fact))


def test_for_a_program() -> None:
    assert json.loads(as_json(REPORT)) == {
        "stack": "dev",
        "source": "http://p:9090",
        "litellm": {
            "isSeen": True,
            "since": "1.90.7",
            "before": "1.92.2",
            "switches": ["always", "prometheus"],
            "filter": "litellm_settings.prometheus_metrics_config",
            "severalWorkers": True,
            "redisFails": True,
            "addedLabels": [],
            "capped": [],
            "latencyBuckets": [],
            "otherLatencyBuckets": False,
        },
        "unscraped": ["http://l:4000/metrics: connection refused"],
        "queries": [
            {
                "dashboard": "Board | 1",
                "panel": panel,
                "ref": ref,
                "expression": "up",
                "status": status,
                "cause": cause,
                "explanation": explanation,
            }
            for panel, ref, status, cause, explanation in (
                ("Requests", "A", "data", None, ""),
                ("By key\x1b[31m", "B", "partial", "label-excluded", "label k is left out"),
                ("Spend", "A", "empty", "nothing-happened", "it requires *requests*"),
                ("Wrong", "A", "wrong", None, "parse error"),
            )
        ],
        "rules": [],
        "unknown": [],
        "summary": "4 queries of stack dev: 1 data, 1 partial, 1 empty, 1 wrong",
    }


@pytest.mark.parametrize(
    ("statuses", "is_all_well"),
    [
        ([], True),
        ([Status.DATA], True),
        ([Status.DATA, Status.PARTIAL], False),
        ([Status.EMPTY], False),
        ([Status.WRONG], False),
    ],
)
def test_whether_all_is_data(statuses: list[Status], is_all_well: bool) -> None:
    findings = [finding("P", "A", status) for status in statuses]
    assert Report("dev", "http://p", PROXY, (), findings).is_all_well == is_all_well


def rule(name: str, status: RuleStatus, *why: object, records: bool = False) -> RuleFinding:
    return RuleFinding(RuleQuery("Group", name, "up", TIMES, records), status, *why)  # type: ignore[arg-type]


WITH_RULES = replace(
    REPORT,
    proxy=replace(PROXY, added_labels=frozenset({"tag_b", "region"}), capped=("a_total", "b")),
    findings=[finding("Requests", "A", Status.DATA)],
    rules=[
        rule("Down", RuleStatus.CAN_FIRE),
        rule("Budget", RuleStatus.CAN_FIRE, Cause.LABEL_EXCLUDED, "its label k is left out"),
        rule("Queue", RuleStatus.CANNOT_FIRE, Cause.NOT_EXPOSED, "it is enabled by x"),
        rule("Slow", RuleStatus.NOT_EVALUATED, None, "it is paused"),
        rule("team:x:rate75s", RuleStatus.RECORDS, records=True),
        rule("team:y:rate75s", RuleStatus.WRONG, None, "parse error", records=True),
    ],
    unknown=["http://g does not list its rules"],
)


def test_rules_for_a_terminal() -> None:
    console = Console(width=120, record=True, force_terminal=False, soft_wrap=True)
    with console.capture() as captured:
        console.print(as_terminal(WITH_RULES))
    assert [line.rstrip() for line in captured.get().splitlines()[5:]] == [
        "Additional labels: region, tag_b",
        "litellm_settings.prometheus_metrics_max_series_per_metric is reached: of a_total, b what "
        'came later is counted together, all its labels "other"',
        "Not scraped: http://l:4000/metrics: connection refused",
        "http://g does not list its rules",
        "",
        "Board | 1",
        "1 of 1 with data",
        "",
        "Alerts",
        "2 of 4 can fire",
        "               alert",
        "can fire       Budget  its label k is left out",
        "cannot fire    Queue   it is enabled by x",
        "not evaluated  Slow    it is paused",
        "",
        "Recording rules",
        "1 of 2 records",
        "       rule",
        "wrong  team:y:rate75s  parse error",
        "",
        "1 query of stack dev: 1 data; 4 alerts: 2 can fire, 1 cannot fire, 1 not evaluated; "
        "2 recording rules: 1 records, 1 wrong",
    ]


def test_rules_for_a_comment() -> None:
    assert as_markdown(WITH_RULES).splitlines()[14:] == [
        "### Alerts",
        "",
        "2 of 4 can fire",
        "",
        "| | alert | |",
        "| --- | --- | --- |",
        "| can fire | Budget | its label k is left out |",
        "| cannot fire | Queue | it is enabled by x |",
        "| not evaluated | Slow | it is paused |",
        "",
        "### Recording rules",
        "",
        "1 of 2 records",
        "",
        "| | rule | |",
        "| --- | --- | --- |",
        "| wrong | team:y:rate75s | parse error |",
        "",
        "1 query of stack dev: 1 data; 4 alerts: 2 can fire, 1 cannot fire, 1 not evaluated; "
        "2 recording rules: 1 records, 1 wrong",
    ]


def test_rules_for_a_program() -> None:
    found = json.loads(as_json(WITH_RULES))
    assert (found["litellm"]["addedLabels"], found["litellm"]["capped"]) == (
        ["region", "tag_b"],
        ["a_total", "b"],
    )
    assert found["unknown"] == ["http://g does not list its rules"]
    assert [found["rules"][2], found["rules"][4]] == [
        {
            "kind": "alert",
            "group": "Group",
            "name": "Queue",
            "expression": "up",
            "status": "cannot fire",
            "cause": "not-exposed",
            "explanation": "it is enabled by x",
        },
        {
            "kind": "recording",
            "group": "Group",
            "name": "team:x:rate75s",
            "expression": "up",
            "status": "records",
            "cause": None,
            "explanation": "",
        },
    ]


@pytest.mark.parametrize(
    ("status", "is_all_well"),
    [
        (RuleStatus.CAN_FIRE, True),
        (RuleStatus.RECORDS, True),
        (RuleStatus.CANNOT_FIRE, False),
        (RuleStatus.CANNOT_RECORD, False),
        (RuleStatus.NOT_EVALUATED, False),
        (RuleStatus.WRONG, False),
    ],
)
def test_whether_rules_are_well(status: RuleStatus, is_all_well: bool) -> None:
    report = Report("dev", "http://p", PROXY, (), (), [rule("R", status)])
    assert report.is_all_well == is_all_well
    assert report.summary == f"1 alert of stack dev: 1 {status}"
