"""What a person can set about rules: what is recorded, which alerts there are, and whom they notify."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from litellm_monitoring.alerts.alert import Severity
from litellm_monitoring.infra.settings.kinds import alerts, durations, fields
from litellm_monitoring.infra.settings.models.base import Model
from litellm_monitoring.signals.catalogue.recording import RuleGroup


class RecordingTarget(StrEnum):
    """What evaluates recording rules."""

    OFF = "off"
    PROMETHEUS = "prometheus"
    GRAFANA = "grafana"


class AlertTarget(StrEnum):
    """What evaluates alerts."""

    OFF = "off"
    GRAFANA = "grafana"
    PROMETHEUS = "prometheus"


class RuleSettings(Model):
    """How recording rules and alert rules are evaluated."""

    interval: durations.Seconds = "1m"
    """Evaluation interval. A shorter one costs Prometheus more, whether or not anybody looks; a longer one delays alerts."""
    record: tuple[RuleGroup, ...] | None = None
    """Rule groups to record: `requests`, `latency`, `deployments`, `spend`, `keys`, `limits` and `tools`; by default all."""
    recorded_by: fields.StackName | None = None
    """Stack whose recorded series to read, instead of recording the same again; by default, for a team, `team.platformStack` if it records."""
    target_uid: fields.Uid | None = None
    """For `recordingRules: grafana`: UID of the data source to write recorded series to; by default the stack's own, which must accept remote writes."""
    namespace: fields.Text | None = None
    """Kubernetes namespace of the `PrometheusRule`, and of the `ServiceMonitor` and `PodMonitor`; by default not set."""
    labels: dict[fields.Text, fields.Text] = {}
    """Labels of the same, such as those that the operator's `ruleSelector`, `serviceMonitorSelector` and `podMonitorSelector` require."""


class EmailSettings(Model):
    """An email to each address."""

    addresses: Annotated[tuple[alerts.Email, ...], AfterValidator(alerts.not_empty)]
    """Email addresses."""


class SlackSettings(Model):
    """A message in a channel, by `alertsSlackUrl` or `alertsSlackToken`."""

    channel: fields.Text | None = None
    """Channel; required with `alertsSlackToken`. An incoming webhook has its own."""
    mention: fields.Text | None = None
    """IDs of users to mention, separated by commas."""


class PagerDutySettings(Model):
    """An incident, by `alertsPagerDutyKey`."""

    client_url: fields.HttpUrl | None = None
    """Address that the incident links to."""


class TeamsSettings(Model):
    """A card in a channel of Microsoft Teams, by `alertsTeamsUrl`."""

    section_title: fields.Text | None = None
    """Title of the card's section."""


class WebhookSettings(Model):
    """A request to an address, with `alertsWebhookToken` as bearer token, or as `username` with `alertsWebhookPassword`, or neither."""

    url: fields.HttpUrl
    """Address that receives Grafana's JSON."""
    username: fields.Text | None = None
    """User name; the password is `alertsWebhookPassword`."""


class ContactPointSettings(Model):
    """Where notifications go; either `existing` or one or more of the others."""

    existing: fields.Text | None = None
    """Name of an existing contact point to use, instead of creating one."""
    email: EmailSettings | None = None
    """By email."""
    slack: SlackSettings | None = None
    """To Slack; `{}` is enough with an incoming webhook."""
    pagerduty: PagerDutySettings | None = None
    """To PagerDuty; `{}` is enough."""
    teams: TeamsSettings | None = None
    """To Microsoft Teams; `{}` is enough."""
    webhook: WebhookSettings | None = None
    """To your own webhook."""


class MuteTimingSettings(Model):
    """A time at which alerts do not notify."""

    name: fields.Text
    """Name; in Grafana, the stack's name is added to it."""
    severities: tuple[Severity, ...] = (Severity.WARNING,)
    """Severities to mute: `critical` or `warning`."""
    weekdays: tuple[alerts.Weekdays, ...] = ()
    """Days of the week, such as `saturday` or `monday:friday`; by default all."""
    start: alerts.TimeOfDay | None = None
    """Start time on each day, such as `22:00`; by default midnight."""
    end: alerts.TimeOfDay | None = None
    """End time on each day, later than `start`, at most `24:00`."""
    location: alerts.Location = "UTC"
    """IANA time zone."""


class AlertOverride(Model):
    """Changes to one alert."""

    enabled: bool | None = None
    """Whether the alert is enabled; `docs/alerts.md` lists the defaults."""
    thresholds: dict[fields.Text, float] = {}
    """Thresholds by name; `docs/alerts.md` lists the names and defaults."""
    for_: alerts.AlertDuration | None = None
    """How long the condition must hold before the alert fires."""
    keep_firing_for: alerts.AlertDuration | None = None
    """How long the alert keeps firing after the condition no longer holds."""
    severity: Severity | None = None
    """`critical` or `warning`."""


class AlertSettings(Model):
    """Which alerts to deploy, and whom they notify."""

    managed_by: Annotated[AlertTarget, alerts.MayBeOff] = AlertTarget.OFF
    """What evaluates alerts: `grafana`, `prometheus` with the rule files that `render` writes, or `off`."""
    contact_point: ContactPointSettings = ContactPointSettings()
    """Where Grafana sends notifications; by default, for a team, its `contact` if that is an email address."""
    critical_contact_point: fields.Text | None = None
    """Name of an existing contact point for critical alerts; by default `contactPoint` receives all alerts."""
    group_wait: durations.Duration = "30s"
    """How long to wait before the first notification of a group, to collect other alerts."""
    group_interval: durations.Duration = "5m"
    """How long to wait before a notification about new alerts of a group."""
    repeat_interval: durations.Duration = "4h"
    """How long to wait before a notification is repeated."""
    mute_timings: tuple[MuteTimingSettings, ...] = ()
    """Times at which alerts of some severities do not notify."""
    daily_spend_limits: dict[fields.TeamAlias, alerts.Dollars] = {}
    """US dollars that each team may spend in 24 hours, by team alias; beyond that, `LiteLLMTeamDailySpend` fires."""
    daily_model_spend_limits: dict[fields.Text, alerts.Dollars] = {}
    """US dollars that each model group may cost in 24 hours, by its name; beyond that, `LiteLLMModelDailySpend` fires."""
    daily_provider_spend_limits: dict[fields.Text, alerts.Dollars] = {}
    """US dollars that each provider may cost in 24 hours, by its name in LiteLLM, such as `openai`; beyond that, `LiteLLMProviderDailySpend` fires."""
    editable: bool = False
    """Allow editing the rules, the contact point, the message template and the mute timings in Grafana; the next deployment overwrites saved changes."""
    overrides: dict[alerts.AlertName, AlertOverride] = {}
    """Changes to single alerts, by name."""
    grafana_url: fields.HttpUrl | None = None
    """Public address of Grafana, for links in alerts that Prometheus evaluates; by default links are paths."""
    runbooks: fields.Text | None = None
    """Address of a directory with the runbooks, such as that of `docs/runbooks` in your repository; by default they are deployed as the dashboard *LiteLLM runbooks*."""
