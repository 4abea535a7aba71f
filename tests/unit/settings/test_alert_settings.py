"""Settings of rules and alerts: what is refused, with what advice."""

from typing import Any

import pytest

from litellm_monitoring.alerts import CATALOGUE
from tests.unit.settings.test_settings import URL, load, message

EMAIL = {"email": {"addresses": ["llm@example.com"]}}
GRAFANA = {"managedBy": "grafana", "contactPoint": EMAIL}
POINT = "alerts.contactPoint"
SECRET = "set it with: pulumi config set --secret"

MISTAKES: list[tuple[dict[str, Any], str]] = [
    (
        {"alerts": {"managedBy": "grafana"}},
        f"{POINT}: set where notifications go: email, slack, pagerduty, teams or webhook, or "
        "existing, the name of an existing contact point",
    ),
    (
        {"alerts": {**GRAFANA, "contactPoint": {"existing": "On call", **EMAIL}}},
        f"{POINT}.email: remove it; {POINT}.existing has its own",
    ),
    (
        {"alerts": {**GRAFANA, "contactPoint": {"slack": {}}}},
        f"alertsSlackUrl: required by {POINT}.slack; {SECRET} alertsSlackUrl",
    ),
    (
        {"alerts": {**GRAFANA, "contactPoint": {"slack": {}}}, "alertsSlackToken": "t"},
        f"{POINT}.slack.channel: required with alertsSlackToken",
    ),
    (
        {
            "alerts": {**GRAFANA, "contactPoint": {"slack": {"channel": "#llm"}}},
            "alertsSlackToken": "t",
            "alertsSlackUrl": "u",
        },
        "alertsSlackToken = (secret): remove it; alertsSlackUrl is already set",
    ),
    (
        {"alerts": GRAFANA, "alertsPagerDutyKey": "k"},
        f"alertsPagerDutyKey = (secret): only used by {POINT}.pagerduty; remove it",
    ),
    (
        {
            "alerts": {
                **GRAFANA,
                "contactPoint": {"webhook": {"url": "https://example.com", "username": "u"}},
            }
        },
        f"alertsWebhookPassword: required by {POINT}.webhook.username; {SECRET} "
        "alertsWebhookPassword",
    ),
    (
        {
            "alerts": {**GRAFANA, "contactPoint": {"webhook": {"url": "https://example.com"}}},
            "alertsWebhookPassword": "p",
        },
        f"{POINT}.webhook.username: required with alertsWebhookPassword",
    ),
    (
        {"alerts": {**GRAFANA, "contactPoint": {"email": {"addresses": []}}}},
        f"{POINT}.email.addresses: must not be empty",
    ),
    (
        {"alerts": {**GRAFANA, "contactPoint": {"email": {"addresses": ["llm"]}}}},
        f'{POINT}.email.addresses.0 = "llm": not an email address; write it like team@example.com',
    ),
    (
        {"alerts": {"overrides": {"LiteLLMProxyDwn": {"enabled": False}}}},
        "alerts.overrides.LiteLLMProxyDwn: not an alert; did you mean LiteLLMProxyDown?",
    ),
    (
        {"alerts": {"overrides": {"LiteLLMModelGroupDown": {"thresholds": {"ratio": 0.5}}}}},
        "alerts.overrides.LiteLLMModelGroupDown.thresholds.ratio = 0.5: no such threshold; valid "
        "names: share, least",
    ),
    (
        {"alerts": {"overrides": {"LiteLLMModelGroupDown": {"thresholds": {"share": 95}}}}},
        "alerts.overrides.LiteLLMModelGroupDown.thresholds.share = 95: "
        "must be at least 0 and at most 1",
    ),
    (
        {"alerts": {"dailyModelSpendLimits": {"gpt-4o": -1}}},
        "alerts.dailyModelSpendLimits.gpt-4o = -1: must be more than 0",
    ),
    (
        {"alerts": {"dailySpendLimits": {"search": 0}}},
        "alerts.dailySpendLimits.search = 0: must be more than 0",
    ),
    (
        {"alerts": {"muteTimings": [{"name": "nights", "start": "22:00", "end": "06:00"}]}},
        'alerts.muteTimings.0.end = "06:00": must be later than 22:00; use two mute timings for a '
        "night",
    ),
    (
        {"alerts": {"muteTimings": [{"name": "weekends", "weekdays": ["saturday:sunday"]}]}},
        'alerts.muteTimings.0.weekdays.0 = "saturday:sunday": not days of a week; '
        "write them like saturday or monday:friday",
    ),
    (
        {"alerts": {"muteTimings": [{"name": "nights", "end": "25:00"}]}},
        'alerts.muteTimings.0.end = "25:00": not a time of day; write it like 08:30, at most 24:00',
    ),
    (
        {"rules": {"interval": "5m"}},
        'rules.interval = "5m": must be at most 4m: Prometheus drops a value after five minutes',
    ),
    (
        {"rules": {"interval": "5s"}},
        'rules.interval = "5s": must not be shorter than prometheus.scrapeInterval',
    ),
    (
        {"rules": {"interval": "15s"}, "alerts": GRAFANA},
        'rules.interval = "15s": must be a multiple of 10s, at which Grafana evaluates rules',
    ),
    (
        {"recordingRules": "prometheus", "rules": {"recordedBy": "prod"}},
        'recordingRules = "prometheus": remove it; the stack in rules.recordedBy records already',
    ),
    (
        {"recordingRules": "prometheus", "rules": {"targetUid": "mimir"}},
        'rules.targetUid = "mimir": only used by recordingRules: grafana; remove it',
    ),
]


@pytest.mark.parametrize(
    ("config", "advice"), MISTAKES, ids=[advice[:60] for _, advice in MISTAKES]
)
def test_each_mistake_has_its_advice(config: dict[str, Any], advice: str) -> None:
    assert message({"prometheus": URL, **config})[1:] == [f"  {advice}"]


def test_a_team_does_not_record_what_its_environment_records() -> None:
    team = {"alias": "search", "platformStack": "prod"}
    assert message({"team": team, "recordingRules": "prometheus"})[1:] == [
        '  recordingRules = "prometheus": remove it; team.platformStack records for its teams'
    ]


def test_a_teams_contact_is_where_its_alerts_go() -> None:
    team = {"alias": "search", "contact": "search@example.com"}
    settings = load({"prometheus": URL, "team": team, "alerts": {"managedBy": "grafana"}})
    assert settings.alerts.managed_by == "grafana"


@pytest.mark.parametrize(
    ("config", "written"),
    [
        ({"recordingRules": "false"}, ("off", "off")),
        ({"recordingRules": False}, ("off", "off")),
        ({"alerts": {"managedBy": False}}, (None, "off")),
    ],
)
def test_what_yaml_may_make_of_off(config: dict[str, Any], written: tuple[str | None, str]) -> None:
    settings = load({"prometheus": URL, **config})
    assert (settings.recording_rules, settings.alerts.managed_by) == written


@pytest.mark.parametrize(
    ("config", "recorded_in"),
    [
        ({}, "off"),
        ({"alerts": {"managedBy": "prometheus"}}, "prometheus"),
        ({"alerts": {"managedBy": "prometheus"}, "recordingRules": "off"}, "off"),
        ({"alerts": {"managedBy": "prometheus"}, "rules": {"recordedBy": "prod"}}, "off"),
        ({"recordingRules": "prometheus"}, "prometheus"),
        (
            {
                "alerts": {"managedBy": "prometheus"},
                "team": {"alias": "search", "platformStack": "prod"},
            },
            "off",
        ),
    ],
)
def test_who_loads_alerts_from_rule_files_records_unless_it_says_otherwise(
    config: dict[str, Any], recorded_in: str
) -> None:
    assert load({"prometheus": URL, **config}).recorded_in == recorded_in


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_defaults_of_every_alert_can_be_set(name: str) -> None:
    override = {"thresholds": dict(CATALOGUE[name].defaults)}
    settings = load({"prometheus": URL, "alerts": {"overrides": {name: override}}})
    assert settings.alerts.overrides[name].thresholds == override["thresholds"]
