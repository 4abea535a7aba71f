"""LiteLLM's background health checks: requests that it makes itself, to learn which deployments
answer (``general_settings.background_health_checks``). Nobody's requests, spend or latency hold
them.
"""

from signals import asking, deployments
from signals.query import Query
from signals.scope import Scope


def succeeded(scope: Scope) -> Query:
    """Health checks per second that a deployment answered."""
    checks = scope.health_checks()
    return asking.rate(checks, deployments.SUCCESSES, name="Succeeded", unit="reqps")


def failed(scope: Scope) -> Query:
    """Health checks per second that failed."""
    return asking.rate(scope.health_checks(), deployments.FAILURES, name="Failed", unit="reqps")


def most_failing(scope: Scope) -> Query:
    """How many failed in the time range, by what with; LiteLLM does not say at which deployment."""
    by = ("exception_class", "exception_status")
    return asking.ranking(scope.health_checks(), deployments.FAILURES, *by)
