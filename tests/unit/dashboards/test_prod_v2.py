"""LiteLLM Prod v2 against the JSON that LiteLLM ships, as facts about it and what we change."""

import json
from typing import Any, NamedTuple

import promql_parser
import pytest

from litellm_monitoring.dashboards import Frame, Link, dashboard_json
from litellm_monitoring.signals import Matcher, Operator, Scope

PLAIN = Frame(
    uid="litellm-dev-prod-v2",
    data_source_uid="litellm-dev-prometheus",
    data_source_name="LiteLLM Prometheus (dev)",
    tags=("litellm", "environment:dev"),
    links=(),
    refresh="",
    time_from="now-6h",
    time_to="now",
    timezone="browser",
    editable=False,
)


class Seed(NamedTuple):
    """A row or panel of the shipped JSON: what of it must stay."""

    id: int
    type: str
    title: str
    x: int
    y: int
    w: int
    h: int
    tooltip: str = ""
    queries: tuple[str, ...] = ()
    display_names: tuple[str, ...] = ()


SEED = [
    Seed(3, "row", "LiteLLM Proxy Level Metrics", 0, 0, 24, 1),
    Seed(
        1,
        "timeseries",
        "Proxy - Requests per second (success + failure)",
        0,
        1,
        12,
        8,
        "single",
        ("sum(rate(litellm_proxy_total_requests_metric_total[2m]))",),
    ),
    Seed(
        2,
        "timeseries",
        "Proxy Failure Responses / Second By Exception Class",
        12,
        1,
        12,
        8,
        "single",
        ("sum(rate(litellm_proxy_failed_requests_metric_total[2m])) by (exception_class)",),
    ),
    Seed(
        5,
        "timeseries",
        "Proxy - Average & Median Response Latency (seconds)",
        0,
        9,
        12,
        8,
        "multi",
        (
            "sum(rate(litellm_request_total_latency_metric_sum[2m]))/sum(rate(litellm_request_total_latency_metric_count[2m]))",
            "histogram_quantile(0.5, sum(rate(litellm_request_total_latency_metric_bucket[2m])) by (le))",
        ),
        ("Average Latency (seconds)", "Median Latency (seconds)"),
    ),
    Seed(7, "row", "LLM API Metrics", 0, 17, 24, 1),
    Seed(
        6,
        "timeseries",
        "x-ratelimit-remaining-requests",
        0,
        18,
        12,
        8,
        "single",
        ("topk(5, sort(litellm_remaining_requests))",),
    ),
    Seed(
        8,
        "timeseries",
        "x-ratelimit-remaining-tokens",
        12,
        18,
        12,
        8,
        "single",
        ("topk(5, sort(litellm_remaining_tokens))",),
    ),
    Seed(4, "row", "LiteLLM Metrics by Virtual Key and Team", 0, 26, 24, 1),
    Seed(
        9,
        "timeseries",
        "Requests per second by Key Alias",
        0,
        27,
        12,
        8,
        "single",
        ("sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (api_key_alias)",),
    ),
    Seed(
        10,
        "timeseries",
        "Requests per second by Team Alias",
        12,
        27,
        12,
        8,
        "single",
        ("sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (team_alias)",),
    ),
]

CHOSEN = '{job=~"$job", instance=~"$instance"}'
OF_PEOPLE = CHOSEN.replace("}", ', api_key_alias!="litellm-internal-health-check"}')

WINDOW, SECONDS = "$__interval", "$__interval_ms / 1000 - 60"


def grown(metric: str) -> str:
    """What a counter grows by from point to point, with what new series begin with."""
    series = f"{metric}{CHOSEN if 'failed' in metric else OF_PEOPLE}"
    return (
        f"{series} unless {series} offset {WINDOW} and on (job, instance) "
        f"(up{CHOSEN} offset {WINDOW} == 1 or "
        f"process_start_time_seconds{CHOSEN} > time() - {SECONDS}) "
        f"or increase({series}[{WINDOW}])"
    )


def rate(metric: str) -> str:
    return f"(1000 * ({grown(metric)}) / $__interval_ms)"


def of_mean(part: str) -> str:
    series = f"litellm_request_total_latency_metric_{part}{OF_PEOPLE}"
    return f"sum({series} unless {series} offset {WINDOW} or increase({series}[{WINDOW}]))"


REQUESTS = rate("litellm_proxy_total_requests_metric_total")
FAILURES = rate("litellm_proxy_failed_requests_metric_total")
BUCKETS = rate("litellm_request_total_latency_metric_bucket")

# What differs from the shipped JSON: panel id -> what, now, why.
CHANGES: dict[int, list[tuple[str, object, str]]] = {
    1: [
        ("unit", "reqps", "no panel had a unit"),
        ("legends", ["Requests"], "the legend showed the query"),
        (
            "queries",
            [f"sum{REQUESTS}"],
            "fixed window; new series not counted; no job and instance",
        ),
    ],
    2: [
        ("unit", "reqps", "no panel had a unit"),
        ("legends", ["{{exception_class}}"], "the legend showed the query"),
        (
            "queries",
            [f"sum by (exception_class) {FAILURES}"],
            "fixed window; new series not counted; no job and instance",
        ),
    ],
    5: [
        ("w", 24, "half of the row was empty"),
        ("unit", "s", "no panel had a unit"),
        ("legends", ["Average", "Median"], "the display names hung on the query's text"),
        (
            "queries",
            [
                f"{of_mean('sum')} / {of_mean('count')}",
                f"histogram_quantile(0.5, sum by (le) {BUCKETS})",
            ],
            "fixed window; new series not counted; no job and instance",
        ),
    ],
    6: [
        ("unit", "short", "no panel had a unit"),
        (
            "legends",
            ["{{model_group}} · {{api_provider}} · {{api_key_alias}}"],
            "the legend showed all labels",
        ),
        (
            "queries",
            [
                f"topk(5, (litellm_remaining_requests_metric{CHOSEN} or litellm_remaining_requests{CHOSEN}))"
            ],
            "the metric was renamed; over a range sort() only shuffles equal values",
        ),
    ],
    8: [
        ("unit", "short", "no panel had a unit"),
        (
            "legends",
            ["{{model_group}} · {{api_provider}} · {{api_key_alias}}"],
            "the legend showed all labels",
        ),
        (
            "queries",
            [
                f"topk(5, (litellm_remaining_tokens_metric{CHOSEN} or litellm_remaining_tokens{CHOSEN}))"
            ],
            "the metric was renamed; over a range sort() only shuffles equal values",
        ),
    ],
    9: [
        ("unit", "reqps", "no panel had a unit"),
        ("legends", ["{{api_key_alias}}"], "the legend showed the label's name too"),
        (
            "queries",
            [f"sum by (api_key_alias) {REQUESTS}"],
            "fixed window; new series not counted; no job and instance",
        ),
    ],
    10: [
        ("unit", "reqps", "no panel had a unit"),
        ("legends", ["{{team_alias}}"], "the legend showed the label's name too"),
        (
            "queries",
            [f"sum by (team_alias) {REQUESTS}"],
            "fixed window; new series not counted; no job and instance",
        ),
    ],
}


def model(scope: Scope | None = None, frame: Frame = PLAIN) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dashboard_json("prod-v2", scope or Scope(), frame))
    return found


def facts(panel: dict[str, Any]) -> dict[str, Any]:
    field_config = panel.get("fieldConfig", {"defaults": {}, "overrides": []})
    return {
        "id": panel["id"],
        "type": panel["type"],
        "title": panel["title"],
        **panel["gridPos"],
        "tooltip": panel.get("options", {}).get("tooltip", {}).get("mode", ""),
        "tooltip_sort": panel.get("options", {}).get("tooltip", {}).get("sort", "none"),
        "display_names": tuple(
            override["properties"][0]["value"] for override in field_config["overrides"]
        ),
        "unit": field_config["defaults"].get("unit"),
        "queries": [target["expr"] for target in panel.get("targets", [])],
        "legends": [target["legendFormat"] for target in panel.get("targets", [])],
    }


def test_panels_are_the_shipped_ones_but_for_the_changes_named() -> None:
    expected = [
        {
            **seed._asdict(),
            "unit": None,
            "tooltip_sort": "none",
            "legends": [],
            "queries": list(seed.queries),
            **{what: now for what, now, _ in CHANGES.get(seed.id, [])},
        }
        for seed in SEED
    ]
    assert [facts(panel) for panel in model()["panels"]] == expected


def test_display_names_are_bound_to_the_query_and_not_to_its_text() -> None:
    (latency,) = [panel for panel in model()["panels"] if panel["id"] == 5]
    assert [override["matcher"] for override in latency["fieldConfig"]["overrides"]] == [
        {"id": "byFrameRefID", "options": "A"},
        {"id": "byFrameRefID", "options": "B"},
    ]
    assert [target["refId"] for target in latency["targets"]] == ["A", "B"]


def test_dashboard_is_the_shipped_one_but_for_its_frame() -> None:
    assert {
        key: value for key, value in model().items() if key not in ("panels", "templating")
    } == {
        "annotations": {
            "list": [
                {
                    "builtIn": 1,
                    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
                    "enable": True,
                    "hide": True,
                    "iconColor": "rgba(0, 211, 255, 1)",
                    "name": "Annotations & Alerts",
                    "type": "dashboard",
                }
            ]
        },
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 0,
        "links": [],
        "refresh": "",
        "schemaVersion": 41,
        "tags": ["litellm", "environment:dev"],
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "title": "LiteLLM Prod v2",
        "uid": "litellm-dev-prod-v2",
    }


def test_no_row_is_collapsed_so_each_holds_the_panels_below_it() -> None:
    rows = [panel for panel in model()["panels"] if panel["type"] == "row"]
    assert [(row["collapsed"], row["panels"]) for row in rows] == [(False, [])] * 3


def test_every_panel_is_described() -> None:
    panels = [panel for panel in model()["panels"] if panel["type"] != "row"]
    assert [panel["title"] for panel in panels if len(panel["description"]) < 60] == []


def test_variables_meet_the_linters_rules() -> None:
    found = [
        {
            key: variable.get(key)
            for key in (
                "name",
                "label",
                "type",
                "datasource",
                "multi",
                "includeAll",
                "allValue",
                "refresh",
                "current",
            )
        }
        for variable in model()["templating"]["list"]
    ]
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    multi: dict[str, Any] = {
        "type": "query",
        "datasource": chosen,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "refresh": 2,
        # Lists, which multi-value variables may hold too, stop some versions of the linter.
        "current": {"selected": True, "text": "All", "value": "$__all"},
    }
    assert found == [
        {
            "name": "datasource",
            "label": "Data source",
            "type": "datasource",
            "datasource": None,
            "multi": False,
            "includeAll": False,
            "allValue": None,
            "refresh": None,
            "current": {
                "selected": True,
                "text": "LiteLLM Prometheus (dev)",
                "value": "litellm-dev-prometheus",
            },
        },
        {"name": "job", "label": "Job", **multi},
        {"name": "instance", "label": "Instance", **multi},
    ]


def test_every_query_parses_and_carries_every_matcher_of_the_scope() -> None:
    selector = Matcher("namespace", Operator.EQUAL, 'llm "prod"')
    for panel in model(Scope((selector,)))["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"].replace("$__interval_ms", "60000")
            expression = expression.replace("$__interval", "1m")
            selectors: list[Any] = []
            promql_parser.walk(
                promql_parser.parse(expression),
                lambda node, into=selectors: (
                    into.append(node)  # type: ignore[misc]
                    if isinstance(node, promql_parser.VectorSelector)
                    else None
                ),
            )
            assert selectors, expression
            for found in selectors:
                of_people = [
                    (m.name, str(m.op), m.value)
                    for m in found.matchers.matchers
                    if m.name != "api_key_alias"
                ]
                assert of_people == [
                    ("namespace", "MatchOp.Equal", 'llm "prod"'),
                    ("job", "MatchOp.Re", "$job"),
                    ("instance", "MatchOp.Re", "$instance"),
                ]


def test_every_panel_and_query_uses_the_chosen_data_source() -> None:
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    for panel in model()["panels"]:
        if panel["type"] != "row":
            assert [panel["datasource"], *(t["datasource"] for t in panel["targets"])] == [
                chosen
            ] * (1 + len(panel["targets"]))


@pytest.mark.parametrize(
    ("frame", "key", "value"),
    [
        ({"editable": True}, "editable", True),
        ({"refresh": "30s"}, "refresh", "30s"),
        (
            {"time_from": "now-1d/d", "time_to": "now/d"},
            "time",
            {"from": "now-1d/d", "to": "now/d"},
        ),
        ({"timezone": "Europe/Berlin"}, "timezone", "Europe/Berlin"),
        ({"uid": "mine"}, "uid", "mine"),
        (
            {"links": (Link("Runbook", "https://wiki.example.com/llm"),)},
            "links",
            [
                {
                    "title": "Runbook",
                    "url": "https://wiki.example.com/llm",
                    "type": "link",
                    "icon": "external link",
                    "tooltip": "",
                    "tags": [],
                    "asDropdown": False,
                    "targetBlank": True,
                    "includeVars": False,
                    "keepTime": False,
                }
            ],
        ),
    ],
)
def test_the_stack_decides_the_frame(frame: dict[str, Any], key: str, value: object) -> None:
    assert model(frame=PLAIN.__class__(**{**PLAIN.__dict__, **frame}))[key] == value
