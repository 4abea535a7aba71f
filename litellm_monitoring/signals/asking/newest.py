"""Which of several opinions counts: each proxy and worker has gauges of its own, as old as the last
request that it saw, and those of workers that are gone stay. The newest is the one that changed
last.
"""

from litellm_monitoring.signals.asking.scope import Scope

STEP = 300
"""Seconds by which it is known when something changed."""

_DAY = f"[1d:{STEP}s]"


def newest(scope: Scope, value: str, gauge: str, *whose: str, until_known: str) -> str:
    """What the worker says of ``value``, a value of each of its series, whose ``gauge`` changed last
    within a day. ``whose`` are the labels that tell apart what the opinions are about. Where none is
    known to have changed it is the one with most of ``until_known``, at most a billion.
    """
    is_there = scope.measured_under(gauge)
    return _last(value, f"{_changed_at(scope, gauge)} and {is_there} or {until_known}", *whose)


def newest_of_awake(scope: Scope, value: str, gauge: str, *whose: str, until_known: str) -> str:
    """The same of those alone of whom something changed within a day, or who cannot be known to sleep
    since their proxies have not been watched for a day. What a worker last said is worth
    something even where it is gone, or knows nothing any more.
    """
    watched = f"up{{{scope.proxies()}}} offset 1d"
    score = f"{_changed_at(scope, gauge)} or ({until_known}) unless on () {watched}"
    return _last(f"({value} or last_over_time(({value}){_DAY}))", score, *whose)


def _last(value: str, score: str, *whose: str) -> str:
    return f"{value} and topk by ({', '.join(whose)}) (1, {score})"


def _changed_at(scope: Scope, gauge: str) -> str:
    """When each series last changed within a day. One that Prometheus first sees has changed, unless
    it is Prometheus that has not looked before.
    """
    series, up = scope.under(gauge), f"up{{{scope.proxies()}}} offset 5m"
    changed = (
        f"{scope.measured_under(gauge)} unless {series} offset 5m == {series} "
        f"and on () {up} unless on (job, instance) {up} == 0"
    )
    return f"max_over_time((0 * ({changed}) + time()){_DAY})"
