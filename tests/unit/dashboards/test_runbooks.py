"""The dashboard of runbooks: a panel for each alert that the stack has, where its link leads."""

import json
from typing import Any

import pytest

from litellm_monitoring.infra.declaration.stack import Declaration, declare
from litellm_monitoring.infra.settings.models.stack import Settings

ALERTS = {"managedBy": "grafana", "contactPoint": {"existing": "on-call"}}


def declared(**settings: Any) -> Declaration:
    prometheus = {"url": "http://prometheus:9090"}
    return declare(Settings.model_validate({"prometheus": prometheus, **settings}), "prod")


def board(declaration: Declaration) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(declaration.dashboards["runbooks"].config_json)
    return found


@pytest.mark.parametrize("team", [{}, {"team": {"alias": "search"}}], ids=["all", "team"])
def test_each_alert_leads_to_its_runbook(team: dict[str, Any]) -> None:
    declaration = declared(alerts=ALERTS, **team)
    model = board(declaration)
    panels = {panel["title"]: panel for panel in model["panels"] if panel["type"] != "row"}
    rules = {rule.title: rule for group in declaration.alerting.grafana for rule in group.rules}
    assert panels.keys() == rules.keys()
    for name, rule in rules.items():
        panel = panels[name]
        assert rule.annotations["runbook_url"] == (
            f"{{{{ externalURL }}}}d/{model['uid']}?viewPanel=panel-{panel['id']}"
        )
        assert panel["type"] == "text"
        assert "## The first three things to check" in panel["options"]["content"]
    assert model["description"] == "What to check when an alert fires."
    assert model["templating"]["list"] == []


def test_what_a_stack_changes_about_an_alert_is_in_its_runbook() -> None:
    overrides = {"LiteLLMProxyDown": {"for": "7m", "severity": "warning"}}
    model = board(declared(alerts={**ALERTS, "overrides": overrides}))
    (panel,) = [panel for panel in model["panels"] if panel["title"] == "LiteLLMProxyDown"]
    assert panel["options"]["content"].startswith("Severity *warning*. It fires after 7m,")


@pytest.mark.parametrize(
    "settings",
    [{}, {"alerts": {**ALERTS, "runbooks": "https://git.example.com/runbooks"}}],
    ids=["no alerts", "elsewhere"],
)
def test_without_alerts_or_with_runbooks_elsewhere_there_is_none(settings: dict[str, Any]) -> None:
    assert "runbooks" not in declared(**settings).dashboards
