"""How much the proxy is asked, by whom, and how often it fails."""

from signals.query import Query
from signals.scope import Scope

REQUESTS = "litellm_proxy_total_requests_metric_total"
FAILURES = "litellm_proxy_failed_requests_metric_total"


def requests(scope: Scope) -> Query:
    """Requests per second to the proxy, successes and failures together."""
    return Query(scope.rate(REQUESTS), "Requests", "reqps")


def requests_by_key(scope: Scope) -> Query:
    """Requests per second by virtual key alias; ``None`` is a key without an alias."""
    return _requests_by(scope, "api_key_alias")


def requests_by_team(scope: Scope) -> Query:
    """Requests per second by team alias; ``None`` is a key without a team."""
    return _requests_by(scope, "team_alias")


def failures_by_exception_class(scope: Scope) -> Query:
    """Failed requests per second by the class of the exception that LiteLLM raised."""
    return Query(scope.rate(FAILURES, "exception_class"), "{{exception_class}}", "reqps")


def _requests_by(scope: Scope, label: str) -> Query:
    return Query(scope.rate(REQUESTS, label), f"{{{{{label}}}}}", "reqps")
