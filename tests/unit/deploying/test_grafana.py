"""Which Grafana a stack is deployed to, and with what credentials it is asked."""

from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from rich.console import Console

from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess, authorization
from litellm_monitoring.tools.configuration import grafana
from litellm_monitoring.tools.configuration.grafana import grafana_access

URL = "https://grafana.example.com"
SEALED_URL = "  grafana:url: {secure: v1:y}\n"
PLAIN_URL = f"  grafana:url: {URL}/\n"
SEALED = "  grafana:auth: {secure: v1:x}\n"
BEARER = {"Authorization": "Bearer glsa_x"}


@pytest.mark.parametrize(
    ("credentials", "headers"),
    [
        ("", {}),
        ("anonymous", {}),
        ("glsa_x", BEARER),
        ("me:p:q", {"Authorization": "Basic bWU6cDpx"}),
    ],
)
def test_authorization(credentials: str, headers: dict[str, str]) -> None:
    assert authorization(credentials) == headers


def never(*_: object) -> None:
    raise AssertionError("nothing is to be opened")


def opened(*_: object) -> dict[str, SimpleNamespace]:
    values = {"grafana:url": URL, "grafana:auth": "glsa_x"}
    return {key: SimpleNamespace(value=value) for key, value in values.items()}


@pytest.mark.parametrize(
    ("config", "environment", "opens", "access"),
    [
        ("", {}, never, None),
        ("", {"GRAFANA_URL": URL}, never, None),
        ("", {"GRAFANA_AUTH": "glsa_x"}, never, None),
        (SEALED, {}, never, None),
        ("", {"GRAFANA_URL": URL, "GRAFANA_AUTH": "glsa_x"}, never, GrafanaAccess(URL, BEARER)),
        (PLAIN_URL, {"GRAFANA_AUTH": "glsa_x"}, never, GrafanaAccess(URL, BEARER)),
        (PLAIN_URL, {"GRAFANA_URL": "http://b", "GRAFANA_AUTH": "glsa_x"}, never,
         GrafanaAccess(URL, BEARER)),
        (PLAIN_URL + SEALED, {"GRAFANA_AUTH": "me:p"}, never,
         GrafanaAccess(URL, {"Authorization": "Basic bWU6cA=="})),
        (PLAIN_URL + SEALED, {}, opened, GrafanaAccess(URL, BEARER)),
        (SEALED, {"GRAFANA_URL": URL}, opened, GrafanaAccess(URL, BEARER)),
        (SEALED_URL, {"GRAFANA_AUTH": "glsa_x"}, opened, GrafanaAccess(URL, BEARER)),
        (f"{PLAIN_URL}  grafana:orgId: 7\n", {"GRAFANA_AUTH": "glsa_x"}, never,
         GrafanaAccess(URL, {**BEARER, "X-Grafana-Org-Id": "7"})),
        (PLAIN_URL, {"GRAFANA_AUTH": "glsa_x", "GRAFANA_ORG_ID": "8"}, never,
         GrafanaAccess(URL, {**BEARER, "X-Grafana-Org-Id": "8"})),
    ],
)  # fmt: skip
def test_the_grafana_of_a_stack(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    config: str,
    environment: dict[str, str],
    opens: object,
    access: GrafanaAccess | None,
) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  a:b: c\n{config}")
    for name in ("GRAFANA_URL", "GRAFANA_AUTH", "GRAFANA_ORG_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(grafana, "opened_config", opens)
    assert grafana_access("dev", tmp_path, Console()) == access


def test_credentials_are_in_no_message() -> None:
    assert "glsa_x" not in repr(GrafanaAccess(URL, BEARER))


def test_a_stack_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match=r"there is no Pulumi\.dev\.yaml"):
        grafana_access("dev", tmp_path, Console())
