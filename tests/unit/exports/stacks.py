"""Stacks to export, and what no exported file may hold."""

import functools
from typing import Any

import yaml
from hypothesis import strategies as st

from litellm_monitoring.exports import FORMATS, Export, Stack
from litellm_monitoring.infra.settings.models.stack import Settings

SECRET = "hunter2-never-in-a-file"

PROMETHEUS = {"url": "http://prometheus:9090"}
EVERY_WAY = {
    "email": {"addresses": ["a@example.com", "b@example.com"]},
    "slack": {"channel": "#llm", "mention": "U1"},
    "pagerduty": {"clientUrl": "https://example.com"},
    "teams": {"sectionTitle": "LiteLLM"},
    "webhook": {"url": "https://example.com/hook", "username": "grafana"},
}
IN_GRAFANA: dict[str, Any] = {
    "prometheus": PROMETHEUS,
    "recordingRules": "grafana",
    "alerts": {
        "managedBy": "grafana",
        "contactPoint": EVERY_WAY,
        "muteTimings": [
            {"name": "nights", "start": "22:00", "end": "24:00", "location": "Europe/Berlin"},
            {"name": "weekends", "weekdays": ["saturday", "sunday"], "severities": ["critical"]},
        ],
        "overrides": {"LiteLLMProxyDown": {"for": "2m", "keepFiringFor": "1d"}},
        "dailySpendLimits": {"search": 20},
    },
    "alertsSlackToken": SECRET,
    "alertsPagerDutyKey": SECRET,
    "alertsTeamsUrl": SECRET,
    "alertsWebhookPassword": SECRET,
}
WITH_SECRETS: dict[str, Any] = {
    "prometheus": {
        **PROMETHEUS,
        "auth": {"type": "basic", "username": "grafana"},
        "tenant": "llm",
        "exemplars": [{"label": "trace_id", "url": "https://t/${__value.raw}"}],
    },
    "prometheusPassword": SECRET,
    "prometheusSecretHeaders": {"X-Api-Key": SECRET, "X_Api_Key": SECRET},
}
TEAM: dict[str, Any] = {
    "prometheus": {"existingUid": "prometheus"},
    "team": {
        "alias": "search",
        "title": 'Search / Ads "${x}" %{y}',
        "contact": "search@example.com",
        "grafanaTeam": {"members": ["a@example.com"]},
    },
    "folder": {
        "parentUid": "llm",
        "permissions": [
            {"role": "Editor", "permission": "View"},
            {"team": "platform", "permission": "Admin"},
        ],
    },
    "alerts": {"managedBy": "grafana"},
}

SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {"prometheus": PROMETHEUS},
    "alerts in Grafana": IN_GRAFANA,
    "editable": {**IN_GRAFANA, "alerts": {**IN_GRAFANA["alerts"], "editable": True}},
    "alerts in Prometheus": {
        "prometheus": PROMETHEUS,
        "alerts": {"managedBy": "prometheus"},
        "rules": {"labels": {"release": "prometheus"}},
        "exports": {"namespace": "monitoring", "labels": {"team": "llm"}},
    },
    "secrets": WITH_SECRETS,
    "a team": TEAM,
    "all existing": {
        "prometheus": {"existingUid": "prometheus"},
        "folder": {"existingUid": "llm"},
        "alerts": {"managedBy": "grafana", "contactPoint": {"existing": "On call"}},
        "protect": True,
    },
    "pods and labels": {
        "prometheus": PROMETHEUS,
        "kubernetes": {"namespace": "llm", "workload": "litellm"},
        "labels": [{"metadata": "metadata.cost_center", "inAlerts": True}],
        "alerts": {"managedBy": "grafana", "contactPoint": {"existing": "On call"}},
        "exports": {"instanceSelector": {"instance": "main"}, "secret": "keys"},
        "protect": True,
    },
}


def stack(settings: dict[str, Any], name: str = "prod") -> Stack:
    return Stack.of(Settings.model_validate(settings), name)


titles = st.text(
    st.just(" ") | st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60
).filter(str.strip)
"""What settings take as one line of text."""

STACKS = {case: stack(settings) for case, settings in SETTINGS.items()}


@functools.cache
def export(form: str, case: str) -> Export:
    return FORMATS[form](STACKS[case])


@functools.cache
def resources(form: str, case: str) -> tuple[Any, ...]:
    """What the YAML of a case is read as."""
    return tuple(read(text) for text in export(form, case).files.values())


def read(text: str) -> Any:
    # libyaml is a hundred times as fast as PyYAML's own reader.
    return yaml.load(text, yaml.CSafeLoader)
