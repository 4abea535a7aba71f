"""What the router sends requests to: how deployments fare, rest and stand in for each other."""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.choices import MODEL_GROUP
from litellm_monitoring.signals.asking.counting import RANGE
from litellm_monitoring.signals.asking.matchers import Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.serving.failures import SERVED_WITHIN, WRONG_REQUEST, unserved
from litellm_monitoring.signals.serving.latency import PER_OUTPUT_TOKEN
from litellm_monitoring.signals.serving.traffic import OTHER

REQUESTS = "litellm_deployment_total_requests_total"
SUCCESSES = "litellm_deployment_success_responses_total"
FAILURES = "litellm_deployment_failure_responses_total"
STATE = "litellm_deployment_state"
COOLDOWNS = "litellm_deployment_cooled_down_total"
FALLBACKS = "litellm_deployment_successful_fallbacks_total"
FAILED_FALLBACKS = "litellm_deployment_failed_fallbacks_total"
REQUEST_LIMIT = "litellm_deployment_rpm_limit"
TOKEN_LIMIT = "litellm_deployment_tpm_limit"

DEPLOYMENT = ("litellm_model_name", "model_id")
"""Tells deployments apart: the model that is asked for upstream, and LiteLLM's id."""

HEALTHY, FAILING, DOWN = 0, 1, 2
"""The values of :func:`state`."""

_WINDOW = "15m"
"""Long enough for a share of few requests to hold still."""


def real(scope: Scope) -> Scope:
    """Without what the proxy refused before it chose a deployment, which is counted too, and what is
    beyond the cap on series.
    """
    return scope.where("model_id", Operator.NOT_MATCHES, f"|{OTHER}")


_MEANT = "(.+[.])?Cont.+"
"""The exceptions that ``context_window_fallbacks`` and ``content_policy_fallbacks`` are for:
ContextWindowExceededError and ContentPolicyViolationError.
"""

_UPSTREAM = ".+[.].+"
"""A provider's exceptions, which have its name before the class."""

_KEY_REJECTED = "401|403"
"""The statuses by which a provider rejects a key, or what it may ask for."""

_OWN_LIMIT = "RateLimitError"
"""Without a provider before it: the deployment is at the ``rpm`` or ``tpm`` that is configured for
it, and the router asks another one, as it is meant to.
"""


def asked(scope: Scope) -> Scope:
    """Without what the router did not send on, since the deployment is at its own limit."""
    return real(scope).where("exception_class", Operator.NOT_EQUAL, _OWN_LIMIT)


def failing(scope: Scope) -> Scope:
    """Without what providers find wrong with requests either, which is nothing that a deployment
    fails.
    """
    no_failures = f"{WRONG_REQUEST}|{_OWN_LIMIT}"
    return real(scope).where("exception_class", Operator.NOT_MATCHES, no_failures)


def requests(scope: Scope) -> Query:
    """Requests per second to each deployment."""
    return forms.rate(real(scope), REQUESTS, *DEPLOYMENT, unit="reqps")


def requests_in_range(scope: Scope) -> Query:
    """Requests to each deployment over the time range."""
    return forms.increase(real(scope), REQUESTS, *DEPLOYMENT)


def failed_share(scope: Scope) -> Query:
    """The share of each deployment's requests in a quarter of an hour that failed; nothing for one
    without failures.
    """
    return Query(
        _failed_share(scope, _WINDOW, *DEPLOYMENT), scope.legend(*DEPLOYMENT), "percentunit"
    )


def failed_share_in_range(scope: Scope) -> Query:
    """The same over the time range."""
    return Query(_failed_share(scope, RANGE, *DEPLOYMENT), scope.legend(*DEPLOYMENT), "percentunit")


def failures(scope: Scope, *by: str) -> Query:
    """Failed requests per second to deployments."""
    return forms.rate(real(scope), FAILURES, *by, name="Failures", unit="reqps")


def state(scope: Scope) -> Query:
    """How each deployment fares that has served since its proxies were started: 0 well, 1 some of
    its requests in a quarter of an hour failed, 2 more than half of them.

    LiteLLM's own gauge of the state keeps what a worker's last request came to, and keeps a cooldown,
    under the name of the model group, after it is over: it is not asked.
    """
    served = real(scope).present(SUCCESSES, *DEPLOYMENT)
    expression = f"{_graded(scope)} or 0 * {served}"
    return Query(expression, scope.legend(*DEPLOYMENT), "short")


def down(scope: Scope) -> Query:
    """How many deployments fail most of their requests in a quarter of an hour."""
    expression = f"sum({_graded(scope)} >= bool {DOWN}) or 0 * {scope.present(SUCCESSES)}"
    return Query(expression, "Deployments down", "short")


def _graded(scope: Scope) -> str:
    return f"ceil(2 * {_failed_share(scope, _WINDOW, *DEPLOYMENT)})"


def _failed_share(scope: Scope, window: str, *by: str, at_least: str = "> 0") -> str:
    """Of successes and failures, which are counted together, where there are so many failures."""
    return forms.share_of_two(
        _failed(scope, window, *by),
        scope.compared(SUCCESSES, window, *by),
        scope.gauge("max", STATE, *by) if by == DEPLOYMENT else scope.present(FAILURES, *by),
        at_least,
    )


def _failed(scope: Scope, window: str, *by: str) -> str:
    return scope.all_compared([(FAILURES, failing(scope))], window, *by)


def group_failed_share(scope: Scope, window: str, longer: str, at_least: float) -> Query:
    """The share of the requests to each model group's deployments over ``window`` that failed, where
    ``at_least`` so many did over a ``longer`` one: it is told soon, and of groups with little traffic
    too. What providers find wrong with a request does not count.
    """
    group = "requested_model"
    before = f"{_failed(scope, longer, group)} >= {at_least:g}"
    expression = f"{_failed_share(scope, window, group)} and on ({group}) {before}"
    return Query(expression, scope.legend(group), "percentunit")


def failing_alone(scope: Scope, window: str, at_least: float) -> Query:
    """The share of the requests to each deployment over ``window`` that failed, where ``at_least`` so
    many did, while others of its model group serve.
    """
    group = "requested_model"
    share = _failed_share(scope, window, group, *DEPLOYMENT, at_least=f">= {at_least:g}")
    others = f"{scope.compared(SUCCESSES, window, group)} > 0"
    return Query(
        f"{share} and on ({group}) {others}", scope.legend(group, *DEPLOYMENT), "percentunit"
    )


def unserved_alone(scope: Scope) -> Query:
    """The deployments of which no request succeeds, whatever the exception, while others
    of their model group serve: how many keys failed.
    """
    group = "requested_model"
    by = (group, *DEPLOYMENT)
    found = unserved((asked(scope), FAILURES), (scope, SUCCESSES), *by)
    others = f"{scope.increase(SUCCESSES, SERVED_WITHIN, group)} > 0"
    return Query(f"({found}) and on ({group}) {others}", scope.legend(*by), "short")


def failed_fallback_share(scope: Scope, window: str, at_least: float) -> Query:
    """The share of the fallbacks of each model group that failed, where ``at_least`` so many did."""
    group = "requested_model"
    failed, good = (scope.compared(each, window, group) for each in (FAILED_FALLBACKS, FALLBACKS))
    present = scope.present(FAILED_FALLBACKS, group)
    share = forms.share_of_two(failed, good, present, f">= {at_least:g}")
    return Query(share, scope.legend(group), "percentunit")


def fallback_share(scope: Scope, window: str, at_least: float) -> Query:
    """The share of each model group's answers over ``window`` that a fallback gave, where
    ``at_least`` so many did. What a deployment answers is counted under its own group, and a prompt
    that does not fit into a model is meant to go elsewhere.
    """
    group = "requested_model"
    unmeant = scope.where("exception_class", Operator.NOT_MATCHES, _MEANT)
    by_fallback = unmeant.compared(FALLBACKS, window, group)
    by_itself = scope.compared(SUCCESSES, window, group)
    present = scope.present(FALLBACKS, group)
    share = forms.share_of_two(by_fallback, by_itself, present, f">= {at_least:g}")
    return Query(share, scope.legend(group), "percentunit")


def rejecting_our_key(scope: Scope, at_least: float) -> Query:
    """How many deployments of each provider reject the key that LiteLLM has for them: ``at_least`` so
    many requests within a quarter of an hour, and none was answered in the last ten minutes. A
    client's own key that is passed on may be rejected while others are answered.
    """
    rejected = (
        real(scope)
        .where("exception_class", Operator.MATCHES, _UPSTREAM)
        .where("exception_status", Operator.MATCHES, _KEY_REJECTED)
        .increase(FAILURES, "15m", "api_provider", *DEPLOYMENT)
    )
    served = f"{real(scope).increase(SUCCESSES, '10m', *DEPLOYMENT)} > 0"
    unserved_ones = f"{rejected} >= {at_least:g} unless on ({', '.join(DEPLOYMENT)}) {served}"
    return Query(
        f"count by (api_provider) ({unserved_ones})", scope.legend("api_provider"), "short"
    )


def cooldowns(scope: Scope, *by: str, window: str = RANGE) -> Query:
    """How often the router put deployments to rest; LiteLLM has the model group's name for that of
    the model here.
    """
    if MODEL_GROUP in scope.choices:
        scope = scope.where("litellm_model_name", Operator.MATCHES, MODEL_GROUP.variable)
    return forms.increase(scope, COOLDOWNS, *by, name="Cooldowns", window=window)


def cooling_down(scope: Scope) -> Query:
    """The moments in which the router begins to put a deployment in cooldown again and again."""
    now, before = (
        f"{scope.compared(COOLDOWNS, '5m', *DEPLOYMENT, modifier=modifier)} > 0"
        for modifier in ("", " offset 1m")
    )
    return Query(f"{now} unless {before}", scope.legend(*DEPLOYMENT), "short")


def fallbacks(scope: Scope, *, succeeded: bool) -> Query:
    """Fallbacks per second from one model group to another, and how they ended."""
    counter = FALLBACKS if succeeded else FAILED_FALLBACKS
    return Query(
        scope.rate(counter, "requested_model", "fallback_model"),
        "{{requested_model}} → {{fallback_model}}",
        "reqps",
    )


def fallbacks_in_range(scope: Scope, *, succeeded: bool) -> Query:
    """How many fallbacks there were over the time range."""
    counter = FALLBACKS if succeeded else FAILED_FALLBACKS
    return forms.increase(scope, counter, name="Fallbacks")


def request_limit(scope: Scope) -> Query:
    """Requests per minute that each deployment is configured to take."""
    return forms.gauge(scope, "max", REQUEST_LIMIT, *DEPLOYMENT)


def token_limit(scope: Scope) -> Query:
    """Tokens per minute that each deployment is configured to take."""
    return forms.gauge(scope, "max", TOKEN_LIMIT, *DEPLOYMENT)


def output_token_latency(scope: Scope, q: float) -> Query:
    """Seconds per output token, by deployment."""
    return forms.quantile(scope, q, PER_OUTPUT_TOKEN, *DEPLOYMENT)


def latency(scope: Scope, q: float, histogram: str) -> Query:
    """A quantile of what ``histogram`` has of the requests to each deployment."""
    return forms.quantile(scope, q, histogram, "model", "model_id")
