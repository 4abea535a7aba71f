"""Alerts with labels of one's own: one for each value that is concerned, with recorded series and
without.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.rules.alert_faults import HEALTHY_COUNTERS, HEALTHY_GAUGES, PROXY
from tests.rules.test_alert_rules import FIRING, PATHS, groups, only, promtool, series

CENTER = "metadata_cost_center"
LABELS = [
    {"metadata": "metadata.cost_center", "inAlerts": True},
    {"tag": "batch", "inAlerts": True},
]
WHO = f'{PROXY}, requested_model="fast", team="t1", team_alias="search"'


def spend(center: str, *phases: tuple[float | None, int], batch: str = "false") -> dict[str, str]:
    name = f'litellm_spend_metric_total{{{WHO}, {CENTER}="{center}", tag_batch="{batch}"}}'
    return series(name, *phases, counts=True)


def healthy(minutes: int) -> list[dict[str, str]]:
    """All else."""
    counters, gauges = (
        [
            series(name, (now, minutes), counts=is_counter)
            for name, (now, _) in found.items()
            if not name.startswith("litellm_spend")
        ]
        for found, is_counter in ((HEALTHY_COUNTERS, True), (HEALTHY_GAUGES, False))
    )
    return [*counters, *gauges]


def rules(recording: str, name: str, alerts: dict[str, object] | None = None) -> list[Any]:
    return only(groups(recording, every=10, alerts=alerts, labels=LABELS), {name})


def firing(minute: int, name: str, *concerned: tuple[str, str]) -> dict[str, Any]:
    """That the alert fires then of each of these values."""
    return {
        "expr": f'max by (alertname, {CENTER}, tag_batch) ({FIRING[:-1]}, alertname="{name}"}})',
        "eval_time": f"{minute}m",
        "exp_samples": [
            {
                "labels": f'{{alertname="{name}", {CENTER}="{center}", tag_batch="{batch}"}}',
                "value": 1,
            }
            for center, batch in concerned
        ],
    }


@pytest.mark.parametrize("recording", PATHS)
def test_a_teams_limit_is_told_to_each_that_spent_of_it(recording: str, tmp_path: Path) -> None:
    """None of them spends 20 dollars, and all of them together do."""
    name, minutes = "LiteLLMTeamDailySpend", 300
    test = {
        "interval": "1m",
        "input_series": [
            *healthy(minutes),
            spend("CC-1", (0.05, minutes)),
            spend("CC-2", (0.04, minutes)),
            spend("None", (0.0, minutes)),
        ],
        "promql_expr_test": [
            firing(150, name),
            firing(280, name, ("CC-1", "false"), ("CC-2", "false")),
        ],
    }
    found = rules(recording, name, {"dailySpendLimits": {"search": 20}})
    assert not promtool(tmp_path, found, test)


@pytest.mark.parametrize("recording", PATHS)
def test_a_surge_is_of_the_value_that_surges(recording: str, tmp_path: Path) -> None:
    name, week = "LiteLLMSpendSurge", 10_200
    test = {
        "interval": "1m",
        "input_series": [
            *healthy(week + 200),
            spend("CC-1", (0.05, week), (1.0, 200)),
            spend("CC-2", (0.5, week + 200)),
        ],
        "promql_expr_test": [firing(week - 10, name), firing(week + 150, name, ("CC-1", "false"))],
    }
    assert not promtool(tmp_path, rules(recording, name), test)


@pytest.mark.parametrize("recording", PATHS)
def test_failures_burn_the_budget_of_their_tag(recording: str, tmp_path: Path) -> None:
    """Other requests succeed, and more of them than fail."""
    name, minutes = "LiteLLMAvailabilityBurn1h", 120
    asked = f"{WHO}, {CENTER}="
    failed = 'exception_class="Openai.InternalServerError", exception_status="500"'
    counters = {
        f'litellm_proxy_total_requests_metric_total{{{asked}"CC-1", tag_batch="false", status_code="200"}}': 100,
        f'litellm_proxy_total_requests_metric_total{{{asked}"None", tag_batch="true", status_code="500"}}': 2,
        f'litellm_proxy_failed_requests_metric_total{{{asked}"None", tag_batch="true", {failed}}}': 2,
    }
    others = [
        each for each in healthy(minutes) if "_requests_metric_total" not in str(each["series"])
    ]
    test = {
        "interval": "1m",
        "input_series": [
            *others,
            *(series(name, (each, minutes), counts=True) for name, each in counters.items()),
        ],
        "promql_expr_test": [
            {
                "expr": f'max by (tag_batch) ({FIRING[:-1]}, alertname="{name}"}})',
                "eval_time": "110m",
                "exp_samples": [{"labels": '{tag_batch="true"}', "value": 1}],
            }
        ],
    }
    assert not promtool(tmp_path, rules(recording, name), test)
