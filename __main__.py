"""LiteLLM's monitoring in Grafana: settings, one component, outputs."""

from pathlib import Path

import pulumi

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.program.component import LiteLLMMonitoring
from litellm_monitoring.infra.program.configuration import (
    organisation,
    refuse_unless_ready,
    settings_from_pulumi,
)


async def main() -> pulumi.Inputs:
    """Declares everything, and returns the stack's outputs."""
    stack = pulumi.get_stack()
    settings = await settings_from_pulumi(Path(__file__).parent)
    declaration = declare(settings, stack)
    refuse_unless_ready(declaration)
    return LiteLLMMonitoring(f"litellm-{stack}", declaration, organisation()).outputs


pulumi.run(main)
