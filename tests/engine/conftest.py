"""The real engine, driven by the command line, in a project of its own for each test."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.provider import served
from litellm_monitoring.tools import engine
from litellm_monitoring.tools.project import PROJECT, ROOT
from tests.project_copy import copy_project, only_prod_v2, set_settings


@dataclass
class Run:
    """What a command did: its exit status and what it printed."""

    status: int
    output: str

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()


def run_in(root: Path, command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Runs a command of a project with all that it prints, and nobody who answers."""
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        timeout=300,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout)


@dataclass
class Project:
    """A copy of the project that a test may change."""

    root: Path
    environment: dict[str, str]

    def tools(self, *arguments: str, **environment: str) -> Run:
        """Runs ``python -m tools``."""
        return self.run([sys.executable, "-m", "tools", *arguments], environment)

    def run(self, command: list[str], environment: Mapping[str, str]) -> Run:
        return run_in(self.root, command, {**self.environment, **environment})

    def begin(self, *arguments: str, until: Callable[[], bool]) -> "subprocess.Popen[bytes]":
        """Runs ``python -m tools`` in a process group of its own, until something has happened."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tools", *arguments],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while not until():
            assert process.poll() is None, "it has ended already"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    def set(self, stack: str = "dev", **settings: Any) -> None:
        """Sets settings of a stack, beside those that it ships with."""
        set_settings(self.root, stack, **settings)

    def edit(self, path: str, before: str, after: str) -> None:
        """Replaces the one occurrence of a text in a file."""
        file = self.root / path
        text = file.read_text("utf-8")
        assert text.count(before) == 1
        file.write_text(text.replace(before, after), "utf-8")

    def state(self, stack: str = "dev") -> list[dict[str, Any]]:
        """The resources in the state file, without what changes from run to run."""
        checkpoint = json.loads(self.state_file(stack).read_text())["checkpoint"]["latest"]
        return sorted(
            (
                {
                    **{
                        key: resource.get(key)
                        for key in ("urn", "id", "type", "parent", "protect", "inputs", "outputs")
                    },
                    "dependencies": sorted(resource.get("dependencies", [])),
                }
                for resource in checkpoint.get("resources", [])
            ),
            key=lambda resource: str(resource["urn"]),
        )

    def state_text(self, stack: str = "dev") -> str:
        """The state file, as far as it is there."""
        path = self.state_file(stack)
        return path.read_text() if path.exists() else ""

    def state_file(self, stack: str = "dev") -> Path:
        return self.root / ".state" / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"

    def deployed_files(self) -> list[str]:
        """The files of the embedded target."""
        target = self.root / "build" / "grafana" / "provisioning"
        return sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def pulumi_directory() -> Path:
    """The directory of the engine, which is built first if there is none."""
    command = engine.find_or_install(ROOT / ".tools", Console(stderr=True)).command
    found = shutil.which(command)
    assert found
    return Path(found).parent


@pytest.fixture
def project(tmp_path: Path, pulumi_directory: Path) -> Project:
    copy_project(tmp_path)
    only_prod_v2(tmp_path)
    kept = {
        key: value
        for key, value in os.environ.items()
        if not re.match("PULUMI|GRAFANA|GITHUB|PYTHON|CI$", key)
    }
    return Project(
        tmp_path,
        {
            **kept,
            "HOME": str(tmp_path / "home"),
            "PATH": f"{pulumi_directory}:{os.environ['PATH']}",
        },
    )


@pytest.fixture
def plain_pulumi(project: Project, pulumi_directory: Path) -> Iterator[Mapping[str, str]]:
    """The environment for plain ``pulumi`` on the project's own state and embedded target."""
    host = project.root / "bin" / "pulumi-language-python"
    host.parent.mkdir()
    program = Path(__file__).with_name("language_host.py")
    host.write_text(f'#!/bin/sh\nexec {sys.executable} {program} "$@"\n')
    host.chmod(0o755)
    with served(ProvisioningDirectory(project.root / "build" / "grafana")) as port:
        yield {
            "PATH": f"{host.parent}{os.pathsep}{project.environment['PATH']}",
            "LANGUAGE_PYTHON_EXEC": str(pulumi_directory / "pulumi-language-python-exec"),
            "PULUMI_BACKEND_URL": (project.root / ".state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(project.root / ".state" / "passphrase"),
            "PULUMI_DEBUG_PROVIDERS": f"grafana:{port}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
