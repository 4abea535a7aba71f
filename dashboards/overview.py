"""Overview: whether the proxy is healthy, in ten seconds, and where to look if it is not."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import panels
from dashboards.kit import CHOSEN_INTERVAL, above, below, stat, time_series
from dashboards.layout import Dashboard, Row
from signals import Scope, budgets, choices, failures, latency, limits, spend
from signals import traffic as asked
from signals.recording import CLOSE


def overview(scope: Scope) -> Dashboard:
    """Numbers of now, then traffic, errors, latency and spend, each linked to its details."""
    offered = (choices.MODEL_GROUP, choices.TEAM)
    scope = scope.choosing(*offered)
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
                [panels.failures_by_class(scope), panels.callers_mistakes(scope)],
                to="traffic",
                about="proxy/error_diagnosis",
            ),
            Row("Latency", _latency(scope), to="latency", about="proxy/prometheus"),
            Row("Spend", _spend(scope), to="spend", about="proxy/cost_tracking"),
            Row(
                "Deployments",
                [panels.deployment_states(scope)],
                to="models",
                about="proxy/reliability",
            ),
        ],
        choices=offered,
        has_interval=True,
        description="Is the proxy healthy? Each panel links to the dashboard with the details.",
    )


def _health(scope: Scope) -> list[Panel]:
    return [
        panels.proxies_down(scope, to="internals"),
        stat(
            "Requests",
            asked.requests(scope.over(panels.NOW)),
            question="How many requests a second reached the proxy in the last 5 minutes?",
            worry="it falls to zero while clients are active",
            empty="no requests",
            to="traffic",
        ),
        panels.in_flight(scope, to="internals"),
        panels.success_ratio(scope),
        stat(
            "Error budget left",
            failures.error_budget_left(scope),
            question=f"Of the failures that {100 * scope.objective.availability:g} % availability "
            f"allows {_budget_window(scope)}, how much is left? Callers' own mistakes do not count.",
            worry="it nears 0; below, the objective is missed",
            empty="no requests",
            limits=below(0.25, 0),
            at_once=True,
            to="traffic",
        ),
        panels.deployments_down(scope, to="models"),
    ]


def _budget_window(scope: Scope) -> str:
    if scope.recording:
        return f"over {scope.objective.window}"
    return f"in this time range (over {scope.objective.window} with recording rules)"


def _speed_and_cost(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Latency",
            *(latency.quantile(scope.over(panels.NOW), q, latency.TOTAL) for q in (0.5, 0.95)),
            question="How long did successful requests of the last 5 minutes take, from arrival to "
            "the end of the answer?",
            worry="p95 is far above its usual value",
            empty="no successful requests",
            width=8,
            to="latency",
        ),
        panels.first_token(scope, to="latency"),
        panels.tokens_per_second(scope, to="spend"),
        panels.spend_today(scope, to="spend"),
        panels.spend_a_day(scope, to="spend"),
    ]


def _limits(scope: Scope) -> list[Panel]:
    close = f"{100 * CLOSE:g} %"
    return [
        stat(
            "Budgets nearly spent",
            budgets.close_to_limit(scope, budgets.KEY, "Keys"),
            budgets.close_to_limit(scope, budgets.TEAM, "Teams"),
            question=f"How many keys and teams have spent {close} of their budget, or more?",
            worry="it is not 0: requests beyond the budget are refused",
            empty="no budgets set",
            limits=above(1, 5),
            at_once=True,
            width=6,
            to="budgets",
        ),
        stat(
            "Rate limits nearly used up",
            limits.close_to_limit(scope, limits.KEY, "Keys"),
            limits.close_to_limit(scope, limits.TEAM, "Teams"),
            question=f"How many keys and teams use {close} of a limit on requests or tokens a "
            "minute, or more?",
            worry="it stays above 0: requests beyond the limit are refused",
            empty="no limits set",
            limits=above(1, 5),
            width=6,
            to="budgets",
        ),
        panels.rejected(scope, width=6, to="traffic"),
        panels.dependencies_failing(scope, width=6, to="internals"),
    ]


def _traffic(scope: Scope) -> list[Panel]:
    return [
        panels.outcomes(scope),
        time_series(
            "Requests by model group",
            asked.requests(scope, "requested_model"),
            question="Which model groups are asked most?",
            worry="one falls to zero, or crowds out the others",
            empty="no requests",
        ),
    ]


def _latency(scope: Scope) -> list[Panel]:
    return [
        panels.quantiles("Latency, end to end", scope, latency.TOTAL, "How long do requests take?"),
        panels.where_the_time_goes(scope),
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
        panels.tokens_in_and_out(scope),
    ]
