"""Overview: whether the proxy is healthy, in ten seconds, and where to look if it is not."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import (
    CHOSEN_INTERVAL,
    HALF_WIDTH,
    STAT_WIDTH,
    above,
)
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.dashboards.kit.visualizations import stat, time_series
from litellm_monitoring.dashboards.rows import panels, pods
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.catalogue.recording import CLOSE
from litellm_monitoring.signals.serving import latency
from litellm_monitoring.signals.serving import traffic as asked
from litellm_monitoring.signals.spending import budgets, limits, spend


def overview(scope: Scope) -> Dashboard:
    """Numbers of now, then traffic, errors, latency and spend, each linked to its details."""
    offered = (choices.MODEL_GROUP, choices.TEAM)
    scope = scope.choosing(*offered)
    return Dashboard(
        "LiteLLM Overview",
        [
            Row(
                "Right now",
                [*_health(scope), *_load(scope), *_speed_and_cost(scope)],
                about="proxy/prometheus",
            ),
            Row("Traffic", _traffic(scope), to="traffic", about="proxy/prometheus"),
            Row(
                "Errors",
                [panels.failures_by_class(scope), panels.client_errors(scope)],
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
        description="Health of the proxy at a glance. Each panel links to the dashboard with the "
        "details.",
    )


def _health(scope: Scope) -> list[Panel]:
    return [
        panels.proxies_down(scope, to="internals"),
        panels.deployments_down(scope, to="models"),
        panels.success_ratio(scope),
        panels.error_budget(scope, to="objectives"),
    ]


def _load(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Request rate",
            asked.requests(scope.over(panels.NOW)),
            shows="Requests per second that reached the proxy over the last 5 minutes.",
            worry="it falls to zero while clients are active",
            act="Check that the proxies are up, and that clients can reach them.",
            key="Requests",
            empty="no requests",
            to="traffic",
        ),
        panels.in_flight(scope, to="internals"),
        panels.rejected(scope, to="traffic"),
        panels.dependencies_failing(scope, to="internals"),
    ]


def _speed_and_cost(scope: Scope) -> list[Panel]:
    close = f"{100 * CLOSE:g}%"
    return [
        stat(
            "Latency",
            *(latency.quantile(scope.over(panels.NOW), q, latency.TOTAL) for q in (0.5, 0.95)),
            shows="Duration of the successful requests of the last 5 minutes, from arrival to the "
            "end of the answer: median and 95th percentile.",
            worry="p95 is far above its usual value",
            act="Look at *Latency breakdown* to see which part is slow.",
            empty="no successful requests",
            width=STAT_WIDTH if scope.pods else HALF_WIDTH,
            to="latency",
        ),
        panels.first_token(scope, to="latency"),
        panels.tokens_per_second(scope, to="spend"),
        *([pods.unavailable(scope, to="internals")] if scope.pods else []),
        panels.spend_today(scope, to="spend"),
        panels.spend_a_day(scope, to="spend"),
        stat(
            "Budgets at risk",
            budgets.close_to_limit(scope, budgets.KEY, "Keys"),
            budgets.close_to_limit(scope, budgets.TEAM, "Teams"),
            shows=f"Keys and teams that have used {close} of their budget, or more.",
            worry="it is not 0: the proxy rejects requests beyond the budget",
            act="Find them on Budgets and rate limits, and raise the budget or tell the owner.",
            key="Budgets nearly spent",
            empty="no budgets configured",
            limits=above(1, 5),
            at_once=True,
            to="budgets",
        ),
        stat(
            "Rate limits at risk",
            limits.close_to_limit(scope, limits.KEY, "Keys"),
            limits.close_to_limit(scope, limits.TEAM, "Teams"),
            shows=f"Keys and teams that use {close} of a limit on requests or tokens per minute, "
            "or more.",
            worry="it stays above 0: the proxy rejects requests beyond the limit",
            act="Find them on Budgets and rate limits, and raise the limit or have the client "
            "slow down.",
            key="Rate limits nearly used up",
            empty="no rate limits configured",
            limits=above(1, 5),
            to="budgets",
        ),
    ]


def _traffic(scope: Scope) -> list[Panel]:
    return [
        panels.outcomes(scope),
        time_series(
            "Requests by model group",
            asked.requests(scope, "requested_model"),
            shows="Requests per second by model group.",
            worry="one falls to zero, or crowds out the others",
            act="Find the team or key behind it on Traffic and errors.",
            empty="no requests",
        ),
    ]


def _latency(scope: Scope) -> list[Panel]:
    return [
        panels.quantiles(
            "End-to-end latency",
            scope,
            latency.TOTAL,
            "Duration of requests, from arrival to the end of the answer.",
            worry="p95 moves away from the median",
            act="Look at *Latency breakdown* to see which part is slow.",
            key="Latency, end to end",
        ),
        panels.where_the_time_goes(scope),
    ]


def _spend(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Spend by team",
            spend.most_spent_each_interval(scope, "team_alias"),
            shows="US dollars spent by each team, per bar.",
            worry="a team spends far more than usual",
            act="Find the key and the model on Spend and tokens.",
            empty="no spend",
            bars=CHOSEN_INTERVAL,
        ),
        panels.tokens_in_and_out(scope),
    ]
