"""What settings declare of rules: what is recorded, what alerts, and where alerts go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.alerts.alert import Severity
from litellm_monitoring.alerts.rendering.grafana import GrafanaGroup, alert_groups, recording_groups
from litellm_monitoring.alerts.rendering.prometheus import rule_groups
from litellm_monitoring.alerts.rendering.rule import Audience, Board, Rule, Tuning, rules
from litellm_monitoring.dashboards.kit.layout import identity
from litellm_monitoring.infra.declaration.contact_points import (
    contact_point,
    message_template,
    mute_timings,
)
from litellm_monitoring.infra.declaration.resources import (
    ContactPoint,
    Dashboard,
    MessageTemplate,
    MuteTiming,
)
from litellm_monitoring.infra.settings.models.alerts import (
    AlertOverride,
    AlertTarget,
    RecordingTarget,
)
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import seconds
from litellm_monitoring.signals.catalogue.recording import Recording, RuleGroup
from litellm_monitoring.signals.recording_rules import RecordingRule, recording_rules


@dataclass(frozen=True)
class Route:
    """Where alerts of one severity go, and when they do not."""

    contact_point: str
    mute_timings: tuple[str, ...]


@dataclass(frozen=True)
class Timing:
    """When notifications are sent, in Alertmanager's words."""

    group_wait: str
    group_interval: str
    repeat_interval: str


@dataclass(frozen=True)
class Alerting:
    """Rules as whatever evaluates them takes them.

    ``prometheus`` are the groups of a rule file, ``grafana`` those that Grafana evaluates, whose
    alerts go by their severity where ``routes`` say; ``contact_point``, ``template`` and
    ``mute_timings`` are made for them. What is ``editable`` can be changed in Grafana.
    """

    prometheus: Sequence[Mapping[str, Any]] = ()
    grafana: Sequence[GrafanaGroup] = ()
    routes: Mapping[Severity, Route] | None = None
    timing: Timing | None = None
    contact_point: ContactPoint | None = None
    template: MessageTemplate | None = None
    mute_timings: Sequence[MuteTiming] = ()
    editable: bool = False


def recording_of(settings: Settings, stack: str) -> Recording | None:
    """What rules have recorded that the stack's queries may read."""
    own, asked = settings.recorded_in is not RecordingTarget.OFF, settings.rules
    if not own and not asked.recorded_by:
        return None
    return Recording(
        stack=asked.recorded_by.rpartition("/")[2] if asked.recorded_by else stack,
        interval=seconds(asked.interval),
        scrape_interval=seconds(settings.prometheus.scrape_interval),
        groups=frozenset(RuleGroup if asked.record is None else asked.record),
        labels=tuple(dict.fromkeys(matcher.label for matcher in settings.selector)),
        own=tuple(each.label for each in settings.labels if each.is_recorded),
    )


def alerts_of(
    settings: Settings,
    environment: str,
    scope: Scope,
    dashboards: Mapping[str, Dashboard],
    runbooks_uid: str,
) -> list[Rule]:
    """The alerts of a stack whose queries read what is in ``scope``, with their runbooks on a dashboard
    of that uid unless they are elsewhere.
    """
    if settings.alerts.managed_by is AlertTarget.OFF:
        return []
    tunings = {name: _tuning(each) for name, each in settings.alerts.overrides.items()}
    return rules(scope, tunings, _audience(settings, environment, dashboards, runbooks_uid))


def alerting(
    settings: Settings,
    stack: str,
    scope: Scope,
    data_source_uid: str,
    found: Sequence[Rule],
) -> Alerting:
    """How the alerts that were ``found``, and what is recorded, are declared for ``stack``."""
    managed, records = settings.alerts.managed_by, settings.recorded_in
    interval = seconds(settings.rules.interval)
    recorded = recording_rules(scope) if records is not RecordingTarget.OFF else {}
    prometheus = rule_groups(
        stack,
        interval,
        recorded if records is RecordingTarget.PROMETHEUS else {},
        found if managed is AlertTarget.PROMETHEUS else (),
    )
    grafana = _in_grafana(settings, stack, data_source_uid, recorded, found)
    editable = settings.alerts.editable
    if managed is not AlertTarget.GRAFANA:
        return Alerting(prometheus, grafana, editable=editable)
    template = message_template(settings, stack)
    point = contact_point(settings, stack, template)
    muted = mute_timings(settings.alerts.mute_timings, stack)
    return Alerting(
        prometheus,
        grafana,
        editable=editable,
        routes=_routes(settings, point, muted),
        timing=Timing(
            settings.alerts.group_wait,
            settings.alerts.group_interval,
            settings.alerts.repeat_interval,
        ),
        contact_point=point,
        template=template if point else None,
        mute_timings=muted,
    )


def _in_grafana(
    settings: Settings,
    stack: str,
    data_source_uid: str,
    recorded: Mapping[RuleGroup, Sequence[RecordingRule]],
    alerts: Sequence[Rule],
) -> list[GrafanaGroup]:
    interval = seconds(settings.rules.interval)
    groups: list[GrafanaGroup] = []
    if settings.recorded_in is RecordingTarget.GRAFANA:
        target = settings.rules.target_uid or data_source_uid
        groups += recording_groups(stack, interval, data_source_uid, target, recorded)
    if settings.alerts.managed_by is AlertTarget.GRAFANA:
        groups += alert_groups(stack, interval, data_source_uid, alerts)
    if settings.folder.existing_uid:
        return [replace(group, stack=stack) for group in groups]
    return groups


def _tuning(override: AlertOverride) -> Tuning:
    return Tuning(
        enabled=override.enabled,
        thresholds=override.thresholds,
        pending=override.for_,
        keep_firing=override.keep_firing_for,
        severity=override.severity,
    )


def _audience(
    settings: Settings,
    environment: str,
    dashboards: Mapping[str, Dashboard],
    runbooks_uid: str,
) -> Audience:
    runbooks = Board(runbooks_uid, {name: identity(name) for name in CATALOGUE})
    return Audience(
        environment=environment,
        team=settings.team.alias if settings.team else None,
        boards={slug: _board(dashboard) for slug, dashboard in dashboards.items()},
        grafana_url=settings.alerts.grafana_url or "",
        runbooks=settings.alerts.runbooks or runbooks,
        requests=settings.links.kept(),
    )


def _board(dashboard: Dashboard) -> Board:
    """A dashboard's JSON has its panels' ids and not their keys, of which alerts name some."""
    found = list(json.loads(dashboard.config_json)["panels"])
    ids = {each["id"] for panel in found for each in (panel, *(panel.get("panels") or ()))}
    links = [link for each in CATALOGUE.values() for link in each.links]
    panels = {link.panel: identity(link.panel) for link in links}
    return Board(dashboard.uid, {key: id_ for key, id_ in panels.items() if id_ in ids})


def _routes(
    settings: Settings, point: ContactPoint | None, muted: Sequence[MuteTiming]
) -> dict[Severity, Route]:
    for_all = point.name if point else str(settings.alerts.contact_point.existing)
    critical = settings.alerts.critical_contact_point
    return {
        severity: Route(
            critical if critical and severity is Severity.CRITICAL else for_all,
            tuple(timing.name for timing in muted if severity in timing.severities),
        )
        for severity in Severity
    }
