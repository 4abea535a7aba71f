"""Panels that more than one dashboard has."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.kit import (
    FULL_WIDTH,
    HALF_WIDTH,
    STAT_WIDTH,
    TODAY,
    Limits,
    above,
    below,
    stat,
    states,
    time_series,
)
from signals import Query, Scope, deployments, failures, latency, services, spend, targets, traffic
from signals.failures import Cause

STATES = {
    deployments.HEALTHY: ("healthy", "green"),
    deployments.FAILING: ("some requests fail", "orange"),
    deployments.DOWN: ("most requests fail", "red"),
}


def at_least_the_objective(scope: Scope) -> Limits:
    """Worrying where the objective is missed, and bad where ten times what it allows fails."""
    objective = scope.objective.availability
    return below(objective, round(1 - 10 * (1 - objective), 10))


NOW = "5m"
"""What numbers of now look at: long enough for a few requests a minute to hold still."""


def success_ratio(scope: Scope) -> Panel:
    """The one number that says whether callers are served."""
    return stat(
        "Success ratio",
        failures.success_ratio(scope),
        failures.untold_share(scope),
        question="What share of the requests of the last 15 minutes did the proxy and upstream "
        "answer? Callers' own mistakes (bad requests, keys, budgets, limits) count as answered, and "
        "so does what cannot be told, which is then a number of its own.",
        worry="it is below the objective",
        empty="no requests",
        limits=at_least_the_objective(scope),
        decimals=2,
        to="traffic",
    )


def proxies_down(scope: Scope, to: str = "") -> Panel:
    """The first thing to know."""
    return stat(
        "Proxies down",
        targets.down(scope),
        question="How many proxies cannot be scraped that could within the last day?",
        worry="it is not 0: the proxy is down, hangs, or refuses the scrape",
        empty="no proxy seen",
        limits=above(1, 1),
        to=to,
    )


def in_flight(scope: Scope, to: str = "") -> Panel:
    """What hangs stays among them."""
    return stat(
        "In flight",
        traffic.in_flight(scope),
        question="How many requests are the proxies working on?",
        worry="it climbs while requests do not: something hangs",
        empty="not exposed",
        to=to,
    )


def dependencies_failing(scope: Scope, width: int = STAT_WIDTH, to: str = "") -> Panel:
    """What the proxies share."""
    return stat(
        "Redis, Postgres failing",
        *services.dependency_failures(scope.over(NOW)),
        question="How many calls a second to Redis and Postgres failed in the last 5 minutes?",
        worry="it is not 0: limits, budgets and the cache no longer hold across proxies",
        empty="not measured",
        limits=above(0.001, 1),
        width=width,
        to=to,
    )


def deployments_down(scope: Scope, width: int = STAT_WIDTH, to: str = "") -> Panel:
    """Which they are, the state timeline shows."""
    return stat(
        "Deployments down",
        deployments.down(scope),
        question="How many deployments failed most of their requests in the last 15 minutes?",
        worry="it is not 0",
        empty="no deployments",
        limits=above(1, 1),
        width=width,
        to=to,
    )


def first_token(scope: Scope, to: str = "") -> Panel:
    """What who waits for a streamed answer feels."""
    return stat(
        "First token, p95",
        latency.quantile(scope.over(NOW), 0.95, latency.FIRST_TOKEN),
        question="How long did callers of streamed answers wait for the first of it, in the last 5 "
        "minutes?",
        worry="it is far above its usual value",
        empty="nothing streamed",
        to=to,
    )


def tokens_per_second(scope: Scope, to: str = "") -> Panel:
    """In and out together."""
    return stat(
        "Tokens per second",
        spend.tokens(scope.over(NOW), spend.TOKENS, "Tokens"),
        question="How many tokens a second went in and out in the last 5 minutes?",
        worry="it jumps without a reason",
        empty="no tokens",
        to=to,
    )


def tokens_in_and_out(scope: Scope) -> Panel:
    """Apart, since out is what costs."""
    return time_series(
        "Tokens in and out",
        spend.tokens(scope, spend.INPUT_TOKENS, "In"),
        spend.tokens(scope, spend.OUTPUT_TOKENS, "Out"),
        question="How many tokens a second go in and come out?",
        worry="they grow while requests do not: prompts or answers get longer",
        empty="no tokens",
    )


def spend_today(scope: Scope, width: int = STAT_WIDTH, to: str = "") -> Panel:
    """By the time zone of who looks."""
    return stat(
        "Spend today",
        spend.spent(scope),
        question="How many dollars were spent since midnight?",
        worry="it is more than a day may cost",
        empty="nothing spent",
        at_once=True,
        time_from=TODAY,
        width=width,
        to=to,
    )


def spend_a_day(scope: Scope, width: int = STAT_WIDTH, to: str = "") -> Panel:
    """The run rate."""
    return stat(
        "Daily rate of spend",
        spend.a_day(scope),
        question="How many dollars would a day cost that goes on like the last hour?",
        worry="it is more than a day may cost",
        empty="nothing spent",
        at_once=True,
        width=width,
        to=to,
    )


def rejected(scope: Scope, width: int = STAT_WIDTH, to: str = "") -> Panel:
    """A jump of it is a client that breaks, or runs into its budget."""
    failed = failures.caused_by(scope.over(NOW), Cause.REJECTED, name="Rejected")
    return stat(
        "Rejected requests",
        failures.or_none(scope, failed),
        question="How many requests a second did the proxy reject for their key, budget or limit, in "
        "the last 5 minutes?",
        worry="it jumps: a client is broken, or ran into its budget or limit",
        empty="no requests",
        width=width,
        to=to,
    )


def outcomes(scope: Scope, *also: Query) -> Panel:
    """All requests, by what became of them."""
    return time_series(
        "Requests by outcome",
        failures.succeeded(scope),
        failures.caused_by(scope, Cause.REJECTED, name="Rejected by the proxy"),
        failures.caused_by(scope, Cause.INVALID, name="Invalid requests"),
        failures.caused_by(scope, Cause.PROXY, name="The proxy failed"),
        failures.caused_by(scope, Cause.UPSTREAM, name="Upstream failed"),
        *also,
        question="What becomes of requests? Callers' own mistakes are what the proxy rejects "
        "(keys, budgets, limits) and what providers find wrong with a request.",
        worry="more than a sliver is failed by the proxy or upstream",
        empty="no requests",
        stacked=True,
    )


def failures_by_class(scope: Scope) -> Panel:
    """What the proxy and upstream fail with."""
    return time_series(
        "Failures of the proxy and upstream by exception",
        *(failures.caused_by(scope, cause, "exception_class") for cause in failures.OURS),
        question="What do requests fail with that callers could not help? A provider's name comes "
        "first where the failure is upstream's.",
        worry="any of them keeps rising",
        empty="nothing failed",
    )


def callers_mistakes(scope: Scope) -> Panel:
    """What callers get wrong."""
    return time_series(
        "Callers' own mistakes by exception",
        *(failures.caused_by(scope, cause, "exception_class") for cause in failures.CALLERS),
        question="What do callers get wrong? BudgetExceededError is a spent budget, HTTPException "
        "a rate limit or a refused request, ProxyException a key that is not valid.",
        worry="a class of them jumps: a client is broken, or ran into its budget or limit",
        empty="no mistakes",
    )


def where_the_time_goes(scope: Scope, width: int = HALF_WIDTH) -> Panel:
    """The mean latency, as the parts that it is made of."""
    return time_series(
        "Where the time goes",
        latency.average(scope, latency.QUEUE, legend="Queue and authentication"),
        latency.average(scope, latency.OVERHEAD, legend="LiteLLM's overhead"),
        latency.in_guardrails(scope),
        latency.average(scope, latency.UPSTREAM, legend="Upstream"),
        question="Of the mean time of a successful request, how much is spent where?",
        worry="any part but upstream is more than a few tens of milliseconds",
        empty="no successful requests",
        stacked=True,
        width=width,
    )


def quantiles(title: str, scope: Scope, histogram: str, question: str, worry: str = "") -> Panel:
    """The median and the tails of one histogram."""
    return time_series(
        title,
        *(latency.quantile(scope, q, histogram) for q in (0.5, 0.95, 0.99)),
        question=f"{question} Of successful requests only.",
        worry=worry or "the tail moves away from the median",
        empty="no successful requests",
    )


def deployment_states(scope: Scope) -> Panel:
    """A line for each deployment."""
    return states(
        "State of deployments",
        deployments.state(scope),
        question="Which deployments fail, and since when? From what their requests of the last 15 "
        "minutes came to.",
        worry="one is red: most of its requests fail",
        empty="no requests to deployments",
        meanings=STATES,
        width=FULL_WIDTH,
        height=10,
    )
