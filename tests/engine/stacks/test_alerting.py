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


def edit_group(project: Project, old: str, new: str) -> None:
    """Edits the file of the rule group that ``old`` is in."""
    for path in (project.root / FILES).glob("rules-*.yaml"):
        if old in path.read_text():
            project.edit(str(path.relative_to(project.root)), old, new)


HAND = [
    "~ update   RuleGroup         LiteLLM proxy",
    "             rule LiteLLMProxyDown: for: 1h10m → 7m",
    "~ update   MuteTiming        LiteLLM (dev) nights",
    "             interval 1.times: 21:00 to 24:00 → 22:00 to 24:00",
    "~ update   ContactPoint      LiteLLM (dev)",
    "             emails: changed; not shown, since it is sealed as a secret",
    "~ update   DataSource        LiteLLM Prometheus (dev)",
    "             timeInterval: 30s → 15s",
    "~ update   Dashboard         LiteLLM Prod v2",
    "             panel “By hand”: renamed to “Requests per second by Key Alias”",
    "+ create   MessageTemplate   LiteLLM (dev)",
]


def test_what_somebody_changed_by_hand_is_told_and_put_right(project: Project) -> None:
    deployed(project)
    root = project.root / "build/grafana/provisioning"
    before = alerting(project.root / FILES)
    edit_group(project, "for: 7m", "for: 70m")
    for pattern, old, new in (
        ("alerting/mute-timing-*.yaml", "22:00", "21:00"),
        ("alerting/contact-*.yaml", "a@example.com", "c@example.com"),
        ("datasources/*.yaml", "timeInterval: 15s", "timeInterval: 30s"),
        ("dashboards/*/*-prod-v2.json", "Requests per second by Key Alias", "By hand"),
    ):
        (path,) = root.glob(pattern)
        project.edit(str(path.relative_to(project.root)), old, new)
    (template,) = (root / "alerting").glob("template-*.yaml")
    template.unlink()
    drift = project.tools("drift")
    assert (drift.status, sorted(drift.lines[1:-2]), drift.lines[-2:]) == (
        1,
        sorted(HAND),
        [
            "Arrows lead from what Grafana has to what is declared. To put it right: "
            "python -m tools up --stack dev --refresh",
            "1 to create, 5 to update, 7 unchanged",
        ],
    )
    # It does not look.
    assert project.tools("up").lines[1] == "13 unchanged"
    up = project.tools("up", "--stack", "dev", "--refresh")
    assert (up.status, sorted(up.lines[1 : len(HAND) + 1])) == (0, sorted(HAND))
    assert alerting(project.root / FILES) == before
    after = project.tools("drift")
    assert (after.status, after.lines[1:]) == (0, ["13 unchanged"])


def test_what_a_refresh_has_found_is_put_back_by_the_next_up(project: Project) -> None:
    deployed(project)
    edit_group(project, "for: 7m", "for: 70m")
    assert project.tools("refresh").lines[1:] == [
        "~ update   RuleGroup         LiteLLM proxy",
        "             rule LiteLLMProxyDown: for: 7m → 1h10m",
        "1 updated, 12 unchanged",
    ]
    assert project.tools("preview").lines[1:] == [*HAND[:2], "1 to update, 12 unchanged"]
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
            for each in (
                *("requests", "deployments", "spend", "keys", "tools", "latency", "limits"),
                "hourly",
            )
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
