"""What gauges tell, with several workers and through LiteLLM's quirks, on a real Prometheus."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from signals import Query, Scope, budgets, deployments, limits, services, targets, traffic
from signals.choices import MODEL_GROUP
from tests.live.servers import Prometheus

START, INTERVAL = 1_700_000_000, 15
MINUTE = 60 // INTERVAL
SCOPE = Scope(rate_window="60s")

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
REQUESTS, FAILURES = deployments.REQUESTS, deployments.FAILURES
LASTING = 10 * MINUTE + 1


@pytest.mark.parametrize(
    ("minutes", "states"),
    [
        # Requests, failures and cooldowns in each minute, and the state at its end.
        ([(10, 0, 0), (10, 0, 0)], [0, 0]),
        ([(10, 0, 0), (10, 2, 0)], [0, 1]),
        ([(10, 5, 0), (10, 6, 0)], [1, 2]),
        ([(10, 10, 0), (10, 0, 0)], [2, 0]),
        ([(10, 2, 1), (10, 0, 0)], [2, 0]),
    ],
)
def test_a_deployments_state_is_what_its_requests_come_to(
    prometheus_with: Callable[[str], Prometheus],
    minutes: list[tuple[int, int, int]],
    states: list[int],
) -> None:
    requests, failures, cooldowns = (list(each) for each in zip(*minutes, strict=True))
    length = len(counting(*requests))
    cooled = A.replace("gpt-4o", "the-model-group")
    prometheus = prometheus_with(
        samples(
            {
                f"{REQUESTS}{{{A}}}": counting(*requests),
                f"{FAILURES}{{{A}}}": counting(*failures),
                f"{deployments.COOLDOWNS}{{{cooled}}}": counting(*cooldowns),
                # A worker that saw a failure long ago, and one that did not.
                f'{deployments.STATE}{{{A},pid="1"}}': [1] * length,
                f'{deployments.STATE}{{{A},pid="2"}}': [0] * length,
                # LiteLLM keeps what a cooldown wrote, under the name of the model group.
                f"{deployments.STATE}{{{cooled}}}": [2] * length,
            }
        )
    )
    query = deployments.state(SCOPE)
    found = [shown(prometheus, query, (minute + 1) * MINUTE) for minute in range(len(minutes))]
    assert found == [{"gpt-4o,a,a": state} for state in states]
    downs = [
        shown(prometheus, deployments.unhealthy(SCOPE), (minute + 1) * MINUTE)
        for minute in range(len(minutes))
    ]
    assert downs == [{"": int(state == 2)} for state in states]


def test_without_traffic_the_last_request_of_the_best_worker_counts(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    b = A.replace('"a"', f'"{"0123456789abcdef" * 4}"')
    prometheus = prometheus_with(
        samples(
            {
                f'{deployments.STATE}{{{A},pid="1"}}': [1] * LASTING,
                f'{deployments.STATE}{{{A},pid="2"}}': [1] * LASTING,
                f'{deployments.STATE}{{{b},pid="1"}}': [1] * LASTING,
                f'{deployments.STATE}{{{b},pid="2"}}': [0] * LASTING,
                # What the proxy refused has no deployment.
                f"{deployments.STATE}{{{REFUSED}}}": [1] * LASTING,
            }
        )
    )
    assert shown(prometheus, deployments.state(SCOPE), 8) == {
        "gpt-4o,a,a": 1,
        f"gpt-4o,01234567,{'0123456789abcdef' * 4}": 0,
    }


def test_budgets_with_several_workers_and_without_a_budget(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    left, whole = budgets.KEY.remaining, str(budgets.KEY.maximum)
    scrape = 'job="l",instance="i"'
    prometheus = prometheus_with(
        samples(
            {
                # A worker that has not seen the key for long knows an older, larger rest.
                f'{left}{{{scrape},api_key_alias="ads",pid="1"}}': [8] * 8,
                f'{left}{{{scrape},api_key_alias="ads",pid="2"}}': [-2] * 8,
                f'{whole}{{{scrape},api_key_alias="ads",pid="1"}}': [10] * 8,
                f'{left}{{{scrape},api_key_alias="free"}}': [float("inf")] * 8,
                f'{left}{{{scrape},api_key_alias="None"}}': [5] * 8,
                f'{left}{{{scrape},api_key_alias=""}}': [4] * 8,
                f'{whole}{{{scrape},api_key_alias="None"}}': [10] * 8,
            }
        )
    )
    assert shown(prometheus, budgets.remaining(SCOPE, budgets.KEY), 5) == {"ads": -2, "no alias": 4}
    assert shown(prometheus, budgets.used_share(SCOPE, budgets.KEY), 5) == {
        "ads": 1.2,
        "no alias": 0.6,
    }
    assert shown(prometheus, budgets.close_to_limit(SCOPE, budgets.KEY, ""), 5) == {"": 1}


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
                f'{traffic.REQUESTS}{{job="l",instance="i",route="{route}"}}': counting(*minutes)
                for route, minutes in (
                    ("steady", (6, 6, 6)),
                    ("burst", (0, 30, 0)),
                    ("early", (7, 0, 0)),
                )
            }
        )
    )
    query = asked_in_range(traffic.busiest(SCOPE, "route").expr.replace("topk(10", "topk(2"))
    end = START + 3 * 60
    found = prometheus.query_range(query, START + 60, end, 60)
    assert [each["metric"]["Route"] for each in found] == ["burst", "steady"]
    assert [len(each["values"]) for each in found] == [3, 3]


def asked_in_range(expression: str) -> str:
    return expression.replace("$__range", "180s")


def test_what_is_chosen_limits_the_states_too(
    prometheus_with: Callable[[str], Prometheus],
) -> None:
    """Though LiteLLM's gauge of them does not know the model group."""
    b = A.replace('model_id="a"', 'model_id="b"')
    steady = counting(6, 6, 6)
    prometheus = prometheus_with(
        samples(
            {
                f'{REQUESTS}{{{A},requested_model="chat"}}': steady,
                f'{REQUESTS}{{{b},requested_model="draw"}}': steady,
                f"{deployments.STATE}{{{A}}}": [0] * len(steady),
                f"{deployments.STATE}{{{b}}}": [1] * len(steady),
                f"{deployments.COOLDOWNS}{{{A.replace('gpt-4o', 'chat')}}}": steady,
                f"{deployments.COOLDOWNS}{{{b.replace('gpt-4o', 'draw')}}}": counting(1, 1, 1),
            }
        )
    )
    chosen = SCOPE.choosing(MODEL_GROUP)

    def of_draw(query: Query) -> dict[str, float]:
        expression = query.expr.replace("$model_group", "draw").replace("$__range", "150s")
        return shown(prometheus, Query(expression, "", query.unit), 2 * MINUTE)

    assert of_draw(deployments.state(chosen)) == {"gpt-4o,b,b": 2}
    assert of_draw(deployments.unhealthy(chosen)) == {"": 1}
    assert of_draw(deployments.cooldowns(chosen, window="60s")) == {"": pytest.approx(1)}


@pytest.mark.parametrize(
    ("series", "shown_then"),
    [
        ({}, {}),
        ({"self_total_requests": counting(3, 3)}, {"": 0}),
        ({"redis_total_requests": counting(3, 3)}, {"": 0}),
        (
            {
                "redis_total_requests": counting(3, 3),
                "redis_failed_requests": counting(6, 6),
                "postgres_failed_requests": counting(6, 6),
            },
            {"": 0.2},
        ),
    ],
)
def test_what_is_not_measured_is_no_zero(
    prometheus_with: Callable[[str], Prometheus],
    series: dict[str, list[float]],
    shown_then: dict[str, float],
) -> None:
    prometheus = prometheus_with(
        samples(
            {
                "up{}": [1],
                **{f'litellm_{each}_total{{job="l"}}': values for each, values in series.items()},
            }
        )
    )
    found = shown(prometheus, services.dependency_failures(SCOPE), 2 * MINUTE)
    assert found == {key: pytest.approx(value) for key, value in shown_then.items()}
