"""What fails, and whose mistake it is.

LiteLLM writes the provider before the class of an exception that came from upstream, e.g.
``Openai.RateLimitError``, and nothing before those of its own. A failure is the caller's where the
proxy itself refused it (a 4xx of its own: authentication, budgets, rate limits, unknown models), or
where the provider found the request wrong. Who scrapes metrics without a key is a caller too, with
whatever status a way to authenticate of one's own refuses it. All else is the proxy's or
upstream's: that a provider refuses the proxy's key is nothing that a caller can mend, nor that all
deployments are cooling down, which the router answers with a 429 of its own.

What has no status that says so, or none of the labels that would, is nobody's mistake by itself.
docs/blame.md has all of it as a table.
"""

from collections.abc import Sequence
from enum import Enum

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.matchers import Matcher, Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.serving import traffic

FAILURES = "litellm_proxy_failed_requests_metric_total"

_FROM_UPSTREAM = ".+[.].+|RouterRateLimit.+"
"""A provider's exceptions, and the router's where it had no deployment left to ask."""
_UPSTREAM = Matcher("exception_class", Operator.MATCHES, _FROM_UPSTREAM)
_OWN = Matcher("exception_class", Operator.NOT_MATCHES, _FROM_UPSTREAM)
_NAMED = Matcher("exception_class", Operator.NOT_EQUAL, "")
WRONG_REQUEST = ".+[.](BadRequest|Cont|Invalid|Reject|Unproc|Unsupp).+"
"""The exceptions of a provider that found the request wrong, which is the caller's mistake:
BadRequestError, ContentPolicyViolationError, ContextWindowExceededError, InvalidRequestError,
RejectedRequestError, UnprocessableEntityError and UnsupportedParamsError.
"""
_REFUSED = Matcher("exception_status", Operator.MATCHES, "4..")
_NOT_REFUSED = Matcher("exception_status", Operator.NOT_MATCHES, "4..")
_FAILED = Matcher("exception_status", Operator.MATCHES, "5..")
_UNTOLD = Matcher("exception_status", Operator.NOT_MATCHES, "[45]..")
_SCRAPED = Matcher("route", Operator.MATCHES, traffic.SCRAPE)
_NOT_SCRAPED = Matcher("route", Operator.NOT_MATCHES, traffic.SCRAPE)


class Cause(Enum):
    """Why a request failed; each value selects such failures, and no other cause's."""

    REJECTED = (_OWN, _NAMED, _REFUSED)
    INVALID = (Matcher("exception_class", Operator.MATCHES, WRONG_REQUEST),)
    SCRAPE = (_OWN, _NOT_REFUSED, _SCRAPED)
    PROXY = (_OWN, _FAILED, _NOT_SCRAPED)
    UNKNOWN = (_OWN, _UNTOLD, _NOT_SCRAPED)
    UNNAMED = (Matcher("exception_class", Operator.EQUAL, ""), _REFUSED)
    UPSTREAM = (_UPSTREAM, Matcher("exception_class", Operator.NOT_MATCHES, WRONG_REQUEST))

    @property
    def word(self) -> str:
        """What it is called in a legend."""
        return self.name.lower()


OURS = (Cause.PROXY, Cause.UPSTREAM)
"""What whoever runs the proxy has to mend."""

CALLERS = (Cause.REJECTED, Cause.INVALID)
"""What callers have to mend: what the proxy rejects, and what a provider finds wrong."""

UNTOLD = (Cause.UNKNOWN, Cause.UNNAMED)
"""What may be anybody's mistake."""

_RATIO_WINDOW = "15m"
"""Long enough for a share of few requests to hold still."""


def failures(scope: Scope, *by: str) -> Query:
    """Failed requests per second, whoever's mistake it was."""
    return forms.rate(scope, FAILURES, *by, name="Failures", unit="reqps")


def caused_by(scope: Scope, cause: Cause, *by: str, name: str = "") -> Query:
    """Failed requests per second with that ``cause``; without ``by`` they are called ``name``."""
    failed = _with(scope, cause).rate(FAILURES, *by)
    legend = f"{scope.legend(*by)} · {cause.word}" if by else name
    return Query(failed, legend, "reqps")


def or_none(scope: Scope, failed: Query) -> Query:
    """``failed``, which is 0 while there are requests and nothing fails."""
    expression = f"{failed.expr} or 0 * {scope.present(traffic.REQUESTS)}"
    return Query(expression, failed.legend, failed.unit)


def most_often(scope: Scope, cause: Cause, by: str) -> Query:
    """How many requests failed with that ``cause`` in the time range, for those with most of them."""
    found = forms.ranking(_with(scope, cause), FAILURES, by)
    return Query(found.expr, f"{found.legend} · {cause.word}", "short")


def most_failing(
    scope: Scope, cause: Cause | None = None, *, by: tuple[str, ...], count: int = 20
) -> Query:
    """How many requests failed in the time range, for those with most failures; by default whatever
    the cause.
    """
    return forms.ranking(_with(scope, cause) if cause else scope, FAILURES, *by, count=count)


def success_ratio(scope: Scope) -> Query:
    """The share of requests in a quarter of an hour that the proxy and upstream did not fail:
    callers' mistakes count as answered.
    """
    expression = f"1 - {_failed_share(scope, _RATIO_WINDOW)}"
    return Query(expression, "Success ratio", "percentunit")


def untold_share(scope: Scope) -> Query:
    """The share of requests in a quarter of an hour that failed, nobody knows by whose mistake; nothing
    where there are none.
    """
    untold = failed_within(scope, _RATIO_WINDOW, UNTOLD)
    share = f"{untold} / ({scope.compared(traffic.REQUESTS, _RATIO_WINDOW)} > 0)"
    return Query(f"{share} > 0", "Failed, unknown cause", "percentunit")


def failed_shares(scope: Scope, label: str) -> Query:
    """The share that they did fail, by ``label``; nothing for those without failures."""
    failed = failed_within(scope, _RATIO_WINDOW, OURS, (label,))
    all_ = scope.compared(traffic.REQUESTS, _RATIO_WINDOW, label)
    return Query(f"{failed} / ({all_} > 0)", scope.legend(label), "percentunit", scope.labels)


def succeeded(scope: Scope) -> Query:
    """Requests per second that were answered well."""
    good = scope.where("status_code", Operator.MATCHES, "2..")
    return Query(good.rate(traffic.REQUESTS), "Succeeded", "reqps")


def failed_within(
    scope: Scope, window: str, causes: Sequence[Cause], by: tuple[str, ...] = ()
) -> str:
    """PromQL of how many requests failed over ``window`` with one of ``causes``."""
    selections = [(FAILURES, _with(scope, cause)) for cause in causes]
    return scope.all_compared(selections, window, *by)


Counted = tuple[Scope, str]
"""What a scope selects of a counter."""

SERVED_WITHIN = "6m"
"""Long enough for nobody to succeed by chance where few ask."""


def unserved(failed: Counted, succeeded: Counted, *by: str) -> str:
    """PromQL of those, told apart by ``by``, of which keys failed within ten minutes and nobody succeeded
    in the last six, whatever the exception: a provider whose credit is spent finds every request
    wrong. The value is how many keys: of one or two, it may be their requests.
    """
    (of_failed, failures), (of_succeeded, successes) = failed, succeeded
    each = of_failed.increase(failures, "10m", *by, "hashed_api_key")
    served = of_succeeded.increase(successes, SERVED_WITHIN, *by)
    named = ", ".join(by)
    return f"count by ({named}) ({each} > 0) unless on ({named}) {served} > 0"


def unserved_groups(scope: Scope) -> Query:
    """The model groups of which no request succeeds, by what the proxies answered: how many keys
    failed.
    """
    group = "requested_model"
    succeeded = scope.where("status_code", Operator.MATCHES, "2..")
    failed = scope.filtered([_UPSTREAM])
    expression = unserved((failed, FAILURES), (succeeded, traffic.REQUESTS), group)
    return Query(expression, scope.legend(group), "short")


def _with(scope: Scope, cause: Cause) -> Scope:
    return scope.filtered(cause.value)


def _failed_share(scope: Scope, window: str) -> str:
    failed = failed_within(scope, window, OURS)
    return forms.share(failed, scope.compared(traffic.REQUESTS, window))
