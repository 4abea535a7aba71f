"""Settings with their secrets opened, which takes the engine."""

from pathlib import Path

import click
from rich.console import Console

from litellm_monitoring.infra.settings.loading.cost_centers import with_cost_centers
from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools import project
from litellm_monitoring.tools.configuration.stack import config_of, opened_config


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
        opened = load_settings(
            {key: entry.value for key, entry in config.items()},
            [key for key, entry in config.items() if entry.secret],
            project.PROJECT,
            stack,
        )
        return with_cost_centers(opened, stack, root)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
