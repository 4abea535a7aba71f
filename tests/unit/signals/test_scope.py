"""Selectors: whatever text a person's labels hold, PromQL reads the same text back."""

import re

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.signals import Choice, Matcher, Operator, Scope, Variable
from litellm_monitoring.signals.asking.counting import (
    INTERVAL,
    RANGE,
    Counting,
    Prometheus,
    VictoriaMetrics,
)
from litellm_monitoring.signals.asking.promql import operator_of
from litellm_monitoring.signals.catalogue.labels import CONFIGURED, NO_VALUE, spellings
from litellm_monitoring.signals.catalogue.metrics import families
from litellm_monitoring.signals.catalogue.recording import Recording
from litellm_monitoring.signals.recording_rules import RecordingRule, recording_rules

REQUESTS = "litellm_proxy_total_requests_metric_total"
FAILED_REQUESTS = "litellm_proxy_failed_requests_metric_total"
OVERHEAD = "litellm_overhead_latency_metric_sum"
IN_FLIGHT = "litellm_in_flight_requests"
BUDGET = "litellm_remaining_api_key_budget_metric"
USED = "litellm_api_key_rate_limit_used_metric"
TOKENS_LEFT = "litellm_remaining_api_key_tokens_for_model"
LAST_RUN = "litellm_check_batch_cost_last_run_timestamp"

any_text = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["$job", "${job}", "[[job]]", "[[[job]]]", '"} or vector(1) or {a="', "\\u0024", "\n"]
)


def every_rule(scope: Scope) -> list[RecordingRule]:
    return [rule for rules in recording_rules(scope).values() for rule in rules]


@given(any_text)
def test_a_matchers_value_survives(value: str) -> None:
    scope = Scope((Matcher("label", Operator.EQUAL, value),))
    parsed = promql_parser.parse(scope.series(IN_FLIGHT))
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert [(m.name, m.value) for m in parsed.matchers.matchers] == [("label", value)]


@given(any_text)
def test_grafana_finds_no_variable_in_a_matchers_value(value: str) -> None:
    rendered = str(Matcher("label", Operator.EQUAL, value))
    assert "$" not in rendered
    assert "[[" not in rendered
    assert rendered.isprintable()


def test_a_variable_is_left_to_grafana() -> None:
    assert str(Matcher("job", Operator.MATCHES, Variable("job"))) == 'job=~"$job"'


@given(any_text)
def test_a_team_is_one_more_matcher(alias: str) -> None:
    scope = Scope((Matcher("a", Operator.EQUAL, "b"),), team_alias=alias)
    parsed = promql_parser.parse(scope.series(REQUESTS))
    assert isinstance(parsed, promql_parser.VectorSelector)
    team, other = sorted(parsed.matchers.matchers, key=lambda each: each.name != "team_alias")
    assert (team.name, other.name, other.value) == ("team_alias", "a", "b")
    if operator_of(team) == "=":
        assert spellings(alias) == (team.value,)
    else:
        assert all(re.fullmatch(team.value, each) for each in spellings(alias))


def test_rendering() -> None:
    scope = Scope((Matcher("a", Operator.NOT_MATCHES, "b|c"),), rate_window="5m")
    narrowed = scope.narrowed([Matcher("d", Operator.NOT_EQUAL, "")])
    assert narrowed.series(IN_FLIGHT) == f'{IN_FLIGHT}{{a!~"b|c", d!=""}}'
    assert Scope().series(IN_FLIGHT) == f"{IN_FLIGHT}{{}}"


def test_health_checks_are_not_people() -> None:
    failures, deployments = FAILED_REQUESTS, "litellm_deployment_total_requests_total"
    of_health_checks = 'api_key_alias{}="litellm-internal-health-check"'
    assert {
        metric: Scope().series(metric) for metric in (deployments, failures, BUDGET, IN_FLIGHT)
    } == {
        deployments: f"{deployments}{{{of_health_checks.format('!')}}}",
        # There is nobody to answer, and no limit.
        failures: f"{failures}{{}}",
        BUDGET: f"{BUDGET}{{}}",
        IN_FLIGHT: f"{IN_FLIGHT}{{}}",
    }
    assert Scope().health_checks().series(deployments) == (
        f"{deployments}{{{of_health_checks.format('')}}}"
    )
    assert Scope(team_alias="a").series(deployments) == f'{deployments}{{team_alias="a"}}'


def test_health_checks_are_not_recorded() -> None:
    recorded = Scope(recording=Recording("prod", 60, 15))
    spend = "litellm_spend_metric_total"
    assert "litellm-internal" not in recorded.rate(spend)
    assert spend in recorded.health_checks().rate(spend)
    of_spend = [rule for rule in every_rule(recorded) if spend in rule.expr]
    assert of_spend
    assert all('api_key_alias!="litellm-internal-health-check"' in r.expr for r in of_spend)


def test_a_choice_limits_what_has_its_label_and_leaves_the_rest() -> None:
    model_group = Choice(Variable("model_group"), ("requested_model", "model_group"))
    scope = Scope().choosing(Choice(Variable("team"), ("team_alias",)), model_group)
    assert scope.series(REQUESTS) == (
        f'{REQUESTS}{{team_alias=~"$team", requested_model=~"$model_group", '
        'api_key_alias!="litellm-internal-health-check"}'
    )
    assert scope.series(OVERHEAD) == (
        f'{OVERHEAD}{{model_group=~"$model_group", api_key_alias!="litellm-internal-health-check"}}'
    )
    assert scope.series(IN_FLIGHT) == f"{IN_FLIGHT}{{}}"


def test_a_team_has_no_choice_of_teams() -> None:
    scope = Scope(team_alias="a").choosing(Choice(Variable("team"), ("team_alias",)))
    assert scope.series(REQUESTS) == f'{REQUESTS}{{team_alias="a"}}'


def test_what_measures_nothing_is_left_out() -> None:
    assert {
        metric: Scope().measured(metric)
        for metric in (BUDGET, "litellm_deployment_state", IN_FLIGHT, USED, TOKENS_LEFT, LAST_RUN)
    } == {
        BUDGET: f"{BUDGET}{{}} < +Inf",
        "litellm_deployment_state": "litellm_deployment_state{} < 2",
        IN_FLIGHT: f"{IN_FLIGHT}{{}}",
        USED: f"clamp_min({USED}{{}}, 0)",
        TOKENS_LEFT: f"{TOKENS_LEFT}{{}} < 9e18",
        LAST_RUN: f"{LAST_RUN}{{}} > 0",
    }


def test_every_sentinel_can_be_left_out() -> None:
    for family in families().values():
        if family.sentinels:
            assert Scope().measured(family.name) != Scope().series(family.name)


def test_what_may_have_no_value_is_a_label() -> None:
    assert NO_VALUE.keys() | CONFIGURED <= {
        label for family in families().values() for label in family.labels
    }


@pytest.mark.parametrize(
    ("counting", "function"),
    [(Prometheus(15), "increase"), (VictoriaMetrics(15), "increase_prometheus")],
    ids=["prom", "vm"],
)
def test_what_a_proxy_begins_with_was_not_seen_to_grow(counting: Counting, function: str) -> None:
    scope = Scope((Matcher("job", Operator.EQUAL, "a"),), counting=counting)
    assert scope.seen_growing("litellm_accounting_batch_seconds_count", "5m") == (
        f'{function}(litellm_accounting_batch_seconds_count{{job="a"}}[5m])'
    )


@pytest.mark.parametrize(
    ("window", "looked_at"),
    [
        ("3m", "[3m1s:1m]"),
        ("5m", "[5m1s:1m]"),
        ("6h", "[6h1s:5m]"),
        (RANGE, f"[{RANGE}:{INTERVAL}]"),
    ],
)
def test_a_comparison_has_the_beginning_of_its_window_also_on_prometheus_3(
    window: str, looked_at: str
) -> None:
    series = f'{REQUESTS}{{api_key_alias!="litellm-internal-health-check"}}'
    steps = looked_at.strip("[]").rpartition(":")[2]
    assert Scope().compared(REQUESTS, window) == (
        f"sum(increase((1 * {series} or 0 * {series} offset -{steps} "
        f"and on (job, instance) up{{}} == 1){looked_at}))"
    )
