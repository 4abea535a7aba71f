"""A copy of the project that a test may change."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from litellm_monitoring.tools.project import PROJECT, ROOT

PACKAGES = ("dashboards", "litellm_monitoring")


def copy_project(destination: Path) -> None:
    """Copies what the program and the command line need, stack files included."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            destination / package,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for path in (*ROOT.glob("*.py"), ROOT / "teams.yaml", *ROOT.glob("Pulumi*.yaml")):
        shutil.copy(path, destination)


def set_settings(root: Path, stack: str, **settings: Any) -> None:
    """Sets settings of a stack, beside those that it ships with."""
    path = root / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(path.read_text())
    content["config"] |= {f"{PROJECT}:{key}": value for key, value in settings.items()}
    path.write_text(yaml.safe_dump(content))


def set_teams(root: Path, *teams: dict[str, Any], environments: Sequence[str] = ()) -> None:
    """Makes these the teams of the fleet."""
    content = {"environments": list(environments), "teams": list(teams)}
    (root / "teams.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))


def only_prod_v2(root: Path) -> None:
    """Leaves every shipped stack of the copy with one small dashboard, where a test is about what
    is done with dashboards and not about what they show.
    """
    for path in root.glob("Pulumi.*.yaml"):
        set_settings(root, path.suffixes[0].removeprefix("."), dashboards={"include": ["prod-v2"]})
