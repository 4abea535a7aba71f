"""A project made from the template, and what an update does to it: with the real engine, and with wheels of
two versions.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.provider import served
from litellm_monitoring.tools.project import ROOT
from tests.engine.conftest import Run, run_in
from tests.wheel import build_wheel

RENAMED = '"Requests per second by Key Alias"'
HOST = Path(__file__).parents[1] / "language_host.py"


@dataclass
class Stranger:
    """Somebody's project, which has our package installed in its own virtual environment."""

    root: Path
    environment: Mapping[str, str]

    def run(self, *command: str) -> Run:
        return run_in(self.root, command, self.environment)

    def plain(self, *arguments: str) -> Run:
        """Runs ``pulumi`` on the embedded target."""
        with served(ProvisioningDirectory(self.root / "build/grafana")) as port:
            providers = {"PULUMI_DEBUG_PROVIDERS": f"grafana:{port}"}
            return replace(self, environment={**self.environment, **providers}).run(
                "pulumi", *arguments, "--stack", "dev", "--non-interactive"
            )

    def ours(self, *arguments: str) -> Run:
        return self.run(str(self.root / ".venv/bin/litellm-monitoring"), *arguments)

    def pin(self, wheel: Path) -> None:
        (self.root / "requirements.txt").write_text(f"litellm-monitoring @ {wheel.as_uri()}\n")

    def install(self) -> None:
        """What ``pulumi install`` does."""
        if not (self.root / ".venv").exists():
            subprocess.run([sys.executable, "-m", "venv", self.root / ".venv"], check=True)
        pip = self.run(
            *(".venv/bin/python", "-m", "pip", "install", "--force-reinstall", "-r"),
            "requirements.txt",
        )
        assert pip.status == 0, pip.output

    def commit(self) -> None:
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all of it"]):
            done = self.run(
                "git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments
            )
            assert done.status == 0, done.output


@pytest.fixture
def stranger(tmp_path: Path, pulumi_directory: Path) -> Stranger:
    root, home, bin_directory = (tmp_path / name for name in ("project", "home", "bin"))
    for directory in (root, home, bin_directory):
        directory.mkdir()
    host = bin_directory / "pulumi-language-python"
    # The program is run by the project's own Python, once there is one.
    theirs = root / ".venv/bin/python"
    host.write_text(
        f'#!/bin/sh\n[ -x {theirs} ] && exec {theirs} {HOST} "$@"\nexec {sys.executable} {HOST} "$@"\n'
    )
    host.chmod(0o755)
    # What our package requires is taken from where the tests run: nothing is downloaded.
    environment = {
        "PATH": os.pathsep.join(map(str, (bin_directory, pulumi_directory, os.environ["PATH"]))),
        "HOME": str(home),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "LANGUAGE_PYTHON_EXEC": str(pulumi_directory / "pulumi-language-python-exec"),
        "PULUMI_BACKEND_URL": home.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    return Stranger(root, environment)


def new(stranger: Stranger, *config: str) -> None:
    made = stranger.run(
        *(
            "pulumi",
            "new",
            str(ROOT / "template"),
            "--yes",
            "--name",
            "monitoring",
            "--stack",
            "dev",
        ),
        "--config-path",
        *(part for each in config for part in ("--config", each)),
    )
    assert made.status == 0, made.output


def test_an_update_says_what_it_changes_and_changes_that(
    stranger: Stranger, tmp_path: Path
) -> None:
    def rename(copy: Path) -> None:
        module = copy / "dashboards/shipped/prod_v2.py"
        text = module.read_text("utf-8")
        assert text.count(RENAMED) == 1
        module.write_text(text.replace(RENAMED, '"By key"'), "utf-8")

    old = build_wheel(tmp_path / "wheels", "1.0.0")
    newer = build_wheel(tmp_path / "wheels", "1.1.0", rename)
    new(stranger, "dashboards.include[0]=prod-v2")
    project = yaml.safe_load((stranger.root / "Pulumi.yaml").read_text())
    assert (project["name"], "template" in project) == ("monitoring", False)
    settings = yaml.safe_load((stranger.root / "Pulumi.dev.yaml").read_text())["config"]
    assert settings == {
        "monitoring:dashboards": {"include": ["prod-v2"]},
        "monitoring:prometheusUrl": "http://localhost:9090",
    }
    stranger.pin(old)
    stranger.install()
    first = stranger.ours("up")
    assert first.status == 0, first.output
    assert "3 created" in first.lines
    stranger.commit()
    assert stranger.ours("diff").lines == ["No stack would change."]

    stranger.pin(newer)
    change = [
        "dev",
        "  dashboard LiteLLM Prod v2: updated",
        "    panel “Requests per second by Key Alias”: renamed to “By key”",
    ]
    said, *before = stranger.ours("diff").lines
    assert said.startswith("Installing litellm-monitoring 1.1.0 into ")
    assert before == change
    too_early = stranger.ours("up")
    assert (too_early.status, too_early.lines) == (
        2,
        [
            "Error: requirements.txt asks for litellm-monitoring 1.1.0, but 1.0.0 is installed: run "
            "pulumi install, or pip install -r requirements.txt"
        ],
    )
    stranger.install()
    said, *after = stranger.ours("diff", "HEAD").lines
    assert said.startswith("Installing litellm-monitoring 1.0.0 into ")
    assert after == change
    assert stranger.ours("diff", "HEAD").lines == change
    updated = stranger.ours("up")
    assert updated.status == 0, updated.output
    assert updated.lines[1:4] == [
        "~ update   Dashboard         LiteLLM Prod v2",
        "             panel “Requests per second by Key Alias”: renamed to “By key”",
        "1 updated, 2 unchanged",
    ]
    same = stranger.plain("preview")
    assert same.status == 0, same.output
    assert "5 unchanged" in same.output
