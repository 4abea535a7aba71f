"""What the Pulumi engine tells a program: its settings, what another stack offers to a team's, and which
Grafana it is for.
"""

import os
from pathlib import Path

import pulumi
from pulumi.runtime import config as runtime_config

from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.infra.program.readiness import obstacles
from litellm_monitoring.infra.settings.kinds.written import rewritten_settings
from litellm_monitoring.infra.settings.loading.cost_centers import with_cost_centers
from litellm_monitoring.infra.settings.loading.stack import SettingsError, correction, load_settings
from litellm_monitoring.infra.settings.models.grafana_provider import (
    HOW_TO_AUTHENTICATE,
    GrafanaAccess,
    provider_settings,
)
from litellm_monitoring.infra.settings.models.stack import Settings


async def settings_from_pulumi(root: Path) -> Settings:
    """The running stack's settings, with what the project at ``root`` says of teams; a team's with
    what its environment's stack offers.

    Raises:
        pulumi.RunError: naming all mistakes; the engine prints it without a traceback.

    """
    config = _config()
    secret_keys = [key for key in config if runtime_config.is_config_secret(key)]
    stack = pulumi.get_stack()
    project = pulumi.get_project()
    rewritten = rewritten_settings(root / f"Pulumi.{stack}.yaml", project)
    try:
        settings = load_settings(config, secret_keys, project, stack, rewritten)
        if settings.team and (name := settings.team.platform_stack):
            return on_platform(settings, stack, await _platform(name, stack))
        return with_cost_centers(settings, stack, root)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def refuse_unless_ready(declaration: Declaration) -> None:
    """Looks at Grafana before anything is made in it.

    Raises:
        pulumi.RunError: naming all that keeps it from taking what ``declaration`` declares.

    """
    settings = provider_settings(_config(), os.environ)
    if "url" not in settings:
        return  # A provider that is attached to the engine may do without.
    access = GrafanaAccess.of_provider(settings)
    if not access:
        raise pulumi.RunError(f"{settings['url']} takes credentials: {HOW_TO_AUTHENTICATE}")
    if found := obstacles(access, declaration, is_preview=pulumi.runtime.is_dry_run()):
        raise pulumi.RunError("\n".join(found))


def organisation() -> str | None:
    """The id of the Grafana organisation that the stack is for, where users are in several: those of a
    token are in one.
    """
    settings = provider_settings(_config(), os.environ)
    return settings.get("orgId") if ":" in settings.get("auth", "") else None


def _config() -> dict[str, str]:
    # pulumi.Config reads keys that one asks for by name; only the runtime knows which are set,
    # and so which are unknown.
    return {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}


async def _platform(name: str, stack: str) -> Platform:
    full = name if "/" in name else f"{pulumi.get_organization()}/{pulumi.get_project()}/{name}"
    outputs = await pulumi.StackReference(full).outputs.future()
    try:
        return Platform.from_outputs(outputs or {})
    except KeyError as missing:
        raise correction(
            "team.platformStack",
            name,
            f"that stack has no output {missing}; deploy it first, with this version or a newer one",
            stack,
        ) from None
