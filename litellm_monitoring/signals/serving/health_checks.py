"""LiteLLM's background health checks: requests that it makes itself, to learn which deployments
answer (``general_settings.background_health_checks``). Nobody's requests, spend or latency hold
them.
"""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.serving import deployments


def succeeded(scope: Scope) -> Query:
    """Health checks per second that a deployment answered."""
    checks = scope.health_checks()
    return forms.rate(checks, deployments.SUCCESSES, name="Succeeded", unit="reqps")


def failed(scope: Scope) -> Query:
    """Health checks per second that failed."""
    return forms.rate(scope.health_checks(), deployments.FAILURES, name="Failed", unit="reqps")


def most_failing(scope: Scope) -> Query:
    """How many failed in the time range, by what with; LiteLLM does not say at which deployment."""
    by = ("exception_class", "exception_status")
    return forms.ranking(scope.health_checks(), deployments.FAILURES, *by)


_EXCEPTION = ("exception_class", "exception_status")
_MODEL = ("litellm_model_name", "api_provider", "api_base")
"""What LiteLLM knows of a health check that was answered; of one that failed it names the exception
alone.
"""


def unanswered(scope: Scope) -> Query:
    """How many health checks failed in ten minutes, for each model that answered some within a day
    and none in the last twenty minutes: all are checked one after the other, so that one that still
    answers does so soon after another fails. Models that people asked for within the hour are left
    out, since their own requests tell.
    """
    failed = scope.health_checks().increase(deployments.FAILURES, "10m")
    return Query(
        f"0 * ({_gone_silent(scope)}) + on () group_left () ({failed} > 0)",
        scope.legend(*_MODEL),
        "short",
    )


def failing_otherwise(scope: Scope) -> Query:
    """How many health checks failed in half an hour, by an exception that nobody's request met within
    the hour, where no model is known to have gone silent.
    """
    checks = scope.health_checks().increase(deployments.FAILURES, "30m", *_EXCEPTION)
    met = f"{scope.increase(deployments.FAILURES, '1h', *_EXCEPTION)} > 0"
    expression = (
        f"{checks} unless on ({', '.join(_EXCEPTION)}) {met} unless on () ({_gone_silent(scope)})"
    )
    return Query(expression, scope.legend(*_EXCEPTION), "short")


def _gone_silent(scope: Scope) -> str:
    answered, lately = (
        f"{scope.health_checks().increase(deployments.SUCCESSES, window, *_MODEL)} > 0"
        for window in ("1d", "20m")
    )
    model = "litellm_model_name"
    asked_for = f"{scope.increase(deployments.REQUESTS, '1h', model)} > 0"
    return f"{answered} unless on ({', '.join(_MODEL)}) {lately} unless on ({model}) {asked_for}"
