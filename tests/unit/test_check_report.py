"""What ``check`` prints."""

import json

import pytest
from rich.console import Console

from tools.check.finding import Cause, Finding, Status
from tools.check.panels import PanelQuery, TimeRange
from tools.check.proxy import Proxy
from tools.check.report import Report, as_json, as_markdown, as_terminal

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
        finding("Spend", "A", Status.EMPTY, Cause.NOTHING_HAPPENED, "it takes *requests*"),
        finding("Wrong", "A", Status.WRONG, None, "parse error"),
    ],
)


def test_for_a_terminal() -> None:
    console = Console(width=120, record=True, force_terminal=False, soft_wrap=True)
    with console.capture() as captured:
        console.print(as_terminal(REPORT))
    assert [line.rstrip() for line in captured.get().splitlines()] == [
        "LiteLLM 1.90.7 or newer, older than 1.92.2, seen through http://p:9090",
        'Turned on: litellm_settings.callbacks: ["prometheus"]',
        "Leaves metrics out: litellm_settings.prometheus_metrics_config",
        "Several workers: what has not happened yet cannot be told from what is off",
        "Redis fails: LiteLLM's requests to it failed, or are not tried any more",
        "Not scraped: http://l:4000/metrics: connection refused",
        "",
        "Board | 1",
        "1 of 4 with data",
        "         panel",
        "partial  By key\\u001b[31m (B)  label k is left out",
        "empty    Spend                 it takes *requests*",
        "wrong    Wrong                 parse error",
        "",
        "4 queries of stack dev: 1 data, 1 partial, 1 empty, 1 wrong",
    ]


def test_for_a_comment() -> None:
    assert as_markdown(REPORT).splitlines() == [
        "- LiteLLM 1.90.7 or newer, older than 1.92.2, seen through http://p:9090",
        '- Turned on: litellm\\_settings.callbacks: \\["prometheus"\\]',
        "- Leaves metrics out: litellm\\_settings.prometheus\\_metrics\\_config",
        "- Several workers: what has not happened yet cannot be told from what is off",
        "- Redis fails: LiteLLM's requests to it failed, or are not tried any more",
        "- Not scraped: http://l:4000/metrics: connection refused",
        "",
        "### Board \\| 1",
        "",
        "1 of 4 with data",
        "",
        "| | panel | |",
        "| --- | --- | --- |",
        "| partial | By key\\u001b\\[31m (B) | label k is left out |",
        "| empty | Spend | it takes \\*requests\\* |",
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
                ("Spend", "A", "empty", "nothing-happened", "it takes *requests*"),
                ("Wrong", "A", "wrong", None, "parse error"),
            )
        ],
        "summary": "4 queries of stack dev: 1 data, 1 partial, 1 empty, 1 wrong",
    }


@pytest.mark.parametrize(
    ("statuses", "is_all_data"),
    [
        ([], True),
        ([Status.DATA], True),
        ([Status.DATA, Status.PARTIAL], False),
        ([Status.EMPTY], False),
        ([Status.WRONG], False),
    ],
)
def test_whether_all_is_data(statuses: list[Status], is_all_data: bool) -> None:
    findings = [finding("P", "A", status) for status in statuses]
    assert Report("dev", "http://p", PROXY, (), findings).is_all_data == is_all_data
