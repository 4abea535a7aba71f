"""How fast error budgets burn: 1 spends a budget in exactly its window, 2 in half of it.

Two windows are looked at together, as https://sre.google/workbook/alerting-on-slos/ has it: the
long one says that it matters, the short one that it still goes on. The long one's value is told.
"""

from dataclasses import dataclass

from signals import asking, buckets
from signals.failures import OURS, failed_within
from signals.query import Query
from signals.scope import Operator, Scope, Speed
from signals.traffic import REQUESTS


@dataclass(frozen=True)
class Windows:
    """PromQL durations; ``short`` is a twelfth of ``long``."""

    long: str
    short: str


def availability_burn(
    scope: Scope, windows: Windows, rate: float, failures: float, *by: str
) -> Query:
    """How fast failures of the proxy and upstream burn their budget, while both windows burn faster
    than ``rate`` and the long one has at least so many ``failures``; for each that is told apart by
    the labels ``by``.
    """
    (long, all_), (short, all_soon) = (
        (failed_within(scope, window, OURS, by), scope.compared(REQUESTS, window, *by))
        for window in (windows.long, windows.short)
    )
    long, short = asking.share_of_many(long, all_, failures), f"{short} / ({all_soon} > 0)"
    return _burn(scope, long, short, 1 - scope.objective.availability, rate)


def slow_burn(
    scope: Scope,
    histogram: str,
    speed: Speed,
    windows: Windows,
    rate: float,
    slow: float,
    *by: str,
) -> Query:
    """The same for answers that are slower than ``speed`` has it, whose seconds must be a bound of
    the histogram's buckets; the long window has at least so many ``slow`` ones.
    """
    fast = scope.where("le", Operator.MATCHES, buckets.pattern(speed.within))

    def quick_and_all(window: str) -> tuple[str, str]:
        return (
            fast.compared(f"{histogram}_bucket", window, *by),
            scope.compared(f"{histogram}_count", window, *by),
        )

    quick, all_ = quick_and_all(windows.long)
    long = f"({all_} - {quick} >= {slow:g}) / ({all_} > 0)"
    quick, all_ = quick_and_all(windows.short)
    return _burn(scope, long, f"(1 - {quick} / ({all_} > 0))", 1 - speed.share, rate)


def reachable(rate: float, objective: float) -> float:
    """``rate``, or what an outage of everything reaches where that is less: with an objective of
    90 % it burns at 10, and never at 14.4.
    """
    return min(rate, 0.95 / (1 - objective))


def _burn(scope: Scope, long: str, short: str, allowed: float, rate: float) -> Query:
    budget = f"{allowed:.10g}"
    expression = f"{long} / {budget} and {short} / {budget} > {rate:.10g}"
    return Query(expression, "Burn rate", "short", scope.labels)
