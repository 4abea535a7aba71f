"""What the pipelines run exists, and they are given no more than they need."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from litellm_monitoring.tools.__main__ import main
from litellm_monitoring.tools.project import ROOT

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
        for command in re.findall(r"python -m tools ([a-z -]+[a-z])", text)
    }
)


def test_the_pipelines_run_commands() -> None:
    assert COMMANDS == [
        "ci drift",
        "ci preview",
        "fleet up --environment",
        "up --stack",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_line_knows_what_they_run(command: str) -> None:
    words, _, option = command.partition(" --")
    asked = CliRunner().invoke(main, [*words.split(), "--help"])
    assert (asked.exit_code, f"--{option}" in asked.output or not option) == (0, True)


def test_make_installs_what_they_run() -> None:
    for path in PIPELINES:
        for text in strings(load(path)):
            used = set(re.findall(r"\bmake ([a-z-]+)", text))
            assert used <= ({"release"} if "TAG" in text else {"install", "audit"})
    for target in ("install", "audit", "release"):
        done = subprocess.run(
            ["make", target, "--dry-run"], cwd=ROOT, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


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
    assert written == {
        ("preview.yml", "pull-requests"),
        ("drift.yml", "issues"),
        ("release.yml", "contents"),
    }


def test_what_publishes_a_release_runs_nothing_that_was_installed() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    assert [job for job in jobs if "permissions" in jobs[job]] == ["publish"]
    assert [step["run"] for step in jobs["publish"]["steps"] if "run" in step] == [
        '.github/release "$GITHUB_REF_NAME" build/release'
    ]


def test_what_a_pull_request_brings_is_given_no_secret_unless_it_is_trusted() -> None:
    job = load(ROOT / ".github" / "workflows" / "preview.yml")["jobs"]["preview"]
    assert job["env"]["TRUSTED"] == (
        "${{ github.event.pull_request.head.repo.full_name == github.repository && "
        "github.actor != 'dependabot[bot]' }}"
    )
    for step in job["steps"]:
        if "secrets." in str(step) or "github.token" in str(step):
            assert "env.TRUSTED == 'true'" in step["if"]
            assert "||" not in step["if"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_ends_and_none_is_run_twice_at_once(path: Path) -> None:
    content = load(path)
    for job in content["jobs"].values():
        if "uses" not in job:
            assert job["timeout-minutes"] <= 60
            assert "concurrency" in job or "concurrency" in content


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_that_others_write_is_put_into_a_script(path: Path) -> None:
    for job in load(path)["jobs"].values():
        for step in job.get("steps", []):
            assert "${{" not in step.get("run", "")
