"""What a project's ``__main__.py`` runs: this one's, and that of whoever has our package installed."""

from pathlib import Path

import pulumi

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.program.component import LiteLLMMonitoring
from litellm_monitoring.infra.program.configuration import (
    organisation,
    refuse_unless_ready,
    settings_from_pulumi,
)


async def stack_monitoring(root: Path) -> pulumi.Inputs:
    """Declares what the running stack's configuration and the project at ``root`` say, and returns the
    stack's outputs.

    Raises:
        pulumi.RunError: naming all that is wrong, before any resource is registered.

    """
    stack = pulumi.get_stack()
    declaration = declare(await settings_from_pulumi(root), stack)
    refuse_unless_ready(declaration)
    return LiteLLMMonitoring.of_declaration(f"litellm-{stack}", declaration, organisation()).outputs
