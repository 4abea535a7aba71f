"""Overview: whether the proxy is healthy, in ten seconds, and where to look if it is not."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.kit import CHOSEN_INTERVAL, TODAY, above, below, stat, time_series
from dashboards.layout import Dashboard, Row
from dashboards.panels import (
    callers_mistakes,
    deployment_states,
    failures_by_class,
    outcomes,
    quantiles,
    success_ratio,
    where_the_time_goes,
)
from signals import Scope, budgets, deployments, failures, latency, limits, services, spend, targets
from signals import traffic as asked
from signals.failures import Cause

CLOSE = 0.9
"""The share of a budget or limit from which on it is close."""


def overview(scope: Scope) -> Dashboard:
    """Numbers of now, then traffic, errors, latency and spend, each linked to its details."""
    choices = (targets.MODEL_GROUP, targets.TEAM)
    scope = scope.choosing(*choices)
    return Dashboard(
        "LiteLLM Overview",
        [
            Row(
                "Right now",
                [*_health(scope), *_speed_and_cost(scope), *_limits(scope)],
                about="proxy/prometheus",
            ),
            Row("Traffic", _traffic(scope), to="traffic", about="proxy/prometheus"),
            Row(
                "Errors",
                [failures_by_class(scope), callers_mistakes(scope)],
                to="traffic",
                about="proxy/error_diagnosis",
            ),
            Row("Latency", _latency(scope), to="latency", about="proxy/prometheus"),
            Row("Spend", _spend(scope), to="spend", about="proxy/cost_tracking"),
            Row("Deployments", [deployment_states(scope)], to="models", about="proxy/reliability"),
        ],
        choices=choices,
        has_interval=True,
        description="Is the proxy healthy? Each panel links to the dashboard with the details.",
    )


def _health(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Proxies down",
            targets.down(scope),
            question="How many proxies cannot be scraped that could within the last day?",
            worry="it is not 0: the proxy is down, hangs, or refuses the scrape",
            limits=above(1, 1),
            to="internals",
        ),
        stat(
            "Requests",
            asked.requests(scope),
            question="How many requests a second reach the proxy?",
            worry="it falls to zero while clients are active",
            empty="no requests",
            to="traffic",
        ),
        stat(
            "In flight",
            asked.in_flight(scope),
            question="How many requests are the proxies working on?",
            worry="it climbs while requests do not: something hangs",
            empty="not exposed",
            to="internals",
        ),
        success_ratio(scope),
        stat(
            "Error budget left",
            failures.error_budget_left(scope),
            question=f"Of the failures that {100 * scope.objective.availability:g} % availability "
            f"allows over {scope.objective.window}, how much is left? Callers' own mistakes do "
            "not count.",
            worry="it nears 0; below, the objective is missed",
            empty="no requests",
            limits=below(0.25, 0),
            at_once=True,
            to="traffic",
        ),
        stat(
            "Deployments down",
            deployments.unhealthy(scope),
            question="How many deployments fail most of their requests, or rest?",
            worry="it is not 0",
            limits=above(1, 1),
            to="models",
        ),
    ]


def _speed_and_cost(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Latency",
            *(latency.quantile(scope, q, latency.TOTAL) for q in (0.5, 0.95, 0.99)),
            question="How long do successful requests take, from arrival to the end of the answer?",
            worry="p95 is far above its usual value",
            empty="no successful requests",
            width=8,
            to="latency",
        ),
        stat(
            "Time to first token, p95",
            latency.quantile(scope, 0.95, latency.FIRST_TOKEN),
            question="How long do callers of streamed answers wait for the first of it?",
            worry="it is far above its usual value",
            empty="nothing streamed",
            to="latency",
        ),
        stat(
            "Tokens per second",
            spend.tokens(scope, spend.TOKENS, "Tokens"),
            question="How many tokens a second go in and out?",
            worry="it jumps without a reason",
            empty="no tokens",
            to="spend",
        ),
        stat(
            "Spend today",
            spend.spent(scope),
            question="How many dollars were spent since midnight?",
            worry="it is more than a day may cost",
            empty="nothing spent",
            at_once=True,
            time_from=TODAY,
            to="spend",
        ),
        stat(
            "Spend a day, at this rate",
            spend.a_day(scope),
            question="How many dollars would a day cost that goes on like the last hour?",
            worry="it is more than a day may cost",
            empty="nothing spent",
            to="spend",
        ),
    ]


def _limits(scope: Scope) -> list[Panel]:
    close = f"{100 * CLOSE:g} %"
    return [
        stat(
            "Budgets nearly spent",
            budgets.close_to_limit(scope, budgets.KEY, CLOSE, "Keys"),
            budgets.close_to_limit(scope, budgets.TEAM, CLOSE, "Teams"),
            question=f"How many keys and teams have spent {close} of their budget, or more?",
            worry="it is not 0: requests beyond the budget are refused",
            limits=above(1, 5),
            width=6,
            to="budgets",
        ),
        stat(
            "Rate limits nearly used up",
            limits.close_to_limit(scope, limits.KEY, CLOSE, "Keys"),
            limits.close_to_limit(scope, limits.TEAM, CLOSE, "Teams"),
            question=f"How many keys and teams use {close} of a limit on requests or tokens a "
            "minute, or more?",
            worry="it stays above 0: requests beyond the limit are refused",
            limits=above(1, 5),
            width=6,
            to="budgets",
        ),
        stat(
            "Callers' own mistakes",
            failures.caused_by(scope, Cause.CALLER, name="Mistakes"),
            question="How many requests a second are refused for what is wrong with them, their "
            "key, budget or limit?",
            worry="it jumps: a client is broken, or ran into its budget or limit",
            width=6,
            to="traffic",
        ),
        stat(
            "Redis and Postgres failing",
            services.dependency_failures(scope),
            question="How many calls a second to Redis and Postgres fail? Seen only with "
            '`litellm_settings.service_callback: ["prometheus_system"]`.',
            worry="it is not 0: limits, budgets and the cache no longer hold across proxies",
            limits=above(0.001, 1),
            width=6,
            to="internals",
        ),
    ]


def _traffic(scope: Scope) -> list[Panel]:
    return [
        outcomes(scope),
        time_series(
            "Requests by model group",
            asked.busiest(scope, "requested_model"),
            question="Which model groups are asked most?",
            worry="one falls to zero, or crowds out the others",
            empty="no requests",
        ),
    ]


def _latency(scope: Scope) -> list[Panel]:
    return [
        quantiles("Latency, end to end", scope, latency.TOTAL, "How long do requests take?"),
        where_the_time_goes(scope),
    ]


def _spend(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Spend by team",
            spend.most_spent_each_interval(scope, "team_alias"),
            question="Who spends how many dollars, for each bar?",
            worry="a team spends far more than it used to",
            empty="nothing spent",
            bars=CHOSEN_INTERVAL,
        ),
        time_series(
            "Tokens in and out",
            spend.tokens(scope, spend.INPUT_TOKENS, "In"),
            spend.tokens(scope, spend.OUTPUT_TOKENS, "Out"),
            question="How many tokens a second go in and come out?",
            worry="they grow while requests do not: prompts or answers get longer",
            empty="no tokens",
        ),
    ]
