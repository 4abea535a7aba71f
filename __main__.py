"""LiteLLM's monitoring in Grafana: settings, one component, outputs."""

from pathlib import Path

import pulumi

from infra.config import organisation, refuse_unless_ready, settings_from_pulumi
from infra.declaration import declare
from infra.monitoring import LiteLLMMonitoring


async def main() -> pulumi.Inputs:
    """Declares everything, and returns the stack's outputs."""
    stack = pulumi.get_stack()
    settings = await settings_from_pulumi(Path(__file__).parent)
    declaration = declare(settings, stack)
    refuse_unless_ready(declaration)
    return LiteLLMMonitoring.of_declaration(f"litellm-{stack}", declaration, organisation()).outputs


pulumi.run(main)
