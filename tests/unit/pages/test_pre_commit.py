"""A commit is checked by what ``make lint`` runs, and by nothing else."""

import re
import subprocess
from collections.abc import Sequence

import pytest
import yaml

from litellm_monitoring.tools.project import ROOT

CONFIGURATION = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
(HOOK,) = (hook for repository in CONFIGURATION["repos"] for hook in repository["hooks"])


def run_by(command: Sequence[str]) -> list[str]:
    """The programs that a command of ``make`` runs once everything is installed."""
    done = subprocess.run(
        [*command, "--dry-run", "--assume-old=.venv/.installed-dev"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if line.startswith(".venv/bin/")]


def test_a_commit_runs_what_make_lint_runs() -> None:
    checks = run_by(["make", "lint"])
    assert run_by(HOOK["entry"].split()) == checks
    assert [check.removeprefix(".venv/bin/") for check in checks] == [
        "ruff check .",
        "ruff format --check .",
        "mypy",
    ]


def test_everything_is_looked_at_and_not_only_what_has_changed() -> None:
    assert HOOK["pass_filenames"] is False


def test_no_version_of_a_tool_is_said_a_second_time() -> None:
    assert [repository["repo"] for repository in CONFIGURATION["repos"]] == ["local"]
    assert HOOK["language"] == "system"
    assert "additional_dependencies" not in HOOK


@pytest.mark.parametrize(
    ("path", "is_checked"),
    [
        ("litellm_monitoring/signals/asking/scope.py", True),
        ("pyproject.toml", True),
        ("requirements-dev.txt", True),
        ("docs/alerts.md", False),
        ("tests/live/proxy/pins/1.109.1.txt", False),
    ],
)
def test_a_commit_of_what_cannot_fail_is_not_held_up(path: str, is_checked: bool) -> None:
    assert (re.search(HOOK["files"], path) is not None) is is_checked
