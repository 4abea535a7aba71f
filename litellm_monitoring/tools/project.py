"""Where the project's files are, and which stacks it has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from litellm_monitoring.infra.settings.kinds.pulumi_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
"""The project's directory: that of ``Pulumi.yaml``."""

ENGINES = ROOT / ".tools"
"""Where a Pulumi engine is installed for those who have none."""


def stacks(root: Path = ROOT) -> list[str]:
    """The stacks that have a file ``Pulumi.<stack>.yaml``."""
    names = [path.name for path in root.glob("Pulumi.*.yaml")]
    return sorted(name.removeprefix("Pulumi.").removesuffix(".yaml") for name in names)


def project_file(root: Path) -> Mapping[str, Any]:
    """The content of ``Pulumi.yaml``.

    Raises:
        click.ClickException: where it cannot be read.

    """
    return read_mapping(root / "Pulumi.yaml")


def stack_file(stack: str, root: Path) -> Mapping[str, Any]:
    """The content of ``Pulumi.<stack>.yaml``; its ``config`` is a mapping by key.

    Raises:
        click.ClickException: where there is no such file, or it cannot be read.

    """
    path = root / f"Pulumi.{stack}.yaml"
    if stack not in stacks(root):
        raise click.ClickException(
            f"there is no {path.name}; the stacks are: {', '.join(stacks(root))}"
        )
    content = read_mapping(path)
    config = content.get("config") or {}
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise click.ClickException(f"{path.name}: config must be a mapping of keys to values")
    return {**content, "config": config}


def read_mapping(path: Path) -> dict[str, Any]:
    """The content of a YAML file as Pulumi reads it; raises click.ClickException where it cannot be read."""
    try:
        content = read_yaml(path.read_text("utf-8"))
    except OSError as error:
        raise click.ClickException(f"{path.name}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise click.ClickException(f"{path.name} is not YAML: {problem}") from None
    if not isinstance(content, dict | None):
        raise click.ClickException(f"{path.name} must be a mapping of keys to values")
    return content or {}


def with_namespace(config: Mapping[str, Any]) -> dict[str, Any]:
    """``config`` with the project's namespace before the keys that have none."""
    return {key if ":" in key else f"{PROJECT}:{key}": value for key, value in config.items()}


PROJECT = str(project_file(ROOT).get("name"))
"""The project's name, which is the namespace of its settings."""
