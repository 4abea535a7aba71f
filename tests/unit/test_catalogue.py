"""The metric catalogue, and that no query can ask for what LiteLLM does not have."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboards import CATALOGUE
from signals import Scope, catalogue
from signals.catalogue import CatalogueError, MetricType, families, family_of

SCOPE = Scope(rate_window="5m")
REQUESTS = "litellm_proxy_total_requests_metric_total"
LATENCY = "litellm_request_total_latency_metric"


def test_families_are_named_as_their_types_are() -> None:
    assert len(families()) == 146
    for family in families().values():
        assert family.name.endswith("_total") == (family.type is MetricType.COUNTER), family.name
        assert "le" not in family.labels
        assert family.help


def test_each_series_belongs_to_one_family() -> None:
    series = [name for family in families().values() for name in family.series]
    assert len(series) == len(set(series))
    assert {name: family_of(name).name for name in series[:3]} == {
        name: name for name in list(families())[:3]
    }
    assert family_of(f"{LATENCY}_bucket").name == LATENCY
    assert family_of("litellm_remaining_tokens").name == "litellm_remaining_tokens_metric"


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (
            lambda: SCOPE.rate("litellm_proxy_total_request_metric_total"),
            "LiteLLM has no metric litellm_proxy_total_request_metric_total; "
            f"did you mean {REQUESTS}?",
        ),
        (
            lambda: SCOPE.series("up"),
            "LiteLLM has no metric up; metrics.yaml has all names",
        ),
        (
            lambda: SCOPE.rate(REQUESTS, "team_allias"),
            f"{REQUESTS} has no label team_allias; did you mean team_alias?",
        ),
        (
            lambda: SCOPE.rate("litellm_spend_log_cleanup_runs_total", "le"),
            "litellm_spend_log_cleanup_runs_total has no label le; there are: outcome",
        ),
        (
            lambda: SCOPE.rate("litellm_in_flight_requests"),
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
            lambda: Scope(team_alias="a").series("litellm_remaining_org_budget_metric"),
            "litellm_remaining_org_budget_metric has no label team_alias; did you mean org_alias?",
        ),
    ],
)
def test_what_litellm_does_not_have_is_refused(ask: Callable[[], str], problem: str) -> None:
    with pytest.raises(CatalogueError) as error:
        ask()
    assert str(error.value) == problem


@pytest.fixture
def doctored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalogue that is read in place of it."""
    copy = tmp_path / "metrics.yaml"
    copy.write_text(catalogue._FILE.read_text())
    monkeypatch.setattr(catalogue, "_FILE", copy)
    caches = (catalogue.families, catalogue._families_by_series)
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
