"""Alerts as data, and that both renderings say the same."""

import re
from dataclasses import replace
from string import Formatter
from typing import Any

import promql_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_monitoring.alerts import CATALOGUE, Alert
from litellm_monitoring.alerts.alert import Component, Severity
from litellm_monitoring.alerts.rendering.grafana import alert_groups
from litellm_monitoring.alerts.rendering.prometheus import rule_groups
from litellm_monitoring.alerts.rendering.rule import Audience, Board, Rule, Tuning, rules
from litellm_monitoring.alerts.rendering.text import filled_in, literal
from litellm_monitoring.dashboards import CATALOGUE as DASHBOARDS
from litellm_monitoring.dashboards.kit.layout import identity
from litellm_monitoring.signals import Matcher, Objective, Operator, Scope, Speed, Workload
from litellm_monitoring.signals.asking.matchers import matcher_of_name
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import families
from litellm_monitoring.signals.catalogue.recording import Recording
from litellm_monitoring.signals.serving.latency import TOTAL
from litellm_monitoring.signals.serving.objectives import reachable

LIMITS = {"search": 100.0}
PODS = Workload("llm", "litellm", autoscaler="litellm")
SCOPE = Scope(
    daily_spend_limits=LIMITS,
    daily_model_spend_limits=LIMITS,
    daily_provider_spend_limits=LIMITS,
    pods=PODS,
)
ALL_ON = {name: Tuning(enabled=True) for name in CATALOGUE}
PANELS = {
    slug: {str(panel.title): panel for row in design.panels(SCOPE).rows for panel in row.panels}
    for slug, design in DASHBOARDS.items()
}
IDS = {slug: {panel.id_val for panel in panels.values()} for slug, panels in PANELS.items()}
BOARDS = {
    slug: Board(
        f"uid-{slug}",
        {
            link.panel: identity(link.panel)
            for alert in CATALOGUE.values()
            for link in alert.links
            if link.dashboard == slug
        },
    )
    for slug in PANELS
}
AUDIENCE = Audience("prod", boards=BOARDS, grafana_url="https://grafana.example.com/")
NAMES_ELSEWHERE = {"Targets", "Overview"}

every_alert = pytest.mark.parametrize("alert", CATALOGUE.values(), ids=CATALOGUE)


def made(scope: Scope = SCOPE, audience: Audience = AUDIENCE) -> dict[str, Rule]:
    return {rule.name: rule for rule in rules(scope, ALL_ON, audience)}


@every_alert
def test_its_panel_is_there(alert: Alert) -> None:
    for link in alert.links:
        assert identity(link.panel) in IDS[link.dashboard], link
    if alert.is_for_teams:
        assert alert.shown_to_teams_on
        assert DASHBOARDS[alert.shown_to_teams_on.dashboard].is_for_teams


@every_alert
def test_its_runbook_names_panels_that_are_there(alert: Alert) -> None:
    titles = {title for panels in PANELS.values() for title in panels} | NAMES_ELSEWHERE
    named = {name for text in alert.look for name in re.findall(r"\*([^*]+)\*", text)}
    assert named - titles == set()


@every_alert
def test_its_texts_name_labels_that_its_value_has(alert: Alert) -> None:
    expression = made()[alert.name].query.expr
    for text in (alert.summary, alert.description):
        for _, name, _, _ in Formatter().parse(text):
            known = name is None or name == "value" or name in alert.thresholds
            assert known or re.search(rf"\b{name}\b|up{{", expression), name


@every_alert
def test_neither_its_query_nor_its_texts_have_a_variable_of_grafanas(alert: Alert) -> None:
    rule = made()[alert.name]
    assert not re.search(r"\$[^0-9]", rule.query.expr)
    assert "$" not in "".join([*rule.texts(".Value").values(), *rule.labels().values()])


@every_alert
def test_a_threshold_has_a_default_that_it_may_have(alert: Alert) -> None:
    for threshold in alert.thresholds.values():
        threshold.check(threshold.default)
        assert threshold.reason


SELECTORS = st.sampled_from(
    [
        (),
        (Matcher("namespace", Operator.EQUAL, 'llm "prod" \\ $x {{ y }}'),),
        (Matcher("cluster", Operator.NOT_MATCHES, "eu-.*|us-(1|2)"),),
    ]
)
RECORDINGS = st.sampled_from(
    [None, Recording("prod", 60, 15), Recording("prod", 30, 10, labels=("namespace", "cluster"))]
)


@st.composite
def numbers(draw: st.DrawFn, alert: Alert) -> dict[str, float]:
    return {
        name: draw(
            st.floats(
                threshold.least,
                min(threshold.most, 1e15),
                allow_nan=False,
                allow_infinity=False,
            )
        )
        for name, threshold in alert.thresholds.items()
    }


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_combination_of_settings_gives_an_invalid_expression(data: st.DataObject) -> None:
    alert = data.draw(st.sampled_from(list(CATALOGUE.values())))
    bounds = families()[TOTAL].buckets
    shares = st.floats(0.0001, 0.9999)
    objective = Objective(
        data.draw(shares),
        data.draw(st.sampled_from(["1h", "7d", "30d"])),
        latency=Speed(data.draw(st.sampled_from(bounds)), data.draw(shares)),
        first_token=Speed(data.draw(st.sampled_from(bounds)), data.draw(shares)),
    )
    teams = st.dictionaries(st.text(min_size=1), st.floats(0.01, 1e9), min_size=1, max_size=3)
    scope = Scope(
        data.draw(SELECTORS),
        objective=objective,
        recording=data.draw(RECORDINGS),
        daily_spend_limits=data.draw(teams),
        daily_model_spend_limits=data.draw(teams),
        daily_provider_spend_limits=data.draw(teams),
        pods=PODS,
    )
    tuning = {**ALL_ON, alert.name: Tuning(enabled=True, thresholds=data.draw(numbers(alert)))}
    (rule,) = [each for each in rules(scope, tuning, AUDIENCE) if each.name == alert.name]
    (group,) = rule_groups("prod", 60, {}, [rule])
    promql_parser.parse(group["rules"][0]["expr"])


@given(st.floats(0.01, 0.9999), st.floats(0.1, 1000))
def test_an_outage_of_everything_reaches_every_pace(objective: float, rate: float) -> None:
    assert reachable(rate, objective) < 1 / (1 - objective)


def test_a_team_has_its_alerts_and_reads_its_own_traffic_alone() -> None:
    alias = 'Search "&" {{ Ranking }}'
    scope = Scope(team_alias=alias, recording=Recording("prod", 60, 15), daily_spend_limits=LIMITS)
    found = made(scope, replace(AUDIENCE, team=alias))
    assert set(found) == {alert.name for alert in CATALOGUE.values() if alert.is_for_teams}
    for rule in found.values():
        for selector in selectors(parsed(rule.query.expr)):
            if selector.metric in ("up", "process_start_time_seconds"):
                continue  # Whether a proxy is there is not of any team.
            matchers = {(each.name, each.value) for each in selector.node.matchers.matchers}
            of_team = matcher_of_name("team_alias", alias)
            assert ("team_alias", of_team.value) in matchers, rule.query.expr
        assert rule.labels()["team"] == 'Search "&" {{ "{{" }} Ranking }}'
        assert rule.dashboard_uid in {"uid-team-overview", "uid-objectives"}


def test_what_a_stack_changes() -> None:
    tuning = Tuning(True, {"share": 0.5}, "1m", "0s", Severity.WARNING)
    (rule,) = [
        each
        for each in rules(SCOPE, {"LiteLLMModelGroupDown": tuning}, AUDIENCE)
        if each.name == "LiteLLMModelGroupDown"
    ]
    (group,) = rule_groups("prod", 60, {}, [rule])
    (found,) = group["rules"]
    assert found["expr"].endswith(" > 0.5")
    assert (found["for"], "keep_firing_for" in found) == ("1m", False)
    assert found["labels"] == {
        "severity": "warning",
        "environment": "prod",
        "component": "upstream",
    }
    panel = BOARDS["models"].panels["State of deployments"]
    assert found["annotations"] == {
        "summary": "All deployments of model group {{ .Labels.requested_model }} fail",
        "description": "{{ humanizePercentage .Value }} of the requests to deployments of "
        "{{ .Labels.requested_model }} failed in the last three minutes. Clients that request "
        "it get an answer only from a fallback.",
        "runbook_url": "docs/runbooks/LiteLLMModelGroupDown.md",
        "dashboard_url": f"https://grafana.example.com/d/uid-models?viewPanel={panel}",
    }


def test_which_alerts_a_stack_has() -> None:
    names = {rule.name for rule in rules(Scope(), {}, AUDIENCE)}
    off = {f"LiteLLM{each}DailySpend" for each in ("Team", "Model", "Provider")}
    off |= {"LiteLLMProviderLimitNearlyUsed"}
    off |= {each.name for each in CATALOGUE.values() if each.component is Component.PODS}
    assert set(CATALOGUE) - names == off
    without = {rule.name for rule in rules(SCOPE, {"LiteLLMProxyDown": Tuning(False)}, AUDIENCE)}
    assert set(CATALOGUE) - without == {"LiteLLMProxyDown", "LiteLLMProviderLimitNearlyUsed"}


@every_alert
def test_both_renderings_say_the_same(alert: Alert) -> None:
    rule = made()[alert.name]
    ((prometheus,),) = [group["rules"] for group in rule_groups("prod", 60, {}, [rule])]
    ((grafana,),) = [group.rules for group in alert_groups("prod", 60, "source", [rule])]
    query, condition = grafana.queries
    (evaluator,) = [each["evaluator"] for each in condition.model["conditions"]]
    compares = {"gt": ">", "lt": "<"}[evaluator["type"]]
    assert prometheus["expr"] == f"({query.model['expr']}) {compares} {evaluator['params'][0]:.12g}"
    assert prometheus["alert"] == grafana.title
    assert prometheus["for"] == grafana.pending
    assert prometheus.get("keep_firing_for", "0s") == grafana.keep_firing
    assert prometheus["labels"] == grafana.labels
    for name in ("summary", "description"):
        text = prometheus["annotations"][name].replace(".Value", ".Values.A.Value")
        assert text == grafana_with_a_value(grafana.annotations[name])
    assert prometheus["annotations"]["runbook_url"] == grafana.annotations["runbook_url"]
    assert grafana.annotations["__dashboardUid__"] == rule.dashboard_uid
    assert grafana.annotations["__panelId__"] == str(rule.panel_id)


def grafana_with_a_value(text: str) -> str:
    """The template that remains where the rule has data."""
    without = r"{{ if \.Values\.A }}((?:(?!{{ if ).)*?){{ else }}[^{}]*{{ end }}"
    inner = re.sub(without, r"\1", text)
    return re.sub(without, r"\1", inner)


def test_what_fails_says_so() -> None:
    ((grafana,),) = [
        group.rules
        for group in alert_groups("prod", 60, "source", [made()["LiteLLMMetricsAbsent"]])
    ]
    for name in ("summary", "description"):
        otherwise = grafana.annotations[name].rpartition("{{ else }}")[2]
        assert otherwise == (
            "Grafana cannot query Prometheus: no alert on LiteLLM is evaluated{{ end }}"
        )


def test_runbooks_are_read_in_the_grafana_that_links_to_them() -> None:
    for url, of_prometheus, of_grafana in (
        ("", "/", "{{ externalURL }}"),
        ("https://grafana.example.com/", *["https://grafana.example.com/"] * 2),
    ):
        (rule,) = (
            rule
            for rule in rules(
                Scope(),
                {},
                Audience(
                    "prod", grafana_url=url, runbooks=Board("runbooks", dict.fromkeys(CATALOGUE, 7))
                ),
            )
            if rule.name == "LiteLLMProxyDown"
        )
        ((prometheus,),) = [group["rules"] for group in rule_groups("prod", 60, {}, [rule])]
        ((grafana,),) = [group.rules for group in alert_groups("prod", 60, "source", [rule])]
        path = "d/runbooks?viewPanel=panel-7"
        assert prometheus["annotations"]["runbook_url"] == f"{of_prometheus}{path}"
        assert grafana.annotations["runbook_url"] == f"{of_grafana}{path}"


def test_uids_of_rules_are_grafanas_and_of_the_stack() -> None:
    found: list[Any] = [
        rule.uid
        for stack in ("prod", "staging", "x" * 100)
        for group in alert_groups(stack, 60, "source", list(made().values()))
        for rule in group.rules
    ]
    assert len(set(found)) == 3 * len(CATALOGUE)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", uid) for uid in found)


@given(st.text())
def test_plain_text_stays_plain_in_a_template(text: str) -> None:
    escaped = literal(text)
    assert "{{" not in escaped.replace('{{ "{{" }}', "")
    assert escaped.replace('{{ "{{" }}', "{{") == text
    assert filled_in("{x}", {"x": text}, "") == escaped
