"""How long the proxy takes. LiteLLM's latency histograms cover successful requests only."""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope

TOTAL = "litellm_request_total_latency_metric"
QUEUE = "litellm_request_queue_time_seconds"
OVERHEAD = "litellm_overhead_latency_metric"
OVERHEAD_WITH_GUARDRAILS = "litellm_overhead_with_guardrails_latency_metric"
UPSTREAM = "litellm_llm_api_latency_metric"
FIRST_TOKEN = "litellm_llm_api_time_to_first_token_metric"
PER_OUTPUT_TOKEN = "litellm_deployment_latency_per_output_token"

quantile, average, buckets = forms.quantile, forms.average, forms.buckets


def mean(scope: Scope) -> Query:
    """Mean seconds from request to response."""
    return Query(scope.average(TOTAL), "Average", "s")


def median(scope: Scope) -> Query:
    """Median seconds from request to response."""
    return Query(scope.quantile(0.5, TOTAL), "Median", "s")


def slowdown(scope: Scope, seconds: float, at_least: float) -> Query:
    """How many times as long upstream takes in this hour as in the same hour of last week, by model
    group; where it takes longer than ``seconds``, and both hours have ``at_least`` so many answers.
    """
    now, then = (_mean_of_hour(scope, modifier, at_least) for modifier in ("", " offset 1w"))
    expression = f"({now} > {seconds:g}) / ({then})"
    return Query(expression, scope.legend(_GROUP), "short")


_GROUP = "requested_model"


def _mean_of_hour(scope: Scope, modifier: str, at_least: float) -> str:
    total, count = (
        scope.compared(f"{UPSTREAM}_{part}", "1h", _GROUP, modifier=modifier)
        for part in ("sum", "count")
    )
    return f"{total} / ({count} >= {at_least:g})"


def in_guardrails(scope: Scope) -> Query:
    """Mean seconds that guardrails add: LiteLLM's overhead with them less that without."""
    with_them, without = (
        f"{scope.known_growth(f'{each}_sum')} / {scope.known_growth(f'{each}_count')}"
        for each in (OVERHEAD_WITH_GUARDRAILS, OVERHEAD)
    )
    return Query(f"clamp_min({with_them} - {without}, 0) >= 0", "Guardrails", "s")
