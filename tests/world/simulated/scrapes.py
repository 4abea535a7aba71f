"""What a Prometheus holds of a fleet that it scrapes: samples, gaps and stale markers.

A target that fails or leaves gets markers
(https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness); a Prometheus that goes
away writes none.
"""

import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.world.simulated.fleet import DAY, Fleet, Pod
from tests.world.simulated.pages import Labels, increments, state

JOB = "litellm"
STALE = None
"""The value of a marker."""

_STARTS_WITHIN = 2.0
"""Seconds until a proxy that has begun answers."""


@dataclass(frozen=True)
class Scraping:
    """How a fleet is scraped: ``every`` so many seconds from ``begins`` on, but while Prometheus is
    ``away``. ``failing`` are times in which an instance does not answer. Proxies with several
    workers do not say when they were started. ``epoch`` is the Unix time of the world's beginning.
    Worlds ``with_latency`` have ten times as many series.
    """

    epoch: int
    every: int = 15
    begins: float = 0.0
    away: Sequence[tuple[float, float]] = ()
    failing: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    has_start_time: bool = True
    with_latency: bool = True


class Run(NamedTuple):
    """The same value from one scrape to before another, as positions in a target's ``times``."""

    first: int
    last: int
    value: float | None


class Series(NamedTuple):
    """One series, at some of the ``times`` at which its target is scraped."""

    labels: Labels
    runs: list[Run]
    times: list[float]


class _Span(NamedTuple):
    """Scrapes in a row that the same ``pod`` answers, or nobody; before some of them there was no
    Prometheus.
    """

    first: int
    last: int
    pod: Pod | None
    is_target: bool
    after_gap: bool


Steps = list[tuple[float, float]]
"""When a counter grew, and to what."""


def scraped(fleet: Fleet, scraping: Scraping) -> Iterator[Series]:
    """Every series of ``fleet`` as Prometheus holds it in the end."""
    grown = _grown(fleet, scraping.with_latency)
    by_instance: dict[str, list[Pod]] = defaultdict(list)
    for pod in fleet.pods:
        by_instance[pod.instance].append(pod)
    for instance, pods in by_instance.items():
        times = _times(fleet, scraping, instance)
        spans = list(_spans(pods, times, scraping))
        target = {"instance": instance, "job": JOB}
        levels: dict[str, Callable[[Pod], float]] = {"litellm_in_flight_requests": lambda _: 3.0}
        if scraping.has_start_time:
            levels["process_start_time_seconds"] = lambda pod: scraping.epoch + pod.begins
        yield Series(_labels({"__name__": "up", **target}), list(_up(spans)), times)
        for name, level in levels.items():
            always = {pod: [(pod.begins, level(pod))] for pod in pods}
            runs = list(_runs(spans, always, times))
            yield Series(_labels({"__name__": name, **target}), runs, times)
        for deployment in fleet.deployments:
            always = {pod: [(pod.begins, 0.0)] for pod in pods}
            labels = _labels({**dict(state(deployment)), **target})
            yield Series(labels, list(_runs(spans, always, times)), times)
        counters: dict[Labels, dict[Pod, Steps]] = defaultdict(dict)
        for pod in pods:
            for labels, steps in grown[pod].items():
                counters[labels][pod] = steps
        for labels, by_pod in counters.items():
            if runs := list(_runs(spans, by_pod, times)):
                yield Series(_labels({**dict(labels), **target}), runs, times)


def all_knowing(fleet: Fleet, scraping: Scraping) -> Iterator[Series]:
    """The same fleet as one proxy that was always there and of which every series begins at 0 before
    anything happened: what a Prometheus would hold that could see everything.
    """
    times = [float(at) for at in range(0, int(fleet.length) + 1, scraping.every)]
    target = {"instance": "all", "job": JOB}
    whole = [Run(0, len(times), 1.0)]
    yield Series(_labels({"__name__": "up", **target}), whole, times)
    started = _labels({"__name__": "process_start_time_seconds", **target})
    yield Series(started, [Run(0, len(times), scraping.epoch - DAY)], times)
    for deployment in fleet.deployments:
        healthy = [Run(0, len(times), 0.0)]
        yield Series(_labels({**dict(state(deployment)), **target}), healthy, times)
    counters: dict[Labels, Steps] = {}
    for request in fleet.ledger:
        for labels, by in increments(request, with_latency=scraping.with_latency):
            steps = counters.setdefault(labels, [(-DAY, 0.0)])
            if by:
                steps.append((request.at, steps[-1][1] + by))
    for labels, steps in counters.items():
        at = [bisect_left(times, when) for when, _ in steps]
        runs = [
            Run(first, last, value)
            for (_, value), first, last in zip(steps, at, [*at[1:], len(times)], strict=True)
            if first < last
        ]
        yield Series(_labels({**dict(labels), **target}), runs, times)


def _grown(fleet: Fleet, with_latency: bool) -> dict[Pod, dict[Labels, Steps]]:
    """What each counter of each pod stood at, since when."""
    found: dict[Pod, dict[Labels, Steps]] = {pod: {} for pod in fleet.pods}
    for request in fleet.ledger:
        of_pod = found[request.pod]
        for labels, by in increments(request, with_latency=with_latency):
            steps = of_pod.setdefault(labels, [])
            before = steps[-1][1] if steps else 0.0
            if by or not steps:
                steps.append((request.at, before + by))
    return found


def _times(fleet: Fleet, scraping: Scraping, instance: str) -> list[float]:
    """When the target is scraped: each has a moment of its own within the interval."""
    every = scraping.every
    phase = zlib.crc32(instance.encode()) % (10 * every) / 10
    times = (phase + every * number for number in range(int((fleet.length - phase) // every) + 1))
    return [
        at
        for at in times
        if at >= scraping.begins and not any(begins <= at < ends for begins, ends in scraping.away)
    ]


def _spans(pods: Sequence[Pod], times: Sequence[float], scraping: Scraping) -> Iterator[_Span]:
    first = 0
    for position in range(1, len(times) + 1):
        is_gap = position < len(times) and times[position] - times[position - 1] > scraping.every
        before = _answering(pods, times[first], scraping)
        if (
            position == len(times)
            or is_gap
            or _answering(pods, times[position], scraping) != before
        ):
            after_gap = first > 0 and times[first] - times[first - 1] > 1.5 * scraping.every
            yield _Span(first, position, *before, after_gap)
            first = position


def _answering(pods: Sequence[Pod], at: float, scraping: Scraping) -> tuple[Pod | None, bool]:
    """Which pod answers then, and whether the instance is a target at all."""
    is_target = False
    for pod in pods:
        if pod.begins <= at < pod.ends:
            fails = any(b <= at < e for b, e in scraping.failing.get(pod.instance, ()))
            if at >= pod.begins + _STARTS_WITHIN and not fails:
                return pod, True
            is_target = True
        is_target |= pod.is_missed and at >= pod.ends
    return None, is_target


def _up(spans: Sequence[_Span]) -> Iterator[Run]:
    was_target = False
    for span in spans:
        if span.is_target:
            yield Run(span.first, span.last, 1.0 if span.pod else 0.0)
        elif was_target and not span.after_gap:
            yield Run(span.first, span.first + 1, STALE)
        was_target = span.is_target


def _runs(
    spans: Sequence[_Span], by_pod: Mapping[Pod, Steps], times: Sequence[float]
) -> Iterator[Run]:
    is_there = False
    for span in spans:
        steps = by_pod.get(span.pod, []) if span.pod else []
        at = [bisect_left(times, when, span.first, span.last) for when, _ in steps]
        born, *until = *at, span.last
        if is_there and born > span.first and not span.after_gap:
            yield Run(span.first, span.first + 1, STALE)
        for (_, value), first, last in zip(steps, at, until, strict=True):
            if first < last:
                yield Run(first, last, value)
        is_there = born < span.last


def _labels(labels: Mapping[str, str]) -> Labels:
    return tuple(sorted(labels.items()))
