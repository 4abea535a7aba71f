"""What the router sends requests to: how deployments fare, rest and stand in for each other."""

from signals import asking
from signals.choices import MODEL_GROUP
from signals.failures import WRONG_REQUEST
from signals.latency import PER_OUTPUT_TOKEN
from signals.query import Query
from signals.scope import Operator, Scope

REQUESTS = "litellm_deployment_total_requests_total"
SUCCESSES = "litellm_deployment_success_responses_total"
FAILURES = "litellm_deployment_failure_responses_total"
STATE = "litellm_deployment_state"
COOLDOWNS = "litellm_deployment_cooled_down_total"
FALLBACKS = "litellm_deployment_successful_fallbacks_total"
FAILED_FALLBACKS = "litellm_deployment_failed_fallbacks_total"
REQUEST_LIMIT = "litellm_deployment_rpm_limit"
TOKEN_LIMIT = "litellm_deployment_tpm_limit"

HEALTHY, FAILING, DOWN = 0, 1, 2
"""The values of :func:`state`."""

DEPLOYMENT = ("litellm_model_name", "model_id")
"""Tells deployments apart: the model that is asked for upstream, and LiteLLM's id."""

_NAMED = "{{Model}} ({{deployment}})"
_MADE_UP = "([0-9a-f]{8})[0-9a-f]{56}"
"""An id that LiteLLM made, since the configuration has none: its beginning is enough for people."""


def real(scope: Scope) -> Scope:
    """Without what the proxy refused before it chose a deployment, which is counted too."""
    return scope.where("model_id", Operator.NOT_EQUAL, "")


def requests(scope: Scope) -> Query:
    """Requests per second to each of the busiest deployments."""
    return _of_the_busiest(scope, real(scope).rate(REQUESTS, *DEPLOYMENT), "reqps")


def requests_in_range(scope: Scope) -> Query:
    """Requests to each deployment over the time range."""
    return _named(real(scope).increase(REQUESTS, "$__range", *DEPLOYMENT), "short")


def success_ratio(scope: Scope) -> Query:
    """The share of the requests to each of the busiest deployments that succeeded."""
    good, all_ = (real(scope).rate(each, *DEPLOYMENT) for each in (SUCCESSES, REQUESTS))
    return _of_the_busiest(scope, asking.share(good, all_), "percentunit")


def success_ratio_in_range(scope: Scope) -> Query:
    """The same of all deployments over the time range."""
    good, all_ = (
        real(scope).increase(each, "$__range", *DEPLOYMENT) for each in (SUCCESSES, REQUESTS)
    )
    return _named(asking.share(good, all_), "percentunit")


def failures(scope: Scope, *by: str) -> Query:
    """Failed requests per second to deployments."""
    return asking.rate(real(scope), FAILURES, *by, name="Failures", unit="reqps")


def state(scope: Scope) -> Query:
    """How each deployment fares: 0 well, 1 some of its requests fail, 2 more than half of them do
    or the router rests it.

    LiteLLM's own gauge keeps what a worker's last request came to, and keeps a cooldown, under the
    name of the model group, after it is over. So it only fills in while there is no traffic, with
    the best of the workers; cooldowns are read off their counter. It does not know the model group
    or the team either, so that what people choose limits it to what was asked for such.
    """
    scope = real(scope)
    gauge = scope.gauge("min", STATE, *DEPLOYMENT)
    if scope.choices:
        asked_for = scope.increase(REQUESTS, "$__range", "model_id", modifier=" @ end()")
        gauge = f"({gauge} and on (model_id) {asked_for})"
    failing = f"ceil(2 * {_failure_ratio(scope)})"
    resting = f"sum by (model_id) ({scope.rates(COOLDOWNS)}) > 0"
    return _named(
        f"({gauge} * 0 + {DOWN} and on (model_id) {resting}) or ({failing} > {gauge}) "
        f"or {gauge} or {failing}",
        "short",
    )


def unhealthy(scope: Scope) -> Query:
    """How many deployments fail more than half of their requests, or rest."""
    return Query(f"sum({state(scope).expr} >= bool {DOWN})", "Deployments down", "short")


def group_failure_share(scope: Scope, at_least: float) -> Query:
    """The share of the requests to each model group's deployments that failed upstream in the last
    two minutes, where ``at_least`` so many have in ten: it is told soon, and of groups with little
    traffic too. What providers find wrong with a request does not count.
    """
    group = "requested_model"
    failed, all_ = _failed_and_all(scope, "2m", group)
    before, _ = _failed_and_all(scope, "10m", group)
    expression = f"{failed} / ({all_} > 0) and {before} >= {at_least:g}"
    return Query(expression, scope.legend(group), "percentunit")


def failing_alone(scope: Scope, window: str, at_least: float, all_fail: float) -> Query:
    """The share of the requests to each deployment over ``window`` that failed, where there were
    ``at_least`` so many, while less than ``all_fail`` of its model group's do: others serve.
    """
    group = "requested_model"
    failed, all_ = _failed_and_all(scope, window, group, *DEPLOYMENT)
    others = f"{asking.share(*_failed_and_all(scope, window, group))} < {all_fail:g}"
    on = ", ".join(scope.shown(group))
    share = f"{failed} / ({all_} >= {at_least:g})"
    return _named(f"{share} and on ({on}) {others}", "percentunit")


def failed_fallback_share(scope: Scope, window: str, at_least: float) -> Query:
    """The share of the fallbacks of each model group that failed, where there were ``at_least`` so
    many.
    """
    group = "requested_model"
    failed, good = (scope.increase(each, window, group) for each in (FAILED_FALLBACKS, FALLBACKS))
    expression = f"{failed} / (({failed} + ({good} or 0 * {failed})) >= {at_least:g})"
    return Query(expression, scope.legend(group), "percentunit")


def _failed_and_all(scope: Scope, window: str, *by: str) -> tuple[str, str]:
    chosen = real(scope)
    failing = chosen.where("exception_class", Operator.NOT_MATCHES, WRONG_REQUEST)
    return failing.increase(FAILURES, window, *by), chosen.increase(REQUESTS, window, *by)


def cooldowns(scope: Scope, *by: str, window: str = "$__range") -> Query:
    """How often the router put deployments to rest; LiteLLM has the model group's name for that of
    the model here.
    """
    if MODEL_GROUP in scope.choices:
        scope = scope.where("litellm_model_name", Operator.MATCHES, MODEL_GROUP.variable)
    return asking.increase(scope, COOLDOWNS, *by, name="Cooldowns", window=window)


def cooling_down(scope: Scope) -> Query:
    """Deployments that the router has just put to rest."""
    resting = f"{scope.rate(COOLDOWNS, *DEPLOYMENT)} > 0"
    return Query(shortened(resting), _NAMED, "reqps")


def fallbacks(scope: Scope, *, succeeded: bool) -> Query:
    """Fallbacks per second from one model group to another, and how they ended."""
    counter = FALLBACKS if succeeded else FAILED_FALLBACKS
    return Query(
        scope.rate(counter, "requested_model", "fallback_model"),
        "{{Model_group}} → {{Fallback}}",
        "reqps",
    )


def fallbacks_in_range(scope: Scope, *, succeeded: bool) -> Query:
    """How many fallbacks there were over the time range."""
    counter = FALLBACKS if succeeded else FAILED_FALLBACKS
    return asking.increase(scope, counter, name="Fallbacks")


def request_limit(scope: Scope) -> Query:
    """Requests per minute that each deployment is configured to take."""
    return _named(scope.gauge("max", REQUEST_LIMIT, *DEPLOYMENT), "short")


def token_limit(scope: Scope) -> Query:
    """Tokens per minute that each deployment is configured to take."""
    return _named(scope.gauge("max", TOKEN_LIMIT, *DEPLOYMENT), "short")


def output_token_latency(scope: Scope, q: float) -> Query:
    """Seconds per output token, by deployment."""
    return _named(asking.quantile(scope, q, PER_OUTPUT_TOKEN, *DEPLOYMENT).expr, "s")


def latency(scope: Scope, q: float, histogram: str) -> Query:
    """A quantile of what ``histogram`` has of the requests to each deployment."""
    quantile = asking.quantile(scope, q, histogram, "model", "model_id")
    return Query(shortened(quantile.expr), _NAMED, "s")


def shortened(expression: str) -> str:
    """``expression`` with a label ``deployment``: the deployment's id as people know it."""
    whole = f'label_replace({expression}, "deployment", "$1", "model_id", "(.*)")'
    return f'label_replace({whole}, "deployment", "$1", "model_id", "{_MADE_UP}")'


def _of_the_busiest(scope: Scope, expression: str, unit: str) -> Query:
    busiest = asking.of_largest(real(scope), expression, REQUESTS, *DEPLOYMENT)
    return _named(busiest, unit)


def _named(expression: str, unit: str) -> Query:
    return Query(shortened(expression), _NAMED, unit)


def _failure_ratio(scope: Scope) -> str:
    failed, all_ = (scope.rate(each, *DEPLOYMENT) for each in (FAILURES, REQUESTS))
    return asking.share(failed, all_)
