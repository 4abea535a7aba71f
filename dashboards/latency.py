"""Latency: what it is made of, and for which models and deployments."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import FULL_WIDTH, above
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature, Row
from litellm_monitoring.dashboards.kit.visualizations import stat, time_series
from litellm_monitoring.dashboards.rows import own_labels, panels
from litellm_monitoring.dashboards.rows.latency_by import (
    NONE,
    NOT_STREAMED,
    PROVIDER,
    WORKERS,
    by_caller,
    by_what,
    distributions,
)
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.running import features
from litellm_monitoring.signals.serving import latency as measured

_SLOW = "it is far above its usual value"
_SPREAD = "p95 moves away from the median"


def latency(scope: Scope) -> Dashboard:
    """What latency is made of, quantiles and distributions of each part, and who is slow."""
    own = own_labels.choices_of(scope, measured.TOTAL)
    offered = (choices.MODEL_GROUP, choices.TEAM, *own)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Latency",
        [
            Row("Current p95", _now(scope), about="proxy/prometheus", key="p95 right now"),
            Row(
                "Latency breakdown",
                _parts(scope),
                about="proxy/prometheus",
                key="Where the time goes",
            ),
            Row(
                "Output tokens, overhead and queue",
                _further_parts(scope),
                collapsed=True,
                about="proxy/prometheus",
            ),
            Row(
                "Latency distribution",
                distributions(scope),
                collapsed=True,
                about="proxy/prometheus",
                key="Distribution",
            ),
            Row(
                "Latency by model, deployment and provider",
                by_what(scope),
                collapsed=True,
                about="proxy/load_balancing",
                key="Who is slow",
            ),
            Row(
                "Latency by team, key and service tier",
                by_caller(scope),
                key="By caller and service tier",
                collapsed=True,
                about="proxy/prometheus",
            ),
            *own_labels.row("Latency by label", own_labels.latencies(scope), "proxy/prometheus"),
            Row(
                "Guardrails (requires a guardrail)",
                _guardrails(scope),
                key="Guardrails (it takes one)",
                collapsed=True,
                feature=Feature.GUARDRAILS,
                about="proxy/guardrails/quick_start",
            ),
        ],
        choices=offered,
        description="Latency of successful requests and what it is made of. LiteLLM does not "
        "measure the latency of failed requests.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        stat(
            title,
            measured.quantile(scope.over(panels.NOW), 0.95, histogram),
            shows=f"{shows} In the last 5 minutes, 95% took less.",
            at_once=True,
            worry=worry,
            act=act,
            empty=empty,
            limits=above(*limits) if limits else None,
            key=key,
        )
        for title, histogram, shows, worry, act, empty, limits, key in (
            (
                "End to end",
                measured.TOTAL,
                "Duration of successful requests, from arrival to the end of the answer.",
                _SLOW,
                "Look at *Latency breakdown* to see which part is slow.",
                NONE,
                None,
                "",
            ),
            (
                "First token",
                measured.FIRST_TOKEN,
                "Time to first token of streamed answers.",
                _SLOW,
                "Look at *Time to first token by model group, p95*.",
                NOT_STREAMED,
                None,
                "To first token",
            ),
            (
                "Upstream",
                measured.UPSTREAM,
                "Duration of calls to providers.",
                _SLOW,
                "Look at *Upstream latency by provider, p95*.",
                NONE,
                None,
                "",
            ),
            (
                "Overhead",
                measured.OVERHEAD,
                "Time that LiteLLM itself adds to a request.",
                "it is above a quarter of a second",
                WORKERS,
                NONE,
                (0.25, 1),
                "LiteLLM's overhead",
            ),
            (
                "Queue",
                measured.QUEUE,
                "Time that requests wait and authenticate before they are processed.",
                "it is above a quarter of a second: the proxy has too few workers, or its "
                "database is slow",
                WORKERS,
                NONE,
                (0.25, 1),
                "",
            ),
            (
                "Per output token",
                measured.PER_OUTPUT_TOKEN,
                "Time per output token.",
                _SLOW,
                "Look at *Time per output token by deployment, p95*.",
                NONE,
                None,
                "",
            ),
        )
    ]


def _parts(scope: Scope) -> list[Panel]:
    return [
        panels.where_the_time_goes(scope, width=FULL_WIDTH),
        panels.quantiles(
            "End-to-end latency",
            scope,
            measured.TOTAL,
            "Duration of requests, from arrival to the end of the answer.",
            worry=_SPREAD,
            act="Look at *End-to-end latency by model group, p95*.",
            key="End to end over time",
        ),
        panels.quantiles(
            "Upstream latency",
            scope,
            measured.UPSTREAM,
            "Duration of calls to providers.",
            worry=_SPREAD,
            act=PROVIDER,
            key="Upstream over time",
        ),
        panels.quantiles(
            "Time to first token",
            scope,
            measured.FIRST_TOKEN,
            "Time until streamed answers begin.",
            worry=_SPREAD,
            act=PROVIDER,
            key="Time to first token over time",
        ),
    ]


def _further_parts(scope: Scope) -> list[Panel]:
    return [
        panels.quantiles(
            "Time per output token",
            scope,
            measured.PER_OUTPUT_TOKEN,
            "Time per output token of answers.",
            worry=_SPREAD,
            act="Look at *Time per output token by deployment, p95*.",
            key="Time per output token over time",
        ),
        panels.quantiles(
            "LiteLLM overhead",
            scope,
            measured.OVERHEAD,
            "Time that LiteLLM itself adds to a request, without guardrails.",
            worry="it rises with traffic: the proxy has too few workers",
            act=WORKERS,
            key="LiteLLM's overhead over time",
        ),
        panels.quantiles(
            "Queue and authentication time",
            scope,
            measured.QUEUE,
            "Time that requests wait and authenticate before they are processed.",
            worry="it rises with traffic: the proxy has too few workers, or its database is slow",
            act=WORKERS,
            key="Queue and authentication over time",
        ),
    ]


def _guardrails(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Guardrail latency, p95",
            features.guardrail_latency(scope, 0.95),
            shows="Duration of each guardrail: 95% of its runs took less.",
            worry="one takes longer than a request may wait",
            act="Check the guardrail's service, or run it in parallel with the call to the model.",
            key="Guardrails, p95",
        ),
        panels.quantiles(
            "LiteLLM overhead including guardrails",
            scope,
            measured.OVERHEAD_WITH_GUARDRAILS,
            "Time that LiteLLM itself adds to a request, guardrails included.",
            worry="it is far above *LiteLLM overhead*: guardrails are slow",
            act="Find the slow one in *Guardrail latency, p95*.",
            key="LiteLLM's overhead with guardrails",
        ),
    ]
