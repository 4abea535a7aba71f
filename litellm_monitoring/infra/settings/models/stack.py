"""What a person can set in ``Pulumi.<stack>.yaml``, as one frozen, validated model.

Field descriptions are the documentation: ``Pulumi.yaml`` and ``docs/settings.md`` are
generated from them (``python -m tools settings``).
"""

from enum import StrEnum
from typing import Annotated

from pydantic import SecretStr

from litellm_monitoring.dashboards import Feature
from litellm_monitoring.infra.settings.kinds import durations, fields, grafana
from litellm_monitoring.infra.settings.kinds.alerts import MayBeOff
from litellm_monitoring.infra.settings.models.alerts import (
    AlertSettings,
    AlertTarget,
    RecordingTarget,
    RuleSettings,
)
from litellm_monitoring.infra.settings.models.base import Model
from litellm_monitoring.infra.settings.models.exports import ExportSettings
from litellm_monitoring.infra.settings.models.kubernetes import KubernetesSettings
from litellm_monitoring.infra.settings.models.labels import LabelSettings
from litellm_monitoring.infra.settings.models.links import LinksSettings
from litellm_monitoring.infra.settings.models.prometheus import PrometheusSettings
from litellm_monitoring.infra.settings.models.scrape import ScrapeSettings


class Role(StrEnum):
    """Grafana's basic roles that a folder can be opened to; admins see every folder."""

    VIEWER = "Viewer"
    EDITOR = "Editor"


class Permission(StrEnum):
    """What can be granted on a folder, in Grafana's words."""

    VIEW = "View"
    EDIT = "Edit"
    ADMIN = "Admin"


class FolderPermissionSettings(Model):
    """What somebody may do in the folder; one of `role`, `team` and `teamId`."""

    role: Role | None = None
    """A basic role: `Viewer` or `Editor`."""
    team: fields.Text | None = None
    """Name of an existing Grafana team."""
    team_id: fields.Text | None = None
    """The same by its ID."""
    permission: Permission = Permission.VIEW
    """`View`, `Edit` or `Admin`."""


class FolderSettings(Model):
    """The Grafana folder that holds the stack's dashboards."""

    title: grafana.FolderTitle | None = None
    """Title; by default `LiteLLM (<stack>)`, or for a team `LiteLLM <title> (<environment>)`."""
    uid: grafana.FolderUid | None = None
    """UID; by default `litellm-<stack>`."""
    parent_uid: fields.Uid | None = None
    """UID of the parent folder; by default none, or for a team the folder of `team.platformStack`."""
    existing_uid: grafana.FolderUid | None = None
    """UID of an existing folder to use, instead of creating one."""
    permissions: tuple[FolderPermissionSettings, ...] | None = None
    """Who can see the folder, besides Grafana admins and the stack's team; by default whoever Grafana lets see a new folder. An empty list means nobody else."""


class LinkSettings(Model):
    """A link at the top of every dashboard."""

    title: fields.Text
    """Text of the link."""
    url: fields.HttpUrl
    """Address to open, in a new tab."""


class GrafanaTeamSettings(Model):
    """The Grafana team whose members see the stack's folder."""

    name: grafana.TeamName | None = None
    """Name of the team to create; by default `LiteLLM <title> (<environment>)`."""
    existing_name: fields.Text | None = None
    """Name of an existing team to use, instead of creating one."""
    existing_id: fields.Text | None = None
    """The same by its ID."""
    members: tuple[fields.Text, ...] | None = None
    """Email addresses of its members, who must be Grafana users; by default, add them in Grafana."""


class TeamIdentity(Model):
    """A LiteLLM team, and who its people are."""

    alias: fields.TeamAlias
    """The team's alias in LiteLLM: the value of the label `team_alias`."""
    title: fields.Text | None = None
    """Display name of the team; by default its alias."""
    contact: fields.Contact | None = None
    """Email or web address of the team."""
    can_edit: bool = False
    """Allow the team to edit the contents of its folder, not only view them."""
    grafana_team: GrafanaTeamSettings = GrafanaTeamSettings()
    """The Grafana team whose members see the folder."""


class TeamSettings(TeamIdentity):
    """The LiteLLM team to which everything in the stack is limited."""

    platform_stack: fields.StackName | None = None
    """Stack of the environment, e.g. `prod`: the team's folder is created inside its folder, and the team stack uses its data source, environment and selector."""


class DashboardSettings(Model):
    """Which dashboards to deploy, and how they open."""

    include: tuple[fields.Slug, ...] | None = None
    """Dashboards to deploy, by slug; by default all, or for a team those that can be limited to one team."""
    without_features: tuple[Feature, ...] = ()
    """Features of LiteLLM that you do not use; their rows are left out: `admission`, `batches`, `cache`, `cleanup`, `customers`, `database`, `federation`, `guardrails`, `health-checks`, `ledger`, `lens`, `mcp`, `media`, `organizations`, `projects`, `provider-budgets`, `provider-limits`, `redis` or `services`."""
    uids: dict[fields.Slug, fields.Uid] = {}
    """UIDs by slug; by default `litellm-<stack>-<slug>`."""
    adopt: bool = False
    """Take over existing dashboards with the same UID, such as those imported by hand: they are overwritten, and the default UID is that of LiteLLM's own JSON."""
    editable: bool = False
    """Allow editing the dashboards in Grafana; the next deployment overwrites saved changes."""
    refresh: durations.Refresh = ""
    """Auto-refresh interval of an open dashboard, e.g. `30s`, at least `5s`; by default none."""
    time_from: fields.TimeExpression = "now-6h"
    """Start of the default time range; *Adoption* has its own."""
    time_to: fields.TimeExpression = "now"
    """End of the default time range."""
    timezone: fields.Timezone = "browser"
    """`browser`, `utc` or an IANA time zone."""
    tags: tuple[grafana.Tag, ...] = ()
    """Additional tags, besides `litellm` and `environment:<environment>`."""
    links: tuple[LinkSettings, ...] = ()
    """Links at the top of every dashboard."""


class LiteLLMSettings(Model):
    """Settings of LiteLLM that objectives depend on, and where its metrics are."""

    latency_buckets: fields.Bounds | None = None
    """Bucket bounds of LiteLLM's latency histograms in seconds: the list in `litellm_settings.prometheus_latency_buckets`, without infinity. By default LiteLLM's own, or for a team those of `team.platformStack`, together with its `within` where an objective has none. LiteLLM before 1.83.7 has other bounds; `check` lists them."""
    scrape: ScrapeSettings | None = None
    """What scrapes LiteLLM: `render` writes it for Prometheus, its operator and Grafana Alloy; by default nothing."""


class LatencyObjectiveSettings(Model):
    """How long answers may take."""

    within: float = 60.0
    """Seconds; one of LiteLLM's bucket bounds (`litellm.latencyBuckets`). The default is a minute: few people wait longer."""
    share: fields.Percentage = 95.0
    """Percentage of answers that must not take longer."""


class FirstTokenObjectiveSettings(Model):
    """How late a streamed answer may begin."""

    within: float = 10.0
    """Seconds; one of LiteLLM's bucket bounds (`litellm.latencyBuckets`). The default is ten: after that, people turn to something else."""
    share: fields.Percentage = 95.0
    """Percentage of streamed answers that must not begin later."""


class ObjectiveSettings(Model):
    """The objectives (SLOs) against which errors and latency are measured."""

    availability: fields.Percentage = 99.5
    """Percentage of requests that must succeed; client errors count as successes."""
    window: durations.Seconds = "30d"
    """Time window of the objectives."""
    latency: LatencyObjectiveSettings = LatencyObjectiveSettings()
    """How long answers may take."""
    first_token: FirstTokenObjectiveSettings = FirstTokenObjectiveSettings()
    """How late a streamed answer may begin."""


class Settings(Model):
    """Everything a person can set for one stack."""

    environment: fields.Text | None = None
    """The environment that the stack monitors; by default the stack's name, or for a team the environment of `team.platformStack`."""
    team: TeamSettings | None = None
    """The LiteLLM team that the stack is limited to; by default all teams."""
    folder: FolderSettings = FolderSettings()
    """The Grafana folder that holds the stack's dashboards."""
    prometheus: PrometheusSettings = PrometheusSettings()
    """The Prometheus data source; either `url` or `existingUid` must be set, unless `team.platformStack` is."""
    prometheus_url: str | None = None
    """Address of the Prometheus server: the same as `prometheus.url`, as a key without a path. `pulumi new` asks for it."""
    prometheus_password: SecretStr | None = None
    """Password for `prometheus.auth.type: basic`."""
    prometheus_token: SecretStr | None = None
    """Token for `prometheus.auth.type: bearer`."""
    prometheus_tls_client_key: SecretStr | None = None
    """PEM key for `prometheus.auth.type: tls`."""
    prometheus_sig_v4_access_key: SecretStr | None = None
    """AWS access key ID for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_sig_v4_secret_key: SecretStr | None = None
    """AWS secret access key for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_azure_client_secret: SecretStr | None = None
    """Client secret for `prometheus.auth.type: azure` with `source: clientsecret`."""
    prometheus_secret_headers: dict[fields.HeaderName, fields.Secret] = {}
    """HTTP headers with secret values."""
    selector: fields.Selector = ()
    """PromQL label matchers added to every query, e.g. `namespace="llm-prod"`."""
    kubernetes: KubernetesSettings | None = None
    """The Kubernetes workload that runs LiteLLM; adds the row *Pods* to Proxy internals and alerts on its pods, which require kube-state-metrics and cAdvisor. By default none."""
    litellm: LiteLLMSettings = LiteLLMSettings()
    """Settings of LiteLLM that objectives depend on, and where its metrics are."""
    labels: tuple[LabelSettings, ...] = ()
    """Labels that you have LiteLLM add to its metrics, such as a cost center: each becomes a variable and panels; by default none, or for a team those of `team.platformStack`. `docs/labels.md` says what they show and cost."""
    objective: ObjectiveSettings = ObjectiveSettings()
    """The objectives (SLOs) against which errors and latency are measured."""
    cost_centers: dict[fields.TeamAlias, fields.Text] = {}
    """Cost center of each team, by team alias, for the dashboard *Adoption*; by default those in `teams.yaml`."""
    dashboards: DashboardSettings = DashboardSettings()
    """Which dashboards to deploy, and how they open."""
    links: LinksSettings = LinksSettings()
    """Links from numbers to what they are made of."""
    recording_rules: Annotated[RecordingTarget | None, MayBeOff] = None
    """What evaluates recording rules for expensive queries: `prometheus`, with the rule files that `render` writes, `grafana`, or `off`; by default `prometheus` if `alerts.managedBy` is `prometheus`, since rule files are loaded then anyway. Dashboards and alerts read the recorded series."""
    rules: RuleSettings = RuleSettings()
    """How recording rules and alert rules are evaluated."""
    alerts: AlertSettings = AlertSettings()
    """Which alerts to deploy, and whom they notify."""
    alerts_slack_url: SecretStr | None = None
    """Incoming webhook for `alerts.contactPoint.slack`."""
    alerts_slack_token: SecretStr | None = None
    """Bot token for `alerts.contactPoint.slack`, instead of `alertsSlackUrl`."""
    alerts_pager_duty_key: SecretStr | None = None
    """Integration key for `alerts.contactPoint.pagerduty`."""
    alerts_teams_url: SecretStr | None = None
    """Incoming webhook for `alerts.contactPoint.teams`."""
    alerts_webhook_token: SecretStr | None = None
    """Bearer token for `alerts.contactPoint.webhook`."""
    alerts_webhook_password: SecretStr | None = None
    """Password for `alerts.contactPoint.webhook.username`."""
    exports: ExportSettings = ExportSettings()
    """How files for Kubernetes are written."""
    protect: bool = False
    """Protect the stack's resources from being deleted or replaced, and the folder as long as it is not empty."""

    @property
    def recorded_in(self) -> RecordingTarget:
        """What evaluates recording rules, whether or not it was said."""
        if self.recording_rules is not None:
            return self.recording_rules
        recorded_elsewhere = self.rules.recorded_by or (self.team and self.team.platform_stack)
        if self.alerts.managed_by is AlertTarget.PROMETHEUS and not recorded_elsewhere:
            return RecordingTarget.PROMETHEUS
        return RecordingTarget.OFF


SECRET_KEYS = frozenset(
    field.alias
    for field in Settings.model_fields.values()
    if field.alias and "SecretStr" in str(field.annotation)
)
"""Keys whose values Pulumi must hold as secrets."""
