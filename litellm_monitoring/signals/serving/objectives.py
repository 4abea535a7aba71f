"""What objectives promise, how much of what they allow is used up, and how fast.

An error budget is of a window of many days. To add up so many of LiteLLM's own series takes minutes,
so that a dashboard's time range stands for the window where nothing is recorded.

A burn rate of 1 spends a budget in exactly its window, 2 in half of it. Two windows are looked at
together, as https://sre.google/workbook/alerting-on-slos/ has it: the long one says that it matters,
the short one that it still goes on. The long one's value is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.counting import RANGE
from litellm_monitoring.signals.asking.matchers import Operator
from litellm_monitoring.signals.asking.promql import seconds
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope
from litellm_monitoring.signals.catalogue.promised import Objective, Speed
from litellm_monitoring.signals.serving import buckets, latency
from litellm_monitoring.signals.serving.failures import FAILURES, OURS
from litellm_monitoring.signals.serving.traffic import REQUESTS

_Counters = Sequence[tuple[str, Scope]]
"""What scopes select of counters."""

_MANY_HOURS = 86400
"""Seconds of a window from which on it does not matter which part of an hour it begins in."""

_Count = Callable[[_Counters], str]
"""PromQL of by how much they have grown, all together."""


class Promise(Protocol):
    """One of the objectives: all but a share that is ``allowed`` to be bad is good."""

    @property
    def counters(self) -> Sequence[str]:
        """What it is measured by; the first of them say what is bad."""

    @property
    def counters_of_bad(self) -> int:
        """How many of them."""

    def allowed(self, objective: Objective) -> float:
        """The share that may be bad."""

    def bad_share(self, scope: Scope, count: _Count) -> str:
        """PromQL of the share that is bad."""

    def bad(self, scope: Scope, window: str, *by: str) -> str:
        """PromQL of how many were bad within ``window``."""

    def all(self, scope: Scope, window: str, *by: str) -> str:
        """PromQL of how many there were."""


@dataclass(frozen=True)
class Availability:
    """Neither the proxy nor upstream fails a request."""

    counters: Sequence[str] = (FAILURES, REQUESTS)
    counters_of_bad: int = 1

    def allowed(self, objective: Objective) -> float:
        """The share of requests that may fail."""
        return 1 - objective.availability

    def bad_share(self, scope: Scope, count: _Count) -> str:
        """0 where there are requests and nothing fails."""
        return forms.share(count(self._failed(scope)), count([(REQUESTS, scope)]))

    def bad(self, scope: Scope, window: str, *by: str) -> str:
        """How many requests failed."""
        return scope.all_compared(self._failed(scope), window, *by)

    def all(self, scope: Scope, window: str, *by: str) -> str:
        """How many requests there were."""
        return scope.compared(REQUESTS, window, *by)

    def _failed(self, scope: Scope) -> _Counters:
        return [(FAILURES, scope.filtered(cause.value)) for cause in OURS]


@dataclass(frozen=True)
class Quickness:
    """An answer comes within a number of seconds, which must be a bound of the buckets of the
    ``histogram``.
    """

    histogram: str
    promised: Callable[[Objective], Speed]
    counters_of_bad: int = 2

    @property
    def counters(self) -> Sequence[str]:
        """The buckets, and how many answers are in all of them."""
        return (f"{self.histogram}_bucket", f"{self.histogram}_count")

    def allowed(self, objective: Objective) -> float:
        """The share of answers that may be slow."""
        return 1 - self.promised(objective).share

    def bad_share(self, scope: Scope, count: _Count) -> str:
        """All that are not quick."""
        quick, all_ = (count([each]) for each in self._quick_and_all(scope))
        return f"(1 - {quick} / ({all_} > 0))"

    def bad(self, scope: Scope, window: str, *by: str) -> str:
        """How many answers are slow."""
        quick, all_ = self.quick_and_all(scope, window, *by)
        return f"({all_} - {quick})"

    def all(self, scope: Scope, window: str, *by: str) -> str:
        """How many answers there were."""
        _, all_ = self.quick_and_all(scope, window, *by)
        return all_

    def quick_and_all(self, scope: Scope, window: str, *by: str) -> tuple[str, str]:
        """How many were quick, and how many there were."""
        quick, all_ = (
            of.compared(counter, window, *by) for counter, of in self._quick_and_all(scope)
        )
        return quick, all_

    def _quick_and_all(self, scope: Scope) -> _Counters:
        within = self.promised(scope.objective).within
        quick = scope.where("le", Operator.MATCHES, buckets.pattern(within))
        return [(f"{self.histogram}_bucket", quick), (f"{self.histogram}_count", scope)]


AVAILABILITY = Availability()
LATENCY = Quickness(latency.TOTAL, lambda objective: objective.latency)
FIRST_TOKEN = Quickness(latency.FIRST_TOKEN, lambda objective: objective.first_token)


def budget_window(scope: Scope, promise: Promise, *by: str) -> str:
    """What the budget is of: the objective's window, or the time range where what tells it apart by
    the labels ``by`` is not recorded.
    """
    recorded = [
        scope.increase_in_hours(counter, RANGE, *(by if number < promise.counters_of_bad else ()))
        for number, counter in enumerate(promise.counters)
    ]
    return scope.objective.window if all(recorded) else RANGE


def budget_left(scope: Scope, promise: Promise) -> Query:
    """How much of what is allowed is left: 1 is all of it, 0 nothing, and less that the objective
    is missed.
    """
    window = budget_window(scope, promise)
    share = promise.bad_share(scope, lambda counters: _compared(scope, counters, window))
    return Query(f"1 - {share} / {_allowed(scope, promise)}", "Error budget left", "percentunit")


def budget_left_over_time(scope: Scope, promise: Promise) -> Query:
    """The same at each point of a graph, of the window that ends there."""
    window = budget_window(scope, promise)
    has_many_hours = window != RANGE and seconds(window) >= _MANY_HOURS

    def count(counters: _Counters) -> str:
        each_hour = scope.all_by_the_hour(counters, window) if has_many_hours else None
        return each_hour or _compared(scope, counters, window)

    share = promise.bad_share(scope, count)
    return Query(f"1 - {share} / {_allowed(scope, promise)}", "Error budget left", "percentunit")


def most_of_budget(scope: Scope, promise: Promise, label: str) -> Query:
    """What share of the whole budget those used up that used most of it."""
    window = budget_window(scope, promise, label)
    bad, all_ = promise.bad(scope, window, label), promise.all(scope, window)
    used = f"{bad} / on () group_left () ({all_} > 0) / {_allowed(scope, promise)}"
    return Query(f"topk(10, {used} > 0)", scope.legend(label), "percentunit")


def burn(scope: Scope, promise: Promise, window: str, name: str) -> Query:
    """How many times as fast as allowed the budget was used up within ``window``."""
    share = promise.bad_share(scope, lambda counters: _compared(scope, counters, window))
    return Query(f"{share} / {_allowed(scope, promise)}", name, "short")


@dataclass(frozen=True)
class Windows:
    """PromQL durations; ``short`` is a twelfth of ``long``."""

    long: str
    short: str


WINDOWS = (Windows("1h", "5m"), Windows("6h", "30m"), Windows("1d", "2h"), Windows("3d", "6h"))
"""Those of alerts, the most urgent first."""


def availability_burn(
    scope: Scope, windows: Windows, rate: float, failures: float, *by: str
) -> Query:
    """How fast failures of the proxy and upstream burn their budget, while both windows burn faster
    than ``rate`` and the long one has at least so many ``failures``; for each that is told apart by
    the labels ``by``.
    """
    (long, all_), (short, all_soon) = (
        (AVAILABILITY.bad(scope, window, *by), AVAILABILITY.all(scope, window, *by))
        for window in (windows.long, windows.short)
    )
    long, short = forms.share_of_many(long, all_, failures), f"{short} / ({all_soon} > 0)"
    return _burn(scope, long, short, _allowed(scope, AVAILABILITY), rate)


def slow_burn(
    scope: Scope, promise: Quickness, windows: Windows, rate: float, slow: float, *by: str
) -> Query:
    """The same for answers that are slower than promised; the long window has at least so many
    ``slow`` ones.
    """
    quick, all_ = promise.quick_and_all(scope, windows.long, *by)
    long = f"({all_} - {quick} >= {slow:g}) / ({all_} > 0)"
    quick, all_ = promise.quick_and_all(scope, windows.short, *by)
    short = f"(1 - {quick} / ({all_} > 0))"
    return _burn(scope, long, short, _allowed(scope, promise), rate)


def reachable(rate: float, objective: float) -> float:
    """``rate``, or what an outage of everything reaches where that is less: with an objective of
    90 % it burns at 10, and never at 14.4.
    """
    return min(rate, 0.95 / (1 - objective))


def _burn(scope: Scope, long: str, short: str, budget: str, rate: float) -> Query:
    expression = f"{long} / {budget} and {short} / {budget} > {rate:.10g}"
    return Query(expression, "Burn rate", "short", scope.labels)


def _allowed(scope: Scope, promise: Promise) -> str:
    """Without what floating-point arithmetic adds to it."""
    return f"{promise.allowed(scope.objective):.10g}"


def _compared(scope: Scope, counters: _Counters, window: str) -> str:
    """What is selected of one counter is a whole of its own."""
    whole = counters[0][1] if len(counters) == 1 else scope
    return whole.all_compared(counters, window)
