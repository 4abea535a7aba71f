"""Rules and contact points on the real engine and the embedded target."""

from pathlib import Path
from typing import Any

import yaml

from tests.engine.conftest import Project

ALERTS = {
    "managedBy": "grafana",
    "contactPoint": {
        "email": {"addresses": ["a@example.com", "b@example.com"]},
        "webhook": {"url": "https://hooks.example.com/$1"},
    },
    "muteTimings": [{"name": "nights", "start": "22:00"}],
    "overrides": {"LiteLLMProxyDown": {"for": "7m"}},
}
FILES = "build/grafana/provisioning/alerting"


def deployed(project: Project, **settings: Any) -> list[str]:
    project.set(prometheus={"url": "http://localhost:9090"}, alerts=ALERTS, **settings)
    up = project.tools("up")
    assert up.status == 0, up.output
    return up.lines


def alerting(root: Path) -> dict[str, list[dict[str, Any]]]:
    """All provisioning files for alerting together."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(root.glob("*.yaml")):
        for key, value in yaml.safe_load(path.read_text()).items():
            if key != "apiVersion":
                found.setdefault(key, []).extend(value)
    return found


def test_up_and_up_again_and_all_of_it_gone(project: Project) -> None:
    lines = deployed(project)
    assert "13 created" in lines
    assert project.tools("up").lines[1] == "13 unchanged"
    files = alerting(project.root / FILES)
    (point,) = files["contactPoints"]
    assert (point["name"], [each["settings"] for each in point["receivers"]]) == (
        "LiteLLM (dev)",
        [
            {
                "addresses": "a@example.com;b@example.com",
                "subject": '{{ template "litellm-dev.title" . }}',
                "message": '{{ template "litellm-dev.message" . }}',
            },
            {
                "url": "https://hooks.example.com/$$1",
                "title": '{{ template "litellm-dev.title" . }}',
                "message": '{{ template "litellm-dev.message" . }}',
            },
        ],
    )
    (template,) = files["templates"]
    assert template["template"].startswith('{{ define "litellm-dev.title" -}}')
    assert files["muteTimes"] == [
        {
            "orgId": 1,
            "name": "LiteLLM (dev) nights",
            "time_intervals": [
                {"times": [{"start_time": "22:00", "end_time": "24:00"}], "location": "UTC"}
            ],
        }
    ]
    rules = {rule["title"]: rule for group in files["groups"] for rule in group["rules"]}
    down = rules["LiteLLMProxyDown"]
    assert {key: value for key, value in down.items() if key not in ("uid", "data")} == {
        "title": "LiteLLMProxyDown",
        "condition": "B",
        "for": "7m",
        "keepFiringFor": "5m",
        "noDataState": "OK",
        "execErrState": "KeepLast",
        "labels": {"severity": "critical", "environment": "dev", "component": "proxy"},
        "annotations": {
            "summary": "LiteLLM proxy {{ .Labels.instance }} is down",
            "description": "Prometheus cannot scrape {{ .Labels.instance }} of job "
            "{{ .Labels.job }}, and could within the last day. The proxy is down, hangs, or "
            "rejects the scrape.",
            "runbook_url": "{{ externalURL }}d/litellm-dev-runbooks?viewPanel=panel-1546162733",
        },
        "notification_settings": {
            "receiver": "LiteLLM (dev)",
            "group_by": ["grafana_folder", "alertname"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
        },
    }
    warning = rules["LiteLLMScrapeSlow"]["notification_settings"]
    assert warning["mute_time_intervals"] == ["LiteLLM (dev) nights"]
    assert {group["folder"] for group in files["groups"]} == {"LiteLLM (dev)"}
    assert project.tools("render", "--out", "rendered").status == 0
    assert alerting(project.root / "rendered/provisioning/alerting") == files
    assert project.tools("destroy", "--yes").status == 0
    assert list((project.root / FILES).iterdir()) == []


def test_what_somebody_changed_by_hand_is_put_back(project: Project) -> None:
    deployed(project)
    for path in (project.root / FILES).glob("rules-*.yaml"):
        if "for: 7m" in path.read_text():
            project.edit(str(path.relative_to(project.root)), "for: 7m", "for: 70m")
    drift = project.tools("drift")
    assert (drift.status, "1 to update, 12 unchanged" in drift.lines) == (1, True)
    assert "1 updated, 12 unchanged" in project.tools("refresh").lines
    # Rules name their folder by its title, and follow it.
    assert "2 updated, 11 unchanged" in deployed(project, folder={"title": "LLM / all"})
    groups = alerting(project.root / FILES)["groups"]
    assert {group["folder"] for group in groups} == {"LLM \\/ all"}
    assert "70m" not in {rule["for"] for group in groups for rule in group["rules"]}


def test_rule_files(project: Project) -> None:
    project.set(
        prometheus={"url": "http://localhost:9090"},
        recordingRules="prometheus",
        rules={"namespace": "monitoring", "labels": {"release": "kps"}},
        alerts={"managedBy": "prometheus"},
    )
    assert project.tools("render", "--out", "rendered").status == 0
    found = {
        path.parent.name: yaml.safe_load(path.read_text())
        for path in (project.root / "rendered" / "rules").glob("*/litellm-dev.yaml")
    }
    groups = found["prometheus"]["groups"]
    assert [group["name"] for group in groups] == [
        *(
            f"litellm dev: record {each}"
            for each in ("requests", "deployments", "spend", "keys", "latency", "limits", "hourly")
        ),
        *(
            f"litellm dev: {each}"
            for each in ("objectives", "proxy", "upstream", "spend", "limits", "internals")
        ),
    ]
    assert found == {
        "prometheus": {"groups": groups},
        "kubernetes": {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {
                "name": "litellm-dev",
                "namespace": "monitoring",
                "labels": {"release": "kps"},
            },
            "spec": {"groups": groups},
        },
        "mimir": {"namespace": "litellm-dev", "groups": groups},
    }
