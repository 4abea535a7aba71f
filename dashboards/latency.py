"""Latency: where the time goes, and for which models and deployments."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.kit import (
    FULL_WIDTH,
    HALF_WIDTH,
    THIRD_WIDTH,
    above,
    distribution,
    stat,
    time_series,
)
from dashboards.layout import Dashboard, Feature, Row
from signals import Query, Scope, choices, deployments, features
from signals import latency as measured


def latency(scope: Scope) -> Dashboard:
    """Where the time goes, quantiles and distributions of each part, and who is slow."""
    offered = (choices.MODEL_GROUP, choices.TEAM)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Latency",
        [
            Row("p95 right now", _now(scope), about="proxy/prometheus"),
            Row("Where the time goes", _parts(scope), about="proxy/prometheus"),
            Row(
                "Output tokens, overhead and queue",
                _further_parts(scope),
                collapsed=True,
                about="proxy/prometheus",
            ),
            Row("Distribution", _distributions(scope), collapsed=True, about="proxy/prometheus"),
            Row("Who is slow", _by_what(scope), collapsed=True, about="proxy/load_balancing"),
            Row(
                "By caller and service tier",
                _by_caller(scope),
                collapsed=True,
                about="proxy/prometheus",
            ),
            Row(
                "Guardrails (it takes one)",
                _guardrails(scope),
                collapsed=True,
                feature=Feature.GUARDRAILS,
                about="proxy/guardrails/quick_start",
            ),
        ],
        choices=offered,
        description="Where the time of successful requests goes. LiteLLM measures no latency of "
        "requests that fail.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        stat(
            title,
            measured.quantile(scope.over(panels.NOW), 0.95, histogram),
            question=f"{question} In the last 5 minutes.",
            at_once=True,
            worry=worry,
            empty=empty,
            limits=above(*limits) if limits else None,
        )
        for title, histogram, question, worry, empty, limits in (
            (
                "End to end",
                measured.TOTAL,
                "How long do successful requests take, all in all?",
                "it is far above its usual value",
                "no successful requests",
                None,
            ),
            (
                "To first token",
                measured.FIRST_TOKEN,
                "How long do callers of streamed answers wait for the first of it?",
                "it is far above its usual value",
                "nothing streamed",
                None,
            ),
            (
                "Upstream",
                measured.UPSTREAM,
                "How long do providers take?",
                "it is far above its usual value",
                "no successful requests",
                None,
            ),
            (
                "LiteLLM's overhead",
                measured.OVERHEAD,
                "How long does LiteLLM itself take?",
                "it is above a quarter of a second",
                "no successful requests",
                (0.25, 1),
            ),
            (
                "Queue",
                measured.QUEUE,
                "How long do requests wait and authenticate before they are looked at?",
                "it is above a quarter of a second: the proxy has too few workers, or its "
                "database is slow",
                "no successful requests",
                (0.25, 1),
            ),
            (
                "Per output token",
                measured.PER_OUTPUT_TOKEN,
                "How long does each token of an answer take?",
                "it is far above its usual value",
                "no successful requests",
                None,
            ),
        )
    ]


def _parts(scope: Scope) -> list[Panel]:
    return [
        panels.where_the_time_goes(scope, width=FULL_WIDTH),
        panels.quantiles(
            "End to end over time", scope, measured.TOTAL, "How long do requests take?"
        ),
        panels.quantiles(
            "Upstream over time", scope, measured.UPSTREAM, "How long do providers take?"
        ),
        panels.quantiles(
            "Time to first token over time",
            scope,
            measured.FIRST_TOKEN,
            "How long do callers of streamed answers wait for the first of it?",
        ),
    ]


def _further_parts(scope: Scope) -> list[Panel]:
    return [
        panels.quantiles(
            "Time per output token over time",
            scope,
            measured.PER_OUTPUT_TOKEN,
            "How fast are answers written?",
        ),
        panels.quantiles(
            "LiteLLM's overhead over time",
            scope,
            measured.OVERHEAD,
            "How long does LiteLLM itself take, without guardrails?",
            "it rises with traffic: the proxy has too few workers",
        ),
        panels.quantiles(
            "Queue and authentication over time",
            scope,
            measured.QUEUE,
            "How long do requests wait before they are looked at?",
            "it rises with traffic: the proxy has too few workers, or its database is slow",
        ),
    ]


def _distributions(scope: Scope) -> list[Panel]:
    return [
        distribution(
            title,
            measured.buckets(scope, histogram),
            question=question,
            worry="a second band appears above the first",
            empty=empty,
            width=THIRD_WIDTH,
        )
        for title, histogram, question, empty in (
            (
                "End to end, distribution",
                measured.TOTAL,
                "How many requests take how long?",
                "no successful requests",
            ),
            (
                "Upstream, distribution",
                measured.UPSTREAM,
                "How many calls of providers take how long?",
                "no successful requests",
            ),
            (
                "Time to first token, distribution",
                measured.FIRST_TOKEN,
                "How many streamed answers begin after how long?",
                "nothing streamed",
            ),
        )
    ]


def _p95(title: str, query: Query, question: str, empty: str, width: int = HALF_WIDTH) -> Panel:
    return time_series(
        title,
        query,
        question=f"{question} 95 of 100 successful requests take no longer.",
        worry="one is far above the others, or above its own usual value",
        empty=empty,
        width=width,
    )


def _by_what(scope: Scope) -> list[Panel]:
    none, silent = "no successful requests", "nothing streamed"
    by_group = measured.quantile(scope, 0.95, measured.TOTAL, "requested_model")
    first_token = measured.quantile(scope, 0.95, measured.FIRST_TOKEN, "requested_model")
    by_provider = measured.quantile(scope, 0.95, measured.UPSTREAM, "api_provider")
    upstream = deployments.latency(scope, 0.95, measured.UPSTREAM)
    per_token = deployments.output_token_latency(scope, 0.95)
    overhead = measured.quantile(scope, 0.95, measured.OVERHEAD, "model_group")
    return [
        _p95("End to end by model group, p95", by_group, "Which model groups are slow?", none),
        _p95(
            "Time to first token by model group, p95",
            first_token,
            "Which model groups begin late?",
            silent,
        ),
        _p95("Upstream by deployment, p95", upstream, "Which deployments are slow?", none),
        _p95("Upstream by provider, p95", by_provider, "Which providers are slow?", none),
        _p95(
            "Time per output token by deployment, p95",
            per_token,
            "Which deployments write slowly?",
            none,
        ),
        _p95(
            "LiteLLM's overhead by model group, p95",
            overhead,
            "For which model groups does LiteLLM itself take long?",
            none,
        ),
    ]


def _by_caller(scope: Scope) -> list[Panel]:
    none = "no successful requests"
    return [
        _p95(
            f"End to end by {name}, p95",
            measured.quantile(scope, 0.95, measured.TOTAL, label),
            question,
            none,
            THIRD_WIDTH,
        )
        for name, label, question in (
            ("team", "team_alias", "Which teams wait?"),
            ("key", "api_key_alias", "Which keys wait?"),
            ("service tier", "service_tier", "Is a provider's faster tier faster?"),
        )
    ]


def _guardrails(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Guardrails, p95",
            features.guardrail_latency(scope, 0.95),
            question="How long does each guardrail take?",
            worry="one takes longer than a request may wait",
        ),
        panels.quantiles(
            "LiteLLM's overhead with guardrails",
            scope,
            measured.OVERHEAD_WITH_GUARDRAILS,
            "How long does LiteLLM itself take, its guardrails included?",
        ),
    ]
