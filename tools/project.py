"""Where the project's files are, and which stacks it has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

ROOT = Path(__file__).resolve().parent.parent
"""The project's directory: that of ``Pulumi.yaml``."""

PROJECT = "litellm-monitoring"
"""The project's name in ``Pulumi.yaml``, which is the namespace of its settings."""


def stacks(root: Path = ROOT) -> list[str]:
    """The stacks that have a file ``Pulumi.<stack>.yaml``."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        for path in root.glob("Pulumi.*.yaml")
    )


def stack_file(stack: str, root: Path = ROOT) -> Mapping[str, Any]:
    """The content of ``Pulumi.<stack>.yaml``.

    Raises:
        click.ClickException: where there is no such file, or it is not YAML.

    """
    path = root / f"Pulumi.{stack}.yaml"
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise click.ClickException(
            f"there is no {path.name}; the stacks are: {', '.join(stacks(root))}"
        ) from None
    except yaml.YAMLError as error:
        raise click.ClickException(f"{path.name} is not YAML: {error}") from None
    return content if isinstance(content, dict) else {}
