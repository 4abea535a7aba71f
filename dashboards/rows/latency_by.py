"""Latency by what answers and who requests: the rows of that dashboard that compare."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH, THIRD_WIDTH
from litellm_monitoring.dashboards.kit.visualizations import distribution, time_series
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.serving import deployments
from litellm_monitoring.signals.serving import latency as measured

NONE, NOT_STREAMED = "no successful requests", "no streamed answers"
WORKERS = "Add workers or proxies, or find what blocks them on Proxy internals."
PROVIDER = "Check the provider's status page, and whether prompts or answers have become longer."


def distributions(scope: Scope) -> list[Panel]:
    """How many requests took how long."""
    return [
        distribution(
            title,
            measured.buckets(scope, histogram),
            shows=shows,
            worry="a second band appears above the first",
            act="Find the slow model group or deployment in the row below.",
            empty=empty,
            width=THIRD_WIDTH,
            key=key,
        )
        for title, histogram, shows, empty, key in (
            (
                "End-to-end latency distribution",
                measured.TOTAL,
                "Successful requests by their duration.",
                NONE,
                "End to end, distribution",
            ),
            (
                "Upstream latency distribution",
                measured.UPSTREAM,
                "Successful calls to providers by their duration.",
                NONE,
                "Upstream, distribution",
            ),
            (
                "Time to first token distribution",
                measured.FIRST_TOKEN,
                "Streamed answers by their time to first token.",
                NOT_STREAMED,
                "Time to first token, distribution",
            ),
        )
    ]


def _p95(
    title: str,
    query: Query,
    shows: str,
    *,
    act: str,
    key: str = "",
    empty: str = NONE,
    width: int = HALF_WIDTH,
) -> Panel:
    return time_series(
        title,
        query,
        shows=f"{shows} 95% of the successful requests took less.",
        worry="one is far above the others, or above its own usual value",
        act=act,
        key=key,
        empty=empty,
        width=width,
    )


def by_what(scope: Scope) -> list[Panel]:
    """By what answers."""
    by_group = measured.quantile(scope, 0.95, measured.TOTAL, "requested_model")
    first_token = measured.quantile(scope, 0.95, measured.FIRST_TOKEN, "requested_model")
    by_provider = measured.quantile(scope, 0.95, measured.UPSTREAM, "api_provider")
    upstream = deployments.latency(scope, 0.95, measured.UPSTREAM)
    per_token = deployments.output_token_latency(scope, 0.95)
    overhead = measured.quantile(scope, 0.95, measured.OVERHEAD, "model_group")
    slow_deployment = "Check the provider's status page, and lower the deployment's weight."
    return [
        _p95(
            "End-to-end latency by model group, p95",
            by_group,
            "Duration of requests, by model group.",
            act="Compare its deployments in *Upstream latency by deployment, p95*.",
            key="End to end by model group, p95",
        ),
        _p95(
            "Time to first token by model group, p95",
            first_token,
            "Time to first token of streamed answers, by model group.",
            act=PROVIDER,
            empty=NOT_STREAMED,
        ),
        _p95(
            "Upstream latency by deployment, p95",
            upstream,
            "Duration of calls to each deployment.",
            act=slow_deployment,
            key="Upstream by deployment, p95",
        ),
        _p95(
            "Upstream latency by provider, p95",
            by_provider,
            "Duration of calls to each provider.",
            act=PROVIDER,
            key="Upstream by provider, p95",
        ),
        _p95(
            "Time per output token by deployment, p95",
            per_token,
            "Time per output token of each deployment.",
            act=slow_deployment,
        ),
        _p95(
            "LiteLLM overhead by model group, p95",
            overhead,
            "Time that LiteLLM itself adds, by model group.",
            act=WORKERS,
            key="LiteLLM's overhead by model group, p95",
        ),
    ]


def by_caller(scope: Scope) -> list[Panel]:
    """By who requests."""
    return [
        _p95(
            f"End-to-end latency by {name}, p95",
            measured.quantile(scope, 0.95, measured.TOTAL, label),
            f"Duration of requests, by {name}.",
            act=act,
            width=THIRD_WIDTH,
            key=f"End to end by {name}, p95",
        )
        for name, label, act in (
            ("team", "team_alias", "Compare which models the teams use."),
            ("key", "api_key_alias", "Compare which models the keys use."),
            ("service tier", "service_tier", "Check that the faster tier is worth its price."),
        )
    ]
