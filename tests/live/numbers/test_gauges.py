"""What gauges tell, with several workers and through LiteLLM's quirks, on a real Prometheus."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.choices import MODEL_GROUP
from litellm_monitoring.signals.running import services
from litellm_monitoring.signals.serving import deployments, targets, traffic
from litellm_monitoring.signals.spending import budgets, limits
from tests.live.kinds import KIND
from tests.live.servers import Prometheus

START, INTERVAL = 1_700_000_000, 15
MINUTE = 60 // INTERVAL
SCOPE = Scope(rate_window="60s", counting=KIND.counting())

Series = Mapping[str, Sequence[float | None]]


def samples(series: Series) -> str:
    """Each series' value at each scrape, as OpenMetrics text; None is a scrape without it."""

    def lines() -> Iterator[str]:
        for name, values in series.items():
            for scrape, value in enumerate(values):
                if value is not None:
                    yield f"{name} {value} {START + scrape * INTERVAL}\n"

    return "".join([*lines(), "# EOF\n"])


def shown(prometheus: Prometheus, query: Query, scrape: int) -> dict[str, float]:
    """What a query shows at a scrape, by the labels' values."""
    at = START + scrape * INTERVAL
    found = prometheus.query_range(query.expr, at, at, INTERVAL)
    return {
        ",".join(value for _, value in sorted(each["metric"].items())): float(each["values"][0][1])
        for each in found
    }


def counting(*minutes: int) -> list[float]:
    """A counter that grows by so many in each minute."""
    values = [0.0]
    for growth in minutes:
        values += [values[-1] + growth * (step + 1) / MINUTE for step in range(MINUTE)]
    return values


A = 'job="l",instance="i",litellm_model_name="gpt-4o",model_id="a",api_provider="openai"'
REFUSED = 'job="l",instance="i",litellm_model_name="",model_id="",api_provider=""'
SUCCESSES, FAILURES = deployments.SUCCESSES, deployments.FAILURES
UP = {
    'up{job="l",instance="i"}': [1.0] * 200,
    'litellm_deployment_state{job="l",instance="i"}': [0.0],
}
LASTING = 10 * MINUTE + 1


@pytest.mark.parametrize(
    ("successes", "failures", "state"),
    [
        # In each of twenty minutes, of which the last fifteen count.
        ([10] * 20, [0] * 20, 0),
        ([10] * 20, [0] * 10 + [2] * 10, 1),
        ([5] * 20, [6] * 20, 2),
        ([10] * 5 + [0] * 15, [0] * 5 + [1] * 15, 2),
        ([10] * 20, [30] * 3 + [0] * 17, 0),
        ([10] * 3 + [0] * 17, [0] * 20, 0),
    ],
)
def test_a_deployments_state_is_what_its_requests_come_to(
    prometheus_with: Callable[[str], Prometheus],
    successes: list[int],
    failures: list[int],
    state: int,
) -> None:
    failed = f'{A},exception_class="Openai.Timeout"'
    wrong = f'{A},exception_class="Openai.BadRequestError"'
    refused = f'{REFUSED},exception_class="HTTPException"'
    prometheus = prometheus_with(
        samples(
            {
                **UP,
                f"{SUCCESSES}{{{A}}}": counting(*successes),
                f"{FAILURES}{{{failed}}}": counting(*failures),
                # What a provider finds wrong with a request, and what the proxy refuses.
                f"{FAILURES}{{{wrong}}}": counting(*[90] * 20),
                f"{FAILURES}{{{refused}}}": counting(*[90] * 20),
            }
        )
    )
    at = 20 * MINUTE
    assert shown(prometheus, deployments.state(SCOPE), at) == {"gpt-4o,a": state}
    assert shown(prometheus, deployments.down(SCOPE), at) == {"": int(state == 2)}


def test_the_newest_of_several_opinions_on_a_budget_counts(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    left, whole = budgets.KEY.remaining, str(budgets.KEY.maximum)
    scrape = 'job="l",instance="i"'
    young, changed, old = 2 * MINUTE, 80 * MINUTE, 90 * MINUTE

    def of_key(alias: str, pid: int, then: float, now: float | None, most: float) -> Series:
        whose = f'{scrape},api_key_alias="{alias}",hashed_api_key="h-{alias}",pid="{pid}"'
        return {
            f"{left}{{{whose}}}": [then] * changed + [now] * (old - changed + 1),
            f"{whole}{{{whose}}}": [most] * (old + 1),
        }

    prometheus = prometheus_with(
        samples(
            {
                f"up{{{scrape}}}": [1] * (old + 1),
                # The budget was reset and raised; one worker saw the key last before, or is dead.
                **of_key("reset", 1, 2, 2, 100),
                **of_key("reset", 2, 3, 190, 200),
                **of_key("spent", 1, 8, 8, 10),
                **of_key("spent", 2, 5, -2, 10),
                # Not asked since long.
                **of_key("asleep", 1, 1, 1, 100),
                # LiteLLM does not know what is left, but another worker does, or did.
                **of_key("unknown", 1, float("inf"), float("inf"), 10),
                **of_key("unsure", 1, float("inf"), float("inf"), 10),
                **of_key("unsure", 2, 4, 3, 10),
                **of_key("forgotten", 1, 1, 0, 10),
                f'{left}{{{scrape},api_key_alias="forgotten",hashed_api_key="h-forgotten",pid="1"}}': [
                    *[1.0] * young,
                    *[0.5] * (changed - young),
                    *[float("inf")] * (old - changed + 1),
                ],
            }
        )
    )
    key = budgets.KEY
    remaining, used = budgets.remaining(SCOPE, key), budgets.used_share(SCOPE, key)
    close, alerted = budgets.close_to_limit(SCOPE, key, ""), budgets.used_by_each(SCOPE, key)
    at_first = {"reset": 2, "spent": 5, "asleep": 1, "unsure": 4, "forgotten": 0.5}
    assert shown(prometheus, remaining, young) == at_first
    assert shown(prometheus, close, young) == {"": 3}
    assert shown(prometheus, remaining, old) == {
        "reset": 190,
        "spent": -2,
        "asleep": 1,
        "unsure": 3,
    }
    assert shown(prometheus, used, old) == pytest.approx(
        {"reset": 0.05, "spent": 1.2, "asleep": 0.99, "unsure": 0.7}
    )
    assert shown(prometheus, alerted, old) == pytest.approx(
        {
            "reset,h-reset": 0.05,
            "spent,h-spent": 1.2,
            # Nobody knows before a day is over; tests/world has longer ones.
            "asleep,h-asleep": 0.99,
            "unsure,h-unsure": 0.7,
            "forgotten,h-forgotten": 0.95,
        }
    )
    assert shown(prometheus, close, old) == {"": 3}


def test_limits_without_a_limit_or_given_back(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    labels = 'job="l",instance="i",api_key_alias="ads"'
    prometheus = prometheus_with(
        samples(
            {
                f'{limits.KEYS_MODEL_TOKENS}{{{labels},model="m"}}': [9.223372036854776e18] * 4,
                f'{limits.KEYS_MODEL_TOKENS}{{{labels},model="n"}}': [7] * 4,
                f'{limits.KEY.used}{{{labels},rate_limit_type="tokens"}}': [-3] * 4,
                f'{limits.KEY.allowed}{{{labels},rate_limit_type="tokens"}}': [100] * 4,
            }
        )
    )
    left = limits.left_for_keys(SCOPE, limits.KEYS_MODEL_TOKENS, 5)
    assert shown(prometheus, left, 2) == {"ads,n": 7}
    assert shown(prometheus, limits.used_share(SCOPE, limits.KEY), 2) == {"ads,tokens": 0}


def test_only_proxies_count_as_down(prometheus_with: Callable[[str], Prometheus]) -> None:
    gone: list[float | None] = [1, 1, 1, None, None, None]
    prometheus = prometheus_with(
        samples(
            {
                'up{job="litellm",instance="a"}': [1] * 6,
                f'{traffic.IN_FLIGHT}{{job="litellm",instance="a"}}': [1] * 6,
                'up{job="litellm",instance="b"}': [1, 1, 1, 0, 0, 0],
                f'{traffic.IN_FLIGHT}{{job="litellm",instance="b"}}': gone,
                'up{job="node",instance="c"}': [0] * 6,
            }
        )
    )
    assert shown(prometheus, targets.down(SCOPE), 2) == {"": 0}
    assert shown(prometheus, targets.down(SCOPE), 5) == {"": 1}
    assert shown(prometheus, targets.count(SCOPE), 5) == {"": 1}


def test_the_busiest_are_the_same_ones_at_each_moment(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    """Unlike those of a ``topk`` of each moment."""
    prometheus = prometheus_with(
        samples(
            {
                f'{traffic.REQUESTS}{{job="l",instance="i",team_alias="{team}"}}': counting(
                    *minutes
                )
                for team, minutes in (
                    ("steady", (6, 6, 6)),
                    ("burst", (0, 30, 0)),
                    ("early", (7, 0, 0)),
                )
            }
        )
    )
    busiest = forms.of_largest(
        SCOPE, SCOPE.rate(traffic.REQUESTS, "team_alias"), traffic.REQUESTS, "team_alias", count=2
    )
    query = busiest.replace("$__range", "180s").replace("$__interval", "30s")
    end = START + 3 * 60
    found = prometheus.query_range(query, START + 60, end, 60)
    assert [each["metric"]["team_alias"] for each in found] == ["burst", "steady"]
    assert [len(each["values"]) for each in found] == [3, 3]


def test_what_is_chosen_limits_the_states_too(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    b = A.replace('model_id="a"', 'model_id="b"')
    steady = counting(*[6] * 20)
    failed = 'exception_class="Openai.Timeout"'
    prometheus = prometheus_with(
        samples(
            {
                **UP,
                f'{SUCCESSES}{{{A},requested_model="chat"}}': steady,
                f'{SUCCESSES}{{{b},requested_model="draw"}}': counting(*[1] * 20),
                f'{FAILURES}{{{b},requested_model="draw",{failed}}}': steady,
                f"{deployments.COOLDOWNS}{{{A.replace('gpt-4o', 'chat')}}}": steady,
                f"{deployments.COOLDOWNS}{{{b.replace('gpt-4o', 'draw')}}}": counting(*[1] * 20),
            }
        )
    )
    chosen = SCOPE.choosing(MODEL_GROUP)

    def of_draw(query: Query) -> dict[str, float]:
        expression = query.expr.replace("$model_group", "draw")
        return shown(prometheus, Query(expression, "", query.unit), 20 * MINUTE)

    assert of_draw(deployments.state(chosen)) == {"gpt-4o,b": 2}
    assert of_draw(deployments.down(chosen)) == {"": 1}
    assert of_draw(deployments.cooldowns(chosen, window="60s")) == {"": pytest.approx(1)}


@pytest.mark.parametrize(
    ("series", "shown_then"),
    [
        ({}, [{}, {}]),
        ({"redis_total_requests": counting(3, 3)}, [{"": 0}, {}]),
        (
            {
                "redis_total_requests": counting(3, 3),
                "redis_failed_requests": counting(6, 6),
                "postgres_failed_requests": counting(3, 3),
            },
            [{"": 0.1}, {"": 0.05}],
        ),
    ],
)
def test_what_is_not_measured_is_no_zero(
    prometheus_with: Callable[[str], Prometheus],
    series: dict[str, list[float]],
    shown_then: list[dict[str, float]],
) -> None:
    prometheus = prometheus_with(
        samples(
            {
                'up{job="l"}': [1] * (2 * MINUTE + 1),
                **{f'litellm_{each}_total{{job="l"}}': values for each, values in series.items()},
            }
        )
    )
    found = [shown(prometheus, each, 2 * MINUTE) for each in services.dependency_failures(SCOPE)]
    assert found == [
        {key: pytest.approx(value) for key, value in each.items()} for each in shown_then
    ]
