"""Secrets: in no file, no output and no message, and known to be secret."""

import yaml

from tests.engine.conftest import Project

SECRETS = {
    "prometheusPassword": "hunter2-password",
    "prometheusSecretHeaders": '{"X-Key": "hunter2-header"}',
}
VARIABLES = ["LITELLM_DEV_PROMETHEUS_BASIC_AUTH_PASSWORD", "LITELLM_DEV_PROMETHEUS_X_KEY"]


def with_secrets(project: Project) -> Project:
    """A project with a password and a secret header, set as a person would."""
    project.set(
        prometheus={"url": "http://localhost:9090", "auth": {"type": "basic", "username": "me"}}
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
                (["prometheusPassword"], SECRETS["prometheusPassword"]),
                (["--path", "prometheusSecretHeaders.X-Key"], "hunter2-header"),
            )
        ),
    ):
        run = project.run(["pulumi", "--non-interactive", *command], local)
        assert run.status == 0, run.output
    return project


def test_no_secret_in_any_file_or_line(project: Project) -> None:
    with_secrets(project)
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
    assert printed[0].splitlines()[-2:] == [
        f"Set {variable} in Grafana's environment (not set here)." for variable in VARIABLES
    ]
    assert printed[1].splitlines()[1] == "3 unchanged"
    assert printed[2].splitlines()[1] == "3 unchanged"
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
    with_secrets(project)
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
            "  prometheusPassword = (secret): given in plain text; "
            "set it with: pulumi config set --secret prometheusPassword"
        ],
    )
