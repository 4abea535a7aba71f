"""How much the proxy is asked, and by whom."""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.matchers import Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope

REQUESTS = "litellm_proxy_total_requests_metric_total"
SCRAPE = "/metrics/?"
"""The route by which metrics are scraped: LiteLLM counts those that it refuses as requests."""

OTHER = "other"
"""The value of every label of what is beyond the cap on series."""

IN_FLIGHT = "litellm_in_flight_requests"


def requests(scope: Scope, *by: str) -> Query:
    """Requests per second to the proxy, successes and failures together."""
    return forms.rate(scope, REQUESTS, *by, name="Requests", unit="reqps")


def most_requests(scope: Scope, label: str) -> Query:
    """The same by a label, for those with most of them in the time range."""
    each = forms.of_largest(scope, scope.rate(REQUESTS, label), REQUESTS, label)
    return Query(each, scope.legend(label), "reqps", scope.labels)


def busiest(scope: Scope, *by: str) -> Query:
    """How many requests those made that made most of them in the time range."""
    return forms.ranking(scope, REQUESTS, *by)


def beyond_the_cap(scope: Scope) -> Query:
    """Requests per second that LiteLLM counted with every label ``other``, since it has as many series
    as ``prometheus_metrics_max_series_per_metric`` lets it have: this counter has the most.
    """
    other = scope.where("hashed_api_key", Operator.EQUAL, OTHER)
    return Query(other.rate(REQUESTS, "instance"), scope.legend("instance"), "reqps")


def in_flight(scope: Scope, *by: str) -> Query:
    """Requests that the proxies are working on; one that hangs stays among them."""
    return forms.gauge(scope, "sum", IN_FLIGHT, *by, name="In flight")
