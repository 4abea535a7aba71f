"""Over the shipped dashboard's window, our queries return exactly the shipped queries' numbers."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.servers import Prometheus
from tests.unit.dashboards.test_prod_v2 import SEED, model

START, SCRAPES, INTERVAL = 1_700_000_000, 240, 15
END = START + (SCRAPES - 1) * INTERVAL
"""The last scrape: of what is not scraped any more, VictoriaMetrics's `rate` takes less than the window."""
KEYS = ["alice", "bob", "None", 'od"d\\key']
BUCKETS = [0.05, 0.5, 2.0, 10.0, float("inf")]


def samples(remaining_suffix: str, seed: int) -> str:
    """An hour of two proxies in OpenMetrics text: counters that reset, a histogram, gauges."""
    return "".join(
        f"{line}\n" for line in [*_lines(remaining_suffix, random.Random(seed)), "# EOF"]
    )


def _lines(remaining_suffix: str, chance: random.Random) -> Iterator[str]:
    targets = [f'job="litellm",instance="proxy-{n}:4000"' for n in (1, 2)]
    for target in targets:
        for key in KEYS:
            name = key.replace("\\", "\\\\").replace('"', '\\"')
            caller = f'{target},api_key_alias="{name}",team_alias="team-{len(key) % 3}"'
            yield from _counter("litellm_proxy_total_requests_metric_total", caller, chance)
            for failure in ("RateLimitError", "Timeout"):
                yield from _counter(
                    "litellm_proxy_failed_requests_metric_total",
                    f'{caller},exception_class="{failure}"',
                    chance,
                )
            yield from _histogram("litellm_request_total_latency_metric", caller, chance)
            for kind in ("requests", "tokens"):
                yield from _gauge(
                    f"litellm_remaining_{kind}{remaining_suffix}",
                    f'{caller},model_group="m"',
                    chance,
                )


def _counter(name: str, labels: str, chance: random.Random) -> Iterator[str]:
    value = 0
    for scrape in range(SCRAPES):
        value = 0 if chance.random() < 0.01 else value + chance.randrange(20)
        yield f"{name}{{{labels}}} {value} {START + scrape * INTERVAL}"


def _histogram(name: str, labels: str, chance: random.Random) -> Iterator[str]:
    counts, total = [0] * len(BUCKETS), 0.0
    series: dict[str, list[str]] = {}
    for scrape in range(SCRAPES):
        for _ in range(chance.randrange(10)):
            latency = chance.expovariate(0.5)
            total += latency
            counts = [n + (latency <= bound) for n, bound in zip(counts, BUCKETS, strict=True)]
        at = START + scrape * INTERVAL
        for bound, count in zip(BUCKETS, counts, strict=True):
            le = "+Inf" if bound == float("inf") else str(bound)
            series.setdefault(f'{name}_bucket{{{labels},le="{le}"}}', []).append(f"{count} {at}")
        series.setdefault(f"{name}_sum{{{labels}}}", []).append(f"{total} {at}")
        series.setdefault(f"{name}_count{{{labels}}}", []).append(f"{counts[-1]} {at}")
    for one, points in series.items():
        yield from (f"{one} {point}" for point in points)


def _gauge(name: str, labels: str, chance: random.Random) -> Iterator[str]:
    """Values that are never equal: among equal ones Prometheus keeps any, differently each time."""
    for scrape in range(SCRAPES):
        yield f"{name}{{{labels}}} {chance.uniform(0, 1000)} {START + scrape * INTERVAL}"


PAIRS = [
    (seed.title, theirs, ours)
    for seed, panel in zip(SEED, model()["panels"], strict=True)
    for theirs, ours in zip(
        seed.queries, [target["expr"] for target in panel.get("targets", [])], strict=True
    )
]


def as_grafana_sends(expression: str) -> str:
    """With the shipped window, and every job and instance chosen."""
    values = {"$__interval_ms": "120000", "$__interval": "2m", "$job": ".+", "$instance": ".+"}
    for variable, value in values.items():
        expression = expression.replace(variable, value)
    return expression


@pytest.fixture(scope="module", params=["", "_metric"], ids=["old names", "present names"])
def proxies(request: Any, prometheus_with: Callable[[str], Prometheus]) -> tuple[str, Prometheus]:
    return request.param, prometheus_with(samples(request.param, seed=7))


@pytest.mark.parametrize(("title", "theirs", "ours"), PAIRS)
def test_numbers_are_equal(
    proxies: tuple[str, Prometheus], title: str, theirs: str, ours: str
) -> None:
    suffix, prometheus = proxies
    for name in ("litellm_remaining_requests", "litellm_remaining_tokens"):
        theirs = theirs.replace(name, f"{name}{suffix}")
    # What is there for less than the window is new to us, and not to the shipped one.
    expected = prometheus.query_range(theirs, START + 150, END, 30)
    assert len(expected) > 0, title
    found = prometheus.query_range(as_grafana_sends(ours), START + 150, END, 30)
    assert [each["metric"] for each in found] == [each["metric"] for each in expected]
    for ours_, theirs_ in zip(found, expected, strict=True):
        assert numbers(ours_) == pytest.approx(numbers(theirs_), rel=1e-9, nan_ok=True)


def numbers(series: Any) -> list[float]:
    return [float(value) for _, value in series["values"]]
