"""What the proxy depends on besides the providers."""

from signals.query import Query
from signals.scope import Scope

REDIS_FAILURES = "litellm_redis_failed_requests_total"


def redis_failures(scope: Scope) -> Query:
    """Requests per second to Redis that failed, or that were not even tried any more."""
    return Query(scope.rate(REDIS_FAILURES), "Failed requests to Redis", "reqps")
