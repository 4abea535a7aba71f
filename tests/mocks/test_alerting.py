"""What the program registers of rules, and of where alerts go."""

import json
from typing import Any

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.alerts.alert import Component
from tests.mocks.conftest import Deploy, Deployed, Resource
from tests.mocks.test_team import PLATFORM

URL = '{"url":"http://prometheus:9090"}'
EVERYWHERE = {
    "email": {"addresses": ["llm@example.com", "sre@example.com"]},
    "slack": {"mention": "U1"},
    "pagerduty": {},
    "teams": {"sectionTitle": "LLM"},
    "webhook": {"url": "https://hooks.example.com"},
}
SECRETS = {
    "alertsSlackUrl": "https://hooks.slack.example.com/1",
    "alertsPagerDutyKey": "key",
    "alertsTeamsUrl": "https://teams.example.com/1",
    "alertsWebhookToken": "token",
}
TEXTS = {part: f'{{{{ template "litellm-dev.{part}" . }}}}' for part in ("title", "message")}


def deployed(deploy: Deploy, secrets: dict[str, str] | None = None, **alerts: Any) -> Deployed:
    given = secrets or {}
    settings = json.dumps({"managedBy": "grafana", **alerts})
    return deploy("dev", {"prometheus": URL, "alerts": settings, **given}, list(given))


def of_type(found: Deployed, kind: str) -> dict[str, Resource]:
    return {
        name: resource
        for name, resource in found.resources.items()
        if resource.type.endswith(f":{kind}")
    }


def rules_of(found: Deployed) -> list[dict[str, Any]]:
    return [
        rule for group in of_type(found, "RuleGroup").values() for rule in group.inputs["rules"]
    ]


def test_a_contact_point_of_every_kind(deploy: Deploy) -> None:
    found = deployed(deploy, SECRETS, contactPoint=EVERYWHERE)
    (point,) = of_type(found, "ContactPoint").values()
    assert point.inputs == {
        "name": "LiteLLM (dev)",
        "emails": [
            {
                "disableResolveMessage": False,
                "singleEmail": False,
                "addresses": ["llm@example.com", "sre@example.com"],
                "subject": TEXTS["title"],
                "message": TEXTS["message"],
            }
        ],
        "slacks": [
            {
                "disableResolveMessage": False,
                "url": "https://hooks.slack.example.com/1",
                "mentionUsers": "U1",
                "title": TEXTS["title"],
                "text": TEXTS["message"],
            }
        ],
        "pagerduties": [
            {
                "disableResolveMessage": False,
                "integrationKey": "key",
                "severity": "{{ .CommonLabels.severity }}",
                "summary": TEXTS["title"],
            }
        ],
        "teams": [
            {
                "disableResolveMessage": False,
                "url": "https://teams.example.com/1",
                "title": TEXTS["title"],
                "message": TEXTS["message"],
                "sectionTitle": "LLM",
            }
        ],
        "webhooks": [
            {
                "disableResolveMessage": False,
                "url": "https://hooks.example.com",
                "authorizationScheme": "Bearer",
                "authorizationCredentials": "token",
                "title": TEXTS["title"],
                "message": TEXTS["message"],
            }
        ],
    }
    assert point.secrets == {"slacks", "pagerduties", "teams", "webhooks"}
    assert point.depends_on == ["litellm-dev-messages"]
    assert found.outputs["contactPoint"] == "LiteLLM (dev)"


def test_every_alert_goes_there_by_its_own_settings(deploy: Deploy) -> None:
    found = deployed(
        deploy,
        contactPoint={"email": {"addresses": ["llm@example.com"]}},
        criticalContactPoint="On call",
        groupWait="10s",
        muteTimings=[{"name": "nights", "start": "22:00"}, {"name": "nights", "end": "06:00"}],
    )
    (timing,) = of_type(found, "MuteTiming").values()
    assert timing.inputs == {
        "name": "LiteLLM (dev) nights",
        "intervals": [
            {"location": "UTC", "times": [{"start": "22:00", "end": "24:00"}]},
            {"location": "UTC", "times": [{"start": "00:00", "end": "06:00"}]},
        ],
    }
    common = {
        "groupBies": ["grafana_folder", "alertname"],
        "groupWait": "10s",
        "groupInterval": "5m",
        "repeatInterval": "4h",
    }
    by_severity = {
        "critical": {"contactPoint": "On call", **common},
        "warning": {
            "contactPoint": "LiteLLM (dev)",
            "muteTimings": ["LiteLLM (dev) nights"],
            **common,
        },
    }
    rules = rules_of(found)
    off = {f"LiteLLM{each}DailySpend" for each in ("Team", "Model", "Provider")}
    off |= {"LiteLLMProviderLimitNearlyUsed"}
    off |= {each.name for each in CATALOGUE.values() if each.component is Component.PODS}
    assert {rule["name"] for rule in rules} == set(CATALOGUE) - off
    for rule in rules:
        assert rule["notificationSettings"] == by_severity[rule["labels"]["severity"]]
        assert rule["noDataState"] == "OK"
    assert {rule["name"] for rule in rules if rule["execErrState"] == "Error"} == {
        "LiteLLMMetricsAbsent"
    }
    for group in of_type(found, "RuleGroup").values():
        assert group.inputs["folderUid"] == "litellm-dev"
        assert group.inputs["intervalSeconds"] == 60
        assert {"litellm-dev-contact-point", "litellm-dev-mute-nights"} <= set(group.depends_on)
    # Nobody's policies are touched.
    assert of_type(found, "NotificationPolicy") == {}


def test_a_contact_point_that_is_there(deploy: Deploy) -> None:
    found = deployed(deploy, contactPoint={"existing": "On call"})
    assert of_type(found, "ContactPoint") == of_type(found, "MessageTemplate") == {}
    assert {rule["notificationSettings"]["contactPoint"] for rule in rules_of(found)} == {"On call"}
    assert "contactPoint" not in found.outputs


def test_recording_rules_in_grafana(deploy: Deploy) -> None:
    found = deploy(
        "dev",
        {
            "prometheus": URL,
            "recordingRules": "grafana",
            "rules": json.dumps({"record": ["limits"], "targetUid": "mimir", "interval": "30s"}),
        },
    )
    (group,) = of_type(found, "RuleGroup").values()
    assert (group.inputs["name"], group.inputs["intervalSeconds"]) == ("LiteLLM record limits", 30)
    assert [rule["record"] for rule in group.inputs["rules"]] == [
        {"from": "A", "metric": f"key:{gauge}:close", "targetDatasourceUid": "mimir"}
        for gauge in (
            "litellm_remaining_api_key_budget_metric",
            "litellm_api_key_rate_limit_used_metric",
        )
    ]
    assert found.outputs["recordedBy"] == "dev"
    assert found.outputs["recorded"] == "limits"


def test_rules_for_prometheus_are_no_resources(deploy: Deploy) -> None:
    settings = json.dumps({"managedBy": "prometheus"})
    found = deploy("dev", {"prometheus": URL, "recordingRules": "prometheus", "alerts": settings})
    assert of_type(found, "RuleGroup") == {}


def test_a_teams_alerts_go_to_the_team(deploy: Deploy) -> None:
    """A contact is enough, where the environment's alerts are Grafana's."""
    platform = {
        **PLATFORM,
        "alertsManagedBy": "grafana",
        "recordedBy": "prod",
        "recorded": "requests,latency",
        "ruleInterval": "30s",
        "scrapeInterval": "10s",
    }
    team = {"alias": "search", "contact": "search@example.com", "platformStack": "prod"}
    found = deploy(
        "prod-search",
        {"team": json.dumps(team)},
        stacks={"organization/litellm-monitoring/prod": platform},
    )
    (point,) = of_type(found, "ContactPoint").values()
    assert point.inputs["emails"][0]["addresses"] == ["search@example.com"]
    rules = rules_of(found)
    assert {rule["name"] for rule in rules} == {
        alert.name for alert in CATALOGUE.values() if alert.is_for_teams
    } - {"LiteLLMTeamDailySpend"}
    assert {rule["labels"]["team"] for rule in rules} == {"search"}
    assert {rule["notificationSettings"]["contactPoint"] for rule in rules} == {
        "LiteLLM (prod-search)"
    }
    burn = next(rule for rule in rules if rule["name"] == "LiteLLMAvailabilityBurn1h")
    expression = json.loads(burn["datas"][0]["model"])["expr"]
    recorded = (
        "team:litellm_proxy_total_requests_metric:rate40s"
        '{team_alias="search", namespace="llm-prod", litellm_stack="prod"}'
    )
    assert f"sum_over_time({recorded}[1h] offset -1s) * 30" in expression


def test_a_team_without_a_contact_has_no_alerts(deploy: Deploy) -> None:
    platform = {**PLATFORM, "alertsManagedBy": "grafana"}
    found = deploy(
        "prod-search",
        {"team": json.dumps({"alias": "search", "platformStack": "prod"})},
        stacks={"organization/litellm-monitoring/prod": platform},
    )
    assert of_type(found, "RuleGroup") == {}
