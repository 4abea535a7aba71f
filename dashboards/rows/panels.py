"""Panels that more than one dashboard has."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import (
    FULL_WIDTH,
    HALF_WIDTH,
    TODAY,
    Limits,
    above,
    below,
)
from litellm_monitoring.dashboards.kit.visualizations import stat, states, time_series
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.running import services
from litellm_monitoring.signals.serving import (
    deployments,
    failures,
    latency,
    objectives,
    targets,
    traffic,
)
from litellm_monitoring.signals.serving.failures import Cause
from litellm_monitoring.signals.spending import spend

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
        shows="Share of the requests of the last 15 minutes that neither the proxy nor a provider "
        "failed. Client errors (invalid requests and keys, exceeded budgets and rate limits) "
        "count as served. So do failures of unknown cause, which are shown beside it.",
        worry="it is below the objective",
        act="Find the exception that rises in *Proxy and upstream errors by exception*, then the "
        "model group or deployment it comes from.",
        empty="no requests",
        limits=at_least_the_objective(scope),
        decimals=2,
        to="traffic",
    )


BUDGET_LEFT = below(0.25, 0)
"""Little of an error budget, and nothing."""


def over_window(scope: Scope, window: str) -> str:
    """Words for the ``window`` of an error budget."""
    if window == scope.objective.window:
        return f"over {window}"
    return f"in this time range (over {scope.objective.window} with recording rules)"


def error_budget(scope: Scope, to: str = "") -> Panel:
    """What is left for the rest of the window."""
    window = objectives.budget_window(scope, objectives.AVAILABILITY)
    return stat(
        "Error budget",
        objectives.budget_left(scope, objectives.AVAILABILITY),
        shows=f"Share of the error budget that remains {over_window(scope, window)}, where the "
        f"objective is {100 * scope.objective.availability:g}% availability. Client errors do "
        "not count.",
        worry="it approaches 0; below 0, the objective is missed",
        act="Look at *Proxy and upstream errors by exception*, and postpone risky changes.",
        key="Error budget left",
        empty="no requests",
        limits=BUDGET_LEFT,
        at_once=True,
        to=to,
    )


def proxies_down(scope: Scope, to: str = "") -> Panel:
    """The first thing to know."""
    return stat(
        "Proxies down",
        targets.down(scope),
        shows="Proxies that Prometheus cannot scrape now and could scrape within the last day.",
        worry="it is not 0: the proxy is down, hangs, or rejects the scrape",
        act="Check the error of the target on the *Targets* page in Prometheus, then the proxy's "
        "log.",
        empty="no proxies found",
        limits=above(1, 1),
        to=to,
    )


def in_flight(scope: Scope, to: str = "") -> Panel:
    """What hangs stays among them."""
    return stat(
        "In-flight requests",
        traffic.in_flight(scope),
        shows="Requests that the proxies are processing right now.",
        worry="it climbs while the request rate does not: requests hang",
        act="Check upstream latency, then Redis and the database.",
        key="In flight",
        empty="not exposed",
        to=to,
    )


def dependencies_failing(scope: Scope, to: str = "") -> Panel:
    """What the proxies share."""
    return stat(
        "Redis and DB errors",
        *services.dependency_failures(scope.over(NOW)),
        shows="Failed calls per second to Redis and Postgres over the last 5 minutes.",
        worry="it is not 0: rate limits, budgets and the cache are no longer shared by the proxies",
        act="Check that Redis and Postgres are up and reachable from every proxy.",
        key="Redis, Postgres failing",
        empty="not measured",
        limits=above(0.001, 1),
        to=to,
    )


def deployments_down(scope: Scope, to: str = "") -> Panel:
    """Which they are, the state timeline shows."""
    return stat(
        "Deployments down",
        deployments.down(scope),
        shows="Deployments that failed most of their requests over the last 15 minutes.",
        worry="it is not 0",
        act="Find them in *Deployment state*, then check the provider's status page, key and "
        "quota.",
        empty="no deployments",
        limits=above(1, 1),
        to=to,
    )


def first_token(scope: Scope, to: str = "") -> Panel:
    """What who waits for a streamed answer feels."""
    return stat(
        "First token, p95",
        latency.quantile(scope.over(NOW), 0.95, latency.FIRST_TOKEN),
        shows="Time to first token of streamed answers over the last 5 minutes: 95% began sooner.",
        worry="it is far above its usual value",
        act="Check whether one model group is slow or all of them, and whether prompts have "
        "become longer.",
        empty="no streamed answers",
        to=to,
    )


def tokens_per_second(scope: Scope, to: str = "") -> Panel:
    """In and out together."""
    return stat(
        "Tokens per second",
        spend.tokens(scope.over(NOW), spend.TOKENS, "Tokens"),
        shows="Input and output tokens per second over the last 5 minutes.",
        worry="it jumps without a known reason",
        act="Find the team, key or model group in the breakdowns of spend and tokens.",
        empty="no tokens",
        to=to,
    )


def tokens_in_and_out(scope: Scope) -> Panel:
    """Apart, since out is what costs."""
    return time_series(
        "Input and output tokens",
        spend.tokens(scope, spend.INPUT_TOKENS, "In"),
        spend.tokens(scope, spend.OUTPUT_TOKENS, "Out"),
        shows="Tokens per second that clients send (input) and models return (output).",
        worry="they grow while the request rate does not: prompts or answers are getting longer",
        act="Find the model group and the team, and ask what changed in their prompts.",
        key="Tokens in and out",
        empty="no tokens",
    )


def spend_today(scope: Scope, to: str = "") -> Panel:
    """By the time zone of who looks."""
    return stat(
        "Spend today",
        spend.spent(scope),
        shows="US dollars spent since midnight, in the dashboard's time zone.",
        worry="it is above your daily limit",
        act="Find the team, key or model that spends most, and check for retry loops.",
        empty="no spend",
        at_once=True,
        time_from=TODAY,
        to=to,
    )


def spend_a_day(scope: Scope, to: str = "") -> Panel:
    """The run rate."""
    return stat(
        "Daily spend rate",
        spend.a_day(scope),
        shows="US dollars that a day costs at the rate of the last hour.",
        worry="it is above your daily limit",
        act="Find the team, key or model that spends most, and check for retry loops.",
        key="Daily rate of spend",
        empty="no spend",
        at_once=True,
        to=to,
    )


def rejected(scope: Scope, to: str = "") -> Panel:
    """A jump of it is a client that breaks, or runs into its budget."""
    failed = failures.caused_by(scope.over(NOW), Cause.REJECTED, name="Rejected")
    return stat(
        "Rejected requests",
        failures.or_none(scope, failed),
        shows="Requests per second that the proxy rejected over the last 5 minutes: invalid keys, "
        "exceeded budgets and rate limits.",
        worry="it jumps: a client is broken, or exceeded its budget or rate limit",
        act="Find the exception and the key in the breakdowns of client errors, and tell the "
        "key's owner.",
        empty="no requests",
        to=to,
    )


def outcomes(scope: Scope, *also: Query) -> Panel:
    """All requests, by what became of them."""
    return time_series(
        "Requests by outcome",
        failures.succeeded(scope),
        failures.caused_by(scope, Cause.REJECTED, name="Rejected"),
        failures.caused_by(scope, Cause.INVALID, name="Invalid"),
        failures.caused_by(scope, Cause.PROXY, name="Proxy errors"),
        failures.caused_by(scope, Cause.UPSTREAM, name="Upstream errors"),
        *also,
        shows="Requests per second by outcome. Client errors are *Rejected* (the proxy: invalid "
        "keys, exceeded budgets and rate limits) and *Invalid* (the provider: the request itself "
        "is wrong).",
        worry="proxy or upstream errors are more than a small fraction",
        act="Look at *Proxy and upstream errors by exception* for the cause.",
        empty="no requests",
        stacked=True,
    )


def failures_by_class(scope: Scope) -> Panel:
    """What the proxy and upstream fail with."""
    return time_series(
        "Proxy and upstream errors by exception",
        *(failures.caused_by(scope, cause, "exception_class") for cause in failures.OURS),
        shows="Requests per second that the proxy or a provider failed, by exception. A "
        "provider's name before the exception marks an upstream error.",
        worry="any of them keeps rising",
        act="For an upstream error, check the provider's status page, key and quota; for a proxy "
        "error, the proxy's log.",
        key="Failures of the proxy and upstream by exception",
        empty="no errors",
    )


def client_errors(scope: Scope) -> Panel:
    """What clients get wrong."""
    return time_series(
        "Client errors by exception",
        *(failures.caused_by(scope, cause, "exception_class") for cause in failures.CALLERS),
        shows="Client errors per second, by exception. BudgetExceededError is an exceeded budget, "
        "HTTPException an exceeded rate limit or a blocked request, ProxyException an invalid key.",
        worry="one of them jumps: a client is broken, or exceeded its budget or rate limit",
        act="Find the key that sends these requests, and tell its owner.",
        key="Callers' own mistakes by exception",
        empty="no client errors",
    )


def where_the_time_goes(scope: Scope, width: int = HALF_WIDTH) -> Panel:
    """The mean latency, as the parts that it is made of."""
    return time_series(
        "Latency breakdown",
        latency.average(scope, latency.QUEUE, legend="Queue and authentication"),
        latency.average(scope, latency.OVERHEAD, legend="LiteLLM overhead"),
        latency.in_guardrails(scope),
        latency.average(scope, latency.UPSTREAM, legend="Upstream"),
        shows="Mean duration of a successful request, split into queue and authentication, "
        "LiteLLM overhead, guardrails and upstream.",
        worry="any part but upstream is above a few tens of milliseconds",
        act="Queue or overhead: add workers or proxies. Guardrails: check the guardrail's own "
        "latency.",
        key="Where the time goes",
        empty="no successful requests",
        stacked=True,
        width=width,
    )


def quantiles(
    title: str, scope: Scope, histogram: str, shows: str, *, worry: str, act: str, key: str = ""
) -> Panel:
    """The median and the tails of one histogram."""
    return time_series(
        title,
        *(latency.quantile(scope, q, histogram) for q in (0.5, 0.95, 0.99)),
        shows=f"{shows} Successful requests only: median, 95th and 99th percentile.",
        worry=worry,
        act=act,
        empty="no successful requests",
        key=key,
    )


def deployment_states(scope: Scope) -> Panel:
    """A line for each deployment."""
    return states(
        "Deployment state",
        deployments.state(scope),
        shows="State of each deployment, from the outcome of its requests over the last 15 "
        "minutes.",
        worry="one is red: most of its requests fail",
        act="Look at *Deployment errors by exception* on Models and deployments, then at the "
        "provider's status page, key and quota.",
        key="State of deployments",
        empty="no requests to deployments",
        meanings=STATES,
        width=FULL_WIDTH,
        height=10,
    )
