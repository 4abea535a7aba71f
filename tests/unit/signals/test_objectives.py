"""Error budgets: of which window they are, and that panels count as alerts do."""

import re
from dataclasses import replace

import pytest

from litellm_monitoring.alerts import CATALOGUE as ALERTS
from litellm_monitoring.signals import Objective, Query, Scope
from litellm_monitoring.signals.catalogue.recording import Recording, RuleGroup
from litellm_monitoring.signals.serving import objectives
from litellm_monitoring.signals.serving.objectives import (
    AVAILABILITY,
    FIRST_TOKEN,
    LATENCY,
    WINDOWS,
    Promise,
)

PROMISES: dict[str, Promise] = {
    "Availability": AVAILABILITY,
    "Latency": LATENCY,
    "FirstToken": FIRST_TOKEN,
}
RECORDING = Recording("t", 60, 15)
OBJECTIVE = Objective(0.999, "14d")
RAW, RECORDED = Scope(objective=OBJECTIVE), Scope(objective=OBJECTIVE, recording=RECORDING)


def windows(query: Query) -> list[str]:
    return re.findall(r"\[(\$\w+:\$\w+|\d+\w(?::\d+\w)?)\]", query.expr)


def test_the_error_budget_is_over_the_objectives_window_where_that_is_recorded() -> None:
    recorded = objectives.budget_left(RECORDED, AVAILABILITY)
    assert windows(recorded) == ["14d"] * 3
    assert recorded.expr.endswith(" > 0) / 0.001")
    assert windows(objectives.budget_left(RAW, AVAILABILITY)) == ["$__range:$__interval"] * 2


@pytest.mark.parametrize("promise", PROMISES.values(), ids=PROMISES)
def test_a_line_of_what_is_recorded_adds_up_each_hour_once(promise: Promise) -> None:
    found = windows(objectives.budget_left_over_time(RECORDED, promise))
    assert set(found) == {"1h", "14d:1h"}
    assert found.count("14d:1h") == 2
    assert set(windows(objectives.budget_left_over_time(RAW, promise))) == {"$__range:$__interval"}


@pytest.mark.parametrize("promise", PROMISES.values(), ids=PROMISES)
def test_a_window_of_hours_is_not_added_up_by_the_hour(promise: Promise) -> None:
    scope = replace(RECORDED, objective=Objective(window="90m"))
    assert set(windows(objectives.budget_left_over_time(scope, promise))) == {"90m"}


@pytest.mark.parametrize("promise", PROMISES.values(), ids=PROMISES)
def test_what_is_not_recorded_is_of_the_time_range(promise: Promise) -> None:
    of_others = Recording("t", 60, 15, groups={RuleGroup.SPEND})
    scope = Scope(objective=OBJECTIVE, recording=of_others)
    for ask in (objectives.budget_left, objectives.budget_left_over_time):
        assert set(windows(ask(scope, promise))) == {"$__range:$__interval"}


@pytest.mark.parametrize("label", ["requested_model", "team_alias", "api_provider"])
@pytest.mark.parametrize("promise", PROMISES.values(), ids=PROMISES)
def test_who_used_it_up_is_known_of_the_whole_window(promise: Promise, label: str) -> None:
    query = objectives.most_of_budget(RECORDED, promise, label)
    query.check()
    assert set(windows(query)) == {"14d"}


def test_the_key_that_used_it_up_is_known_of_the_window_where_keys_are_recorded() -> None:
    without = Recording("t", 60, 15, groups={RuleGroup.REQUESTS})
    of_keys, of_others = (
        objectives.most_of_budget(
            Scope(objective=OBJECTIVE, recording=recording, team_alias="a"),
            AVAILABILITY,
            "api_key_alias",
        )
        for recording in (RECORDING, without)
    )
    assert set(windows(of_keys)) == {"14d"}
    assert "14d" not in windows(of_others)


@pytest.mark.parametrize("scope", [RAW, RECORDED], ids=["raw", "recorded"])
@pytest.mark.parametrize("pair", WINDOWS, ids=lambda pair: pair.long)
@pytest.mark.parametrize("name", PROMISES)
def test_panels_count_as_the_alerts_do(name: str, pair: objectives.Windows, scope: Scope) -> None:
    alert = ALERTS[f"LiteLLM{name}Burn{pair.long}"]
    asked = alert.ask(scope, alert.defaults).expr
    promise = PROMISES[name]
    for window in (pair.long, pair.short):
        assert promise.all(scope, window) in asked
        bad = promise.bad(scope, window)
        # Slow are all that are not quick.
        assert all(part in asked for part in bad.strip("()").split(" - "))
    allowed = f" / {promise.allowed(scope.objective):.10g}"
    assert asked.count(allowed) == 2
    assert objectives.burn(scope, promise, pair.long, "").expr.endswith(allowed)
