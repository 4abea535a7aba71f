"""What a server makes of our rules: recorded series, and alerts that fire."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from litellm_monitoring.alerts.rendering.prometheus import expression
from litellm_monitoring.alerts.rendering.rule import Rule
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import seconds
from litellm_monitoring.signals.catalogue.recording import measured
from litellm_monitoring.signals.recording_rules import recording_rules
from tests.live.kinds import Kind
from tests.live.servers import Prometheus
from tests.world.forms import sent
from tests.world.simulated.scrapes import STALE, Run, Series

INTERVAL = 60
"""Seconds from one evaluation to the next."""


def record(
    kind: Kind,
    server: Prometheus,
    scope: Scope,
    epoch: int,
    length: float,
    only: Collection[str],
    away: Sequence[tuple[float, float]] = (),
) -> None:
    """Sends the server what it makes of the recording rules of ``scope`` that are about ``only`` those
    metrics; some are recorded from what others record. Nothing is while it is ``away``.
    """
    begins = [0.0, *(ends for _, ends in away)]
    ends = [*(begins for begins, _ in away), length]
    for is_hourly in (False, True):
        for span in zip(begins, ends, strict=True):
            kind.settle(server.url)
            sent(server.url, _recorded(server, scope, epoch, span, only, is_hourly), epoch)
    kind.settle(server.url)


def fires(
    server: Prometheus, rule: Rule, epoch: int, length: float, begins: float = 0.0
) -> list[int]:
    """The minutes of the world from ``begins`` on at which ``rule`` fires for anything."""
    times = [at for at in _times(length) if at > begins]
    start, end = int(epoch + times[0]), int(epoch + times[-1])
    pending = seconds(rule.pending) if rule.pending != "0s" else 0
    firing: set[int] = set()
    for series in server.query_range(expression(rule), start, end, INTERVAL):
        active = [int(at) - epoch for at, _ in series["values"]]
        since = active[0]
        for before, at in zip([active[0], *active], active, strict=False):
            since = since if at - before <= INTERVAL else at
            if at - since >= pending:
                firing.add(at // INTERVAL)
    return sorted(firing)


def _recorded(
    server: Prometheus,
    scope: Scope,
    epoch: int,
    span: tuple[float, float],
    only: Collection[str],
    is_hourly: bool,
) -> Iterator[Series]:
    begins, ends = span
    times = [at for at in _times(ends) if at > begins]
    start, end = int(epoch + times[0]), int(epoch + times[-1])
    for rules in recording_rules(scope).values():
        for rule in rules:
            if measured(rule.record) not in only or rule.is_hourly != is_hourly:
                continue
            every = 3600 if is_hourly else INTERVAL
            for series in server.query_range(rule.expr, start, end, every):
                labels = {**series["metric"], **rule.labels, "__name__": rule.record}
                runs = list(_runs(series["values"], epoch, times))
                yield Series(tuple(sorted(labels.items())), runs, times)


def _times(length: float) -> list[float]:
    return [float(at) for at in range(INTERVAL, int(length), INTERVAL)]


def _runs(values: list[Any], epoch: int, times: list[float]) -> Iterator[Run]:
    last = None
    for at, value in values:
        position = round((at - epoch - times[0]) / INTERVAL)
        if last is not None and position > last + 1:
            yield Run(last + 1, last + 2, STALE)
        yield Run(position, position + 1, float(value))
        last = position
    if last is not None and last + 1 < len(times):
        yield Run(last + 1, last + 2, STALE)
