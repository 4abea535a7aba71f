"""Where state goes."""

import json
import shutil
import stat
from pathlib import Path

import pytest
import yaml

from litellm_monitoring.tools.deploying.backend import backend_for, write_stack_file
from litellm_monitoring.tools.project import ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of somebody who has never used Pulumi."""
    for variable in (
        "PULUMI_BACKEND_URL",
        "PULUMI_ACCESS_TOKEN",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_without_a_login_state_is_local_and_sealed(project: Path) -> None:
    backend = backend_for(project)
    passphrase = project / ".state" / "passphrase"
    assert backend.description == ".state"
    assert backend.environment == {
        "PULUMI_BACKEND_URL": (project / ".state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase),
    }
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    assert stat.S_IMODE((project / ".state").stat().st_mode) == 0o700
    assert len(passphrase.read_text()) >= 32


def test_the_passphrase_is_made_once(project: Path) -> None:
    backend_for(project)
    first = (project / ".state" / "passphrase").read_text()
    backend_for(project)
    assert (project / ".state" / "passphrase").read_text() == first


def test_a_passphrase_of_ones_own_is_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "mine")
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in backend_for(project).environment
    assert not (project / ".state" / "passphrase").exists()


def test_the_salt_stays_in_the_stack_file(tmp_path: Path) -> None:
    content = {"config": {"a:b": "c"}}
    write_stack_file(tmp_path, "dev", content)
    copy = tmp_path / "Pulumi.dev.yaml"
    assert yaml.safe_load(copy.read_text()) == content
    copy.write_text(copy.read_text() + "encryptionsalt: v1:salt\n")  # as the engine does
    write_stack_file(tmp_path, "dev", content)
    assert yaml.safe_load(copy.read_text()) == {**content, "encryptionsalt": "v1:salt"}
    write_stack_file(tmp_path, "dev", {**content, "encryptionsalt": "v1:own"})
    assert yaml.safe_load(copy.read_text())["encryptionsalt"] == "v1:own"


@pytest.mark.parametrize("variable", ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"])
def test_an_empty_variable_is_no_login(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "")
    assert backend_for(project).description == ".state"


@pytest.mark.parametrize(
    ("variable", "is_passphrase"),
    [("PULUMI_CONFIG_PASSPHRASE", True), ("PULUMI_CONFIG_PASSPHRASE_FILE", False)],
)
def test_an_empty_passphrase_is_one_and_an_empty_file_name_is_none(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str, is_passphrase: bool
) -> None:
    monkeypatch.setenv(variable, "")
    sealed_by_us = "PULUMI_CONFIG_PASSPHRASE_FILE" in backend_for(project).environment
    assert sealed_by_us is not is_passphrase


@pytest.mark.parametrize("also", ["project", "credentials"])
def test_a_token_opens_the_backend_that_is_named_and_names_none_itself(
    project: Path, monkeypatch: pytest.MonkeyPatch, also: str
) -> None:
    """As the engine has it."""
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-x")
    if also == "project":
        with (project / "Pulumi.yaml").open("a") as file:
            file.write("\nbackend:\n  url: https://pulumi.example.com\n")
    else:
        (project / "home").mkdir()
        (project / "home" / "credentials.json").write_text(
            json.dumps({"current": "https://pulumi.example.com"})
        )
    assert backend_for(project).description == "https://pulumi.example.com"


@pytest.mark.parametrize("login", ["environment", "token", "credentials", "project"])
def test_a_login_is_respected(project: Path, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = "s3://state"
    if login == "environment":
        monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    elif login == "token":
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-x")
        expected = "Pulumi Cloud"
    elif login == "credentials":
        (project / "home").mkdir()
        (project / "home" / "credentials.json").write_text(json.dumps({"current": "s3://state"}))
    else:
        with (project / "Pulumi.yaml").open("a") as file:
            file.write("\nbackend:\n  url: s3://state\n")
    backend = backend_for(project)
    assert (backend.directory, backend.environment, backend.description) == (project, {}, expected)
    assert not (project / ".state").exists()


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("file:///var/state", Path("/var/state")),
        ("file://~", Path.home()),
        ("file://~/state?no_tmp_dir=true", Path.home() / "state"),
        ("s3://state", None),
        ("https://api.pulumi.com", None),
    ],
)
def test_a_directory_that_somebody_has_logged_in_to_is_looked_into(
    project: Path, monkeypatch: pytest.MonkeyPatch, url: str, state: Path | None
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    assert backend_for(project).state == state
