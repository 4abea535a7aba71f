"""Objectives: how much of each error budget is left, how fast it is used up, and by whom."""

from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import STAT_WIDTH, above
from litellm_monitoring.dashboards.kit.layout import GRID_COLUMNS, Dashboard, Row
from litellm_monitoring.dashboards.kit.visualizations import ranking, stat, time_series
from litellm_monitoring.dashboards.rows import panels
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import choices
from litellm_monitoring.signals.serving import objectives as promised
from litellm_monitoring.signals.serving.objectives import (
    AVAILABILITY,
    FIRST_TOKEN,
    LATENCY,
    Promise,
)

_BESIDE = GRID_COLUMNS - STAT_WIDTH
_HEIGHT = 8
_POINTS = 100
"""Of a line for which nothing is recorded: each looks back over the whole time range."""

_NAMES = {
    "5m": "5 minutes",
    "30m": "30 minutes",
    "1h": "1 hour",
    "2h": "2 hours",
    "6h": "6 hours",
    "1d": "1 day",
    "3d": "3 days",
}
"""What the windows of alerts are called, the shortest first."""

_FASTEST, *_ = promised.WINDOWS


@dataclass(frozen=True)
class _Objective:
    """``name`` is what its panels are called after, ``says`` what is promised, ``bad`` what uses up
    its budget, and ``look`` where the cause is seen. ``apart`` are the labels by which it is known who
    used it up, with what they are called.
    """

    name: str
    promise: Promise
    says: str
    bad: str
    look: str
    apart: dict[str, str]


def objectives(scope: Scope) -> Dashboard:
    """A row for each objective."""
    offered = (choices.MODEL_GROUP, choices.TEAM)
    scope = scope.choosing(*offered)
    of_all = {"requested_model": "model group", "team_alias": "team", "api_provider": "provider"}
    of_team = {"requested_model": "model group", "api_provider": "provider"}
    apart = of_all if scope.team_alias is None else of_team
    promise = scope.objective
    found = [
        _Objective(
            "Availability",
            AVAILABILITY,
            f"{100 * promise.availability:g}% of requests succeed; client errors count as success",
            "failed requests",
            "Look at *Proxy and upstream errors by exception* on "
            f"{'Traffic and errors' if scope.team_alias is None else 'Team overview'}.",
            apart if scope.team_alias is None else {**of_team, "api_key_alias": "key"},
        ),
        _Objective(
            "Latency",
            LATENCY,
            f"{100 * promise.latency.share:g}% of answers take no longer than "
            f"{promise.latency.within:g} s",
            "slow answers",
            "Look at *Latency breakdown* on Latency."
            if scope.team_alias is None
            else "Look at *Latency by model group, p95* on Team overview.",
            apart,
        ),
        _Objective(
            "First token",
            FIRST_TOKEN,
            f"{100 * promise.first_token.share:g}% of streamed answers begin within "
            f"{promise.first_token.within:g} s",
            "late first tokens",
            "Look at *Time to first token by model group, p95* on Latency."
            if scope.team_alias is None
            else "Look at *First token, p95* on Team overview.",
            apart,
        ),
    ]
    is_recorded = scope.recording is not None
    return Dashboard(
        "LiteLLM Objectives",
        [
            Row(
                each.name,
                [*_left(scope, each), *_burning(scope, each), *_used_up_by(scope, each)],
                about="proxy/prometheus",
                # Each reads three days of every series of a histogram.
                collapsed=each.promise is not AVAILABILITY and not is_recorded,
            )
            for each in found
        ],
        choices=offered,
        description="Error budgets of the objectives: what remains, who used it up, and how fast. "
        "Alerts count in the same way.",
    )


def _left(scope: Scope, of: _Objective) -> list[Panel]:
    window = promised.budget_window(scope, of.promise)
    over = panels.over_window(scope, window)
    line = time_series(
        f"{of.name} budget over time",
        promised.budget_left_over_time(scope, of.promise),
        shows=f"Share of the error budget that remained at each point, over "
        f"{scope.objective.window if window == scope.objective.window else 'a time range'} before "
        f"it. The objective: {of.says}. {_known_until(scope, window)}",
        worry="it falls steeply, or below 0: then the objective is missed",
        act=f"See when it fell. {of.look}",
        empty="no requests",
        limits=panels.BUDGET_LEFT,
        every="1h" if window == scope.objective.window else "",
        width=_BESIDE,
        height=_HEIGHT,
    )
    assert line.field_config
    # Less than nothing may be left.
    line.field_config.defaults.min_val = None
    if window != scope.objective.window:
        line.max_data_points = _POINTS
    return [
        stat(
            f"{of.name} budget",
            promised.budget_left(scope, of.promise),
            shows=f"Share of the error budget that remains {over}. The objective: {of.says}.",
            worry="it approaches 0; below 0, the objective is missed",
            act=f"{of.look[:-1]}, and postpone risky changes.",
            empty="no requests",
            limits=panels.BUDGET_LEFT,
            at_once=True,
            height=_HEIGHT,
        ),
        line,
    ]


def _known_until(scope: Scope, window: str) -> str:
    if window == scope.objective.window:
        return (
            "Up to the last full hour, and of less time where Prometheus keeps data, or rules have "
            "recorded, for less."
        )
    return f"Over {scope.objective.window}, it requires recording rules (`recordingRules`)."


def _burning(scope: Scope, of: _Objective) -> list[Panel]:
    windows = {each for pair in promised.WINDOWS for each in (pair.long, pair.short)}
    ordered = [window for window in _NAMES if window in windows]
    return [
        ranking(
            f"{of.name} burn rate",
            *(promised.burn(scope, of.promise, each, _NAMES[each]) for each in ordered),
            shows=f"How many times as fast as the objective allows {of.bad} used up the error "
            "budget in the last minutes, hours and days: the windows of the alerts on it.",
            worry="a long window is above 1 and a short one too: the budget does not last",
            act=f"If short windows are at 0, it is over. {of.look}",
            empty="no requests",
            limits=above(1, 6),
            width=STAT_WIDTH,
            height=_HEIGHT + 1,
        ),
        time_series(
            f"{of.name} burn rate over time",
            *(
                promised.burn(scope, of.promise, each, _NAMES[each])
                for each in (_FASTEST.long, _FASTEST.short)
            ),
            shows=f"How many times as fast as the objective allows {of.bad} used up the error "
            "budget, in the hour and in the five minutes before each point.",
            worry="both stay above 1; 14.4 uses up 2% of the budget of 30 days in an hour",
            act=of.look,
            empty="no requests",
            limits=above(1, 14.4),
            width=_BESIDE,
            height=_HEIGHT + 1,
        ),
    ]


def _used_up_by(scope: Scope, of: _Objective) -> list[Panel]:
    width = GRID_COLUMNS // len(of.apart)
    return [
        ranking(
            f"{of.name} budget used by {name}",
            promised.most_of_budget(scope, of.promise, label),
            shows=f"Share of the whole error budget that {of.bad} of each {name} used up "
            f"{panels.over_window(scope, promised.budget_window(scope, of.promise, label))}. "
            "Together they are what is missing from the budget.",
            worry="one used up most of it",
            act=of.look,
            empty=f"no {of.bad}",
            limits=above(0.5, 1),
            width=width,
        )
        for label, name in of.apart.items()
    ]
