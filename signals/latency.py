"""How long the proxy takes. LiteLLM's latency histograms cover successful requests only."""

from signals.catalogue import histogram
from signals.query import Query
from signals.scope import Scope

TOTAL = "litellm_request_total_latency_metric"


def average(scope: Scope) -> Query:
    """Mean seconds from request to response."""
    return Query(scope.average(TOTAL), "Average", histogram(TOTAL).unit)


def median(scope: Scope) -> Query:
    """Median seconds from request to response, interpolated within a histogram bucket."""
    return Query(scope.quantile(0.5, TOTAL), "Median", histogram(TOTAL).unit)
