"""What fails, and whose mistake it is.

LiteLLM writes the provider before the class of an exception that came from upstream, e.g.
``Openai.RateLimitError``, and nothing before those of its own. A failure is the caller's where the
proxy itself refused it (a 4xx of its own: authentication, budgets, rate limits, unknown models), or
where the provider found the request wrong. Who scrapes metrics without a key is a caller too, with
whatever status a way to authenticate of one's own refuses it. All else is the proxy's or
upstream's: that a provider refuses the proxy's key is nothing that a caller can mend.
"""

from collections.abc import Iterator
from enum import Enum

from signals import asking
from signals.query import Query
from signals.scope import Matcher, Operator, Scope
from signals.traffic import REQUESTS, SCRAPE

FAILURES = "litellm_proxy_failed_requests_metric_total"

_UPSTREAM = Matcher("exception_class", Operator.MATCHES, ".+[.].+")
_OWN = Matcher("exception_class", Operator.NOT_MATCHES, ".+[.].+")
WRONG_REQUEST = (
    ".+[.](BadRequestError|ContentPolicyViolationError|ContextWindowExceededError"
    "|InvalidRequestError|RejectedRequestError|UnprocessableEntityError|UnsupportedParamsError)"
)
"""The exceptions of a provider that found the request wrong, which is the caller's mistake."""
_REFUSED = "4.."
_NOT_REFUSED = Matcher("exception_status", Operator.NOT_MATCHES, _REFUSED)


class Cause(Enum):
    """Whose mistake a failure is; each value is the selections of failures that it is made of."""

    CALLER = (
        (_OWN, Matcher("exception_status", Operator.MATCHES, _REFUSED)),
        (_OWN, _NOT_REFUSED, Matcher("route", Operator.MATCHES, SCRAPE)),
        (Matcher("exception_class", Operator.MATCHES, WRONG_REQUEST),),
    )
    PROXY = ((_OWN, _NOT_REFUSED, Matcher("route", Operator.NOT_MATCHES, SCRAPE)),)
    UPSTREAM = ((_UPSTREAM, Matcher("exception_class", Operator.NOT_MATCHES, WRONG_REQUEST)),)


OURS = (Cause.PROXY, Cause.UPSTREAM)
"""What whoever runs the proxy has to mend."""


def failures(scope: Scope, *by: str) -> Query:
    """Failed requests per second, whoever's mistake it was."""
    return asking.rate(scope, FAILURES, *by, name="Failures", unit="reqps")


def caused_by(scope: Scope, *causes: Cause, name: str) -> Query:
    """Failed requests per second that are the mistake of ``causes``; 0 while nothing fails."""
    return Query(f"{_failed(scope, causes, ())} or 0 * {scope.rate(REQUESTS)}", name, "reqps")


def most_often(scope: Scope, *causes: Cause, by: str, count: int = 10) -> Query:
    """The same by a label, for its values with most such failures in the time range."""
    in_range = failed_within(scope, "$__range", causes, (by,), " @ end()")
    (shown,) = scope.shown(by)
    expression = f"{_failed(scope, causes, (by,))} and on ({shown}) topk({count}, {in_range})"
    return Query(expression, scope.legend(by), "reqps")


def most_failing(scope: Scope, *causes: Cause, by: tuple[str, ...], count: int = 20) -> Query:
    """How many requests failed in the time range, for those with most failures."""
    expression = failed_within(scope, "$__range", causes, by)
    return Query(f"topk({count}, {expression} > 0)", scope.legend(*by), "short")


def success_ratio(scope: Scope) -> Query:
    """The share of requests that the proxy and upstream did not fail: callers' mistakes count as
    answered.
    """
    return Query(_success_ratio(scope), "Success ratio", "percentunit")


def success_ratios(scope: Scope, label: str) -> Query:
    """The same by ``label``, for its values with most requests in the time range."""
    expression = asking.of_largest(scope, _success_ratio(scope, label), REQUESTS, label)
    return Query(expression, scope.legend(label), "percentunit")


def error_budget_left(scope: Scope) -> Query:
    """How much of the failures that the objective allows over its window is left: 1 is all of
    them, 0 none, and less that the objective is missed.
    """
    objective = scope.objective
    allowed = f"{1 - objective.availability:.10g}"
    total = scope.increase(REQUESTS, objective.window)
    failed = failed_within(scope, objective.window, OURS)
    expression = f"1 - ({failed} or vector(0)) / ({total} > 0) / {allowed}"
    return Query(expression, "Error budget left", "percentunit")


def succeeded(scope: Scope) -> Query:
    """Requests per second that were answered well."""
    good = scope.where("status_code", Operator.MATCHES, "2..")
    return Query(good.rate(REQUESTS), "Succeeded", "reqps")


def _success_ratio(scope: Scope, *by: str) -> str:
    total = scope.rate(REQUESTS, *by)
    return f"1 - {asking.share(_failed(scope, OURS, by), total)}"


def _failed(scope: Scope, causes: tuple[Cause, ...], by: tuple[str, ...]) -> str:
    series = (each.rates(FAILURES, *by) for each in _selections(scope, causes))
    return scope.aggregated("sum", " or ".join(series), *by)


def failed_within(
    scope: Scope,
    window: str,
    causes: tuple[Cause, ...],
    by: tuple[str, ...] = (),
    modifier: str = "",
) -> str:
    """PromQL of how many requests failed over ``window`` by the mistake of ``causes``."""
    series = (
        each.increases(FAILURES, window, *by, modifier=modifier)
        for each in _selections(scope, causes)
    )
    return scope.aggregated("sum", " or ".join(series), *by)


def _selections(scope: Scope, causes: tuple[Cause, ...]) -> Iterator[Scope]:
    """They do not overlap, so that ``or`` puts them together."""
    for cause in causes:
        for matchers in cause.value:
            yield scope.filtered(matchers)
