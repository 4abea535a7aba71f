"""Secrets: in no file, no output and no message, and known to be secret."""

from collections.abc import Sequence
from typing import Any

import yaml

from litellm_monitoring.embedded.alerting import alerting_uid
from tests.engine.conftest import Project

SECRETS = {
    "prometheusPassword": "hunter2-password",
    "alertsSlackUrl": "https://hooks.example.com/hunter2",
    "alertsPagerDutyKey": "hunter2-key",
    "prometheusSecretHeaders": '{"X-Key": "hunter2-header"}',
}
VARIABLES = ["LITELLM_DEV_PROMETHEUS_BASIC_AUTH_PASSWORD", "LITELLM_DEV_PROMETHEUS_X_KEY"]
OF_CONTACT_POINT = [
    f"CONTACT_{alerting_uid('contact', 'LiteLLM (dev)').removeprefix('contact-').upper()}_{name}"
    for name in ("SLACK_1_URL", "PAGERDUTY_1_INTEGRATION_KEY")
]


ALERTS = {"managedBy": "grafana", "contactPoint": {"slack": {}, "pagerduty": {}}}


def with_secrets(project: Project, keys: Sequence[str], **settings: Any) -> Project:
    """A project with a password and a secret header, set as a person would."""
    project.set(
        prometheus={"url": "http://localhost:9090", "auth": {"type": "basic", "username": "me"}},
        **settings,
    )
    (project.root / "passphrase").write_text("correct horse")
    project.environment |= {
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(project.root / "passphrase"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    (project.root / ".state").mkdir()
    local = {"PULUMI_BACKEND_URL": (project.root / ".state").as_uri()}
    for command in (
        ["stack", "init", "dev"],
        *(
            ["config", "set", "--stack", "dev", "--secret", *key, value]
            for key, value in (
                *(([key], SECRETS[key]) for key in keys),
                (["--path", "prometheusSecretHeaders.X-Key"], "hunter2-header"),
            )
        ),
    ):
        run = project.run(["pulumi", "--non-interactive", *command], local)
        assert run.status == 0, run.output
    return project


def test_no_secret_in_any_file_or_line(project: Project) -> None:
    with_secrets(
        project, ["prometheusPassword", "alertsSlackUrl", "alertsPagerDutyKey"], alerts=ALERTS
    )
    printed = [
        project.tools(*command).output
        for command in (
            ["up"],
            ["up"],
            ["refresh"],
            ["preview"],
            ["render", "--out", "rendered"],
        )
    ]
    assert printed[0].splitlines()[-4:] == [
        f"Set {variable} in Grafana's environment (not set here)."
        for variable in (*VARIABLES, *OF_CONTACT_POINT)
    ]
    assert printed[1].splitlines()[1] == "12 unchanged"
    assert printed[2].splitlines()[1] == "12 unchanged"
    assert [text for text in printed if "hunter2" in text] == []
    files = [path for path in project.root.rglob("*") if path.is_file()]
    assert [path for path in files if b"hunter2" in path.read_bytes()] == []
    stored = yaml.safe_load(
        (
            project.root / "build/grafana/provisioning/datasources/litellm-dev-prometheus.yaml"
        ).read_text()
    )["datasources"][0]["secureJsonData"]
    assert sorted(stored.values()) == sorted(f"${variable}" for variable in VARIABLES)


def test_a_variable_that_somebody_replaced_is_put_back(project: Project) -> None:
    with_secrets(project, ["prometheusPassword"])
    project.tools("up")
    file = "build/grafana/provisioning/datasources/litellm-dev-prometheus.yaml"
    project.edit(file, f"${VARIABLES[0]}", "typed-by-hand")
    assert project.tools("refresh").lines[-1] == "1 updated, 2 unchanged"
    assert "1 updated, 2 unchanged" in project.tools("up").lines
    assert f"${VARIABLES[0]}" in (project.root / file).read_text()


def test_a_credential_in_plain_text_is_refused(project: Project) -> None:
    project.set(
        prometheus={"url": "http://localhost:9090", "auth": {"type": "basic", "username": "me"}},
        prometheusPassword="hunter2-password",
    )
    run = project.tools("up")
    assert (run.status, run.lines[1:]) == (
        1,
        [
            "  prometheusPassword = (secret): given in plain text; set it with: pulumi config set "
            "--secret prometheusPassword"
        ],
    )
