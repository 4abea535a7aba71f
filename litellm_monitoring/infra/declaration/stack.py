"""What a stack declares: computed from its settings alone, before any resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from litellm_monitoring.alerts.rendering.rule import Rule
from litellm_monitoring.alerts.rendering.runbook import HEADINGS, runbook
from litellm_monitoring.dashboards import Frame, Link, dashboard_json, runbooks_json, slugs
from litellm_monitoring.infra.declaration.alerting import (
    Alerting,
    alerting,
    alerts_of,
    recording_of,
)
from litellm_monitoring.infra.declaration.data_source import data_source
from litellm_monitoring.infra.declaration.platform import (
    Platform,
    written,
    written_labels,
    written_links,
)
from litellm_monitoring.infra.declaration.resources import (
    Dashboard,
    DataSource,
    Folder,
    GrafanaTeam,
    Grant,
)
from litellm_monitoring.infra.identity import (
    RUNBOOKS,
    dashboard_uids,
    shortened_title,
    slug_of,
    stack_uid,
)
from litellm_monitoring.infra.limits import TAG, shortened
from litellm_monitoring.infra.settings.kinds.fields import is_email
from litellm_monitoring.infra.settings.models.kubernetes import KubernetesSettings
from litellm_monitoring.infra.settings.models.prometheus import PrometheusSettings, PrometheusType
from litellm_monitoring.infra.settings.models.stack import (
    FirstTokenObjectiveSettings,
    LatencyObjectiveSettings,
    Permission,
    Role,
    Settings,
    TeamSettings,
)
from litellm_monitoring.signals import Objective, Scope, Speed, Workload
from litellm_monitoring.signals.asking import counting
from litellm_monitoring.signals.asking.counting import Counting
from litellm_monitoring.signals.asking.promql import seconds

_ENVIRONMENT_LENGTH = 50
"""What is left for the name of an environment beside a team's in a title."""


@dataclass(frozen=True)
class Declaration:
    """Everything one stack deploys, and ``platform``, what other stacks can build on.

    ``team`` is the LiteLLM team that all of it is limited to.

    Without ``folder`` or ``data_source``, the one that ``platform`` names is there already.
    Without ``grants``, Grafana decides who sees the folder; else they do, and admins.
    """

    platform: Platform
    team: TeamSettings | None
    folder: Folder | None
    grafana_team: GrafanaTeam | None
    grants: tuple[Grant, ...] | None
    data_source: DataSource | None
    dashboards: Mapping[str, Dashboard]
    alerting: Alerting
    protect: bool


def declare(settings: Settings, stack: str) -> Declaration:
    """What ``settings`` declare for ``stack``."""
    environment = settings.environment or stack
    folder = _folder(settings, stack, environment)
    source = data_source(settings, stack)
    grants = _grants(settings)
    scope = scope_of(settings, stack)
    recorded = scope.recording
    platform = Platform(
        environment=environment,
        selector=", ".join(map(str, settings.selector)),
        folder_uid=folder_uid(settings, stack),
        is_folder_restricted=grants is not None
        and all(grant.role is not Role.VIEWER for grant in grants),
        data_source_uid=source.uid if source else str(settings.prometheus.existing_uid),
        scrape_interval=settings.prometheus.scrape_interval,
        rule_interval=settings.rules.interval,
        recorded_by=recorded.stack if recorded else "",
        recorded=",".join(sorted(recorded.groups)) if recorded else "",
        alerts_managed_by=settings.alerts.managed_by.value,
        latency_buckets=written(settings.litellm.latency_buckets),
        latency_within=settings.objective.latency.within,
        first_token_within=settings.objective.first_token.within,
        labels=written_labels(settings.labels),
        request_links=written_links(settings.links),
    )
    source_name = source.name if source else platform.data_source_uid
    dashboards = _dashboards(settings, stack, scope, platform, source_name)
    runbooks_uid = stack_uid(stack, RUNBOOKS)
    alerts = alerts_of(settings, environment, scope, dashboards, runbooks_uid)
    if alerts and not settings.alerts.runbooks:
        frame = _frame(settings, stack, runbooks_uid, platform, source_name)
        dashboards[RUNBOOKS] = Dashboard(
            runbooks_uid, runbooks_json(_runbooks(alerts), frame), overwrite=False
        )
    return Declaration(
        platform=platform,
        team=settings.team,
        folder=folder,
        grafana_team=grafana_team(settings.team, environment) if settings.team else None,
        grants=grants,
        data_source=source,
        dashboards=dashboards,
        alerting=alerting(settings, stack, scope, platform.data_source_uid, alerts),
        protect=settings.protect,
    )


def folder_uid(settings: Settings, stack: str) -> str:
    """The uid of the folder that ``stack`` puts everything into."""
    return settings.folder.existing_uid or settings.folder.uid or stack_uid(stack)


def scope_of(settings: Settings, stack: str) -> Scope:
    """The series that the queries of ``stack`` may read."""
    team, promised = settings.team, settings.objective
    return Scope(
        settings.selector,
        team_alias=team.alias if team else None,
        objective=Objective(
            promised.availability / 100,
            promised.window,
            latency=_speed(promised.latency),
            first_token=_speed(promised.first_token),
        ),
        counting=_counting(settings.prometheus),
        recording=recording_of(settings, stack),
        daily_spend_limits=settings.alerts.daily_spend_limits,
        daily_model_spend_limits=settings.alerts.daily_model_spend_limits,
        daily_provider_spend_limits=settings.alerts.daily_provider_spend_limits,
        cost_centers=settings.cost_centers,
        pods=_workload(settings.kubernetes) if settings.kubernetes else None,
        labels=tuple(each.label for each in settings.labels),
    )


def _workload(kubernetes: KubernetesSettings) -> Workload:
    return Workload(
        kubernetes.namespace,
        kubernetes.workload,
        autoscaler=kubernetes.autoscaler or kubernetes.workload,
        container=kubernetes.container,
        matchers=kubernetes.selector,
    )


def _counting(prometheus: PrometheusSettings) -> Counting:
    scrape_interval = seconds(prometheus.scrape_interval)
    if prometheus.type is PrometheusType.VICTORIA_METRICS:
        return counting.VictoriaMetrics(scrape_interval)
    return counting.Prometheus(scrape_interval)


def _speed(promised: LatencyObjectiveSettings | FirstTokenObjectiveSettings) -> Speed:
    return Speed(promised.within, promised.share / 100)


def _folder(settings: Settings, stack: str, environment: str) -> Folder | None:
    folder, team = settings.folder, settings.team
    if folder.existing_uid:
        return None
    return Folder(
        uid=folder_uid(settings, stack),
        title=folder.title
        or (_name_in_grafana(team, environment) if team else f"LiteLLM ({stack})"),
        parent_uid=folder.parent_uid,
    )


def grafana_team(team: TeamSettings, environment: str) -> GrafanaTeam | None:
    """The Grafana team to make for ``team``, or None where one that is there is referred to."""
    if team.grafana_team.existing_name or team.grafana_team.existing_id:
        return None
    return GrafanaTeam(
        name=team.grafana_team.name or _name_in_grafana(team, environment),
        email=team.contact if team.contact and is_email(team.contact) else None,
        members=team.grafana_team.members,
    )


def _name_in_grafana(team: TeamSettings, environment: str) -> str:
    return f"LiteLLM {_title(team)} ({shortened(environment, _ENVIRONMENT_LENGTH)})"


def _title(team: TeamSettings) -> str:
    return shortened_title(team.title or team.alias)


def _grants(settings: Settings) -> tuple[Grant, ...] | None:
    grants = [
        Grant(
            granted.permission,
            role=granted.role,
            existing_team=granted.team,
            existing_team_id=granted.team_id,
        )
        for granted in settings.folder.permissions or ()
    ]
    if team := settings.team:
        permission = Permission.EDIT if team.can_edit else Permission.VIEW
        existing = team.grafana_team
        own = Grant(
            permission,
            existing_team=existing.existing_name,
            existing_team_id=existing.existing_id,
        )
        grants.insert(0, own)
    elif settings.folder.permissions is None:
        return None
    return tuple(grants)


def _dashboards(
    settings: Settings, stack: str, scope: Scope, platform: Platform, data_source_name: str
) -> dict[str, Dashboard]:
    chosen, team = settings.dashboards, settings.team
    include = slugs(of_team=team is not None) if chosen.include is None else chosen.include
    uids = dashboard_uids(stack, include, chosen.uids, adopt=chosen.adopt)
    description = f"The traffic of the LiteLLM team {team.alias}" if team else ""

    def made(slug: str, uid: str) -> Dashboard:
        frame = _frame(settings, stack, uid, platform, data_source_name)
        frame = replace(frame, siblings=uids, description=description)
        return Dashboard(uid, dashboard_json(slug, scope, frame), overwrite=chosen.adopt)

    return {slug: made(slug, uid) for slug, uid in uids.items()}


def _frame(
    settings: Settings, stack: str, uid: str, platform: Platform, data_source_name: str
) -> Frame:
    chosen, team = settings.dashboards, settings.team
    family_tag = stack_uid(stack)
    return Frame(
        uid=uid,
        data_source_uid=platform.data_source_uid,
        data_source_name=data_source_name,
        tags=(
            "litellm",
            shortened(f"environment:{platform.environment}", TAG),
            *([f"team:{slug_of(team.alias)}"] if team else []),
            family_tag,
            *chosen.tags,
        ),
        links=_links(settings),
        refresh=chosen.refresh,
        time_from=chosen.time_from,
        time_to=chosen.time_to,
        timezone=chosen.timezone,
        editable=chosen.editable,
        # Grafana cuts off what is blank at the end of a dashboard's title.
        audience=_title(team).rstrip() if team else "",
        family_tag=family_tag,
        without=frozenset(chosen.without_features),
        requests=settings.links.kept(),
    )


def _runbooks(alerts: Sequence[Rule]) -> dict[str, dict[str, str]]:
    """By component and alert."""
    found = {
        heading: {rule.name: runbook(rule) for rule in alerts if rule.component is component}
        for component, heading in HEADINGS.items()
    }
    return {heading: texts for heading, texts in found.items() if texts}


def _links(settings: Settings) -> tuple[Link, ...]:
    links = [Link(link.title, link.url) for link in settings.dashboards.links]
    if settings.team and (contact := settings.team.contact):
        url = f"mailto:{contact}" if is_email(contact) else contact
        links.append(Link(f"Contact {_title(settings.team)}", url))
    return tuple(links)
