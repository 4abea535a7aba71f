"""Settings with their secrets opened, which takes the engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from infra.loading import SettingsError, load_settings
from infra.settings import Settings
from tools import project
from tools.settings_file import config_of

if TYPE_CHECKING:
    from pulumi.automation import ConfigValue


def settings_with_secrets(settings: Settings, stack: str, root: Path, out: Console) -> Settings:
    """``settings``, those of ``stack``, with the values of its secrets in place of what stands
    for them; the engine is asked only where there are any.

    Raises:
        click.ClickException: where they cannot be opened.

    """
    _, secret_keys = config_of(stack, root)
    if not any(key.startswith(f"{project.PROJECT}:") for key in secret_keys):
        return settings
    config = opened_config(stack, root, out)
    try:
        return load_settings(
            {key: entry.value for key, entry in config.items()},
            [key for key, entry in config.items() if entry.secret],
            project.PROJECT,
            stack,
        )
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def opened_config(stack: str, root: Path, out: Console) -> "Mapping[str, ConfigValue]":
    """The configuration of ``stack``, in which secrets have their values.

    Raises:
        click.ClickException: where they cannot be opened.

    """
    # The engine's SDK takes long to import, which those who have no secrets need not wait for.
    from pulumi import automation

    from tools import engine
    from tools.deployment import Deployment
    from tools.target import Target

    command = engine.find_or_install(project.ENGINES, out)
    deployment = Deployment.of_project(stack, root, Target({}, None, ""), command)
    try:
        return deployment.engine_stack().get_all_config()
    except automation.StackNotFoundError:
        raise click.ClickException(
            f"stack {stack} does not exist, so its secrets cannot be opened; create it with: "
            f"pulumi stack init {stack}"
        ) from None
    except automation.CommandError as error:
        said = [line for line in str(error).splitlines() if "error:" in line] or [str(error)]
        raise click.ClickException(
            f"the secrets of stack {stack} cannot be opened: {said[-1].partition('error: ')[2]}"
        ) from None
