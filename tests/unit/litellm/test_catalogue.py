"""The metric catalogue, and that no query can ask for what LiteLLM does not have."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.signals import Operator, Query, Scope
from litellm_monitoring.signals.asking import query
from litellm_monitoring.signals.catalogue import metrics
from litellm_monitoring.signals.catalogue.metrics import (
    CatalogueError,
    MetricType,
    families,
    family_of,
)

SCOPE = Scope(rate_window="5m")
REQUESTS = "litellm_proxy_total_requests_metric_total"
LATENCY = "litellm_request_total_latency_metric"
SPEND = "litellm_spend_metric_total"
TOKENS = "litellm_total_tokens_metric_total"
OF_PEOPLE = '{api_key_alias!="litellm-internal-health-check"}'


def test_families_are_named_as_their_types_are() -> None:
    assert len(families()) == 152
    for family in families().values():
        assert family.name.endswith("_total") == (family.type is MetricType.COUNTER), family.name
        assert "le" not in family.labels
        assert family.help


def test_each_series_belongs_to_one_family() -> None:
    series = [name for family in families().values() for name in family.series]
    assert len(series) == len(set(series))
    assert {name: family_of(name).name for name in series} == {
        name: family.name for family in families().values() for name in family.series
    }
    assert family_of(f"{LATENCY}_bucket").name == LATENCY
    assert family_of("litellm_remaining_tokens").name == "litellm_remaining_tokens_metric"


def asked(expression: str, unit: str = "reqps") -> str:
    return Query(expression, "", unit).expr


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (
            lambda: SCOPE.rate("litellm_proxy_total_request_metric_total"),
            "LiteLLM has no metric litellm_proxy_total_request_metric_total; "
            f"did you mean {REQUESTS}?",
        ),
        (
            lambda: SCOPE.series("node_load1"),
            "LiteLLM has no metric node_load1; metrics.yaml has all names",
        ),
        (
            lambda: asked("sum(rate(litellm_request[5m]))"),
            "LiteLLM has no metric litellm_request; did you mean litellm_in_flight_requests?",
        ),
        (
            lambda: asked(SCOPE.rate(REQUESTS, "team_allias")),
            f"{REQUESTS} has no label team_allias; did you mean team_alias?",
        ),
        (
            lambda: asked(SCOPE.rate("litellm_spend_log_cleanup_runs_total", "le")),
            "litellm_spend_log_cleanup_runs_total has no label le; there are: outcome",
        ),
        (
            lambda: SCOPE.where("statuscode", Operator.MATCHES, "5..").series(REQUESTS),
            f"{REQUESTS} has no label statuscode; did you mean status_code?",
        ),
        (
            lambda: asked(SCOPE.rate("litellm_in_flight_requests")),
            "litellm_in_flight_requests is a gauge, which has no rate",
        ),
        (
            lambda: SCOPE.quantile(0.9, "litellm_request_total_latency"),
            f"litellm_request_total_latency is no histogram; did you mean {LATENCY}?",
        ),
        (
            lambda: SCOPE.average("litellm_deployment_latency_per_output_tokens"),
            "litellm_deployment_latency_per_output_tokens is no histogram; did you mean "
            "litellm_deployment_latency_per_output_token?",
        ),
        (
            lambda: asked(f"histogram_quantile(0.9, sum(rate({REQUESTS}[5m])))", "s"),
            f"{REQUESTS} has no quantiles: it is no bucket of a histogram",
        ),
        (
            lambda: Scope(team_alias="a").series("litellm_remaining_org_budget_metric"),
            "litellm_remaining_org_budget_metric has no label team_alias; did you mean org_alias?",
        ),
        (
            lambda: asked("sum(", "s"),
            "sum( is no PromQL: unclosed left parenthesis",
        ),
    ],
)
def test_what_litellm_does_not_have_is_refused(ask: Callable[[], str], problem: str) -> None:
    with pytest.raises(CatalogueError) as error:
        ask()
    assert str(error.value) == problem


OVERHEAD = "litellm_overhead_latency_metric"


@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        (SCOPE.rate(REQUESTS), "reqps"),
        (SCOPE.average(OVERHEAD), "s"),
        (SCOPE.quantile(0.9, OVERHEAD), "s"),
        (f"{SCOPE.rate(f'{OVERHEAD}_sum')} / {SCOPE.rate(f'{LATENCY}_sum')}", "percentunit"),
        (f"sum(increase({SPEND}[1d]))", "currencyUSD"),
        (f"1000 * {SCOPE.rate(SPEND)} / {SCOPE.rate(TOKENS)}", "currencyUSD"),
        (f"{SCOPE.rate(REQUESTS)} / {SCOPE.rate(REQUESTS)} or vector(0)", "percentunit"),
        (f"1 - {SCOPE.rate(REQUESTS)} / {SCOPE.rate(REQUESTS)}", "percentunit"),
        ("count(litellm_team_max_budget_metric > 0)", "short"),
        ("time() - litellm_check_batch_cost_last_run_timestamp", "s"),
        ("max by (team) (litellm_team_max_budget_metric)", "currencyUSD"),
        (f"topk(5, {SCOPE.rate(TOKENS, 'team')}) and {SCOPE.rate(SPEND, 'team')} > 0", "tokens/s"),
        (f"changes({REQUESTS}[1h])", "short"),
        (f"max_over_time({OVERHEAD}_sum[1h:5m])", "s"),
        ("-litellm_api_key_budget_remaining_hours_metric", "h"),
        (f"{REQUESTS} > bool 3", "bool"),
        ("vector(1)", "s"),
        ("histogram_quantile(0.5, vector(1))", "s"),
    ],
)
def test_units(expression: str, unit: str) -> None:
    assert asked(expression, unit) == expression


@pytest.mark.parametrize(
    ("expression", "unit", "problem"),
    [
        (SCOPE.average(OVERHEAD), "ms", "is not in ms; its unit is s"),
        (
            SCOPE.rate(REQUESTS),
            "s",
            "is not in s; its unit is reqps or tokens/s or errors/s or calls/s or events/s",
        ),
        (SCOPE.rate(SPEND), "currencyUSD", "is not in currencyUSD; no unit fits it"),
        (f"{SPEND} + {REQUESTS}", "short", " are in different units"),
    ],
)
def test_a_unit_that_the_values_are_not_in_is_refused(
    expression: str, unit: str, problem: str
) -> None:
    with pytest.raises(CatalogueError) as error:
        asked(expression, unit)
    assert str(error.value).endswith(problem)


def test_what_was_renamed_is_asked_for_under_both_names() -> None:
    assert SCOPE.rate(TOKENS, "team").endswith(
        f" or increase({TOKENS}{OF_PEOPLE}[5m]) "
        f"or increase(litellm_total_tokens_total{OF_PEOPLE}[5m])) / 300)"
    )
    assert SCOPE.series("litellm_remaining_tokens_metric") == (
        "(litellm_remaining_tokens_metric{} or litellm_remaining_tokens{})"
    )


def test_a_former_name_is_dropped_with_the_last_litellm_that_has_it(doctored: Path) -> None:
    text = doctored.read_text()
    before, _, after = text.partition("  litellm_total_tokens_total:\n")
    doctored.write_text(before + after[after.index("\n  litellm_") + 1 :])
    assert SCOPE.series(TOKENS) == f"{TOKENS}{OF_PEOPLE}"


@pytest.fixture
def doctored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalogue that is read in place of it."""
    copy = tmp_path / "metrics.yaml"
    copy.write_text(metrics._FILE.read_text())
    monkeypatch.setattr(metrics, "_FILE", copy)
    caches = (
        metrics.families,
        metrics._families_by_series,
        metrics.family_of,
        metrics._content,
        query._needed,
    )
    for each in caches:
        each.cache_clear()
    yield copy
    for each in caches:
        each.cache_clear()


def test_a_metric_that_is_renamed_fails_where_dashboards_are_built(doctored: Path) -> None:
    doctored.write_text(
        doctored.read_text().replace(f"  {LATENCY}:", "  litellm_request_total_latency_seconds:")
    )
    with pytest.raises(CatalogueError) as error:
        CATALOGUE["prod-v2"].panels(SCOPE)
    assert (
        str(error.value)
        == f"{LATENCY} is no histogram; did you mean litellm_request_total_latency_seconds?"
    )


def test_a_label_that_is_gone_fails_where_dashboards_are_built(doctored: Path) -> None:
    text = doctored.read_text()
    doctored.write_text(text.replace("api_key_alias", "key_alias"))
    with pytest.raises(CatalogueError, match="has no label api_key_alias; did you mean key_alias"):
        CATALOGUE["prod-v2"].panels(SCOPE)
