"""What rules record says the same as what it is recorded from, and costs less to ask."""

import json
import math
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.litellm_data import Labels, raw_series
from bench.remote_write import samples, send
from litellm_monitoring.alerts import CATALOGUE as ALERTS
from litellm_monitoring.alerts.rendering.grafana import alert_groups
from litellm_monitoring.alerts.rendering.prometheus import rule_groups
from litellm_monitoring.alerts.rendering.rule import Audience, Rule, Tuning, rules
from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.infra.declaration.stack import declare, scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope, Workload
from litellm_monitoring.signals.catalogue.recording import STACK_LABEL, Recording
from litellm_monitoring.signals.recording_rules import recording_rules
from litellm_monitoring.signals.serving.traffic import REQUESTS
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
from litellm_monitoring.tools.check.evidence.client import connected
from litellm_monitoring.tools.check.evidence.finding import Cause, Finding, Status
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange, filled_in
from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence
from tests.live.kinds import KIND
from tests.live.servers import Prometheus, prometheus

STACK = "test"
SCRAPE, INTERVAL = 15, 60
START = int(time.time()) // INTERVAL * INTERVAL - 5400
"""On the minute, as the rules are evaluated here."""

LENGTH = 3600
STEP = 60
AT = START + LENGTH
KEYS = 12
SLACK = 0.05
"""An increase over half an hour may begin or end by one evaluation earlier or later."""

SLACK_OF_SLOW = 0.2
"""Of how fast slow answers burn their budget: what is not quick is told by the small difference of two
increases, and 0.2 of it is 1% of all answers.
"""

VALUES = {"job": ".+", "instance": ".+", "model_group": ".*", "team": ".*", "key": ".*"}


def settings(recording: str) -> Settings:
    return Settings.model_validate(
        {
            "prometheus": {
                "type": KIND.type,
                "url": "http://prometheus:9090",
                "scrapeInterval": f"{SCRAPE}s",
            },
            "recordingRules": recording,
            "rules": {"interval": f"{INTERVAL}s"},
            "objective": {"window": "30m"},
        }
    )


def recorded_by(stack: str) -> Recording:
    recording = scope_of(settings("prometheus"), stack).recording
    assert recording
    return recording


RECORDING = recorded_by(STACK)
SCOPE = Scope(counting=KIND.counting(), recording=RECORDING)
DURATIONS = {
    "__range": "30m",
    "__range_s": "1800",
    "__interval": f"{STEP}s",
    "__interval_ms": f"{STEP}000",
    "interval": "5m",
}


def expressions(recording: str) -> dict[tuple[str, str, str], str]:
    """The queries of all dashboards by dashboard, panel and letter."""
    found: dict[tuple[str, str, str], str] = {}
    for slug, dashboard in declare(settings(recording), STACK).dashboards.items():
        panels: list[dict[str, Any]] = json.loads(dashboard.config_json)["panels"]
        for panel in [*panels, *(each for row in panels for each in row.get("panels") or ())]:
            for target in panel.get("targets") or ():
                expression = filled_in(target["expr"], {**VALUES, **DURATIONS})
                found[slug, panel["title"], target["refId"]] = expression.replace("1h]", "30m]")
    return found


RAW, RECORDED = expressions("off"), expressions("prometheus")
CHANGED = [
    where
    for where, expression in RAW.items()
    # What is added up by the hour, or looks back more than one, is told of days, in tests/world.
    if RECORDED.get(where, expression) != expression
    and ":increase1h" not in RECORDED[where]
    and ":5m]" not in expression
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Holds an hour of some keys, and what Prometheus itself made of it by our rules."""
    directory = tmp_path_factory.mktemp("recording")
    chance = random.Random(7)
    times = [moment * 1000 for moment in range(START, AT + SCRAPE, SCRAPE)]

    def counted() -> bytes:
        total, values = float(chance.randrange(100)), []
        pace = chance.choice((0, 0.2, 1, 5))
        for moment in times:
            # A restart now and then, but not while it is asked what has grown.
            restarts = moment < (AT - LENGTH // 2) * 1000 and chance.random() < 0.003
            total = 0.0 if restarts else total + pace
            values.append(total)
        return samples(values, times)

    def measured(name: str) -> bytes:
        value = chance.uniform(1, 100)
        return samples([1.0 if name == "up" else value] * len(times), times)

    made = [
        (labels, counted() if counts else measured(dict(labels)["__name__"]))
        for labels, counts in raw_series(KEYS).items()
    ]
    flags = ("--web.enable-remote-write-receiver", "--storage.tsdb.min-block-duration=100h")
    with prometheus(directory, "{}", *flags, "--storage.tsdb.max-block-duration=100h") as filled:
        send(filled.url, made)
        for is_hourly in (False, True):
            KIND.settle(filled.url)
            send(filled.url, list(evaluated(filled, is_hourly)))
        KIND.settle(filled.url)
        yield filled


def evaluated(server: Prometheus, is_hourly: bool) -> Iterator[tuple[Labels, bytes]]:
    """What rules record, as Prometheus evaluates them each minute."""
    for group in recording_rules(SCOPE).values():
        for rule in group:
            if rule.is_hourly != is_hourly:
                continue
            every = 3600 if is_hourly else INTERVAL
            for series in server.query_range(rule.expr, START, AT, every):
                labels = {**series["metric"], **rule.labels, "__name__": rule.record}
                moments, values = zip(*series["values"], strict=True)
                times = [int(moment) * 1000 for moment in moments]
                yield tuple(sorted(labels.items())), samples([*map(float, values)], times)


def result(server: Prometheus, expression: str, at: int) -> dict[str, float]:
    return {
        json.dumps(series["metric"], sort_keys=True): float(series["value"][1])
        for series in server.query(expression, at)
        if series["value"][1] != "NaN"
    }


def test_every_rule_recorded(server: Prometheus) -> None:
    scope = SCOPE
    for group in recording_rules(scope).values():
        for rule in group:
            assert result(server, rule.record, AT), rule.record


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule, id=rule.record)
        for group in recording_rules(SCOPE).values()
        for rule in group
        if not rule.is_hourly
    ],
)
def test_it_is_what_it_is_recorded_from(server: Prometheus, rule: Any) -> None:
    for at in range(AT - 600, AT, INTERVAL):
        stack = next(iter(rule.labels))
        recorded = f"sum without ({stack}, __name__) ({rule.record})"
        assert result(server, recorded, at) == pytest.approx(
            result(server, rule.expr, at), rel=1e-12, abs=1e-12
        )


@pytest.mark.parametrize("where", CHANGED, ids=["/".join(where) for where in CHANGED])
def test_dashboards_show_the_same(server: Prometheus, where: tuple[str, str, str]) -> None:
    raw, recorded = (result(server, each[where], AT) for each in (RAW, RECORDED))
    # Which ten are most may differ by what an increase differs by.
    if "topk" not in RECORDED[where]:
        assert raw.keys() == recorded.keys()
    both = raw.keys() & recorded.keys()
    assert both or not raw
    for series in both:
        slack = SLACK_OF_SLOW if "(1 - " in RECORDED[where] else 1e-6
        close = math.isclose(raw[series], recorded[series], rel_tol=SLACK, abs_tol=slack)
        assert close, (series, raw[series], recorded[series], RECORDED[where])


def diagnosed(server: Prometheus, scope: Scope, end: int) -> Finding:
    """What ``check`` says of the rate of requests in the half hour before ``end``."""
    times = TimeRange(end - 1800, end, 60)
    query = PanelQuery("d", "p", "A", scope.over("5m").rate(REQUESTS), times)
    source = DataSource("p", "p", server.url, {"httpMethod": "POST", "queryTimeout": "60s"})
    with connected(source, 1) as client:
        evidence = ScrapedEvidence(client, "", times)
        return Diagnosis(evidence, proxy_seen_in(evidence), "").of(query)


def test_check_tells_what_is_not_recorded(server: Prometheus) -> None:
    assert diagnosed(server, SCOPE, AT).status is Status.DATA
    name = f"team:{REQUESTS.removesuffix('_total')}:rate{RECORDING.window}"
    elsewhere = replace(SCOPE, recording=recorded_by("nobody"))
    found = diagnosed(server, elsewhere, AT)
    assert (found.status, found.cause) == (Status.EMPTY, Cause.NOT_RECORDED)
    assert found.explanation.startswith(f"{name} is not recorded, although {REQUESTS} exists; ")


def test_check_tells_what_is_not_recorded_any_more(tmp_path: Path) -> None:
    recorded = RECORDING.rate(REQUESTS, ())
    assert recorded
    flags = ("--web.enable-remote-write-receiver", "--storage.tsdb.min-block-duration=100h")
    with prometheus(tmp_path, "{}", *flags, "--storage.tsdb.max-block-duration=100h") as server:
        proxy = {"job": "litellm", "instance": "a"}
        for name, until in ((REQUESTS, AT), (recorded, AT - 900)):
            labels = {"__name__": name, **proxy, STACK_LABEL: STACK}
            moments = range(START, until, INTERVAL)
            values = samples([*map(float, moments)], [moment * 1000 for moment in moments])
            send(server.url, [(tuple(sorted(labels.items())), values)])
        KIND.settle(server.url)
        found = diagnosed(server, SCOPE, AT - INTERVAL)
        assert (found.status, found.cause) == (Status.PARTIAL, Cause.NOT_RECORDED)
        assert found.explanation.startswith(f"{recorded} is no longer recorded; ")
        before = diagnosed(server, SCOPE, AT - 1000)
        assert before.status is Status.DATA


def rules_of_stack(recording: Recording | None) -> list[Rule]:
    scope = Scope(
        counting=KIND.counting(),
        recording=recording,
        daily_spend_limits={"team-1": 1.0, "team-2": 1e9},
        daily_model_spend_limits={"gpt-4o": 1.0, "gpt-5": 1e9},
        daily_provider_spend_limits={"openai": 1.0},
        pods=Workload("llm", "litellm", autoscaler="litellm"),
    )
    return rules(scope, {name: Tuning(enabled=True) for name in ALERTS}, Audience("test"))


@pytest.mark.parametrize("recording", [None, RECORDING], ids=["raw", "recorded"])
@pytest.mark.parametrize("name", ALERTS)
def test_both_forms_of_an_alert_fire_for_the_same(
    server: Prometheus, name: str, recording: Recording | None
) -> None:
    """Grafana compares what its query returns; Prometheus does both in one. With the alert's own
    threshold, and with ones that some of the values are beyond.
    """
    (rule,) = [each for each in rules_of_stack(recording) if each.name == name]
    values = result(server, rule.query.expr, AT)
    # Sums of the same numbers in another order differ in their last digits.
    for threshold in {rule.threshold, *(value * (1 + 1e-9) for value in values.values())}:
        moved = replace(rule, threshold=threshold)
        ((prometheus_form,),) = [group["rules"] for group in rule_groups("t", 60, {}, [moved])]
        ((grafana_form,),) = [group.rules for group in alert_groups("t", 60, "p", [moved])]
        query, condition = grafana_form.queries
        assert set(result(server, prometheus_form["expr"], AT)) == {
            series
            for series, value in result(server, query.model["expr"], AT).items()
            if fires(value, condition.model)
        }


def fires(value: float, condition: Mapping[str, Any]) -> bool:
    """As Grafana's threshold expression decides."""
    ((evaluator,),) = [[each["evaluator"] for each in condition["conditions"]]]
    (bound,) = evaluator["params"]
    return bool({"gt": value > bound, "lt": value < bound}[evaluator["type"]])


def test_a_window_counts_every_increase_once() -> None:
    recording = Recording("test", interval=60, scrape_interval=15)
    assert recording.window == "75s"
    assert Recording("test", interval=15, scrape_interval=15).window == "60s"
