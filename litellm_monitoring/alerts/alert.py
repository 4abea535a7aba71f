"""What an alert is: plain data over a signal, before any stack has its say."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.catalogue.own_labels import told


class Severity(StrEnum):
    """What a person is to do: act now, or on the next working day."""

    CRITICAL = "critical"
    WARNING = "warning"


class Component(StrEnum):
    """What the alert is about; rules of one are evaluated together."""

    OBJECTIVES = "objectives"
    PROXY = "proxy"
    PODS = "pods"
    UPSTREAM = "upstream"
    SPEND = "spend"
    LIMITS = "limits"
    INTERNALS = "internals"


class Comparison(StrEnum):
    """How a value is compared with its threshold, as PromQL writes it."""

    ABOVE = ">"
    BELOW = "<"


Thresholds = Mapping[str, float]
"""The numbers of one alert by name."""


@dataclass(frozen=True)
class Threshold:
    """A number that can be set. ``unit`` is a Grafana unit id and ``reason`` why the default is what
    it is; it is at least ``least`` and at most ``most``.
    """

    default: float
    unit: str
    reason: str
    least: float = 0.0
    most: float = math.inf

    def check(self, value: float) -> None:
        """Raises ValueError, saying what would be right, where ``value`` can be none."""
        if not self.least <= value <= self.most or not math.isfinite(value):
            bounds = f"at least {self.least:g}"
            if math.isfinite(self.most):
                bounds += f" and at most {self.most:g}"
            raise ValueError(f"must be {bounds}")


@dataclass(frozen=True)
class Link:
    """A panel that shows what an alert is about, by its dashboard's slug and its own key."""

    dashboard: str
    panel: str


def carried(scope: Scope, *families: str) -> tuple[str, ...]:
    """People's own labels, by name, that alerts on what ``families`` count carry."""
    return tuple(label.name for label in told(scope.labels, *families) if label.in_alerts)


@dataclass(frozen=True)
class Alert:
    """One alert.

    It fires where the value that ``ask`` returns compares so with the first of ``thresholds``, for
    as long as ``pending`` (PromQL's ``for``), and goes on for ``keep_firing`` after it does not.
    ``summary`` and ``description`` may hold ``{value}``, ``{<threshold>}`` and ``{<label>}`` of the
    value; ``names_team`` is the label of it that says which team is concerned. ``meaning`` and the
    three first things to ``look`` at make its runbook. One with ``why_off`` is off unless somebody
    turns it on, and the one that ``tells_of_failed_queries`` fires where Prometheus cannot be asked.
    ``counts`` are the families of an alert that is told apart by those of people's own labels that
    tell all of them apart, and are for alerts.
    ``is_for_teams`` where it can be limited to one team; ``applies`` tells whether there
    is anything to watch, and ``reached`` are thresholds that can be reached in a scope.
    """

    name: str
    question: str
    ask: Callable[[Scope, Thresholds], Query]
    thresholds: Mapping[str, Threshold]
    severity: Severity
    component: Component
    summary: str
    description: str
    shown_on: Link
    meaning: str
    look: tuple[str, str, str]
    compares: Comparison = Comparison.ABOVE
    pending: str = "5m"
    keep_firing: str = "5m"
    names_team: str | None = None
    is_for_teams: bool = False
    shown_to_teams_on: Link | None = None
    why_off: str = ""
    tells_of_failed_queries: bool = False
    counts: tuple[str, ...] = ()
    applies: Callable[[Scope], bool] = lambda _: True
    reached: Callable[[Scope, Thresholds], Thresholds] = lambda _, thresholds: thresholds

    @property
    def bound(self) -> str:
        """The name of the threshold that the value is compared with."""
        return next(iter(self.thresholds))

    @property
    def links(self) -> list[Link]:
        """The panels that show what it is about, to anybody."""
        return [link for link in (self.shown_on, self.shown_to_teams_on) if link]

    @property
    def defaults(self) -> Thresholds:
        """The numbers that hold where nobody sets others."""
        return {name: threshold.default for name, threshold in self.thresholds.items()}
