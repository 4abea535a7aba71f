"""What the pipelines run exists, and they are given no more than they need."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.project import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINES = [*WORKFLOWS, ROOT / ".gitlab-ci.yml"]


def strings(value: object) -> list[str]:
    """Every text in a YAML document, keys apart."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for item in value.values() for text in strings(item)]
        case list():
            return [text for item in value for text in strings(item)]
        case _:
            return []


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    return content


COMMANDS = sorted(
    {
        command
        for path in PIPELINES
        for text in strings(load(path))
        for command in re.findall(r"\bmake [^|\n;&>]+?(?= [12]?>|\||\n|;| &&|$)", text)
    }
)


def test_the_pipelines_run_make() -> None:
    assert {command.split()[1 + command.split()[1].startswith("-")] for command in COMMANDS} == {
        "diff",
        "drift",
        "fleet-drift",
        "fleet-preview",
        "fleet-up",
        "preview",
        "up",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_make_knows_what_they_run(command: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{command} --dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_scripts_that_they_run_are_there_and_executable(path: Path) -> None:
    for script in re.findall(
        r"(?<![\w/])\.(?:ci|github)/\w+(?=\s|$)", "\n".join(strings(load(path)))
    ):
        assert (ROOT / script).stat().st_mode & 0o111, script


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_read_and_pin_what_they_use(path: Path) -> None:
    content = load(path)
    assert content["permissions"] == {"contents": "read"}
    used = [
        step["uses"]
        for job in content["jobs"].values()
        for step in job.get("steps", [])
        if "uses" in step
    ]
    assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []


def test_only_what_must_write_may() -> None:
    written = {
        (path.name, scope)
        for path in WORKFLOWS
        for job in load(path)["jobs"].values()
        for scope, access in job.get("permissions", {}).items()
        if access == "write"
    }
    assert written == {("preview.yml", "pull-requests"), ("drift.yml", "issues")}


def test_a_fork_is_given_no_secret() -> None:
    for step in load(ROOT / ".github" / "workflows" / "preview.yml")["jobs"]["preview"]["steps"]:
        if "secrets." in str(step) or "github.token" in str(step):
            assert (
                "github.event.pull_request.head.repo.full_name == github.repository" in step["if"]
            )
            assert "||" not in step["if"]
