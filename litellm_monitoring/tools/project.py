"""Where the project's files are, and which stacks it has.

The project is that of the directory in which a command is run. It may be a checkout of this
repository, or one that has our package installed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from litellm_monitoring.infra.settings.kinds.pulumi_yaml import read_yaml


class CannotRunError(click.ClickException):
    """What keeps any command from being run. Its exit status is that of commands that could not look."""

    exit_code = 2


def _root() -> Path:
    """The nearest directory with a ``Pulumi.yaml``, as the engine looks for it; where there is none,
    the current one.
    """
    here = Path.cwd()
    found = (path for path in (here, *here.parents) if (path / "Pulumi.yaml").is_file())
    return next(found, here)


ROOT = _root()
"""The project's directory: that of ``Pulumi.yaml``."""

IS_CHECKOUT = (ROOT / __name__.partition(".")[0]) in Path(__file__).resolve().parents
"""Whether the project holds the code that is running, instead of having it installed."""

COMMAND = "python -m tools" if IS_CHECKOUT else "litellm-monitoring"
"""What people type to run our commands."""

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


def check_that_there_is_one(root: Path) -> None:
    """Refuses to go on where there is no project, or one without a name.

    Raises:
        CannotRunError: saying where one was looked for, or what is wrong with it.

    """
    if not (root / "Pulumi.yaml").exists():
        raise CannotRunError(
            f"there is no Pulumi.yaml in {root} nor above it: run this in the directory of a project"
        )
    try:
        name = project_file(root).get("name")
    except click.ClickException as error:
        raise CannotRunError(error.message) from None
    if not name:
        raise CannotRunError("Pulumi.yaml: the project has no name")


def _name(root: Path) -> str:
    try:
        return str(project_file(root).get("name", ""))
    except click.ClickException:
        return ""  # What is wrong is said once a command is run.


PROJECT = _name(ROOT)
"""The project's name, which is the namespace of its settings."""
