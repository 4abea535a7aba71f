"""The setting for which bounds LiteLLM's latency buckets have: what is refused, with what advice,
and which objectives it leaves.
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.loading.stack import SettingsError
from litellm_monitoring.signals.serving.buckets import default_bounds
from tests.unit.settings.test_settings import URL, load, message

OURS = [0.5, 2, 10, 45, 90]
LITELLM = {"latencyBuckets": OURS}
ENVIRONMENT = {"prometheus": URL, "folder": {"permissions": []}}
TEAM = {"team": {"alias": "search", "platformStack": "prod"}}
PLATFORM = Platform("prod", "", "litellm-prod", True, "litellm-prod-prometheus")
KEY = "litellm.latencyBuckets"
NONE = "LiteLLM has no bucket bound there, only at"
ONE = "seconds; set one of these"
OR_BUCKETS = f"{ONE}, or {KEY} if yours has other bounds"


def objective(latency: float | None = None, first_token: float | None = None) -> dict[str, Any]:
    given = {"latency": latency, "firstToken": first_token}
    return {"objective": {key: {"within": each} for key, each in given.items() if each}}


@pytest.mark.parametrize(
    ("buckets", "advice"),
    [
        ([], ": must not be empty; remove it if LiteLLM uses its own bounds"),
        (5, " = 5: must be a list"),
        ("0.5,1", ' = "0.5,1": must be a list'),
        ({"0": 1}, ": must be a list"),
        ([1, "fast"], '.1 = "fast": must be a number'),
        ([1, None], ".1 = null: must be a number"),
        ([True, 5], ".0 = true: must be a number"),
        ([[1]], ".0: must be a number"),
        ([0, 1], ".0 = 0: must be more than 0 seconds"),
        ([-1, 1], ".0 = -1: must be more than 0 seconds"),
        ([float("nan")], ".0 = NaN: must be more than 0 seconds"),
        ([1, float("inf")], ".1 = Infinity: remove it; LiteLLM adds +Inf itself"),
        ([1, "+Inf"], '.1 = "+Inf": remove it; LiteLLM adds +Inf itself'),
        ([1, 10, 5], ": must be in ascending order, each once; 5 comes after 10"),
        ([1, 1.0], ": must be in ascending order, each once; 1 comes after 1"),
        ([1, 2.5, "2.5"], ": must be in ascending order, each once; 2.5 comes after 2.5"),
    ],
)
def test_buckets_that_will_not_do(buckets: object, advice: str) -> None:
    config = {"prometheus": URL, "litellm": {"latencyBuckets": buckets}}
    assert message(config)[1:] == [f"  {KEY}{advice}"]


def test_every_mistake_in_a_list_is_named() -> None:
    config = {"prometheus": URL, "litellm": {"latencyBuckets": [0, 1, "x"]}, **objective(45)}
    assert [line.split(":")[0] for line in message(config)[1:]] == [
        f"  {KEY}.0 = 0",
        f'  {KEY}.2 = "x"',
    ]


@pytest.mark.parametrize(
    ("config", "advice"),
    [
        (objective(45), [f"latency.within = 45: {NONE} 30 and 60 {OR_BUCKETS}"]),
        (objective(31), [f"latency.within = 31: {NONE} 30 and 60 {OR_BUCKETS}"]),
        (objective(1000), [f"latency.within = 1000: {NONE} 420 and 600 {OR_BUCKETS}"]),
        (objective(0.001), [f"latency.within = 0.001: {NONE} 0.005 and 0.01 {OR_BUCKETS}"]),
        (
            {"litellm": LITELLM, **objective(60)},
            [f"latency.within = 60: {NONE} 45 and 90 {ONE}"],
        ),
        (
            {"litellm": LITELLM, **objective(45, first_token=100)},
            [f"firstToken.within = 100: {NONE} 45 and 90 {ONE}"],
        ),
        (
            {"litellm": LITELLM},
            [f"latency.within: is 60 by default; {NONE} 45 and 90 {ONE}"],
        ),
        (
            {"litellm": {"latencyBuckets": [7.5]}},
            [
                f"latency.within: is 60 by default; {NONE} 7.5 seconds; set that",
                f"firstToken.within: is 10 by default; {NONE} 7.5 seconds; set that",
            ],
        ),
    ],
)
def test_objectives_that_cannot_be_measured(config: dict[str, Any], advice: list[str]) -> None:
    lines = message({"prometheus": URL, **config})[1:]
    assert lines == [f"  objective.{each}" for each in advice]


def test_it_is_said_beside_other_mistakes() -> None:
    config = {"litellm": LITELLM, "objective": {"window": "month", "latency": {"within": 60}}}
    lines = message({"prometheus": URL, **config})[1:]
    assert [line.split(" = ")[0] for line in lines] == [
        "  objective.window",
        "  objective.latency.within",
    ]


bounds = st.lists(
    st.floats(min_value=0, exclude_min=True, allow_nan=False, allow_infinity=False),
    min_size=1,
    unique=True,
).map(sorted)


def as_typed(bound: float) -> st.SearchStrategy[object]:
    """A number, or the text that ``pulumi config set --path`` makes of one with a point."""
    return st.sampled_from([bound, repr(bound)])


@settings(deadline=None)
@given(st.data(), bounds)
def test_every_bound_will_do_however_it_was_typed(data: st.DataObject, found: list[float]) -> None:
    typed = [data.draw(as_typed(bound)) for bound in found]
    latency, first_token = (data.draw(st.sampled_from(found)) for _ in range(2))
    config = {
        "prometheus": URL,
        "litellm": {"latencyBuckets": typed},
        **objective(latency, first_token),
    }
    loaded = load(config)
    assert loaded.litellm.latency_buckets == tuple(found)
    assert loaded.objective.latency.within == latency
    assert loaded.objective.first_token.within == first_token


@settings(deadline=None)
@given(bounds, st.floats(min_value=0, exclude_min=True, allow_nan=False, allow_infinity=False))
def test_what_is_between_bounds_is_refused_with_its_neighbours(
    found: list[float], seconds: float
) -> None:
    if seconds in found:
        return
    config = {
        "prometheus": URL,
        "litellm": {"latencyBuckets": found},
        **objective(found[0], first_token=seconds),
    }
    (line,) = message(config)[1:]
    told = [float(word) for word in line.partition("only at ")[2].split() if word[0].isdigit()]
    below = [each for each in found if each < seconds]
    above = [each for each in found if each > seconds]
    if below and above:
        assert told == [below[-1], above[0]]
    else:
        assert told == (above[:2] or below[-2:])


def settings_on(platform: Platform, config: dict[str, Any]) -> Any:
    return on_platform(load({**TEAM, **config}), "prod-search", platform)


def test_a_team_has_the_buckets_of_its_platform() -> None:
    config = {**ENVIRONMENT, "litellm": LITELLM, **objective(90, 2)}
    platform = declare(load(config), "prod").platform
    team = settings_on(platform, objective(45))
    assert team.litellm.latency_buckets == tuple(OURS)
    assert declare(team, "prod-search").platform.latency_buckets == "0.5,2,10,45,90"


@pytest.mark.parametrize(
    ("latency_buckets", "config", "within"),
    [
        ("0.5,2,45", {}, (45, 2)),
        ("0.5,2,45", {"objective": {"latency": {"share": 99}}}, (45, 2)),
        ("0.5,2,45", objective(2), (2, 2)),
        ("0.5,2,45", objective(first_token=0.5), (45, 0.5)),
        ("0.5,2,45", {"litellm": {"latencyBuckets": [10, 60]}}, (60, 10)),
        ("", {}, (60, 10)),
    ],
)
def test_with_its_buckets_a_team_has_what_its_platform_promises(
    latency_buckets: str, config: dict[str, Any], within: tuple[float, float]
) -> None:
    platform = replace(
        PLATFORM, latency_buckets=latency_buckets, latency_within=45.0, first_token_within=2.0
    )
    promised = settings_on(platform, config).objective
    assert (promised.latency.within, promised.first_token.within) == within


@pytest.mark.parametrize(
    ("latency_buckets", "config", "advice"),
    [
        ("0.5,10,45,90", objective(60, 10), f"latency.within = 60.0: {NONE} 45 and 90 {ONE}"),
        ("", objective(45), f"latency.within = 45.0: {NONE} 30 and 60 {OR_BUCKETS}"),
        (
            "0.5,10,60",
            {"litellm": LITELLM, **objective(60)},
            f"latency.within = 60.0: {NONE} 45 and 90 {ONE}",
        ),
    ],
)
def test_a_teams_objective_is_held_against_them(
    latency_buckets: str, config: dict[str, Any], advice: str
) -> None:
    with pytest.raises(SettingsError) as error:
        settings_on(replace(PLATFORM, latency_buckets=latency_buckets), config)
    assert str(error.value).splitlines() == [
        "1 setting needs correction in the configuration of stack prod-search:",
        f"  objective.{advice}",
    ]


def test_where_they_are_not_known_no_objective_is_refused() -> None:
    """Of another project's stack, only the engine knows them."""
    platform = replace(PLATFORM, latency_buckets=None)
    assert settings_on(platform, objective(33)).objective.latency.within == 33


def test_a_stack_without_any_says_so() -> None:
    platform = declare(load(ENVIRONMENT), "prod").platform
    assert platform.latency_buckets == ""
    assert settings_on(platform, {}).litellm.latency_buckets is None


@pytest.mark.parametrize("bound", default_bounds())
def test_every_bound_of_the_newest_litellm_will_do(bound: float) -> None:
    loaded = load({"prometheus": URL, **objective(bound)})
    assert loaded.objective.latency.within == bound
