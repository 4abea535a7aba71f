"""How long the proxy takes. LiteLLM's latency histograms cover successful requests only."""

from signals.query import Query
from signals.scope import Scope

TOTAL = "litellm_request_total_latency_metric"


def average(scope: Scope) -> Query:
    """Mean seconds from request to response."""
    return Query(
        f"sum({scope.rate(f'{TOTAL}_sum')}) / sum({scope.rate(f'{TOTAL}_count')})", "Average", "s"
    )


def median(scope: Scope) -> Query:
    """Median seconds from request to response, interpolated within a histogram bucket."""
    return Query(
        f"histogram_quantile(0.5, sum by (le) ({scope.rate(f'{TOTAL}_bucket')}))", "Median", "s"
    )
