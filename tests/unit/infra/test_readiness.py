"""What is asked of a Grafana before anything is made in it."""

import json
import socket
import ssl
from typing import Any

import pytest

from litellm_monitoring.infra.declaration.stack import Declaration, declare
from litellm_monitoring.infra.program.readiness import cannot_answer, obstacles
from litellm_monitoring.infra.settings.loading.stack import load_settings
from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from tests.grafana_server import serving

ADMIN = {
    "folders:create": ["folders:*"],
    "datasources:create": [""],
    "datasources:write": ["datasources:*"],
    "datasources:read": ["datasources:*"],
    "teams:create": [""],
    "teams:write": ["teams:*"],
    "teams:read": ["teams:*"],
    "alert.provisioning:write": [""],
}
EDITOR = {
    "folders:create": ["folders:uid:general"],
    "datasources:read": ["datasources:*"],
    "alert.rules:create": ["folders:*"],
    "alert.rules:write": ["folders:*"],
    "alert.rules:delete": ["folders:*"],
    "alert.notifications:write": [""],
    "alert.provisioning.provenance:write": [""],
}
IN_FOLDER = {"folders:write": True, "dashboards:create": True, "dashboards:write": True}
ALERTS = {"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@example.com"]}}}
EXISTING = {"url": None, "existingUid": "prom"}
AMAZON = {"auth": {"type": "sigv4", "region": "eu-west-1"}}
PLUGIN = {"plugin": "grafana-amazonprometheus-datasource"}
INSTALLED = {"/api/plugins/grafana-amazonprometheus-datasource/settings": {"enabled": True}}
AZURE = {"auth": {"type": "azure"}}
TAKEN_AWAY = (
    "URL is Grafana {}, whose own Prometheus data source knows no {}: install the plugin "
    "grafana-{}prometheus-datasource, and set prometheus.plugin to it"
)
CLOUDS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("13.0.2", AMAZON, []),
    ("13.1.0", AMAZON, [TAKEN_AWAY.format("13.1.0", "sigv4", "amazon")]),
    ("14.0.0", AZURE, [TAKEN_AWAY.format("14.0.0", "azure", "azure")]),
    ("13.1.0", {}, []),
]
ROLE = "without role-based access control, the service account requires the role Admin"


def grafana(permissions: dict[str, Any], folder: dict[str, bool] | None = None) -> dict[str, Any]:
    """The answers of a Grafana whose folders allow what ``folder`` says, if they are there."""
    found = {
        "/api/health": {"version": "12.3.0"},
        "/api/access-control/user/permissions": permissions,
        "/api/datasources/uid/prom": {"uid": "prom"},
        "/api/alertmanager/grafana/config/api/v1/receivers": [
            {"name": "on-call"},
            {"name": "grafana-default-email"},
        ],
        "/api/teams/search": {"teams": [{"name": "SRE"}]},
    }
    if folder is not None:
        found |= {
            f"/api/folders/{uid}": {"accessControl": folder} for uid in ("litellm-dev", "own")
        }
    return found


def declaration(**settings: Any) -> Declaration:
    prometheus = {"url": "http://prometheus:9090"} | settings.pop("prometheus", {})
    settings["prometheus"] = {k: v for k, v in prometheus.items() if v is not None}
    config = {f"x:{key}": json.dumps(value) for key, value in settings.items()}
    return declare(load_settings(config, [], "x", "dev"), "dev")


def lacking(*named: str) -> list[str]:
    return [f"the credentials lack permissions ({'; '.join(named)}); {ROLE}"]


@pytest.mark.parametrize(
    ("answers", "settings", "said"),
    [
        (grafana(ADMIN), {}, []),
        (grafana(ADMIN), {"alerts": ALERTS}, []),
        (grafana(EDITOR), {},
         lacking("data source: datasources:create, datasources:write")),
        (grafana(EDITOR), {"prometheus": EXISTING, "alerts": ALERTS}, []),
        (grafana({}), {"prometheus": EXISTING, "alerts": ALERTS},
         lacking(
             "folder: folders:create",
             "rules: alert.provisioning:write",
             "contact point, message template and mute timings: alert.provisioning:write",
         )),
        (grafana(EDITOR, IN_FOLDER), {"prometheus": EXISTING}, []),
        (grafana({}, {"folders:write": False, "dashboards:read": True}), {"prometheus": EXISTING},
         lacking("folder: folders:write", "dashboards: dashboards:create, dashboards:write")),
        (grafana({}, {}), {"prometheus": EXISTING, "folder": {"existingUid": "own"}},
         lacking("dashboards: dashboards:create, dashboards:write")),
        (grafana({}, IN_FOLDER), {"prometheus": EXISTING, "folder": {"permissions": []}},
         lacking("folder permissions: folders.permissions:write")),
        (grafana({}, IN_FOLDER),
         {"prometheus": EXISTING, "folder": {"uid": "new", "parentUid": "own"}},
         lacking("folder: folders:create")),
        (grafana(ADMIN), {"folder": {"existingUid": "gone"}},
         ["folder.existingUid = gone: there is no such folder in Grafana"]),
        (grafana(ADMIN), {"folder": {"parentUid": "gone"}},
         ["folder.parentUid = gone: there is no such folder in Grafana"]),
        (grafana(ADMIN), {"prometheus": {"url": None, "existingUid": "gone"}},
         ["prometheus.existingUid = gone: there is no such data source in Grafana"]),
        (grafana(ADMIN), {"alerts": {"managedBy": "grafana", "contactPoint": {"existing": "On-Call"}}},
         ["contact point On-Call: there is none of that name in Grafana; there are: "
          "grafana-default-email, on-call"]),
        (grafana(ADMIN),
         {"alerts": {**ALERTS, "criticalContactPoint": "on-call"}}, []),
        (grafana(ADMIN) | {"/api/teams/search": {"teams": []}},
         {"folder": {"permissions": [{"team": "SRE"}]}}, ["there is no Grafana team SRE"]),
        (grafana(ADMIN), {"folder": {"permissions": [{"team": "SRE"}]}}, []),
        (grafana(ADMIN) | {"/api/health": {"version": "10.4.1"}}, {},
         ["URL is Grafana 10.4.1: the dashboards require Grafana 11 or newer"]),
        (grafana(ADMIN) | {"/api/health": {"version": "11.6.0"}}, {}, []),
        (grafana(ADMIN) | {"/api/health": {"version": "11.6.0"}}, {"alerts": ALERTS},
         ["URL is Grafana 11.6.0: rules in Grafana require Grafana 12 or newer; set "
          "alerts.managedBy and recordingRules to prometheus or off"]),
        (grafana(ADMIN) | {"/api/health": {"database": "ok"}}, {"alerts": ALERTS}, []),
        (grafana(ADMIN) | {"/api/health": "<html>Sign in</html>"}, {},
         ["URL answers 200 with text/html, which is not Grafana's API: is it a login page of a proxy "
          "in front of Grafana (set grafana:httpHeaders), or is a path missing in grafana:url?"]),
        *((grafana(ADMIN) | {"/api/health": {"version": version}}, {"prometheus": source}, said)
          for version, source, said in CLOUDS),
        (grafana(ADMIN), {"prometheus": {**AMAZON, **PLUGIN}},
         ["prometheus.plugin = grafana-amazonprometheus-datasource: the plugin is not installed in "
          "Grafana"]),
        (grafana(ADMIN) | INSTALLED | {"/api/health": {"version": "13.1.0"}},
         {"prometheus": {**AMAZON, **PLUGIN}}, []),
        (grafana({}) | {"/api/health": {"version": "10.0.0"}},
         {"prometheus": {"url": None, "existingUid": "gone"}},
         ["URL is Grafana 10.0.0: the dashboards require Grafana 11 or newer",
          "prometheus.existingUid = gone: there is no such data source in Grafana",
          *lacking("folder: folders:create")]),
    ],
)  # fmt: skip
def test_all_is_said_at_once(
    answers: dict[str, Any], settings: dict[str, Any], said: list[str]
) -> None:
    with serving(answers, "t") as (url, requests):
        access = GrafanaAccess.of_provider({"url": url, "auth": "t"})
        assert access
        found = obstacles(access, declaration(**settings), is_preview=False)
        assert [line.replace(url, "URL") for line in found] == said
        assert all(request.startswith("GET ") for request in requests)


def test_a_preview_needs_no_permission_to_write() -> None:
    with serving(grafana({})) as (url, _):
        access = GrafanaAccess(url, {})
        assert obstacles(access, declaration(), is_preview=True) == []
        missing = declaration(folder={"existingUid": "gone"})
        assert len(obstacles(access, missing, is_preview=True)) == 1


def test_credentials_that_are_refused_are_all_that_is_said() -> None:
    with serving(grafana(ADMIN), "t") as (url, _):
        access = GrafanaAccess(url, {"Authorization": "Bearer other"})
        said = (
            f"{url} rejects the credentials: set grafana:auth, or GRAFANA_AUTH, to the token of a "
            "service account, or to user:password"
        )
        assert obstacles(access, declaration(alerts=ALERTS), is_preview=False) == [said]
        assert cannot_answer(access) == said


def test_an_address_where_nobody_is() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        said = f"{url} cannot be reached (Connection refused): check grafana:url"
        assert obstacles(GrafanaAccess(url, {}), declaration(), is_preview=False) == [said]
        assert cannot_answer(GrafanaAccess(url, {})) == said


def test_an_address_of_another_scheme_and_a_certificate_that_is_none() -> None:
    with serving(grafana(ADMIN)) as (url, _):
        secure = url.replace("http:", "https:")
        (said,) = obstacles(GrafanaAccess(secure, {}), declaration(), is_preview=False)
        assert said.startswith(f"{secure} cannot be reached ([SSL")
        broken = GrafanaAccess(url, {}, {"caCert": "-----BEGIN CERTIFICATE-----\nx\n"})
        with pytest.raises(ssl.SSLError):
            _ = broken.ssl_context
        (said,) = obstacles(broken, declaration(), is_preview=False)
        assert said.startswith("grafana:caCert, grafana:tlsCert or grafana:tlsKey cannot be used: ")
