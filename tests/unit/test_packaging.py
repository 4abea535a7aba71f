"""What the wheel says of itself agrees with what is pinned and tested."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from litellm_monitoring.tools.project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RANGES = {each.name: each for each in map(Requirement, PROJECT["dependencies"])}


def lines(name: str) -> list[str]:
    return (ROOT / name).read_text("utf-8").splitlines()


def test_it_requires_what_the_program_requires() -> None:
    assert RANGES.keys() == {Requirement(line).name for line in lines("requirements.in")}


@pytest.mark.parametrize("name", RANGES)
def test_the_version_that_is_tested_is_in_the_range(name: str) -> None:
    (pinned,) = {
        Requirement(line.split(" ")[0]).specifier
        for line in lines("requirements.txt")
        if line.startswith(f"{name}==")
    }
    (version,) = pinned
    assert RANGES[name].specifier.contains(version.version)


def test_nothing_lies_beside_the_package() -> None:
    """Files that code reads are named, since a wheel has no others."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    named = {
        path.relative_to(ROOT)
        for package, patterns in data.items()
        for pattern in patterns
        for path in (ROOT / Path(*package.split("."))).glob(pattern)
    }
    there = {
        path.relative_to(ROOT)
        for path in (ROOT / "litellm_monitoring").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".in")
    }
    assert named == there
