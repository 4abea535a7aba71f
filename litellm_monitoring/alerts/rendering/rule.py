"""Alerts as one stack has them: with its scope, its thresholds and its names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.alerts.alert import Alert, Comparison, Component, Link, Severity, carried
from litellm_monitoring.alerts.rendering.requests import has_requests
from litellm_monitoring.alerts.rendering.text import filled_in, label, literal, number
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.serving.requests import Requests

_RATES = "5m"
"""The window of what is asked without one of its own."""


@dataclass(frozen=True)
class Tuning:
    """What a stack changes about one alert; None and what is not there stay as they are."""

    enabled: bool | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    pending: str | None = None
    keep_firing: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Board:
    """A dashboard that is there: its uid, and the ids of its panels by key."""

    uid: str
    panels: Mapping[str, int]


@dataclass(frozen=True)
class Audience:
    """Whom a stack's alerts are for, and where they look.

    ``team`` is the LiteLLM team that all of it is limited to. ``boards`` are the stack's dashboards
    by slug, and ``grafana_url`` the address that links to them begin with. ``runbooks`` is a
    dashboard with a panel for each alert, by its name, or the address of a directory of files.
    ``requests`` is where requests are kept.
    """

    environment: str
    team: str | None = None
    boards: Mapping[str, Board] = field(default_factory=dict)
    grafana_url: str = ""
    runbooks: Board | str = "docs/runbooks"
    requests: tuple[Requests, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One alert of a stack, whichever system evaluates it.

    ``query`` is its value and ``threshold`` what that is compared with. ``dashboard_uid`` and
    ``panel_id`` are None where the stack has no panel that shows it. ``requests`` is where the
    requests are kept that it is about. It ``carries`` these of people's own labels.
    """

    alert: Alert
    query: Query
    threshold: float
    known: Mapping[str, str]
    pending: str
    keep_firing: str
    severity: Severity
    environment: str
    team: str | None
    dashboard_uid: str | None
    panel_id: int | None
    runbooks: Board | str
    grafana_url: str
    requests: tuple[Requests, ...]
    carries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.alert.name

    @property
    def component(self) -> Component:
        """What it is about."""
        return self.alert.component

    @property
    def compares(self) -> Comparison:
        """How the value is compared with the threshold."""
        return self.alert.compares

    @property
    def unit(self) -> str:
        """The Grafana unit id of the value."""
        return self.query.unit

    def runbook_url(self, root: str) -> str:
        """Where its runbook is read; addresses in Grafana begin with ``root``, which ends with "/"."""
        if isinstance(self.runbooks, Board):
            panel = self.runbooks.panels[self.name]
            return f"{root}d/{self.runbooks.uid}?viewPanel=panel-{panel}"
        return f"{self.runbooks.rstrip('/')}/{self.name}.md"

    def texts(self, value: str) -> dict[str, str]:
        """Summary and description as Go templates, in which ``value`` is the value's."""
        told = "".join(f" {name}: {{{name}}}." for name in self.carries)
        return {
            name: filled_in(text, self.known, value)
            for name, text in (
                ("summary", self.alert.summary),
                ("description", f"{self.alert.description}{told}"),
            )
        }

    def labels(self) -> dict[str, str]:
        """The labels that it adds to those of the value, as Go templates."""
        found = {
            "severity": self.severity.value,
            "environment": literal(self.environment),
            "component": self.component.value,
        }
        if self.team is not None:
            found["team"] = literal(self.team)
        elif self.alert.names_team:
            found["team"] = label(self.alert.names_team)
        return found


def rules(scope: Scope, tunings: Mapping[str, Tuning], audience: Audience) -> list[Rule]:
    """The alerts of a stack whose queries read what is in ``scope``."""
    asked = scope.over(_RATES)
    return [
        _rule(alert, asked, tunings.get(alert.name, Tuning()), audience)
        for alert in CATALOGUE.values()
        if _is_on(alert, scope, tunings.get(alert.name, Tuning()))
    ]


def _is_on(alert: Alert, scope: Scope, tuning: Tuning) -> bool:
    if scope.team_alias is not None and not alert.is_for_teams:
        return False
    if not alert.applies(scope):
        return False
    return not alert.why_off if tuning.enabled is None else tuning.enabled


def _rule(alert: Alert, scope: Scope, tuning: Tuning, audience: Audience) -> Rule:
    numbers = alert.reached(scope, {**alert.defaults, **tuning.thresholds})
    shown_on = _shown_on(alert, audience)
    board = audience.boards.get(shown_on.dashboard)
    query = alert.ask(scope, numbers)
    return Rule(
        alert=alert,
        query=query,
        threshold=numbers[alert.bound],
        known={name: number(value, alert.thresholds[name].unit) for name, value in numbers.items()},
        pending=tuning.pending or alert.pending,
        keep_firing=tuning.keep_firing or alert.keep_firing,
        severity=tuning.severity or alert.severity,
        environment=audience.environment,
        team=audience.team,
        dashboard_uid=board.uid if board else None,
        panel_id=board.panels.get(shown_on.panel) if board else None,
        grafana_url=audience.grafana_url.rstrip("/"),
        runbooks=audience.runbooks,
        requests=_requests(alert, query, audience),
        carries=carried(scope, *alert.counts) if alert.counts else (),
    )


def _requests(alert: Alert, query: Query, audience: Audience) -> tuple[Requests, ...]:
    links = audience.requests
    return links if links and has_requests(alert, query, query.told_apart_by) else ()


def _shown_on(alert: Alert, audience: Audience) -> Link:
    if audience.team is not None and alert.shown_to_teams_on:
        return alert.shown_to_teams_on
    return alert.shown_on
