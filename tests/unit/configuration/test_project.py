"""Which project a command is about: that of the directory in which it is run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from litellm_monitoring.tools.project import ROOT

STACK = "config:\n  mine:prometheusUrl: nonsense\n"


def ours(directory: Path, *arguments: str) -> tuple[int, str]:
    """Runs our command where the code does not lie."""
    done = subprocess.run(
        [sys.executable, "-m", "litellm_monitoring.tools", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            None,
            "there is no Pulumi.yaml in {} nor above it: run this in the directory of a project",
        ),
        ("a: b: c", "Pulumi.yaml is not YAML: mapping values are not allowed here"),
        ("runtime: python", "Pulumi.yaml: the project has no name"),
    ],
)
def test_without_a_project_nothing_is_run(
    tmp_path: Path, written: str | None, problem: str
) -> None:
    if written:
        (tmp_path / "Pulumi.yaml").write_text(written)
    status, output = ours(tmp_path, "drift")
    # The exit status of a command that could not look.
    assert (status, output.count("\n")) == (2, 1)
    assert output.startswith(f"Error: {problem.format(tmp_path)}")


def test_what_there_is_can_be_asked_anywhere(tmp_path: Path) -> None:
    status, output = ours(tmp_path, "up", "--help")
    assert (status, "Deploy a stack." in output) == (0, True)


@pytest.mark.parametrize("below", [".", "dashboards/ours"])
def test_a_project_that_has_the_package_has_its_own_name_and_settings(
    tmp_path: Path, below: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    directory = tmp_path / below
    directory.mkdir(parents=True, exist_ok=True)
    status, output = ours(directory, "render", "--out", str(tmp_path / "out"))
    assert (status, output.splitlines()[1].split(":")[0]) == (1, '  prometheusUrl = "nonsense"')


@pytest.mark.parametrize("arguments", [["settings", "--write"], ["catalogue"]])
def test_what_is_for_who_develops_it_is_not_there(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    assert ours(tmp_path, *arguments)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["Pulumi.yaml"]
