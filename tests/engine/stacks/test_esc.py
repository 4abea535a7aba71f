"""Settings in environments of Pulumi ESC, which only the engine can open."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from litellm_monitoring.tools import project as tools_project
from litellm_monitoring.tools.configuration.grafana import grafana_access, opened_variables
from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.configuration.stack import (
    SEALED,
    CannotOpenError,
    is_grafana_configured,
)
from litellm_monitoring.tools.difference.declared import declared
from litellm_monitoring.tools.fleet.teams import team_stacks
from tests.engine.conftest import Project
from tests.pulumi_service import serving

GRAFANA = "http://127.0.0.1:1"


def value(plain: Any, *, secret: bool = False) -> dict[str, Any]:
    """A value in ESC's own form."""
    inner = {key: value(item) for key, item in plain.items()} if isinstance(plain, dict) else plain
    return {"value": inner, **({"secret": True} if secret else {})}


@pytest.fixture
def esc(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, list[str]]]:
    """A project whose stack prod has its Grafana, its Prometheus and a secret from ESC."""
    sealed = {
        "grafana:auth": "glsa_x",
        "litellm-monitoring:prometheusPassword": "hunter2",
    }
    plain = {
        "grafana:url": GRAFANA,
        "prometheus": {
            "url": "http://from-esc:9090",
            "auth": {"type": "basic", "username": "me"},
            "scrapeInterval": "30s",
        },
        # Where it is written in ESC as $${team}: its answers have values filled in.
        "links": {"requests": "https://requests.example.com/?team=${team}"},
    }
    config = {key: value(item) for key, item in plain.items()} | {
        key: value(item, secret=True) for key, item in sealed.items()
    }
    (project.root / "Pulumi.prod.yaml").write_text(
        "environment: [litellm/prod]\n"
        "config:\n"
        "  litellm-monitoring:prometheus: {scrapeInterval: 60s}\n"
        "  litellm-monitoring:folder: {permissions: []}\n"
    )
    with serving("prod", {"pulumiConfig": {"value": config}}) as (address, requests):
        for name in list(os.environ):
            if name.startswith(("PULUMI_", "GRAFANA_")):
                monkeypatch.delenv(name)
        monkeypatch.setenv("PATH", project.environment["PATH"])
        monkeypatch.setenv("PULUMI_HOME", str(project.root / "home"))
        monkeypatch.setenv("PULUMI_BACKEND_URL", address)
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-x")
        monkeypatch.setattr(tools_project, "ENGINES", project.root / ".tools")
        yield project.root, requests


def test_they_are_seen_as_pulumi_up_sees_them(esc: tuple[Path, list[str]]) -> None:
    root, _ = esc
    settings = settings_of("prod", root)
    assert settings.prometheus.url == "http://from-esc:9090"
    assert settings.prometheus.scrape_interval == "60s"
    (requests,) = settings.links.requests
    assert requests.url == "https://requests.example.com/?team=${team}"
    assert settings.prometheus_password
    assert settings.prometheus_password.get_secret_value() == SEALED
    assert is_grafana_configured("prod", root, {})
    access = GrafanaAccess(GRAFANA, {"Authorization": "Bearer glsa_x"})
    assert grafana_access("prod", root, Console(quiet=True)) == access


def test_teams_share_what_they_say_of_grafana(esc: tuple[Path, list[str]]) -> None:
    root, _ = esc
    (root / "teams.yaml").write_text("environments: [prod]\nteams: [{alias: search}]\n")
    (team,) = team_stacks(root, "prod")
    assert team.content == {
        "config": {
            "grafana:url": GRAFANA,
            "litellm-monitoring:team": {"alias": "search", "platformStack": "prod"},
        }
    }
    assert team.variables == ["GRAFANA_AUTH"]
    assert opened_variables("prod", root, Console(quiet=True)) == {"GRAFANA_AUTH": "glsa_x"}


def test_a_deployment_goes_where_they_say(esc: tuple[Path, list[str]], project: Project) -> None:
    root, requests = esc
    project.environment |= {
        name: os.environ[name]
        for name in ("PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN")
    }
    done = project.tools("up", "--stack", "prod", "--yes")
    assert done.status == 1
    assert done.lines[0].startswith("up litellm-monitoring/prod: to the configured Grafana, state")
    assert any(request.endswith("/prod/update") for request in requests)
    assert not (root / "build").exists()


def test_without_an_account_one_message_says_so(
    esc: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, _ = esc
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    monkeypatch.delenv("PULUMI_ACCESS_TOKEN")
    with pytest.raises(CannotOpenError) as refused:
        settings_of("prod", root)
    assert refused.value.message == (
        "stack prod has settings in Pulumi ESC (litellm/prod), which takes an account: run "
        "pulumi login, or set PULUMI_ACCESS_TOKEN"
    )
    # What the other stacks declare can be compared all the same.
    assert list(declared(root)) == ["dev", "staging"]
