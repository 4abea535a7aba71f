"""Which version this is and where it is released, which ``pyproject.toml`` alone says."""

import tomllib
from importlib import metadata
from pathlib import Path

from litellm_monitoring.tools.project import ROOT

DISTRIBUTION = "litellm-monitoring"


def version(root: Path = ROOT) -> str:
    """The version of the checkout at ``root``, else of the wheel that is installed."""
    return version_in(root) or metadata.version(DISTRIBUTION)


def version_in(root: Path) -> str | None:
    """What ``pyproject.toml`` in ``root`` says, if there is one and it is this project's: where a
    wheel is installed, there may be anything.
    """
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        return str(project["version"]) if project["name"] == DISTRIBUTION else None
    except (FileNotFoundError, KeyError):
        return None


def repository_of(root: Path) -> str:
    """The address of the project at ``root``, below which its releases are; empty where it says none."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project.get("urls", {}).get("Repository", ""))
