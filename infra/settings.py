"""What a person can set in ``Pulumi.<stack>.yaml``, as one frozen, validated model.

Field descriptions are the documentation: ``Pulumi.yaml`` and README's settings table are
generated from them (``python -m tools settings``).
"""

from enum import StrEnum
from typing import Annotated

from pydantic import SecretStr

from dashboards import Feature
from infra import fields
from infra.alert_fields import MayBeOff
from infra.alert_settings import AlertSettings, AlertTarget, RecordingTarget, RuleSettings
from infra.model import Model
from infra.prometheus_settings import PrometheusSettings


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
    """What somebody may do in the folder; either `role` or `team`."""

    role: Role | None = None
    """A basic role: `Viewer` or `Editor`."""
    team: fields.Text | None = None
    """Name of a Grafana team that is there already."""
    permission: Permission = Permission.VIEW
    """`View`, `Edit` or `Admin`."""


class FolderSettings(Model):
    """The Grafana folder that holds the stack's dashboards."""

    title: fields.Text | None = None
    """Title; by default `LiteLLM (<stack>)`, or for a team `LiteLLM <title> (<environment>)`."""
    uid: fields.Uid | None = None
    """Uid; by default `litellm-<stack>`."""
    parent_uid: fields.Uid | None = None
    """Uid of the folder that it lies in; by default none, or for a team that of `team.platformStack`."""
    existing_uid: fields.Uid | None = None
    """Uid of a folder that is there already, to use in place of making one."""
    permissions: tuple[FolderPermissionSettings, ...] | None = None
    """Who sees the folder besides Grafana's admins and the stack's team; by default whom Grafana lets see a new folder. An empty list is nobody else."""


class LinkSettings(Model):
    """A link at the top of every dashboard."""

    title: fields.Text
    """Text of the link."""
    url: fields.HttpUrl
    """Address that it opens, in a new tab."""


class GrafanaTeamSettings(Model):
    """The Grafana team whose members see the stack's folder."""

    name: fields.Text | None = None
    """Name of the team to make; by default `LiteLLM <title> (<environment>)`."""
    existing_name: fields.Text | None = None
    """Name of a team that is there already, to use in place of making one."""
    members: tuple[fields.Text, ...] | None = None
    """E-mail addresses of its members, who must be Grafana users; by default they are added in Grafana."""


class TeamIdentity(Model):
    """A LiteLLM team, and who its people are."""

    alias: fields.TeamAlias
    """The team's alias in LiteLLM: the value of the label `team_alias`."""
    title: fields.Text | None = None
    """What people call the team; by default its alias."""
    contact: fields.Contact | None = None
    """E-mail or web address where the team is reached."""
    can_edit: bool = False
    """Let the team edit what is in its folder, rather than only see it."""
    grafana_team: GrafanaTeamSettings = GrafanaTeamSettings()
    """The Grafana team whose members see the folder."""


class TeamSettings(TeamIdentity):
    """The LiteLLM team to which everything in the stack is limited."""

    platform_stack: fields.StackName | None = None
    """Stack of the environment, e.g. `prod`: the team's folder lies in its folder, and data source, environment and selector are taken from it."""


class DashboardSettings(Model):
    """Which dashboards there are and how they open."""

    include: tuple[fields.Slug, ...] | None = None
    """Dashboards to deploy, by slug; by default all, or for a team those that can be limited to it."""
    without_features: tuple[Feature, ...] = ()
    """Parts of LiteLLM that are not in use, whose rows are left out: `admission`, `batches`, `cache`, `cleanup`, `customers`, `database`, `federation`, `guardrails`, `health-checks`, `lens`, `mcp`, `media`, `organizations`, `projects`, `provider-budgets`, `provider-limits`, `redis` or `services`."""
    uids: dict[fields.Slug, fields.Uid] = {}
    """Uids by slug; by default `litellm-<stack>-<slug>`."""
    adopt: bool = False
    """Take over dashboards that exist with the same uid, such as ones imported by hand: they are overwritten, and the uid of LiteLLM's own JSON is the default."""
    editable: bool = False
    """Let people edit the dashboards in Grafana; the next deployment overwrites what they saved."""
    refresh: fields.Refresh = ""
    """How often an open dashboard reloads, e.g. `30s`; by default never."""
    time_from: fields.TimeExpression = "now-6h"
    """Start of the time range that a dashboard opens with."""
    time_to: fields.TimeExpression = "now"
    """End of that time range."""
    timezone: fields.Timezone = "browser"
    """`browser`, `utc` or an IANA time zone."""
    tags: tuple[fields.Text, ...] = ()
    """Further tags, beside `litellm` and `environment:<environment>`."""
    links: tuple[LinkSettings, ...] = ()
    """Links at the top of every dashboard."""


class LiteLLMSettings(Model):
    """What is set in LiteLLM that objectives depend on."""

    latency_buckets: fields.Bounds | None = None
    """Seconds at which LiteLLM's latency buckets end: the list that it has in `litellm_settings.prometheus_latency_buckets`, without infinity. By default LiteLLM's own, or for a team those of `team.platformStack`, with its `within` for objectives that have none. LiteLLM before 1.83.7 has other ones, which `check` tells."""


class LatencyObjectiveSettings(Model):
    """How long answers may take."""

    within: float = 60.0
    """Seconds, one of the bounds of LiteLLM's buckets (`litellm.latencyBuckets`). By default a minute, longer than which few people wait."""
    share: fields.Percentage = 95.0
    """Percentage of answers that are to take no longer."""


class FirstTokenObjectiveSettings(Model):
    """How late a streamed answer may begin."""

    within: float = 10.0
    """Seconds, one of the bounds of LiteLLM's buckets (`litellm.latencyBuckets`). By default ten, after which people turn to something else."""
    share: fields.Percentage = 95.0
    """Percentage of streamed answers that are to begin no later."""


class ObjectiveSettings(Model):
    """What the proxy promises, against which errors are measured."""

    availability: fields.Percentage = 99.5
    """Percentage of requests that are to be answered; callers' own mistakes count as answered."""
    window: fields.Duration = "30d"
    """The time over which it is measured."""
    latency: LatencyObjectiveSettings = LatencyObjectiveSettings()
    """How long answers may take."""
    first_token: FirstTokenObjectiveSettings = FirstTokenObjectiveSettings()
    """How late a streamed answer may begin."""


class Settings(Model):
    """Everything a person can set for one stack."""

    environment: fields.Text | None = None
    """The environment that the stack watches; by default the stack's name, or for a team that of `team.platformStack`."""
    team: TeamSettings | None = None
    """The LiteLLM team that the stack is for; by default the stack is for all of them."""
    folder: FolderSettings = FolderSettings()
    """The Grafana folder that holds the stack's dashboards."""
    prometheus: PrometheusSettings = PrometheusSettings()
    """The Prometheus data source; either `url` or `existingUid` must be set, unless `team.platformStack` is."""
    prometheus_password: SecretStr | None = None
    """Password for `prometheus.auth.type: basic`."""
    prometheus_token: SecretStr | None = None
    """Token for `prometheus.auth.type: bearer`."""
    prometheus_tls_client_key: SecretStr | None = None
    """PEM key for `prometheus.auth.type: tls`."""
    prometheus_sig_v4_access_key: SecretStr | None = None
    """AWS access key id for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_sig_v4_secret_key: SecretStr | None = None
    """AWS secret access key for `prometheus.auth.type: sigv4` with `source: keys`."""
    prometheus_secret_headers: dict[fields.HeaderName, SecretStr] = {}
    """HTTP headers with secret values."""
    selector: fields.Selector = ()
    """PromQL label matchers put into every query, e.g. `namespace="llm-prod"`."""
    litellm: LiteLLMSettings = LiteLLMSettings()
    """What is set in LiteLLM that objectives depend on."""
    objective: ObjectiveSettings = ObjectiveSettings()
    """What the proxy promises, against which errors are measured."""
    dashboards: DashboardSettings = DashboardSettings()
    """Which dashboards there are and how they open."""
    recording_rules: Annotated[RecordingTarget | None, MayBeOff] = None
    """What records expensive signals ahead of whoever asks: `prometheus` with the rule files that `render` writes, `grafana`, or `off`; by default `prometheus` where `alerts.managedBy` is, since rule files are then loaded anyway. Dashboards and alerts read what was recorded."""
    rules: RuleSettings = RuleSettings()
    """How rules are evaluated, those that record and those that alert."""
    alerts: AlertSettings = AlertSettings()
    """Which alerts there are, and whom they wake."""
    alerts_slack_url: SecretStr | None = None
    """Incoming webhook for `alerts.contactPoint.slack`."""
    alerts_slack_token: SecretStr | None = None
    """Bot token for `alerts.contactPoint.slack`, in place of `alertsSlackUrl`."""
    alerts_pager_duty_key: SecretStr | None = None
    """Integration key for `alerts.contactPoint.pagerduty`."""
    alerts_teams_url: SecretStr | None = None
    """Incoming webhook for `alerts.contactPoint.teams`."""
    alerts_webhook_token: SecretStr | None = None
    """Bearer token for `alerts.contactPoint.webhook`."""
    alerts_webhook_password: SecretStr | None = None
    """Password for `alerts.contactPoint.webhook.username`."""
    protect: bool = False
    """Refuse to delete or replace the stack's resources, and the folder while it holds anything."""

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
