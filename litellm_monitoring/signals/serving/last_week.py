"""Whether people still ask, compared with the same time of last week."""

from litellm_monitoring.signals.asking.matchers import Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.serving import targets
from litellm_monitoring.signals.serving.traffic import REQUESTS

_WINDOW = "15m"
"""Short enough to tell soon, long enough for a share of few requests to hold still."""

_HOUR_BEFORE, _HOUR_AFTER = " offset 169h", " offset 167h"
"""Of the same moment of last week."""

_UNAUTHORIZED = "401|None"
"""The status of requests without a valid key, such as those of a scraper: they are no traffic."""


def share_of_requests(scope: Scope, at_least: float) -> Query:
    """The share of last week's requests in this quarter of an hour, where there were ``at_least`` so
    many. The hours before and after had at least half as many for their length: at the edges of a
    quiet time, and around a burst, nothing is compared; nor where Prometheus does not scrape, or did
    not when the window began.
    """
    people = scope.where("status_code", Operator.NOT_MATCHES, _UNAUTHORIZED)
    now, then = (people.compared(REQUESTS, _WINDOW, modifier=each) for each in ("", " offset 1w"))
    before, after = (
        people.compared(REQUESTS, "1h", modifier=each) for each in (_HOUR_BEFORE, _HOUR_AFTER)
    )
    steady = f"(({then} >= {at_least:g}) <= 0.5 * {before}) <= 0.5 * {after}"
    scraped = f"{targets.up(scope).expr} == 1"
    scraped_before = f"up{{{scope.proxies()}}} offset {_WINDOW} == 1"
    expression = (
        f"({now} or 0 * vector(1)) / ({steady}) and on () {scraped} and on () {scraped_before}"
    )
    return Query(expression, "Requests of last week's", "percentunit")
