"""What a person can set about rules: what is recorded, what alerts there are, and whom they wake."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from alerts.alert import Severity
from infra import alert_fields, fields
from infra.model import Model
from signals.recording import RuleGroup


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
    """How rules are evaluated, those that record and those that alert."""

    interval: fields.Duration = "1m"
    """How often they are evaluated. A shorter one costs Prometheus more, watched or not; a longer one makes alerts late."""
    record: tuple[RuleGroup, ...] | None = None
    """Which groups are recorded: `requests`, `latency`, `deployments`, `spend`, `keys` and `limits`; by default all."""
    recorded_by: fields.StackName | None = None
    """Stack whose recorded series are read, in place of recording the same again; by default for a team `team.platformStack` if that records."""
    target_uid: fields.Uid | None = None
    """For `recordingRules: grafana`: uid of the data source that recorded series are written to; by default the stack's own, which must take remote writes."""
    namespace: fields.Text | None = None
    """Kubernetes namespace of the `PrometheusRule`; by default none is named."""
    labels: dict[fields.Text, fields.Text] = {}
    """Labels of the `PrometheusRule`, such as those that the operator's `ruleSelector` asks for."""


class EmailSettings(Model):
    """An e-mail to each address."""

    addresses: Annotated[tuple[alert_fields.Email, ...], AfterValidator(alert_fields.not_empty)]
    """Addresses."""


class SlackSettings(Model):
    """A message in a channel, by `alertsSlackUrl` or `alertsSlackToken`."""

    channel: fields.Text | None = None
    """Channel; needed with `alertsSlackToken`, while an incoming webhook has its own."""
    mention: fields.Text | None = None
    """Users to mention, by their ids, with commas in between."""


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
    """Address that is sent Grafana's JSON."""
    username: fields.Text | None = None
    """User name; the password is `alertsWebhookPassword`."""


class ContactPointSettings(Model):
    """Where notifications go; either `existing` or one or more of the others."""

    existing: fields.Text | None = None
    """Name of a contact point that is there already, to use in place of making one."""
    email: EmailSettings | None = None
    """By e-mail."""
    slack: SlackSettings | None = None
    """To Slack; `{}` does with an incoming webhook."""
    pagerduty: PagerDutySettings | None = None
    """To PagerDuty; `{}` does."""
    teams: TeamsSettings | None = None
    """To Microsoft Teams; `{}` does."""
    webhook: WebhookSettings | None = None
    """To an address of yours."""


class MuteTimingSettings(Model):
    """A time in which alerts do not notify."""

    name: fields.Text
    """Name; Grafana has it with the stack's."""
    severities: tuple[Severity, ...] = (Severity.WARNING,)
    """Severities that it mutes: `critical` or `warning`."""
    weekdays: tuple[alert_fields.Weekdays, ...] = ()
    """Days, such as `saturday` or `monday:friday`; by default all."""
    start: alert_fields.TimeOfDay | None = None
    """Beginning on each of them, such as `22:00`; by default midnight."""
    end: alert_fields.TimeOfDay | None = None
    """End on each of them, later than `start`, up to `24:00`."""
    location: alert_fields.Location = "UTC"
    """IANA time zone."""


class AlertOverride(Model):
    """What is changed about one alert."""

    enabled: bool | None = None
    """Whether there is such an alert; by default as `docs/alerts.md` says."""
    thresholds: dict[fields.Text, float] = {}
    """Its numbers by name; `docs/alerts.md` has the names and defaults."""
    for_: alert_fields.AlertDuration | None = None
    """How long it must be so before it fires."""
    keep_firing_for: alert_fields.AlertDuration | None = None
    """How long it goes on firing after it is not so any more."""
    severity: Severity | None = None
    """`critical` or `warning`."""


class AlertSettings(Model):
    """Which alerts there are, and whom they wake."""

    managed_by: Annotated[AlertTarget, alert_fields.MayBeOff] = AlertTarget.OFF
    """What evaluates them: `grafana`, or `prometheus` with the rule files that `render` writes; `off` is nothing."""
    contact_point: ContactPointSettings = ContactPointSettings()
    """Where Grafana sends notifications; by default for a team its `contact`, if that is an e-mail address."""
    critical_contact_point: fields.Text | None = None
    """Name of a contact point that is there already, for critical alerts; by default `contactPoint` is for all."""
    group_wait: fields.Duration = "30s"
    """How long the first notification of a group waits for others."""
    group_interval: fields.Duration = "5m"
    """How long a notification about new alerts of a group waits."""
    repeat_interval: fields.Duration = "4h"
    """How long until a notification is repeated."""
    mute_timings: tuple[MuteTimingSettings, ...] = ()
    """Times in which alerts of some severities do not notify."""
    daily_spend_limits: dict[fields.TeamAlias, alert_fields.Dollars] = {}
    """Dollars that a team may spend in 24 hours, by its alias; `LiteLLMTeamDailySpend` fires beyond."""
    overrides: dict[alert_fields.AlertName, AlertOverride] = {}
    """What is changed about single alerts, by name."""
    grafana_url: fields.HttpUrl | None = None
    """Address at which people open Grafana, for links from Prometheus's alerts; by default links are paths."""
    runbooks: fields.Text = "docs/runbooks"
    """Where `docs/runbooks` is to be read, such as the address of its directory in your repository."""
