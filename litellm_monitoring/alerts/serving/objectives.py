"""Error budgets that burn: how much of what an objective allows is used up, and how fast.

The four rates and windows are those of https://sre.google/workbook/alerting-on-slos/: 2% of the
budget of 30 days in an hour, 5% in six hours, 10% in a day and 10% in three days.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from litellm_monitoring.alerts.alert import (
    Alert,
    Component,
    Link,
    Severity,
    Threshold,
    Thresholds,
    carried,
)
from litellm_monitoring.signals import Objective, Query, Scope
from litellm_monitoring.signals.serving.objectives import (
    AVAILABILITY,
    FIRST_TOKEN,
    LATENCY,
    WINDOWS,
    Quickness,
    Windows,
    availability_burn,
    reachable,
    slow_burn,
)


@dataclass(frozen=True)
class _Pace:
    rate: float
    windows: Windows
    severity: Severity
    pending: str
    spent: str


_HOUR, _SIX_HOURS, _DAY, _THREE_DAYS = WINDOWS

_PACES = (
    _Pace(14.4, _HOUR, Severity.CRITICAL, "2m", "2% of 30 days' budget in an hour"),
    _Pace(6, _SIX_HOURS, Severity.CRITICAL, "5m", "5% of 30 days' budget in six hours"),
    _Pace(3, _DAY, Severity.WARNING, "15m", "10% of 30 days' budget in a day"),
    _Pace(1, _THREE_DAYS, Severity.WARNING, "30m", "10% of 30 days' budget in three days"),
)

_FEW = "with little traffic, a single failure would be a fast burn"


_Ask = Callable[[Scope, Windows, float, float], Query]


@dataclass(frozen=True)
class _Objective:
    """``name`` is what its alerts are called after, ``promise`` what is promised, and ``share`` of how
    many requests.
    """

    name: str
    question: str
    promise: str
    bad: str
    share: Callable[[Objective], float]
    ask: _Ask
    counts: Sequence[str]
    shown_on: Link
    meaning: str
    look: tuple[str, str, str]


def _slow(promise: Quickness) -> _Ask:
    def ask(scope: Scope, windows: Windows, rate: float, least: float) -> Query:
        by = carried(scope, promise.histogram)
        return slow_burn(scope, promise, windows, rate, least, *by)

    return ask


def _failing(scope: Scope, windows: Windows, rate: float, least: float) -> Query:
    by = carried(scope, *AVAILABILITY.counters)
    return availability_burn(scope, windows, rate, least, *by)


_OBJECTIVES = (
    _Objective(
        name="Availability",
        question="Do more requests fail than the availability objective allows?",
        promise="availability",
        bad="failures",
        share=lambda promised: promised.availability,
        ask=_failing,
        counts=AVAILABILITY.counters,
        shown_on=Link("objectives", "Availability burn rate"),
        meaning="The proxy or a provider fails requests. Client errors (invalid requests and "
        "keys, exceeded budgets and rate limits) do not count.",
        look=(
            "*Proxy and upstream errors by exception* on Overview: a provider's name before the "
            "exception marks an upstream error.",
            "*Deployment state* on Models and deployments: which are red, and since when?",
            "Check what was deployed or configured when it began: the proxy, its models, a "
            "provider's key.",
        ),
    ),
    _Objective(
        name="Latency",
        question="Do more requests take too long than the latency objective allows?",
        promise="latency",
        bad="slow answers",
        share=lambda promised: promised.latency.share,
        ask=_slow(LATENCY),
        counts=(LATENCY.histogram,),
        shown_on=Link("objectives", "Latency burn rate"),
        meaning="Too many successful requests take longer than the objective allows, from arrival "
        "to the end of the answer.",
        look=(
            "*Latency breakdown* on Latency: queue, LiteLLM itself, guardrails or upstream?",
            "*Upstream latency by deployment, p95* on Latency: one deployment, or one provider?",
            "*In-flight requests by proxy* on Proxy internals: are the proxies overloaded?",
        ),
    ),
    _Objective(
        name="FirstToken",
        question="Do more streamed answers begin late than the first-token objective allows?",
        promise="first-token",
        bad="late first tokens",
        share=lambda promised: promised.first_token.share,
        ask=_slow(FIRST_TOKEN),
        counts=(FIRST_TOKEN.histogram,),
        shown_on=Link("objectives", "First token burn rate"),
        meaning="Too many streamed answers begin later than the objective allows, which users of "
        "a chat notice.",
        look=(
            "*Time to first token by model group, p95* on Latency: all models, or one?",
            "*LiteLLM overhead* and *Queue and authentication time* on Latency: is it the proxy?",
            "Check the provider's status page, and whether prompts have become longer (*Input and "
            "output tokens* on Spend and tokens).",
        ),
    ),
)


def _alerts() -> Iterator[Alert]:
    for objective in _OBJECTIVES:
        for pace in _PACES:
            yield _alert(objective, pace)


def _alert(objective: _Objective, pace: _Pace) -> Alert:
    def ask(scope: Scope, thresholds: Thresholds) -> Query:
        return objective.ask(scope, pace.windows, thresholds["rate"], thresholds["least"])

    def reached(scope: Scope, thresholds: Thresholds) -> Thresholds:
        rate = reachable(thresholds["rate"], objective.share(scope.objective))
        return {**thresholds, "rate": rate}

    return Alert(
        name=f"LiteLLM{objective.name}Burn{pace.windows.long}",
        counts=tuple(objective.counts),
        question=objective.question,
        ask=ask,
        reached=reached,
        thresholds={
            "rate": Threshold(pace.rate, "short", pace.spent, least=0.1, most=1000),
            "least": Threshold(5, "short", _FEW, least=1),
        },
        severity=pace.severity,
        component=Component.OBJECTIVES,
        summary=f"The {objective.promise} error budget burns {{value}} times too fast",
        description=f"Over {pace.windows.long}, {objective.bad} used up the error budget "
        f"{{value}} "
        f"times as fast as the objective allows, and over the last {pace.windows.short} more than "
        "{rate} times.",
        shown_on=objective.shown_on,
        shown_to_teams_on=objective.shown_on,
        meaning=f"{objective.meaning} At this burn rate, at least {pace.spent} is used up.",
        look=objective.look,
        pending=pace.pending,
        is_for_teams=True,
    )


ALERTS = tuple(_alerts())
