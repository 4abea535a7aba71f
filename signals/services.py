"""What the proxy depends on besides the providers."""

from signals.query import Query
from signals.scope import Operator, Scope

REDIS_FAILURES = "litellm_redis_failed_requests_total"
REDIS_CIRCUIT_BREAKERS = "litellm_redis_circuit_breaker_state"


def redis_failures(scope: Scope) -> Query:
    """How many requests to Redis have failed since the proxies were started."""
    return Query(f"sum({scope.series(REDIS_FAILURES)})", "Failed requests to Redis", "short")


def open_redis_circuit_breakers(scope: Scope) -> Query:
    """How many circuit breakers, one for each connection, keep Redis from being asked."""
    is_open = scope.where("state", Operator.EQUAL, "open")
    return Query(f"sum({is_open.series(REDIS_CIRCUIT_BREAKERS)})", "Open", "short")
