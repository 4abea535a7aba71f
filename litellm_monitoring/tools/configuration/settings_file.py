"""The settings of a stack, checked before the engine is started."""

from pathlib import Path

import click

from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.infra.settings.kinds.written import rewritten_settings
from litellm_monitoring.infra.settings.loading.cost_centers import with_cost_centers
from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.configuration.stack import config_of, with_command_at_hand
from litellm_monitoring.tools.project import PROJECT, stacks


def settings_of(stack: str, root: Path) -> Settings:
    """The settings in ``Pulumi.<stack>.yaml``, each secret as
    :data:`litellm_monitoring.tools.configuration.stack.SEALED`, with what ``teams.yaml`` says; a team's with what
    its environment's stack file offers.

    Raises:
        click.ClickException: naming all mistakes.

    """
    config, secret_keys = config_of(stack, root)
    rewritten = rewritten_settings(root / f"Pulumi.{stack}.yaml", PROJECT)
    try:
        settings = load_settings(config, secret_keys, PROJECT, stack, rewritten)
        if settings.team and (name := settings.team.platform_stack):
            return on_platform(settings, stack, platform_of(name, root))
        return with_cost_centers(settings, stack, root)
    except SettingsError as error:
        raise click.ClickException(with_command_at_hand(str(error), stack)) from None


def platform_of(name: str, root: Path) -> Platform:
    """What the stack ``name`` offers to its teams' stacks.

    One that has no file here is another project's: it is taken to have chosen no uids, and
    its latency buckets are not known.
    """
    if name in stacks(root):
        return declare(settings_of(name, root), name).platform
    stack = name.rpartition("/")[2]
    return Platform(
        environment=stack,
        selector="",
        folder_uid=stack_uid(stack),
        is_folder_restricted=True,
        data_source_uid=stack_uid(stack, "prometheus"),
        latency_buckets=None,
    )
