"""The dashboards of many days: what they read, and what they are without."""

from dataclasses import replace

import pytest

from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.recording import (
    Recording,
    is_recorded,
    is_recorded_increase,
)
from tests.unit.dashboards.test_dashboards import FRAME, model, panels

RECORDED = Scope(recording=Recording("prod", 60, 15))
CENTERS = {"search": "CC-1", "ads": "CC-2"}
EVERYBODY = [RECORDED, replace(RECORDED, cost_centers=CENTERS), replace(RECORDED, team_alias="a")]


def of_cost_centers(scope: Scope) -> set[str]:
    return {p["title"] for p in panels("adoption", scope) if "cost center" in p["title"].lower()}


@pytest.mark.parametrize("scope", EVERYBODY, ids=["all", "cost centers", "team"])
def test_adoption_reads_nothing_but_what_each_hour_recorded(scope: Scope) -> None:
    """LiteLLM's own series, or those of each minute, would take minutes to read."""
    for panel in panels("adoption", scope):
        for target in panel["targets"]:
            read = {each.metric for each in selectors(parsed(target["expr"]))}
            assert all(map(is_recorded_increase, read)), (panel["title"], read)


@pytest.mark.parametrize("scope", EVERYBODY, ids=["all", "cost centers", "team"])
def test_objectives_read_nothing_but_what_is_recorded(scope: Scope) -> None:
    for panel in panels("objectives", scope):
        for target in panel["targets"]:
            read = {each.metric for each in selectors(parsed(target["expr"]))}
            assert all(map(is_recorded, read)), (panel["title"], read)
            is_of_the_window = "burn rate" not in panel["title"]
            assert all(map(is_recorded_increase, read)) == is_of_the_window, panel["title"]


@pytest.mark.parametrize(
    ("scope", "time_from"), [(Scope(), "now-7d"), (RECORDED, "now-28d")], ids=["raw", "recorded"]
)
def test_adoption_opens_with_a_time_range_of_its_own(scope: Scope, time_from: str) -> None:
    frame = replace(FRAME, time_from="now-1h", time_to="now-5m")
    assert model("adoption", scope, frame)["time"] == {"from": time_from, "to": "now"}
    assert model("objectives", scope, frame)["time"] == {"from": "now-1h", "to": "now-5m"}


def test_cost_centers_are_shown_where_there_are_any_and_to_no_team() -> None:
    assert of_cost_centers(RECORDED) == set()
    charged = replace(RECORDED, cost_centers=CENTERS)
    assert of_cost_centers(charged) == {"Cost centers", "Spend by cost center"}
    assert of_cost_centers(replace(charged, team_alias="search")) == set()


def test_a_team_sees_its_users_and_the_environment_its_teams() -> None:
    titles = [
        {panel["title"] for panel in panels("adoption", scope)}
        for scope in (RECORDED, replace(RECORDED, team_alias="a"))
    ]
    of_all, of_team = titles
    assert of_all - of_team == {"Adoption by team", "Cached input tokens by team"}
    assert of_team - of_all == {"Adoption by user", "Cached input tokens by key"}


def test_every_panel_says_how_far_back_it_knows() -> None:
    for scope, said in ((Scope(), "as long as Prometheus keeps data"), (RECORDED, "full hour")):
        for panel in panels("adoption", scope):
            assert said in panel["description"], panel["title"]


@pytest.mark.parametrize("scope", [Scope(), RECORDED], ids=["raw", "recorded"])
def test_rows_that_read_days_of_every_series_wait_until_they_are_opened(scope: Scope) -> None:
    is_raw = scope.recording is None
    rows = {
        p["title"]: p["collapsed"]
        for p in model("objectives", scope)["panels"]
        if p["type"] == "row"
    }
    assert rows == {"Availability": False, "Latency": is_raw, "First token": is_raw}
    rows = {
        p["title"]: p["collapsed"] for p in model("adoption", scope)["panels"] if p["type"] == "row"
    }
    assert list(rows.values()) == [False, False, is_raw, is_raw, is_raw]
